"""Which row a word of a test set means: the vocabulary's limit, case, and words that are not in it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.arrays import check_finite
from fastvec.vectors.checked import checked_vectors
from fastvec.vectors.word_vectors import WordVectors


class ScoredVocabulary:
    """Rows at length 1, and the index of a test set's word among them.

    Parameters
    ----------
    vectors : WordVectors
    limit : int or None
        Only the first so many words, the most frequent ones; None: all.
    ignore_case : bool
        Fold the case of both sides. Of words that differ by case alone the first, more frequent one is meant.

    Raises
    ------
    SettingError
        If these are no word vectors, or a row is not finite: it would be nobody's neighbour, or everybody's.
    """

    def __init__(self, vectors: WordVectors, limit: int | None, ignore_case: bool) -> None:
        checked_vectors("vectors", vectors)
        # a length is not finite where a number of its row is not
        check_finite("vectors", vectors.norms[:limit, None], lambda row: repr(vectors.index_to_key[row]))
        self.ignore_case, self._vectors, self._limit = ignore_case, vectors, limit
        self.index: dict[str, int] = {}
        for i, word in enumerate(vectors.index_to_key[:limit]):
            self.index.setdefault(word.lower() if ignore_case else word, i)

    def __call__(self, word: str) -> int:
        """Return the index of a word, or -1."""
        return self.index.get(word.lower() if self.ignore_case else word, -1)

    @cached_property
    def unit(self) -> NDArray[np.float32]:
        """Return all rows at length 1, float32[N, D]; a row of zeros stays zero."""
        rows: NDArray[np.float32] = self._vectors.vectors[: self._limit] / self._vectors.norms[: self._limit, None]
        return rows
