"""Where finished rows go: into arrays, or straight to the file of the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from fastvec.counting import matrix_file
from fastvec.counting.cooccurrence import CooccurrenceMatrix
from fastvec.counting.rows import Rows
from fastvec.counting.weights import Weights
from fastvec.files import type_of_path
from fastvec.text.vocabulary import Vocabulary

Fill = Callable[[Callable[[Rows], None]], None]  # gives all rows, in order, to the function that it is given


def in_memory(
    fill: Fill, vocabulary: Vocabulary, settings: dict[str, Any], weights: Weights
) -> CooccurrenceMatrix:
    """Gather rows in arrays that grow."""
    row_ends = np.zeros(len(vocabulary) + 1, np.int64)
    columns, values = _Growing(np.int32), _Growing(np.float64)

    def append(rows: Rows) -> None:
        _put_ends(row_ends, rows)
        columns.more(len(rows.columns))[:] = rows.columns
        weights.values(rows.sums, out=values.more(len(rows.sums)))

    fill(append)
    return CooccurrenceMatrix._of(row_ends, columns.finished(), values.finished(), vocabulary, settings)


def on_disk(
    fill: Fill, vocabulary: Vocabulary, settings: dict[str, Any], weights: Weights, path: type_of_path
) -> CooccurrenceMatrix:
    """Write rows to a file as they come, all or nothing, and map it."""
    row_ends = np.zeros(len(vocabulary) + 1, np.int64)
    with matrix_file.MatrixFile(path, vocabulary, settings) as file:

        def append(rows: Rows) -> None:
            _put_ends(row_ends, rows)
            file.append(rows.columns, weights.values(rows.sums))

        fill(append)
        file.finish(row_ends)
    row_ends, columns, values = matrix_file.read_cells(path)
    return CooccurrenceMatrix._of(row_ends, columns, values, vocabulary, settings)


def _put_ends(row_ends: NDArray[np.int64], rows: Rows) -> None:
    after = rows.first + 1
    row_ends[after : after + len(rows.ends)] = rows.ends + row_ends[rows.first]


class _Growing:
    """An array that grows at its end; the system moves its pages rather than its bytes.

    (Blocks that are joined at the end took a quarter longer over a whole count, most of it in page faults.)
    """

    def __init__(self, dtype: DTypeLike) -> None:
        self.array = np.empty(1 << 20, dtype)
        self.length = 0

    def more(self, n: int) -> NDArray[Any]:
        """The next n values, to be written before the next call."""
        start, self.length = self.length, self.length + n
        if self.length > len(self.array):
            self.array.resize(self.length + self.length // 4, refcheck=False)
        return self.array[start : self.length]

    def finished(self) -> NDArray[Any]:
        self.array.resize(self.length, refcheck=False)
        return self.array
