"""Comparisons of words, by cosines, means and transport: what is asked for, and what cannot be."""

import itertools
import sys

import numpy as np
import pytest

import fastvec as fv

WORDS = [f"w{i}" for i in range(40)]


@pytest.fixture(scope="module")
def vectors():
    return fv.WordVectors(WORDS, np.random.default_rng(1).standard_normal((40, 6)))


@pytest.fixture(scope="module")
def with_subwords():
    settings = fv.Subwords(min_n=3, max_n=4, buckets=40)
    words = ["tea", "milk", "water", "sugar"]
    rows = np.random.default_rng(3).standard_normal((len(words) + 40, 5)).astype(np.float32)
    subwords = fv.SubwordVectors(settings, rows)
    return fv.WordVectors(words, subwords.of_words(words), subwords=subwords)


def test_equal_vectors_are_not_nearer_than_each_other():
    """A product in float32 may round rows of one direction differently, by where they stand."""
    draw = np.random.default_rng(2)
    rows = np.concatenate([draw.standard_normal((1, 37)), np.tile(draw.standard_normal(37), (997, 1))])
    vectors = fv.WordVectors([f"w{i}" for i in range(998)], rows)
    assert vectors.closer_than("w0", "w500") == []
    assert vectors.rank("w0", "w3") == vectors.rank("w0", "w997") == 1
    assert vectors.rank("w0", "w0") == 1


def test_rows_that_are_not_finite_are_neither_nearer_nor_in_the_way(vectors):
    rows = np.array(vectors.vectors)
    rows[7] = np.nan
    broken = fv.WordVectors(WORDS, rows)
    assert broken.closer_than("w1", "w2") == [word for word in vectors.closer_than("w1", "w2") if word != "w7"]
    assert np.isnan(broken.most_similar("w1", topn=None)[7])
    assert np.isnan(broken.most_similar_cosmul("w1", topn=None)[7])
    assert "w7" not in dict(broken.most_similar_cosmul("w1", topn=40))
    assert np.isnan(broken.distances("w1")[7])


def test_3cosmul_at_its_edges(vectors):
    rows = np.array([[1, 0], [0, 0], [-1, 0], [0, 1], [0, 2]])
    found = fv.WordVectors(list("abcde"), rows).most_similar_cosmul(["a"], ["c"], topn=5)
    assert [word for word, _ in found] == ["b", "d", "e"], "equal scores go by id"
    assert [score for _, score in found] == pytest.approx([0.5 / (0.5 + 1e-6)] * 3)
    same = fv.WordVectors([f"w{i}" for i in range(700)], np.tile([[0.3, 0.1, 0.7]], (700, 1)))
    found = same.most_similar_cosmul(["w1", "w2"], ["w3"], topn=4)
    assert [word for word, _ in found] == ["w0", "w4", "w5", "w6"]
    everywhere = vectors.most_similar_cosmul("w30", restrict_vocab=10, topn=20)
    assert sorted(word for word, _ in everywhere) == sorted(WORDS[:10])


def test_unseen_words_everywhere(with_subwords):
    v, unseen = with_subwords, "waters"
    row = v[unseen]
    assert v.distances(unseen, ["tea", "teas"]) == pytest.approx(
        [v.distance(unseen, "tea"), v.distance(unseen, "teas")]
    )
    for ask in (v.most_similar, v.most_similar_cosmul):
        assert ask(unseen, topn=9) == ask([row], topn=9)
        assert ask(["tea", unseen], topn=9) == [pair for pair in ask([v["tea"], row], topn=9) if pair[0] != "tea"]
    assert v.most_similar_batch([unseen, row, "tea"], 2)[0] == v.most_similar_batch([unseen, row, "tea"], 2)[1]
    assert v.get_mean_vector([unseen], pre_normalize=False) == pytest.approx(row)
    nearest = [word for word, _ in v.most_similar(unseen)]
    assert v.closer_than(unseen, nearest[2]) == sorted(nearest[:2], key=v.get_index)
    nearer = [word for word in v if word != "tea" and v.similarity("tea", word) > v.similarity("tea", unseen)]
    assert v.rank("tea", unseen) == 1 + len(nearer)
    assert v.most_similar_to_given(unseen, ["tea", unseen]) == unseen


def test_means(vectors):
    rows = vectors.vectors.astype(np.float64)
    unit = rows / np.linalg.norm(rows, axis=1)[:, None]
    assert vectors.get_mean_vector(["w1", 2]) == pytest.approx(unit[[1, 2]].mean(axis=0), abs=1e-6)
    assert vectors.get_mean_vector([rows[1]]) == pytest.approx(unit[1], abs=1e-6)
    with pytest.raises(fv.UnknownWordError, match="no vector for 'x'"):
        vectors.get_mean_vector(["w1", "x"], ignore_missing=False)
    with pytest.raises(fv.UnknownWordError, match="no vector for 'x'"):
        vectors.get_mean_vector(["x", "y"])


