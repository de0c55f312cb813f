"""Which row a word of a test set means: the vocabulary's limit, case, and words that are not in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

BLOCK = 4096  # rows of one float64 copy


class Lookup:
    """Rows at length 1, and the index of a test set's word among them.

    Parameters
    ----------
    vectors : WordVectors
    limit : int or None
        Only the first so many words, the most frequent ones; None: all.
    ignore_case : bool
        Fold the case of both sides. Of words that differ by case alone the first, more frequent one is meant.

    Attributes
    ----------
    unit : float32[N, D]
        A row of zeros stays zero.
    """

    def __init__(self, vectors: WordVectors, limit: int | None, ignore_case: bool) -> None:
        self.ignore_case = ignore_case
        words = vectors.index_to_key[:limit]
        self.unit = unit_rows(vectors.vectors[: len(words)])
        self.index: dict[str, int] = {}
        for i, word in enumerate(words):
            self.index.setdefault(word.lower() if ignore_case else word, i)

    def __call__(self, word: str) -> int:
        """Return the index of a word, or -1."""
        return self.index.get(word.lower() if self.ignore_case else word, -1)


def unit_rows(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a copy of the rows at length 1; a row of zeros stays zero."""
    unit = np.empty(rows.shape, np.float32)
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK].astype(np.float64)
        lengths = np.sqrt(np.einsum("ij,ij->i", block, block))
        lengths[lengths == 0] = 1
        unit[start : start + BLOCK] = block / lengths[:, None]
    return unit
