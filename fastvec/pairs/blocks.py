"""Encoding: blocks of (word, context[, weight]) to provisional ids and weights, by one worker."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence, Set
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels._text import PADDING, TokenBuffer
from fastvec.pairs.layout import Layout, csv_reader, plain, with_plain_weights
from fastvec.pairs.lines import NO_SPACE, Spans, cut_out, field_spans, keep_only, spans_between
from fastvec.text.encoding import Encoder
from fastvec.text.reading import NEWLINE, FileBlock, TextBlock

FIELDS = {2: "a word and a context", 3: "a word, a context and a weight"}
EITHER = f"{FIELDS[2]}, or {FIELDS[3]}"
WEIGHT = "a weight, finite and at least 0, after word and context"
NAMES = "words that are non-empty str"
OF_MANY = "fields=(0, 1) (--fields 0,1) takes these columns; of a file with a header it takes their names"
OF_ONE = "separator= (--separator) says what separates them, if neither white space nor a comma does"
OF_SPACES = (
    "names that hold spaces need tabs between them; a header needs fields= (--fields), the names of columns"
)
NO_SPACES = dict.fromkeys(map(ord, " \t\r\v\f"), NO_SPACE)
DIGITS = 10_000  # binary ones of a whole number: Python writes no longer ones

PairBlock = TextBlock | FileBlock | list[Any]


class Part(NamedTuple):
    """The pairs of a block: ids int32[n, 2] in its worker's numbering, weights, numbers of lines (or items)."""

    ids: NDArray[np.int32]
    weights: NDArray[np.float32] | None
    n_lines: int
    n_comments: int = 0


class NoPairError(Exception):
    """Line (or item) ``place`` of a block, from 0, is not a pair, or has other fields than the first pair."""

    def __init__(self, place: int, expected: str, found: Any, hint: str = "", shown: str | None = None) -> None:
        super().__init__(place, expected, found)
        self.place, self.expected, self.got, self.hint, self.shown = place, expected, found, hint, shown


def layout_of_items(chunk: list[Any]) -> Layout:
    """Return the layout of items: all have as many fields as the first."""
    return plain(len(_fields(chunk[0])))


def encode_pairs(block: PairBlock, layout: Layout, encoder: Encoder) -> Part:
    """Encode a block of lines, or of a caller's pairs, each of which must have this layout.

    Raises
    ------
    NoPairError
        If a line or item is wrong; the error is about the first one.
    """
    if isinstance(block, list):
        return _of_chunk(block, layout.n_fields, encoder)
    return _of_text(encoder.loaded(block), layout, encoder)


def checked_weights(values: NDArray[Any]) -> NDArray[np.float32]:
    """Return numbers as float32; raise ValueError if one is negative or not finite."""
    with np.errstate(over="ignore"):
        weights = values.astype(np.float32)
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise ValueError
    return weights


def _weights(values: list[Any], places: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float32]:
    try:
        return checked_weights(np.fromiter(map(float, values), np.float64))
    except (ValueError, TypeError, OverflowError):
        for i, value in enumerate(values):
            try:
                checked_weights(np.array([float(value)]))
            except (ValueError, TypeError, OverflowError):
                found = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
                raise NoPairError(int(places[i]), WEIGHT, found, _hint(found)) from None
        raise


def _hint(weight: Any) -> str:
    """Return what to do about a weight that is text."""
    try:
        float(weight)
    except (ValueError, TypeError, OverflowError):
        return OF_SPACES if isinstance(weight, str) else ""
    return ""


