"""What the readers of word2vec and GloVe files share: limits, words, rows that grow with what was read."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from fastvec.errors import FormatError, SettingError
from fastvec.files import type_of_path

# a line of text, a word, a binary row: no longer than this, whatever a file says
LONGEST = 1 << 24
HEADER = re.compile(rb"\s*([0-9]{1,18})\s+([0-9]{1,18})\s*")
# rows to begin with where nothing is known of their number: 1 MiB
FIRST_BYTES = 1 << 20


class Rows:
    """Words and their vectors as a file gives them; memory follows the rows read, never a header alone."""

    def __init__(self, vector_size: int, capacity: int = 0) -> None:
        self.words: list[str] = []
        self.vectors = np.empty((capacity or FIRST_BYTES // (4 * vector_size) + 1, vector_size), np.float32)

    def add(self, word: bytes, vector: ArrayLike) -> None:
        """Append one row; a vector that does not become float32 raises ValueError."""
        n = len(self.words)
        if n == len(self.vectors):
            # realloc: large blocks move without a copy
            self.vectors.resize((n + n // 4 + 1, self.vectors.shape[1]), refcheck=False)
        self.vectors[n] = vector
        self.words.append(word.decode("utf-8", "surrogateescape"))

    def finish(self, path: type_of_path) -> dict[str, Any]:
        """Words and vectors as arguments of WordVectors; of equal words the first stays, with a warning."""
        self.vectors.resize((len(self.words), self.vectors.shape[1]), refcheck=False)
        if len(set(self.words)) < len(self.words):
            self._drop_repeated(path)
        return {"words": self.words, "vectors": self.vectors}

    def _drop_repeated(self, path: type_of_path) -> None:
        first: dict[str, int] = {}
        for i, word in enumerate(self.words):
            first.setdefault(word, i)
        kept = np.fromiter(first.values(), np.int64, len(first))
        for start in range(0, len(kept), 4096):  # in place: a row only ever moves up
            some = kept[start : start + 4096]
            self.vectors[start : start + len(some)] = self.vectors[some]
        n_repeated = len(self.words) - len(kept)
        warnings.warn(f"{path}: {n_repeated} rows of words that came before were left out", stacklevel=6)
        self.words = list(first)
        self.vectors.resize((len(kept), self.vectors.shape[1]), refcheck=False)


def check_size(
    path: type_of_path, n_words: int, vector_size: int, row_bytes: int, available: int | None
) -> None:
    """Refuse a declared size that is empty, absurd, or more than the ``available`` bytes can hold."""
    if n_words < 1 or not 1 <= vector_size <= LONGEST // 4:
        raise FormatError(
            f"{path}: header: expected at least 1 word and 1 to {LONGEST // 4} dimensions, "
            f"found {n_words} and {vector_size}",
            path=path, offset=0, field="header", found=(n_words, vector_size),
        )  # fmt: skip
    if available is not None and n_words * row_bytes > available:
        raise FormatError(
            f"{path}: header: {n_words} words of {vector_size} dimensions take at least "
            f"{n_words * row_bytes} bytes, found {available}: truncated, or not such a file",
            path=path, offset=0, field="header", expected=n_words * row_bytes, found=available,
        )  # fmt: skip


def encode_words(words: Sequence[str]) -> list[bytes]:
    """The words in UTF-8, escaped bytes as they were.

    Raises
    ------
    SettingError
        A word is empty or has white space in it, which no word2vec or GloVe file can tell from a
        separator; or it is not Unicode (half a surrogate pair).
    """
    encoded = []
    for word in words:
        try:
            encoded.append(word.encode("utf-8", "surrogateescape"))
        except UnicodeEncodeError as error:
            raise SettingError(f"words: {word!r} cannot be written: {error.reason}", field="words") from error
        if encoded[-1].split() != [encoded[-1]]:
            raise SettingError(
                f"words: {word!r} is empty or has white space in it, which only .safetensors can hold",
                field="words", expected="a word without white space", found=word,
            )  # fmt: skip
    return encoded
