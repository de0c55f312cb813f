"""Words composed of n-grams: their vectors, and queries about words that were never seen."""

import numpy as np
import oracles_subwords as oracle
import pytest

from fastvec import SettingError, Subwords, UnknownWordError, WordVectors
from fastvec.vectors.subwords import SubwordVectors

WORDS = ["the", "naïve", "</s>", "a", "\udcff"]
SETTINGS = Subwords(min_n=3, max_n=4, buckets=30)


def rows_of(settings, n_words, size, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n_words + settings.buckets, size)).astype(np.float32)


@pytest.fixture
def rows():
    return rows_of(SETTINGS, len(WORDS), 6)


@pytest.fixture
def vectors(rows):
    subwords = SubwordVectors(SETTINGS, rows)
    return WordVectors(WORDS, subwords.of_words(WORDS), subwords=subwords)


def expected(word, rows, word_id=None):
    data = word.encode("utf-8", "surrogateescape")
    numbers = oracle.rows(word_id, data, len(rows) - 30, 3, 4, 30)
    return oracle.mean(rows, numbers[word_id is None :])


def test_vectors_are_means_of_rows(rows):
    subwords = SubwordVectors(SETTINGS, rows)
    assert subwords.n_words == len(WORDS)
    composed = subwords.of_words(WORDS)
    np.testing.assert_allclose(composed, [expected(word, rows, i) for i, word in enumerate(WORDS)], atol=1e-6)
    assert composed[2].tobytes() == rows[2].tobytes()
    np.testing.assert_allclose(subwords.compose("a new one"), expected("a new one", rows), atol=1e-6)
    assert "30" in repr(subwords)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_many_words_on_any_number_of_threads(threads):
    words = [f"word{i}" for i in range(9000)]
    settings = Subwords(min_n=1, max_n=3, buckets=1000)
    rows = rows_of(settings, len(words), 3)
    composed = SubwordVectors(settings, rows).of_words(words, threads=threads)
    for i in (0, 4095, 4096, 8999):
        numbers = oracle.rows(i, words[i].encode(), len(words), 1, 3, 1000)
        np.testing.assert_allclose(composed[i], oracle.mean(rows, numbers), atol=1e-6)
    assert composed.tobytes() == SubwordVectors(settings, rows).of_words(words, threads=1).tobytes()


def test_buckets_without_a_row_are_zeros(rows):
    buckets = np.arange(30)[::2]
    some = np.concatenate([rows[:5], rows[5:][buckets]])
    with_zeros = rows.copy()
    with_zeros[5:][1::2] = 0
    full, sparse = SubwordVectors(SETTINGS, with_zeros), SubwordVectors(SETTINGS, some, buckets)
    assert sparse.n_words == 5
    assert sparse.buckets.dtype == np.int32
    assert not sparse.buckets.flags.writeable
    assert sparse.of_words(WORDS).tobytes() == full.of_words(WORDS).tobytes()
    for word in ("a new one", "then", "native"):
        assert sparse.compose(word).tobytes() == full.compose(word).tobytes()


@pytest.mark.parametrize("buckets", [[3, 3], [4, 2], [-1, 2], [29, 30], [[1]], [0.5], [*range(31)]])
def test_buckets_that_are_none(rows, buckets):
    with pytest.raises(SettingError, match="buckets: expected"):
        SubwordVectors(SETTINGS, rows, np.array(buckets))


def test_words_that_have_nothing_to_be_composed_of(rows):
    subwords = SubwordVectors(SETTINGS, rows)
    assert subwords.compose("") is None  # <> is shorter than three
    assert subwords.compose("</s>") is None
    assert subwords.compose("\ud800") is None
    assert SubwordVectors(Subwords(max_n=0), rows).compose("the") is None