def _of_text(block: TextBlock, layout: Layout, encoder: Encoder) -> Part:
    """Encode lines of fields; blank lines are ignored."""
    n_comments = 0
    if layout.edge_data or layout.comment:
        block, n_comments = _simplified(block, layout)
    separator, raw = layout.separator, block.text
    if separator is not None and separator != b"\t" and raw.find(b'"', 0, block.size) >= 0:
        return _of_quoted(block, layout, encoder)._replace(n_comments=n_comments)
    text = np.frombuffer(raw, np.uint8, block.size)
    line_ends = np.flatnonzero(text == NEWLINE[0])
    # without other white space, tabs need not be told from it
    plain_tabs = separator == b"\t" and layout.is_plain
    is_spaced = separator is None or (
        plain_tabs and all(raw.find(blank, 0, block.size) < 0 for blank in (b" ", b"\v", b"\f"))
    )
    spans = (
        field_spans(text, line_ends) if is_spaced else spans_between(text, line_ends, separator, ragged=plain_tabs)
    )
    _check(spans, text, line_ends, layout)
    if not len(spans.lines):
        return Part(np.empty((0, 2), np.int32), None, len(line_ends), n_comments)
    starts, ends = (places.reshape(-1, layout.n_fields) for places in (spans.starts, spans.ends))
    names, weights = sorted(layout.columns[:2]), None
    for at in layout.columns[2:]:
        found = cut_out(text, starts[:, at], ends[:, at], between_spaces=is_spaced)
        weights = _weights(found, spans.lines)
    if not is_spaced or not layout.is_plain:
        keep_only(text, starts[:, names].ravel(), ends[:, names].ravel())
    ids = encoder.encode(block).ids.reshape(-1, 2)
    if layout.columns[0] > layout.columns[1]:
        ids = ids[:, ::-1]
    return Part(ids, weights, len(line_ends), n_comments)


def _check(spans: Spans, text: NDArray[np.uint8], line_ends: NDArray[np.int64], layout: Layout) -> None:
    """Raise for the first line that is no pair, or not laid out as the first one."""
    wrong = spans.lines[spans.n_fields != layout.n_fields] if layout.columns else spans.lines
    if len(wrong):
        raise _unlike(text, line_ends, int(wrong[0]), layout)
    for at in layout.columns[:2]:
        empty = np.flatnonzero(spans.starts[at :: layout.n_fields] == spans.ends[at :: layout.n_fields])
        if len(empty):
            raise _unlike(text, line_ends, int(spans.lines[empty[0]]), layout, NAMES)


def _simplified(block: TextBlock, layout: Layout) -> tuple[TextBlock, int]:
    """Return a block without comments and without the dicts of networkx, and the number of comments."""
    text, n_comments = bytes(block.text[: block.size]), 0
    if layout.comment:
        lines = text.split(NEWLINE)
        kept = [b"" if line.startswith(layout.comment) else line for line in lines]
        n_comments = sum(map(bool, lines)) - sum(map(bool, kept))
        text = NEWLINE.join(kept)
    if layout.edge_data:
        text = with_plain_weights(text, layout.separator)
    return TextBlock(bytearray(text + bytes(PADDING)), len(text)), n_comments


def _unlike(
    text: NDArray[np.uint8], line_ends: NDArray[np.int64], line: int, layout: Layout, expected: str = ""
) -> NoPairError:
    """Return the error for a line that is no pair, or not laid out as the first."""
    start = line_ends[line - 1] + 1 if line else 0
    found = text[start : line_ends[line]].tobytes().decode("utf-8", "surrogateescape").rstrip("\r")
    return _unlike_first(line, found, layout, expected)


def _unlike_first(place: int, line: str, layout: Layout, expected: str = "") -> NoPairError:
    if not layout.columns:
        return NoPairError(place, EITHER, line, OF_MANY if layout.n_fields > 3 else OF_ONE)
    if layout.n_fields > 3:
        return NoPairError(place, expected or f"{layout.n_fields} columns, as in the first line", line)
    return NoPairError(place, expected or FIELDS[len(layout.columns)], line)


