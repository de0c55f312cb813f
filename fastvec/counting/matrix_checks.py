"""Checks of a matrix of counts, from a caller or from a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.arrays import Kind
from fastvec.checks.changes import counts_changed
from fastvec.errors import SettingError
from fastvec.running.loading import load
from fastvec.running.ranges import cut

if TYPE_CHECKING:
    from scipy.sparse import csr_array

BLOCK = 1 << 20  # cells looked at together: some 30 MB of scratch memory


def cleaned(matrix: Any, n_words: int) -> csr_array:
    """Return a sparse matrix as float64 CSR with sorted rows, no duplicates and no zeros; copy only if needed."""
    load("scipy.sparse")
    from scipy.sparse import csr_array, issparse

    if not issparse(matrix) or matrix.shape != (n_words, n_words) or matrix.dtype.kind not in "fiub":
        expected = f"a scipy.sparse matrix of numbers [{n_words}, {n_words}], a row and a column for each word"
        shown = None if issparse(matrix) else type(matrix).__name__
        raise SettingError(field="matrix", expected=expected, got=matrix, shown=shown)
    compressed = matrix.format == "csr"
    if compressed:
        check_row_ends(matrix.indptr, len(matrix.indices), SettingError)
    if compressed or matrix.format == "coo":
        columns = matrix.indices if compressed else matrix.col
        rows = columns[:0] if compressed else matrix.row
        for ids in (columns, rows):
            if len(ids) and not 0 <= int(ids.min()) <= int(ids.max()) < n_words:
                wrong = int(ids.min()) if ids.min() < 0 else int(ids.max())
                raise SettingError(field="ids", expected=f"0 to {n_words - 1}", got=wrong)
    csr = csr_array(matrix, dtype=np.float64)
    if not csr.has_canonical_format or np.count_nonzero(csr.data) < csr.nnz:
        csr = csr.copy()
        csr.sum_duplicates()
        csr.eliminate_zeros()
    if csr.indices.dtype != np.int32:
        csr.indices = csr.indices.astype(np.int32)
    return csr


class Block(NamedTuple):
    """Rows [first, last) of a matrix: the columns and the values of their cells, in memory of their own."""

    first: int
    last: int
    columns: NDArray[np.integer]
    values: NDArray[np.float64]


def own_cells(
    columns: NDArray[np.integer], values: NDArray[np.float64], n_columns: int
) -> tuple[NDArray[np.integer], NDArray[np.float64]]:
    """Return copies of cells that were sound when they were checked, and raise if those of a mapped file are not.

    Raises
    ------
    CorpusError
        If a column or a value is out of range: the file was overwritten.
    """
    columns, values = np.array(columns), np.array(values)
    in_range = columns.min(initial=0) >= 0 and columns.max(initial=-1) < n_columns
    if not (in_range and values.min(initial=1) > 0 and values.max(initial=1) < np.inf):  # False for NaN too
        raise counts_changed()
    return columns, values


def blocks(matrix: csr_array, cells: int = 0) -> Iterator[Block]:
    """Yield the rows of a matrix in order, ``cells`` or BLOCK at once; errors are those of :func:`own_cells`."""
    for first, last in cut(np.diff(matrix.indptr), cells or BLOCK):
        inside = slice(matrix.indptr[first], matrix.indptr[last])
        yield Block(first, last, *own_cells(matrix.indices[inside], matrix.data[inside], matrix.shape[1]))


def row_sums(matrix: csr_array) -> NDArray[np.float64]:
    """Return the sum of each row, float64[V]; errors are those of :func:`own_cells`."""
    from scipy.sparse import csr_array

    sums, ones = np.zeros(matrix.shape[0]), np.ones(matrix.shape[1])
    for block in blocks(matrix):
        ends = matrix.indptr[block.first : block.last + 1] - matrix.indptr[block.first]
        shape = (block.last - block.first, matrix.shape[1])
        sums[block.first : block.last] = csr_array((block.values, block.columns, ends), shape=shape) @ ones
    return sums


def column_sums(matrix: csr_array) -> NDArray[np.float64]:
    """Return the sum of each column, float64[C], added up in the order of the rows; errors as above."""
    sums = np.zeros(matrix.shape[1])
    for block in blocks(matrix):
        np.add.at(sums, block.columns, block.values)
    return sums


def check_row_ends(row_ends: NDArray[np.integer], n_cells: int, kind: Kind) -> None:
    """Raise if the row ends do not go from 0 to the number of cells, or decrease somewhere."""
    if len(row_ends) == 0 or row_ends[0] != 0 or row_ends[-1] != n_cells or (np.diff(row_ends) < 0).any():
        raise kind(field="indptr", expected=f"numbers from 0 to {n_cells} that never decrease", got=row_ends)


def check_cells(
    row_ends: NDArray[np.integer],
    columns: NDArray[np.int32],
    values: NDArray[np.float64],
    n_words: int,
    kind: Kind,
) -> None:
    """Raise if columns are out of range or not sorted in a row, or values are not finite and above 0."""
    total = 0.0
    for start in range(0, len(columns), BLOCK):
        block = columns[max(0, start - 1) : start + BLOCK]
        if block.min() < 0 or block.max() >= n_words:
            wrong = int(block.min() if block.min() < 0 else block.max())
            raise kind(field="indices", expected=f"0 to {n_words - 1}", got=wrong)
        descents = np.flatnonzero(block[1:] <= block[:-1]) + max(0, start - 1) + 1
        inside = descents[row_ends[np.searchsorted(row_ends, descents)] != descents]
        if len(inside):
            row = int(np.searchsorted(row_ends, inside[0], side="right")) - 1
            came = f"{columns[inside[0]]} after {columns[inside[0] - 1]} in row {row}"
            raise kind(field="indices", expected="strictly increasing columns in each row", shown=came)
        counts = values[start : start + BLOCK]
        if not (np.isfinite(counts).all() and counts.min() > 0):
            count = float(counts[~(np.isfinite(counts) & (counts > 0))][0])
            raise kind(field="counts", expected="finite numbers above 0", got=count)
        with np.errstate(over="ignore"):
            total += float(counts.sum())
    if not np.isfinite(total):
        raise kind(field="counts", expected="a finite sum", got=total)
