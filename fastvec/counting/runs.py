"""Sorted runs on disk: each has the counts of a part of the text; they are merged row by row."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from fastvec.counting.rows import Rows, Scratch
from fastvec.errors import StorageError
from fastvec.io.decompression import type_of_path
from fastvec.running.ranges import cut


class Runs:
    """The sorted counts of parts of a text, one run after the other in three unnamed files.

    The system removes unnamed files however the process ends.

    Parameters
    ----------
    beside : path or None
        The files are in the folder of this path; None: in the system's folder for temporary files.
    n_words : int
        V.
    """

    def __init__(self, beside: type_of_path | None, n_words: int) -> None:
        self.folder = tempfile.gettempdir() if beside is None else Path(beside).parent
        self.path = self.folder if beside is None else beside
        self.reading = threading.Lock()
        self.opened = contextlib.ExitStack()
        self.n_words, self.n_runs, self.n_cells = n_words, 0, 0
        self.row_sizes = np.zeros(n_words, np.int64)  # of all runs together

    def __enter__(self) -> Runs:
        with self._storage_errors(), contextlib.ExitStack() as opened:
            self.ends, self.columns, self.sums = (
                opened.enter_context(tempfile.TemporaryFile(dir=self.folder)) for _ in range(3)
            )
            self.ends.write(bytes(8))  # row i of run r lies between numbers r * V + i and the next
            self.opened = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):  # a full disk, which has raised already
            self.opened.close()

    def expect(self, most: int) -> None:
        """Do nothing: a file grows as it is written."""

    def append(self, rows: Rows) -> None:
        """Write the next rows; those of word V - 1 are followed by those of word 0, of the next run."""
        with self._storage_errors():
            self.ends.write((rows.ends + self.n_cells).data)
            self.columns.write(rows.columns.data)
            self.sums.write(rows.sums.data)
        self.n_cells += len(rows.columns)
        after = rows.first + len(rows.ends)
        self.row_sizes[rows.first : after] += np.diff(rows.ends, prepend=0)
        self.n_runs += after == self.n_words

    def ranges(self, task_cells: int) -> list[tuple[int, int]]:
        """Return the ranges of rows to merge, each with at most ``task_cells``, or one row that is longer."""
        return cut(self.row_sizes + self.n_runs, task_cells)  # the bound of a row in a run costs about a cell

    def merge(self, first: int, last: int, scratch: Scratch, kernels: Any, stop: NDArray[np.uint8]) -> Rows:
        """Return the sums of rows [first, last) over all runs, as many at a time as the scratch memory holds."""
        bounds = np.array([self._bounds(run, first, last) for run in range(self.n_runs)])
        merged: Rows | None = None
        room = scratch.buffers.n_cells - self.n_words  # the rest is for a row that was merged before
        for start, end in cut(bounds[:, -1] - bounds[:, 0], room):
            parts = [] if merged is None else [(merged.columns, merged.sums, np.append(0, merged.ends))]
            parts += [(*self._cells(at), at - at[0]) for at in bounds[start:end]]
            begins = np.cumsum([0, *(len(columns) for columns, _, _ in parts)])
            kernel = partial(
                kernels.merge_rows,
                run_columns=np.concatenate([columns for columns, _, _ in parts]),
                run_values=np.concatenate([sums for _, sums, _ in parts]),
                bounds=np.array([begin + at for begin, (_, _, at) in zip(begins, parts, strict=False)]),
                stop=stop,
            )
            again = scratch.rows(first, last, kernel)
            if merged is not None:
                scratch.buffers.give_back(merged)
            merged = again
        assert merged is not None  # there is at least one run
        return merged

    def _bounds(self, run: int, first: int, last: int) -> NDArray[np.int64]:
        return self._read(self.ends, np.int64, run * self.n_words + first, last - first + 1)

    def _cells(self, bounds: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any]]:
        start, n = int(bounds[0]), int(bounds[-1] - bounds[0])
        return self._read(self.columns, np.int32, start, n), self._read(self.sums, np.uint64, start, n)

    def _read(self, file: IO[bytes], dtype: DTypeLike, start: int, n: int) -> NDArray[Any]:
        values = np.empty(n, dtype)
        with self._storage_errors(), self.reading:
            file.seek(start * values.itemsize)
            file.readinto(values.data)  # type: ignore[attr-defined]
        return values

    @contextlib.contextmanager
    def _storage_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StorageError.of(self.path, error, "counts beyond max_memory: ", writing=True) from error
