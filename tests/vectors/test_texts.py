"""Vectors of texts, against loops over float64 Python numbers and a full SVD."""

from pathlib import Path

import numpy as np
import pytest

import fastvec as fv
from fastvec.vectors import components, means

WORDS = [f"w{i}" for i in range(40)]
COUNTS = np.arange(4000, 0, -100)
TEXTS = ["w0 w1 w2", "w3 w3 w3 nothing", "", "nothing at all", "w5", "w39 w0 w0 w7 w8 w9", "\tw1  w2\nw3\n"]


@pytest.fixture(scope="module")
def vectors():
    return fv.WordVectors(WORDS, np.random.default_rng(1).standard_normal((40, 9)), counts=COUNTS)


def mean(vectors, tokens, weight=lambda word: 1.0):
    known = [token for token in tokens if token in vectors]
    total = np.zeros(vectors.vector_size)
    for token in known:
        total += weight(token) * vectors[token].astype(np.float64)
    return total / max(1, len(known))


def without(rows, k):
    components = np.linalg.svd(rows, full_matrices=False)[2][:k]
    return rows - rows @ components.T @ components


def test_the_mean_is_that_of_plain_python(vectors):
    found, n_unknown = vectors.embed(TEXTS, return_unknown=True)
    assert found.dtype == np.float32
    assert found == pytest.approx(np.array([mean(vectors, text.split()) for text in TEXTS]), abs=1e-6)
    assert n_unknown.tolist() == [0, 1, 0, 3, 0, 0, 0]
    assert not found[2:4].any(), "no word is known"


def test_texts_come_in_every_form(vectors, tmp_path):
    expected = vectors.embed(TEXTS[:6])
    lists = [text.split() for text in TEXTS[:6]]
    Path(tmp_path, "texts.txt").write_text("\n".join(TEXTS[:6]) + "\n")
    corpus = fv.Corpus.from_text(lists, min_count=1)
    forms = [
        lists, tuple(map(tuple, lists)), (text for text in TEXTS[:6]), map(iter, lists), np.array(TEXTS[:6]),
        [text.encode() for text in TEXTS[:6]], tmp_path / "texts.txt", [tmp_path / "texts.txt"], corpus,
    ]  # fmt: skip
    for texts in forms:
        assert np.array_equal(vectors.embed(texts), expected)
    assert corpus.ids.tolist() == fv.Corpus.from_text(lists, min_count=1).ids.tolist(), "it is not changed"


def test_tokens_are_those_of_a_corpus(vectors):
    expected = vectors.embed(["w0 w1"])
    assert np.array_equal(vectors.embed(["(W0, w1!)"], tokens="words", lowercase=True), expected)
    assert np.array_equal(vectors.embed(["w0|w1"], tokens=lambda line: line.split("|")), expected)


