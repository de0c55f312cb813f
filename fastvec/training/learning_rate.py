"""The learning rate as a function of progress."""

from __future__ import annotations


def linear(start: float, end: float, progress: float) -> float:
    """Return ``start`` at progress 0, ``end`` at progress 1 and a straight line between.

    Examples
    --------
    >>> linear(0.025, 0.0001, 0.5)
    0.01255
    """
    return start + (end - start) * progress
