"""What the readers and writers of word2vec and GloVe files share: limits, words, rows that grow."""

from __future__ import annotations

import re
import warnings

import numpy as np
from numpy.typing import ArrayLike

from fastvec.errors import FormatError, SettingError
from fastvec.io.container import encoded_words
from fastvec.io.decompression import type_of_path
from fastvec.io.growing import grow, trim
from fastvec.io.limits import DIMENSIONS, TOKEN_BYTES
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors.record import Record

HEADER = re.compile(rb"\s*([0-9]{1,18})\s+([0-9]{1,18})\s*")
# rows to begin with if their number is not known: 1 MiB
FIRST_BYTES = 1 << 20


class Rows:
    """Words and vectors read so far; memory grows with the rows, whatever a header declares."""

    def __init__(self, vector_size: int, capacity: int = 0) -> None:
        self.words: list[str] = []
        self.vectors = np.empty((capacity or FIRST_BYTES // (4 * vector_size) + 1, vector_size), np.float32)

    def add(self, word: bytes, vector: ArrayLike) -> None:
        """Append one row; a vector that is not float32 numbers raises ValueError."""
        n = len(self.words)
        if n == len(self.vectors):
            grow(self.vectors, n + 1)
        self.vectors[n] = vector
        self.words.append(word.decode("utf-8", "surrogateescape"))

    def finish(self, path: type_of_path) -> Record:
        """Return words and vectors; of equal words the first is kept, with a warning."""
        trim(self.vectors, len(self.words))
        if len(set(self.words)) < len(self.words):
            self._drop_repeated(path)
        return Record(Vocabulary(self.words), self.vectors)

    def _drop_repeated(self, path: type_of_path) -> None:
        first: dict[str, int] = {}
        for i, word in enumerate(self.words):
            first.setdefault(word, i)
        kept = np.fromiter(first.values(), np.int64, len(first))
        for start in range(0, len(kept), 4096):  # in place: rows only move up
            some = kept[start : start + 4096]
            self.vectors[start : start + len(some)] = self.vectors[some]
        n_repeated = len(self.words) - len(kept)
        warnings.warn(f"{path}: {n_repeated} rows of repeated words were left out", stacklevel=6)
        self.words = list(first)
        trim(self.vectors, len(kept))


def check_size(path: type_of_path, n_words: int, vector_size: int, row_bytes: int, available: int | None) -> None:
    """Refuse a declared size that is empty, too large, or more than the ``available`` bytes can hold."""
    if n_words < 1 or not 1 <= vector_size <= DIMENSIONS:
        expected, got = f"at least 1 word and 1 to {DIMENSIONS} dimensions", (n_words, vector_size)
        raise FormatError(path=path, offset=0, field="header", expected=expected, got=got)
    if available is not None and n_words * row_bytes > available:
        expected = f"at least {n_words * row_bytes} bytes, for {n_words} words of {vector_size} dimensions"
        hint = "truncated, or of another format"
        raise FormatError(path=path, offset=0, field="header", expected=expected, got=available, hint=hint)


def check_dimensions(record: Record) -> None:
    """Refuse more dimensions than a reader accepts."""
    size = record.vectors.shape[1]
    if size > DIMENSIONS:
        expected = f"at most {DIMENSIONS} dimensions, except in .safetensors"
        raise SettingError(field="vectors", expected=expected, got=size)


def encode_words(record: Record) -> list[bytes]:
    """Return the words in UTF-8, escaped bytes as they were.

    Raises
    ------
    SettingError
        If a word is empty, too long, or holds white space (a separator in such files) or half a surrogate pair, or
        if there are too many dimensions.
    """
    check_dimensions(record)
    encoded = encoded_words(record.vocabulary.words)
    for word, data in zip(record.vocabulary, encoded, strict=True):
        if data.split() != [data] or len(data) > TOKEN_BYTES:
            expected = f"1 to {TOKEN_BYTES} bytes without white space, except in .safetensors"
            raise SettingError(field="words", expected=expected, got=word)
    return encoded
