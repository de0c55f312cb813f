"""Scores of several files, and the styles by which many things in a picture differ."""

from __future__ import annotations

import pytest

from fastvec.show.figures import COLOURS, LINES, MARKERS, style_of
from fastvec.show.scores import Score, plot_scores


def test_points_are_scores_with_their_intervals(axes):
    rows = [Score("a", "x.vec", 0.5, (0.4, 0.7)), Score("b", "x.vec", 0.25, (0.2, 0.3))]
    rows += [Score("c", "x.vec", 0.1, (float("nan"), float("nan")))]  # without an interval it is left out
    assert plot_scores(rows, ax=axes) is axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b"]
    points, _, (bars,) = axes.containers[0]
    assert points.get_xdata() == pytest.approx([50, 25])
    edges = [x for segment in bars.get_segments() for x, _ in segment]
    assert edges == pytest.approx([40, 70, 20, 30])
    assert axes.get_legend() is None


def test_many_files_differ(axes):
    rows = [Score("a", f"{i}.vec", 0.5, (0.4, 0.6)) for i in range(20)]
    plot_scores(rows, ax=axes)
    points = [container[0] for container in axes.containers]
    assert len({(each.get_color(), each.get_marker()) for each in points}) == 20
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [f"{i}.vec" for i in range(20)]


def test_styles_repeat_as_late_as_can_be():
    styles = [style_of(number) for number in range(len(COLOURS) * len(MARKERS))]
    assert len({style[:2] for style in styles}) == len(styles)
    with_lines = [(style.colour, style.line) for style in styles[: len(COLOURS) * len(LINES)]]
    assert len(set(with_lines)) == len(with_lines)
