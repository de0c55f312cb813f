"""Maps: where points are, which labels they have, that none overlaps another."""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pytest
from colours import least_difference
from matplotlib.text import Annotation, Text

import fastvec as fv
from fastvec.show.figures import COLOURS, GREY, MARKERS, darker, whole_figure
from fastvec.show.words import LONGEST, text_of


def labels_of(axes):
    return [child for child in axes.get_children() if isinstance(child, Annotation) and child.get_text()]


def boxes_of(axes):
    whole_figure(axes).draw_without_rendering()
    return [Text.get_window_extent(label) for label in labels_of(axes)]


def overlapping(boxes):
    edges = np.array([(box.x0, box.y0, box.x1, box.y1) for box in boxes])
    lows, highs = edges[:, None, :2], edges[:, None, 2:]
    return (np.logical_and(lows < edges[:, 2:], highs > edges[:, :2]).all(axis=2).sum() - len(edges)) // 2


@pytest.mark.parametrize("n", [20, 1000])
def test_labels_do_not_overlap(vectors, n):
    axes = fv.plot_map(vectors, n=n)
    boxes = boxes_of(axes)
    assert overlapping(boxes) == 0
    frame = axes.get_window_extent().padded(1)
    assert all(frame.contains(*corner) for box in boxes for corner in box.corners())
    assert len(boxes) == 20 if n == 20 else 200 < len(boxes) < 1000
    heading, *note = axes.get_title().split("\n")
    assert heading == f"{n:,} words, PCA"
    assert note == ([] if n == 20 else [f"{len(boxes)} of them have room for a label"])
    assert axes.figure.axes == [axes]


def test_overlaps_are_seen():
    from matplotlib.transforms import Bbox

    assert overlapping([Bbox([[0, 0], [2, 2]]), Bbox([[1, 1], [3, 3]]), Bbox([[5, 0], [6, 1]])]) == 1


def test_points_are_those_of_the_projection(vectors):
    words = vectors.index_to_key[::100]
    axes = fv.plot_map(vectors, words)
    rows = vectors[words] / np.linalg.norm(vectors[words], axis=1)[:, None]
    expected = fv.geometry.project(rows)
    np.testing.assert_allclose(axes.lines[0].get_xydata(), expected, atol=1e-5)
    share = 100 * expected.var(axis=0) / rows.var(axis=0).sum()
    assert axes.get_xlabel() == f"principal component 1 ({share[0]:.0f} % of the variance)"
    assert axes.get_ylabel() == f"principal component 2 ({share[1]:.0f} % of the variance)"
    placed = {label.get_text(): label.xy for label in labels_of(axes)}
    for word, point in zip(words, expected, strict=True):
        assert placed[word] == pytest.approx(point, abs=1e-5)


def test_the_most_frequent_words_get_their_labels_first():
    """All at one place: only the first labels have room, whatever the order of the words."""
    words = [f"word{i}" for i in range(100)]
    counts = np.random.default_rng(0).permutation(100) + 1
    rows = np.ones((100, 3))
    vectors = fv.WordVectors(words, rows, counts=counts)
    few = [label.get_text() for label in labels_of(fv.plot_map(vectors))]
    expected = [words[i] for i in np.argsort(-counts)]
    assert 0 < len(few) < 100
    assert few == expected[: len(few)]
    assert [label.get_text() for label in labels_of(fv.plot_map(vectors, n=1))] == expected[:1]


def test_groups_have_colours_markers_and_a_legend(vectors):
    groups = {"_cats": ["cat0", "cat1"], "$towns": ["town0", "town5", "town7"]}
    axes = fv.plot_map(vectors, ["verb1", "cat1"], groups=groups)
    others, cats, towns = axes.lines[:3]
    assert [len(line.get_xdata()) for line in axes.lines[:3]] == [1, 2, 3]
    assert (others.get_color(), cats.get_color(), towns.get_color()) == (GREY, *COLOURS[:2])
    assert (cats.get_marker(), towns.get_marker()) == MARKERS[:2]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["other words", "_cats", "$towns"]
    colours = {label.get_text(): label.get_color() for label in labels_of(axes)}
    assert colours["town5"] == darker(COLOURS[1])
    assert [text.get_text() for text in fv.plot_map(vectors, groups=groups).get_legend().get_texts()] == [*groups]


