"""What the readers and writers of word2vec and GloVe files share: limits, words, rows that grow."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError, SettingError
from fastvec.io.container import encoded_words
from fastvec.io.decompression import type_of_path
from fastvec.io.growing import grow, trim
from fastvec.io.limits import DIMENSIONS, TOKEN_BYTES
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors.formats.reading import Reading, nothing_left
from fastvec.vectors.record import Record

CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f]")
HEADER = re.compile(rb"\s*([0-9]{1,18})\s+([0-9]{1,18})\s*")
# rows to begin with if their number is not known: 1 MiB
FIRST_BYTES = 1 << 20


class Rows:
    """Words and vectors read so far; memory grows with the rows, whatever a header declares."""

    def __init__(self, vector_size: int, capacity: int = 0) -> None:
        self.words: list[str] = []
        self.vectors = np.empty((capacity or FIRST_BYTES // (4 * vector_size) + 1, vector_size), np.float32)

    def __len__(self) -> int:
        return len(self.words)

    def make_room(self, n: int) -> None:
        """See to it that ``n`` more rows have room."""
        if len(self.words) + n > len(self.vectors):
            grow(self.vectors, len(self.words) + n)

    def add(self, words: list[str], vectors: NDArray[np.float32]) -> None:
        """Append rows."""
        self.make_room(len(words))
        self.vectors[len(self.words) :][: len(words)] = vectors
        self.words += words

    def drop_from(self, n: int) -> None:
        """Keep the first ``n`` rows."""
        del self.words[n:]

    def finish(self, path: type_of_path, reading: Reading) -> Record:
        """Return words and vectors; of equal words the first is kept, with a warning."""
        if not self.words:
            raise nothing_left(path)
        trim(self.vectors, len(self.words))
        if len(set(self.words)) < len(self.words):
            n_repeated = self._drop_repeated()
            reading.notes.append(f"{path}: {n_repeated} rows of repeated words were left out")
        n_odd, first = _with_controls(self.words)
        if n_odd:
            what = "is this another format, another number of dimensions, or have words spaces?"
            reading.notes.append(
                f"{path}: words with control characters: {n_odd:,} (first: {first!r:.80}); {what}"
            )
        return Record(Vocabulary._of_distinct(self.words, None), self.vectors)

    def _drop_repeated(self) -> int:
        first: dict[str, int] = {}
        for i, word in enumerate(self.words):
            first.setdefault(word, i)
        kept = np.fromiter(first.values(), np.int64, len(first))
        for start in range(0, len(kept), 4096):  # in place: rows only move up
            some = kept[start : start + 4096]
            self.vectors[start : start + len(some)] = self.vectors[some]
        n_repeated = len(self.words) - len(kept)
        self.words = list(first)
        trim(self.vectors, len(kept))
        return n_repeated


def _with_controls(words: list[str]) -> tuple[int, str]:
    """Return how many words have control characters, which binary numbers read as words have, and the first."""
    if not CONTROL.search("".join(words)):
        return 0, ""
    odd = [word for word in words if CONTROL.search(word)]
    return len(odd), odd[0]


def check_header(path: type_of_path, n_words: int, vector_size: int) -> None:
    """Refuse a declared size that is empty or too large."""
    if n_words < 1 or not 1 <= vector_size <= DIMENSIONS:
        expected, got = f"at least 1 word and 1 to {DIMENSIONS} dimensions", (n_words, vector_size)
        raise FormatError(path=path, offset=0, field="header", expected=expected, got=got)


def check_dimensions(vector_size: int) -> None:
    """Refuse more dimensions than a reader accepts."""
    if vector_size > DIMENSIONS:
        expected = f"at most {DIMENSIONS} dimensions, except in .safetensors"
        raise SettingError(field="vectors", expected=expected, got=vector_size)


def encode_words(words: Iterable[str]) -> list[bytes]:
    """Return words in UTF-8, escaped bytes as they were.

    Raises
    ------
    SettingError
        If a word is empty, too long, or holds white space (a separator in such files) or half a surrogate pair.
    """
    words = list(words)
    encoded = encoded_words(words)
    if b" ".join(encoded).split() == encoded and max(map(len, encoded), default=0) <= TOKEN_BYTES:
        return encoded
    refused = [i for i, data in enumerate(encoded) if data.split() != [data] or len(data) > TOKEN_BYTES]
    expected = f"1 to {TOKEN_BYTES} bytes without white space, except in .safetensors"
    word = words[refused[0]]
    more = f", and {len(refused) - 1:,} more such words" if len(refused) > 1 else ""
    hint = "spaces='_' (--spaces _) puts _ in the place of white space" if len(word) <= TOKEN_BYTES else ""
    raise SettingError(field="words", expected=expected, got=word, shown=f"{word!r:.80}{more}", hint=hint)
