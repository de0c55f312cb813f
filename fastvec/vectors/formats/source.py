"""Source: a file or pipe opened once; its beginning is looked at, and then it is read, or kept as a file."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from fastvec.errors import FastvecError
from fastvec.io.decompression import DecompressedFile, open_decompressed, reading_errors, type_of_path
from fastvec.text.content import with_newlines

LOOKED_AT = 1 << 12  # bytes, for the kind of line ends
# control characters, which text has next to none of, and binary numbers have many of
CONTROLS = re.compile(rb"[\0-\x08\x0e-\x1f]")
START = 1 << 16  # bytes that are looked at


class Source:
    """A file that is read from its beginning to its end.

    Attributes
    ----------
    path : path
        ``"-"`` is standard input.
    start : bytes
        What it begins with; reading begins there too.
    size : int or None
        Its bytes; None if it is compressed or a pipe.
    """

    def __init__(self, path: type_of_path) -> None:
        self.path = path
        self._stream = _with_newlines(path, open_decompressed(path))
        self._plain = os.fspath(path) != "-" and os.path.isfile(path)
        known = self._plain and not isinstance(self._stream, DecompressedFile)
        self.size = os.path.getsize(path) if known else None
        self._ahead = memoryview(b"")
        self.start = self._read(START)
        self._ahead = memoryview(self.start)

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if kind is None or issubclass(kind, Exception):
            self._stream.close()  # after Ctrl-C a thread may still wait for a pipe, and closing would wait for it

    def skip(self, n: int) -> None:
        """Go on after the first ``n`` bytes of ``start``, before anything is read."""
        self._ahead = memoryview(self.start)[n:]

    def readinto(self, memory: memoryview) -> int:
        """Fill ``memory``; fewer bytes are read only at the end."""
        filled = min(len(memory), len(self._ahead))
        memory[:filled] = self._ahead[:filled]
        self._ahead = self._ahead[filled:]
        with reading_errors(self.path):
            while filled < len(memory):
                count = self._stream.readinto(memory[filled:])
                if not count:
                    break
                filled += count
        return filled

    @contextlib.contextmanager
    def as_file(self) -> Iterator[type_of_path]:
        """Give a path that can be opened: its own, or for a pipe that of a temporary copy."""
        if self._plain:
            self._stream.close()
            yield self.path
            return
        handle, name = tempfile.mkstemp(prefix="fastvec-")
        try:
            with reading_errors(self.path), open(handle, "wb") as copy:
                copy.write(self._ahead)
                shutil.copyfileobj(self._stream, copy, 1 << 20)
            with _named(name, os.fspath(self.path)):
                yield name
        finally:
            with contextlib.suppress(OSError):  # Windows keeps a file that is mapped
                os.unlink(name)

    def _read(self, n: int) -> bytes:
        memory = bytearray(n)
        with memoryview(memory) as view:
            filled = self.readinto(view)
        return bytes(memory[:filled])


def _with_newlines(path: type_of_path, stream: Any) -> Any:
    """Return text whose lines end in CR alone with LF; binary files have control characters, or lines."""
    with reading_errors(path):
        start = stream.peek(LOOKED_AT)[:LOOKED_AT]
    return stream if CONTROLS.search(start) else with_newlines(path, stream, start)


@contextlib.contextmanager
def _named(name: str, shown: str) -> Iterator[None]:
    """Let errors name the pipe, not the copy."""
    try:
        yield
    except FastvecError as error:
        if error.path == name:
            error.path = shown
            error.args = (str(error).replace(name, shown),)
        raise
