"""Association weights against plain loops; zeros, formats, blocks, refusals."""

from __future__ import annotations

import numpy as np
import oracles_association as oracle
import pytest
from scipy import sparse

import fastvec as fv
from fastvec.counting import association
from fastvec.counting.association import log_counts, pmi, ppmi, tf_idf
from fastvec.counting.cooccurrence import CooccurrenceMatrix

SHAPES = [(n, n) for n in (1, 2, 3, 9, 16, 33, 65)] + [(5, 40), (40, 5)]


def some_counts(shape, seed=0, density=0.3):
    """Counts with whole rows and columns of zeros, where there is room for them."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, 50, shape) * (rng.random(shape) < density) / 7
    counts[0, 0] = 3
    if min(shape) > 2:
        counts[1] = 0
        counts[:, 2] = 0
    return counts


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("smoothing", [1.0, 0.75, 0.0])
def test_pmi(shape, smoothing):
    counts = some_counts(shape)
    expected = oracle.pmi(counts, smoothing)
    weights = pmi(sparse.csr_array(counts), context_smoothing=smoothing)
    assert weights.format == "csr"
    assert weights.dtype == np.float64
    assert weights.nnz == np.count_nonzero(counts), "observed pairs keep their place"
    rows, columns = counts.nonzero()
    assert weights.toarray()[rows, columns] == pytest.approx(expected[rows, columns], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("smoothing", [1.0, 0.75])
@pytest.mark.parametrize("k", [1, 5, 0.5])
def test_ppmi(shape, smoothing, k):
    counts = some_counts(shape)
    weights = ppmi(sparse.csr_array(counts), negative=k, context_smoothing=smoothing)
    assert weights.toarray() == pytest.approx(oracle.ppmi(counts, k, smoothing), rel=1e-12, abs=1e-12)
    assert (weights.data > 0).all(), "only what is above 0 is stored"
    assert weights.has_sorted_indices


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("sublinear", [False, True])
def test_tf_idf(shape, sublinear):
    counts = some_counts(shape)
    weights = tf_idf(sparse.csr_array(counts), sublinear=sublinear)
    assert weights.toarray() == pytest.approx(oracle.tf_idf(counts, sublinear), rel=1e-12)
    assert (weights.data > 0).all()


def test_a_term_of_every_document_weighs_nothing():
    assert tf_idf(sparse.csr_array([[1, 2, 3], [1, 0, 0]])).nnz == 1


@pytest.mark.parametrize("shape", SHAPES)
def test_log_counts(shape):
    counts = some_counts(shape)
    assert log_counts(sparse.csr_array(counts)).toarray() == pytest.approx(np.log1p(counts), rel=1e-14)


@pytest.mark.parametrize("block", [1, 7, 100])
def test_the_size_of_a_block_does_not_show(block, monkeypatch):
    counts = sparse.csr_array(some_counts((40, 30)))
    whole = ppmi(counts, context_smoothing=0.75)
    monkeypatch.setattr(association, "BLOCK", block)
    parts = ppmi(counts, context_smoothing=0.75)
    for part in ("data", "indices", "indptr"):
        assert np.array_equal(getattr(parts, part), getattr(whole, part))


@pytest.mark.parametrize(
    "make", ["csr", "csc", "coo", "dok", "int", "float32", "bool", "matrix", "twice", "zeros"]
)
def test_any_sparse_matrix_will_do_and_stays_as_it_was(make):
    dense = np.array([[0, 1, 1], [1, 0, 0], [1, 1, 0]])
    given = {
        "int": sparse.csr_array(dense),
        "float32": sparse.csr_array(dense, dtype=np.float32),
        "bool": sparse.csr_array(dense.astype(bool)),
        "matrix": sparse.csr_matrix(dense),
        # (0, 1) in two halves, columns out of order; a zero that is stored
        "twice": sparse.csr_array(([0.5, 1, 0.5, 1, 1, 1], [1, 2, 1, 0, 1, 0], [0, 3, 4, 6])),
        "zeros": sparse.csr_array(([0.0, 1, 1, 1, 1, 1], [0, 1, 2, 0, 0, 1], [0, 3, 4, 6])),
    }.get(make)
    if given is None:
        given = sparse.coo_array(dense, dtype=float).asformat(make)
    before = given.copy()
    for weigh, expected in ((pmi, oracle.pmi), (ppmi, oracle.ppmi)):
        weights = weigh(given)
        assert weights.nnz <= 5
        rows, columns = dense.nonzero()
        assert weights.toarray()[rows, columns] == pytest.approx(expected(dense)[rows, columns])
    log_counts(given)
    assert given.nnz == before.nnz
    assert (given != before).nnz == 0


def test_a_cooccurrence_matrix_will_do():
    counts = sparse.csr_array(some_counts((9, 9)))
    matrix = CooccurrenceMatrix(counts, fv.Vocabulary([f"w{i}" for i in range(9)], [1] * 9))
    assert (ppmi(matrix) != ppmi(counts)).nnz == 0
    assert (matrix.to_csr() != counts).nnz == 0


@pytest.mark.parametrize("weigh", [log_counts, pmi, ppmi, tf_idf])
class TestOfEach:
    @pytest.mark.parametrize("shape", [(3, 4), (1, 1), (0, 0)])
    def test_nothing_counted(self, weigh, shape):
        weights = weigh(sparse.csr_array(shape))
        assert weights.shape == shape
        assert weights.nnz == 0

    @pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, 1e308])
    def test_values_that_are_not_finite(self, weigh, wrong):
        with pytest.raises(fv.SettingError, match="counts: expected finite values") as caught:
            weigh(sparse.csr_array([[wrong, 1], [wrong, 0]]))
        assert caught.value.field == "counts"

    def test_negative_values(self, weigh):
        with pytest.raises(fv.SettingError, match="counts: expected no negative value, got -1"):
            weigh(sparse.csr_array([[3, -1]]))

    @pytest.mark.parametrize(
        "wrong", [np.ones((2, 2)), [[1]], None, sparse.csr_array([[1j]]), sparse.coo_array([1, 2])]
    )
    def test_what_is_no_sparse_matrix(self, weigh, wrong):
        with pytest.raises(fv.SettingError, match="counts: expected a CooccurrenceMatrix or a SciPy sparse"):
            weigh(wrong)


@pytest.mark.parametrize(
    ("given", "name"),
    [({"negative": 0}, "negative"), ({"negative": -1}, "negative"), ({"negative": np.nan}, "negative"),
     ({"negative": np.inf}, "negative"), ({"context_smoothing": -0.1}, "context_smoothing"),
     ({"context_smoothing": np.nan}, "context_smoothing"), ({"context_smoothing": np.inf}, "context_smoothing")],
)  # fmt: skip
def test_settings_out_of_range(given, name):
    with pytest.raises(fv.SettingError, match=f"{name}: expected a finite number") as caught:
        ppmi(sparse.csr_array([[1]]), **given)
    assert caught.value.field == name


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_counts_of_any_scale_weigh_the_same(scale):
    counts = some_counts((9, 9))
    for smoothing in (1, 0.75, 2):
        scaled = pmi(sparse.csr_array(counts * scale), context_smoothing=smoothing)
        assert scaled.data == pytest.approx(pmi(sparse.csr_array(counts), context_smoothing=smoothing).data)
