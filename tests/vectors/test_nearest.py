"""Many queries at once give what one after the other gives."""

import numpy as np
import pytest

import fastvec as fv
from fastvec.vectors import nearest, queries


def unit(rows):
    return np.array([queries.unit(row) for row in rows])


def one_by_one(vectors, asked, topn, left_out):
    """The answers by cosines of all rows, sorted."""
    answers = []
    for query, out in zip(asked, left_out, strict=True):
        cosines = queries.cosines(vectors, query)
        order = [int(i) for i in np.argsort(-cosines, kind="stable") if i not in out]
        answers.append([(i, cosines[i]) for i in order[:topn]])
    return answers


@pytest.fixture(params=[(1, 1), (3, 7), (1024, 4096)], ids=str)
def blocks(request, monkeypatch):
    monkeypatch.setattr(nearest, "QUERIES", request.param[0])
    monkeypatch.setattr(nearest, "ROWS", request.param[1])


@pytest.mark.parametrize("topn", [0, 1, 3, 10, 50, 99])
@pytest.mark.parametrize("size", [1, 2, 17, 100])
def test_against_one_by_one(blocks, topn, size):
    draw = np.random.default_rng(7)
    vectors = draw.normal(size=(50, size)).astype(np.float32)
    vectors[3] = 0
    vectors[20:24] = vectors[5]  # ties go by id
    asked = unit([*vectors[:12], *draw.normal(size=(5, size)), np.zeros(size)])
    left_out = [[i] if i < 12 else [4, 5] if i == 14 else [] for i in range(len(asked))]
    found = nearest.nearest(vectors, queries.row_norms(vectors), asked, topn, left_out)
    for query, expected in enumerate(one_by_one(vectors, asked, topn, left_out)):
        n = len(expected)
        assert found.ids[query, :n].tolist() == [i for i, _ in expected]
        assert found.cosines[query, :n].tolist() == pytest.approx([cosine for _, cosine in expected], abs=1e-12)
        assert (found.ids[query, n:] == -1).all()
        assert np.isnan(found.cosines[query, n:]).all()


@pytest.mark.parametrize("topn", [0, 1, 3, 99])
def test_among_some_rows(blocks, topn):
    draw = np.random.default_rng(8)
    vectors = draw.normal(size=(60, 9)).astype(np.float32)
    vectors[20:30] = vectors[5]
    asked = unit([*vectors[:6], *draw.normal(size=(3, 9))])
    among = np.unique(draw.integers(0, 60, 25))
    left_out = [[i, int(among[-1])] for i in range(len(asked))]
    found = nearest.nearest(vectors, queries.row_norms(vectors), asked, topn, left_out, among)
    others = sorted(set(range(60)) - set(among.tolist()))
    everything = one_by_one(vectors, asked, topn, [[*out, *others] for out in left_out])
    for query, expected in enumerate(everything):
        n = len(expected)
        assert found.ids[query, :n].tolist() == [i for i, _ in expected]
        assert (found.ids[query, n:] == -1).all()
    empty = nearest.nearest(vectors, queries.row_norms(vectors), asked, topn, left_out, among[:0])
    assert empty.ids.shape == (9, 0)


def test_rows_that_are_not_finite_are_no_answers(blocks):
    vectors = np.random.default_rng(1).normal(size=(30, 4)).astype(np.float32)
    vectors[7], vectors[9, 2] = np.nan, np.inf
    found = nearest.nearest(vectors, queries.row_norms(vectors), unit(vectors[:3]), 30)
    assert not {7, 9} & set(found.ids.ravel().tolist())
    assert (found.ids >= 0).sum() == 3 * 28


def test_all_rows_alike(blocks):
    vectors = np.ones((200, 3), np.float32)
    found = nearest.nearest(vectors, queries.row_norms(vectors), unit(vectors[:5]), 4)
    assert found.ids.tolist() == [[0, 1, 2, 3]] * 5


def test_most_similar_batch(monkeypatch):
    monkeypatch.setattr(nearest, "QUERIES", 4)
    rows = np.random.default_rng(2).normal(size=(40, 6)).astype(np.float32)
    vectors = fv.WordVectors([f"w{i}" for i in range(40)], rows)
    words = [f"w{i}" for i in range(11)]
    for more in ({}, {"restrict_vocab": 8}):
        one_by_one = [vectors.most_similar(word, topn=5, **more) for word in words]
        for found, expected in zip(vectors.most_similar_batch(words, 5, **more), one_by_one, strict=True):
            assert [word for word, _ in found] == [word for word, _ in expected]
            assert [c for _, c in found] == pytest.approx([c for _, c in expected], abs=1e-12)
    assert vectors.most_similar_batch(np.arange(3), 2) == vectors.most_similar_batch(["w0", "w1", "w2"], 2)
    of_rows = vectors.most_similar_batch(rows[:3].astype(float), 1)
    assert [answer[0][0] for answer in of_rows] == ["w0", "w1", "w2"], "a vector leaves no word out"
    some = ["w30", 3, "w5", "w5", "w0"]
    for more in ({}, {"restrict_vocab": 8}):
        found = vectors.most_similar_batch(iter(words), 2, among=iter(some), **more)
        for answer, word in zip(found, words, strict=True):
            expected = vectors.most_similar(word, topn=2, among=set(some), **more)
            assert answer == [(other, pytest.approx(cosine)) for other, cosine in expected]
        assert {word for answer in found for word, _ in answer} <= {"w30", "w3", "w5", "w0"}
    mixed = vectors.most_similar_batch(("w0", 1, rows[2]), 1)
    assert mixed[:2] == vectors.most_similar_batch(["w0", "w1"], 1)
    assert mixed[2] == [("w2", pytest.approx(1))]
    assert vectors.most_similar_batch([]) == []
    assert vectors.most_similar_batch(["w0"], 0) == [[]]


@pytest.mark.parametrize(
    ("keys", "message"),
    [("w0", "keys: expected a list"), (np.ones((2, 5)), "keys"), (np.full((1, 6), np.nan), "finite"), (5, "keys")],
)
def test_queries_that_cannot_be_asked(keys, message):
    vectors = fv.WordVectors(["w0", "w1"], np.ones((2, 6)))
    with pytest.raises(fv.SettingError, match=message):
        vectors.most_similar_batch(keys)
    with pytest.raises(fv.UnknownWordError, match="no vector for 'w2'"):
        vectors.most_similar_batch(["w2"])
