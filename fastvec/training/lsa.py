"""LSA: word and document vectors by a truncated SVD of tf-idf."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastvec.checks import numbers as check
from fastvec.checks.settings import setting
from fastvec.counting.association import tf_idf
from fastvec.counting.cooccurrence import CooccurrenceMatrix
from fastvec.counting.documents import DocumentMatrix, count_documents
from fastvec.errors import CorpusError
from fastvec.running.progress import OnProgress
from fastvec.text.corpus import Corpus
from fastvec.training.count_trainer import Backend, Fitted
from fastvec.training.settings import knows_other_names
from fastvec.training.svd_trainer import SVDTrainer
from fastvec.training.truncated_svd import Stop
from fastvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@knows_other_names
@dataclass(frozen=True, kw_only=True)
class LSA(SVDTrainer[DocumentMatrix]):
    """Latent semantic analysis: truncated singular value decomposition of tf-idf, term by document.

    M = tf-idf ~ U S V^T; the words' vectors are U S^p, the documents' V S^p (Deerwester, Dumais, Furnas, Landauer
    and Harshman 1990, "Indexing by Latent Semantic Analysis": p = 1 to compare words with words and documents with
    documents, p = 0.5 to compare words with documents).

    A line of a corpus is a document. A CooccurrenceMatrix, which the other trainers of counts take, has no
    documents.

    Parameters
    ----------
    vector_size : int
        D, the singular values kept. Where the matrix has a lower rank, the dimensions past it are 0.
    sublinear : bool
        The term frequency is log(1 + count) rather than the count.
    eigenvalue_power : float
        p, the power of the singular values in the vectors.
    seed : int
        Seed of the vector that the decomposition starts from. Other seeds change rounding only.

    Raises
    ------
    SettingError
        If a setting is unknown or out of range.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["king rules queen", "queen rules king", "cat sleeps"], min_count=1)
    >>> words, documents = fv.LSA(vector_size=2).train_with_documents(corpus)
    >>> documents.most_similar("0", topn=1)[0][0], documents.most_similar(words["sleeps"], topn=1)[0][0]
    ('1', '2')
    """

    _nothing = "no word tells one document from another (a line is a document)"

    eigenvalue_power: float = setting(1.0, "power of the singular values in the vectors", check.real, 0)
    sublinear: bool = setting(True, "the term frequency is log(1 + count) rather than the count", check.truth)

    def train_with_documents(
        self,
        data: Corpus | DocumentMatrix,
        *,
        threads: int | None = None,
        backend: Backend = "compiled",
        on_progress: OnProgress | None = None,
    ) -> tuple[WordVectors, WordVectors]:
        """Train vectors of words and of documents.

        Parameters
        ----------
        data : Corpus or DocumentMatrix
            V words in S documents. A sentence (line) of a corpus is a document.
        threads, backend, on_progress
            As for :meth:`train`.

        Returns
        -------
        words : WordVectors
            float32[V, D], as :meth:`train` returns them.
        documents : WordVectors
            float32[S, D]; the keys are the documents' numbers from 0, as str.

        Raises
        ------
        CorpusError
            If ``data`` is something else, or no word tells one document from another.
        Cancelled
            If ``on_progress`` returned False.

        Examples
        --------
        >>> import fastvec as fv
        >>> corpus = fv.Corpus.from_text(["king rules", "queen rules", "cat sleeps"], min_count=1)
        >>> words, documents = fv.LSA(vector_size=2).train_with_documents(corpus)
        >>> documents.index_to_key, documents.vectors.shape
        (['0', '1', '2'], (3, 2))
        """
        counts, n_threads = self._prepare(data, threads, backend, on_progress)
        words, documents = self._sides(counts, n_threads, backend, on_progress)
        numbers = [str(i) for i in range(len(documents))]
        return self._vectors(counts, Fitted(words)), WordVectors(numbers, documents, settings=self._settings())

    def _fit(
        self, counts: DocumentMatrix, threads: int, backend: Backend, on_progress: OnProgress | None
    ) -> Fitted:
        return Fitted(self._sides(counts, threads, backend, on_progress)[0])

    def _counts(
        self, data: Corpus | DocumentMatrix, threads: int | None, on_progress: OnProgress | None
    ) -> DocumentMatrix:
        if isinstance(data, DocumentMatrix):
            return data
        if isinstance(data, Corpus):
            return count_documents(data)
        neighbours = isinstance(data, CooccurrenceMatrix)
        raise CorpusError(
            field="data",
            expected="a fastvec.Corpus or the DocumentMatrix of count_documents",
            got=data,
            hint="a CooccurrenceMatrix has no documents" if neighbours else "make one by Corpus.from_text(...)",
        )

    def _weights(self, counts: DocumentMatrix, stop: Stop) -> csr_array:
        return tf_idf(counts.matrix, sublinear=self.sublinear, stop=stop)

    def _powers(self) -> tuple[float, float]:
        return self.eigenvalue_power, self.eigenvalue_power
