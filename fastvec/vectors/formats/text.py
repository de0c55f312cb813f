"""word2vec and GloVe text: each line is a word and its D numbers; word2vec's has a header line ``V D``.

The numbers are the last D fields of a line, so words may contain spaces, as some of glove.840B do. Without a
header, D is what most of the first lines have.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate, chain

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import type_of_path
from fastvec.io.limits import DIMENSIONS
from fastvec.kernels._vector_text import write_rows
from fastvec.running.workers import new_stop_flag, resolve_threads, run
from fastvec.vectors.formats import text_rows
from fastvec.vectors.formats.reading import CUT_SHORT, Met, Reading, check_count
from fastvec.vectors.formats.rows import (
    HEADER,
    Rows,
    check_dimensions,
    check_header,
    encode_words,
)
from fastvec.vectors.formats.source import Source
from fastvec.vectors.formats.text_rows import Block, Parsed, Problem, is_number, parse_block, read_blocks
from fastvec.vectors.record import Record

SAMPLE = 100  # lines that decide on D without a header
THREADS = 8  # each holds some blocks, and one decompressor or disk feeds them all
WRITTEN = 1 << 15  # numbers that are written at a time
BLANK = "blank"
NOTES = {
    BLANK: "blank lines among the rows: {n:,} (first: line {line})",
    text_rows.EMPTY_WORD: "rows without a word, read as the empty word: {n:,} (first: line {line})",
    text_rows.NUMBER_IN_WORD: "words that end in a number after white space, or rows that are too long: {n:,} "
    "(first: {met.shown}, line {line})",
}


def read(source: Source, reading: Reading, *, header: bool | None = None) -> Record:
    """Read words and vectors.

    ``header`` says whether the first line is word2vec's ``V D``; None: if it is two whole numbers.
    """
    path, blocks = source.path, read_blocks(source)
    first = next(blocks)
    declared, first, n_before = _header(path, first, header)
    if declared is None:
        vector_size = _most_common_size(path, first)
    else:
        vector_size = declared[1]
        check_header(path, *declared)
    rows = _TextRows(path, reading, vector_size, _capacity(source, first, vector_size, reading), n_before)
    rows.read(first, blocks)
    if declared is not None and not rows.is_full:
        rows.check_declared(declared[0], ambiguous=header is None and vector_size == 1)
    rows.add_notes()
    return rows.rows.finish(path, reading)


def _header(path: type_of_path, block: Block, header: bool | None) -> tuple[tuple[int, int] | None, Block, int]:
    """Return the numbers that the first line declares, the block behind it, and how many lines that left out."""
    if block.text.startswith(codecs.BOM_UTF8):
        block = Block(block.text[len(codecs.BOM_UTF8) :], block.size - len(codecs.BOM_UTF8), block.is_last)
    end = block.text.find(b"\n", 0, block.size) + 1 or block.size
    line = bytes(block.text[: min(end, 64)])
    if not bytes(block.text[:end]).strip():
        raise Problem(0, "", "a word and its numbers", line).error(path, 0)
    found = HEADER.fullmatch(line) if header is not False else None
    if found is None:
        if header:
            raise Problem(0, "", "the numbers of words and dimensions", line).error(path, 0)
        return None, block, 0
    declared = int(found[1]), int(found[2])
    return declared, Block(block.text[end:], block.size - end, block.is_last), 1


def _most_common_size(path: type_of_path, block: Block) -> int:
    """Return how many numbers most of the first lines have, or the first one among as frequent ones."""
    lines = bytes(block.text[: block.size]).split(b"\n", SAMPLE)[:SAMPLE]
    sizes = Counter(map(_count_numbers, filter(bytes.strip, lines)))
    size = sizes.most_common(1)[0][0]
    if not 1 <= size <= DIMENSIONS:
        expected = f"a word and 1 to {DIMENSIONS} numbers"
        raise Problem(0, "", expected, lines[0][:40]).error(path, 0)
    return size


def _count_numbers(line: bytes) -> int:
    """Return how many numbers are at the end of a line whose first part is a word, unless white space is."""
    parts = line.rsplit(None, DIMENSIONS + 1)
    count, most = 0, len(parts) - (not line[:1].isspace())
    while count < most and is_number(parts[-1 - count]):
        count += 1
    return count


def _capacity(source: Source, block: Block, vector_size: int, reading: Reading) -> int:
    """Return for how many rows to make room: as many as the first lines let expect, if the size is known."""
    if source.size is None or not block.size:
        return 0
    lines = block.text.count(b"\n", 0, block.size) + 1
    expected = int(source.size / block.size * lines * 1.02) + 1
    return min(expected, source.size // (2 * vector_size) + 1, reading.limit or expected)


class _TextRows:
    """The rows of a text in their order, and what was met on its lines."""

    def __init__(
        self, path: type_of_path, reading: Reading, vector_size: int, capacity: int, n_lines: int
    ) -> None:
        self.path, self.reading = path, reading
        self.rows = Rows(vector_size, capacity)
        self.n_lines = n_lines
        self.met, self.left_out = Met(), Met()
        self.blank = Met()  # blank lines that may be at the end
        self.ends_whole = self.ends_in_row = True

    @property
    def is_full(self) -> bool:
        """Whether the rows that were asked for are there."""
        return self.reading.limit is not None and len(self.rows) >= self.reading.limit

    def read(self, first: Block, blocks: Iterator[Block]) -> None:
        """Parse all blocks: in parallel, unless there is one, or only some rows are wanted."""
        if self.reading.limit is None and not first.is_last:
            threads = min(resolve_threads(None), THREADS)
            run(
                self._parse, chain([first], blocks), threads=threads, stop=new_stop_flag(), on_result=self._collect
            )
            return
        for block in chain([first], blocks):
            while block.size and not self.is_full:
                parsed = self._parse(block)
                self._collect(parsed)
                block = block.after(parsed.end)
            if self.is_full:
                return

    def _parse(self, block: Block, _worker: int = 0) -> Parsed:
        limit = self.reading.limit
        most = block.size + 1 if limit is None else limit - len(self.rows)
        return parse_block(block, self.rows.vectors.shape[1], self.reading, most)

    def _collect(self, parsed: Parsed) -> None:
        self.ends_whole = parsed.ends_whole
        problem = parsed.problem
        if problem is not None and not (self.reading.skips and problem.reason != text_rows.TOO_LONG):
            raise problem.error(self.path, self.n_lines)
        if parsed.last_filled >= 0:
            self.met.add_all(self.blank, 0)
            self.blank = Met()
            self.ends_in_row = parsed.ends_in_row
        inner, outer = np.split(parsed.blank, [np.searchsorted(parsed.blank, parsed.last_filled)])
        for met, lines in ((self.met, inner), (self.blank, outer)):
            if len(lines):
                met.add(BLANK, int(lines[0]) + self.n_lines, count=len(lines))
        self.left_out.add_all(parsed.left_out, self.n_lines)
        self.met.add_all(parsed.met, self.n_lines)
        self.rows.add(parsed.words, parsed.vectors)
        self.n_lines += parsed.n_lines

    def check_declared(self, declared: int, *, ambiguous: bool) -> None:
        """Compare the number of rows with that in the header; ``ambiguous``: this may be a word and its number."""
        found = len(self.rows) + self.left_out.count
        if found < declared and ambiguous:
            hint = "if its first line is a word, read it with format='glove'"
            expected = f"{declared} words, as declared"
            raise FormatError(path=self.path, offset=0, field="header", expected=expected, got=found, hint=hint)
        if found < declared and not self.ends_whole:
            expected = f"the end of a line, and {declared} words, as declared"
            problem = Problem(self.n_lines - 1, text_rows.CUT_SHORT, expected, b"", f"{found} words")
            if not self.reading.skips:
                raise problem.error(self.path, 0, CUT_SHORT)
            if self.ends_in_row:
                self.rows.drop_from(len(self.rows) - 1)
                self.left_out.add(problem.reason, problem.line)
        check_count(self.path, declared, found, self.reading)

    def add_notes(self) -> None:
        """Pass on what was met as warnings, one of each kind."""
        notes = [
            NOTES[kind].format(n=met.count, met=met, line=met.line + 1) for kind, met in self.met.kinds.items()
        ]
        notes += [self.left_out.as_left_out()] if self.left_out.kinds else []
        self.reading.notes.extend(f"{self.path}: {note}" for note in notes)


def write(path: type_of_path, record: Record, *, header: bool) -> None:
    """Write words and vectors, all or nothing; a number has as many digits as give the same float32 when read."""
    n_words, vector_size = record.vectors.shape
    check_dimensions(vector_size)
    words = encode_words(record.vocabulary)
    n = max(1, WRITTEN // vector_size)
    with atomic_path(path) as part, open(part, "wb", buffering=1 << 20) as file:
        if header:
            file.write(b"%d %d\n" % (n_words, vector_size))
        run(
            lambda start, _: _lines(words[start : start + n], record.vectors[start : start + n]),
            range(0, n_words, n),
            threads=min(resolve_threads(None), THREADS),
            stop=new_stop_flag(),
            on_result=lambda lines: file.write(lines.data) and None,
        )


def _lines(words: list[bytes], vectors: NDArray[np.float32]) -> NDArray[np.uint8]:
    starts = np.fromiter(accumulate(map(len, words), lambda start, n: start + n + 1, initial=0), np.int64)
    return write_rows(
        words=np.frombuffer(b"\n".join(words) + b"\n", np.uint8),
        starts=starts,
        vectors=np.ascontiguousarray(vectors, np.float32),
        # with one dimension always in exponent form: "5 1" on the first line would be read as a header
        exponent=vectors.shape[1] == 1,
    )
