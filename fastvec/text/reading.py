"""Reading: files, patterns and standard input as blocks of text that end between two tokens."""

from __future__ import annotations

import errno
import glob
import os
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, takewhile
from pathlib import Path
from typing import Any, BinaryIO

from fastvec.errors import CorpusError, SettingError, StorageError
from fastvec.io.decompression import DecompressedFile, PlainFile, reading_errors, type_of_path
from fastvec.io.limits import LINE_BYTES, TEXT_LINE_BYTES, TOKEN_BYTES
from fastvec.kernels._text import PADDING
from fastvec.running.progress import OnProgress, Reporter
from fastvec.text.content import is_plain, open_text

BLOCK_BYTES = 1 << 20  # a longer token (or line) makes a longer block; 1 to 4 MiB are equally fast on one thread
WINDOW = 1 << 14  # bytes read at a time to find the end of a block
NEWLINE = b"\n"
WHITESPACE = b"\n \t\r\v\f"

Source = type_of_path | Iterable[Any]


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Whole tokens of text; its last line may go on in the next block.

    Attributes
    ----------
    text : bytearray
        ``size`` bytes and at least PADDING more.
    size : int
    """

    text: bytearray
    size: int


@dataclass(frozen=True, slots=True)
class FileBlock:
    """Whole tokens of a file, ``size`` bytes from ``start`` on, read by the thread that gets the block."""

    file: PlainFile
    start: int
    size: int

    def read(self, buffer: bytearray) -> TextBlock:
        """Return the text, in ``buffer`` or a longer one; the last line of a file ends with a newline."""
        if len(buffer) <= self.size + PADDING:
            buffer = bytearray(self.size + 1 + PADDING)
        with memoryview(buffer) as view:
            filled = self.file.read_at(self.start, view[: self.size])
        is_last = filled < self.size or self.start + self.size == self.file.size
        if is_last and filled and buffer[filled - 1] != NEWLINE[0]:
            buffer[filled] = NEWLINE[0]
            filled += 1
        return TextBlock(buffer, filled)


@dataclass(frozen=True, slots=True)
class Cut:
    """Where blocks end: after one of some characters, about every so many bytes.

    A longer token (or line) makes a longer block, up to ``longest`` bytes and the character after them.
    """

    after: bytes
    block_bytes: int
    longest: int

    def longer(self, size: int, path: type_of_path) -> int:
        """Return the size to try next, if a block of ``size`` bytes has no place to end."""
        if size > self.longest:
            what = "of a line" if self.after == NEWLINE else "without white space"
            expected, hint = f"at most {self.longest:,} bytes {what}", "is this text?"
            raise CorpusError(path=path, field="text", expected=expected, shown="more", hint=hint)
        return min(2 * size, self.longest + 1)


@dataclass(slots=True)
class Meter:
    """How much is read, and whether reading must stop."""

    done: int = 0
    total: int | None = None
    stopped: bool = False

    def reporting(self, on_progress: OnProgress | None) -> Callable[[], None]:
        """Return a function that reports how much is read; reading stops if ``on_progress`` returns False."""
        reporter = Reporter(on_progress, partial=True)
        reporter.begin("reading", "B", self.total, lambda: self.done)

        def report() -> None:
            if not reporter.report():
                self.stopped = True  # blocks that are being read are finished, so there is no gap

        return report


def text_blocks(
    paths: list[str],
    meter: Meter,
    *,
    whole_lines: bool = False,
    longest: int | None = None,
    encoding: str | None = None,
) -> Iterator[TextBlock | FileBlock]:
    """Check files at once, and return their blocks, which are read as they are taken.

    Parameters
    ----------
    paths : list of str
        See :func:`paths_of`.
    meter : Meter
        Gets the number of bytes read; ``total`` where it is known.
    whole_lines : bool
        Blocks end at line ends only.
    longest : int, optional
        The most bytes that may lie between two places where blocks may end. None: TEXT_LINE_BYTES of a line,
        TOKEN_BYTES without white space.
    encoding : str, optional
        See :func:`fastvec.text.content.open_text`.

    Raises
    ------
    StorageError
        If a path is a folder, or cannot be read.
    FormatError
        While blocks are taken, if a file is not text, or a compressed one truncated, damaged or mislabelled.
    CorpusError
        While blocks are taken, if a token or line is longer than the limit.
    """
    sizes = [size_of(path) for path in paths]
    meter.total = total_size(sizes)
    if longest is None:
        longest = TEXT_LINE_BYTES if whole_lines else TOKEN_BYTES
    cut = Cut(NEWLINE if whole_lines else WHITESPACE, BLOCK_BYTES, longest)
    return _blocks(list(zip(paths, sizes, strict=True)), meter, cut, encoding)


def open_files(
    paths: list[str], meter: Meter, encoding: str | None = None
) -> Iterator[tuple[str, Iterator[TextBlock | FileBlock]]]:
    """Check files at once, and return each with its blocks, which end at line ends of at most LINE_BYTES.

    Parameters and errors are those of :func:`text_blocks`.
    """
    sizes = [size_of(path) for path in paths]
    meter.total = total_size(sizes)
    cut = Cut(NEWLINE, BLOCK_BYTES, LINE_BYTES)
    return ((path, _blocks([(path, size)], meter, cut, encoding)) for path, size in zip(paths, sizes, strict=True))


def paths_of(source: Source) -> list[str] | None:
    """Return the files that a source names, or None if it is something else.

    Raises
    ------
    StorageError
        If a path is missing.
    SettingError
        If it is a mix of paths and lines, or names of files that would be read as lines.
    """
    if isinstance(source, (str, os.PathLike)):
        return _expand(source)
    if not isinstance(source, (list, tuple)) or not source:
        return None
    if all(isinstance(item, os.PathLike) for item in source):
        return [path for item in source for path in _expand(item)]
    if any(isinstance(item, os.PathLike) for item in source[:1000]):
        raise SettingError(field="source", expected="Path objects only, or lines only", shown="a mix of both")
    if isinstance(source[0], str) and os.path.isfile(source[0]):
        hint = "give [Path(name) for name in ...] to read files, iter(...) if these are lines"
        message = f"source: a list of str is read as lines, but {source[0]!r} is a file; {hint}"
        raise SettingError(message, field="source", got=source[0])
    return None


def check_not_read(output: type_of_path, source: Source) -> None:
    """Raise if an output is one of the files that a source names: it would be overwritten."""
    if os.path.exists(output):
        for path in paths_of(source) or ():
            if os.path.exists(path) and os.path.samefile(output, path):
                raise SettingError(f"{output}: would overwrite the text; choose another path", field="save_to")


def _expand(path: type_of_path) -> list[str]:
    path = os.fspath(path)
    if path == "-" or os.path.exists(path):
        return [path]
    if not glob.has_magic(path):
        hint = "; to give the text itself, put its lines in a list" if len(path.split()) > 3 else ""
        raise StorageError(f"{path[:200]}: no such file{hint}", path=path, errno=errno.ENOENT)
    found = sorted(name for name in glob.glob(path, recursive=True) if not os.path.isdir(name))
    if not found:
        raise StorageError(f"{path}: no file matches this pattern", path=path, errno=errno.ENOENT)
    return found


def size_of(path: str) -> int | None:
    """Return the size of a file, None for a pipe; raise if it may not be opened."""
    if path == "-":
        return None
    with reading_errors(path):
        if os.path.isdir(path):
            message = f"{path}: is a folder; to read its files give {Path(path, '*.txt')}"
            raise StorageError(message, path=path, errno=errno.EISDIR)
        # a file that may not be opened raises before anything is read; a pipe can be opened only once
        if os.path.isfile(path):
            open(path, "rb").close()
            return os.path.getsize(path)
    return None


def total_size(sizes: list[int | None]) -> int | None:
    """Return the sum; None if one is not known."""
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


class _Stream:
    """Files one after the other as one stream, in which the last line of each ends with a newline."""

    def __init__(self, paths: Iterator[str], meter: Meter, encoding: str | None) -> None:
        self.paths = paths
        self.encoding = encoding
        self.meter = meter
        self.file: BinaryIO | None = None
        self.path = ""
        self.start = b""  # of the file, read to see whether it is a byte order mark
        self.before = meter.done  # bytes of the files before this one
        self.in_line = False

    def fill(self, text: memoryview, filled: int) -> int:
        """Fill text[filled:]; return where the bytes end, before the end of text only if no file is left."""
        while filled < len(text):
            if self.file is None and not self._open_next():
                break
            count = self._read_into(text[filled:])
            filled += count
            if count:
                self.in_line = text[filled - 1] != NEWLINE[0]
            else:
                self.close()
                if self.in_line:
                    text[filled] = NEWLINE[0]
                    filled += 1
                    self.in_line = False
        return filled

    def _open_next(self) -> bool:
        self.path = "" if self.meter.stopped else next(self.paths, "")
        if not self.path:
            return False
        self.file = open_text(self.path, self.encoding)
        with reading_errors(self.path):
            self.start = self.file.read(len(BOM_UTF8))
        self.meter.done += len(self.start)
        self.start = self.start.removeprefix(BOM_UTF8)
        return True

    def _read_into(self, text: memoryview) -> int:
        assert self.file is not None
        if self.start:
            count = min(len(self.start), len(text))
            text[:count], self.start = self.start[:count], self.start[count:]
            return count
        if self.meter.stopped:
            return 0
        with reading_errors(self.path):
            count = self.file.readinto(text)  # type: ignore[attr-defined]
            if isinstance(self.file, DecompressedFile):
                self.meter.done = self.before + max(0, self.file.source_position)
            else:
                self.meter.done += count
        return int(count)

    def close(self) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None
            self.before = self.meter.done


def _blocks(
    sized: list[tuple[str, int | None]], meter: Meter, cut: Cut, encoding: str | None
) -> Iterator[TextBlock | FileBlock]:
    """Yield large plain files as ranges, which several threads read at a time, and all else as one stream."""

    def is_in_ranges(file: tuple[str, int | None]) -> bool:
        path, size = file
        return size is not None and size >= 2 * cut.block_bytes and is_plain(path, encoding)

    for in_ranges, files in groupby(sized, is_in_ranges):
        paths = (path for path, _ in files)
        if in_ranges:
            for path in takewhile(lambda _: not meter.stopped, paths):
                yield from _ranges(PlainFile(path), meter, cut)
            continue
        stream = _Stream(paths, meter, encoding)
        try:
            yield from _cut_blocks(stream, cut)
        finally:
            stream.close()


def _ranges(file: PlainFile, meter: Meter, cut: Cut) -> Iterator[TextBlock | FileBlock]:
    start, in_line, window = 0, False, bytearray(WINDOW)
    if file.read_at(0, memoryview(window)[: len(BOM_UTF8)]) == len(BOM_UTF8) and window.startswith(BOM_UTF8):
        start = len(BOM_UTF8)
    meter.done += start
    while start < file.size and not meter.stopped:
        end, in_line = _end_of_block(file, start, cut, window)
        meter.done += end - start
        yield FileBlock(file, start, end - start)
        start = end
    if start < file.size and in_line:  # stopped there
        yield TextBlock(bytearray(NEWLINE + bytes(PADDING)), 1)


def _end_of_block(file: PlainFile, start: int, cut: Cut, window: bytearray) -> tuple[int, bool]:
    """Return where a block that begins at ``start`` ends, and whether that is within a line."""
    searched, size = start, min(cut.block_bytes, cut.longest + 1)
    while True:
        if start + size >= file.size:
            return file.size, False
        end = start + size
        while end > searched:
            first = max(searched, end - len(window))
            found = _last_of(cut.after, window, file.read_at(first, memoryview(window)[: end - first]))
            if found:
                return first + found, window[found - 1] != NEWLINE[0]
            end = first
        searched, size = start + size, cut.longer(size, file.path)


def _cut_blocks(stream: _Stream, cut: Cut) -> Iterator[TextBlock]:
    rest, size = bytearray(), min(cut.block_bytes, cut.longest + 1)
    while True:
        text = bytearray(size + PADDING)
        text[: len(rest)] = rest
        with memoryview(text) as view:
            filled = stream.fill(view[:size], len(rest))
        end = filled if filled < size else _last_of(cut.after, text, filled)
        if end:
            yield TextBlock(text, end)
        if filled < size:
            return
        rest = text[end:filled]
        size = min(max(cut.block_bytes, 2 * len(rest)), cut.longest + 1) if end else cut.longer(size, stream.path)


def _last_of(characters: bytes, text: bytearray, end: int) -> int:
    """Return where the last of these characters in text[:end] ends; 0: there is none."""
    window = 1 << 12
    while True:  # six searches through all of the text would cost as much as encoding it
        start = max(0, end - window)
        found = max(text.rfind(character, start, end) for character in characters)
        if found >= 0 or start == 0:
            return found + 1
        window *= 16
