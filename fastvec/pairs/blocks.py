"""Encoding: blocks of (word, context[, weight]) to provisional ids and weights, by one worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.text.encoding import Encoder
from fastvec.text.reading import NEWLINE, WHITESPACE, FileBlock, TextBlock

BLANK = np.isin(np.arange(256), list(WHITESPACE))
FIELDS = {2: "a word and a context", 3: "a word, a context and a weight"}
EITHER = f"{FIELDS[2]}, or {FIELDS[3]}"
WEIGHT = "a weight, finite and at least 0, after word and context"


PairBlock = TextBlock | FileBlock | list[Any]


class Part(NamedTuple):
    """The pairs of a block: ids int32[n, 2] in its worker's numbering, weights, the number of lines or items."""

    ids: NDArray[np.int32]
    weights: NDArray[np.float32] | None
    n_lines: int


class NoPairError(Exception):
    """Line (or item) ``place`` of a block, from 0, is not a pair, or has other fields than the first pair."""

    def __init__(self, place: int, expected: str, found: Any) -> None:
        super().__init__(place, expected, found)
        self.place, self.expected, self.got = place, expected, found


def fields_of_first(block: PairBlock) -> int:
    """Return the number of fields of the first pair of a block; 0: there is none."""
    if isinstance(block, FileBlock):
        block = block.read(bytearray())
    if isinstance(block, TextBlock):
        return len(bytes(block.text[: block.size]).lstrip(WHITESPACE).partition(NEWLINE)[0].split())
    return len(_fields(block[0]))


def encode_pairs(block: PairBlock, n_fields: int, encoder: Encoder) -> Part:
    """Encode a block of lines, or of a caller's pairs, each of which must have ``n_fields``.

    Raises
    ------
    NoPairError
        If a line or item is wrong; the error is about the first one.
    """
    if isinstance(block, list):
        return _of_chunk(block, n_fields, encoder)
    return _of_text(encoder.loaded(block), n_fields, encoder)


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
                raise NoPairError(int(places[i]), WEIGHT, found) from None
        raise


def _of_text(block: TextBlock, wanted: int, encoder: Encoder) -> Part:
    """Encode lines of two or three fields with white space between them; blank lines are ignored."""
    text = np.frombuffer(block.text, np.uint8, block.size)
    blank = np.concatenate([[True], BLANK[text]])
    edges = np.flatnonzero(blank[1:] != blank[:-1])
    starts, ends = edges[0::2], edges[1::2]  # of the fields
    line_ends = np.flatnonzero(text == NEWLINE[0])
    n_fields = np.diff(np.searchsorted(starts, line_ends), prepend=0)
    lines = np.flatnonzero(n_fields)
    wrong = lines[n_fields[lines] != wanted] if wanted in FIELDS else lines
    if len(wrong):
        line = int(wrong[0])
        start = line_ends[line - 1] + 1 if line else 0
        found = text[start : line_ends[line]].tobytes().decode("utf-8", "surrogateescape")
        raise NoPairError(line, FIELDS.get(wanted, EITHER), found.rstrip("\r"))
    weights = None
    if wanted == 3:
        weights = _cut_weights(text, starts[2::3], ends[2::3], lines)
    return Part(encoder.encode(block).ids.reshape(-1, 2), weights, len(line_ends))


def _cut_weights(
    text: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], lines: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return text[starts[i]:ends[i]] as weights, and overwrite it with spaces."""
    steps = np.zeros(len(text) + 1, np.int8)
    steps[starts], steps[ends] = 1, -1
    inside = np.cumsum(steps[:-1], dtype=np.int8).view(np.bool_)
    steps[ends] = 1
    digits = text[inside | (steps[:-1] == 1)]  # with the character after each, which is white space
    weights = _weights(digits.tobytes().split(), lines)
    text[inside] = ord(" ")
    return weights


def _of_chunk(chunk: list[Any], wanted: int, encoder: Encoder) -> Part:
    """Encode a caller's pairs a column at a time: a list for each pair would take six times as long."""
    try:
        if any(issubclass(kind, (str, bytes, bytearray, Mapping, Set)) for kind in set(map(type, chunk))):
            raise TypeError
        words, contexts, *others = zip(*chunk, strict=True)
        if wanted not in FIELDS or 2 + len(others) != wanted:
            raise ValueError
        add = encoder.table.add
        ids = np.empty((len(chunk), 2), np.int32)
        ids[:, 0] = [add(word) for word in words]
        ids[:, 1] = [add(context) for context in contexts]
        weights = checked_weights(np.fromiter(map(float, others[0]), np.float64)) if others else None
    except (TypeError, ValueError, OverflowError):
        _refuse_first(chunk, wanted)
        raise
    return Part(ids, weights, len(chunk))


def _refuse_first(chunk: list[Any], wanted: int) -> None:
    """Raise for the first pair that is wrong."""
    for place, item in enumerate(chunk):
        pair = _fields(item)
        if wanted not in FIELDS or len(pair) != wanted:
            raise NoPairError(place, FIELDS.get(wanted, EITHER), pair or item)
        for word in pair[:2]:
            if not isinstance(word, str) or not word or not _encodes(word):
                raise NoPairError(place, "words that are non-empty str", word)
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
