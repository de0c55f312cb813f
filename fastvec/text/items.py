"""Items of an iterable, lines or lists of tokens, as blocks: of bytes where possible, not of Python strings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from fastvec.errors import CorpusError
from fastvec.kernels._text import PADDING, NoTokenError, TokenBuffer
from fastvec.text import reading
from fastvec.text.reading import FileBlock, Meter, TextBlock

Line = str | bytes | bytearray
LINES = (str, bytes, bytearray)


@dataclass(slots=True)
class TokenBlock:
    """Lists of tokens, one after the other; ``ends[i]`` tokens are in the first i + 1 of them."""

    tokens: TokenBuffer = field(default_factory=TokenBuffer)
    ends: list[int] = field(default_factory=list)

    def add(self, tokens: Iterable[Any], place: str) -> None:
        """Append a list; CorpusError names ``place`` if something in it is not a token."""
        try:
            self.tokens.add(tokens)
        except NoTokenError as error:
            hint = "token.decode() makes a str of bytes" if isinstance(error.token, bytes) else ""
            expected = "tokens that are str or whole numbers"
            raise CorpusError(field=place, expected=expected, got=error.token, hint=hint) from None
        except UnicodeEncodeError as error:
            expected = "tokens that UTF-8 can hold"
            raise CorpusError(field=place, expected=expected, got=error.object) from error
        self.ends.append(len(self.tokens))


@dataclass(frozen=True, slots=True)
class ItemBlock:
    """Items for a function, which makes tokens of each."""

    items: list[Any]


Block = TextBlock | FileBlock | TokenBlock | ItemBlock


def item_blocks(
    items: Iterable[Any], meter: Meter, *, whole: bool = False, first: int = 0, path: str | None = None
) -> Iterator[TextBlock | TokenBlock | ItemBlock]:
    """Yield items, whose numbers begin at ``first``; ``whole``: as they are, for a function that makes tokens."""
    return _wholes(iter(items), meter) if whole else _gathered(enumerate(items, first), meter, path)


def _wholes(items: Iterator[Any], meter: Meter) -> Iterator[ItemBlock]:
    """Yield blocks of a few items: a function may take long, and a row may be long."""
    while not meter.stopped and (block := list(islice(items, 256))):
        meter.done += sum(len(item) if isinstance(item, LINES) else 64 for item in block)
        yield ItemBlock(block)


def _gathered(
    items: Iterator[tuple[int, Any]], meter: Meter, path: str | None
) -> Iterator[TextBlock | TokenBlock]:
    lines: list[bytes] = []
    lists, size = TokenBlock(), 0
    for number, item in items:
        if meter.stopped:
            break
        if isinstance(item, LINES):
            if lists.ends:
                yield lists
                lists, size = TokenBlock(), 0
            lines.append(_line_bytes(item, number))
            count = len(lines[-1])
        else:
            if lines:
                yield _joined(lines)
                lines, size = [], 0
            before = lists.tokens.nbytes
            lists.add(_tokens_of(item, number, path), _place(number, path))
            count = lists.tokens.nbytes - before
        size += count
        meter.done += count
        if size >= reading.BLOCK_BYTES:
            yield _joined(lines) if lines else lists
            lines, lists, size = [], TokenBlock(), 0
    if lines or lists.ends:
        yield _joined(lines) if lines else lists


def _line_bytes(line: Line, number: int) -> bytes:
    try:
        data = line.encode("utf-8", "surrogateescape") if isinstance(line, str) else bytes(line)
    except UnicodeEncodeError as error:
        came, hint = error.object[error.start : error.end], "line.encode('utf-8', 'replace') replaces it"
        expected = "a line that UTF-8 can hold"
        raise CorpusError(field=f"source: item {number}", expected=expected, got=came, hint=hint) from error
    if not isinstance(line, str) and b"\0" in data:
        hint = "give the path of a file, which is looked at, or str lines"
        raise CorpusError(field=f"source: item {number}", expected="a line of UTF-8", got=data[:40], hint=hint)
    return data.removesuffix(b"\n").replace(b"\n", b" ") + b"\n"


def _joined(lines: list[bytes]) -> TextBlock:
    text = bytearray(b"".join(lines))
    size = len(text)
    return TextBlock(text + bytes(PADDING), size)


def _tokens_of(item: Any, number: int, path: str | None) -> Iterable[Any]:
    """Return an item that is a list of tokens, or raise."""
    if isinstance(item, (list, tuple)):
        return item
    if isinstance(item, Iterable) and not isinstance(item, (Mapping, Set, os.PathLike)):
        return item
    raise no_line(item, number, path)


def no_line(item: Any, number: int, path: str | None = None) -> CorpusError:
    """Return the error for an item that is neither a line nor a list of tokens."""
    shown, hint = None, ""
    if isinstance(item, Mapping):
        shown = f"a row with the fields {', '.join(map(repr, islice(item, 12)))}"
        hint = f"field={'text' if 'text' in item or not item else next(iter(item))!r} reads one of them"
    elif isinstance(item, Set):
        shown = "a set, which has no order"
    elif item is None or isinstance(item, float):
        hint = "leave out the rows that have no text"
    expected = "a line or a list of tokens"
    return CorpusError(field=_place(number, path), expected=expected, got=item, shown=shown, hint=hint)


def _place(number: int, path: str | None) -> str:
    """Return what to call an item, which is a row if it is of a file."""
    return f"source: item {number}" if path is None else f"{path}: row {number + 1}"
