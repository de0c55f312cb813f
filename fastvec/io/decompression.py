"""Opening files, compressed or not, and the errors of reading them."""

from __future__ import annotations

import contextlib
import gzip
import io
import lzma
import os
import sys
import threading
import weakref
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from fastvec.errors import FormatError, MissingPackageError, SettingError, StorageError
from fastvec.io.archives import archive_errors, in_a_pipe, is_tar, named_in_tar, only_in_zip, only_name
from fastvec.io.streams import bz2_streams, xz_streams

type_of_path = str | os.PathLike[str]

# the first bytes of each compressed format, and the suffix that promises it
MAGIC = {
    ".gz": b"\x1f\x8b",
    ".bz2": b"BZh",
    ".xz": b"\xfd7zXZ\x00",
    ".zst": b"\x28\xb5\x2f\xfd",
    ".zip": b"PK\x03\x04",
}


def open_decompressed(path: type_of_path) -> BinaryIO:
    """Open a file for reading; ``.gz``, ``.bz2``, ``.xz`` and ``.zst`` are decompressed on the way.

    A zip or tar archive of one file, the latter compressed or not, is read as that file. The content decides, not
    the name. A name with the suffix of a compression that the content does not have is an error, since reading it
    as text would train on noise. ``"-"`` is standard input.

    Raises
    ------
    StorageError
        If the path cannot be opened.
    FormatError
        If the suffix and the content differ, or an archive has several files. Truncated and damaged data raise it
        while they are read.
    """
    path = Path(path)
    with reading_errors(path):
        raw = _open_standard_input() if str(path) == "-" else _open_buffered(path)
        try:
            start = raw.peek(8)[:8]
            kind = next((suffix for suffix, magic in MAGIC.items() if start.startswith(magic)), "")
            promised = path.suffix.lower()
            if promised in MAGIC and not start:
                raise FormatError(
                    path=path, field="content", expected=f"a {promised} file", shown="no bytes: it is empty"
                )
            if promised in MAGIC and promised != kind:
                raise FormatError(
                    f"{path}: its name says {promised}, but it starts with {start!r}; rename or repack it",
                    path=path,
                    offset=0,
                    field="magic",
                    expected=MAGIC[promised],
                    got=start,
                )
            file = raw if not kind else DecompressedFile(_Decompressor(kind, raw, path))
            return _member_of_tar(path, file) if is_tar(file.peek(512)) else file
        except BaseException:
            raw.close()
            raise


def _member_of_tar(path: Path, archive: io.BufferedReader) -> DecompressedFile:
    """Return the only file of a tar archive, which is read twice: first to see whether there are others."""
    if not path.is_file():
        raise in_a_pipe(path, "tar", "tar -xO")
    with archive:
        name = only_name(path, archive)
    kind, raw = archive.raw.kind if isinstance(archive, DecompressedFile) else "", _open_buffered(path)
    again = DecompressedFile(_Decompressor(kind, raw, path)) if kind else raw
    return DecompressedFile(_Decompressor(".tar", again, path, named_in_tar(path, again, name)))


def _open_buffered(path: Path | int) -> io.BufferedReader:
    return io.BufferedReader(io.FileIO(path, closefd=not isinstance(path, int)), 1 << 20)


def _open_standard_input() -> io.BufferedReader:
    if sys.stdin is None:
        raise StorageError("-: there is no standard input", path="-")
    try:
        # a reader of its own: sys.stdin's lock, held by a thread that waits for a pipe, would abort the exit
        return _open_buffered(sys.stdin.fileno())
    except io.UnsupportedOperation:  # replaced by an object in memory
        return io.BufferedReader(io.BytesIO(sys.stdin.buffer.read()))


