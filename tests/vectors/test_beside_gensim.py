"""Queries give what gensim gives with the same vectors; skipped without gensim."""

import numpy as np
import pytest

import fastvec as fv

WORDS = [f"w{i}" for i in range(300)]


@pytest.fixture(scope="module")
def both():
    models = pytest.importorskip("gensim.models")
    rows = np.random.default_rng(5).standard_normal((300, 20)).astype(np.float32)
    rows *= np.random.default_rng(6).uniform(0.1, 5, (300, 1)).astype(np.float32)
    theirs = models.KeyedVectors(20)
    theirs.add_vectors(WORDS, rows)
    return fv.WordVectors(WORDS, rows), theirs


def same(ours, theirs):
    assert [word for word, _ in ours] == [word for word, _ in theirs]
    assert [score for _, score in ours] == pytest.approx([score for _, score in theirs], rel=1e-5, abs=1e-6)


@pytest.mark.parametrize(
    ("positive", "negative"),
    [
        (["w1"], []),
        (["w1", "w2"], ["w3"]),
        ("w7", "w9"),
        ([("w1", 0.5), "w2", ("w9", -2)], [("w4", -0.25)]),
        (["w1", 5, 6], ["w2", 8]),
    ],
)
@pytest.mark.parametrize("more", [{}, {"topn": 3}, {"topn": 400}, {"restrict_vocab": 50}])
def test_most_similar(both, positive, negative, more):
    ours, theirs = both
    same(ours.most_similar(positive, negative, **more), theirs.most_similar(positive, negative, **more))


def test_vectors_as_queries(both):
    ours, theirs = both
    row = np.random.default_rng(7).standard_normal(20).astype(np.float32)
    unit = row / np.linalg.norm(row)  # gensim sums given vectors as they are
    same(ours.most_similar([row]), theirs.most_similar([row]))
    same(ours.most_similar(["w1", row], [(row, -0.5)]), theirs.most_similar(["w1", unit], [(unit, -0.5)]))
    same(ours.similar_by_vector(row, 5, restrict_vocab=40), theirs.similar_by_vector(row, 5, restrict_vocab=40))
    same(ours.similar_by_word("w3", 5, restrict_vocab=40), theirs.similar_by_word("w3", 5, restrict_vocab=40))


def test_all_cosines(both):
    ours, theirs = both
    for more in ({}, {"restrict_vocab": 50}):
        expected = theirs.most_similar(["w1", "w2"], ["w3"], topn=None, **more)
        assert ours.most_similar(["w1", "w2"], ["w3"], topn=None, **more) == pytest.approx(expected, abs=1e-5)
        expected = [theirs.most_similar(word, topn=None, **more) for word in ("w1", "w2")]
        assert ours.most_similar_batch(["w1", "w2"], None, **more) == pytest.approx(np.array(expected), abs=1e-5)


@pytest.mark.parametrize(
    ("positive", "negative"),
    [(["w1"], []), (["w1", "w2"], ["w3"]), ("w7", "w9"), (["w1", "w5", "w6"], ["w2", "w8", "w10"])],
)
@pytest.mark.parametrize("topn", [0, 1, 10, 400, None])
def test_most_similar_cosmul(both, positive, negative, topn):
    ours, theirs = both
    found = ours.most_similar_cosmul(positive, negative, topn=topn)
    if topn is None:
        assert found == pytest.approx(theirs.most_similar_cosmul(positive, negative, topn=None), rel=1e-5)
    else:
        same(found, theirs.most_similar_cosmul(positive, negative, topn=topn))


def test_distances_and_order(both):
    ours, theirs = both
    row = ours["w9"] * 2
    for word in ("w1", row):
        assert ours.distances(word) == pytest.approx(theirs.distances(word), abs=1e-6)
        assert ours.distances(word, ["w3", "w4"]) == pytest.approx(theirs.distances(word, ["w3", "w4"]), abs=1e-6)
    for word in ("w2", "w50", "w299"):
        assert set(ours.closer_than("w1", word)) == set(theirs.closer_than("w1", word))
        assert ours.rank("w1", word) == theirs.rank("w1", word)
    assert ours.most_similar_to_given("w1", WORDS[5:60]) == theirs.most_similar_to_given("w1", WORDS[5:60])
    assert ours.doesnt_match(WORDS[3:9]) == theirs.doesnt_match(WORDS[3:9])
    assert ours.n_similarity(WORDS[3:9], WORDS[9:11]) == pytest.approx(
        theirs.n_similarity(WORDS[3:9], WORDS[9:11]), abs=1e-6
    )


@pytest.mark.parametrize("weights", [None, [1, 2, -0.5, 3]])
@pytest.mark.parametrize("pre", [False, True])
@pytest.mark.parametrize("post", [False, True])
def test_mean_vectors(both, weights, pre, post):
    ours, theirs = both
    words = ["w1", "w2", "unknown", "w4"]
    expected = theirs.get_mean_vector(words, weights, pre, post)
    assert ours.get_mean_vector(iter(words), weights, pre, post) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize(
    ("a", "b"),
    [
        (["w1", "w2", "w3"], ["w4", "w5", "w5", "w1"]),
        (["w1"], ["w1"]),
        (["w1", "w1"], ["w2"]),
        (["w1", "unknown"], ["w2", "w9"]),
        (["unknown"], ["w2"]),
        ([], []),
        (WORDS[:40], WORDS[30:100]),
    ],
)
def test_word_movers_distance(both, a, b, norm):
    pytest.importorskip("ot")
    ours, theirs = both
    assert ours.wmdistance(iter(a), b, norm) == pytest.approx(theirs.wmdistance(a, b, norm), abs=1e-5)
