"""Files: open whatever is compressed, write all or nothing, map tensors."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import json
import lzma
import os
import stat
import sys
import tempfile
import threading
import time
import weakref
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from fastvec.errors import FormatError, StorageError

type_of_path = str | os.PathLike[str]

# the first bytes of each compressed format, and the suffix that promises it
MAGIC = {".gz": b"\x1f\x8b", ".bz2": b"BZh", ".xz": b"\xfd7zXZ\x00", ".zst": b"\x28\xb5\x2f\xfd"}


METADATA = "fastvec"  # the field of a safetensors file that holds all of fastvec's, as JSON


def open_decompressed(path: type_of_path) -> BinaryIO:
    """Open a file for reading; ``.gz``, ``.bz2``, ``.xz`` and ``.zst`` are decompressed on the way.

    The content decides, not the name; a name that promises a compression which the content does not have
    is an error, since reading it as text would train on noise. ``"-"`` is standard input.

    Raises
    ------
    StorageError
        The path cannot be opened.
    FormatError
        The suffix promises one format and the content is another; truncated and damaged data raise it while
        they are read.
    """
    path = Path(path)
    with reading_errors(path):
        raw = _open_standard_input() if str(path) == "-" else _open_buffered(path)
        try:
            start = raw.peek(8)[:8]
            kind = next((suffix for suffix, magic in MAGIC.items() if start.startswith(magic)), "")
            promised = path.suffix.lower()
            if promised in MAGIC and promised != kind:
                raise FormatError(
                    f"{path}: its name says {promised}, but it starts with {start!r}; rename or repack it",
                    path=path, offset=0, field="magic", expected=MAGIC[promised], found=start,
                )  # fmt: skip
            return raw if not kind else DecompressedFile(_Decompressor(kind, raw, path))
        except BaseException:
            raw.close()
            raise


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
    """A file that several threads read at any place; it closes when nobody holds it any more.

    Reading into memory at hand is as fast as mapping the file, and one that is cut short meanwhile is no crash.
    """

    def __init__(self, path: type_of_path) -> None:
        self.path = path
        self._lock = threading.Lock()
        with reading_errors(path):
            self._file = io.FileIO(path)
            self.size = os.fstat(self._file.fileno()).st_size
        weakref.finalize(self, self._file.close)

    def read_at(self, place: int, memory: memoryview) -> int:
        """Fill ``memory`` with the bytes from ``place`` on; return how many there were."""
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
    """A compressed file as the bytes inside it; ``source_position`` says how far the file itself is read."""

    raw: _Decompressor

    def __init__(self, raw: _Decompressor) -> None:
        super().__init__(raw, 1 << 20)

    @property
    def source_position(self) -> int:
        return self.raw.source_position


class _Decompressor(io.RawIOBase):
    """Closes the file beneath (the standard library's readers leave it open) and raises fastvec's errors."""

    def __init__(self, kind: str, source: io.BufferedReader, path: Path) -> None:
        self._source, self._path = source, path
        self._inner = _reader_of(kind, source)

    @property
    def source_position(self) -> int:
        return -1 if not self._source.seekable() else self._source.tell()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with reading_errors(self._path):
            return int(self._inner.readinto(buffer))

    def close(self) -> None:
        self._inner.close()
        self._source.close()
        super().close()


def _reader_of(kind: str, source: io.BufferedReader) -> Any:
    if kind == ".gz":
        return gzip.GzipFile(fileobj=source)
    if kind == ".bz2":
        return bz2.BZ2File(source)
    if kind == ".xz":
        return lzma.LZMAFile(source)
    return _zstd().ZstdFile(source)


def _zstd() -> Any:
    try:
        from compression import zstd  # CPython 3.14 on
    except ImportError:
        try:
            from backports import zstd
        except ImportError:
            raise StorageError("reading .zst needs one more package: pip install 'fastvec[zstd]'") from None
    return zstd


@contextlib.contextmanager
def reading_errors(path: type_of_path) -> Iterator[None]:
    """Turn what the system and the decompressors raise while ``path`` is read into fastvec's errors."""
    try:
        yield
    except (FormatError, StorageError):
        raise
    except EOFError as error:
        raise FormatError(f"{path}: truncated: the compressed data end too early ({error})", path=path) from error
    except (zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise FormatError(f"{path}: damaged compressed data ({error})", path=path) from error
    except OSError as error:
        if error.errno is None:  # bz2 reports damage as an OSError without a number
            raise FormatError(f"{path}: damaged compressed data ({error})", path=path) from error
        raise StorageError(f"{path}: {error.strerror or error}", path=path) from error
    except Exception as error:
        if type(error).__name__ == "ZstdError":
            raise FormatError(f"{path}: damaged compressed data ({error})", path=path) from error
        raise


def check_writable(path: type_of_path) -> None:
    """Fail now, not after hours of training, if ``path`` cannot be written.

    Raises
    ------
    StorageError
        The folder is missing or not writable, or ``path`` is a folder.
    """
    path = Path(path)
    if path.is_dir():
        raise StorageError(f"{path}: is a folder; name a file in it", path=path)
    if path.exists() and not path.is_file():
        raise StorageError(f"{path}: is no regular file, and would be replaced by one", path=path)
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise StorageError(f"{path}: cannot write there: {error.strerror or error}", path=path) from error


@contextlib.contextmanager
def atomic_path(path: type_of_path) -> Iterator[Path]:
    """Give a temporary sibling of ``path`` to write to; on success it is synced and renamed over ``path``.

    Whatever goes wrong inside, ``path`` keeps its old content and the sibling is removed. Where ``path`` is a
    link, the file it points to is replaced, not the link.
    """
    check_writable(path)
    target = Path(path).resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}-{time.monotonic_ns()}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        mode = part.stat().st_mode
        yield part
        os.chmod(part, stat.S_IMODE(mode))  # safetensors puts a file there that only its owner may read
        with open(part, "rb+") as written:
            os.fsync(written.fileno())
        os.replace(part, target)
        _sync_folder(target.parent)
    except OSError as error:
        if isinstance(error, StorageError):
            raise
        raise StorageError(f"{path}: {error.strerror or error}", path=path) from error
    finally:
        part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def save_tensors(path: type_of_path, tensors: Mapping[str, np.ndarray], metadata: Mapping[str, str]) -> None:
    """Write arrays and text fields as one safetensors file, all or nothing."""
    from safetensors.numpy import save_file

    contiguous = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    with atomic_path(path) as part:
        try:
            # one field: the library writes several in the order of a random hash, and files would differ
            save_file(contiguous, part, metadata={METADATA: json.dumps(dict(metadata), sort_keys=True)})
        except OSError:
            raise
        except Exception as error:  # SafetensorError wraps the system's error in text
            raise StorageError(f"{path}: could not be written: {error}", path=path) from error


def map_tensors(path: type_of_path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Map the arrays of a safetensors file, read-only, and read its text fields.

    The safetensors library checks the header (sizes against the file, no overlap, no gap) before anything
    is mapped; nothing is read until it is touched.

    Raises
    ------
    StorageError
        The file cannot be opened.
    FormatError
        It is not a sound safetensors file.
    """
    from safetensors import SafetensorError, safe_open

    with reading_errors(path):
        open(path, "rb").close()  # what the system says of a missing file is clearer
        try:
            with safe_open(path, framework="np") as checked:
                metadata = _unpacked(path, dict(checked.metadata() or {}))
        except SafetensorError as error:
            raise FormatError(f"{path}: not a sound safetensors file: {error}", path=path) from error
        with open(path, "rb") as file:
            header_bytes = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(header_bytes))
        data = 8 + header_bytes
        dtypes = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8", "U8": "|u1", "U64": "<u8"}
        tensors = {}
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            if entry["dtype"] not in dtypes:
                raise FormatError(
                    f"{path}: tensor {name!r} has the type {entry['dtype']}, which fastvec does not read",
                    path=path, field=name, expected=sorted(dtypes), found=entry["dtype"],
                )  # fmt: skip
            shape, dtype = tuple(entry["shape"]), np.dtype(dtypes[entry["dtype"]])
            start = data + entry["data_offsets"][0]
            if 0 in shape:  # an empty map is refused by the system
                tensors[name] = np.empty(shape, dtype)
            else:
                tensors[name] = np.memmap(path, dtype, mode="r", offset=start, shape=shape).view(np.ndarray)
    return tensors, metadata


def _unpacked(path: type_of_path, metadata: dict[str, str]) -> dict[str, str]:
    """The text fields that save_tensors packed into one; other programs' stay as they are."""
    if METADATA not in metadata:
        return metadata
    try:
        fields = json.loads(metadata[METADATA])
        if not all(isinstance(value, str) for value in fields.values()):
            raise ValueError("not all of them text")
    except (ValueError, AttributeError, RecursionError) as error:
        raise FormatError(
            f"{path}: metadata: expected text fields: {error}", path=path, field="metadata"
        ) from error
    return dict(fields)