def _of_quoted(block: TextBlock, layout: Layout, encoder: Encoder) -> Part:
    """Encode lines of which some have fields in quotes."""
    assert layout.separator is not None
    text = bytes(block.text[: block.size]).decode("utf-8", "surrogateescape")
    lines = [line.rstrip("\r") for line in text.split("\n")[:-1]]
    reader = csv_reader(lines, layout.separator)
    places: list[int] = []
    rows: list[list[str]] = []
    for place, line in enumerate(lines):
        try:
            parts = [part.strip() for part in next(reader)]
            if reader.line_num != place + 1:
                raise csv.Error("a field goes on in the next line")
        except csv.Error as error:
            raise NoPairError(place, "quotes that are closed on their line", line, str(error)) from None
        if not any(parts) and len(parts) < 2:
            continue
        if len(parts) != layout.n_fields or not layout.columns:
            raise _unlike_first(place, line, layout)
        if not all(parts[at] for at in layout.columns[:2]):
            raise NoPairError(place, NAMES, line)
        places.append(place)
        rows.append(parts)
    ids = np.empty((len(rows), 2), np.int32)
    add = encoder.table.add
    for side, at in enumerate(layout.columns[:2]):
        ids[:, side] = [add(row[at].translate(NO_SPACES)) for row in rows]
    weights = None
    for at in layout.columns[2:]:
        weights = _weights([row[at] for row in rows], places)
    return Part(ids, weights, len(lines))


def _of_chunk(chunk: list[Any], wanted: int, encoder: Encoder) -> Part:
    """Encode a caller's pairs a column at a time: a list for each pair would take six times as long."""
    try:
        if any(issubclass(kind, (str, bytes, bytearray, Mapping, Set)) for kind in set(map(type, chunk))):
            raise TypeError
        words, contexts, *others = zip(*chunk, strict=True)
        if wanted not in FIELDS or 2 + len(others) != wanted:
            raise ValueError
        tokens = TokenBuffer()
        tokens.add(words)
        tokens.add(contexts)
        if tokens.n_empty:
            raise ValueError
        ids = np.zeros(len(tokens), np.int32)
        encoder.table.encode_tokens(tokens, ids, encoder.stop)
        weights = checked_weights(np.fromiter(map(float, others[0]), np.float64)) if others else None
    except (TypeError, ValueError, OverflowError):
        _refuse_first(chunk, wanted)
        raise
    return Part(np.ascontiguousarray(ids.reshape(2, -1).T), weights, len(chunk))


def is_number(name: Any) -> bool:
    """Return whether a name is a whole number, Python's or NumPy's; bool is none."""
    is_whole = isinstance(name, Integral) and not isinstance(name, (bool, np.bool_))
    return is_whole and int(name).bit_length() < DIGITS


def _refuse_first(chunk: list[Any], wanted: int) -> None:
    """Raise for the first pair that is wrong."""
    for place, item in enumerate(chunk):
        pair = _fields(item)
        if wanted not in FIELDS or len(pair) != wanted:
            hint = "fields= takes some of many" if len(pair) > 3 else ""
            raise NoPairError(place, FIELDS.get(wanted, EITHER), pair or item, hint)
        for word in pair[:2]:
            if not is_number(word) and (not isinstance(word, str) or not word or not _encodes(word)):
                if isinstance(word, Integral) and int(word).bit_length() >= DIGITS:
                    raise NoPairError(place, NAMES, word, "it has too many digits", "a whole number")
                hint = "whole numbers are taken too, 1.0 is none" if isinstance(word, (float, np.floating)) else ""
                raise NoPairError(place, NAMES, word, hint)
        _weights(list(pair[2:]), [place])


def _fields(item: Any) -> tuple[Any, ...]:
    """Return the parts of an item; none if it has no order of its own, as a row with named fields."""
    wrong = isinstance(item, (str, bytes, bytearray, Mapping, Set)) or not isinstance(item, Iterable)
    return () if wrong else tuple(item)


def _encodes(word: str) -> bool:
    try:
        word.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True
