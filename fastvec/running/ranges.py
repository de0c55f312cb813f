"""Ranges of work: slices of a corpus, and ranges of rows. They never depend on the number of threads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LONGEST = 50_000  # tokens: some 15 ms of training, so that threads end together and Ctrl-C is prompt
CUT = 1_000  # tokens: a sentence is cut only if its end is further away; one window in hundreds loses a side
FEWEST = 50  # tokens: the least part of a sentence that is cut, even in the smallest text
SLICES = 128  # at least a hundred points of history, though some slices end at the same sentence


def slice_bounds(offsets: NDArray[np.int64], places: int = 1) -> NDArray[np.int64]:
    """Return the bounds of the ranges that slices consist of: range k is the tokens [bounds[k], bounds[k + 1]).

    Parameters
    ----------
    offsets : int64[S + 1]
        Where sentences begin and end.
    places : int
        Ranges in a slice; it has as many tokens as a slice of one range.

    Examples
    --------
    >>> import numpy as np
    >>> slice_bounds(np.array([0, 4, 9, 12]))  # three sentences, never cut
    array([ 0,  4,  9, 12])
    >>> len(slice_bounds(np.array([0, 1_280_000]))) - 1  # one long line
    128
    """
    tokens = int(offsets[-1])
    length = max(1, min(LONGEST // places, tokens // (SLICES * places)))
    targets = np.arange(0, tokens, length, dtype=np.int64)
    next_starts = offsets[np.searchsorted(offsets, targets)]
    cut = max(FEWEST, min(CUT, length))
    bounds = np.where(next_starts - targets > cut, targets, next_starts)
    return np.unique(np.append(bounds, tokens))


def cut(sizes: NDArray[np.integer], most: int) -> list[tuple[int, int]]:
    """Return ranges [first, last) whose sizes add up to at most ``most``, or that hold one item that is larger.

    Examples
    --------
    >>> import numpy as np
    >>> cut(np.array([5, 1, 1, 1, 0, 9, 1]), 3)
    [(0, 1), (1, 5), (5, 6), (6, 7)]
    """
    ends = np.cumsum(sizes)
    ranges, first, before = [], 0, 0
    while first < len(sizes):
        last = max(first + 1, int(np.searchsorted(ends, before + most, side="right")))
        ranges.append((first, last))
        first, before = last, int(ends[last - 1])
    return ranges
