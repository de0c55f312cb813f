"""The course of training: the losses that a history has, and what they are over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

EPOCH = "epoch"
AXES = {"tokens": "tokens trained on", "pairs": "pairs trained on", EPOCH: "epoch"}
UNITS = {"loss": "loss (nats per prediction)", "cost": "cost of a pair (half its squared error)"}


class Course(NamedTuple):
    """The losses of a run: ``y`` at each ``x``, float64[n], and what these are."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    x_name: str
    y_name: str


def courses_of(histories: Sequence[Mapping[str, NDArray[Any]]]) -> list[Course]:
    """Return the losses of runs over what all of them have: tokens, pairs, or else epochs; [] if they share none.

    >>> glove = {"epoch": np.array([1, 2]), "cost": np.array([0.5, 0.25])}
    >>> [course.x_name for course in courses_of([glove])]
    ['epoch']
    """
    for over in AXES:
        found = [course for history in histories if (course := course_over(over, history)) is not None]
        if found and len(found) == len(histories):
            return found
    return []


def course_over(over: str, history: Mapping[str, NDArray[Any]]) -> Course | None:
    """Return the losses of a run over ``tokens``, ``pairs`` or ``epoch``; None if its history has none of these.

    >>> course_over("epoch", {"epoch_loss": np.array([3.0, 2.5])}).x
    array([1., 2.])
    """
    measure = "cost" if "cost" in history else "loss"
    of_epochs = {"loss": "epoch_loss", "cost": "cost"}[measure]
    y = history.get(of_epochs if over == EPOCH else measure)
    x = np.arange(1, len(y) + 1) if over == EPOCH and y is not None else history.get(over)
    if x is None or y is None or not len(x) == len(y) > 0:
        return None
    return Course(x.astype(np.float64), y.astype(np.float64), AXES[over], UNITS[measure])
