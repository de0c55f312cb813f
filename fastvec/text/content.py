"""What a text file really is, by its first bytes: text in UTF-8 or UTF-16, or something else."""

from __future__ import annotations

import codecs
import io
import re
import warnings
from typing import Any, BinaryIO

from fastvec.errors import FormatError
from fastvec.io.decompression import DecompressedFile, open_decompressed, reading_errors, type_of_path

START = 1 << 12  # bytes that are looked at
BLOCK = 1 << 18  # bytes of UTF-16 converted at a time
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
OTHERS = {
    b"PK\x03\x04": ("a zip archive (.zip, .docx, .xlsx, .npz, ...)", "unpack it first"),
    b"PAR1": ("a Parquet table", "give one of its columns, as a list of lines"),
    b"ARROW1": ("an Arrow table", "give one of its columns, as a list of lines"),
    b"%PDF": ("a PDF", "extract its text first, with pdftotext for example"),
    b"\x93NUMPY": ("a NumPy array", "Corpus.from_ids takes arrays of ids"),
    b"\x80": ("a pickle", "give its texts as a list of lines"),
}
CONTAINERS = {
    b"fastvec corpus": "Corpus.load reads it",
    b"fastvec co-occurrences": "CooccurrenceMatrix.load reads it",
}
MARKUP = re.compile(rb"\s*(<\?xml|<!doctype html|<html|<mediawiki)", re.IGNORECASE)


def open_text(path: type_of_path) -> BinaryIO:
    """Open a text file: decompressed, UTF-16 with a byte order mark as UTF-8.

    Parameters
    ----------
    path : path
        ``"-"`` is standard input.

    Raises
    ------
    FormatError
        If the first bytes are those of another kind of file.
    StorageError
        If the file cannot be read.

    Warns
    -----
    UserWarning
        If it is HTML or XML, whose tags would be words.
    """
    return _checked(path, open_decompressed(path))


def is_plain(path: type_of_path) -> bool:
    """Return whether a file is uncompressed text in UTF-8; raise as :func:`open_text` does if it is neither."""
    file = open_decompressed(path)
    if isinstance(file, DecompressedFile):
        file.close()
        return False
    with _checked(path, file) as checked:
        return checked is file


def _checked(path: type_of_path, file: Any) -> BinaryIO:
    """Return the file as UTF-8, or close it and raise."""
    try:
        with reading_errors(path):
            start = file.peek(START)[:START]
        if start.startswith(UTF_16):
            return io.BufferedReader(_Recoded(file, path), 1 << 20)
        _check(path, start)
    except BaseException:
        file.close()
        raise
    return file  # type: ignore[no-any-return]


def _check(path: type_of_path, start: bytes) -> None:
    for magic, (kind, hint) in OTHERS.items():
        if start.startswith(magic):
            raise FormatError(path=path, offset=0, expected="text", shown=kind, hint=hint)
    if start[8:9] == b"{" and b"\0" in start[:8]:
        hint = next((hint for name, hint in CONTAINERS.items() if name in start), "WordVectors.load may read it")
        raise FormatError(path=path, offset=0, expected="text", shown="a safetensors file", hint=hint)
    if b"\0" in start:
        hint = "it is binary, or UTF-16 without a byte order mark, which iconv converts"
        raise FormatError(
            path=path, offset=start.index(0), expected="text in UTF-8", shown="a zero byte", hint=hint
        )
    if markup := MARKUP.match(start):
        kind = "HTML" if b"html" in markup[1].lower() else "XML"
        warnings.warn(f"{path}: is {kind}; its tags are read as words. Extract the text first", stacklevel=7)


class _Recoded(io.RawIOBase):
    """UTF-16 as UTF-8; what cannot be decoded raises FormatError."""

    def __init__(self, source: BinaryIO, path: type_of_path) -> None:
        self._source, self._path = source, path
        self._decoder = codecs.getincrementaldecoder("utf-16")()
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            with reading_errors(self._path):
                data = self._source.read(BLOCK)
            try:
                self._ready = self._decoder.decode(data, final=not data).encode("utf-8", "surrogatepass")
            except UnicodeDecodeError as error:
                raise FormatError(f"{self._path}: damaged UTF-16: {error.reason}", path=self._path) from error
            if not data:
                break
        count = min(len(buffer), len(self._ready))
        buffer[:count], self._ready = self._ready[:count], self._ready[count:]
        return count

    def close(self) -> None:
        self._source.close()
        super().close()
