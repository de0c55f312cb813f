"""The files that word vectors live in: which format a path has, and the reader and writer of each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastvec.errors import FormatError, SettingError
from fastvec.io.decompression import MAGIC, open_decompressed, reading_errors, type_of_path
from fastvec.vectors.formats import fasttext, safetensors, text, word2vec_binary
from fastvec.vectors.formats.rows import HEADER

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

READERS: dict[str, Callable[[type_of_path], dict[str, Any]]] = {
    "word2vec": word2vec_binary.read,
    "word2vec-text": partial(text.read, header=True),
    "fasttext": fasttext.read,
    "glove": partial(text.read, header=False),
    "safetensors": safetensors.read,
    "text": text.read,
}
WRITERS: dict[str, Callable[[type_of_path, WordVectors], None]] = {
    "word2vec": word2vec_binary.write,
    "word2vec-text": partial(text.write, header=True),
    "fasttext": fasttext.write,
    "glove": partial(text.write, header=False),
    "safetensors": safetensors.write,
}
SUFFIXES = {
    ".bin": "word2vec",
    ".txt": "word2vec-text",
    ".vec": "word2vec-text",
    ".safetensors": "safetensors",
}


def read(path: type_of_path, format: str | None = None) -> dict[str, Any]:
    """Read a file in the format named, or that of its suffix, or else that of its content.

    Text by suffix may have a header or none: the content tells word2vec's from GloVe's, and word2vec's ``.bin``
    from fastText's.
    """
    if format is None:
        format = _by_suffix(path) or _by_content(path)
        if format == "word2vec" and _start(path, len(fasttext.MAGIC)) == fasttext.MAGIC:
            format = "fasttext"
        format = "text" if format == "word2vec-text" else format
    elif not isinstance(format, str) or format not in WRITERS:
        raise _unknown_format(format)
    return READERS[format](path)


def writer(
    path: type_of_path, format: str | None = None, *, subwords: bool = False
) -> Callable[[type_of_path, WordVectors], None]:
    """The writer for a path: of the format named, or that of its suffix; ``.bin`` with subwords is fastText's.

    Raises
    ------
    SettingError
        No such format, a suffix that names none, or one that promises compression.
    """
    suffix = Path(path).suffix.lower()
    if suffix in MAGIC:
        raise SettingError(
            f"path: {path}: files are written uncompressed; leave {suffix} off and compress it afterwards",
            field="path", got=suffix,
        )  # fmt: skip
    if format is None:
        format = _by_suffix(path)
        format = "fasttext" if format == "word2vec" and subwords else format
    if format is None:
        raise SettingError(
            f"path: {path}: the suffix names no format: expected {', '.join(SUFFIXES)}, or a format= of "
            f"{', '.join(WRITERS)}",
            field="path", expected=list(SUFFIXES), got=suffix,
        )  # fmt: skip
    if not isinstance(format, str) or format not in WRITERS:
        raise _unknown_format(format)
    return WRITERS[format]


def _unknown_format(format: object) -> SettingError:
    return SettingError(
        f"format: expected one of {', '.join(WRITERS)}, got {format!r}",
        field="format", expected=list(WRITERS), got=format,
    )  # fmt: skip


def _by_suffix(path: type_of_path) -> str | None:
    path = Path(path)
    if path.suffix.lower() in MAGIC:
        path = path.with_suffix("")
    return SUFFIXES.get(path.suffix.lower())


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
        raise FormatError(
            f"{path}: a pickle, as gensim's save() writes: never read here, since loading one may run any code; "
            f"write it by gensim's save_word2vec_format()",
            path=path, offset=0, field="format", expected=list(WRITERS), got="pickle",
        )  # fmt: skip
    raise FormatError(
        f"{path}: neither its suffix nor its content tells a format: expected one of {', '.join(WRITERS)}, "
        f"found {start[:40]!r}",
        path=path, offset=0, field="format", expected=list(WRITERS), got=start[:40],
    )  # fmt: skip


def _start(path: type_of_path, n: int) -> bytes:
    with reading_errors(path), open_decompressed(path) as stream:
        return stream.read(n)


def _is_row(data: bytes) -> bool:
    """Whether a word and a readable number stand on the first line."""
    parts = data.partition(b"\n")[0].split()
    try:
        return len(parts) > 1 and float(parts[-1 if len(data) < 1 << 16 else 1]) is not None
    except ValueError:
        return False