def test_colours_and_markers_repeat_together_as_late_as_can_be(vectors):
    groups = {str(i): [f"cat{i}"] for i in range(15)}
    lines = fv.plot_map(vectors, groups=groups).lines[:15]
    assert len({(line.get_color(), line.get_marker()) for line in lines}) == 15


def test_axes_that_are_given(vectors, axes):
    assert fv.plot_map(vectors, n=300, ax=axes, title="$here_") is axes
    assert axes.get_title().startswith("$here_")
    assert overlapping(boxes_of(axes)) == 0
    axes.figure.canvas.draw()


def test_axes_of_a_part_of_a_figure(vectors):
    from matplotlib.figure import Figure

    part = Figure(layout="constrained").subfigures(1, 2)[1].add_subplot()
    assert overlapping(boxes_of(fv.plot_map(vectors, n=50, ax=part))) == 0


def test_words_of_all_kinds(odd, tmp_path):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # of fonts that this machine may not have
        axes = fv.plot_map(odd, groups={"$a": odd.index_to_key[:5], "_b": odd.index_to_key[5:]})
        axes.figure.savefig(tmp_path / "odd.svg")
    shown = {label.get_text() for label in labels_of(axes)}
    assert shown == {text_of(word) for word in odd}
    assert max(map(len, shown)) == LONGEST
    assert "tab\\there" in shown
    assert "\\udcff" in shown


@pytest.mark.parametrize(
    ("rows", "n"), [([[1, 2]], 1), ([[1, 2], [3, 1]], 2), ([[1], [-2], [3]], 3), ([[0, 0]], 1)]
)
def test_small_spaces(rows, n):
    axes = fv.plot_map(fv.WordVectors(list("abc"[:n]), rows))
    assert axes.lines[0].get_xydata().shape == (n, 2)
    assert np.isfinite(axes.lines[0].get_xydata()).all()
    assert axes.get_title().startswith(f"{n} word{'s' * (n > 1)}, PCA")


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"words": []}, fv.SettingError, "words: expected at least one word"),
        ({"words": "cat1"}, fv.SettingError, "words: expected a list of words"),
        ({"words": ["cot1"]}, fv.UnknownWordError, "no vector for 'cot1'"),
        ({"words": [5000]}, fv.UnknownWordError, "ids go from 0"),
        ({"groups": {}}, fv.SettingError, "groups: expected a mapping of names to words"),
        ({"groups": ["cat1"]}, fv.SettingError, "groups: expected a mapping of names to words"),
        ({"groups": {"none": []}}, fv.SettingError, "groups.'none'.: expected at least one word"),
        ({"groups": {"a": ["cat1"], "b": ["cat1"]}}, fv.SettingError, "each word in one group, got 'cat1' in 'a'"),
        ({"n": 0}, fv.SettingError, "n: expected a whole number of at least 1"),
        ({"method": "mds"}, fv.SettingError, "method: expected"),
        ({"method": "tsne", "n": 4}, fv.SettingError, "vectors: expected at least 5 rows for t-SNE"),
        ({"ax": "here"}, fv.SettingError, "ax: expected one Axes of matplotlib"),
    ],
)
def test_what_cannot_be_drawn_is_named(vectors, settings, error, message):
    with pytest.raises(error, match=message):
        fv.plot_map(vectors, **settings)


def test_vectors_that_are_none(broken):
    with pytest.raises(fv.SettingError, match="vectors: expected finite vectors, got nan or inf"):
        fv.plot_map(broken)
    assert fv.plot_map(broken, ["a", "c"]).lines
    with pytest.raises(fv.SettingError, match=r"vectors: expected fastvec\.WordVectors"):
        fv.plot_map(np.eye(3))


def test_a_missing_package_is_named(vectors, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(fv.MissingPackageError, match=r"pip install 'fastvec\[plot\]'"):
        fv.plot_map(vectors)


def test_groups_differ_for_colour_blind_people():
    assert least_difference(COLOURS) > 0.06  # three times a difference that can just be noticed


def test_no_label_is_under_the_legend_of_given_axes(vectors):
    from matplotlib import pyplot

    _, axes = pyplot.subplots(figsize=(6, 5), layout="constrained")
    groups = {name: [f"{name}{i}" for i in range(20)] for name in ("cat", "town", "verb")}
    fv.plot_map(vectors, groups=groups, ax=axes)
    axes.figure.draw_without_rendering()
    legend = axes.get_legend().get_window_extent()
    assert len(axes.texts) > 20
    assert not [label.get_text() for label in axes.texts if label.get_window_extent().overlaps(legend)]
