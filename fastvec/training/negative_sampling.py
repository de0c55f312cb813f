"""Negative sampling: which words are drawn as noise, by an alias table."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import SettingError
from fastvec.kernels import _sampling
from fastvec.kernels.random import stream


class AliasTable:
    """Draws a word with a probability in proportion to its weight, in O(1) and 8 bytes a word.

    Walker's method as built by Vose (1991), "A Linear Algorithm for Generating Random Numbers with a Given
    Distribution".

    Parameters
    ----------
    weights : float64[V]
        Non-negative, finite, at least one positive.

    Raises
    ------
    SettingError
        If a weight is negative or not finite, or all are zero.

    Examples
    --------
    >>> AliasTable([0, 1, 3]).draw(5, seed=1).tolist()
    [1, 2, 2, 2, 2]
    """

    def __init__(self, weights: NDArray[np.float64]) -> None:
        weights = np.ascontiguousarray(weights, np.float64)
        if weights.ndim != 1 or not len(weights):
            raise SettingError(field="weights", expected="float64[V]", got=weights)
        with np.errstate(over="ignore", invalid="ignore"):
            total = weights.sum()
        if not (np.isfinite(total) and total > 0 and weights.min() >= 0):
            raise SettingError(
                field="weights", expected="non-negative numbers of a positive, finite sum", got=weights
            )
        self.table = np.empty(len(weights), np.uint64)
        _sampling.alias_build(weights, self.table)

    def draw(self, n: int, *, seed: int = 1) -> NDArray[np.int32]:
        """Return n words, int32[n]; the same seed draws the same."""
        drawn = np.empty(n, np.int32)
        _sampling.alias_draws(self.table, stream(seed), drawn)
        return drawn


def noise_weights(counts: NDArray[np.int64], exponent: float) -> NDArray[np.float64]:
    """Return the weights of noise words: count^exponent (0.75 in Mikolov et al. 2013), 0 for a count of 0."""
    weights = np.zeros(len(counts))
    seen = counts > 0
    powers = exponent * np.log(counts[seen])
    weights[seen] = np.exp(powers - powers.max(initial=-np.inf))  # the greatest is 1, whatever the exponent
    return weights
