"""Blocks of whole lines, and the rows in them: the last D fields of a line are numbers, and the rest is a word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.io.decompression import type_of_path
from fastvec.io.limits import DIMENSIONS, LINE_BYTES
from fastvec.kernels._vector_text import PADDING, Line, parse_rows
from fastvec.vectors.formats.reading import Met, Reading
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

    def after(self, end: int) -> Block:
        """Return what follows the first ``end`` bytes."""
        return Block(self.text[end:], self.size - end, self.is_last)


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
    end: int  # of the lines in the block
    problem: Problem | None = None  # the first one
    left_out: Met = field(default_factory=Met)
    met: Met = field(default_factory=Met)
    blank: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))  # lines, from 0
    last_filled: int = -1  # the last line that is not blank
    ends_in_row: bool = True  # that line has a row
    ends_whole: bool = True  # with a newline


def read_blocks(source: Source) -> Iterator[Block]:
    """Yield the file in blocks, at least one; the line of one that is ``too_long`` is not whole."""
    rest, block = bytearray(), None
    while True:
        size = min(max(BLOCK, 2 * len(rest)), LINE_BYTES + BLOCK)
        text = bytearray(size + PADDING)
        text[: len(rest)] = rest
        with memoryview(text) as view:
            filled = len(rest) + source.readinto(view[len(rest) : size])
        at_end = filled < size
        cut = filled if at_end else text.rfind(b"\n", 0, filled) + 1
        rest = text[cut:filled]
        if (cut or len(rest) > LINE_BYTES) and block is not None:
            yield block
        if len(rest) > LINE_BYTES:
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
        shown, expected = bytes(block.text[:40]), f"a line of at most {LINE_BYTES} bytes"
        return Parsed(
            [], np.empty((0, vector_size), np.float32), 1, 1, Problem(0, TOO_LONG, expected, shown, "more")
        )
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
    data = bytes(memoryview(block.text)[:at])
    return _Lines(data, lines, vectors[:n_rows], wrong, at_end=block.is_last and at == block.size).sorted_out(
        reading
    )


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


class _Lines:
    """The lines of a block: their bytes, kinds and words, the vectors of those with a row, and what is wrong."""

    def __init__(
        self,
        data: bytes,
        lines: NDArray[np.int64],
        vectors: NDArray[np.float32],
        wrong: dict[int, Problem],
        *,
        at_end: bool,
    ) -> None:
        self.data, self.lines, self.wrong = data, lines, wrong
        self.kinds = lines[:, 0]
        self.parsed = Parsed([], vectors, len(lines), len(data), last_filled=len(lines) - 1)
        self.parsed.ends_whole = not data or data.endswith(b"\n")
        # at the end of a file D fields are a row cut short; elsewhere they have the empty word
        self.last_is_cut = bool(at_end and len(lines) and self.kinds[-1] == Line.BARE)

    def sorted_out(self, reading: Reading) -> Parsed:
        """Tell rows from other lines, and decode the words."""
        parsed, spans = self.parsed, self.lines
        if self.kinds.any() or self.wrong:
            row_lines = np.flatnonzero(self.kinds < Line.BLANK)
            kept = np.ones(len(row_lines), bool)
            kept[self._leave_out(row_lines)] = False
            row_lines = row_lines[kept]
            self._note(row_lines)
            parsed.ends_in_row = bool(len(row_lines)) and int(row_lines[-1]) == parsed.last_filled
            parsed.vectors, spans = parsed.vectors[kept], self.lines[row_lines]
        parsed.words = reading.decode([self.data[start:end] for start, end in spans[:, 1:].tolist()])
        return parsed

    def _note(self, row_lines: NDArray[np.int64]) -> None:
        """Note blank lines and, among those of sound rows, empty words and words that end in a number."""
        parsed = self.parsed
        parsed.blank = np.flatnonzero(self.kinds == Line.BLANK)
        filled = np.flatnonzero(self.kinds != Line.BLANK)
        parsed.last_filled = int(filled[-1]) if len(filled) else -1
        kinds = self.kinds[row_lines]
        empty = row_lines[(kinds == Line.NO_WORD) | (kinds == Line.BARE)]
        if len(empty):
            parsed.met.add(EMPTY_WORD, int(empty[0]), count=len(empty))
        for line in row_lines[kinds == Line.SPACED].tolist():
            word = self.data[self.lines[line, 1] : self.lines[line, 2]]
            if is_number(word.split()[-1]):
                parsed.met.add(NUMBER_IN_WORD, line, repr(word.decode("utf-8", "replace"))[:80])

    def _leave_out(self, row_lines: NDArray[np.int64]) -> list[int]:
        """Note the lines that have no sound row; return which rows are theirs."""
        rows = {*self.wrong, *([len(row_lines) - 1] if self.last_is_cut else [])}
        problems = [self._problem(row, int(row_lines[row])) for row in rows]
        short = np.flatnonzero(self.kinds == Line.SHORT)
        if len(short):
            problems.append(self._too_few(int(short[0])))
            self.parsed.left_out.add(TOO_FEW, int(short[0]), count=len(short) - 1)
        for problem in problems:
            self.parsed.left_out.add(problem.reason, problem.line)
        self.parsed.problem = min(problems, default=None, key=lambda problem: problem.line)
        return list(rows)

    def _problem(self, row: int, line: int) -> Problem:
        if self.kinds[line] == Line.BARE:
            return self._too_few(line)
        return self.wrong[row]._replace(line=line, got=self.data[self.lines[line, 1] :][:40])

    def _too_few(self, line: int) -> Problem:
        start = int(self.lines[line, 1])
        end = self.data.find(b"\n", start)
        text = self.data[start : end if end >= 0 else len(self.data)]
        found = max(0, len(text.rsplit(None, DIMENSIONS)) - 1)
        expected = f"a word and {self.parsed.vectors.shape[1]} numbers"
        return Problem(line, TOO_FEW, expected, text[:40], f"{found} numbers")


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
