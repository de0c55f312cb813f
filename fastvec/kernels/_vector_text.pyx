"""Rows of word vectors in text and binary files; specified in kernels/reference/vector_text.py."""

from libc.stdint cimport int64_t, uint8_t, uint64_t

from enum import IntEnum

import numpy as np

cdef extern from "decimal.h" nogil:
    int FV_LEAST_POWER, FV_MOST_POWER
    ctypedef struct fv_power:
        uint64_t high, low
        int64_t exponent
    fv_power fv_powers[1]

cdef extern from "float_text.h" nogil:
    int FV_LONGEST_FLOAT
    double fv_tens[1]

cdef extern from "vector_text.h" nogil:
    int FV_ROW, FV_SPACED, FV_NO_WORD, FV_BARE, FV_BLANK, FV_SHORT
    ctypedef struct fv_line:
        int64_t kind, start, end
    ctypedef struct fv_field:
        int64_t place, start, end
    ctypedef struct fv_parsed:
        int64_t n_lines, n_rows, n_fields, end
    fv_parsed fv_parse_rows(
        const uint8_t *text, int64_t n, int64_t size, float *vectors, fv_line *lines, fv_field *fields,
        int64_t most_rows, int64_t most_lines, int64_t most_fields)
    fv_parsed fv_split_rows(
        const uint8_t *text, int64_t n, int64_t size, int64_t longest, float *vectors, fv_line *lines,
        int64_t most_rows)
    int64_t fv_write_rows(
        const uint8_t *words, const int64_t *starts, const float *vectors, int64_t n, int64_t size, int exponent,
        uint8_t *out)

PADDING = 8  # readable bytes after a text: a newline, and what is loaded with it


class Line(IntEnum):
    """What a line of text is; those below BLANK have a row."""

    ROW = FV_ROW  # a word and D numbers
    SPACED = FV_SPACED  # a word with white space in it, and D numbers
    NO_WORD = FV_NO_WORD  # white space and D numbers
    BARE = FV_BARE  # D fields and nothing before them
    BLANK = FV_BLANK
    SHORT = FV_SHORT  # fewer fields


cdef int set_powers() except -1:
    """Write the powers of ten as 128 bits, cut, and an exponent of two."""
    for q in range(FV_LEAST_POWER, FV_MOST_POWER + 1):
        if q < 0:
            exponent = (5 ** -q).bit_length() + 127
            bits = (1 << exponent) // 5 ** -q
            exponent = -exponent
        else:
            exponent = (5 ** q).bit_length() - 128
            bits = 5 ** q >> exponent if exponent > 0 else 5 ** q << -exponent
        fv_powers[q - FV_LEAST_POWER].high = bits >> 64
        fv_powers[q - FV_LEAST_POWER].low = bits & 0xFFFFFFFFFFFFFFFF
        fv_powers[q - FV_LEAST_POWER].exponent = exponent + q
        fv_tens[q - FV_LEAST_POWER] = float(f"1e{q}")
    return 0


set_powers()


def parse_rows(
    *,
    # in
    uint8_t[::1] text not None,
    int64_t n,
    # written
    float[:, ::1] vectors not None,
    int64_t[:, ::1] lines not None,
    int64_t[:, ::1] fields not None,
):
    """Parse the lines of text[0 .. n) from the right; return the numbers of lines, rows, fields and bytes."""
    if not 0 <= n <= text.shape[0] - PADDING:
        raise ValueError("text: expected n bytes and PADDING more")
    if vectors.shape[1] == 0 or lines.shape[1] != 3 or fields.shape[1] != 3:
        raise ValueError("vectors, lines or fields: expected float32[N, D], int64[L, 3] and int64[F, 3]")
    if fields.shape[0] < vectors.shape[1] or vectors.shape[0] == 0 or lines.shape[0] == 0:
        raise ValueError("vectors, lines or fields: no room for one line")
    cdef fv_parsed done
    cdef int64_t size = vectors.shape[1]
    cdef uint8_t after = text[n]
    text[n] = c"\n"
    with nogil:
        done = fv_parse_rows(&text[0], n, size, &vectors[0, 0], <fv_line *> &lines[0, 0],
                             <fv_field *> &fields[0, 0], vectors.shape[0], lines.shape[0], fields.shape[0])
    text[n] = after
    return done.n_lines, done.n_rows, done.n_fields, done.end


def split_rows(
    *,
    # in
    const uint8_t[::1] text not None,
    int64_t n,
    int64_t longest,
    # written
    float[:, ::1] vectors not None,
    int64_t[:, ::1] lines not None,
):
    """Cut rows out of the binary text[0 .. n); return the numbers of rows and bytes."""
    if not 0 <= n <= text.shape[0] or text.shape[0] == 0:
        raise ValueError("text: expected n bytes")
    if vectors.shape[1] == 0 or lines.shape[1] != 3 or lines.shape[0] < vectors.shape[0] or vectors.shape[0] == 0:
        raise ValueError("vectors, lines: expected float32[N, D] and int64[N, 3], N above 0")
    cdef fv_parsed done
    with nogil:
        done = fv_split_rows(&text[0], n, vectors.shape[1], longest, &vectors[0, 0], <fv_line *> &lines[0, 0],
                             vectors.shape[0])
    return done.n_rows, done.end


def write_rows(
    *,
    # in
    const uint8_t[::1] words not None,
    const int64_t[::1] starts not None,
    const float[:, ::1] vectors not None,
    # scalars
    bint exponent,
):
    """Return the lines of rows, each with its word before it: words[starts[i] .. starts[i + 1] - 1)."""
    cdef int64_t n = vectors.shape[0], size = vectors.shape[1], length
    if starts.shape[0] != n + 1 or starts[0] < 0 or starts[n] > words.shape[0]:
        raise ValueError("starts: expected int64[N + 1] within the words")
    if n == 0 or size == 0 or (np.diff(np.asarray(starts)) < 1).any():
        raise ValueError("vectors, starts: expected at least one number, and a byte after each word")
    cdef uint8_t[::1] out = np.empty(starts[n] - starts[0] + n * size * (FV_LONGEST_FLOAT + 1), np.uint8)
    with nogil:
        length = fv_write_rows(&words[0], &starts[0], &vectors[0, 0], n, size, exponent, &out[0])
    return np.asarray(out)[:length]
