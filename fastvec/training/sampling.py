"""What is drawn at random: which tokens stay, which words are negatives, and from which stream."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import SettingError
from fastvec.kernels import _sampling
from fastvec.running.loop import new_stop_flag, run

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15  # between two states of SplitMix64
ROWS = 1 << 11  # that a thread fills at a time: about a millisecond


def stream(seed: int, *place: int) -> int:
    """The random stream of a place in a run, as (epoch, slice, purpose): SplitMix64's mixer, place by place.

    Examples
    --------
    >>> stream(1, 0, 0) != stream(1, 0, 1) != stream(2, 0, 1)
    True
    """
    state = seed & MASK
    for number in (0, *place):
        state = (state + (number + 1) * GAMMA) & MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & MASK
        state ^= state >> 31
    return state


def fill_rows(rows: NDArray[np.float32], columns: int, half: float, draws_of: int, threads: int) -> None:
    """Fill rows[:, :columns] with the draws of a stream, uniform in [-half, half), and the rest with 0.

    The same on any number of threads: from its place k on, a stream is the stream k * GAMMA further. Threads share
    the drawing and, which takes longer, the first touch of the memory.
    """

    def fill(first: int, _worker: int) -> None:
        later = (draws_of + first * columns * GAMMA) & MASK
        _sampling.fill_uniform(rows[first : first + ROWS], columns, half, later)

    run(fill, range(0, len(rows), ROWS), threads=threads, stop=new_stop_flag())


class AliasTable:
    """Draws a word with a probability in proportion to its weight, in O(1) and 8 bytes a word.

    Walker's method as built by Vose (1991), "A Linear Algorithm for Generating Random Numbers with a Given
    Distribution".

    Parameters
    ----------
    weights : float64[V]
        None negative, none infinite or NaN, at least one positive.

    Raises
    ------
    SettingError
        The weights are none of a distribution.

    Examples
    --------
    >>> AliasTable([0, 1, 3]).draw(5, seed=1).tolist()
    [1, 2, 2, 2, 2]
    """

    def __init__(self, weights: NDArray[np.float64]) -> None:
        weights = np.ascontiguousarray(weights, np.float64)
        if weights.ndim != 1 or not len(weights):
            raise SettingError(f"weights: expected float64[V], got shape {weights.shape}", field="weights")
        with np.errstate(over="ignore", invalid="ignore"):
            total = weights.sum()
        if not (np.isfinite(total) and total > 0 and weights.min() >= 0):
            raise SettingError("weights: expected none negative and a positive, finite sum", field="weights")
        self.table = np.empty(len(weights), np.uint64)
        _sampling.alias_build(weights, self.table)

    def draw(self, n: int, *, seed: int = 1) -> NDArray[np.int32]:
        """n words, int32[n]; the same seed draws the same."""
        drawn = np.empty(n, np.int32)
        _sampling.alias_draws(self.table, stream(seed), drawn)
        return drawn


def noise_weights(counts: NDArray[np.int64], exponent: float) -> NDArray[np.float64]:
    """The noise of negative sampling: count^exponent (0.75 in Mikolov et al. 2013), 0 for no count."""
    weights = np.zeros(len(counts))
    seen = counts > 0
    powers = exponent * np.log(counts[seen])
    weights[seen] = np.exp(powers - powers.max(initial=-np.inf))  # the greatest is 1, whatever the exponent
    return weights


def keep_probabilities(counts: NDArray[np.int64], sample: float) -> NDArray[np.float64]:
    """The probability that a token of each word stays: sqrt(r) + r with r = sample * total / count, at most 1.

    As word2vec.c has it (the paper's is sqrt(r)); ``sample=0`` keeps all.

    Examples
    --------
    >>> keep_probabilities(np.array([900, 100]), 1e-2).round(3)
    array([0.117, 0.416])
    """
    if sample == 0:
        return np.ones(len(counts))
    r = sample * counts.sum() / np.maximum(counts, 1)
    keep: NDArray[np.float64] = np.minimum(1, np.sqrt(r) + r)
    return keep


def keep_thresholds(probabilities: NDArray[np.float64]) -> NDArray[np.uint32]:
    """For the kernels: a token stays if the high half of its draw is at most this."""
    thresholds: NDArray[np.float64] = np.clip(np.ceil(probabilities * 2.0**32) - 1, 0, 2**32 - 1)
    return thresholds.astype(np.uint32)