def test_rows_are_not_copied_and_read_only(rows):
    moved = np.empty(rows.nbytes + 1, np.uint8)[1:].view(np.float32).reshape(rows.shape)
    moved[:] = rows
    for given in (rows, moved):
        subwords = SubwordVectors(SETTINGS, given)
        assert np.shares_memory(subwords.rows, given)
        assert not subwords.rows.flags.writeable
        assert given.flags.writeable
        assert subwords.compose("new").tobytes() == SubwordVectors(SETTINGS, rows.copy()).compose("new").tobytes()
    for given in (
        rows.astype(float),
        np.asfortranarray(rows),
        rows.tolist(),
        rows.astype(">f4"),
        rows[::-1][::-1],
    ):
        assert (SubwordVectors(SETTINGS, given).rows == rows).all()


@pytest.mark.parametrize(
    ("settings", "rows", "message"),
    [
        ({"min_n": 3}, np.ones((40, 2)), "settings: expected Subwords, got"),
        (SETTINGS, np.ones((29, 2)), "rows: expected at least 30 rows, one for each bucket, got 29"),
        (SETTINGS, np.ones((40, 0), np.float32), "at least one dimension"),
        (SETTINGS, np.ones(40), "rows: expected"),
        (SETTINGS, np.ones((40, 2), complex), "rows: expected"),
    ],
)
def test_rows_that_do_not_fit_are_refused(settings, rows, message):
    with pytest.raises(SettingError, match=message):
        SubwordVectors(settings, rows)


def test_vectors_and_rows_must_belong_together(rows):
    subwords = SubwordVectors(SETTINGS, rows)
    for words, size in [(WORDS[:-1], 6), (WORDS, 5)]:
        with pytest.raises(SettingError, match=r"subwords.rows: expected float32\["):
            WordVectors(words, np.ones((len(words), size)), subwords=subwords)
    with pytest.raises(SettingError, match="words: expected the 5 that have rows, got 4"):
        subwords.of_words(WORDS[:-1])


# --- queries ---


def test_unseen_words_are_looked_up(vectors, rows):
    new = np.array(expected("then", rows))
    np.testing.assert_allclose(vectors["then"], new, atol=1e-6)
    np.testing.assert_allclose(vectors.get_vector("then", norm=True), new / np.linalg.norm(new), atol=1e-6)
    several = vectors[["the", "then", 1]]
    assert several.tobytes() == np.stack([vectors["the"], vectors["then"], vectors[1]]).tobytes()
    assert vectors[np.array(["the", "then", "naïve"])].tobytes() == several.tobytes()
    assert vectors[[]].shape == (0, 6)


def test_only_the_vocabulary_is_in(vectors):
    assert "then" not in vectors
    assert not vectors.has_index_for("then")
    with pytest.raises(UnknownWordError):
        vectors.get_index("then")


def cosine(a, b):
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def test_queries_take_unseen_words(vectors):
    new, other = vectors["then"].astype(float), vectors["native"].astype(float)
    cosines = {word: cosine(new, vectors[word]) for word in WORDS}
    nearest = sorted(WORDS, key=cosines.get, reverse=True)
    assert [word for word, _ in vectors.most_similar("then")] == nearest
    assert [word for word, _ in vectors.similar_by_word("then", topn=2)] == nearest[:2]
    assert vectors.most_similar("then", topn=1)[0][1] == pytest.approx(cosines[nearest[0]])
    assert vectors.similarity("then", "native") == pytest.approx(cosine(new, other), abs=1e-6)
    assert vectors.distance("the", "native") == pytest.approx(1 - cosine(vectors["the"], other), abs=1e-6)
    assert vectors.n_similarity(["then"], ["native"]) == pytest.approx(cosine(new, other), abs=1e-6)
    assert vectors.rank("then", nearest[1]) == 2
    assert vectors.doesnt_match(["then", "native", 0]) in ("then", "native", "the")
    answers = [word for word, _ in vectors.most_similar(["then", "the"], ["native"])]
    assert sorted(answers) == sorted(set(WORDS) - {"the"})
    assert vectors.analogy("then", "the", "native")[0][0] != "the"


def test_words_without_an_ngram_stay_unknown(vectors):
    for word in ("", "\ud800"):
        with pytest.raises(UnknownWordError):
            _ = vectors[word]
        with pytest.raises(UnknownWordError):
            vectors.most_similar(word)
    with pytest.raises(UnknownWordError):
        _ = vectors[99]
    with pytest.raises(UnknownWordError):
        vectors.rank("the", "")
