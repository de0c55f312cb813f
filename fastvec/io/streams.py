"""Compressed streams one after the other, in which nothing that is damaged or left over is ignored.

``lzma.LZMAFile`` and ``bz2.BZ2File`` end without a word where the second stream of a file is damaged, or where
other bytes follow the first one. pixz, pbzip2 and ``cat`` make files of many streams.
"""

from __future__ import annotations

import bz2
import lzma
from collections.abc import Callable
from typing import Any, BinaryIO, TypeAlias

from fastvec.io.limits import XZ_MEMORY

Decompressor: TypeAlias = "lzma.LZMADecompressor | bz2.BZ2Decompressor"
READ = 1 << 16  # bytes of the file at a time
PADDING = 4  # zero bytes between and after xz streams come in fours (the .xz file format 1.2, section 2.2)


class ConcatenatedStreams:
    """The bytes of all streams of a file, read from the front.

    Parameters
    ----------
    source : binary file
    new : callable
        Makes the decompressor of a stream.
    padding : int
        Zero bytes may stand between streams, in multiples of this; 0: none may.
    """

    def __init__(self, source: BinaryIO, new: Callable[[], Decompressor], padding: int) -> None:
        self._source, self._new, self._padding = source, new, padding
        self._stream = new()
        self._ahead = b""  # read, but not given to a stream yet

    def readinto(self, buffer: Any) -> int:
        """Fill a part of ``buffer``, and return how much; 0 at the end of a sound file."""
        with memoryview(buffer) as view:
            while True:
                if self._stream.eof and not self._begin_next():
                    return 0
                data = self._decompressed(len(view))
                if data:
                    view[: len(data)] = data
                    return len(data)

    def _decompressed(self, most: int) -> bytes:
        given, self._ahead = self._ahead, b""
        if not given and self._stream.needs_input:
            given = self._source.read(READ)
            if not given:
                raise EOFError("within a stream")
        return self._stream.decompress(given, most)

    def _begin_next(self) -> bool:
        """Begin the stream after the one that has ended; False: the file ends there, as it may."""
        self._ahead, n_zeros = self._stream.unused_data, 0
        while self._ahead or (more := self._source.read(READ)):
            self._ahead = self._ahead or more
            rest = self._ahead.lstrip(b"\0") if self._padding else self._ahead
            n_zeros += len(self._ahead) - len(rest)
            self._ahead = rest
            if rest:
                break
        if self._padding and n_zeros % self._padding:
            raise lzma.LZMAError(f"{n_zeros} zero bytes after a stream; they come in fours")
        if not self._ahead:
            return False
        self._stream = self._new()
        return True

    def close(self) -> None:
        """Do nothing: who opened the file closes it."""


def xz_streams(source: BinaryIO) -> ConcatenatedStreams:
    """Return the content of an ``.xz`` file; zero bytes may follow each of its streams, in multiples of four."""
    return ConcatenatedStreams(source, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, XZ_MEMORY), PADDING)


def bz2_streams(source: BinaryIO) -> ConcatenatedStreams:
    """Return the content of a ``.bz2`` file; the format knows no padding, so nothing may follow but a stream."""
    return ConcatenatedStreams(source, bz2.BZ2Decompressor, 0)