def test_a_text_may_have_the_name_of_a_file(vectors, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("w0").write_text("w1")
    assert np.array_equal(vectors.embed(["w0"]), vectors[["w0"]])


def test_no_text_at_all(vectors):
    for method in ("mean", fv.SIF(components=0)):
        assert vectors.embed([], method).shape == (0, 9)
        assert vectors.embed(["", ""], method).tolist() == [[0] * 9] * 2


@pytest.mark.parametrize("threads", [1, 3])
def test_many_texts_on_any_number_of_threads(vectors, threads, monkeypatch):
    monkeypatch.setattr(means, "ROWS", 50)
    draw = np.random.default_rng(2)
    texts = [[WORDS[i] for i in draw.integers(0, 40, size)] for size in draw.integers(0, 20, 300)]
    expected = np.array([mean(vectors, text) for text in texts])
    assert vectors.embed(texts, threads=threads) == pytest.approx(expected, abs=1e-6)


def test_out_of_vocabulary_words_count_by_their_ngrams():
    settings = fv.Subwords(min_n=3, max_n=3, buckets=50)
    rows = np.random.default_rng(3).standard_normal((2 + 50, 4)).astype(np.float32)
    subwords = fv.SubwordVectors(settings, rows)
    vectors = fv.WordVectors(["cat", "dog"], subwords.of_words(["cat", "dog"]), subwords=subwords, counts=[9, 1])
    found, n_unknown = vectors.embed(["cat cats", "x </s> dogs dog"], return_unknown=True)
    expected = [vectors[["cat", "cats"]].mean(axis=0), vectors[["x", "dogs", "dog"]].mean(axis=0)]
    assert found == pytest.approx(np.array(expected), abs=1e-6)
    assert n_unknown.tolist() == [0, 1], "the end of a line has no n-grams"
    weighted = vectors.embed(["cats", "dog"], fv.SIF(a=0.1, components=0))
    assert weighted == pytest.approx(np.array([vectors["cats"], vectors["dog"] * 0.1 / 0.2]), abs=1e-6)


def test_most_words_unknown_is_a_warning(vectors):
    with pytest.warns(UserWarning, match=r"75% of the tokens have no vector, such as 'W1'; .*lowercase=True"):
        vectors.embed(["w0 W1", "W1 W2"])
    with pytest.warns(UserWarning, match="100% of the tokens have no vector, such as 'x'$"):
        vectors.embed(["X"], lowercase=True)


@pytest.mark.parametrize(("a", "k"), [(1e-3, 1), (0.1, 3), (1e-3, 0)])
def test_sif_is_that_of_plain_python(vectors, a, k):
    texts = [*TEXTS, "w11 w12 w13", "w30 w31 w2"]
    rows = [mean(vectors, t.split(), lambda w: a / (a + COUNTS[int(w[1:])] / COUNTS.sum())) for t in texts]
    expected = without(np.array(rows), k)
    settings = fv.SIF(a=a, components=k)
    assert vectors.embed(texts, settings) == pytest.approx(expected, abs=1e-6)
    fitted = settings.fit(vectors, texts)
    assert fitted.transform(texts) == pytest.approx(expected, abs=1e-6)
    assert fitted.transform(texts[:1]) == pytest.approx(expected[:1], abs=1e-6), "whatever else is asked"
    again = fv.FittedSIF(vectors, fitted.common.copy(), settings)
    assert np.array_equal(again.transform(texts), fitted.transform(texts))


def test_sif_by_its_name_has_the_papers_settings(vectors):
    assert np.array_equal(vectors.embed(TEXTS, "sif"), vectors.embed(TEXTS, fv.SIF(a=1e-3, components=1)))


def test_sif_of_many_texts(vectors, monkeypatch):
    texts = [[WORDS[i] for i in row] for row in np.random.default_rng(4).integers(0, 40, (100, 6))]
    expected = vectors.embed(texts, "sif")
    monkeypatch.setattr(components, "BLOCK", 7)
    assert vectors.embed(texts, "sif") == pytest.approx(expected, abs=1e-5)


def test_a_fitted_sif_splits_all_texts_alike(vectors):
    texts = ["W0, w1", "W2; w3", "w8!"]
    fitted = fv.SIF().fit(vectors, texts, tokens="words", lowercase=True)
    assert fitted.transform(["w0 w1", "W2? W3"]) == pytest.approx(fitted.transform(texts[:2]), abs=1e-7)


def test_where_frequencies_come_from(vectors):
    bare = fv.WordVectors(WORDS, vectors.vectors)
    zipf = 1 / np.arange(1, 41) / (1 / np.arange(1, 41)).sum()
    found = bare.embed(["w0", "w9"], fv.SIF(components=0, frequencies="zipf"))
    assert found == pytest.approx(bare[["w0", "w9"]] * (1e-3 / (1e-3 + zipf[[0, 9]]))[:, None], rel=1e-5)
    vocabulary = fv.Vocabulary(["w9", "other"], [3, 1])
    found = bare.embed(["w0", "w9"], fv.SIF(components=0, frequencies=vocabulary))
    assert found == pytest.approx(bare[["w0", "w9"]] * np.array([[1], [1e-3 / 0.751]]), rel=1e-5)


def test_zero_counts_are_no_counts():
    vectors = fv.WordVectors(["a", "b"], [[1, 2], [3, 4]], counts=[0, 0])
    with pytest.raises(fv.SettingError, match=r"vectors: expected the counts.*frequencies='zipf'"):
        vectors.embed(["a", "b"], "sif")


@pytest.mark.parametrize("texts", [["w0"], ["w0", "w0", "zz"], ["", ""], ["w0 w0"] * 5000])
def test_too_few_texts_for_a_common_component(vectors, texts):
    with pytest.raises(fv.SettingError, match="texts: expected texts in more directions than the 1 common"):
        vectors.embed(texts, "sif")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda v: v.embed("w0 w1"), r"texts: expected a list of texts, got 'w0 w1'; one text is \[text\]"),
        (lambda v: v.embed(b"w0"), "texts: expected a list of texts"),
        (lambda v: v.embed(5), "source: expected a path"),
        (lambda v: v.embed({"w0": 1}), "source"),
        (lambda v: v.embed(["w0"], "median"), "method: expected 'mean', 'sif' or"),
        (lambda v: v.embed(["w0"], tokens="letters"), "tokens: expected"),
        (lambda v: v.embed(["w0"], lowercase="yes"), "lowercase: expected True or False"),
        (lambda v: v.embed(["w0"], threads=0), "threads"),
        (lambda v: v.embed(fv.Corpus.from_text(["w0"], min_count=1), lowercase=True), "a corpus has its tokens"),
        (lambda v: fv.SIF(a=0), "a: expected a finite number above 0"),
        (lambda v: fv.SIF(components=-1), "components"),
        (lambda v: fv.SIF(frequencies="rank"), "frequencies: expected 'counts', 'zipf' or"),
        (lambda v: fv.SIF(frequencies=fv.Vocabulary(["a"])), "frequencies: expected a Vocabulary with counts"),
        (lambda v: fv.FittedSIF(v, np.ones((2, 9)), fv.SIF()), r"common: expected float64\[1, 9\]"),
        (lambda v: fv.SIF().fit(fv.WordVectors(WORDS, v.vectors), TEXTS), "frequencies='zipf'"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(vectors, call, message):
    with pytest.raises((fv.SettingError, fv.CorpusError), match=message):
        call(vectors)


@pytest.mark.parametrize("texts", [[5], [["w0", 5.5]], [{"text": "w0"}], [{"w0"}], ["\ud800"]])
def test_items_that_are_no_texts_are_refused(vectors, texts):
    with pytest.raises(fv.CorpusError, match="source"):
        vectors.embed(texts)


def test_vectors_that_are_not_finite_are_refused():
    vectors = fv.WordVectors(["a", "b"], [[1, np.nan], [3, 4]])
    assert vectors.embed(["b"]).tolist() == [[3, 4]]
    with pytest.raises(
        fv.SettingError, match="vectors: expected finite numbers, got nan or inf in the row of 'a'"
    ):
        vectors.embed(["b", "a"])


def test_reading_stops_where_on_progress_says_so(vectors):
    def many():
        yield from ["w0"] * 500_000

    found = vectors.embed(many(), on_progress=lambda now: now.done == 0)
    assert 0 < len(found) <= 500_000
