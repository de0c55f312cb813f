"""Rows of word vectors in plain Python: the specification of `_vector_text.pyx`, with the same signatures.

A kernel may leave numbers to its caller (``fields``); this one leaves those that are not plain finite decimals.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels._vector_text import Line

PLAIN = re.compile(rb"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
FIELD = re.compile(rb"[^ \t\n\v\f\r]+")


def parse_rows(
    *,
    # in
    text: NDArray[np.uint8],
    n: int,
    # written
    vectors: NDArray[np.float32],
    lines: NDArray[np.int64],
    fields: NDArray[np.int64],
) -> tuple[int, int, int, int]:
    """Parse the lines of text[0 .. n) from the right; return the numbers of lines, rows, fields and bytes."""
    data, at, n_lines, n_rows, n_fields = text[:n].tobytes(), 0, 0, 0, 0
    size = vectors.shape[1]
    while at < n and n_rows < len(vectors) and n_lines < len(lines) and n_fields + size <= len(fields):
        end = data.find(b"\n", at)
        end = n if end < 0 else end
        spans = [(at + m.start(), at + m.end()) for m in FIELD.finditer(data[at:end])]
        word, numbers = spans[:-size], spans[-size:]
        if len(numbers) < size:
            lines[n_lines] = Line.SHORT if spans else Line.BLANK, at, end
        else:
            start, stop = (word[0][0], word[-1][1]) if word else (at, at)
            lines[n_lines] = _kind(len(word), numbers[0][0] == at), start, stop
            for j, (first, last) in enumerate(numbers):
                value = _plain_number(data[first:last])
                if value is None:
                    fields[n_fields] = n_rows * size + j, first, last
                    n_fields += 1
                else:
                    vectors[n_rows, j] = value
            n_rows += 1
        n_lines, at = n_lines + 1, min(end + 1, n)
    return n_lines, n_rows, n_fields, at


def _kind(n_parts: int, at_start: bool) -> Line:
    if n_parts:
        return Line.ROW if n_parts == 1 else Line.SPACED
    return Line.BARE if at_start else Line.NO_WORD


def _plain_number(part: bytes) -> np.float32 | None:
    if not PLAIN.fullmatch(part):
        return None
    with np.errstate(over="ignore"):
        value = np.float32(float(part))
    return value if np.isfinite(value) else None


def split_rows(
    *,
    # in
    text: NDArray[np.uint8],
    n: int,
    longest: int,
    # written
    vectors: NDArray[np.float32],
    lines: NDArray[np.int64],
) -> tuple[int, int]:
    """Cut rows out of the binary text[0 .. n); return the numbers of rows and bytes."""
    data, at, n_rows, row_bytes = bytes(text[:n]), 0, 0, 4 * vectors.shape[1]
    while n_rows < len(vectors):
        start = at
        while data[start : start + 1] == b"\n":
            start += 1
        space = data.find(b" ", start)
        if space < 0 or space + 1 + row_bytes > n or space - start > longest:
            break
        vectors[n_rows] = np.frombuffer(data, "<f4", vectors.shape[1], space + 1)
        lines[n_rows] = Line.ROW if space > start else Line.NO_WORD, start, space
        n_rows, at = n_rows + 1, space + 1 + row_bytes
    return n_rows, at


def write_rows(
    *,
    # in
    words: NDArray[np.uint8],
    starts: NDArray[np.int64],
    vectors: NDArray[np.float32],
    # scalars
    exponent: bool,
) -> NDArray[np.uint8]:
    """Return the lines of rows, each with its word before it: words[starts[i] .. starts[i + 1] - 1)."""
    data = words.tobytes()
    lines = []
    for i, row in enumerate(vectors):
        word = data[starts[i] : starts[i + 1] - 1].decode("utf-8", "surrogateescape")
        lines.append(" ".join([word, *(_short(value, exponent) for value in row)]) + "\n")
    return np.frombuffer("".join(lines).encode("utf-8", "surrogateescape"), np.uint8)


def _short(value: np.float32, exponent: bool) -> str:
    """Return the first of 6 to 9 digits that read as the value."""
    if not np.isfinite(value):
        return f"{value}"
    for digits in range(6, 10):
        text = f"{value:.{digits - 1}e}"
        if np.float32(float(text)) == value:
            break
    mantissa, _, power = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    # nine digits: %g writes no exponent, and trailing zeros are none of %g's
    return f"{mantissa}e{power}" if exponent else f"{float(text):.9g}"
