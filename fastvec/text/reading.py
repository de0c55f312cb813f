"""Reading: paths, patterns, standard input and iterables as blocks of text that end between two tokens."""

from __future__ import annotations

import errno
import glob
import os
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import groupby, islice, takewhile
from pathlib import Path
from typing import Any, BinaryIO

from fastvec.errors import CorpusError, SettingError, StorageError
from fastvec.io.decompression import DecompressedFile, PlainFile, reading_errors, type_of_path
from fastvec.kernels._text import PADDING
from fastvec.running.progress import OnProgress, Reporter
from fastvec.text.content import is_plain, open_text

BLOCK_BYTES = 1 << 20  # a longer token (or line) makes a longer block; 1 to 4 MiB are equally fast on one thread
MAX_TOKEN_BYTES = 1 << 31
WINDOW = 1 << 14  # bytes read at a time to find the end of a block
NEWLINE = b"\n"
WHITESPACE = b"\n \t\r\v\f"
TOO_LONG = "{}: a token (or line) is longer than 2 GiB"

Line = str | bytes | bytearray
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
class ItemBlock:
    """Some items of an iterable, each a line or a list of tokens; ``first`` is the number of the first."""

    items: list[Line | list[Any]]
    first: int


Block = TextBlock | FileBlock | ItemBlock


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


def open_source(source: Source, meter: Meter, *, whole_lines: bool = False) -> Iterator[Block]:
    """Check a source at once, and return its blocks, which are read as they are taken.

    Parameters
    ----------
    source : str, PathLike, list of PathLike, or iterable
        See :meth:`fastvec.Corpus.from_text`.
    meter : Meter
        Gets the number of bytes read; ``total`` where it is known.
    whole_lines : bool
        Blocks end at line ends only.

    Raises
    ------
    StorageError
        If a path is missing, is a folder, or cannot be read.
    FormatError
        While blocks are taken, if a compressed file is truncated, damaged or mislabelled.
    SettingError, CorpusError
        If the source, or an item of it, is not text.
    """
    paths = _paths_of(source)
    if paths is None:
        return _item_blocks(iter(source), meter, BLOCK_BYTES)  # type: ignore[arg-type]
    sizes = [_size_of(path) for path in paths]
    meter.total = None if None in sizes else sum(size for size in sizes if size is not None)
    sized = list(zip(paths, sizes, strict=True))
    return _text_blocks(sized, meter, NEWLINE if whole_lines else WHITESPACE, BLOCK_BYTES)


def open_files(source: Source, meter: Meter) -> Iterator[tuple[str, Iterator[TextBlock | FileBlock]]]:
    """Check the files that a source names at once, and return each with its blocks, which end at line ends.

    Parameters and errors are those of :func:`open_source`.
    """
    paths = _paths_of(source) or []
    sizes = [_size_of(path) for path in paths]
    meter.total = None if None in sizes else sum(size for size in sizes if size is not None)
    return (
        (path, _text_blocks([(path, size)], meter, NEWLINE, BLOCK_BYTES))
        for path, size in zip(paths, sizes, strict=True)
    )


def _paths_of(source: Source) -> list[str] | None:
    """Return the files that a source names, or None for an iterable of lines or lists of tokens."""
    if isinstance(source, (str, os.PathLike)):
        return _expand(source)
    if isinstance(source, (bytes, bytearray)) or not isinstance(source, Iterable):
        expected = "a path, paths, or an iterable of lines or lists of tokens"
        raise SettingError(field="source", expected=expected, got=source)
    if isinstance(source, Mapping):
        raise not_a_table(source, "lines", "give one of them, as in table['text']")
    if hasattr(source, "columns"):
        raise not_a_table(source.columns, "lines", "give one of them, as in table['text']")
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
        for path in _paths_of(source) or ():
            if os.path.exists(path) and os.path.samefile(output, path):
                raise SettingError(f"{output}: would overwrite the text; choose another path", field="save_to")


def not_a_table(columns: Iterable[Any], expected: str, hint: str) -> SettingError:
    """Return the error for a data frame, which iterates over the names of its columns."""
    names = ", ".join(map(repr, islice(columns, 5)))
    return SettingError(field="source", expected=expected, shown=f"a table with the columns {names}", hint=hint)


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


def _size_of(path: str) -> int | None:
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


class _Stream:
    """Files one after the other as one stream, in which the last line of each ends with a newline."""

    def __init__(self, paths: Iterator[str], meter: Meter) -> None:
        self.paths = paths
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
        self.file = open_text(self.path)
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


