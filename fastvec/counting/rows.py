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
    buffer: RowBuffer | None = None  # where they lie, to be given back


RowBuffer = tuple[NDArray[np.int32], NDArray[np.uint64]]


class RowBuffers:
    """Memory for ranges of rows, used again and again.

    (New memory the system clears page by page, and takes it back from all threads at once.)
    """

    def __init__(self, n_cells: int) -> None:
        self.n_cells = n_cells
        self.free: list[RowBuffer] = []

    def take(self) -> RowBuffer:
        try:
            return self.free.pop()
        except IndexError:
            return np.empty(self.n_cells, np.int32), np.empty(self.n_cells, np.uint64)

    def give_back(self, rows: Rows) -> None:
        """The rows were copied, or written."""
        if rows.buffer is not None:
            self.free.append(rows.buffer)


class Scratch:
    """One worker's memory: the sums of one row over all V words, and room for the cells of a range of rows."""

    def __init__(self, n_words: int, buffers: RowBuffers) -> None:
        self.row = {
            "sums": np.zeros(n_words, np.uint64),
            "marks": np.zeros(-(-n_words // 64), np.uint64),
            "blocks": np.zeros(-(-n_words // 1024), np.uint8),
        }
        self.buffers = buffers

    def rows(self, first: int, last: int, kernel: Callable[..., int]) -> Rows:
        """Rows [first, last), which a kernel writes to a room."""
        ends, buffer = np.zeros(last - first, np.int64), self.buffers.take()
        n = kernel(**self.row, ends=ends, columns=buffer[0], values=buffer[1])
        return Rows(first, ends, buffer[0][:n], buffer[1][:n], buffer)
