"""Rows of counts on their way: what a worker makes of a range of words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CELL_BYTES = 12  # a column and a sum


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows from ``first`` on: the i-th ends at ``ends[i]`` of the sums and of the columns, which ascend in it."""

    first: int
    ends: NDArray[np.int64]
    columns: NDArray[np.int32]
    sums: NDArray[np.uint64]


class Scratch:
    """One worker's memory: the sums of one row over all V words, and room for the cells of a range of rows."""

    def __init__(self, n_words: int, n_cells: int) -> None:
        self.row = {
            "sums": np.zeros(n_words, np.uint64),
            "marks": np.zeros(-(-n_words // 64), np.uint64),
            "blocks": np.zeros(-(-n_words // 1024), np.uint8),
        }
        self.columns = np.empty(n_cells, np.int32)
        self.values = np.empty(n_cells, np.uint64)

    def rows(self, first: int, last: int, kernel: Callable[..., int]) -> Rows:
        """Rows [first, last), which a kernel writes here."""
        ends = np.zeros(last - first, np.int64)
        n = kernel(**self.row, ends=ends, columns=self.columns, values=self.values)
        return Rows(first, ends, self.columns[:n].copy(), self.values[:n].copy())


def cut(sizes: NDArray[np.int64], most: int) -> list[tuple[int, int]]:
    """Ranges of rows that together hold at most ``most`` cells, or one row that holds more.

    >>> cut(np.array([5, 1, 1, 1, 0, 9, 1]), 3)
    [(0, 1), (1, 5), (5, 6), (6, 7)]
    """
    ends = np.cumsum(sizes)
    ranges, start, before = [], 0, 0
    while start < len(sizes):
        end = max(start + 1, int(np.searchsorted(ends, before + most, side="right")))
        ranges.append((start, end))
        start, before = end, int(ends[end - 1])
    return ranges
