"""Words to the rows they are composed of; see kernels/reference_subwords.py for what is computed."""

from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint32_t

import numpy as np


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
    """The rows of each word text[starts[i] .. starts[i + 1]), which stands between < and >: (offsets, rows)."""
    cdef int64_t n_words = starts.shape[0] - 1, word
    if n_words < 0 or starts[0] < 0 or starts[n_words] > text.shape[0]:
        raise ValueError("starts: expected int64[V + 1] within the text")
    if buckets < 0 or n_words + buckets > 0x7FFFFFFF or (buckets == 0 and max_n > 0):
        raise ValueError("buckets: expected V + buckets below 2^31, and more than none where max_n is")
    cdef int64_t[::1] offsets = np.zeros(n_words + 1, np.int64)
    cdef int64_t shortest = max(1, min_n), count
    with nogil:
        for word in range(n_words):
            if starts[word] > starts[word + 1]:
                offsets[0] = -1  # told below
            count = _count(text, starts[word], starts[word + 1], shortest, max_n)
            offsets[word + 1] = offsets[word] + count
    if offsets[0] < 0:
        raise ValueError("starts: expected no descent")
    cdef int32_t[::1] rows = np.empty(offsets[n_words], np.int32)
    with nogil:
        for word in range(n_words):
            rows[offsets[word]] = <int32_t> word
            if offsets[word + 1] - offsets[word] > 1:
                _fill(text, starts[word], starts[word + 1], shortest, max_n, <uint32_t> n_words,
                      <uint32_t> buckets, &rows[offsets[word] + 1])
    return np.asarray(offsets), np.asarray(rows)


cdef inline bint _continues(uint8_t byte) noexcept nogil:
    """Whether a byte is none that begins a character of UTF-8."""
    return byte & 0xC0 == 0x80


cdef int64_t _count(
    const uint8_t[::1] text, int64_t start, int64_t end, int64_t min_n, int64_t max_n
) noexcept nogil:
    """How many rows a word has."""
    cdef int64_t length = 0, n, count, i
    if _is_line_end(text, start, end):
        return 1
    for i in range(start, end):
        length += not _continues(text[i])
    # of length + 1 - n n-grams of each size, and without the two borders, which alone are none
    n = min(max_n, length) - min_n + 1
    if n <= 0:
        return 1
    count = n * (2 * (length + 1) - min_n - min(max_n, length)) // 2
    return 1 + count - (2 if min_n == 1 else 0)


cdef bint _is_line_end(const uint8_t[::1] text, int64_t start, int64_t end) noexcept nogil:
    """Whether the word is </s>, which has no n-grams."""
    return (
        end - start == 6 and text[start + 1] == c"<" and text[start + 2] == c"/" and text[start + 3] == c"s"
        and text[start + 4] == c">"
    )


cdef void _fill(
    const uint8_t[::1] text, int64_t start, int64_t end, int64_t min_n, int64_t max_n, uint32_t first,
    uint32_t buckets, int32_t *rows,
) noexcept nogil:
    """Write the row of each n-gram: the hash goes on from an n-gram to the next longer one."""
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
