"""PPMISVD and LSA: word vectors by a truncated SVD of weighed counts."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec import checks as check
from fastvec.counting.association import ppmi, tf_idf
from fastvec.counting.cooccurrence import CooccurrenceMatrix
from fastvec.counting.documents import DocumentMatrix, count_documents
from fastvec.errors import CorpusError, SettingError
from fastvec.running.loop import new_stop_flag, run
from fastvec.running.progress import OnProgress, Progress
from fastvec.text.corpus import Corpus, no_corpus
from fastvec.training.counts_of import Backend, checked_threads, counts_of, vectors_of
from fastvec.training.settings import knows_other_names
from fastvec.training.truncated_svd import Products, truncated_svd
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
            matrix so far, and how many will be needed is not known. When it returns False, TrainingError is
            raised: a decomposition has no vectors before its end.

        Returns
        -------
        WordVectors
            ``vectors`` is W, ``context_vectors`` is C, float32[V, D].

        Raises
        ------
        CorpusError
            No pair comes together more often than by chance.
        TrainingError
            Stopped by ``on_progress``.

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
        U, sigma, V = _decompose(self, weigh, symmetric, n_threads, backend, on_progress)
        power, size = self.eigenvalue_power, self.vector_size
        vectors, context_vectors = _scaled(U, sigma, power, size), _scaled(V, sigma, 1 - power, size)
        return vectors_of(self, counts.vocabulary, vectors, context_vectors=context_vectors)


@knows_other_names
@dataclass(frozen=True, kw_only=True)
class LSA:
    """Latent semantic analysis: truncated singular value decomposition of tf-idf, term by document.

    M = tf-idf ~ U S V^T; the words' vectors are U S^p, the documents' V S^p (Deerwester, Dumais, Furnas, Landauer
    and Harshman 1990, "Indexing by Latent Semantic Analysis": p = 1 to compare words with words and documents with
    documents, p = 0.5 to compare the ones with the others).

    Parameters
    ----------
    vector_size : int
        D, the singular values kept. Where the matrix has a lower rank, the dimensions past it are 0.
    sublinear : bool
        The term frequency is log(1 + count) rather than the count.
    eigenvalue_power : float
        p, the power of the singular values in the vectors.
    seed : int
        As in :class:`PPMISVD`.

    Raises
    ------
    SettingError
        A setting out of range, or one under another library's name.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["king rules queen", "queen rules king", "cat sleeps"], min_count=1)
    >>> words, documents = fv.LSA(vector_size=2).train_with_documents(corpus)
    >>> documents.most_similar("0", topn=1)[0][0], documents.most_similar(words["sleeps"], topn=1)[0][0]
    ('1', '2')
    """

    _nothing = "no word tells one document from another (a line is a document)"

    vector_size: int = 100
    sublinear: bool = True
    eigenvalue_power: float = 1.0
    seed: int = 1

    def __post_init__(self) -> None:
        check.whole("vector_size", self.vector_size, 1, 1 << 20)
        check.truth("sublinear", self.sublinear)
        check.real("eigenvalue_power", self.eigenvalue_power, 0)
        check.whole("seed", self.seed, 0, (1 << 64) - 1)

    def train(
        self,
        corpus: Corpus | DocumentMatrix,
        *,
        threads: int | None = None,
        backend: Backend = "compiled",
        on_progress: OnProgress | None = None,
    ) -> WordVectors:
        """Decompose the term-by-document counts of a corpus; the words' half of :meth:`train_with_documents`.

        Unlike the other trainers of counts it takes no CooccurrenceMatrix, which knows no documents.
        """
        return self.train_with_documents(corpus, threads=threads, backend=backend, on_progress=on_progress)[0]

    def train_with_documents(
        self,
        corpus: Corpus | DocumentMatrix,
        *,
        threads: int | None = None,
        backend: Backend = "compiled",
        on_progress: OnProgress | None = None,
    ) -> tuple[WordVectors, WordVectors]:
        """Decompose the term-by-document counts of a corpus, for vectors of its words and of its documents.

        Parameters
        ----------
        corpus : Corpus or DocumentMatrix
            A sentence (line) is a document; or what :func:`fastvec.count_documents` made of such a corpus. A
            CooccurrenceMatrix, which the other trainers of counts take, is refused: which words stood near each
            other says nothing of the documents they stood in.
        threads, backend, on_progress
            As in :meth:`PPMISVD.train`.

        Returns
        -------
        words : WordVectors
            float32[V, D].
        documents : WordVectors
            float32[S, D]; the keys are the documents' numbers from 0, as str.

        Raises
        ------
        CorpusError
            No word tells one document from another, or a CooccurrenceMatrix or anything else was given.
        TrainingError
            Stopped by ``on_progress``.

        Examples
        --------
        See :class:`LSA`.
        """
        n_threads = checked_threads(threads, backend)

        def weigh() -> csr_array:
            return tf_idf(_term_by_document(corpus), sublinear=self.sublinear)

        U, sigma, V = _decompose(self, weigh, False, n_threads, backend, on_progress)
        words, documents = (_scaled(side, sigma, self.eigenvalue_power, self.vector_size) for side in (U, V))
        of_words = vectors_of(self, corpus.vocabulary, words)
        numbers = [str(i) for i in range(len(documents))]
        return of_words, WordVectors(numbers, documents, settings=of_words.settings)


def _term_by_document(corpus: Corpus | DocumentMatrix) -> csr_array:
    if isinstance(corpus, Corpus):
        return count_documents(corpus).matrix
    if isinstance(corpus, DocumentMatrix):
        return corpus.matrix
    expected = "a fastvec.Corpus or what count_documents makes of one"
    if isinstance(corpus, CooccurrenceMatrix):
        raise no_corpus(corpus, expected, "counts of neighbours know no documents: give the corpus itself")
    raise no_corpus(corpus, expected)


def _decompose(
    trainer: PPMISVD | LSA,
    weigh: Callable[[], csr_array],
    symmetric: bool,
    threads: int,
    backend: Backend,
    on_progress: OnProgress | None,
) -> tuple[Values, Values, Values]:
    """U[V, R], sigma[R], V[C, R] of the matrix that ``weigh`` makes: on a worker, so that Ctrl-C is seen."""
    began = time.perf_counter()
    stop = new_stop_flag()
    products: list[Products] = []
    found: list[tuple[Values, Values, Values]] = []

    def task(_: None, worker: int) -> tuple[Values, Values, Values]:
        matrix = weigh()
        if matrix.nnz == 0:
            raise CorpusError(f"corpus: {trainer._nothing}, so there is nothing to decompose", field="corpus")
        products.append(Products(matrix, threads, stop))
        return truncated_svd(
            matrix, trainer.vector_size, products[0],
            symmetric=symmetric, dense=backend == "numpy", seed=trainer.seed,
        )  # fmt: skip

    def report() -> None:
        if on_progress and on_progress(_progress(products, time.perf_counter() - began)) is False:
            stop[0] = 1

    report()
    try:
        run(task, [None], threads=1, stop=new_stop_flag(), on_result=found.append, on_tick=report)
    finally:
        stop[0] = 1  # Ctrl-C: the worker ends at its next product
    report()
    rank = len(found[0][1])
    if rank < trainer.vector_size:
        warnings.warn(
            f"vector_size={trainer.vector_size}, but the matrix has rank {rank}: the dimensions past it are 0",
            stacklevel=3,
        )
    return found[0]


def _progress(products: list[Products], seconds: float) -> Progress:
    pairs = sum(each.done * each.nnz for each in products)
    speed = pairs / seconds if seconds > 0 else 0.0
    return Progress("training", pairs, None, "pairs", seconds, pairs, speed)


def _scaled(columns: Values, sigma: Values, power: float, size: int) -> NDArray[np.float32]:
    """columns[V, R] * sigma[R] ** power as float32[V, size]; what is past the rank R is 0."""
    result = np.zeros((len(columns), size), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        result[:, : len(sigma)] = columns * sigma**power
    if not np.isfinite(result).all():
        raise SettingError(
            "eigenvalue_power: expected one that leaves vectors finite in float32; singular values of "
            f"{sigma[-1]:.3g} to {sigma[0]:.3g} to the power of {power:g} do not",
            field="eigenvalue_power", expected="finite vectors", found=power,
        )  # fmt: skip
    return result
