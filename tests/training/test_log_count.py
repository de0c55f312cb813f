"""LogCountFactorization: the contract, and the lesson it is for."""

from __future__ import annotations

import numpy as np
import pytest
from training.contract import Contract, lines, matrix_of

import fastvec as fv


class TestLogCountFactorization(Contract):
    trainer = fv.LogCountFactorization
    settings = {"vector_size": 10, "epochs": 30, "seed": 3}  # noqa: RUF012
    refused = [  # noqa: RUF012
        ("vector_size", 10.0, "a whole number"),
        ("learning_rate", 0, "a finite number above 0"),
        ("epochs", 0, "a whole number of at least 1"),
        ("seed", 2**64, "a whole number"),
    ]
    many = 5_000_000
    diverges = (3.0, 1e30)


@pytest.fixture(scope="module")
def counts():
    return fv.count_cooccurrences(fv.Corpus.from_text(lines(30), min_count=1), window=3, weighting="flat")


def test_products_become_logarithms_of_counts(counts):
    vectors = fv.LogCountFactorization(epochs=2000).train(counts)
    csr = counts.to_csr().tocoo()
    products = (vectors.vectors[csr.row] * vectors.context_vectors[csr.col]).sum(axis=1)
    assert products == pytest.approx(np.log1p(csr.data), abs=0.02)
    cost = vectors.history["cost"]
    assert cost[0] == pytest.approx(0.5 * np.mean(np.log1p(csr.data) ** 2), rel=0.3), "rows began near zero"
    assert cost[-1] < 1e-4


def test_history_counts_epochs(counts):
    vectors = fv.LogCountFactorization(epochs=7).train(counts)
    assert vectors.history["epoch"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert (np.diff(vectors.history["cost"]) < 0).all()


def test_rows_begin_normal():
    """A word without neighbours keeps what it was drawn; 200,000 such numbers have the promised spread."""
    corpus = fv.Corpus.from_text(["x y", *(f"alone{i}" for i in range(2000))], min_count=1)
    vectors = fv.LogCountFactorization(vector_size=100, epochs=1).train(corpus)
    deviation = 0.5 / np.sqrt(100)
    for matrix in (vectors.vectors, vectors.context_vectors):
        rows = matrix[[vectors.get_index(f"alone{i}") for i in range(2000)]].astype(float) / deviation
        assert abs(rows.mean()) < 5 / np.sqrt(rows.size)
        assert abs((rows**2).mean() - 1) < 5 * np.sqrt(2 / rows.size)
        assert abs((rows**4).mean() - 3) < 5 * np.sqrt(96 / rows.size)


def test_one_cell():
    """Word "x" beside itself and nothing else."""
    from scipy.sparse import csr_array

    matrix = fv.CooccurrenceMatrix(csr_array(np.array([[6.0]])), fv.Vocabulary(["x"], [7]))
    vectors = fv.LogCountFactorization(epochs=500).train(matrix)
    assert float(vectors.vectors[0] @ vectors.context_vectors[0]) == pytest.approx(np.log(7), abs=1e-4)


def test_an_empty_matrix_is_refused():
    from scipy.sparse import csr_array

    empty = fv.CooccurrenceMatrix(csr_array((3, 3)), fv.Vocabulary(["x", "y", "z"], [3, 2, 1]))
    with pytest.raises(fv.CorpusError, match="no pair to train on"):
        fv.LogCountFactorization().train(empty)


def test_counts_near_zero_do_not_look_like_divergence():
    """log(1 + 1e-300) = 0: vectors of zeros would cost nothing."""
    vectors = fv.LogCountFactorization(vector_size=1).train(matrix_of(np.full((4, 4), 1e-300)))
    assert vectors.history["cost"][-1] < 1e-3
