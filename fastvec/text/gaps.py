"""Gaps: where the tokens were that a corpus dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.arrays import Kind

if TYPE_CHECKING:
    from fastvec.text.corpus import Corpus

Places = NDArray[np.int64]


def gaps_of(ids: NDArray[np.int32], ends: Places, new_ids: NDArray[np.int32]) -> Places:
    """Return the gaps of a block of text whose ids are to be renumbered.

    Parameters
    ----------
    ids : int32[n]
        In the old numbering.
    ends : int64[number of sentences that end here]
        The number of ids before each end.
    new_ids : int32[number of old words]
        Negative: dropped.

    Returns
    -------
    int64[G]
        For each dropped token the kept tokens and the ends of sentences before it, together. With the ends, a gap
        at the end of a sentence differs from one at the beginning of the next.

    Examples
    --------
    >>> ids, ends = np.array([0, 1, 1, 0, 1], np.int32), np.array([2, 5])
    >>> gaps_of(ids, ends, np.array([0, -1], np.int32)).tolist()  # 0 _ | _ 0 _ |
    [1, 2, 3]
    """
    places = np.flatnonzero(new_ids[ids] < 0)
    return places - np.arange(len(places)) + np.searchsorted(ends, places, side="right")


def check_gaps(gaps: Places | None, n_tokens: int, n_sentences: int, kind: Kind) -> None:
    """Raise this error unless gaps never decrease and none is beyond the text.

    >>> check_gaps(np.array([0, 2]), 3, 1, ValueError)
    """
    if gaps is None or not len(gaps):
        return
    if gaps[0] < 0 or gaps[-1] > n_tokens + n_sentences - 1 or (gaps[1:] < gaps[:-1]).any():
        expected = f"0 to {n_tokens + n_sentences - 1}, never decreasing"
        raise kind(field="gaps", expected=expected, got=gaps)


class TextPlaces:
    """Positions in the text of the tokens of a corpus, gaps counted; without gaps, those in the corpus.

    Parameters
    ----------
    corpus : Corpus
        With gaps or without.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["a x a", "x a y"], min_count=3, gaps=True)
    >>> TextPlaces(corpus).of(np.array([0, 1, 2])).tolist()
    [0, 2, 4]
    """

    def __init__(self, corpus: Corpus) -> None:
        self._offsets = corpus.offsets
        self._gaps: Places = np.empty(0, np.int64) if corpus.gaps is None else corpus.gaps

    def sentences(self, positions: Places) -> Places:
        """Return the sentence of each position in the corpus."""
        found: Places = np.searchsorted(self._offsets, positions, side="right") - 1
        return found

    def of(self, positions: Places) -> Places:
        """Return the place in the text of each position in the corpus."""
        found: Places = positions + np.searchsorted(
            self._gaps, positions + self.sentences(positions), side="right"
        )
        return found

    def bounds(self, sentences: Places) -> tuple[Places, Places]:
        """Return where sentences begin and end in the text."""
        starts, ends = self._offsets[sentences], self._offsets[sentences + 1]
        return (
            starts + np.searchsorted(self._gaps, starts + sentences, side="left"),
            ends + np.searchsorted(self._gaps, ends + sentences, side="right"),
        )
