"""The non-zeros of a sparse matrix in the order of its tiles; training/tiles.py explains tiles."""

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
    """
    cdef Py_ssize_t n = rows.shape[0], cell
    if columns.shape[0] != n or counts.shape[0] != n or row_cell.shape[0] != words.shape[0]:
        raise ValueError("rows, columns, counts: expected one length; words, row_cell: expected one length")
    with nogil:
        _sort_by_cell(indptr, indices, data, words, row_cell, column_cell, bounds, rows, columns, counts)
        for cell in range(bounds.shape[0] - 1):
            _shuffle(rows, columns, counts, bounds[cell], bounds[cell + 1], stream)


def tally(const int32_t[::1] ids not None, int64_t[::1] tallies not None):
    """Add the count of each id to tallies. (NumPy's bincount holds the GIL and copies the ids to 64 bits.)"""
    cdef Py_ssize_t k
    with nogil:
        for k in range(ids.shape[0]):
            tallies[ids[k]] += 1


cdef void _sort_by_cell(
    const int64_t[::1] indptr,
    const int32_t[::1] indices,
    const double[::1] data,
    const int32_t[::1] words,
    const int32_t[::1] row_cell,
    const int32_t[::1] column_cell,
    int64_t[::1] bounds,
    int32_t[::1] rows,
    int32_t[::1] columns,
    double[::1] counts,
) noexcept nogil:
    """Sort by counting: the size of each cell, where it begins, then every pair to the next place of its cell."""
    cdef int64_t i, k, cell, place, before = 0, size
    bounds[:] = 0
    for i in range(words.shape[0]):
        for k in range(indptr[words[i]], indptr[words[i] + 1]):
            bounds[row_cell[i] + column_cell[indices[k]] + 1] += 1
    for cell in range(1, bounds.shape[0]):
        size = bounds[cell]
        bounds[cell] = before  # for now where cell - 1 begins: it moves to its end as the cell fills
        before += size
    for i in range(words.shape[0]):
        for k in range(indptr[words[i]], indptr[words[i] + 1]):
            cell = row_cell[i] + column_cell[indices[k]] + 1
            place = bounds[cell]
            rows[place], columns[place], counts[place] = words[i], indices[k], data[k]
            bounds[cell] = place + 1


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