def _text_blocks(
    sized: list[tuple[str, int | None]], meter: Meter, cut_after: bytes, block_bytes: int
) -> Iterator[TextBlock | FileBlock]:
    """Yield large plain files as ranges, which several threads read at a time, and all else as one stream."""

    def is_in_ranges(file: tuple[str, int | None]) -> bool:
        path, size = file
        return size is not None and size >= 2 * block_bytes and is_plain(path)

    for in_ranges, files in groupby(sized, is_in_ranges):
        paths = (path for path, _ in files)
        if in_ranges:
            for path in takewhile(lambda _: not meter.stopped, paths):
                yield from _ranges(PlainFile(path), meter, cut_after, block_bytes)
            continue
        stream = _Stream(paths, meter)
        try:
            yield from _cut_blocks(stream, cut_after, block_bytes)
        finally:
            stream.close()


def _ranges(file: PlainFile, meter: Meter, cut_after: bytes, block_bytes: int) -> Iterator[TextBlock | FileBlock]:
    start, in_line, window = 0, False, bytearray(WINDOW)
    if file.read_at(0, memoryview(window)[: len(BOM_UTF8)]) == len(BOM_UTF8) and window.startswith(BOM_UTF8):
        start = len(BOM_UTF8)
    meter.done += start
    while start < file.size and not meter.stopped:
        end, in_line = _end_of_block(file, start, cut_after, block_bytes, window)
        meter.done += end - start
        yield FileBlock(file, start, end - start)
        start = end
    if start < file.size and in_line:  # stopped there
        yield TextBlock(bytearray(NEWLINE + bytes(PADDING)), 1)


def _end_of_block(
    file: PlainFile, start: int, cut_after: bytes, block_bytes: int, window: bytearray
) -> tuple[int, bool]:
    """Return where a block that begins at ``start`` ends, and whether that is within a line."""
    searched, size = start, block_bytes
    while True:
        if size > 2 * MAX_TOKEN_BYTES:
            raise CorpusError(TOO_LONG.format(file.path), path=file.path)
        if start + size >= file.size:
            return file.size, False
        end = start + size
        while end > searched:
            first = max(searched, end - len(window))
            found = _last_of(cut_after, window, file.read_at(first, memoryview(window)[: end - first]))
            if found:
                return first + found, window[found - 1] != NEWLINE[0]
            end = first
        searched, size = start + size, 2 * size


def _cut_blocks(stream: _Stream, cut_after: bytes, block_bytes: int) -> Iterator[TextBlock]:
    rest = bytearray()
    while True:
        size = max(block_bytes, 2 * len(rest))
        if size > 2 * MAX_TOKEN_BYTES:
            raise CorpusError(TOO_LONG.format(stream.path), path=stream.path)
        text = bytearray(size + PADDING)
        text[: len(rest)] = rest
        with memoryview(text) as view:
            filled = stream.fill(view[:size], len(rest))
        cut = filled if filled < size else _last_of(cut_after, text, filled)
        if cut:
            yield TextBlock(text, cut)
        if filled < size:
            return
        rest = text[cut:filled]


def _last_of(characters: bytes, text: bytearray, end: int) -> int:
    """Return where the last of these characters in text[:end] ends; 0: there is none."""
    window = 1 << 12
    while True:  # six searches through all of the text would cost as much as encoding it
        start = max(0, end - window)
        found = max(text.rfind(character, start, end) for character in characters)
        if found >= 0 or start == 0:
            return found + 1
        window *= 16


def _item_blocks(items: Iterator[Any], meter: Meter, block_bytes: int) -> Iterator[ItemBlock]:
    first, size, block = 0, 0, []
    for number, item in enumerate(items):
        if meter.stopped:
            break
        checked = _checked_item(item, number)
        block.append(checked)
        # a token costs about as much as 64 bytes of text
        cost = len(checked) if isinstance(checked, (str, bytes, bytearray)) else 64 * len(checked)
        size += cost + 1
        meter.done += cost
        if size >= block_bytes:
            yield ItemBlock(block, first)
            first, size, block = number + 1, 0, []
    if block:
        yield ItemBlock(block, first)


def _checked_item(item: Any, number: int) -> Line | list[Any]:
    if isinstance(item, (str, bytes, bytearray)):
        return item
    field, expected = f"source: item {number}", "a line or a list of tokens"
    if isinstance(item, Mapping):
        keys = ", ".join(map(repr, islice(item, 5)))
        hint = "give the text of each row, as in (row['text'] for row in rows)"
        raise CorpusError(
            field=field, expected=expected, got=item, shown=f"a row with the fields {keys}", hint=hint
        )
    if isinstance(item, Set):
        raise CorpusError(field=field, expected=expected, got=item, shown="a set, which has no order")
    if isinstance(item, Iterable) and not isinstance(item, os.PathLike):
        return list(item)
    raise CorpusError(field=field, expected=expected, got=item)
