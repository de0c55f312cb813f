"""Labels of points that do not overlap: where one has no room, it is left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.show.figures import whole_figure

GAP = 2.0  # points between a marker and its label
PADDING = 0.75  # points around a label, so twice as much between two
SIDES = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)], float)
STEPS = 20  # of a line, in which it is looked at
FEW = 2  # points that a label may touch


def place_labels(
    axes: Any,
    points: NDArray[np.floating],
    names: Sequence[str],
    *,
    order: Sequence[int] | NDArray[np.integer],
    colours: Sequence[str],
    size: float = 8,
    marker: float = 4,
    rings: Sequence[float] = (1,),
    avoid: NDArray[np.floating] | None = None,
    taken: Sequence[Any] = (),
) -> list[Any]:
    """Write names beside their points where they overlap no other; one that has no room is left out.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        With its limits, title and names set, as the room is that of now.
    points : float[n, 2]
        In units of the axes.
    names : sequence of str
    order : sequence of int
        The numbers of the names, the first to be placed first.
    colours : sequence of str
        Of each label.
    size, marker : float
        Of letters and of markers, in points.
    rings : sequence of float
        How far a label may stand from its point, in gaps; a line leads to one that is farther than one gap.
    avoid : float[any number, 2], optional
        What a label should not cover besides the points, in units of the axes.
    taken : sequence of Bbox
        What no label may cover, in pixels.

    Returns
    -------
    list of matplotlib.text.Annotation
        Those that have room, in the given order.
    """
    from matplotlib.lines import Line2D

    room = _Room(axes, points if avoid is None else np.vstack([points, avoid]), marker, taken)
    at = axes.transData.transform(np.asarray(points, float))
    placed = []
    for i in order:
        label = axes.annotate(
            names[i], points[i], xytext=(0, 0), textcoords="offset points", fontsize=size, color=colours[i],
            parse_math=False, ha="center", va="center", zorder=4, annotation_clip=False,
        )  # fmt: skip
        label.set_in_layout(False)
        offsets, boxes = room.candidates(label, at[i], rings)
        best = room.best(boxes, at[i], near=len(SIDES) * sum(ring <= 1 for ring in rings))
        if best is None:
            label.remove()
            continue
        label.set_position(tuple(offsets[best] / room.pixels))
        if rings[best // len(SIDES)] > 1:
            ends = room.leader(at[i], boxes[best])
            # as an artist, since plot() would move the limits
            axes.add_artist(Line2D(*ends, color=colours[i], linewidth=0.5, zorder=2)).set_in_layout(False)
        placed.append(label)
    return placed


class _Room:
    """What is taken of the room in axes, in pixels."""

    def __init__(self, axes: Any, points: NDArray[np.floating], marker: float, taken: Sequence[Any]) -> None:
        figure = whole_figure(axes)
        figure.draw_without_rendering()  # settles the layout
        self.renderer = figure.canvas.get_renderer() if hasattr(figure.canvas, "get_renderer") else None
        self.pixels = figure.dpi / 72  # of a point
        self.axes = axes
        self.frame = axes.get_window_extent()
        self.points = axes.transData.transform(np.asarray(points, float))
        self.radius = marker / 2 * self.pixels
        self.boxes = np.array([(box.x0, box.y0, box.x1, box.y1) for box in taken]).reshape(-1, 4)

    def candidates(
        self, label: Any, point: NDArray[np.float64], rings: Sequence[float]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return where the middle of a label may be, from its point, and the boxes that it then needs."""
        extent = label.get_window_extent(self.renderer)
        half = np.array([extent.width, extent.height]) / 2
        diagonal = np.where(np.abs(SIDES).sum(axis=1) == 2, 0.7, 1.0)[:, None]
        gaps = [(self.radius + GAP * self.pixels * ring) * diagonal for ring in rings]
        offsets = np.vstack([SIDES * (half + gap) for gap in gaps])
        half += PADDING * self.pixels
        return offsets, np.hstack([point + offsets - half, point + offsets + half])

    def best(self, candidates: NDArray[np.float64], point: NDArray[np.float64], near: int) -> int | None:
        """Return which box is free and touches the fewest points, which is taken then; or None.

        The first boxes, so many as are ``near``, need no line from their point.
        """
        lows, highs = candidates[:, None, :2], candidates[:, None, 2:]
        meets = np.logical_and(lows < self.boxes[:, 2:], highs > self.boxes[:, :2]).all(axis=2)
        overlaps: NDArray[np.bool_] = np.any(meets, axis=1)
        for i in range(near, len(candidates)):
            end = point.clip(candidates[i, :2], candidates[i, 2:])
            line = point + np.linspace(0, 1, STEPS)[:, None, None] * (end - point)
            crossed = np.logical_and(line > self.boxes[:, :2], line < self.boxes[:, 2:]).all(axis=2)
            overlaps[i] |= np.any(crossed)
        frame = self.frame
        outside = (candidates < (frame.x0, frame.y0) * 2) | (candidates > (frame.x1, frame.y1) * 2)
        inside = np.logical_and(self.points > lows - self.radius, self.points < highs + self.radius)
        touched = inside.all(axis=2).sum(axis=1)
        touched[overlaps | np.any(outside, axis=1)] = FEW + 1
        best = int(touched.argmin())
        if touched[best] > FEW:
            return None
        self.boxes = np.vstack([self.boxes, candidates[best]])
        return best

    def leader(self, point: NDArray[np.float64], box: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a line from a point to the nearest place of a box, x[2] and y[2] in units of the axes.

        Later labels touch it as they do points.
        """
        end = point.clip(box[:2], box[2:])
        line = point + np.linspace(0, 1, STEPS)[1:, None] * (end - point)
        self.points = np.vstack([self.points, line])
        ends: NDArray[np.float64] = self.axes.transData.inverted().transform([point, end]).T
        return ends
