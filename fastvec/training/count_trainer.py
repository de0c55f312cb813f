"""What the trainers of counts share: what they take (a corpus is counted first) and what they return."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import choice
from fastvec.errors import CorpusError
from fastvec.running.progress import OnProgress
from fastvec.running.workers import resolve_threads
from fastvec.text.corpus import Corpus
from fastvec.training.settings import Trainer
from fastvec.vectors.combination import Combine
from fastvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from fastvec.counting.cooccurrence import CooccurrenceMatrix
    from fastvec.counting.documents import DocumentMatrix

Backend: TypeAlias = Literal["compiled", "numpy"]
Rows: TypeAlias = NDArray[np.float32]
Counts = TypeVar("Counts", bound="CooccurrenceMatrix | DocumentMatrix")


class Fitted(NamedTuple):
    """What a trainer makes of counts."""

    vectors: Rows
    context_vectors: Rows | None = None
    history: dict[str, NDArray[np.generic]] | None = None


@dataclass(frozen=True, kw_only=True)
class CountTrainer(Trainer, ABC, Generic[Counts]):
    """Base of the trainers of counts; a subclass says which counts it takes and how it fits vectors to them."""

    def train(
        self,
        data: Corpus | Counts,
        *,
        threads: int | None = None,
        backend: Backend = "compiled",
        on_progress: OnProgress | None = None,
    ) -> WordVectors:
        """Train on counts.

        Parameters
        ----------
        data : Corpus or CooccurrenceMatrix (LSA: Corpus or DocumentMatrix)
            V words. A corpus is counted first, by :func:`fastvec.count_cooccurrences` with its defaults (LSA: by
            :func:`fastvec.count_documents`).
        threads : int, optional
            None: all usable cores. The result does not depend on it. (The dense steps of a decomposition use the
            threads of BLAS: OPENBLAS_NUM_THREADS.)
        backend : "compiled" or "numpy"
            "numpy" is the reference. It differs by rounding and is far slower; decompositions are then those of
            LAPACK on the dense matrix.
        on_progress : callable, optional
            Gets a :class:`fastvec.Progress` about ten times a second. When it returns False, GloVe and
            LogCountFactorization return the vectors so far; PPMISVD and LSA, which have no vectors before their
            end, raise Cancelled. So does counting.

        Returns
        -------
        WordVectors
            ``vectors``, float32[V, D]; ``context_vectors``, the same for words as contexts (LSA: None); where
            training goes by epochs, ``history`` with the mean cost of a pair in each. A word without neighbours
            keeps its initial vector, or gets a vector of zeros from PPMISVD and LSA.

        Raises
        ------
        CorpusError
            If ``data`` is something else, or has no pair to train on.
        TrainingError
            If the cost diverged, because of the learning rate.
        Cancelled
            If ``on_progress`` returned False and there are no vectors yet.

        Examples
        --------
        >>> import fastvec as fv
        >>> corpus = fv.Corpus.from_text(["the king rules", "the queen rules"], min_count=1)
        >>> counts = fv.count_cooccurrences(corpus, window=2)
        >>> fv.LogCountFactorization(vector_size=8).train(counts).vectors.shape
        (4, 8)
        """
        counts, n_threads = self._prepare(data, threads, backend, on_progress)
        return self._vectors(counts, self._fit(counts, n_threads, backend, on_progress))

    def _prepare(
        self, data: Corpus | Counts, threads: int | None, backend: Backend, on_progress: OnProgress | None
    ) -> tuple[Counts, int]:
        """Return the counts and the number of threads, or refuse the arguments."""
        choice("backend", backend, ("compiled", "numpy"))
        n_threads = resolve_threads(threads)
        return self._counts(data, threads, on_progress), n_threads

    def _vectors(self, counts: Counts, fitted: Fitted) -> WordVectors:
        return WordVectors(
            counts.vocabulary,
            fitted.vectors,
            context_vectors=fitted.context_vectors,
            history=fitted.history,
            settings=self._settings(),
            combine=self._combine(),
        )

    def _combine(self) -> Combine:
        """Return what the vectors are, of both matrices."""
        return "word"

    @abstractmethod
    def _counts(self, data: Corpus | Counts, threads: int | None, on_progress: OnProgress | None) -> Counts:
        """Return the counts themselves, or those of a corpus."""

    @abstractmethod
    def _fit(self, counts: Counts, threads: int, backend: Backend, on_progress: OnProgress | None) -> Fitted:
        """Fit vectors to the counts."""


def cooccurrences(
    data: Corpus | CooccurrenceMatrix, threads: int | None = None, on_progress: OnProgress | None = None
) -> CooccurrenceMatrix:
    """Return the matrix itself, or that of a corpus with the defaults of :func:`fastvec.count_cooccurrences`.

    Raises
    ------
    CorpusError
        If ``data`` is neither a corpus nor a matrix.

    Examples
    --------
    >>> import fastvec as fv
    >>> cooccurrences(fv.Corpus.from_text(["a b", "a b"], min_count=1))["a", "b"]
    2.0
    """
    from fastvec.counting.cooccurrence import CooccurrenceMatrix  # here, since it loads SciPy

    if isinstance(data, CooccurrenceMatrix):
        return data
    if isinstance(data, Corpus):
        from fastvec.counting.counting import count_cooccurrences  # here, since it loads Numba

        return count_cooccurrences(data, threads=threads, on_progress=on_progress)
    is_sparse = hasattr(data, "tocsr")
    hint = "CooccurrenceMatrix(matrix, vocabulary)" if is_sparse else "Corpus.from_text(...)"
    raise CorpusError(
        field="data", expected="a fastvec.Corpus or a CooccurrenceMatrix", got=data, hint=f"make one by {hint}"
    )


def observed_pairs(counts: CooccurrenceMatrix) -> csr_array:
    """Return the matrix as SciPy's CSR.

    Raises
    ------
    CorpusError
        If it has no pair of words.
    """
    if not counts.nnz:
        raise CorpusError(
            "data: no two words of the vocabulary are near each other, so there is no pair to train on; "
            "one line is one sentence, and min_count leaves rare words out",
            field="data",
        )
    return counts.to_csr()
