"""The formats of files of word vectors: which one a path has, and its reader and writer."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from fastvec.checks.numbers import choice
from fastvec.errors import FormatError, SettingError
from fastvec.io.decompression import MAGIC, content_errors, type_of_path
from fastvec.io.npy import MAGIC as NPY
from fastvec.vectors.formats import (
    fasttext,
    gensim,
    huggingface,
    npy,
    projector,
    safetensors,
    text,
    text_rows,
    word2vec_binary,
)
from fastvec.vectors.formats.loaded import first_rows
from fastvec.vectors.formats.reading import UTF_8, Reading
from fastvec.vectors.formats.rows import HEADER, encode_words
from fastvec.vectors.formats.source import CONTROLS, START, Source
from fastvec.vectors.record import Record

Writer = Callable[..., None]  # of a path and a Record, and dtype= if it has more than one


class Format(NamedTuple):
    """A format of files.

    Attributes
    ----------
    read, write : callable
        The reader; the writer, unless it is only read.
    suffixes : tuple of str
        Those that name it.
    by_rows : bool
        ``read`` gets a Source and a Reading, and reads row by row; otherwise a path.
    maps : bool
        ``read`` maps the file, unless it gets ``mmap=False``.
    check_words : callable, optional
        Refuses words that it cannot hold.
    dtypes : tuple of str
        The types of numbers that can be written.
    files : callable
        Returns the files that are written for a path.
    """

    read: Callable[..., Record]
    write: Writer | None = None
    suffixes: tuple[str, ...] = ()
    by_rows: bool = False
    maps: bool = False
    check_words: Callable[[Sequence[str]], Any] | None = None
    dtypes: tuple[str, ...] = ("float32",)
    files: Callable[[type_of_path], list[Path]] = lambda path: [Path(path)]


with_header = Format(
    partial(text.read, header=True), partial(text.write, header=True), (".txt", ".vec"), by_rows=True,
    check_words=encode_words,
)  # fmt: skip
FORMATS = {
    "word2vec": Format(
        word2vec_binary.read, word2vec_binary.write, (".bin",), by_rows=True, check_words=encode_words
    ),
    "word2vec-text": with_header,
    "fasttext": Format(fasttext.read, fasttext.write, maps=True, check_words=fasttext.encode_words),
    "glove": with_header._replace(
        read=partial(text.read, header=False), write=partial(text.write, header=False), suffixes=()
    ),
    "safetensors": Format(
        safetensors.read, safetensors.write, (".safetensors",), maps=True, dtypes=("float32", "float16", "int8")
    ),
    "npy": Format(npy.read, npy.write, (".npy",), maps=True, dtypes=("float32", "float16"), files=npy.files),
    "projector": Format(projector.read, projector.write, (".tsv",), files=projector.files),
    "huggingface": Format(
        huggingface.read, huggingface.write, maps=True, dtypes=("float32", "float16"), files=huggingface.files
    ),
    "gensim": Format(gensim.read, None, (".model", ".kv"), maps=True),
}
WITH_SUBWORDS = WITH_CONTEXTS = ("fasttext", "safetensors")  # of n-grams, and W_out
WRITTEN = [name for name, format in FORMATS.items() if format.write is not None]
DTYPES = tuple(dict.fromkeys(dtype for format in FORMATS.values() for dtype in format.dtypes))
WRITTEN_SUFFIXES = [suffix for name in WRITTEN for suffix in FORMATS[name].suffixes]


def read(path: type_of_path, format: str | None = None, reading: Reading | None = None) -> Record:
    """Read a file in the given format, or that of its content, or else that of its suffix.

    The content also tells whether text has a header, and whether a ``.bin`` is word2vec's or fastText's. A pipe is
    read once, from its beginning to its end.
    """
    reading = Reading() if reading is None else reading
    if format is not None:
        choice("format", format, tuple(FORMATS))
    if Path(path).is_dir():
        with content_errors(path):
            return first_rows(path, huggingface.read(path, mmap=reading.mmap), reading)
    with content_errors(path), Source(path) as source:
        name = format or _by_content(path, source.start)
        chosen = FORMATS[name]
        if chosen.by_rows:
            # without a format given, the first line says whether it is a header
            return (text.read if format is None and name == "word2vec-text" else chosen.read)(source, reading)
        if reading.encoding != UTF_8:
            expected = f"{UTF_8!r} for the format {name}, whose words are in it"
            raise SettingError(path=path, field="encoding", expected=expected, got=reading.encoding)
        with source.as_file() as file:
            read_file = chosen.read if reading.mmap or not chosen.maps else partial(chosen.read, mmap=False)
            return first_rows(path, read_file(file), reading)


def writer(
    path: type_of_path, format: str | None = None, *, subwords: bool = False, dtype: str = "float32"
) -> Writer:
    """Return the writer of the given format, or that of the suffix; ``.bin`` with subwords is fastText's.

    Raises
    ------
    SettingError
        If there is no such format, it has no such ``dtype``, or the suffix is of no format or of a compression.
    """
    format = format_to_write(path, format, subwords=subwords)
    check_dtype(format, dtype)
    write = FORMATS[format].write
    assert write is not None
    return write if dtype == "float32" else partial(write, dtype=dtype)


def written_files(path: type_of_path, format: str | None = None) -> list[Path]:
    """Return the files that are written, given the format or that of the suffix.

    >>> [file.name for file in written_files("x.npy")]
    ['x.npy', 'x.vocab.txt']
    """
    return FORMATS[format_to_write(path, format)].files(path)


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


def format_to_write(path: type_of_path, format: str | None = None, *, subwords: bool = False) -> str:
    """Return the name of the format that :func:`writer` writes; the errors are the same."""
    suffix = Path(path).suffix.lower()
    if suffix in MAGIC:
        message = f"path: {path}: files are written uncompressed; leave {suffix} off and compress it afterwards"
        raise SettingError(message, field="path", got=suffix)
    if format is not None:
        choice("format", format, tuple(WRITTEN))
        return format
    name = _by_suffix(path)
    name = "fasttext" if name == "word2vec" and subwords else name
    if name not in WRITTEN:
        expected = f"a suffix that gives the format ({', '.join(WRITTEN_SUFFIXES)})"
        hint = f"or give format=: {', '.join(WRITTEN)}"
        raise SettingError(field="path", expected=expected, got=suffix, shown=str(path), hint=hint)
    return name


def _by_suffix(path: type_of_path) -> str | None:
    path = Path(path)
    if path.suffix.lower() in MAGIC:
        path = path.with_suffix("")
    suffix = path.suffix.lower()
    return next((name for name, format in FORMATS.items() if suffix in format.suffixes), None)


def _by_content(path: type_of_path, start: bytes) -> str:
    """Return the format of a file that begins like this; the suffix decides where the content does not."""
    if start.startswith(fasttext.MAGIC):
        return "fasttext"
    if start[8:9] == b"{" and int.from_bytes(start[:8], "little") < 1 << 32:
        return "safetensors"
    if start[:1] == b"\x80" and start[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):  # the protocols of pickle
        return "gensim"
    if start.startswith(NPY):
        return "npy"
    if _by_suffix(path) == "projector" and projector.is_part(path):
        return "projector"
    first, _, rest = start.removeprefix(BOM_UTF8).partition(b"\n")
    header, by_suffix = HEADER.fullmatch(first), _by_suffix(path)
    if _is_row(rest if header else start) and not (by_suffix == "word2vec" and CONTROLS.search(start)):
        return "word2vec-text"
    if header and CONTROLS.search(rest[: 4 * int(header[2])]):
        return "word2vec"
    if by_suffix is not None or header:
        return by_suffix or "word2vec"
    expected = f"a suffix or content of one of {', '.join(FORMATS)}"
    raise FormatError(path=path, offset=0, field="format", expected=expected, got=start[:40])


def _is_row(data: bytes) -> bool:
    """Whether the first line is a word and numbers."""
    line, end, _ = data.partition(b"\n")
    parts = line.split()
    number = parts[-1 if end or len(data) < START - 64 else 1 :][:1]  # a longer line ends within a number
    return len(parts) > 1 and text_rows.is_number(number[0])
