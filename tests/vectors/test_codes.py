"""One query by codes of 8 bits gives what the product of floats gives."""

import copy
import pickle

import numpy as np
import pytest

import fastvec as fv
from fastvec.errors import FastvecError
from fastvec.vectors import codes as codes_module
from fastvec.vectors import queries
from fastvec.vectors.codes import Codes, CodesWhenAsked
from fastvec.vectors.nearest import nearest


def rows_of(n, size, seed=0):
    draw = np.random.default_rng(seed)
    rows = (draw.normal(size=(n, size)) * np.exp(3 * draw.normal(size=(n, 1)))).astype(np.float32)
    rows[5] = 0
    rows[20:30] = rows[7]  # ties go by id
    return rows


@pytest.mark.parametrize("size", [1, 2, 17, 100, 300])
def test_bounds_hold(size):
    rows = rows_of(500, size)
    rows[40] = 1e-38
    codes = Codes(rows, queries.row_norms(rows))
    for query in [*rows[:10], np.ones(size), np.zeros(size), np.eye(size)[0] * 1e-200]:
        unit = queries.unit(query)
        low, high = codes.bounds(unit)
        exact = queries.cosines(rows, unit)
        assert (low <= exact).all()
        assert (high >= exact).all()
    assert np.median(high - low) < 0.05 or size < 17


@pytest.mark.parametrize("topn", [1, 3, 10])
@pytest.mark.parametrize("size", [2, 17, 100])
@pytest.mark.parametrize("limit", [400, 2000])
def test_nearest_is_the_same(topn, size, limit):
    rows = rows_of(2000, size)
    rows[50], rows[60, 0], rows[61, 0] = np.nan, np.inf, np.nan
    with np.errstate(invalid="ignore"):
        norms = queries.row_norms(rows)
    codes = Codes(rows, norms)
    for query in [7, 5, 0, 1, 399]:
        asked = queries.unit(rows[query])[None]
        for left_out in [[], [query], [7, 20, 25]]:
            expected = nearest(rows[:limit], norms[:limit], asked, topn, [left_out])
            found = nearest(rows[:limit], norms[:limit], asked, topn, [left_out], codes=lambda: codes)
            assert found.ids.tolist() == expected.ids.tolist()
            np.testing.assert_array_equal(found.cosines, expected.cosines)


def test_rows_left_out_stay_out_where_nearly_all_are_not_finite():
    rows = rows_of(400, 10)
    rows[3:] = np.nan
    norms = queries.row_norms(rows)
    found = nearest(rows, norms, queries.unit(rows[0])[None], 5, [[0]], codes=lambda: Codes(rows, norms))
    assert sorted(found.ids[0].tolist()) == [-1, -1, -1, 1, 2]


@pytest.fixture
def small_is_large(monkeypatch):
    monkeypatch.setattr(codes_module, "LARGE", 1)


def test_codes_are_made_at_the_third_query(small_is_large, monkeypatch):
    made = []
    monkeypatch.setattr(codes_module, "Codes", lambda *given: made.append(1) or Codes(*given))
    rows = rows_of(1000, 20)
    vectors = fv.WordVectors([f"w{i}" for i in range(1000)], rows)
    expected = vectors.most_similar_batch(["w7", "w0", "w5"])
    seen = []
    for _ in range(3):
        assert [vectors.most_similar(word) for word in ["w7", "w0", "w5"]] == expected
        seen.append(len(made))
    assert seen == [1, 1, 1]
    assert (
        vectors.most_similar("w7", restrict_vocab=300)
        == [answer for answer in vectors.most_similar("w7", topn=999) if int(answer[0][1:]) < 300][:10]
    )
    among = ["w3", "w8", "w21"]
    assert {word for word, _ in vectors.most_similar("w7", among=among)} == set(among)


def test_calls_that_codes_cannot_serve_make_none(small_is_large, monkeypatch):
    monkeypatch.setattr(codes_module, "Codes", lambda *given: pytest.fail("made"))
    vectors = fv.WordVectors([f"w{i}" for i in range(1000)], rows_of(1000, 20))
    for _ in range(5):
        vectors.most_similar("w1", topn=900)
        vectors.most_similar("w1", topn=0)
        vectors.most_similar("w1", restrict_vocab=50)
        vectors.most_similar("w1", among=["w2", "w3"])
        vectors.most_similar_batch(["w1", "w2"])


def test_codes_are_not_copied_or_pickled(small_is_large):
    vectors = fv.WordVectors([f"w{i}" for i in range(1000)], rows_of(1000, 20))
    expected = vectors.most_similar("w1")
    before = len(pickle.dumps(vectors))
    assert [vectors.most_similar("w1") for _ in range(4)] == [expected] * 4
    assert len(pickle.dumps(vectors)) == before
    for again in (copy.copy(vectors), copy.deepcopy(vectors), pickle.loads(pickle.dumps(vectors))):
        assert again.most_similar("w1") == expected


def test_small_and_very_wide_matrices_have_none(monkeypatch):
    small, wide = np.ones((10, 3), np.float32), np.ones((1000, codes_module.MOST_DIMENSIONS + 1), np.float32)
    for rows in (small, wide):
        asked = CodesWhenAsked()
        assert [asked.of(rows, queries.row_norms(rows)) for _ in range(5)] == [None] * 5


def test_an_error_is_typed_as_before(small_is_large):
    vectors = fv.WordVectors([f"w{i}" for i in range(1000)], rows_of(1000, 20))
    for _ in range(4):
        with pytest.raises(FastvecError):
            vectors.most_similar("none")
