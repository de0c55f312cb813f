"""The log-likelihood of sentences under a model of hierarchical softmax, as gensim's ``score`` has it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastvec.text.corpus import Corpus
from fastvec.training.huffman import Paths

# log of the sigmoid in steps from -6 to 6: gensim's table, so that scores are the same. It looks for x at step
# (x + 6) * 83, not 83.3, and so finds the value of a number that is smaller by up to 0.06: scores are 1 to 2 % low
STEPS, LIMIT, STEPS_OF_ONE = 1000, 6, 1000 // 6 // 2
LOG_SIGMOID = -np.log1p(np.exp(-(np.arange(STEPS) / STEPS * 2 - 1) * LIMIT))
LONGEST = 10_000  # words of a sentence; what is behind them is passed over, as in gensim
AT_ONCE = 1 << 20  # numbers of inner rows: 4 MB


@dataclass(frozen=True)
class Scorer:
    """A model, as far as scores need it.

    Attributes
    ----------
    vectors : float32[V, D]
    nodes : float32[V - 1, D] or longer
        The rows of inner nodes.
    paths : paths
        Of words in the tree.
    window : int
    cbow : str or None
        What of a window predicts: "mean" or "sum"; None: each word of it, by skip-gram.
    """

    vectors: NDArray[np.float32]
    nodes: NDArray[np.float32]
    paths: Paths
    window: int
    cbow: str | None

    def scores(self, corpus: Corpus) -> NDArray[np.float32]:
        """Return the score of each sentence, float32[S]; without a known word it is 0.

        Each word is predicted by all words of its window, or by their mean (or sum). Steps down the tree that the
        model is very sure of, right or wrong (beyond ±6), are passed over, as in gensim.
        """
        starts = corpus.offsets[:-1]
        lengths = np.minimum(np.diff(corpus.offsets), LONGEST)
        sentences = np.repeat(np.arange(len(starts)), lengths)
        before = np.cumsum(lengths) - lengths
        where = np.arange(len(sentences)) + np.repeat(starts - before, lengths)
        totals, ends = np.zeros(len(starts)), starts + lengths
        mean_path = max(1, len(self.paths[1]) // max(1, len(self.paths[0]) - 1))
        step = max(1, AT_ONCE // (self.vectors.shape[1] * mean_path))
        for first in range(0, len(where), step):
            at, of = where[first : first + step], sentences[first : first + step]
            found = self._of_words(corpus.ids, at, starts[of], ends[of])
            totals[of[0] : of[-1] + 1] += np.bincount(of - of[0], found)
        return totals.astype(np.float32)

    def _of_words(
        self, ids: NDArray[np.int32], at: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the score of the word at each of some places, whose sentences begin and end there."""
        offsets, nodes, signs, _ = self.paths
        first, lengths = offsets[ids[at]], np.diff(offsets)[ids[at]]
        owner = np.repeat(np.arange(len(at)), lengths)
        steps = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + first[owner]
        inner = self.nodes[nodes[steps]] * signs[steps][:, None]
        found = np.zeros(len(at))
        summed, n = np.zeros((len(at), self.vectors.shape[1]), np.float32), np.zeros(len(at))
        for distance in (d for d in range(-self.window, self.window + 1) if d):
            there = (at + distance >= starts) & (at + distance < ends)
            context = self.vectors[ids[np.where(there, at + distance, at)]] * there[:, None]
            if self.cbow is None:
                values = np.einsum("ij,ij->i", inner, context[owner])
                found += np.bincount(owner, _log_sigmoid(values) * there[owner], len(at))
            summed += context
            n += there
        if self.cbow is None:
            return found
        if self.cbow == "mean":
            summed /= np.maximum(n, 1)[:, None].astype(np.float32)
        found += np.bincount(owner, _log_sigmoid(np.einsum("ij,ij->i", inner, summed[owner])), len(at))
        return found


def _log_sigmoid(values: NDArray[np.float32]) -> NDArray[np.float64]:
    inside = np.abs(values) < LIMIT
    steps = ((np.where(inside, values, 0) + LIMIT) * STEPS_OF_ONE).astype(np.int64)
    return np.where(inside, LOG_SIGMOID[steps], 0)
