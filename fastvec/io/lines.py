"""Lines of a file, compressed or not, none longer than a limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from fastvec.errors import FormatError
from fastvec.io.decompression import open_decompressed, reading_errors, type_of_path
from fastvec.io.limits import LINE_BYTES


def numbered_lines(path: type_of_path, longest: int = LINE_BYTES) -> Iterator[tuple[int, bytes]]:
    """Open a file, and yield the number of each line, from 1, and its bytes, with the line end that it has.

    Raises
    ------
    StorageError
        If the file cannot be read.
    FormatError
        If it is compressed and damaged, or a line is longer than ``longest`` bytes.
    """
    with open_decompressed(path) as file, reading_errors(path):
        number = 1
        while line := next_line(path, file, number, longest):
            yield number, line
            number += 1


def next_line(path: type_of_path, file: BinaryIO, number: int, longest: int = LINE_BYTES) -> bytes:
    """Return the next line of an open file, ``b""`` at its end."""
    line = file.readline(longest + 1)
    if len(line) > longest:
        expected = f"a line of at most {longest:,} bytes"
        raise FormatError(path=path, field=f"line {number}", expected=expected, shown="a longer one")
    return line
