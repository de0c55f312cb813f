"""PPMISVD: word vectors by a truncated SVD of positive pointwise mutual information."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.checks import numbers as check
from fastvec.counting.association import ppmi
from fastvec.counting.cooccurrence import CooccurrenceMatrix
from fastvec.running.progress import OnProgress
from fastvec.text.corpus import Corpus
from fastvec.training.count_trainer import Backend, checked_threads, counts_of, vectors_of
from fastvec.training.settings import knows_other_names
from fastvec.training.truncated_svd import decompose, scaled
from fastvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Values: TypeAlias = NDArray[np.float64]


@knows_other_names
@dataclass(frozen=True, kw_only=True)
class PPMISVD:
    """Truncated singular value decomposition of (shifted) positive pointwise mutual information.

    M = max(PMI - log k, 0) ~ U S V^T; W = U S^p and C = V S^(1 - p), so that W C^T is the best approximation of M
    of its rank (Levy, Goldberg and Dagan 2015, "Improving Distributional Similarity with Lessons Learned from Word
    Embeddings", equations 3, 8 and 9).

    Parameters
    ----------
    vector_size : int
        D, the singular values kept. Where the matrix has a lower rank, the dimensions past it are 0.
    negative : float
        k, by whose logarithm PMI is shifted; 1 is no shift. As ``negative`` of :class:`fastvec.SkipGram`.
    context_smoothing : float
        The probability of a context is in proportion to its count ** context_smoothing. As ``ns_exponent`` of
        :class:`fastvec.SkipGram`; 1 is plain PMI.
    eigenvalue_power : float
        p, the power of the singular values in the vectors. 1 is the classic SVD; 0.5 and 0 do better on most
        tasks.
    seed : int
        Of the vector that the decomposition starts from. Other seeds give other rounding, no other result.

    Raises
    ------
    SettingError
        A setting out of range, or one under another library's name.

    Examples
    --------
    >>> import fastvec as fv
    >>> lines = ["the king rules", "the queen rules", "the cat sleeps", "the dog sleeps"]
    >>> corpus = fv.Corpus.from_text(lines, min_count=1)
    >>> vectors = fv.PPMISVD(vector_size=3).train(corpus)
    >>> vectors.most_similar("king", topn=1)[0][0]
    'queen'
    """

    _nothing = "no two words stand near each other more often than by chance, or than negative= asks for"

    vector_size: int = 100
    negative: float = 1
    context_smoothing: float = 0.75
    eigenvalue_power: float = 0.5
    seed: int = 1

    def __post_init__(self) -> None:
        check.whole("vector_size", self.vector_size, 1, 1 << 20)
        check.real("negative", self.negative, above=0)
        check.real("context_smoothing", self.context_smoothing, 0)
        check.real("eigenvalue_power", self.eigenvalue_power, 0)
        check.whole("seed", self.seed, 0, (1 << 64) - 1)

    def train(
        self,
        corpus: Corpus | CooccurrenceMatrix,
        *,
        threads: int | None = None,
        backend: Backend = "compiled",
        on_progress: OnProgress | None = None,
    ) -> WordVectors:
        """Decompose the counts of a corpus.

        Parameters
        ----------
        corpus : Corpus or CooccurrenceMatrix
            A corpus is counted with the defaults of :func:`fastvec.count_cooccurrences` first.
        threads : int, optional
            For the products of the matrix, which are the same for any number. None: all usable cores. What ARPACK
            itself does has the threads of BLAS (OPENBLAS_NUM_THREADS).
        backend : "compiled" or "numpy"
            ARPACK on the sparse matrix, or LAPACK (``numpy.linalg.svd``) on the dense one, V x V of it.
        on_progress : callable, optional
            Gets a :class:`fastvec.Progress` about ten times a second; the pairs are those of all products of the
            matrix so far, and how many will be needed is not known. When it returns False, Cancelled is
            raised: a decomposition has no vectors before its end.

        Returns
        -------
        WordVectors
            ``vectors`` is W, ``context_vectors`` is C, float32[V, D].

        Raises
        ------
        CorpusError
            No pair comes together more often than by chance.
        Cancelled
            If ``on_progress`` returned False.

        Examples
        --------
        See :class:`PPMISVD`.
        """
        n_threads = checked_threads(threads, backend)
        counts = counts_of(corpus, threads=threads, on_progress=on_progress)

        def weigh() -> csr_array:
            return ppmi(counts, negative=self.negative, context_smoothing=self.context_smoothing)

        # smoothing weighs contexts otherwise than words
        symmetric = self.context_smoothing == 1 and counts.is_symmetric
        U, sigma, V = decompose(self, weigh, symmetric, n_threads, backend, on_progress)
        power, size = self.eigenvalue_power, self.vector_size
        vectors, context_vectors = scaled(U, sigma, power, size), scaled(V, sigma, 1 - power, size)
        return vectors_of(self, counts.vocabulary, vectors, context_vectors=context_vectors)
