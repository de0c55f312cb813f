"""Postings: a part of a corpus laid out for counting, with the places of each word."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.arrays import CHECKED_AT_ONCE
from fastvec.checks.changes import text_changed
from fastvec.running.workers import run, run_blocks
from fastvec.text.corpus import Corpus

WORDS = 1 << 13  # that a thread handles together
LONGEST = 1 << 30  # tokens of a part: places are int32


class Postings:
    """The places of each word among tokens [start, end) of a corpus, in a text with the tokens around them.

    Parameters
    ----------
    corpus : Corpus
        With ids and offsets in range.
    start, end : int
        The centres. Up to ``window`` tokens on each side of them are read too, so that the counts of several
        parts add up to those of the whole corpus.
    window : int
    kernels : module
        `counting_numba` or `reference.counting`.
    threads : int
        The result does not depend on it.
    stop : uint8[1]

    Attributes
    ----------
    text : int32
        See `reference.counting`.
    places : int32[end - start]
        Positions in ``text``.
    starts : int64[V + 1]
        The places of word w are ``places[starts[w]:starts[w + 1]]``.
    """

    def __init__(
        self,
        corpus: Corpus,
        start: int,
        end: int,
        window: int,
        kernels: Any,
        threads: int,
        stop: NDArray[np.uint8],
    ) -> None:
        self.kernels, self.threads, self.stop = kernels, threads, stop
        self.n_words = len(corpus.vocabulary)
        # each part has a tally of all words
        self.n_parts = max(1, min(threads, (end - start) // max(1000, self.n_words)))
        try:
            lowest, highest, offsets = surroundings(corpus.offsets, start, end, window)
        except IndexError:
            raise text_changed() from None
        ids = corpus.ids[max(0, lowest) : highest]
        if not 0 <= lowest <= start <= end <= highest or not _are_of(offsets, len(ids), highest - lowest):
            raise text_changed()
        self._lay_out(ids, offsets)
        release_pages(corpus.ids)
        self._check_text()
        self._list_places(start - lowest, end - lowest, offsets)
        if self.starts[-1] != end - start and not self.stop[0]:
            raise text_changed()  # it has an id that is -1, as a gap is

    def _in_parts(self, task: Callable[[int], Any]) -> None:
        run(lambda part, _worker: task(part), range(self.n_parts), threads=self.threads, stop=self.stop)

    def _cuts(self, start: int, end: int) -> list[int]:
        return np.linspace(start, end, self.n_parts + 1).astype(np.int64).tolist()  # type: ignore[no-any-return]

    def _lay_out(self, ids: NDArray[np.int32], offsets: NDArray[np.int64]) -> None:
        """Write the tokens to ``text``, with gaps between sentences."""
        self.text = np.empty(len(ids) + len(offsets), np.int32)
        self.text[0] = self.kernels.GAP
        cuts = self._cuts(0, len(ids))

        def lay_out(part: int) -> None:
            start, end = cuts[part : part + 2]
            sentence = int(np.searchsorted(offsets, start, side="right")) - 1
            self.kernels.lay_out(ids, offsets, sentence, start, end, self.text, _place(offsets, start))

        self._in_parts(lay_out)

    def _check_text(self) -> None:
        """Check the ids of the copy: those of a mapped file may have changed since they were checked there."""

        def check(rows: slice) -> None:
            part = self.text[rows]
            if int(part.min()) < self.kernels.GAP or int(part.max()) >= self.n_words:
                raise text_changed()

        if not self.stop[0]:
            run_blocks(check, len(self.text), CHECKED_AT_ONCE, self.threads)

    def _list_places(self, start: int, end: int, offsets: NDArray[np.int64]) -> None:
        """Sort the places of tokens [start, end) by word."""
        cuts = self._cuts(start, end)
        bounds = [*(_place(offsets, cut) for cut in cuts[:-1]), _place(offsets, end - 1) + 1]
        tallies = np.zeros((self.n_parts, self.n_words), np.int64)
        self._in_parts(lambda part: self.kernels.tally(self.text, *bounds[part : part + 2], tallies[part]))
        self.starts = _starts(tallies, self.threads)
        cursors = tallies
        self.places = np.empty(end - start, np.int32)
        self._in_parts(
            lambda part: self.kernels.list_places(self.text, *bounds[part : part + 2], cursors[part], self.places)
        )


def _are_of(offsets: NDArray[np.int64], n_ids: int, n_tokens: int) -> bool:
    """Return whether offsets are those of so many tokens, which are there."""
    fits = n_ids == n_tokens and len(offsets) > 0 and offsets[0] == 0 and offsets[-1] == n_tokens
    return fits and bool((np.diff(offsets) > 0).all())


def _place(offsets: NDArray[np.int64], token: int) -> int:
    """Return the position of a token in a text that has a gap before each sentence."""
    return token + int(np.searchsorted(offsets, token, side="right"))


def _starts(tallies: NDArray[np.int64], threads: int) -> NDArray[np.int64]:
    """Return where the places of each word begin, int64[V + 1]; make tallies where those of each part begin."""
    n_words = tallies.shape[1]
    starts = np.zeros(n_words + 1, np.int64)

    def add_up(words: slice) -> None:
        np.sum(tallies[:, words], axis=0, out=starts[1:][words])

    def place(words: slice) -> None:
        before = np.cumsum(tallies[:, words], axis=0) - tallies[:, words]
        tallies[:, words] = before + starts[:-1][words]

    run_blocks(add_up, n_words, WORDS, threads)
    np.cumsum(starts, out=starts)
    run_blocks(place, n_words, WORDS, threads)
    return starts


def release_pages(array: NDArray[Any]) -> None:
    """Release the pages of a mapped file that were read; the caller has a copy."""
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(base, "madvise"):
        base.madvise(mmap.MADV_DONTNEED)


def surroundings(
    offsets: NDArray[np.int64], start: int, end: int, window: int
) -> tuple[int, int, NDArray[np.int64]]:
    """Return the tokens [lowest, highest) that windows of [start, end) reach, and the offsets of their sentences.

    Offsets begin at 0 and leave out empty sentences.

    >>> surroundings(np.array([0, 2, 2, 7, 9]), 4, 6, 1)
    (3, 7, array([0, 4]))
    """
    first = int(np.searchsorted(offsets, start, side="right")) - 1
    last = int(np.searchsorted(offsets, end, side="left"))
    lowest = max(int(offsets[first]), start - window)
    highest = min(int(offsets[last]), end + window)
    inside = np.clip(offsets[first : last + 1], lowest, highest) - lowest
    return lowest, highest, inside[np.append(True, np.diff(inside) > 0)]
