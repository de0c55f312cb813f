"""Heat maps: cosines of words with each other, and the wall of counts."""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
import pytest

import fastvec as fv
from fastvec.show.figures import HEAT


@pytest.fixture(scope="module")
def kingdom():
    corpus = fv.Corpus.from_text(fv.datasets.kingdom(), min_count=1)
    counts = fv.count_cooccurrences(corpus)
    return counts, fv.LogCountFactorization(epochs=100).train(counts)


def names(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_cells_are_cosines(vectors):
    words = ["cat1", "town3", "verb9", "cat2"]
    axes = fv.plot_similarity(vectors, words)
    shown = axes.images[0].get_array()
    expected = [[vectors.similarity(a, b) for b in words] for a in words]
    np.testing.assert_allclose(shown, expected, atol=1e-6)
    assert axes.images[0].cmap.name == HEAT
    assert axes.images[0].norm.vmax == 1
    assert names(axes.xaxis) == names(axes.yaxis) == words
    assert [text.get_text() for text in axes.texts] == [f"{value + 0:.2f}" for value in shown.ravel().round(2)]
    assert axes.figure.axes[1].get_ylabel() == "cosine"


def test_clusters_stand_together():
    words = [f"{name}{i}" for i in range(5) for name in ("cat", "dog", "verb")]
    rows = np.tile(np.eye(3), (5, 1)) + 0.1 * np.random.default_rng(0).standard_normal((15, 3))
    vectors = fv.WordVectors(words, rows)
    axes = fv.plot_similarity(vectors, words, clustered=True)
    families = [name[:3] for name in names(axes.xaxis)]
    assert sum(a != b for a, b in pairwise(families)) == 2
    expected = [[vectors.similarity(a, b) for b in names(axes.xaxis)] for a in names(axes.yaxis)]
    np.testing.assert_allclose(axes.images[0].get_array(), expected, atol=1e-6)
    assert names(fv.plot_similarity(vectors, ["cat1"], clustered=True).xaxis) == ["cat1"]


def test_numbers_and_names_only_where_they_fit(vectors):
    axes = fv.plot_similarity(vectors, vectors.index_to_key[:100])
    assert not axes.texts
    assert len(names(axes.xaxis)) == 100
    many = fv.plot_similarity(vectors, vectors.index_to_key[:300])
    step = int(many.get_xlabel().split()[2])
    assert step > 1
    assert many.get_xlabel() == f"one of {step} has its name"
    assert names(many.xaxis) == vectors.index_to_key[:300:step]


@pytest.mark.parametrize("n", [2, 20, 50, 111])
def test_all_text_of_a_wall_is_inside_and_names_do_not_overlap(n):
    counts = fv.count_cooccurrences(fv.Corpus.from_text(fv.datasets.kingdom(), min_count=1))
    vectors = fv.LogCountFactorization(vector_size=4, epochs=2).train(counts)
    panels = fv.plot_counts(counts, vectors, n=n)
    figure = panels[0].figure
    figure.draw_without_rendering()
    for axes in panels:
        rows = [label.get_window_extent() for label in axes.yaxis.get_ticklabels()]
        texts = [axes.title, axes.xaxis.label, axes.yaxis.label]
        for box in [*rows, *(text.get_window_extent() for text in texts)]:
            assert box.x0 >= 0
            assert box.y0 >= 0
            assert box.y1 <= figure.bbox.height
        middles = sorted((box.y0 + box.y1) / 2 for box in rows)
        heights = [label.get_fontsize() * figure.dpi / 72 for label in axes.yaxis.get_ticklabels()]
        assert min(np.diff(middles), default=99) >= 0.9 * max(heights)


def test_numbers_stay_in_their_cells(vectors):
    axes = fv.plot_similarity(vectors, vectors.index_to_key[:15])
    axes.figure.draw_without_rendering()
    cell = axes.get_window_extent().width / 15
    assert len(axes.texts) == 225
    assert max(text.get_window_extent().width for text in axes.texts) < cell


def test_numbers_can_be_read_on_their_colour(vectors):
    axes = fv.plot_similarity(vectors, vectors.index_to_key[::150])
    image = axes.images[0]
    for text, value in zip(axes.texts, image.get_array().ravel(), strict=True):
        brightness = np.dot(image.cmap(image.norm(value))[:3], (0.2126, 0.7152, 0.0722))
        assert abs(brightness - (text.get_color() == "white")) > 0.4


def test_words_of_all_kinds(odd, tmp_path):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")
        axes = fv.plot_similarity(odd, odd.index_to_key, clustered=True, title="$_")
        axes.figure.savefig(tmp_path / "odd.png")
    assert "$x^{$" in names(axes.xaxis)


def test_the_wall(kingdom):
    counts, vectors = kingdom
    left, right = fv.plot_counts(counts, vectors)
    words = names(left.yaxis)
    assert len(words) == 111
    assert words[0] == "the"
    ids = [counts.vocabulary.index[word] for word in words]
    np.testing.assert_allclose(left.images[0].get_array(), np.log1p(counts.to_csr().toarray()[np.ix_(ids, ids)]))
    expected = vectors.vectors[ids].astype(float) @ vectors.context_vectors[ids].astype(float).T
    np.testing.assert_allclose(right.images[0].get_array(), expected)
    assert left.images[0].get_clim() == right.images[0].get_clim()
    assert left.get_title() == "Counts: 111 × 111 = 12,321 cells"
    caption, error = right.get_title().split("\n")
    assert caption == "W·Cᵀ: 111 × 16 × 2 = 3,552 numbers"
    targets = left.images[0].get_array()
    seen = targets > 0
    rms = np.sqrt(np.mean((expected - targets)[seen] ** 2))
    assert error == f"root mean square error of the {seen.sum():,} cells that are not 0: {rms:.2g}"
    assert (left.get_xlabel(), left.get_ylabel()) == ("context word", "word")


def test_counts_of_some_words(kingdom, axes):
    counts, _ = kingdom
    assert fv.plot_counts(counts, words=["king", "the"], ax=axes) is axes
    assert axes.images[0].get_array()[0, 1] == pytest.approx(np.log1p(counts["king", "the"]))
    assert len(names(fv.plot_counts(counts, n=7).xaxis)) == 7
    assert names(fv.plot_counts(counts, words=[np.int64(4), "king"]).xaxis) == [counts.vocabulary.words[4], "king"]


def test_what_cannot_be_drawn_is_named(kingdom, vectors, axes, broken):
    counts, made = kingdom
    with pytest.raises(fv.SettingError, match="counts: expected a CooccurrenceMatrix"):
        fv.plot_counts(np.eye(3))
    with pytest.raises(fv.SettingError, match="vectors: expected vectors with context vectors, got none"):
        fv.plot_counts(counts, vectors)
    with pytest.raises(fv.SettingError, match="ax: expected 2 Axes of matplotlib, got 1"):
        fv.plot_counts(counts, made, ax=axes)
    with pytest.raises(fv.UnknownWordError, match="not in the vocabulary: 'kings'"):
        fv.plot_counts(counts, words=["kings"])
    with pytest.raises(fv.SettingError, match="words: expected at least one word"):
        fv.plot_counts(counts, words=[])
    with pytest.raises(fv.SettingError, match="words: expected a whole number from 0 to 110, got 111"):
        fv.plot_counts(counts, words=[111])
    infinite = fv.WordVectors(made.index_to_key, made.vectors * np.inf, context_vectors=made.context_vectors)
    with pytest.raises(fv.SettingError, match="vectors: expected finite vectors"):
        fv.plot_counts(counts, infinite)
    with pytest.raises(fv.SettingError, match="vectors: expected finite vectors"):
        fv.plot_similarity(broken, ["a", "b"])
    with pytest.raises(fv.SettingError, match="words: expected at least one word"):
        fv.plot_similarity(vectors, [])
    with pytest.raises(fv.SettingError, match="clustered: expected True or False"):
        fv.plot_similarity(vectors, ["cat1"], clustered="yes")
    with pytest.raises(fv.UnknownWordError):
        fv.plot_similarity(vectors, ["cat1", "nothing"])
