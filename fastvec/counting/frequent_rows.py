"""Rows of very frequent words, each counted by several threads, so that no thread waits for another."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.counting.rows import RowBuffers, Rows, Scratch

LEAST = 1 << 14  # places: a millisecond of counting
SHARE = 32  # pieces that a thread would get of the whole text


class FrequentRows:
    """The dense rows of the most frequent words; several threads count pieces of their places and add them.

    The sum of whole numbers does not depend on the order. In 16 million tokens of English *the* alone is 6 % of
    all counting, so sixteen threads could not be sixteen times as fast as one.

    Parameters
    ----------
    here : int64[V]
        How many places each word has.
    threads : int
    most : int
        How many rows there is memory for.
    """

    def __init__(self, here: NDArray[np.int64], threads: int, most: int) -> None:
        self.piece = max(LEAST, int(here.sum()) // (SHARE * threads))
        by_places = np.argsort(-here, kind="stable")[: most if threads > 1 else 0]
        self.words: list[int] = by_places[here[by_places] > self.piece].tolist()
        self.sums = np.zeros((len(self.words), len(here)), np.uint64)
        self.locks = [threading.Lock() for _ in self.words]
        self.row_of = {word: row for row, word in enumerate(self.words)}

    def pieces(self, starts: NDArray[np.int64]) -> list[tuple[int, int, int]]:
        """Return pieces: a row of ``sums`` and a range of its places."""
        bounds = [(row, int(starts[word]), int(starts[word + 1])) for row, word in enumerate(self.words)]
        return [
            (row, at, min(at + self.piece, end))
            for row, start, end in bounds
            for at in range(start, end, self.piece)
        ]

    def count(
        self, piece: tuple[int, int, int], scratch: Scratch, kernels: Any, arguments: dict[str, Any]
    ) -> None:
        """Count a piece, and add it to its row."""
        row, start, end = piece
        starts = np.array([start, end])
        part = scratch.rows(0, 1, partial(kernels.count_rows, starts=starts, first=0, last=1, **arguments))
        with self.locks[row]:
            kernels.add_cells(part.columns, part.sums, self.sums[row])
        scratch.buffers.give_back(part)

    def rows(self, first: int, last: int, buffers: RowBuffers) -> Rows | None:
        """Return rows [first, last) if one of them is frequent (the others are then empty), else None."""
        word = next((word for word in self.words if first <= word < last), None)
        if word is None:
            return None
        sums, buffer = self.sums[self.row_of[word]], buffers.take()
        found = np.flatnonzero(sums)
        buffer[0][: len(found)], buffer[1][: len(found)] = found, sums[found]
        ends = np.where(np.arange(first, last) >= word, len(found), 0)
        return Rows(first, ends, buffer[0][: len(found)], buffer[1][: len(found)], buffer)
