"""The formats of files of word vectors: which one a path has, and its reader and writer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from fastvec.errors import FormatError, SettingError
from fastvec.io.decompression import MAGIC, content_errors, open_decompressed, reading_errors, type_of_path
from fastvec.vectors.formats import fasttext, gensim, safetensors, text, word2vec_binary
from fastvec.vectors.formats.rows import HEADER
from fastvec.vectors.record import Record

Writer = Callable[[type_of_path, Record], None]

READERS: dict[str, Callable[[type_of_path], Record]] = {
    "word2vec": word2vec_binary.read,
    "word2vec-text": partial(text.read, header=True),
    "fasttext": fasttext.read,
    "glove": partial(text.read, header=False),
    "safetensors": safetensors.read,
    "gensim": gensim.read,
    "text": text.read,
}
WRITERS: dict[str, Writer] = {
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
    ".kv": "gensim",
    ".model": "gensim",
}


def read(path: type_of_path, format: str | None = None) -> Record:
    """Read a file in the given format, or that of its suffix, or else that of its content.

    The content also tells whether text has a header, and whether a ``.bin`` is word2vec's or fastText's.
    """
    if format is None:
        format = _by_suffix(path) or _by_content(path)
        if format == "word2vec" and _start(path, len(fasttext.MAGIC)) == fasttext.MAGIC:
            format = "fasttext"
        format = "text" if format == "word2vec-text" else format
    elif not isinstance(format, str) or format not in (*WRITERS, "gensim"):
        raise _unknown_format(format)
    with content_errors(path):
        return READERS[format](path)


def writer(path: type_of_path, format: str | None = None, *, subwords: bool = False) -> Writer:
    """Return the writer of the given format, or that of the suffix; ``.bin`` with subwords is fastText's.

    Raises
    ------
    SettingError
        If there is no such format, or the suffix is of no format or of a compression.
    """
    suffix = Path(path).suffix.lower()
    if suffix in MAGIC:
        message = f"path: {path}: files are written uncompressed; leave {suffix} off and compress it afterwards"
        raise SettingError(message, field="path", got=suffix)
    if format is None:
        format = _by_suffix(path)
        format = "fasttext" if format == "word2vec" and subwords else format
    if format is None or format == "gensim":  # which is only read
        suffixes = [suffix for suffix, named in SUFFIXES.items() if named in WRITERS]
        expected = f"a suffix that gives the format ({', '.join(suffixes)})"
        hint = f"or give format=: {', '.join(WRITERS)}"
        raise SettingError(field="path", expected=expected, got=suffix, shown=str(path), hint=hint)
    if not isinstance(format, str) or format not in WRITERS:
        raise _unknown_format(format)
    return WRITERS[format]


def _unknown_format(format: object) -> SettingError:
    return SettingError(field="format", expected=f"one of {', '.join(WRITERS)}", got=format)


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
        return "gensim"
    expected = f"a suffix or content of one of {', '.join(WRITERS)}"
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
