"""count_documents: the term-by-document matrix."""

import numpy as np
import pytest
from counting.conftest import random_corpus
from scipy.sparse import coo_array, csr_array

from fastvec import Corpus, CorpusError, FormatError, SettingError, Vocabulary, count_documents
from fastvec.counting.documents import DocumentMatrix
from fastvec.io.container import map_tensors, save_tensors


def test_against_a_loop():
    corpus = random_corpus(3)
    wanted = np.zeros((len(corpus.vocabulary), len(corpus)))
    for sentence in range(len(corpus)):
        for word in corpus.ids[corpus.offsets[sentence] : corpus.offsets[sentence + 1]]:
            wanted[word, sentence] += 1
    counts = count_documents(corpus)
    np.testing.assert_array_equal(counts.matrix.toarray(), wanted)
    assert counts.matrix.has_canonical_format
    assert (counts.matrix.dtype, counts.matrix.nnz) == (np.float64, np.count_nonzero(wanted))
    assert counts.vocabulary is corpus.vocabulary
    assert repr(counts) == f"<DocumentMatrix: {counts.matrix.nnz} pairs of 70 words and {len(corpus)} documents>"


def test_no_documents():
    assert count_documents(Corpus.from_ids([], [0], ["a"])).matrix.shape == (1, 0)
    assert count_documents(Corpus.from_ids([], [0, 0], ["a"])).matrix.nnz == 0


def test_what_is_no_corpus():
    with pytest.raises(CorpusError, match=r"a fastvec.Corpus, got \[.*; Corpus\.from_text\(\.\.\.\) makes one"):
        count_documents(["tea milk"])


@pytest.mark.parametrize(
    ("matrix", "got"),
    [
        (np.ones((2, 3)), "got ndarray"),
        (csr_array((3, 2)), r"got float64\[3, 2\]"),
        (coo_array([1, 2]), r"got int64\[2\]"),
    ],
)
def test_a_matrix_of_ones_own(matrix, got):
    words = Vocabulary(["a", "b"], [1, 1])
    assert DocumentMatrix(csr_array((2, 3)), words).matrix.shape == (2, 3)
    with pytest.raises(SettingError, match=r"matrix: expected a scipy.sparse matrix \[2, any number\].*" + got):
        DocumentMatrix(matrix, words)


def test_a_damaged_corpus(tmp_path):
    path = tmp_path / "c.fvc"
    random_corpus().save(path)
    tensors, metadata = map_tensors(path)
    save_tensors(path, {**tensors, "ids": tensors["ids"] + np.int32(1)}, metadata)
    with pytest.raises(FormatError, match="ids: expected 0 to 69"):
        count_documents(Corpus.load(path))
