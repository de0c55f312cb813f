"""Scores of several files of vectors, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from fastvec.show.figures import axes_of, name_entries, plain, style_of


class Score(NamedTuple):
    """One point of a plot."""

    test: str
    vectors: str
    score: float
    interval: tuple[float, float]


def plot_scores(rows: Sequence[Score], *, ax: Any = None) -> Any:
    """Draw a point and its interval for each test set and file of vectors.

    Parameters
    ----------
    rows : sequence of scores
        With ``test``, ``vectors``, ``score`` and ``interval``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default on a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingPackageError
        If matplotlib is not installed.
    """
    tests = list(dict.fromkeys(row.test for row in rows if row.interval[0] == row.interval[0]))
    names = list(dict.fromkeys(row.vectors for row in rows))
    axes = axes_of(ax, (7, 0.7 + 0.22 * len(tests) * (len(names) + 1)))
    handles: list[Any] = []
    for number, name in enumerate(names):
        found = {row.test: row for row in rows if row.vectors == name}
        shown = [(i, found[test]) for i, test in enumerate(tests) if test in found]
        places = [i + (number - (len(names) - 1) / 2) * 0.6 / len(names) for i, _ in shown]
        scores = [100 * row.score for _, row in shown]
        spread = [[100 * abs(row.score - row.interval[side]) for _, row in shown] for side in (0, 1)]
        colour, marker, _ = style_of(number)
        handles.append(
            axes.errorbar(scores, places, xerr=spread, fmt=marker, color=colour, markersize=4, capsize=2)
        )
    axes.set_yticks(range(len(tests)), tests, parse_math=False)
    axes.invert_yaxis()
    axes.set_xlabel("score, with its 95 % interval")
    plain(axes, grid="x")
    if len(names) > 1:
        place = {"loc": "lower left", "bbox_to_anchor": (0, 1)} if ax is None else {"loc": "best"}
        numbers = [str(i) for i in range(len(names))]
        name_entries(axes.legend(handles, numbers, ncols=min(3, len(names)), frameon=False, **place), names)
    return axes
