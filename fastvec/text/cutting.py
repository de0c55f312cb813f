"""Sentences of a length: lines that are longer are cut, as gensim's readers do, and empty ones left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from fastvec.text.encoding import Encoded


class SentenceCut:
    """Where sentences end, block after block; a line may go on in the next block.

    Parameters
    ----------
    longest : int
        Tokens of a sentence.
    """

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.open = 0  # tokens of the sentence that the last block did not end

    def ends(self, block: Encoded) -> NDArray[np.int64]:
        """Return the ends of the sentences of the next block of text, whose ends are those of lines.

        Examples
        --------
        >>> from fastvec.text.encoding import Encoded
        >>> cut = SentenceCut(2)
        >>> lines = np.array([1, 1, 4])  # a | | b b b | c c
        >>> cut.ends(Encoded(np.zeros(6, np.int32), lines)).tolist()
        [1, 3, 4]
        >>> cut.ends(Encoded(np.zeros(1, np.int32), np.array([1]))).tolist()  # c |
        [0, 1]
        """
        starts = np.concatenate([[-self.open], block.ends])
        lengths = np.append(block.ends, len(block.ids)) - starts
        n_cuts = np.maximum(lengths - 1, 0) // self.longest
        self.open = int(lengths[-1] - n_cuts[-1] * self.longest)
        ends: NDArray[np.int64] = block.ends[lengths[:-1] > 0]
        if not n_cuts.any():
            return ends
        number = np.arange(n_cuts.sum()) - np.repeat(np.cumsum(n_cuts) - n_cuts, n_cuts) + 1
        return np.sort(np.concatenate([ends, np.repeat(starts, n_cuts) + number * self.longest]))
