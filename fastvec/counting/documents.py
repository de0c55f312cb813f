"""count_documents: how often each word comes in each sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fastvec.text.corpus import Corpus
from fastvec.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True, eq=False)
class DocumentMatrix:
    """The term-by-document matrix of a corpus.

    Attributes
    ----------
    matrix : scipy.sparse.csr_array, float64[V, S]
        How often word v comes in sentence s; sorted columns, no zeros.
    vocabulary : Vocabulary
        V words.
    """

    matrix: csr_array
    vocabulary: Vocabulary


def count_documents(corpus: Corpus) -> DocumentMatrix:
    """Count how often each word comes in each document: a sentence of the corpus, a line of its text.

    Parameters
    ----------
    corpus : Corpus
        V words, S sentences.

    Returns
    -------
    DocumentMatrix

    Raises
    ------
    FormatError
        A corpus file with ids out of range.

    Examples
    --------
    >>> from fastvec import Corpus, count_documents
    >>> counts = count_documents(Corpus.from_text(["tea tea milk", "milk"], min_count=1))
    >>> counts.vocabulary.words, counts.matrix.toarray().tolist()
    (['milk', 'tea'], [[1.0, 1.0], [2.0, 0.0]])
    """
    from scipy.sparse import csc_array

    corpus.validate()
    kind = np.int32 if corpus.n_words < 2**31 else np.int64
    ones = np.ones(corpus.n_words)
    shape = (len(corpus.vocabulary), corpus.n_sentences)
    # a corpus is a CSC matrix already, but for words that come twice in a sentence
    tokens = csc_array((ones, corpus.ids.astype(kind), corpus.offsets.astype(kind)), shape=shape)
    matrix = tokens.tocsr()
    matrix.sum_duplicates()
    return DocumentMatrix(matrix, corpus.vocabulary)
