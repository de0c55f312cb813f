"""GloVe: word vectors from co-occurrence counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastvec.checks import numbers as check
from fastvec.checks.settings import setting
from fastvec.kernels import _turns
from fastvec.kernels.random import stream
from fastvec.kernels.reference import glove as reference_glove
from fastvec.running.workers import run_blocks
from fastvec.training.count_trainer import Rows
from fastvec.training.matrices import fill_rows, new_matrix, padded
from fastvec.training.settings import knows_other_names
from fastvec.training.tile_trainer import TileTrainer
from fastvec.vectors.combination import COMBINATIONS, WHAT_IT_IS, Combine

BLOCK = 2048  # rows that a thread fills or copies at a time
HELD = 1e30  # an accumulator so large that no step moves its number, such as the constant 1


@knows_other_names
@dataclass(frozen=True, kw_only=True)
class GloVe(TileTrainer):
    """GloVe: weighted least squares on the logarithms of co-occurrence counts, by AdaGrad.

    The cost of the counts X is the sum over the observed pairs of

        f(X_ij) (w_i . c_j + b_i + b~_j - log X_ij)^2 / 2,        f(x) = min(1, (x / x_max)^alpha)

    (Pennington, Socher and Manning 2014, "GloVe: Global Vectors for Word Representation", equation 8). Steps are
    those of the authors' program: a number moves by g / sqrt(G), and then G, which began at 1, grows by g^2, where
    g is the rate times the gradient. (The program cuts gradients at 100; here a cost that grows is an error.)

    Parameters
    ----------
    vector_size : int
        D, the dimensions of a vector.
    x_max : float
        The count from which on a pair weighs 1.
    alpha : float
        The exponent of the weight of lower counts.
    learning_rate : float
        Learning rate before AdaGrad lowers it, number by number.
    bias_learning_rate : float, optional
        That of the biases; None: ``learning_rate``, as in the authors' program of 2014. Today's has 1.0.
    epochs : int
        Passes over the counts.
    combine : "word", "sum", "concat" or "context"
        What the vectors are: W, W + C, both side by side (2 D dimensions), or C. Both matrices are kept; see
        :meth:`fastvec.WordVectors.combined`.
    seed : int
        Seed of all random draws. One seed gives the same bytes every time on any number of threads, on one
        instruction set.

    Raises
    ------
    SettingError
        If a setting is unknown or out of range.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["the king rules", "the queen rules"] * 50, min_count=1)
    >>> vectors = fv.GloVe(vector_size=8, epochs=20).train(corpus)
    >>> vectors.vectors.shape
    (4, 8)
    >>> bool(vectors.history["cost"][-1] < vectors.history["cost"][0])
    True
    """

    x_max: float = setting(100.0, "count from which on a pair weighs 1", check.real, above=0)
    alpha: float = setting(0.75, "exponent of the weight of lower counts", check.real, 0)
    bias_learning_rate: float | None = setting(
        None, "learning rate of the biases; that of the vectors if not given", check.real, above=0
    )
    combine: Combine = setting("sum", WHAT_IT_IS, check.choice, COMBINATIONS)

    _values = ("log_counts", "weights")
    _compiled = staticmethod(_turns.glove)
    _reference = staticmethod(reference_glove.glove_tile)

    def _new_rows(self, words: int, which: int, threads: int) -> Rows:
        """Return float32[V, 2 P]: [w | b | 1 | 0 ..] in W and [c | 1 | b~ | 0 ..] in C, then P accumulators.

        So w.c + b + b~ is one dot product. A bias with its own learning rate is trained at the common one, with an
        accumulator that begins at (rate / own rate)^2 and not at 1.
        """
        D, P = self.vector_size, padded(self.vector_size + 2)
        rows = new_matrix(words, 2 * P)
        fill_rows(rows, D, 0.5 / D, stream(self.seed, 3, which), threads)
        bias, one = D + which, D + 1 - which
        ratio = self.learning_rate / (self.bias_learning_rate or self.learning_rate)
        accumulators = np.ones(P, np.float32)
        accumulators[[one, bias]] = HELD, min(ratio, HELD**0.5) ** 2

        def fill(part: slice) -> None:
            rows[part, one] = 1
            rows[part, P:] = accumulators

        run_blocks(fill, words, BLOCK, threads)
        return rows

    def _targets(self, counts: NDArray[np.float64]) -> tuple[Rows, ...]:
        """Return log X and f(X)."""
        weights = np.minimum(1, counts / self.x_max) ** self.alpha
        return np.log(counts).astype(np.float32), weights.astype(np.float32)

    def _zero_costs(self, *values: Rows) -> float:
        log_counts, weights = values
        # 1 more: where all counts are 1, zeros cost nothing
        return 0.5 * float((weights * (1 + log_counts**2)).sum())

    def _finished(self, W: Rows, C: Rows, threads: int) -> tuple[Rows, Rows]:
        """Return W and C; copies, so that the accumulators are freed."""
        D = self.vector_size
        word_vectors, context_vectors = (np.empty((len(rows), D), np.float32) for rows in (W, C))

        def copy(part: slice) -> None:
            word_vectors[part], context_vectors[part] = W[part, :D], C[part, :D]

        run_blocks(copy, len(W), BLOCK, threads)
        return word_vectors, context_vectors

    def _combine(self) -> Combine:
        return self.combine
