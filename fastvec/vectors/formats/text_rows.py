"""Blocks of whole lines, and the rows in them: the last D fields of a line are numbers, and the rest is a word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.io.decompression import type_of_path
from fastvec.kernels._vector_text import PADDING, Line, parse_rows
from fastvec.vectors.formats.reading import Met, Reading
from fastvec.vectors.formats.rows import LONGEST_LINE, MOST_DIMENSIONS
from fastvec.vectors.formats.source import Source

BLOCK = 1 << 19  # bytes; some 200 rows of 300 numbers, parsed in a millisecond
FIELDS = 4096  # numbers that Python reads, at a time

EMPTY_WORD = "an empty word"
NUMBER_IN_WORD = "a word that ends in a number"
TOO_FEW = "with too few numbers"
NO_NUMBER = "with something that is no number"
TOO_LARGE = "with a number too large for float32"
CUT_SHORT = "cut short"
TOO_LONG = "too long"


@dataclass(slots=True)
class Block:
    """Whole lines: ``size`` bytes of ``text``, and PADDING more; ``is_last`` of the file."""

    text: bytearray
    size: int
    is_last: bool = False
    too_long: bool = False


class Problem(NamedTuple):
    """A line that has no row."""

    line: int  # of the block, from 0
    reason: str
    expected: str
    got: bytes
    shown: str | None = None

    def error(self, path: type_of_path, lines_before: int, hint: str = "") -> FormatError:
        """Return it as an error that names the line."""
        where = f"line {self.line + lines_before + 1}"
        return FormatError(
            path=path, field=where, expected=self.expected, got=self.got, shown=self.shown, hint=hint
        )


@dataclass(slots=True)
class Parsed:
    """The rows of a block, and what was met on its lines."""

    words: list[str]
    vectors: NDArray[np.float32]
    n_lines: int
    problem: Problem | None = None  # the first one
    left_out: Met = field(default_factory=Met)
    met: Met = field(default_factory=Met)
    blank: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))  # lines, from 0
    last_filled: int = -1  # the last line that is not blank
    ends_in_row: bool = True  # that line has a row


def read_blocks(source: Source) -> Iterator[Block]:
    """Yield the file in blocks, at least one; the line of one that is ``too_long`` is not whole."""
    rest, block = bytearray(), None
    while True:
        size = min(max(BLOCK, 2 * len(rest)), LONGEST_LINE + BLOCK)
        text = bytearray(size + PADDING)
        text[: len(rest)] = rest
        with memoryview(text) as view:
            filled = len(rest) + source.readinto(view[len(rest) : size])
        at_end = filled < size
        cut = filled if at_end else text.rfind(b"\n", 0, filled) + 1
        rest = text[cut:filled]
        if (cut or len(rest) > LONGEST_LINE) and block is not None:
            yield block
        if len(rest) > LONGEST_LINE:
            yield Block(rest, len(rest), too_long=True)
            return
        if cut or block is None:
            block = Block(text, cut)
        if at_end:
            block.is_last = True
            yield block
            return


def parse_block(block: Block, vector_size: int, reading: Reading, most: int) -> Parsed:
    """Return the first ``most`` rows of a block."""
    if block.too_long:
        shown, expected = bytes(block.text[:40]), f"a line of at most {LONGEST_LINE} bytes"
        return Parsed([], np.empty((0, vector_size), np.float32), 1, Problem(0, TOO_LONG, expected, shown, "more"))
    text = np.frombuffer(block.text, np.uint8)
    room = block.size // (2 * vector_size) + 1
    vectors = np.empty((min(room, most), vector_size), np.float32)
    fields = np.empty((max(FIELDS, vector_size), 3), np.int64)
    parts, n_rows, at = [np.empty((0, 3), np.int64)], 0, 0
    wrong: dict[int, Problem] = {}  # by row
    while at < block.size and n_rows < len(vectors):
        lines = np.empty((room, 3), np.int64)
        n_lines, n, n_fields, end = parse_rows(
            text=text[at:], n=block.size - at, vectors=vectors[n_rows:], lines=lines, fields=fields
        )
        lines[:n_lines, 1:] += at
        fields[:n_fields, 1:] += at
        _read_fields(block, vectors, n_rows, fields[:n_fields], wrong)
        parts.append(lines[:n_lines])
        n_rows, at = n_rows + n, at + end
    lines = parts[1] if len(parts) == 2 else np.concatenate(parts)
    return _sorted_out(block, vectors[:n_rows], lines, wrong, reading)


def _read_fields(
    block: Block, vectors: NDArray[np.float32], row: int, fields: NDArray[np.int64], wrong: dict[int, Problem]
) -> None:
    """Read the numbers that the kernel left, as Python does, into the rows from ``row`` on."""
    vector_size = vectors.shape[1]
    expected = f"{vector_size} numbers"
    with np.errstate(over="ignore"):
        for place, start, end in fields.tolist():
            at, column = row + place // vector_size, place % vector_size
            part = bytes(block.text[start:end])
            try:
                number = float(part)
            except ValueError:
                wrong.setdefault(at, Problem(0, NO_NUMBER, expected, part, repr(part[:40])))
                continue
            vectors[at, column] = number
            if np.isinf(vectors[at, column]) and not np.isinf(number):
                wrong.setdefault(at, Problem(0, TOO_LARGE, expected, part, "a number too large for float32"))


def _sorted_out(
    block: Block,
    vectors: NDArray[np.float32],
    lines: NDArray[np.int64],
    wrong: dict[int, Problem],
    reading: Reading,
) -> Parsed:
    """Tell rows from other lines, and decode the words."""
    kinds = lines[:, 0]
    data = bytes(memoryview(block.text)[: block.size])
    parsed = Parsed([], vectors, len(lines), last_filled=len(lines) - 1)
    spans = lines
    if kinds.any() or wrong:
        has_row = kinds < Line.BLANK
        row_lines = np.flatnonzero(has_row)
        kept = np.ones(len(vectors), bool)
        _note_lines(block, data, lines, has_row, wrong, parsed)
        kept[_rows_left_out(block, data, lines, row_lines, wrong, parsed)] = False
        row_lines = row_lines[kept]
        parsed.ends_in_row = bool(len(row_lines)) and row_lines[-1] == parsed.last_filled
        parsed.vectors, spans = vectors[kept], lines[row_lines]
    parsed.words = reading.decode([data[start:end] for start, end in spans[:, 1:].tolist()])
    return parsed


def _note_lines(
    block: Block,
    data: bytes,
    lines: NDArray[np.int64],
    has_row: NDArray[np.bool_],
    wrong: dict[int, Problem],
    parsed: Parsed,
) -> None:
    """Note blank lines, empty words, and words that end in a number."""
    kinds = lines[:, 0]
    parsed.blank = np.flatnonzero(kinds == Line.BLANK)
    filled = np.flatnonzero(kinds != Line.BLANK)
    parsed.last_filled = int(filled[-1]) if len(filled) else -1
    fine = np.ones(len(lines), bool)
    fine[np.flatnonzero(has_row)[list(wrong)]] = False
    if block.is_last and len(lines) and kinds[-1] == Line.BARE:
        fine[-1] = False
    empty = np.flatnonzero(fine & ((kinds == Line.NO_WORD) | (kinds == Line.BARE)))
    if len(empty):
        parsed.met.add(EMPTY_WORD, int(empty[0]), count=len(empty))
    for i in np.flatnonzero(fine & (kinds == Line.SPACED)).tolist():
        word = data[lines[i, 1] : lines[i, 2]]
        if is_number(word.split()[-1]):
            parsed.met.add(NUMBER_IN_WORD, i, repr(word.decode("utf-8", "replace"))[:80])


def _rows_left_out(
    block: Block,
    data: bytes,
    lines: NDArray[np.int64],
    row_lines: NDArray[np.int64],
    wrong: dict[int, Problem],
    parsed: Parsed,
) -> list[int]:
    """Note the lines that have no sound row; return which rows are theirs."""
    kinds, vector_size = lines[:, 0], parsed.vectors.shape[1]
    left_out = set(wrong)
    if block.is_last and len(lines) and kinds[-1] == Line.BARE:
        left_out.add(len(row_lines) - 1)
    problems = []
    for row in left_out:
        line = int(row_lines[row])
        if kinds[line] == Line.BARE:
            problems.append(_too_few(line, data, lines, vector_size))
        else:
            problems.append(wrong[row]._replace(line=line, got=data[lines[line, 1] :][:40]))
    short = np.flatnonzero(kinds == Line.SHORT)
    if len(short):
        problems.append(_too_few(int(short[0]), data, lines, vector_size))
        parsed.left_out.add(TOO_FEW, int(short[0]), count=len(short) - 1)
    for problem in problems:
        parsed.left_out.add(problem.reason, problem.line)
    parsed.problem = min(problems, default=None, key=lambda problem: problem.line)
    return list(left_out)


def _too_few(line: int, data: bytes, lines: NDArray[np.int64], vector_size: int) -> Problem:
    start = int(lines[line, 1])
    end = data.find(b"\n", start)
    text = data[start : end if end >= 0 else len(data)]
    found = max(0, len(text.rsplit(None, MOST_DIMENSIONS)) - 1)
    return Problem(line, TOO_FEW, f"a word and {vector_size} numbers", text[:40], f"{found} numbers")


def is_number(part: bytes) -> bool:
    """Return whether Python reads a number there.

    >>> is_number(b"-1e5"), is_number(b"nan"), is_number(b"x1")
    (True, True, False)
    """
    try:
        float(part)
    except ValueError:
        return False
    return True
