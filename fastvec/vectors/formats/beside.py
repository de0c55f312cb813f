"""What formats share that keep the words in a file beside the vectors."""

from __future__ import annotations

import codecs
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.errors import FormatError, SettingError
from fastvec.io.container import encoded_words
from fastvec.io.decompression import open_decompressed, reading_errors
from fastvec.io.limits import BLANK_LINES, LINE_BYTES
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors.record import Record


def lines_of(path: Path, most: int) -> list[str]:
    """Return the lines of a text, without blank ones at its end.

    Raises
    ------
    FormatError
        If there are more than ``most``, besides some blank ones, or one is too long.
    """
    lines: list[str] = []
    with reading_errors(path), open_decompressed(path) as file:
        while line := file.readline(LINE_BYTES + 1):
            if len(line) > LINE_BYTES or len(lines) > most + BLANK_LINES:
                field, expected = f"line {len(lines) + 1}", f"{most} lines, none of more than {LINE_BYTES} bytes"
                raise FormatError(path=path, field=field, expected=expected, got=line[:40])
            line = line if lines else line.removeprefix(codecs.BOM_UTF8)
            lines.append(line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "surrogateescape"))
    while lines and not lines[-1]:
        lines.pop()
    return lines


def encoded_lines(words: Vocabulary, separators: str) -> list[bytes]:
    """Return each word in UTF-8.

    Raises
    ------
    SettingError
        If a word is empty, or has a separator or half a character in it.
    """
    for word in words:
        if not word or any(separator in word for separator in separators):
            expected = "words of at least a character, without tabs and line ends, except in .safetensors"
            raise SettingError(field="words", expected=expected, got=word)
    return encoded_words(words.words)


def distinct(path: Path, words: list[str], vectors: NDArray[Any], counts: ArrayLike | None = None) -> Record:
    """Return words and their rows; of equal words the first is kept, with a warning."""
    first: dict[str, int] = {}
    for i, word in enumerate(words):
        first.setdefault(word, i)
    if len(first) == len(words):
        return Record(Vocabulary(words, counts), vectors)
    warnings.warn(f"{path}: {len(words) - len(first)} rows of repeated words were left out", stacklevel=5)
    kept = np.fromiter(first.values(), np.int64, len(first))
    return Record(Vocabulary(first, None if counts is None else np.asarray(counts)[kept]), vectors[kept])
