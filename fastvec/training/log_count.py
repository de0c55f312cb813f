"""Log-count factorisation: the plainest way from counts to vectors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastvec.checks import numbers as check
from fastvec.checks.settings import setting
from fastvec.kernels import _turns
from fastvec.kernels.random import draws, stream
from fastvec.kernels.reference import log_count as reference_log_count
from fastvec.training.count_trainer import Rows
from fastvec.training.matrices import new_matrix, unpadded
from fastvec.training.settings import knows_other_names
from fastvec.training.tile_trainer import TileTrainer


@knows_other_names
@dataclass(frozen=True, kw_only=True)
class LogCountFactorization(TileTrainer):
    """Log-count factorisation: W C^T approximates log(1 + count), by stochastic gradient descent.

    The cost of the counts X is the sum over the observed pairs of

        (w_i . c_j - log(1 + X_ij))^2 / 2

    which is GloVe (Pennington, Socher and Manning 2014, "GloVe: Global Vectors for Word Representation", equation
    8) without weights, biases and AdaGrad: small enough to teach, and good enough for small texts.

    Parameters
    ----------
    vector_size : int
        D, the dimensions of a vector.
    learning_rate : float
        Constant learning rate.
    epochs : int
        Passes over the counts.
    seed : int
        Seed of all random draws. W and C start with normal numbers of the standard deviation 0.5 / sqrt(D). One
        seed gives the same bytes every time on any number of threads, on one instruction set.

    Raises
    ------
    SettingError
        If a setting is unknown or out of range.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["the king rules", "the queen rules"], min_count=1)
    >>> vectors = fv.LogCountFactorization(vector_size=8).train(corpus)
    >>> W, C = vectors.vectors, vectors.context_vectors
    >>> round(float(W[vectors.get_index("the")] @ C[vectors.get_index("king")]), 3)  # log(1 + 1)
    0.693
    """

    vector_size: int = setting(16, "dimensions of a vector", check.whole, 1, 1 << 20)
    epochs: int = setting(300, "passes over the counts", check.whole, 1)

    _values = ("targets",)
    _compiled = staticmethod(_turns.log_count)
    _reference = staticmethod(reference_log_count.log_count_tile)

    def _new_rows(self, words: int, which: int, threads: int) -> Rows:
        """Return float32[V, P] drawn from N(0, (0.5 / sqrt(D))^2), by Box and Muller's (1958) transform."""
        n = words * self.vector_size
        uniform = (draws(stream(self.seed, 3, which), 0, 2 * n) >> np.uint64(11)) * 2.0**-53  # in [0, 1)
        normal = np.sqrt(-2 * np.log(1 - uniform[:n])) * np.cos(2 * np.pi * uniform[n:])
        rows = new_matrix(words, self.vector_size)
        rows[:, : self.vector_size] = 0.5 / np.sqrt(self.vector_size) * normal.reshape(words, -1)
        return rows

    def _targets(self, counts: NDArray[np.float64]) -> tuple[Rows]:
        return (np.log1p(counts).astype(np.float32),)

    def _zero_costs(self, *values: Rows) -> float:
        (targets,) = values
        # a quarter more: where all counts are near 0, the rows that were drawn cost more than zeros would
        return 0.5 * (0.25 * len(targets) + float((targets**2).sum()))

    def _finished(self, W: Rows, C: Rows, threads: int) -> tuple[Rows, Rows]:
        return unpadded(W, self.vector_size), unpadded(C, self.vector_size)
