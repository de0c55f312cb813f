"""Rows of numbers as whole numbers of 8 bits, a quarter of the memory to read; see vectors/codes.py."""

from libc.math cimport fabsf, rintf, sqrt, INFINITY
from libc.stdint cimport int8_t, int16_t, int32_t


def encode(
    *,
    const float[:, ::1] rows not None,
    # written
    int8_t[:, ::1] codes not None,
    float[::1] scales not None,
    float[::1] errors not None,
):
    """Write for each row the codes and the scale such that scale * codes is nearest to it, and its distance.

    A row that is not finite gets codes and a scale of 0, and an error of infinity.
    """
    cdef Py_ssize_t n = rows.shape[0], size = rows.shape[1], r
    if codes.shape[0] != n or scales.shape[0] != n or errors.shape[0] != n or codes.shape[1] != size:
        raise ValueError("rows, codes, scales, errors: expected one length, and one size of a row")
    if n == 0 or size == 0:
        return
    with nogil:
        for r in range(n):
            errors[r] = _encode_row(&rows[r, 0], &codes[r, 0], &scales[r], size)


cdef float _encode_row(const float *row, int8_t *codes, float *scale, Py_ssize_t size) noexcept nogil:
    """Return the distance of the row from scale * codes, rounded up."""
    cdef float greatest = 0, difference
    cdef double squares = 0
    cdef Py_ssize_t i
    cdef bint finite = True
    for i in range(size):
        finite = finite and fabsf(row[i]) < INFINITY
        greatest = max(greatest, fabsf(row[i]))
    scale[0] = greatest / 127 if finite and greatest > 1e-30 else 0
    if scale[0] == 0:  # zeros, numbers near where floats end, or not finite
        for i in range(size):
            codes[i] = 0
            squares += <double> row[i] * row[i]
        return <float> (sqrt(squares) * (1 + 1e-6)) if finite else INFINITY
    for i in range(size):
        codes[i] = <int8_t> rintf(row[i] / scale[0])
        difference = row[i] - scale[0] * codes[i]
        squares += <double> difference * difference
    return <float> (sqrt(squares) * (1 + 1e-6))


def dots(
    *,
    const int8_t[:, ::1] codes not None,
    const int16_t[::1] query not None,
    # written
    int32_t[::1] products not None,
):
    """Write the dot product of each row of codes with the query; the sums must fit in 32 bits."""
    cdef Py_ssize_t n = codes.shape[0], size = codes.shape[1], r
    if products.shape[0] != n or query.shape[0] != size:
        raise ValueError("codes, query, products: expected one size of a row, and one length")
    if n == 0 or size == 0:
        return
    with nogil:
        for r in range(n):
            products[r] = _dot(&codes[r, 0], &query[0], size)


cdef int32_t _dot(const int8_t *codes, const int16_t *query, Py_ssize_t size) noexcept nogil:
    cdef int32_t total = 0
    cdef Py_ssize_t i
    for i in range(size):
        total += <int16_t> codes[i] * query[i]  # compilers make one multiply-and-add of eight pairs from this
    return total
