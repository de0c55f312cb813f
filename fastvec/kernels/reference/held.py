"""Places of a text in plain NumPy: the tokens that are kept, their windows, and the rows that they hold."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.random import below, draws

Floats = NDArray[np.floating]
Ids = NDArray[np.int64]
Place = tuple[int, int, int, int, int]  # start, end, sentence, and the streams of the keep and the width draws


@dataclass
class HeldRows:
    """Copies of rows of W that the tokens of a place train while they are in use."""

    W: Floats
    rates: NDArray[np.float32] | None
    frozen: bool
    rows: tuple[NDArray[np.int64], NDArray[np.int32]] | None  # a word of several rows is held as their sum
    in_place: bool = False  # the rows themselves instead of copies ...
    distinct: bool = False  # ... but where another token holds the row
    holders: dict[int, int] = field(default_factory=dict)  # by word: how many tokens hold its row
    uses: Ids | None = None  # [rows of W] how often each was taken

    def of_word(self, word: int) -> Ids:
        """Return the rows of a word."""
        if self.rows is None:
            return np.array([word])
        return self.rows[1][self.rows[0][word] : self.rows[0][word + 1]].astype(np.int64)

    def rate(self, word: int) -> float:
        """Return the factor of a word's change; 0: frozen."""
        return 0.0 if self.frozen else 1.0 if self.rates is None else float(self.rates[word])

    def hold_again(self, word: int) -> bool:
        """Count one more token that holds the row of a word; return whether one did before."""
        n_holders = self.holders.get(word, 0)
        self.holders[word] = n_holders + 1
        return n_holders > 0

    def take(self, word: int) -> Floats:
        """Return a copy of a word's row, or the sum of its rows."""
        taken: Floats = self.W[self.count(self.of_word(word))].sum(axis=0)
        return taken

    def count(self, rows: Ids) -> Ids:
        """Count one use of each row."""
        if self.uses is not None:
            np.add.at(self.uses, rows, 1)
        return rows

    def give(self, word: int, change: Floats) -> None:
        """Add a change to the rows of a word."""
        rows = self.of_word(word)
        if rate := self.rate(word):
            np.add.at(self.W, rows, (rate / len(rows) * change).astype(self.W.dtype))


class Gathered:
    """The kept tokens of a place, their windows and sentences, and the rows held while each is the centre."""

    def __init__(
        self, kept: Ids, windows: list[Ids], spans: list[tuple[int, int]], sentences: list[int], tokens: int
    ) -> None:
        self.kept, self.windows, self.spans, self.sentences, self.tokens = kept, windows, spans, sentences, tokens
        self.now: dict[int, Floats] = {}
        self.before: dict[int, Floats] = {}

    def hold(self, held: HeldRows, t: int) -> None:
        """Take the rows of the tokens within reach of centre t."""
        for token in range(max(self.spans[t][0], max(self.now, default=-1) + 1), self.spans[t][1]):
            word = int(self.kept[token])
            again = held.hold_again(word)
            if held.in_place and not (again and held.distinct):
                self.now[token] = held.W[int(held.count(self.kept[token : token + 1])[0])]
                continue
            self.before[token] = held.take(word)
            self.now[token] = self.before[token].copy()

    def release(self, held: HeldRows, t: int) -> None:
        """Give back the rows of the tokens that the next centre does not reach."""
        self.release_until(held, self.spans[t + 1][0] if t + 1 < len(self.kept) else len(self.kept))

    def release_until(self, held: HeldRows, first: int) -> None:
        """Give back the rows of the tokens before ``first``."""
        for token in [token for token in self.now if token < first]:
            now, word = self.now.pop(token), int(self.kept[token])
            held.holders[word] -= 1
            if token in self.before:
                held.give(word, now - self.before.pop(token))

    def update(self, held: HeldRows, token: int, change: Floats) -> None:
        """Add a change to the held row of a token."""
        if held.rate(int(self.kept[token])):
            self.now[token] += change


def gather(
    ids: NDArray[np.int32], offsets: NDArray[np.int64], keep: NDArray[np.uint32], place: Place, window: int,
    shrink_windows: bool, context: str,
) -> Gathered:  # fmt: skip
    """Return the tokens of a place that subsampling keeps, with their windows."""
    start, end, sentence, keep_stream, width_stream = place
    kept: list[int] = []
    windows: list[Ids] = []
    spans: list[tuple[int, int]] = []
    sentences: list[int] = []
    position = start
    while position < end:
        stop = min(int(offsets[sentence + 1]), end)
        tokens = ids[position:stop]
        stays = draws(keep_stream, position - start, len(tokens)) >> np.uint64(32) <= keep[tokens]
        first, last = len(kept), len(kept) + int(stays.sum())
        widths = np.full(last - first, window)
        if shrink_windows:
            widths = 1 + below(draws(width_stream, first, last - first), window)
        for t, width in zip(range(first, last), widths.tolist(), strict=True):
            around = np.arange(*reach(t, width, context, first, last))
            windows.append(around[around != t])
            spans.append(reach(t, window, context, first, last))
        kept += tokens[stays].tolist()
        sentences += [sentence] * (last - first)
        position, sentence = stop, sentence + 1
    return Gathered(np.array(kept, np.int64), windows, spans, sentences, end - start)


def reach(t: int, width: int, context: str, first: int, last: int) -> tuple[int, int]:
    """Return the window of token t as a range of the sentence [first, last)."""
    before, after = (0 if context == side else width for side in ("right", "left"))
    return max(first, t - before), min(last, t + after + 1)
