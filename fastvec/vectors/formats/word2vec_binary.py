"""word2vec binary: a text line ``V D``, then for each word its bytes, a space and D little-endian float32.

A newline follows each vector in word2vec.c's files, none in gensim's. Both are read; the former is written.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import type_of_path
from fastvec.io.limits import TOKEN_BYTES
from fastvec.kernels._vector_text import Line, split_rows
from fastvec.vectors.formats.reading import CUT_SHORT, Reading, check_count
from fastvec.vectors.formats.rows import HEADER, Rows, check_dimensions, check_header, encode_words
from fastvec.vectors.formats.source import Source
from fastvec.vectors.record import Record

CHUNK = 1 << 20
LONGEST_HEADER = 64


def read(source: Source, reading: Reading) -> Record:
    """Read words and vectors."""
    path = source.path
    line = source.start[: source.start.find(b"\n", 0, LONGEST_HEADER) + 1]
    header = HEADER.fullmatch(line)
    if header is None:
        expected, got = "the numbers of words and dimensions", source.start[:40]
        raise FormatError(path=path, offset=0, field="header", expected=expected, got=got)
    n_words, vector_size = map(int, header.groups())
    check_header(path, n_words, vector_size)
    source.skip(len(line))
    row_bytes = 4 * vector_size + 1
    room = 0 if source.size is None else min(n_words, source.size // row_bytes, reading.limit or n_words)
    # with room for a whole chunk, as growing would write zeros
    rows = _BinaryRows(source, reading, Rows(vector_size, room + CHUNK // row_bytes + 2), len(line))
    rows.read()
    if reading.limit is None or len(rows.rows) < reading.limit:
        rows.check_end(n_words)
    if rows.n_empty:
        reading.notes.append(f"{path}: rows without a word, read as the empty word: {rows.n_empty:,}")
    return rows.rows.finish(path, reading)


class _BinaryRows:
    """The rows of a file, cut out of what is read of it, and what is left, which begins at ``offset``."""

    def __init__(self, source: Source, reading: Reading, rows: Rows, offset: int) -> None:
        self.source, self.reading, self.rows, self.offset = source, reading, rows, offset
        self.left = b""
        self.n_empty = 0

    def read(self) -> None:
        """Read as many rows as are whole, or as are wanted."""
        row_bytes = 4 * self.rows.vectors.shape[1] + 1
        data, filled = bytearray(CHUNK + row_bytes), 0
        while self.reading.limit is None or len(self.rows) < self.reading.limit:
            wanted = len(data) - filled
            with memoryview(data) as view:
                count = self.source.readinto(view[filled:])
            filled += count
            taken = self._take(data, filled, filled // row_bytes)
            data[: filled - taken] = data[taken:filled]
            filled -= taken
            self.offset += taken
            if count < wanted or (taken == 0 and filled > TOKEN_BYTES + row_bytes):
                break
            if taken == 0:  # a long word
                data = data + bytes(len(data))
        self.left = bytes(data[:filled])

    def _take(self, data: bytearray, n: int, most: int) -> int:
        """Add the rows in data[:n], ``most`` at most, and return where they end."""
        limit = self.reading.limit
        most = most if limit is None else min(most, limit - len(self.rows))
        if most == 0:
            return 0
        self.rows.make_room(most)
        lines = np.empty((most, 3), np.int64)
        place = self.rows.vectors[len(self.rows) :][:most]
        found, end = split_rows(text=data, n=n, longest=TOKEN_BYTES, vectors=place, lines=lines)
        self.n_empty += int((lines[:found, 0] == Line.NO_WORD).sum())
        self.rows.words += self._words(data, lines[:found, 1], lines[:found, 2])
        return end

    def _words(self, data: bytearray, starts: NDArray[np.int64], stops: NDArray[np.int64]) -> list[str]:
        """Return data[starts[i]:stops[i]] as text; together, in a third of the time of one by one."""
        if not len(starts):
            return []
        sizes = stops - starts + 1  # with the byte behind each, which becomes a newline
        ends = np.cumsum(sizes)
        places = np.arange(ends[-1]) + np.repeat(starts - (ends - sizes), sizes)
        text = np.frombuffer(data, np.uint8)[places]
        text[ends - 1] = ord("\n")
        words: list[str] = text[:-1].tobytes().decode(self.reading.encoding, "surrogateescape").split("\n")
        if len(words) == len(starts):
            return words
        pairs = zip(starts.tolist(), stops.tolist(), strict=True)
        return self.reading.decode([bytes(data[start:stop]) for start, stop in pairs])

    def check_end(self, n_words: int) -> None:
        """Compare the number of rows with that in the header, and refuse a part of a row."""
        path, found = self.source.path, len(self.rows)
        rest = self.left.strip(b"\n")
        if rest and not self.reading.skips:
            if found >= n_words:
                expected = f"no more bytes after {n_words} words"
                raise FormatError(path=path, offset=self.offset, field="end", expected=expected, got=rest[:40])
            n_bytes = 4 * self.rows.vectors.shape[1]
            expected = f"a word, a space and {n_bytes} bytes at byte {self.offset}"
            raise FormatError(
                path=path,
                offset=self.offset,
                field=f"word {found}",
                expected=expected,
                got=self.left[:40],
                hint=CUT_SHORT,
            )
        if rest and found >= n_words:
            self.rows.drop_from(n_words)  # what follows is no row, so neither may be what looks like one
            self.reading.notes.append(f"{path}: what follows the {n_words:,} words was left out")
            return
        if rest:
            self.reading.notes.append(f"{path}: rows left out: 1, cut short at the end (word {found:,})")
        check_count(path, n_words, found, self.reading)


def write(path: type_of_path, record: Record) -> None:
    """Write words and vectors as word2vec.c does, all or nothing."""
    check_dimensions(record.vectors.shape[1])
    words = encode_words(record.vocabulary)
    vectors = record.vectors.astype("<f4", copy=False)
    with atomic_path(path, vectors.nbytes) as part, open(part, "wb", buffering=1 << 20) as file:
        file.write(b"%d %d\n" % vectors.shape)
        for word, row in zip(words, vectors, strict=True):
            file.write(b"%b %b\n" % (word, row.tobytes()))