def transport(a, b, vectors):
    """The least cost over all ways to match two documents of one length."""
    costs = [[np.linalg.norm(vectors[x] - vectors[y]) for y in b] for x in a]
    matches = itertools.permutations(range(len(b)))
    return min(sum(costs[i][j] for i, j in enumerate(match)) / len(a) for match in matches)


def test_word_movers_distance(vectors):
    pytest.importorskip("ot")
    a, b = ["w1", "w1", "w2", "w3", "w4"], ["w2", "w9", "w9", "w9", "w5"]
    assert vectors.wmdistance(a, b, norm=False) == pytest.approx(transport(a, b, vectors), rel=1e-6)
    assert vectors.wmdistance(a, b) == pytest.approx(vectors.wmdistance(b, a))
    assert vectors.wmdistance(a, ["unknown"]) == vectors.wmdistance([], []) == float("inf")
    alike = fv.WordVectors(["a", "b"], [[1, 2], [1, 2]])
    assert alike.wmdistance(["a"], ["b"]) == 0


def test_word_movers_distance_needs_its_package(vectors, monkeypatch):
    monkeypatch.setitem(sys.modules, "ot", None)
    with pytest.raises(fv.MissingPackageError, match=r"Word Mover's distances need .*fastvec\[wmd\]"):
        vectors.wmdistance(["w1"], ["w2"])


NAN = fv.WordVectors(["a", "nan"], [[1, 2], [np.nan, 1]])


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda v: v.distances("w1", "w2"), r"other_words: expected a list of words, got 'w2'; give \['w2'\]"),
        (lambda v: v.distances(np.ones(5)), r"vector: expected real numbers\[6\]"),
        (lambda v: v.distances(np.full(6, np.inf)), "vector: expected finite numbers"),
        (lambda v: v.closer_than(NAN, "w1"), "key: expected a word or an id"),
        (lambda v: NAN.closer_than("nan", "a"), "a: expected finite vectors"),
        (lambda v: v.most_similar_to_given("w1", "w2"), "others: expected a list of words"),
        (lambda v: v.most_similar_to_given("w1", []), "others: expected at least one word, got none"),
        (lambda v: v.get_mean_vector("w1"), "keys: expected a list of words"),
        (lambda v: v.get_mean_vector([]), "keys: expected at least one word"),
        (lambda v: v.get_mean_vector(["w1"], [1, 2]), r"weights: expected float64\[1\]"),
        (lambda v: v.get_mean_vector(["w1"], [np.nan]), "weights: expected finite numbers"),
        (lambda v: v.get_mean_vector(["w1"], [0]), "weights: expected at least one that is not 0"),
        (lambda v: v.get_mean_vector(["w1"], pre_normalize=1), "pre_normalize: expected True or False"),
        (lambda v: v.get_mean_vector(["w1"], ignore_missing="no"), "ignore_missing"),
        (lambda v: v.most_similar_cosmul(), "positive: expected at least one word or vector"),
        (lambda v: v.most_similar_cosmul([], ["w1"]), "positive: expected at least one word or vector"),
        (lambda v: v.most_similar_cosmul([("w1", 0.5)]), "weight: expected none, in a product, got 0.5"),
        (lambda v: v.most_similar_cosmul("w1", topn=-1), "topn"),
        (lambda v: v.most_similar_cosmul("w1", restrict_vocab=0), "restrict_vocab"),
        (lambda v: NAN.most_similar_cosmul("nan"), "positive, negative: expected finite vectors"),
        (lambda v: v.most_similar(b"w1"), "positive, negative: expected words"),
        (lambda v: v.most_similar("w1", among="w2"), "among: expected a list of words"),
        (lambda v: v.most_similar("w1", topn=None, among=["w2"]), "topn: expected a number, with among"),
        (lambda v: v.most_similar_batch(["w1"], restrict_vocab=2.5), "restrict_vocab"),
        (lambda v: v.wmdistance("w1 w2", ["w1"]), "a: expected a list of words"),
        (lambda v: v.wmdistance(["w1"], "w2"), "b: expected a list of words"),
        (lambda v: v.wmdistance(["w1"], ["w2"], norm=None), "norm: expected True or False"),
        (lambda v: NAN.wmdistance(["a"], ["nan"]), "b: expected words with finite vectors"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked(vectors, ask, message):
    with pytest.raises(fv.SettingError, match=message):
        ask(vectors)


@pytest.mark.parametrize(
    "ask",
    [
        lambda v: v.distances("x"),
        lambda v: v.distances("w1", ["x"]),
        lambda v: v.closer_than("w1", "x"),
        lambda v: v.closer_than("x", "w1"),
        lambda v: v.most_similar_cosmul("x"),
        lambda v: v.most_similar("w1", among=["x"]),
        lambda v: v.most_similar_to_given("w1", ["w2", "x"]),
    ],
)
def test_unknown_words(vectors, ask):
    with pytest.raises(fv.UnknownWordError, match="no vector for 'x'"):
        ask(vectors)
