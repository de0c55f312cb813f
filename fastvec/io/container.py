"""Containers: safetensors files of named arrays, words and text fields, checked against a schema."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CorpusError, FormatError, SettingError
from fastvec.io.decompression import type_of_path
from fastvec.io.tensors import header_of, map_tensors, save_tensors

SPECIFICATION = re.compile(r"([\w|]+)\[(.+)\](\??)")
AXIS = re.compile(r"(\w+)(?: ([+-]) (\d))?")
READERS = {  # of formats, by the name that a file gives
    "fastvec.vectors": "WordVectors.load",
    "fastvec bootstrap": "Bootstrap.load",
    "fastvec corpus": "Corpus.load",
    "fastvec co-occurrences": "CooccurrenceMatrix.load",
}


@dataclass(frozen=True, slots=True)
class Schema:
    """What a file of one format holds.

    Parameters
    ----------
    format, version : str
    tensors : mapping from name to str
        The dtype and the shape of each tensor, such as ``"int64[S + 1]"``, or ``"float16|int8[V]"`` where there is
        a choice. An axis has the same size wherever its name occurs; V is the number of words. A ``?`` at the end
        marks a tensor that may be missing. The words are the tensor ``words``, in UTF-8 and joined by newlines;
        only a format with the tensor ``word_lengths`` (in characters) can hold words with a newline in them.
        Tensors that are not named here are not checked.
    """

    format: str
    version: str
    tensors: Mapping[str, str]

    def header(self, lengths: Sequence[int], fields: Mapping[str, str]) -> bytes:
        """Return the header of a file whose tensors have one axis of these lengths, in the order of the schema."""
        named = zip(self.tensors.items(), lengths, strict=True)
        shapes = {name: (_parsed(specification)[0], [length]) for (name, specification), length in named}
        return header_of(shapes, {"format": self.format, "version": self.version, **fields})


@dataclass(frozen=True, slots=True)
class Container:
    """A file that :func:`read` has checked against its schema; its arrays are mapped, read-only."""

    path: type_of_path
    tensors: dict[str, NDArray[Any]]
    fields: dict[str, str]
    n_words: int

    def words(self, prefix: str = "", n_words: int | None = None) -> list[str]:
        """Return the words, V of them; or others, whose tensors have a prefix, and their number."""
        n_words = self.n_words if n_words is None else n_words
        data, lengths = self.tensors[f"{prefix}words"].tobytes(), self.tensors.get(f"{prefix}word_lengths")
        n_lines = data.count(b"\n") + 1 if data or n_words else 0
        if lengths is None and n_lines != n_words:  # before they are split: a word costs far more than a byte
            raise self.wrong(f"{prefix}words", n_words, n_lines)
        text = data.decode("utf-8", "surrogateescape")
        if lengths is None:
            return text.split("\n") if n_lines else []
        sizes = lengths.tolist()
        if any(not 0 <= size <= len(text) for size in sizes) or sum(sizes) + len(sizes) - 1 != len(text):
            raise self.wrong(
                f"{prefix}word_lengths", f"int64[V] that add up to the {len(text)} characters of words", lengths
            )
        ends = accumulate(size + 1 for size in sizes)
        return [text[end - 1 - size : end - 1] for end, size in zip(ends, sizes, strict=True)]

    def number(self, field: str) -> int:
        """Return the number in a text field."""
        text = self.fields.get(field, "")
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise self.wrong(field, "a whole number", text)
        return int(text)

    def settings(self, field: str = "settings") -> dict[str, Any]:
        """Return the settings in a text field, ``{}`` if there is none."""
        text = self.fields.get(field, "{}")
        try:
            settings = json.loads(text)
        except (ValueError, RecursionError):
            settings = None
        if not isinstance(settings, dict):
            raise self.wrong(field, "JSON of a dict", text)
        return settings

    def wrong(self, field: str, expected: object, got: object) -> FormatError:
        """Return the error for a tensor or a field."""
        return FormatError(path=self.path, field=field, expected=expected, got=got)


def read(path: type_of_path, *schemas: Schema, mmap: bool = True) -> Container:
    """Map (or read) a file and check it: format, version, and the names, dtypes and shapes of its tensors.

    Of several schemas, which are versions of one format, the file's is used.

    Raises
    ------
    StorageError
        If the file cannot be opened.
    FormatError
        If it is not a sound file of this format.
    """
    tensors, fields = map_tensors(path, mmap=mmap)
    check_version(path, fields, schemas[0].format, *[schema.version for schema in schemas])
    schema = next(schema for schema in schemas if schema.version == fields["version"])
    sizes: dict[str, int] = {}
    for name, specification in schema.tensors.items():
        dtype, axes, optional = _parsed(specification)
        tensor = tensors.get(name)
        expected = f"{dtype}[{', '.join(_shown(axis, sizes) for axis in axes)}]"
        if tensor is None and not optional:
            raise FormatError(path=path, field=name, expected=expected, shown="nothing")
        if tensor is not None and (
            tensor.dtype.name not in dtype.split("|") or not _agree(axes, tensor.shape, sizes)
        ):
            raise FormatError(path=path, field=name, expected=expected, got=tensor)
    return Container(path, tensors, fields, sizes["V"])


def write(
    path: type_of_path,
    schema: Schema,
    words: Sequence[str],
    tensors: Mapping[str, NDArray[Any] | None],
    fields: Mapping[str, str],
) -> None:
    """Write words, arrays (None: left out) and text fields as a file of this format, all or nothing.

    Raises
    ------
    CorpusError, SettingError
        If the file cannot hold a word; see :func:`join_words`.
    StorageError
        If the file cannot be written.
    """
    any_word = "word_lengths" in schema.tensors
    given: dict[str, NDArray[Any]] = {name: tensor for name, tensor in tensors.items() if tensor is not None}
    given |= pack_words(words, any_word=any_word)
    save_tensors(path, given, {"format": schema.format, "version": schema.version, **fields})


def pack_words(
    words: Sequence[str], prefix: str = "", *, any_word: bool = False
) -> dict[str, NDArray[np.generic]]:
    """Return the tensors that hold words; errors are those of :func:`join_words`."""
    packed: dict[str, NDArray[np.generic]] = {
        f"{prefix}words": np.frombuffer(join_words(words, any_word=any_word), np.uint8)
    }
    if any_word and any("\n" in word for word in words):
        packed[f"{prefix}word_lengths"] = np.array([len(word) for word in words], np.int64)
    return packed


def check_version(path: type_of_path, fields: Mapping[str, Any], format: str, *versions: str) -> None:
    """Refuse a file of another format or of other versions."""
    if fields.get("format") != format:
        found = fields.get("format")
        hint = "" if fields else "WordVectors.from_arrays takes the tensors of other programs' files"
        if isinstance(found, str) and found in READERS:
            hint = f"fastvec.{READERS[found]} reads it"
        raise FormatError(path=path, field="format", expected=repr(format), got=found, hint=hint)
    if (found := fields.get("version")) not in versions:
        expected = " or ".join(map(repr, versions))
        raise FormatError(path=path, field="version", expected=expected, got=found, hint="try a newer fastvec")


def _parsed(specification: str) -> tuple[str, list[str], bool]:
    """Return the dtype, the axes, and whether the tensor may be missing."""
    match = SPECIFICATION.fullmatch(specification)
    assert match is not None, specification
    return match[1], match[2].split(", "), bool(match[3])


def _axis(axis: str) -> tuple[str, int]:
    """Return the name of an axis, and what is added to its size."""
    match = AXIS.fullmatch(axis)
    assert match is not None, axis
    return match[1], int(f"{match[2] or '+'}{match[3] or 0}")


def _shown(axis: str, sizes: Mapping[str, int]) -> str:
    """Return the length that an axis must have, or its name if any length will do."""
    name, more = _axis(axis)
    return str(sizes[name] + more) if name in sizes else axis


def _agree(axes: Sequence[str], shape: tuple[int, ...], sizes: dict[str, int]) -> bool:
    """Whether a shape has these axes; an axis that is new gets its size from it."""
    if len(shape) != len(axes):
        return False
    for axis, length in zip(axes, shape, strict=True):
        name, more = _axis(axis)
        if length < more or sizes.setdefault(name, length - more) != length - more:
            return False
    return True


def join_words(words: Sequence[str], *, any_word: bool = False) -> bytes:
    """Return the words in UTF-8 with a newline between two; escaped bytes (surrogateescape) as they were.

    Raises
    ------
    CorpusError
        If a word holds a line end, or surrogates that would not come back as they are.
    SettingError
        With ``any_word``, if a word holds such surrogates; line ends may be in it.
    """
    joined = "\n".join(words)
    n_lines = len(words) if any_word else joined.count("\n") + 1
    if n_lines > max(1, len(words)) or not _comes_back(joined):
        found = next(word for word in words if (not any_word and "\n" in word) or not _comes_back(word))
        refusal = SettingError if any_word else CorpusError
        expected = "whole characters" if any_word else "text without line ends and halves of characters"
        raise refusal(field="words", expected=expected, got=found, hint="normalize= can replace it")
    return joined.encode("utf-8", "surrogateescape")


def encoded_words(words: Sequence[str]) -> list[bytes]:
    """Return each word in UTF-8, escaped bytes as they were.

    Raises
    ------
    SettingError
        If a word holds half a character.
    """
    join_words(words, any_word=True)
    return [word.encode("utf-8", "surrogateescape") for word in words]


def _comes_back(text: str) -> bool:
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape") == text
    except UnicodeEncodeError:
        return False
