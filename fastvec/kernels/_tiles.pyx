"""The non-zeros of a sparse matrix in the order of its tiles; training/tiles.py explains tiles."""

import numpy as np

from fastvec.checks.changes import counts_changed

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t

cdef extern from "random.h" nogil:
    uint64_t fv_draw(uint64_t stream, uint64_t k)
    uint32_t fv_below(uint64_t draw, uint32_t n)


def lay_out(
    *,
    # in: a CSR matrix
    const int64_t[::1] indptr not None,
    const int32_t[::1] indices not None,
    const double[::1] data not None,
    # tables
    const int32_t[::1] words not None,
    const int32_t[::1] row_cell not None,
    const int32_t[::1] column_cell not None,
    # written
    int64_t[::1] bounds not None,
    int32_t[::1] rows not None,
    int32_t[::1] columns not None,
    double[::1] counts not None,
    # scalars
    uint64_t stream,
):
    """Sort the pairs of ``words`` (rows of the matrix) by cell, shuffled inside each.

    The pair of words[i] and column c belongs to cell row_cell[i] + column_cell[c]. The pairs of cell k are written
    to bounds[k] .. bounds[k + 1] - 1 of rows, columns and counts.

    The matrix may be a mapped file that another program overwrites: nothing is read or written elsewhere.

    Raises
    ------
    CorpusError
        If a column is out of range, or of another cell when it was read again.
    """
    cdef Py_ssize_t n = rows.shape[0], cell
    cdef bint sound
    cdef int64_t[::1] ends = np.empty(bounds.shape[0], np.int64)
    if columns.shape[0] != n or counts.shape[0] != n or row_cell.shape[0] != words.shape[0]:
        raise ValueError("rows, columns, counts: expected one length; words, row_cell: expected one length")
    with nogil:
        sound = _sort_by_cell(
            indptr, indices, data, words, row_cell, column_cell, bounds, ends, rows, columns, counts
        )
        if sound:
            for cell in range(bounds.shape[0] - 1):
                _shuffle(rows, columns, counts, bounds[cell], bounds[cell + 1], stream)
    if not sound:
        raise counts_changed()


def tally(const int32_t[::1] ids not None, int64_t[::1] tallies not None):
    """Add the count of each id to tallies. (NumPy's bincount holds the GIL and copies the ids to 64 bits.)

    Raises
    ------
    CorpusError
        If an id is out of range.
    """
    cdef Py_ssize_t k, n = ids.shape[0]
    cdef int32_t found
    with nogil:
        for k in range(n):
            found = ids[k]
            if not 0 <= found < tallies.shape[0]:
                n = -1
                break
            tallies[found] += 1
    if n < 0:
        raise counts_changed()


cdef bint _sort_by_cell(
    const int64_t[::1] indptr,
    const int32_t[::1] indices,
    const double[::1] data,
    const int32_t[::1] words,
    const int32_t[::1] row_cell,
    const int32_t[::1] column_cell,
    int64_t[::1] bounds,
    int64_t[::1] ends,
    int32_t[::1] rows,
    int32_t[::1] columns,
    double[::1] counts,
) noexcept nogil:
    """Sort by counting: the size of each cell, where it begins, then every pair to the next place of its cell.

    Return whether both passes found as many columns of each cell, all in range.
    """
    cdef int64_t i, k, cell, place, before = 0, size
    cdef int32_t column
    bounds[:] = 0
    for i in range(words.shape[0]):
        for k in range(indptr[words[i]], indptr[words[i] + 1]):
            column = indices[k]
            if not 0 <= column < column_cell.shape[0]:
                return False
            bounds[row_cell[i] + column_cell[column] + 1] += 1
    for cell in range(1, bounds.shape[0]):
        size = bounds[cell]
        bounds[cell] = before  # for now where cell - 1 begins: it moves to its end as the cell fills
        before += size
        ends[cell] = before
    for i in range(words.shape[0]):
        for k in range(indptr[words[i]], indptr[words[i] + 1]):
            column = indices[k]
            if not 0 <= column < column_cell.shape[0]:
                return False
            cell = row_cell[i] + column_cell[column] + 1
            place = bounds[cell]
            if place == ends[cell]:
                return False
            rows[place], columns[place], counts[place] = words[i], column, data[k]
            bounds[cell] = place + 1
    return True


cdef void _shuffle(
    int32_t[::1] rows, int32_t[::1] columns, double[::1] counts, int64_t start, int64_t end, uint64_t stream
) noexcept nogil:
    """Shuffle pairs [start, end) by Fisher and Yates's method."""
    cdef int64_t k, other
    for k in range(start, end - 1):
        other = k + fv_below(fv_draw(stream, <uint64_t> k), <uint32_t> (end - k))
        rows[k], rows[other] = rows[other], rows[k]
        columns[k], columns[other] = columns[other], columns[k]
        counts[k], counts[other] = counts[other], counts[k]