class PlainFile:
    """A file that several threads read at any place; it closes when nothing refers to it any more.

    Reading is as fast as mapping the file, and a file that is cut short meanwhile does not crash the process.
    """

    def __init__(self, path: type_of_path) -> None:
        self.path = path
        self._lock = threading.Lock()
        with reading_errors(path):
            self._file = io.FileIO(path)
            self.size = os.fstat(self._file.fileno()).st_size
        weakref.finalize(self, self._file.close)

    def read_at(self, place: int, memory: memoryview) -> int:
        """Fill ``memory`` with the bytes from ``place`` on, and return how many there were."""
        filled = 0
        with reading_errors(self.path):
            while filled < len(memory) and (count := self._read_some(place + filled, memory[filled:])):
                filled += count
        return filled

    def _read_some(self, place: int, memory: memoryview) -> int:
        if hasattr(os, "preadv"):
            return os.preadv(self._file.fileno(), [memory], place)
        with self._lock:  # Windows has no reading at a place
            self._file.seek(place)
            return self._file.readinto(memory) or 0


class DecompressedFile(io.BufferedReader):
    """The decompressed bytes of a compressed file."""

    raw: _Decompressor

    def __init__(self, raw: _Decompressor) -> None:
        super().__init__(raw, 1 << 20)

    @property
    def source_position(self) -> int:
        """The bytes of the file itself that were read."""
        return self.raw.source_position


class _Decompressor(io.RawIOBase):
    """A decompressing stream that closes its source (the standard library's do not), with fastvec's errors."""

    def __init__(self, kind: str, source: io.BufferedReader, path: Path, inner: Any = None) -> None:
        self.kind, self._source, self._path = kind, source, path
        self._errors = archive_errors if kind in (".zip", ".tar") else contextlib.nullcontext
        self._inner = _reader_of(kind, source, path) if inner is None else inner

    @property
    def source_position(self) -> int:
        if isinstance(self._source, DecompressedFile):
            return self._source.source_position
        return -1 if not self._source.seekable() else self._source.tell()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with reading_errors(self._path), self._errors(self._path):
            return int(self._inner.readinto(buffer))

    def close(self) -> None:
        self._inner.close()
        self._source.close()
        super().close()


def _reader_of(kind: str, source: io.BufferedReader, path: Path) -> Any:
    if kind == ".zip":
        return only_in_zip(path, source)
    if kind == ".gz":
        return gzip.GzipFile(fileobj=source)
    if kind == ".bz2":
        return bz2_streams(source)
    if kind == ".xz":
        return xz_streams(source)
    return _zstd().ZstdFile(source)


def _zstd() -> Any:
    try:
        from compression import zstd  # CPython 3.14 on
    except ImportError:
        try:
            from backports import zstd
        except ImportError:
            raise MissingPackageError.of(".zst files", "fastvec[zstd]") from None
    return zstd


@contextlib.contextmanager
def reading_errors(path: type_of_path) -> Iterator[None]:
    """Turn errors of the system and of decompressors while ``path`` is read into fastvec's."""
    try:
        yield
    except (FormatError, MissingPackageError, StorageError):
        raise
    except EOFError as error:
        raise FormatError(f"{path}: truncated: the compressed data end too early ({error})", path=path) from error
    except (zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise FormatError(f"{path}: damaged compressed data ({error})", path=path) from error
    except OSError as error:
        if error.errno is None:  # bz2 reports damage as an OSError without a number
            raise FormatError(f"{path}: damaged compressed data ({error})", path=path) from error
        raise StorageError.of(path, error) from error
    except Exception as error:
        if type(error).__name__ == "ZstdError":
            raise FormatError(f"{path}: damaged compressed data ({error})", path=path) from error
        raise


@contextlib.contextmanager
def content_errors(path: type_of_path) -> Iterator[None]:
    """Turn errors about what a file holds into a FormatError that names the file."""
    try:
        yield
    except (SettingError, FormatError) as error:
        if error.path is not None:
            raise
        where = {"offset": error.offset, "field": error.field, "expected": error.expected, "got": error.got}
        raise FormatError(f"{path}: {error}", path=path, **where) from error
