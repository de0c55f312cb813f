"""The words before each token, and the batches of tokens that are predicted in one step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastvec.text.corpus import Corpus
from fastvec.text.recoding import ids_in
from fastvec.text.vocabulary import Vocabulary

Ids = NDArray[np.int32]
GROUPS = 128  # of batches in an epoch: points of the history


@dataclass(frozen=True)
class Contexts:
    """A text as predictions: every token, from the ``window`` tokens before it in its sentence.

    Parameters
    ----------
    offsets : int64[S + 1]
        Where sentences begin and end.
    window : int
        n, the tokens before. Places before the beginning of the sentence hold the boundary, the id V.
    ids : int32[N]
        The tokens.
    boundary : int
        V.
    """

    offsets: NDArray[np.int64]
    window: int
    ids: Ids
    boundary: int

    @classmethod
    def of_text(cls, corpus: Corpus, window: int, vocabulary: Vocabulary, name: str = "corpus") -> Contexts:
        """Return those of a text, an argument of this name, in the ids of a vocabulary.

        Raises
        ------
        CorpusError, FormatError
            As :func:`fastvec.text.recoding.ids_in`.
        """
        ids = ids_in(corpus, vocabulary, name)
        return cls(corpus.offsets, window, ids, len(vocabulary))

    def of(self, positions: NDArray[np.int64]) -> tuple[Ids, Ids]:
        """Return the contexts[B, n], nearest last, and the targets[B] at some positions of the text.

        Examples
        --------
        >>> offsets, ids = np.array([0, 3, 5]), np.array([7, 4, 5, 7, 5], np.int32)
        >>> contexts, targets = Contexts(offsets, 2, ids, boundary=9).of(np.arange(5))
        >>> contexts.tolist()
        [[9, 9], [9, 7], [7, 4], [9, 9], [9, 7]]
        """
        starts = self.offsets[np.searchsorted(self.offsets, positions, side="right") - 1]
        before = positions[:, None] - np.arange(self.window, 0, -1)
        contexts = self.ids[np.maximum(before, 0)]
        contexts[before < starts[:, None]] = self.boundary
        return contexts, self.ids[positions]


@dataclass(frozen=True)
class Batches:
    """The batches of an epoch: batch t has the positions t, t + S, t + 2 S, ..., which are as distant as can be.

    Parameters
    ----------
    n_tokens : int
        N.
    batch_size : int
        Positions of a batch, at most. S is N / batch_size, rounded up.
    """

    n_tokens: int
    batch_size: int

    @property
    def stride(self) -> int:
        """S, the number of batches."""
        return -(-self.n_tokens // self.batch_size)

    def positions(self, batch: int) -> NDArray[np.int64]:
        """Return the positions of a batch.

        >>> [Batches(7, 3).positions(t).tolist() for t in range(3)]
        [[0, 3, 6], [1, 4], [2, 5]]
        """
        return np.arange(batch, self.n_tokens, self.stride)

    def groups(self) -> NDArray[np.int64]:
        """Return the bounds of at most 128 groups of batches, by batch.

        >>> Batches(7, 3).groups()
        array([0, 1, 2, 3])
        """
        return np.unique(np.append(np.arange(0, self.stride, -(-self.stride // GROUPS)), self.stride))

    def tokens_before(self, batches: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many tokens the batches before each have.

        >>> Batches(7, 3).tokens_before(np.array([0, 1, 2, 3]))
        array([0, 3, 5, 7])
        """
        whole, rest = divmod(self.n_tokens, self.stride)
        return batches * whole + np.minimum(batches, rest)
