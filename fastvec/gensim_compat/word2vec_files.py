"""word2vec's format for KeyedVectors: fastvec's readers and writers behind gensim's arguments."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from fastvec.errors import FormatError, SettingError
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import type_of_path
from fastvec.io.lines import numbered_lines
from fastvec.vectors import formats
from fastvec.vectors.formats.reading import Reading
from fastvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from fastvec.gensim_compat.keyedvectors import KeyedVectors


def load(
    cls: type[KeyedVectors], path: type_of_path, fvocab: type_of_path | None, binary: bool, encoding: str,
    unicode_errors: str, limit: int | None, dtype: DTypeLike, no_header: bool,
) -> KeyedVectors:  # fmt: skip
    """Return the vectors of a file; see :meth:`KeyedVectors.load_word2vec_format`."""
    format = "word2vec" if binary else "glove" if no_header else "word2vec-text"
    reading = Reading(limit, encoding=encoding)
    record = formats.read(path, format, reading)
    for note in reading.notes:
        warnings.warn(note, stacklevel=3)
    words = [_decoded(word, encoding, unicode_errors) for word in record.vocabulary.words]
    counts = None if fvocab is None else _counts(fvocab, encoding, unicode_errors)
    rows = {word: i for i, word in reversed(list(enumerate(words)))}  # of equal words the first
    kept = sorted(rows.values())
    kv = cls(record.vectors.shape[1], 0, dtype)
    keys = [words[i] for i in kept]
    found = range(len(words), 0, -1) if counts is None else [counts.get(word, 0) for word in words]
    kv.add_vectors(keys, record.vectors[kept], {"count": np.array(found, np.int64)[kept]})
    return kv


def _decoded(word: str, encoding: str, errors: str) -> str:
    """Return a word as its bytes are read with ``errors``; the reader has escaped those that are no text."""
    if word.isascii():
        return word
    return word.encode(encoding, "surrogateescape").decode(encoding, errors)


def _counts(path: type_of_path, encoding: str, errors: str) -> dict[str, int]:
    counts = {}
    for number, line in numbered_lines(path):
        word, _, count = line.rstrip().rpartition(b" ")
        if not (word and count.isdigit()):
            raise FormatError(path=path, field=f"line {number}", expected="a word and its count", got=line[:200])
        counts[word.decode(encoding, errors)] = int(count)
    return counts


def save(
    kv: KeyedVectors, path: type_of_path, fvocab: type_of_path | None, binary: bool, total: int | None,
    header: bool, prefix: str, append: bool, sort_attr: str,
) -> None:  # fmt: skip
    """Write a file; see :meth:`KeyedVectors.save_word2vec_format`."""
    order = np.arange(len(kv))
    if sort_attr in kv.expandos:
        order = np.argsort(-kv.expandos[sort_attr].astype(np.float64), kind="stable")
    elif fvocab is not None:
        raise SettingError(field="fvocab", expected=f"keys with the attribute {sort_attr!r}", got=fvocab)
    names = kv.names()
    words = [f"{prefix}{names[i]}" for i in order.tolist()]
    if fvocab is not None:
        values = kv.expandos[sort_attr][order].tolist()
        lines = (f"{word} {value}\n" for word, value in zip(words, values, strict=True))
        _put(fvocab, "".join(lines).encode("utf-8", "surrogateescape"), append)
    vectors = WordVectors(words, kv.vectors[order])
    format = "word2vec" if binary else "word2vec-text"
    if header and total is None and not append and _opener(path) is open:
        vectors.save(path, format=format)
        return
    with tempfile.TemporaryDirectory(prefix="vectors", dir=Path(path).resolve().parent) as folder:
        part = os.path.join(folder, "part")
        vectors.save(part, format=format)
        with open(part, "rb") as file:
            file.readline()
            first = f"{len(kv) if total is None else total} {kv.vector_size}\n".encode() if header else b""
            _put(path, first, append, file)


def _opener(path: type_of_path) -> Callable[..., Any]:
    """Return what opens a file to write it: compressed, if its suffix says so."""
    openers: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
    return openers.get(Path(path).suffix.lower(), open)


def _put(path: type_of_path, data: bytes, append: bool, rest: Any = None) -> None:
    """Write bytes, and the rest of an open file, all or nothing; or behind what a file has."""
    opened = _opener(path)
    if append:
        with opened(path, "ab") as file:
            file.write(data)
            if rest is not None:
                shutil.copyfileobj(rest, file)
        return
    with atomic_path(path) as part, opened(part, "wb") as file:
        file.write(data)
        if rest is not None:
            shutil.copyfileobj(rest, file)
