"""Rows of counts: what a worker makes of a range of words, and the memory for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CELL_BYTES = 12  # a column and a sum


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows from ``first`` on: the i-th ends at ``ends[i]`` of the sums and the columns, which are sorted in it."""

    first: int
    ends: NDArray[np.int64]
    columns: NDArray[np.int32]
    sums: NDArray[np.uint64]
    buffer: RowBuffer | None = None  # where they are stored


RowBuffer = tuple[NDArray[np.int32], NDArray[np.uint64]]


class RowBuffers:
    """Memory for ranges of rows, which is used again.

    (The system clears new memory page by page, and interrupts all threads to take it back.)
    """

    def __init__(self, n_cells: int) -> None:
        self.n_cells = n_cells
        self.free: list[RowBuffer] = []

    def take(self) -> RowBuffer:
        """Return a free buffer, or a new one."""
        try:
            return self.free.pop()
        except IndexError:
            return np.empty(self.n_cells, np.int32), np.empty(self.n_cells, np.uint64)

    def give_back(self, rows: Rows) -> None:
        """Free the buffer of rows that were copied, or written."""
        if rows.buffer is not None:
            self.free.append(rows.buffer)


class Scratch:
    """The memory of one worker: the sums of one row over all V words, and buffers for ranges of rows."""

    def __init__(self, n_words: int, buffers: RowBuffers) -> None:
        self.row = {
            "sums": np.zeros(n_words, np.uint64),
            "marks": np.zeros(-(-n_words // 64), np.uint64),
            "blocks": np.zeros(-(-n_words // 1024), np.uint8),
        }
        self.buffers = buffers

    def rows(self, first: int, last: int, kernel: Callable[..., int]) -> Rows:
        """Return rows [first, last), which a kernel writes to a buffer."""
        ends, buffer = np.zeros(last - first, np.int64), self.buffers.take()
        n = kernel(**self.row, ends=ends, columns=buffer[0], values=buffer[1])
        return Rows(first, ends, buffer[0][:n], buffer[1][:n], buffer)
