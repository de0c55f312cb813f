"""Counting pairs of neighbours in a text, in compiled code and on several threads."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.phrases.phrase_text import PhraseText
from fastvec.running.ranges import cut
from fastvec.text.merging import new_secret

LISTED = 1 << 25  # keys listed before they are counted, 8 bytes each; in long texts a quarter of the tokens
TASK = 1 << 17  # keys counted together


class PairCounts(NamedTuple):
    """The frequent pairs of words, sorted by both.

    Attributes
    ----------
    first : int32[P]
        The first word of each.
    keys : uint64[P]
        The rest of it, see `reference.phrases`.
    counts : int64[P]
    words : int64[nodes]
        How often each word occurs.
    """

    first: NDArray[np.int32]
    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]
    words: NDArray[np.int64]


def count_pairs(text: PhraseText, min_count: int) -> PairCounts:
    """Count all pairs of a text, and return those that occur at least ``min_count`` times.

    The keys of all pairs that begin with the same word are listed one after the other, then counted in a small
    table, word by word, for as many words at a time as :data:`LISTED` keys allow. Each thread lists the pairs of
    one part of the text and counts those of some words; the result does not depend on their number.
    """
    counting = _Counting(text, min_count)
    found = [counting.count(first, last) for first, last in counting.rounds]
    first, keys, counts = (np.concatenate(column) for column in zip(_NOTHING, *found, strict=True))
    return PairCounts(first, keys, counts, counting.words)


Counted = tuple[NDArray[np.int32], NDArray[np.uint64], NDArray[np.int64]]
_NOTHING: Counted = (np.empty(0, np.int32), np.empty(0, np.uint64), np.empty(0, np.int64))


class _Counting:
    def __init__(self, text: PhraseText, min_count: int) -> None:
        self.text, self.least = text, min_count
        firsts = text.nodes.firsts()
        self.ids = text.ids if firsts is None else firsts[text.ids]
        self.parts = text.parts()
        text.begin("counting")
        self.tallies = text.tallies(self.ids, self.parts)  # int64[parts, nodes]
        self.words = self.tallies.sum(axis=0)
        self.roles = text.nodes.roles()
        self.roles[(self.roles == 0) & (self.words < min_count)] = -1
        self.sizes = np.where(self.roles == 0, self.words, 0)
        self.rounds = cut(self.sizes, max(LISTED, len(self.ids) // 4))
        # distinct keys of a word: as many as other words, or with connector words as many as its tokens
        self.distinct = len(self.words) if not text.most else max(1, int(self.words.max(initial=0)))
        self.secret = new_secret()
        self.scratch: dict[int, dict[str, NDArray[np.generic]]] = {}  # by worker

    def count(self, first: int, last: int) -> Counted:
        """Count the pairs whose first word is in [first, last)."""
        starts = np.concatenate([[0], np.cumsum(self.sizes[first:last])])
        partners = self._list(first, last, starts)
        found = [_NOTHING]

        def task(words: tuple[int, int], worker: int) -> Counted:
            begin, end = words
            keys = partners[starts[begin] : starts[end]]
            counted = self._rows(keys, starts[begin : end + 1] - starts[begin], first + begin, worker)
            self.text.done[worker] += len(keys) / 2
            return counted

        self.text.run(task, cut(self.sizes[first:last], TASK), found.append)
        return tuple(np.concatenate(column) for column in zip(*found, strict=True))  # type: ignore[return-value]

    def _list(self, first: int, last: int, starts: NDArray[np.int64]) -> NDArray[np.uint64]:
        text, partners = self.text, np.empty(starts[-1], np.uint64)
        listed = np.where(self.roles[first:last] == 0, self.tallies[:, first:last], 0)
        cursors = starts[:-1] + np.cumsum(listed, axis=0) - listed

        def task(part: int, worker: int) -> None:
            for piece in self.parts[part]:
                text.kernels.list_partners(
                    ids=self.ids, offsets=text.offsets, sentence=piece.sentence, start=piece.start, end=piece.end,
                    roles=self.roles, base=text.nodes.base, most=text.most, first=first, last=last,
                    cursors=cursors[part], partners=partners, stop=text.stop,
                )  # fmt: skip
                text.done[worker] += (piece.end - piece.start) / 2 / len(self.rounds)

        text.run(task, range(len(self.parts)))
        return partners

    def _rows(self, keys: NDArray[np.uint64], starts: NDArray[np.int64], first: int, worker: int) -> Counted:
        if worker not in self.scratch:
            self.scratch[worker] = self._new_scratch()
        n_most = len(keys) // self.least
        found: Counted = np.empty(n_most, np.int32), np.empty(n_most, np.uint64), np.empty(n_most, np.int64)
        n = self.text.kernels.count_rows(
            partners=keys, starts=starts, first=first, last=first + len(starts) - 1, least=self.least,
            distinct=self.distinct, secret=self.secret, **self.scratch[worker], rows=found[0], keys=found[1],
            counts=found[2], stop=self.text.stop,
        )  # fmt: skip
        order = np.lexsort((found[1][:n], found[0][:n]))
        return found[0][order], found[1][order], found[2][order]

    def _new_scratch(self) -> dict[str, NDArray[np.generic]]:
        size = 2
        while size < 2 * min(int(self.sizes.max()), self.distinct):
            size *= 2
        return {
            "slots": np.empty(size, np.uint64), "owners": np.zeros(size, np.int32),
            "sums": np.empty(size, np.int64), "used": np.empty(size, np.int32),
        }  # fmt: skip
