"""What a text file really is, by its first bytes; text of any encoding and line end as UTF-8 with LF."""

from __future__ import annotations

import codecs
import io
import re
import warnings
from typing import Any, BinaryIO

from fastvec.errors import FormatError, SettingError
from fastvec.io.decompression import DecompressedFile, open_decompressed, reading_errors, type_of_path

START = 1 << 12  # bytes that are looked at
BLOCK = 1 << 18  # bytes of UTF-16 converted at a time
UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
OTHERS = {
    b"PAR1": ("a Parquet table", "name it .parquet, and give field= (--field)"),
    b"ARROW1": ("an Arrow table", "name it .arrow, and give field= (--field)"),
    b"%PDF": ("a PDF", "extract its text first, with pdftotext for example"),
    b"\x93NUMPY": ("a NumPy array", "Corpus.from_ids takes arrays of ids"),
    b"\x80": ("a pickle", "give its texts as a list of lines"),
}
CONTAINERS = {
    b"fastvec corpus": "Corpus.load reads it",
    b"fastvec co-occurrences": "CooccurrenceMatrix.load reads it",
}
ONLY_CR = re.compile(rb"\r(?=[^\n])")  # not at the end: an LF may follow
# text that is not only words: how it begins, what it is, and what to do
NOT_PLAIN = (
    (rb"<!doctype html|<html", "is HTML; its tags are read as words. Extract the text first"),
    (rb"<\?xml|<mediawiki|<graphml", "is XML; its tags are read as words. Extract the text first"),
    (
        rb'\{\s*"|\[\s*[{"]',
        "is JSON; its marks and names are read as words. Name JSON Lines .jsonl, and give field=",
    ),
    (rb"(\d+\s*)?[\d:]+[,.]\d\d\d --> ", "are subtitles; their times are read as words. Extract the text first"),
    (rb"\{\\rtf", "is RTF; its commands are read as words. Save it as plain text first"),
)


def open_text(path: type_of_path, encoding: str | None = None) -> BinaryIO:
    """Open a text file: decompressed, converted to UTF-8, with line ends of LF (or CR LF).

    Parameters
    ----------
    path : path
        ``"-"`` is standard input.
    encoding : str, optional
        None: UTF-8, or UTF-16 or UTF-32 if it begins with their byte order mark.

    Raises
    ------
    FormatError
        If the first bytes are those of another kind of file. While it is read: if it has not this encoding.
    StorageError
        If the file cannot be read.

    Warns
    -----
    UserWarning
        If it is HTML, XML, JSON, RTF or subtitles, whose marks would be words.
    """
    return _checked(path, open_decompressed(path), encoding)


def is_plain(path: type_of_path, encoding: str | None = None) -> bool:
    """Return whether a file is read as it is; raise as :func:`open_text` does if it is not text."""
    file = open_decompressed(path)
    if isinstance(file, DecompressedFile):
        file.close()
        return False
    with _checked(path, file, encoding) as checked:
        return checked is file


def check_encoding(encoding: str | None) -> None:
    """Raise if Python has no such encoding of text.

    >>> check_encoding("latin-1")
    """
    try:
        if encoding is not None:
            "".encode(encoding)
    except (LookupError, TypeError, ValueError):
        expected = "the name of an encoding, such as 'latin-1' or 'cp1252'"
        raise SettingError(field="encoding", expected=expected, got=encoding) from None


def _checked(path: type_of_path, file: Any, encoding: str | None) -> BinaryIO:
    """Return the file as UTF-8 with usual line ends, or close it and raise."""
    try:
        with reading_errors(path):
            start = file.peek(START)[:START]
        if encoding is None and start.startswith(UTF_32):
            encoding = "utf-32"
        elif encoding is None and start.startswith(UTF_16):
            encoding = "utf-16"
        if encoding is not None and codecs.lookup(encoding).name != "utf-8":
            _check_kind(path, start)
            file = io.BufferedReader(_Recoded(file, path, encoding), 1 << 20)
            start = file.peek(START)[:START]
        _check(path, start)
        file = with_newlines(path, file, start)
    except BaseException:
        file.close()
        raise
    return file  # type: ignore[no-any-return]


def with_newlines(path: type_of_path, file: BinaryIO, start: bytes) -> BinaryIO:
    """Return a text file with LF at its line ends, if it begins like one whose lines end in CR alone."""
    if b"\n" not in start and ONLY_CR.search(start):
        return io.BufferedReader(_WithNewlines(file, path), 1 << 20)
    return file


def _check(path: type_of_path, start: bytes) -> None:
    _check_kind(path, start)
    if b"\0" in start:
        hint = (
            "it is binary, or UTF-16 or UTF-32 without a byte order mark: encoding='utf-16-le', 'utf-32-le', ..."
        )
        raise FormatError(
            path=path, offset=start.index(0), expected="text in UTF-8", shown="a zero byte", hint=hint
        )
    for beginning, what in NOT_PLAIN:
        if re.match(rb"\s*(" + beginning + rb")", start.removeprefix(codecs.BOM_UTF8), re.IGNORECASE):
            warnings.warn(f"{path}: {what}", stacklevel=7)
            return


def _check_kind(path: type_of_path, start: bytes) -> None:
    for magic, (kind, hint) in OTHERS.items():
        if start.startswith(magic):
            raise FormatError(path=path, offset=0, expected="text", shown=kind, hint=hint)
    if start[8:9] == b"{" and b"\0" in start[:8]:
        hint = next((hint for name, hint in CONTAINERS.items() if name in start), "WordVectors.load may read it")
        raise FormatError(path=path, offset=0, expected="text", shown="a safetensors file", hint=hint)


class _Converted(io.RawIOBase):
    """A file that is converted as it is read."""

    def __init__(self, source: BinaryIO, path: type_of_path) -> None:
        self._source, self._path = source, path
        self._ready = b""

    def convert(self, data: bytes) -> bytes:
        """Return some more bytes; no data: the last ones."""
        raise NotImplementedError

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            with reading_errors(self._path):
                data = self._source.read(BLOCK)
            self._ready = self.convert(data)
            if not data:
                break
        count = min(len(buffer), len(self._ready))
        buffer[:count], self._ready = self._ready[:count], self._ready[count:]
        return count

    def close(self) -> None:
        self._source.close()
        super().close()


class _Recoded(_Converted):
    """Text of another encoding as UTF-8; what cannot be decoded raises FormatError."""

    def __init__(self, source: BinaryIO, path: type_of_path, encoding: str) -> None:
        super().__init__(source, path)
        self._encoding, self._done = encoding, 0
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def convert(self, data: bytes) -> bytes:
        try:
            text = self._decoder.decode(data, final=not data)
        except UnicodeError as error:
            if not isinstance(error, UnicodeDecodeError):  # UTF-16 without a byte order mark
                hint = f"{self._encoding}-le and {self._encoding}-be need none"
                raise FormatError(f"{self._path}: {error}; {hint}", path=self._path, offset=0) from error
            place = self._done + len(data) - len(error.object) + error.start
            message = f"{self._path}: damaged {self._encoding.upper()} at byte {place}: {error.reason}"
            raise FormatError(message, path=self._path, offset=place) from error
        self._done += len(data)
        return text.encode("utf-8", "surrogatepass")


class _WithNewlines(_Converted):
    """Text whose lines end in CR alone, as old Macs wrote it, with LF; a CR LF is one line end, too."""

    def convert(self, data: bytes) -> bytes:
        if data.endswith(b"\r"):  # an LF may follow
            with reading_errors(self._path):
                data += self._source.read(1)
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
