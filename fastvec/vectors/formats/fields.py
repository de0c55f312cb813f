"""Fields: a binary file read field by field, in memory that grows with its bytes, whatever they declare."""

from __future__ import annotations

import os
import struct
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.io.decompression import DecompressedFile, type_of_path
from fastvec.io.growing import grow, trim

CHUNK = 1 << 20
FLOAT = np.dtype("<f4")


class Fields:
    """A file that is read from its beginning to its end.

    Parameters
    ----------
    path : path
    stream : binary file
        The same file, opened; decompressed or not.
    mmap : bool
        Whether matrices of a file that is not compressed are mapped.
    """

    def __init__(self, path: type_of_path, stream: BinaryIO, *, mmap: bool = True) -> None:
        self.path, self.stream, self.mmap = path, stream, mmap
        self.offset = 0  # of the next field
        self._data, self._place = b"", 0  # what was read ahead, and the position of the next field in it
        # only a file that is not compressed has a known size and can be mapped
        plain = not isinstance(stream, DecompressedFile) and os.path.isfile(path)
        self.size = os.path.getsize(path) if plain else None

    def wrong(
        self, field: str, expected: object, found: object = None, *, shown: str | None = None, hint: str = ""
    ) -> FormatError:
        """Return the error for the field at the current offset."""
        return FormatError(
            path=self.path, offset=self.offset, field=field, expected=expected, got=found, shown=shown, hint=hint
        )

    def take(self, n: int, field: str) -> bytes:
        """Return the next n bytes."""
        while len(self._data) - self._place < n:
            self._read_on(field, f"{n} bytes")
        self._place += n
        self.offset += n
        return self._data[self._place - n : self._place]

    def unpack(self, layout: str, field: str) -> tuple[Any, ...]:
        """Return the next numbers, by a layout of the struct module."""
        return struct.unpack(layout, self.take(struct.calcsize(layout), field))

    def text(self, field: str, longest: int) -> bytes:
        """Return the bytes up to the next zero byte, and skip that."""
        while (end := self._data.find(b"\0", self._place)) < 0:
            if len(self._data) - self._place > longest:
                raise self.wrong(field, f"at most {longest} bytes and a zero", shown="more")
            self._read_on(field, "a zero byte")
        return self.take(end + 1 - self._place, field)[:-1]

    def check_room(self, n: int, field: str) -> None:
        """Refuse a field that declares more bytes than the file still has."""
        if self.size is not None and n > self.size - self.offset:
            raise self.wrong(field, f"at least {n} more bytes", self.size - self.offset, hint="truncated")

    def matrix(self, field: str, rows: int, columns: int) -> NDArray[np.float32]:
        """Return the next float32[rows, columns]: mapped (at any address), or read."""
        n = rows * columns * FLOAT.itemsize
        self.check_room(n, field)
        if self.size is None or not self.mmap:
            return self._read_matrix(field, rows * columns).reshape(rows, columns)
        start, self.offset = self.offset, self.offset + n
        self._data, self._place = b"", 0
        self.stream.seek(self.offset)
        if n == 0:
            return np.empty((rows, columns), np.float32)
        mapped = np.memmap(self.path, FLOAT, mode="r", offset=start, shape=(rows, columns))
        return mapped.view(np.ndarray)

    def end(self) -> None:
        """Refuse what follows the last field."""
        rest = self._data[self._place :] + self.stream.read(64)
        if rest:
            raise self.wrong("end", "no more bytes", rest[:40])

    def _read_on(self, field: str, expected: str) -> None:
        more = self.stream.read(CHUNK)
        if not more:
            raise self.wrong(field, expected, self._data[self._place :][:40], hint="truncated")
        self._data, self._place = self._data[self._place :] + more, 0

    def _read_matrix(self, field: str, n: int) -> NDArray[np.float32]:
        values, end = np.empty(0, FLOAT), 0
        while end < n:
            # a part at a time: the file may hold less than it declares
            start, end = end, min(end + CHUNK // FLOAT.itemsize, n)
            part = self.take((end - start) * FLOAT.itemsize, field)
            if end > len(values):
                grow(values, end)
            values[start:end] = np.frombuffer(part, FLOAT)
        trim(values, n)
        return values.astype(np.float32, copy=False)
