"""Counting how often each word occurs in each document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fastvec.errors import SettingError
from fastvec.running.loading import load
from fastvec.text.corpus import Corpus, check_corpus
from fastvec.text.mapped import in_memory
from fastvec.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DocumentMatrix:
    """The term-by-document matrix of a corpus; made by :func:`fastvec.count_documents`, or from your own matrix.

    Attributes
    ----------
    matrix : scipy.sparse.csr_array, float64[V, S]
        How often word v occurs in sentence s; sorted columns, no zeros.
    vocabulary : Vocabulary
        V words.

    Raises
    ------
    SettingError
        If it is not a sparse matrix with a row for each word. (Its values are checked when they are weighted.)

    Examples
    --------
    >>> from fastvec import Vocabulary
    >>> from scipy.sparse import csr_array
    >>> DocumentMatrix(csr_array([[2.0, 0.0], [1.0, 1.0]]), Vocabulary(["tea", "milk"], [2, 2]))
    <DocumentMatrix: 3 pairs of 2 words and 2 documents>
    """

    matrix: csr_array
    vocabulary: Vocabulary

    def __post_init__(self) -> None:
        issparse = load("scipy.sparse").issparse

        found, rows = self.matrix, len(self.vocabulary)
        if not issparse(found) or found.ndim != 2 or found.shape[0] != rows:
            expected = f"a scipy.sparse matrix [{rows}, any number], a row for each word"
            shown = None if issparse(found) else type(found).__name__
            raise SettingError(field="matrix", expected=expected, got=found, shown=shown)

    def __repr__(self) -> str:
        words, documents = self.matrix.shape
        return f"<DocumentMatrix: {self.matrix.nnz:,} pairs of {words:,} words and {documents:,} documents>"


def count_documents(corpus: Corpus) -> DocumentMatrix:
    """Count how often each word occurs in each document, a sentence of the corpus (a line of its text).

    Parameters
    ----------
    corpus : Corpus
        V words in S sentences.

    Returns
    -------
    DocumentMatrix

    Raises
    ------
    CorpusError
        If this is not a corpus.
    FormatError
        If a corpus file has ids out of range.

    Examples
    --------
    >>> from fastvec import Corpus, count_documents
    >>> counts = count_documents(Corpus.from_text(["tea tea milk", "milk"], min_count=1))
    >>> counts.vocabulary.words, counts.matrix.toarray().tolist()
    (['milk', 'tea'], [[1.0, 1.0], [2.0, 0.0]])
    """
    load("scipy.sparse")
    from scipy.sparse import csc_array

    check_corpus(corpus)
    kind = np.int32 if corpus.n_tokens < 2**31 else np.int64
    corpus = in_memory(corpus)  # SciPy reads ids again and again, and does not check them
    ones = np.ones(corpus.n_tokens)
    shape = (len(corpus.vocabulary), corpus.n_sentences)
    # a corpus is a CSC matrix already, except for words that are repeated in a sentence
    tokens = csc_array(
        (ones, corpus.ids.astype(kind, copy=False), corpus.offsets.astype(kind, copy=False)), shape=shape
    )
    matrix = tokens.tocsr()
    matrix.sum_duplicates()
    return DocumentMatrix(matrix, corpus.vocabulary)
