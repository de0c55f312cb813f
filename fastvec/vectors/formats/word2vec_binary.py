"""word2vec binary: a text line ``V D``, then for each word its bytes, a space and D little-endian float32.

A newline follows each vector in word2vec.c's files, none in gensim's. Both are read; the former is written.
"""

from __future__ import annotations

import os
from typing import BinaryIO

import numpy as np

from fastvec.errors import FormatError
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import DecompressedFile, open_decompressed, reading_errors, type_of_path
from fastvec.io.limits import TOKEN_BYTES
from fastvec.vectors.formats.rows import HEADER, Rows, check_size, encode_words
from fastvec.vectors.record import Record

CHUNK = 1 << 22


def read(path: type_of_path) -> Record:
    """Read words and vectors."""
    with reading_errors(path), open_decompressed(path) as stream:
        line = stream.readline(64)
        header = HEADER.fullmatch(line)
        if header is None or not line.endswith(b"\n"):
            expected = "the numbers of words and dimensions"
            raise FormatError(path=path, offset=0, field="header", expected=expected, got=line[:40])
        n_words, vector_size = map(int, header.groups())
        plain = not isinstance(stream, DecompressedFile) and os.path.isfile(path)
        available = os.path.getsize(path) - len(line) if plain else None
        check_size(path, n_words, vector_size, 4 * vector_size + 1, available)
        rows = Rows(vector_size, n_words if plain else 0)
        left = _read_rows(path, stream, rows, n_words, len(line))
        rest = left + stream.read(64)
        if rest.strip(b"\n"):
            expected = f"no more bytes after {n_words} words"
            raise FormatError(path=path, field="end", expected=expected, got=rest[:40])
    return rows.finish(path)


def _read_rows(path: type_of_path, stream: BinaryIO, rows: Rows, n_words: int, offset: int) -> bytes:
    """Read the rows, which begin at ``offset``, and return what was read beyond them."""
    vector_size = rows.vectors.shape[1]
    data, position = b"", 0
    while len(rows.words) < n_words:
        space = data.find(b" ", position)
        end = space + 1 + 4 * vector_size
        if space >= 0 and end <= len(data):
            word = data[position:space].lstrip(b"\n")
            if not word or len(word) > TOKEN_BYTES:
                raise _bad_row(path, rows, offset + position, "a word and a space", data[position:end][:40])
            rows.add(word, np.frombuffer(data, "<f4", vector_size, space + 1))
            position = end
            continue
        more = stream.read(CHUNK)
        if not more:
            expected = f"a word, a space and {4 * vector_size} bytes"
            raise _bad_row(path, rows, offset + position, expected, data[position:][:40])
        if space < 0 and len(data) - position > TOKEN_BYTES:
            raise _bad_row(path, rows, offset + position, "a word and a space", data[position:][:40])
        offset += position
        data, position = data[position:] + more, 0
    return data[position:]


def _bad_row(path: type_of_path, rows: Rows, offset: int, expected: str, found: bytes) -> FormatError:
    field, expected = f"word {len(rows.words)}", f"{expected} at byte {offset}"
    return FormatError(path=path, offset=offset, field=field, expected=expected, got=found)


def write(path: type_of_path, record: Record) -> None:
    """Write words and vectors as word2vec.c does, all or nothing."""
    words = encode_words(record)
    vectors = record.vectors.astype("<f4", copy=False)
    with atomic_path(path) as part, open(part, "wb", buffering=1 << 20) as file:
        file.write(b"%d %d\n" % vectors.shape)
        for word, row in zip(words, vectors, strict=True):
            file.write(b"%b %b\n" % (word, row.tobytes()))
