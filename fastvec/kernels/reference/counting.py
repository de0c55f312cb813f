"""The counting kernels in plain NumPy: the specification of `counting_numba.py`, with the same signatures.

A *text* is int32: the ids of some sentences, with one GAP (-1) before the first and after each, which is where
windows end. A *place* is a position in it. Weights and sums are uint64, whole multiples of a unit that the caller
knows. `sums`, `marks` and `blocks` are scratch memory of the Numba kernels, zero before and after a call (here
only their sizes matter).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

GAP = -1


def lay_out(
    # in
    ids: NDArray[np.int32],  # [N]
    offsets: NDArray[np.int64],  # [S + 1]: no sentence is empty
    # scalars
    sentence: int,
    start: int,
    end: int,
    # written
    text: NDArray[np.int32],
    place: int,
) -> int:
    """Write tokens [start, end), which begin in ``sentence``, from ``place`` on; return the next place."""
    while start < end:
        sentence_end = min(int(offsets[sentence + 1]), end)
        text[place : place + sentence_end - start] = ids[start:sentence_end]
        place += sentence_end - start
        start = sentence_end
        if start == offsets[sentence + 1]:
            text[place] = GAP
            place, sentence = place + 1, sentence + 1
    return place


def tally(text: NDArray[np.int32], start: int, end: int, tallies: NDArray[np.int64]) -> None:
    """Add the number of occurrences of each word in places [start, end) to tallies, int64[V]."""
    part = text[start:end]
    np.add.at(tallies, part[part != GAP], 1)


def list_places(
    text: NDArray[np.int32], start: int, end: int, cursors: NDArray[np.int64], places: NDArray[np.int32]
) -> None:
    """Write each place of [start, end) to where the cursor of its word is, and move that cursor on."""
    for place in range(start, end):
        word = text[place]
        if word != GAP:
            places[cursors[word]] = place
            cursors[word] += 1


def count_rows(
    # in
    text: NDArray[np.int32],
    places: NDArray[np.int32],  # [N], those of word 0, then of word 1, ...
    starts: NDArray[np.int64],  # [V + 1], where those of each word begin
    # scalars
    first: int,
    last: int,
    # in
    left: NDArray[np.uint64],  # the weight of the word before, of the one before that, ...; may be empty
    right: NDArray[np.uint64],
    # scratch
    sums: NDArray[np.uint64],  # [V]
    marks: NDArray[np.uint64],  # [ceil(V / 64)]
    blocks: NDArray[np.uint8],  # [ceil(V / 1024)]
    # written
    ends: NDArray[np.int64],  # [last - first], where each row ends in the two below
    columns: NDArray[np.int32],
    values: NDArray[np.uint64],
    # scalars
    stop: NDArray[np.uint8],
) -> int:
    """Count the neighbours of words [first, last); rows are sorted, without zeros; return the number of cells."""
    n = 0
    for row in range(first, last):
        row_sums = np.zeros(len(sums), np.uint64)
        for place in places[starts[row] : starts[row + 1]].tolist():
            if stop[0]:
                return n
            for weights, step in ((left, -1), (right, 1)):
                for distance, weight in enumerate(weights, 1):
                    column = text[place + step * distance]
                    if column == GAP:
                        break
                    row_sums[column] += weight
        n = _take_row(row_sums, columns, values, n)
        ends[row - first] = n
    return n


def merge_rows(
    # in
    run_columns: NDArray[np.int32],
    run_values: NDArray[np.uint64],
    bounds: NDArray[np.int64],  # [R, rows + 1]: row i of run r is [bounds[r, i], bounds[r, i + 1]) of both
    # scratch
    sums: NDArray[np.uint64],  # [V]
    marks: NDArray[np.uint64],
    blocks: NDArray[np.uint8],
    # written
    ends: NDArray[np.int64],  # [rows]
    columns: NDArray[np.int32],
    values: NDArray[np.uint64],
    # scalars
    stop: NDArray[np.uint8],
) -> int:
    """Add up the rows of R runs; the result is as from :func:`count_rows`."""
    n = 0
    for row in range(bounds.shape[1] - 1):
        if stop[0]:
            return n
        row_sums = np.zeros(len(sums), np.uint64)
        for run_bounds in bounds:
            part = slice(run_bounds[row], run_bounds[row + 1])
            np.add.at(row_sums, run_columns[part], run_values[part])
        n = _take_row(row_sums, columns, values, n)
        ends[row] = n
    return n


def add_cells(columns: NDArray[np.int32], values: NDArray[np.uint64], sums: NDArray[np.uint64]) -> None:
    """Add the cells of a row, with distinct columns, to its sums, uint64[V]."""
    sums[columns] += values


def _take_row(row_sums: NDArray[np.uint64], columns: NDArray[np.int32], values: NDArray[np.uint64], n: int) -> int:
    """Write the non-zeros of a row from n on; return the next n."""
    found = np.flatnonzero(row_sums)
    columns[n : n + len(found)] = found
    values[n : n + len(found)] = row_sums[found]
    return n + len(found)
