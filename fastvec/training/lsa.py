"""LSA: word and document vectors by a truncated SVD of tf-idf."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.checks import numbers as check
from fastvec.counting.association import tf_idf
from fastvec.counting.cooccurrence import CooccurrenceMatrix
from fastvec.counting.documents import DocumentMatrix, count_documents
from fastvec.errors import CorpusError
from fastvec.running.progress import OnProgress
from fastvec.text.corpus import Corpus
from fastvec.training.count_trainer import Backend, checked_threads, vectors_of
from fastvec.training.settings import knows_other_names
from fastvec.training.truncated_svd import decompose, scaled
from fastvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Values: TypeAlias = NDArray[np.float64]


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
        Cancelled
            If ``on_progress`` returned False.

        Examples
        --------
        See :class:`LSA`.
        """
        n_threads = checked_threads(threads, backend)

        def weigh() -> csr_array:
            return tf_idf(_term_by_document(corpus), sublinear=self.sublinear)

        U, sigma, V = decompose(self, weigh, False, n_threads, backend, on_progress)
        words, documents = (scaled(side, sigma, self.eigenvalue_power, self.vector_size) for side in (U, V))
        of_words = vectors_of(self, corpus.vocabulary, words)
        numbers = [str(i) for i in range(len(documents))]
        return of_words, WordVectors(numbers, documents, settings=of_words.settings)


def _term_by_document(corpus: Corpus | DocumentMatrix) -> csr_array:
    if isinstance(corpus, Corpus):
        return count_documents(corpus).matrix
    if isinstance(corpus, DocumentMatrix):
        return corpus.matrix
    expected = "a fastvec.Corpus or a DocumentMatrix"
    hint = "co-occurrence counts have no documents: give the corpus itself"
    hint = hint if isinstance(corpus, CooccurrenceMatrix) else "Corpus.from_text(...) makes a corpus"
    raise CorpusError(field="corpus", expected=expected, got=corpus, shown=type(corpus).__name__, hint=hint)
