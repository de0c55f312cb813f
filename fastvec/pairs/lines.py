"""Lines as arrays: where the fields of a block of text begin and end, and what of it is encoded."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.text.reading import NEWLINE, WHITESPACE

BLANK = np.isin(np.arange(256), list(WHITESPACE))
# stands for white space within a name until words are final: the encoder cuts at spaces. It is white space too
# (ASCII's unit separator, at which str.split() cuts), so no name is mistaken for another
NO_SPACE = 0x1F


class Spans(NamedTuple):
    """Fields of lines.

    Attributes
    ----------
    lines : int64[L]
        The numbers of those that are not blank.
    n_fields : int64[L]
        The number of fields of each.
    starts, ends : int64[sum of n_fields]
        Field i is text[starts[i]:ends[i]], without white space at its ends.
    """

    lines: NDArray[np.int64]
    n_fields: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def field_spans(text: NDArray[np.uint8], line_ends: NDArray[np.int64]) -> Spans:
    """Return the fields of lines, with white space between them."""
    blank = np.concatenate([[True], BLANK[text]])
    edges = np.flatnonzero(blank[1:] != blank[:-1])
    starts, ends = edges[0::2], edges[1::2]
    n_fields = np.diff(np.searchsorted(starts, line_ends), prepend=0)
    lines = np.flatnonzero(n_fields)
    return Spans(lines, n_fields[lines], starts, ends)


def spans_between(
    text: NDArray[np.uint8], line_ends: NDArray[np.int64], separator: bytes | None, *, ragged: bool = False
) -> Spans:
    """Return the fields of lines, with one separator between two; they may hold spaces, and be empty.

    ``ragged``: separators after the last field that is not empty are ignored.
    """
    assert separator is not None
    ink = np.flatnonzero(~BLANK[text] & (text != separator[0]))
    cuts = np.flatnonzero((text == separator[0]) | (text == NEWLINE[0]))
    line_of_cut = np.searchsorted(line_ends, cuts)
    ink_before = np.searchsorted(ink, line_ends)  # the end of each line
    if ragged:
        inner = np.searchsorted(ink, cuts) < ink_before[line_of_cut]
        cuts, line_of_cut = (of_cut[inner | (text[cuts] == NEWLINE[0])] for of_cut in (cuts, line_of_cut))
    n_fields = np.bincount(line_of_cut, minlength=len(line_ends))
    is_blank = (np.diff(ink_before, prepend=0) == 0) & (n_fields == 1)
    stays = ~is_blank[line_of_cut]
    starts, ends = (np.append(0, cuts[:-1] + 1) if len(cuts) else cuts)[stays], cuts[stays]
    first, last = np.searchsorted(ink, starts), np.searchsorted(ink, ends)
    filled, padded = first < last, np.append(ink, 0)
    lines = np.flatnonzero(~is_blank)
    return Spans(
        lines,
        n_fields[lines],
        np.where(filled, padded[first], ends),
        np.where(filled, padded[last - 1] + 1, ends),
    )


def cut_out(
    text: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], *, between_spaces: bool
) -> list[bytes]:
    """Return text[starts[i]:ends[i]], and overwrite it; ``between_spaces``: none is empty or has white space."""
    inside = _inside(len(text), starts, ends)
    if not between_spaces and ((starts == ends).any() or (BLANK[text] & inside).any()):  # that is no number
        found = [text[start:end].tobytes() for start, end in zip(starts, ends, strict=True)]
    else:
        marks = inside.copy()
        marks[ends] = True  # with the character after each
        after = text[ends]
        text[ends] = ord(" ")
        found = text[marks].tobytes().split()
        text[ends] = after
    text[inside] = ord(" ")
    return found


def keep_only(text: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> None:
    """Overwrite what is not in text[starts[i]:ends[i]] with spaces, but for newlines; no space stays in these."""
    inside = _inside(len(text), starts, ends)
    blank = BLANK[text]
    text[inside & blank] = NO_SPACE
    text[~inside & (text != NEWLINE[0])] = ord(" ")


def _inside(n: int, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether each of n places is in one of the spans."""
    steps = np.zeros(n + 1, np.int8)
    some = starts < ends
    steps[starts[some]] = 1
    steps[ends[some]] -= 1  # a span may begin where another ends
    return np.cumsum(steps[:-1], dtype=np.int8).view(np.bool_)
