"""The formats of files of word vectors: which one a path has, and its reader and writer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from fastvec.checks.numbers import choice
from fastvec.errors import FormatError, SettingError
from fastvec.io.decompression import MAGIC, content_errors, open_decompressed, reading_errors, type_of_path
from fastvec.io.npy import MAGIC as NPY
from fastvec.vectors.formats import (
    fasttext,
    gensim,
    huggingface,
    npy,
    projector,
    safetensors,
    text,
    word2vec_binary,
)
from fastvec.vectors.formats.rows import HEADER
from fastvec.vectors.record import Record

Writer = Callable[..., None]  # of a path and a Record, and dtype= if it has more than one


class Format(NamedTuple):
    """A format of files.

    It has a reader, a writer unless it is only read, the suffixes that name it, whether the reader maps the file
    (``mmap=False`` then reads it into memory), the types of numbers that can be written, and the files that are
    written where that is not just the path.
    """

    read: Callable[..., Record]
    write: Writer | None = None
    suffixes: tuple[str, ...] = ()
    maps: bool = False
    dtypes: tuple[str, ...] = ("float32",)
    files: Callable[[type_of_path], list[Path]] = lambda path: [Path(path)]


FORMATS = {
    "word2vec": Format(word2vec_binary.read, word2vec_binary.write, (".bin",)),
    "word2vec-text": Format(partial(text.read, header=True), partial(text.write, header=True), (".txt", ".vec")),
    "fasttext": Format(fasttext.read, fasttext.write, maps=True),
    "glove": Format(partial(text.read, header=False), partial(text.write, header=False)),
    "safetensors": Format(
        safetensors.read, safetensors.write, (".safetensors",), True, ("float32", "float16", "int8")
    ),
    "npy": Format(npy.read, npy.write, (".npy",), True, ("float32", "float16"), npy.files),
    "projector": Format(projector.read, projector.write, (".tsv",), files=projector.files),
    "huggingface": Format(
        huggingface.read, huggingface.write, (), True, ("float32", "float16"), huggingface.files
    ),
    "gensim": Format(gensim.read, None, (".model", ".kv"), True),
}
WRITTEN = [name for name, format in FORMATS.items() if format.write is not None]
DTYPES = tuple(dict.fromkeys(dtype for format in FORMATS.values() for dtype in format.dtypes))
WRITTEN_SUFFIXES = [suffix for name in WRITTEN for suffix in FORMATS[name].suffixes]


def read(path: type_of_path, format: str | None = None, *, mmap: bool = True) -> Record:
    """Read a file in the given format, or that of its suffix, or else that of its content.

    The content also tells whether text has a header, and whether a ``.bin`` is word2vec's or fastText's. With
    ``mmap=False`` nothing is mapped.
    """
    if format is not None:
        choice("format", format, tuple(FORMATS))
        reader = FORMATS[format].read
    elif Path(path).is_dir():
        format, reader = "huggingface", huggingface.read
    else:
        format = _by_suffix(path)
        if format is None or (format == "projector" and not projector.is_part(path)):
            format = _by_content(path)
        if format == "word2vec" and _start(path, len(fasttext.MAGIC)) == fasttext.MAGIC:
            format = "fasttext"
        reader = text.read if format == "word2vec-text" else FORMATS[format].read
    with content_errors(path):
        return reader(path) if mmap or not FORMATS[format].maps else reader(path, mmap=False)


def writer(
    path: type_of_path, format: str | None = None, *, subwords: bool = False, dtype: str = "float32"
) -> Writer:
    """Return the writer of the given format, or that of the suffix; ``.bin`` with subwords is fastText's.

    Raises
    ------
    SettingError
        If there is no such format, it has no such ``dtype``, or the suffix is of no format or of a compression.
    """
    format = _written(path, format, subwords)
    check_dtype(format, dtype)
    write = FORMATS[format].write
    assert write is not None
    return write if dtype == "float32" else partial(write, dtype=dtype)


def written_files(path: type_of_path, format: str | None = None) -> list[Path]:
    """Return the files that are written, given the format or that of the suffix.

    >>> [file.name for file in written_files("x.npy")]
    ['x.npy', 'x.vocab.txt']
    """
    return FORMATS[_written(path, format, False)].files(path)


def check_dtype(format: str, dtype: str) -> None:
    """Refuse a type of numbers that a format cannot hold.

    >>> check_dtype("glove", "int8")
    Traceback (most recent call last):
    ...
    fastvec.errors.SettingError: dtype: expected 'float32', as the format is glove, got 'int8'
    """
    choice("dtype", dtype, DTYPES)
    if dtype not in FORMATS[format].dtypes:
        expected = f"{' or '.join(map(repr, FORMATS[format].dtypes))}, as the format is {format}"
        raise SettingError(field="dtype", expected=expected, got=dtype)


def _written(path: type_of_path, format: str | None, subwords: bool) -> str:
    """Return the format that is written."""
    suffix = Path(path).suffix.lower()
    if suffix in MAGIC:
        message = f"path: {path}: files are written uncompressed; leave {suffix} off and compress it afterwards"
        raise SettingError(message, field="path", got=suffix)
    if format is not None:
        choice("format", format, tuple(WRITTEN))
    else:
        format = _by_suffix(path)
        format = "fasttext" if format == "word2vec" and subwords else format
    if format not in WRITTEN:
        expected = f"a suffix that gives the format ({', '.join(WRITTEN_SUFFIXES)})"
        hint = f"or give format=: {', '.join(WRITTEN)}"
        raise SettingError(field="path", expected=expected, got=suffix, shown=str(path), hint=hint)
    return format


def _by_suffix(path: type_of_path) -> str | None:
    path = Path(path)
    if path.suffix.lower() in MAGIC:
        path = path.with_suffix("")
    suffix = path.suffix.lower()
    return next((name for name, format in FORMATS.items() if suffix in format.suffixes), None)


def _by_content(path: type_of_path) -> str:
    start = _start(path, 1 << 16)
    if start.startswith(fasttext.MAGIC):
        return "fasttext"
    if start[8:9] == b"{" and int.from_bytes(start[:8], "little") < 1 << 32:
        return "safetensors"
    first, _, rest = start.partition(b"\n")
    if HEADER.fullmatch(first) and not _is_row(rest):
        return "word2vec"
    if HEADER.fullmatch(first) or _is_row(start):
        return "word2vec-text"
    if start.startswith(b"\x80"):
        return "gensim"
    if start.startswith(NPY):
        return "npy"
    expected = f"a suffix or content of one of {', '.join(FORMATS)}"
    raise FormatError(path=path, offset=0, field="format", expected=expected, got=start[:40])


def _start(path: type_of_path, n: int) -> bytes:
    with reading_errors(path), open_decompressed(path) as stream:
        return stream.read(n)


def _is_row(data: bytes) -> bool:
    """Whether the first line is a word and numbers."""
    parts = data.partition(b"\n")[0].split()
    try:
        return len(parts) > 1 and float(parts[-1 if len(data) < 1 << 16 else 1]) is not None
    except ValueError:
        return False
