"""Scores of several files of vectors, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fastvec.io.decompression import type_of_path
from fastvec.show.figures import figure_class, save


class Score(NamedTuple):
    """One point of a plot."""

    test: str
    vectors: str
    score: float
    interval: tuple[float, float]


def plot_scores(rows: Sequence[Score], path: type_of_path) -> None:
    """Draw a point and its interval for each test set and file of vectors.

    Parameters
    ----------
    rows : sequence of scores
        With ``test``, ``vectors``, ``score`` and ``interval``.
    path : path
        ``.png``, ``.svg`` or ``.pdf``.

    Raises
    ------
    MissingPackageError
        If matplotlib is not installed.
    StorageError
        If the file cannot be written.
    """
    figure = figure_class()
    tests = list(dict.fromkeys(row.test for row in rows if row.interval[0] == row.interval[0]))
    names = list(dict.fromkeys(row.vectors for row in rows))
    drawing = figure(figsize=(7, 0.7 + 0.22 * len(tests) * (len(names) + 1)), layout="constrained")
    axes = drawing.add_subplot()
    for number, name in enumerate(names):
        found = {row.test: row for row in rows if row.vectors == name}
        shown = [(i, found[test]) for i, test in enumerate(tests) if test in found]
        places = [i + (number - (len(names) - 1) / 2) * 0.6 / len(names) for i, _ in shown]
        scores = [100 * row.score for _, row in shown]
        spread = [[100 * abs(row.score - row.interval[side]) for _, row in shown] for side in (0, 1)]
        axes.errorbar(scores, places, xerr=spread, fmt="o", markersize=4, capsize=2, label=name)
    axes.set_yticks(range(len(tests)), tests)
    axes.invert_yaxis()
    axes.set_xlabel("score, with its 95 % interval")
    axes.grid(axis="x", alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    if len(names) > 1:
        drawing.legend(loc="outside upper left", ncols=min(3, len(names)), frameon=False)
    save(drawing, path)
