"""Sinks: where finished rows go, to arrays or directly to the file of the result."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from fastvec.counting import matrix_file
from fastvec.counting.cooccurrence import CooccurrenceMatrix
from fastvec.counting.rows import Rows
from fastvec.counting.weighting import Weights
from fastvec.io.decompression import type_of_path
from fastvec.io.growing import grow, pages, trim
from fastvec.text.vocabulary import Vocabulary

SMALL = 1 << 20  # cells

Later = Callable[[], None] | None


class Sink(Protocol):
    """What all rows are appended to, in order."""

    def expect(self, most: int) -> None:
        """Prepare for at most so many cells."""

    def append(self, rows: Rows) -> Later:
        """Take the next rows; return what is left to do with them, in any order and on any thread."""


Fill = Callable[[Sink], None]


def in_memory(
    fill: Fill, vocabulary: Vocabulary, settings: dict[str, Any], weights: Weights
) -> CooccurrenceMatrix:
    """Return a matrix of rows that are collected in memory."""
    arrays = _Arrays(len(vocabulary), weights)
    fill(arrays)
    return CooccurrenceMatrix._of(arrays.row_ends, *arrays.finished(), vocabulary, settings)


def on_disk(
    fill: Fill, vocabulary: Vocabulary, settings: dict[str, Any], weights: Weights, path: type_of_path
) -> CooccurrenceMatrix:
    """Write rows to a file while they are counted, all or nothing, and map it."""
    with matrix_file.MatrixFile(path, vocabulary, settings) as file:
        written = _Written(len(vocabulary), weights, file)
        fill(written)
        file.finish(written.row_ends)
    row_ends, columns, values = matrix_file.read_cells(path)
    return CooccurrenceMatrix._of(row_ends, columns, values, vocabulary, settings, path=path, mapped=True)


class _Written:
    def __init__(self, n_words: int, weights: Weights, file: matrix_file.MatrixFile) -> None:
        self.row_ends, self.weights, self.file = np.zeros(n_words + 1, np.int64), weights, file

    def expect(self, most: int) -> None:
        pass

    def append(self, rows: Rows) -> None:
        _put_ends(self.row_ends, rows)
        self.file.append(rows.columns, self.weights.values(rows.sums))


class _Arrays:
    """Columns and values of all rows: each range gets its place in order, and any thread copies it there.

    Memory for all possible cells is reserved at once: untouched pages cost nothing. (Growing is expensive: NumPy
    clears what is added, under the lock, which was a fifth of the time of a count on one thread.)
    """

    def __init__(self, n_words: int, weights: Weights) -> None:
        self.row_ends, self.weights = np.zeros(n_words + 1, np.int64), weights
        self.columns, self.values = np.empty(SMALL, np.int32), np.empty(SMALL, np.float64)
        self.length = self.copying = 0
        self.changed = threading.Condition()

    def expect(self, most: int) -> None:
        with contextlib.suppress(MemoryError, OSError):  # then they grow
            self.columns, self.values = _reserved(most, np.int32), _reserved(most, np.float64)

    def append(self, rows: Rows) -> Later:
        _put_ends(self.row_ends, rows)
        start, self.length = self.length, self.length + len(rows.columns)
        if self.length > min(len(self.columns), len(self.values)):
            self._grow()
        return partial(self._copy, start, rows)

    def _copy(self, start: int, rows: Rows) -> None:
        part = slice(start, start + len(rows.columns))
        with self.changed:
            self.copying += 1
        try:
            self.columns[part] = rows.columns
            self.weights.values(rows.sums, out=self.values[part])
        finally:
            with self.changed:
                self.copying -= 1
                self.changed.notify_all()

    def _grow(self) -> None:
        with self.changed:
            while self.copying:
                self.changed.wait()
            for array in (self.columns, self.values):
                grow(array, self.length)

    def finished(self) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        return self._trimmed("columns"), self._trimmed("values")

    def _trimmed(self, name: str) -> NDArray[Any]:
        """Return an array without the memory that was never touched, if the system takes it back."""
        array: NDArray[Any] = self.__dict__.pop(name)
        if array.base is None:
            trim(array, self.length)
            return array
        memory, dtype = array.base.obj, array.dtype  # type: ignore[attr-defined]
        del array
        with contextlib.suppress(BufferError, OSError, SystemError):
            memory.resize(max(1, self.length) * dtype.itemsize)
        return np.frombuffer(memory, dtype, self.length)


def _reserved(n: int, dtype: DTypeLike) -> NDArray[Any]:
    """Return memory for n values, in small pages.

    (NumPy asks for huge ones. In a virtual machine that had to find them, the first call of a process took 3.7
    instead of 2.4 seconds. Small ones are found at once, and all threads touch them together.)
    """
    kind = np.dtype(dtype)
    return pages(max(1, n) * kind.itemsize, kind)


def _put_ends(row_ends: NDArray[np.int64], rows: Rows) -> None:
    after = rows.first + 1
    row_ends[after : after + len(rows.ends)] = rows.ends + row_ends[rows.first]
