"""word2vec and GloVe text: each line is a word and its D numbers; word2vec's has a header line ``V D``.

Words may contain spaces, as some of glove.840B do: the numbers are counted from the right. A word whose last part
is a number is an error: the row is probably too long.
"""

from __future__ import annotations

import codecs
import os
from typing import BinaryIO

import numpy as np

from fastvec.errors import FormatError
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import DecompressedFile, open_decompressed, reading_errors, type_of_path
from fastvec.io.limits import DIMENSIONS, LINE_BYTES
from fastvec.vectors.formats.rows import HEADER, Rows, check_size, encode_words
from fastvec.vectors.record import Record


def read(path: type_of_path, *, header: bool | None = None) -> Record:
    """Read words and vectors.

    ``header`` says whether the first line is word2vec's ``V D``; None: if it is two whole numbers.
    """
    with reading_errors(path), open_decompressed(path) as stream, np.errstate(over="raise"):
        first = _line(path, stream, 1).removeprefix(codecs.BOM_UTF8)
        declared = HEADER.fullmatch(first)
        if header is False or (header is None and declared is None):
            rows = Rows(_count_numbers(path, first))
            _add(path, rows, first, 1)
            _read_rows(path, stream, rows)
            return rows.finish(path)
        if declared is None:
            raise _bad_line(path, 1, "the numbers of words and dimensions", first)
        n_words, vector_size = map(int, declared.groups())
        # "5 1" may also be a word and its one number, without a header: the number of lines decides
        sized = vector_size > 1 and not isinstance(stream, DecompressedFile) and os.path.isfile(path)
        available = os.path.getsize(path) - len(first) + 1 if sized else None  # 1: no last newline
        check_size(path, n_words, vector_size, 2 * vector_size + 2, available)
        rows = Rows(vector_size, n_words if sized else 0)
        _read_rows(path, stream, rows)
    if len(rows.words) != n_words:
        hint = "if its first line is a word, read it with format='glove'" if vector_size == 1 else ""
        expected, got = f"{n_words} words, as declared", len(rows.words)
        raise FormatError(path=path, offset=0, field="header", expected=expected, got=got, hint=hint)
    return rows.finish(path)


def _read_rows(path: type_of_path, stream: BinaryIO, rows: Rows) -> None:
    """Add the row of each line from the second on; blank lines may only be at the end."""
    number = 2
    while line := _line(path, stream, number):
        if line.isspace():
            if stream.read(64).strip():
                raise _bad_line(path, number, "a word and its numbers", line)
            return
        _add(path, rows, line, number)
        number += 1


def _add(path: type_of_path, rows: Rows, line: bytes, number: int) -> None:
    vector_size = rows.vectors.shape[1]
    word, *numbers = line.rsplit(None, vector_size)
    if b" " in word:
        word = word.lstrip()
    if len(numbers) != vector_size or (b" " in word and _is_number(word.split()[-1])):
        found = len(line.rsplit(None, DIMENSIONS)) - 1
        raise _bad_line(path, number, f"a word and {vector_size} numbers", line, f"{found} numbers")
    try:
        rows.add(word, numbers)
    except (ValueError, FloatingPointError):
        shown = next((repr(n[:40]) for n in numbers if not _is_number(n)), "a number too large for float32")
        raise _bad_line(path, number, f"{vector_size} numbers", line, shown) from None


def _line(path: type_of_path, stream: BinaryIO, number: int) -> bytes:
    line = stream.readline(LINE_BYTES + 1)
    if len(line) > LINE_BYTES:
        raise _bad_line(path, number, f"a line of at most {LINE_BYTES} bytes", line, "a longer one")
    if number == 1 and not line.strip():
        raise _bad_line(path, number, "a word and its numbers", line)
    return line


def _count_numbers(path: type_of_path, line: bytes) -> int:
    """Return how many numbers are at the end of a line whose first part is a word."""
    parts = line.rsplit(None, DIMENSIONS + 1)[1:]
    count = 0
    while count < len(parts) and _is_number(parts[-1 - count]):
        count += 1
    if not 1 <= count <= DIMENSIONS:
        raise _bad_line(path, 1, f"a word and 1 to {DIMENSIONS} numbers", line)
    return count


def _is_number(part: bytes) -> bool:
    try:
        float(part)
    except ValueError:
        return False
    return True


def _bad_line(
    path: type_of_path, number: int, expected: str, line: bytes, shown: str | None = None
) -> FormatError:
    return FormatError(path=path, field=f"line {number}", expected=expected, got=line[:40], shown=shown)


def write(path: type_of_path, record: Record, *, header: bool) -> None:
    """Write words and vectors, all or nothing; 9 digits of a number give the same float32 when read."""
    words = encode_words(record)
    n_words, vector_size = record.vectors.shape
    # with one dimension always in exponent form: "5 1" on the first line would be read as a header
    numbers = " ".join(["%.9g" if vector_size > 1 else "%.9e"] * vector_size)
    with atomic_path(path) as part, open(part, "wb", buffering=1 << 20) as file:
        if header:
            file.write(b"%d %d\n" % (n_words, vector_size))
        for word, row in zip(words, record.vectors, strict=True):
            file.write(b"%b %b\n" % (word, (numbers % tuple(row.tolist())).encode()))
