"""The rows that words are composed of; specified in kernels/reference/subwords.py."""

from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint32_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy

import numpy as np

cdef extern from "portable.h" nogil:
    void FV_PREFETCH_L1(const void *p)

cdef enum:
    LINE = 64
    AHEAD = 4  # rows


def subword_rows(
    *,
    # in
    const uint8_t[::1] text not None,
    const int64_t[::1] starts not None,
    # scalars
    int64_t min_n,
    int64_t max_n,
    int64_t buckets,
):
    """Return (offsets, rows) of each word text[starts[i] .. starts[i + 1]), which is between < and >."""
    cdef int64_t n_words = starts.shape[0] - 1, word
    if n_words < 0 or starts[0] < 0 or starts[n_words] > text.shape[0]:
        raise ValueError("starts: expected int64[V + 1] within the text")
    if (np.diff(np.asarray(starts)) < 0).any():
        raise ValueError("starts: expected numbers that never decrease")
    if buckets < 0 or n_words + buckets > 0x7FFFFFFF or (buckets == 0 and max_n > 0):
        raise ValueError("buckets: expected V + buckets below 2^31, and more than none where max_n is")
    cdef int64_t[::1] offsets = np.zeros(n_words + 1, np.int64)
    cdef int64_t shortest = max(1, min_n), count
    with nogil:
        for word in range(n_words):
            count = _count(text, starts[word], starts[word + 1], shortest, max_n)
            offsets[word + 1] = offsets[word] + count
    cdef int32_t[::1] rows = np.empty(offsets[n_words], np.int32)
    with nogil:
        for word in range(n_words):
            rows[offsets[word]] = <int32_t> word
            if offsets[word + 1] - offsets[word] > 1:
                _fill(text, starts[word], starts[word + 1], shortest, max_n, <uint32_t> n_words,
                      <uint32_t> buckets, &rows[offsets[word] + 1])
    return np.asarray(offsets), np.asarray(rows)


cdef inline bint _continues(uint8_t byte) noexcept nogil:
    """Return whether a byte continues a character of UTF-8."""
    return byte & 0xC0 == 0x80


cdef int64_t _count(
    const uint8_t[::1] text, int64_t start, int64_t end, int64_t min_n, int64_t max_n
) noexcept nogil:
    """Return the number of rows of a word."""
    cdef int64_t length = 0, n, count, i
    if _is_line_end(text, start, end):
        return 1
    for i in range(start, end):
        length += not _continues(text[i])
    # length + 1 - n n-grams of each size n, without the two borders, which alone are not n-grams
    n = min(max_n, length) - min_n + 1
    if n <= 0:
        return 1
    count = n * (2 * (length + 1) - min_n - min(max_n, length)) // 2
    return 1 + count - (2 if min_n == 1 else 0)


cdef bint _is_line_end(const uint8_t[::1] text, int64_t start, int64_t end) noexcept nogil:
    """Return whether the word is </s>, which has no n-grams."""
    return (
        end - start == 6 and text[start + 1] == c"<" and text[start + 2] == c"/" and text[start + 3] == c"s"
        and text[start + 4] == c">"
    )


cdef void _fill(
    const uint8_t[::1] text, int64_t start, int64_t end, int64_t min_n, int64_t max_n, uint32_t first,
    uint32_t buckets, int32_t *rows,
) noexcept nogil:
    """Write the row of each n-gram; the hash of an n-gram continues to the next longer one."""
    cdef int64_t i, j, n
    cdef uint32_t hashed
    for i in range(start, end):
        if _continues(text[i]):
            continue
        hashed, j, n = 2166136261, i, 0
        while j < end and n < max_n:
            hashed = (hashed ^ <uint32_t> <int32_t> <int8_t> text[j]) * 16777619
            j += 1
            while j < end and _continues(text[j]):
                hashed = (hashed ^ <uint32_t> <int32_t> <int8_t> text[j]) * 16777619
                j += 1
            n += 1
            if n >= min_n and not (n == 1 and (i == start or j == end)):
                rows[0] = <int32_t> (first + hashed % buckets)
                rows += 1


def mean_rows(
    *,
    # in
    const uint8_t[:, ::1] W not None,
    const int64_t[::1] offsets not None,
    const int32_t[::1] rows not None,
    # scalars
    int64_t start,
    int64_t end,
    # written
    float[:, ::1] means not None,
    # scalars
    const uint8_t[::1] stop not None,
):
    """Write means[i], i in [start, end): the mean of the rows of W in rows[offsets[i] .. offsets[i + 1]).

    -1 is a row of zeros. W is the bytes of float32[N, D]: in a file a row may begin at any address.
    """
    cdef int64_t width = means.shape[1], wrong
    cdef float *row
    if not 0 <= start <= end < offsets.shape[0] or end > means.shape[0]:
        raise ValueError("start, end: outside offsets or means")
    if W.shape[1] != 4 * width or width == 0 or stop.shape[0] == 0:
        raise ValueError(f"W: expected {4 * width} bytes a row, got {W.shape[1]}; stop: expected one byte")
    if offsets[start] < 0 or offsets[end] > rows.shape[0]:
        raise ValueError("offsets: expected places of rows")
    row = <float *> malloc(4 * width)
    if row == NULL:
        raise MemoryError("no memory for a row")
    with nogil:
        wrong = _mean_rows(W, offsets, rows, start, end, means, &stop[0], row)
    free(row)
    if wrong >= 0:
        raise ValueError(f"offsets, rows: those of {wrong} decrease or are out of range")


cdef int64_t _mean_rows(
    const uint8_t[:, ::1] W, const int64_t[::1] offsets, const int32_t[::1] rows, int64_t start, int64_t end,
    float[:, ::1] means, const uint8_t *stop, float *row,
) noexcept nogil:
    """Write the means; return the first i whose rows are wrong, or -1."""
    cdef int64_t width = means.shape[1], i, k, j, first, last
    cdef float *mean
    cdef float weight
    for i in range(start, end):
        if stop[0]:
            return -1
        first, last, mean = offsets[i], offsets[i + 1], &means[i, 0]
        if first > last or last > rows.shape[0]:
            return i
        for j in range(width):
            mean[j] = 0
        for k in range(first, last):
            if not -1 <= rows[k] < W.shape[0]:
                return i
            if k + AHEAD < rows.shape[0] and 0 <= rows[k + AHEAD] < W.shape[0]:
                j = 0
                while j < 4 * width:
                    FV_PREFETCH_L1(&W[rows[k + AHEAD], j])
                    j += LINE
            if rows[k] < 0:
                continue
            memcpy(row, &W[rows[k], 0], 4 * width)
            for j in range(width):
                mean[j] += row[j]
        weight = <float> (1.0 / max(1, last - first))
        for j in range(width):
            mean[j] *= weight
    return -1
