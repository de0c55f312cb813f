"""A stretch of a corpus laid out for counting: its text with gaps between sentences, and where each word comes."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.running.workers import run, run_blocks
from fastvec.text.corpus import Corpus

WORDS = 1 << 13  # that a thread looks at together
LONGEST = 1 << 30  # tokens of a stretch: places are int32


class PlacedText:
    """Tokens [start, end) of a corpus in the order of their words, with the text around them.

    Parameters
    ----------
    corpus : Corpus
        Valid.
    start, end : int
        The centres. Up to ``window`` words on each side of them are read across these cuts, so that counts of
        several stretches add up to those of the whole.
    window : int
    kernels : module
        `counting_numba` or `reference_counting`.
    threads : int
        The result does not depend on it.
    stop : uint8[1]

    Attributes
    ----------
    text : int32
        See `reference_counting`.
    places : int32[end - start]
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
        lowest, highest, offsets = surroundings(corpus.offsets, start, end, window)
        ids = corpus.ids[lowest:highest]
        n_words = len(corpus.vocabulary)
        n_parts = max(1, min(threads, (end - start) // max(1000, n_words)))  # each has a tally of all words
        self.text = np.empty(len(ids) + len(offsets), np.int32)
        self.text[0] = kernels.GAP

        def place(token: int) -> int:
            return 1 + token + int(np.searchsorted(offsets, token, side="right")) - 1

        def in_parts(task: Callable[[int], Any]) -> None:
            run(lambda part, _worker: task(part), range(n_parts), threads=threads, stop=stop)

        cuts = np.linspace(0, len(ids), n_parts + 1).astype(np.int64).tolist()

        def lay_out(part: int) -> None:
            sentence = int(np.searchsorted(offsets, cuts[part], side="right")) - 1
            kernels.lay_out(ids, offsets, sentence, cuts[part], cuts[part + 1], self.text, place(cuts[part]))

        in_parts(lay_out)
        release_pages(corpus.ids)
        centres = np.linspace(start - lowest, end - lowest, n_parts + 1).astype(np.int64).tolist()
        bounds = [*map(place, centres[:-1]), place(centres[-1] - 1) + 1]
        tallies = np.zeros((n_parts, n_words), np.int64)
        in_parts(lambda part: kernels.tally(self.text, bounds[part], bounds[part + 1], tallies[part]))
        self.starts = _starts(tallies, threads)
        cursors = tallies
        self.places = np.empty(end - start, np.int32)
        in_parts(
            lambda part: kernels.list_places(self.text, bounds[part], bounds[part + 1], cursors[part], self.places)
        )


def _starts(tallies: NDArray[np.int64], threads: int) -> NDArray[np.int64]:
    """Where the places of each word begin, int64[V + 1]; tallies become where those of each part begin."""
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
    """Let go of the pages of a mapped file that were read: the text has its own copy now."""
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(base, "madvise"):
        base.madvise(mmap.MADV_DONTNEED)


def surroundings(
    offsets: NDArray[np.int64], start: int, end: int, window: int
) -> tuple[int, int, NDArray[np.int64]]:
    """The tokens that windows of [start, end) reach, and the offsets of their sentences, from 0, no empty ones.

    >>> surroundings(np.array([0, 2, 2, 7, 9]), 4, 6, 1)
    (3, 7, array([0, 4]))
    """
    first = int(np.searchsorted(offsets, start, side="right")) - 1
    last = int(np.searchsorted(offsets, end, side="left"))
    lowest = max(int(offsets[first]), start - window)
    highest = min(int(offsets[last]), end + window)
    inside = np.clip(offsets[first : last + 1], lowest, highest) - lowest
    return lowest, highest, inside[np.append(True, np.diff(inside) > 0)]
