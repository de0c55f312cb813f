"""What the readers of word2vec and GloVe files share: limits, words, rows that grow with what was read."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from fastvec.errors import FormatError, SettingError
from fastvec.io.decompression import type_of_path

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

# What no file may exceed, so that one line cannot fill the memory: split into 65,536 numbers it takes 3 MB.
LONGEST_LINE = 1 << 25
LONGEST_WORD = 1 << 24
MOST_DIMENSIONS = 1 << 16
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


def check_size(path: type_of_path, n_words: int, vector_size: int, row_bytes: int, available: int | None) -> None:
    """Refuse a declared size that is empty, absurd, or more than the ``available`` bytes can hold."""
    if n_words < 1 or not 1 <= vector_size <= MOST_DIMENSIONS:
        raise FormatError(
            f"{path}: header: expected at least 1 word and 1 to {MOST_DIMENSIONS} dimensions, "
            f"found {n_words} and {vector_size}",
            path=path, offset=0, field="header", got=(n_words, vector_size),
        )  # fmt: skip
    if available is not None and n_words * row_bytes > available:
        raise FormatError(
            f"{path}: header: {n_words} words of {vector_size} dimensions take at least "
            f"{n_words * row_bytes} bytes, found {available}: truncated, or not such a file",
            path=path, offset=0, field="header", expected=n_words * row_bytes, got=available,
        )  # fmt: skip


def encode_words(word_vectors: WordVectors) -> list[bytes]:
    """The words in UTF-8, escaped bytes as they were, if a word2vec or GloVe file can hold these vectors.

    Raises
    ------
    SettingError
        A word is empty, far too long or has white space in it, which such a file cannot tell from a
        separator; or it is not Unicode (half a surrogate pair); or the dimensions are too many.
    """
    if word_vectors.vector_size > MOST_DIMENSIONS:
        raise SettingError(
            f"vectors: {word_vectors.vector_size} dimensions are more than {MOST_DIMENSIONS}, which only "
            ".safetensors can hold",
            field="vectors", expected=MOST_DIMENSIONS, got=word_vectors.vector_size,
        )  # fmt: skip
    encoded = []
    for word in word_vectors.index_to_key:
        try:
            encoded.append(word.encode("utf-8", "surrogateescape"))
        except UnicodeEncodeError as error:
            raise SettingError(f"words: {word!r} cannot be written: {error.reason}", field="words") from error
        if encoded[-1].split() != [encoded[-1]] or len(encoded[-1]) > LONGEST_WORD:
            raise SettingError(
                f"words: {word[:40]!r} is empty, has white space in it or is longer than "
                f"{LONGEST_WORD} bytes, which only .safetensors can hold",
                field="words", expected="a word without white space", got=word,
            )  # fmt: skip
    return encoded
