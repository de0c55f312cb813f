"""Subsampling: which tokens of frequent words stay."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def keep_probabilities(counts: NDArray[np.int64], sample: float) -> NDArray[np.float64]:
    """Return the probability that a token of each word is kept.

    It is sqrt(r) + r with r = sample * total / count, at most 1, as in word2vec.c (in the paper: sqrt(r)).
    ``sample=0`` keeps all.

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
    """Return what the kernels compare with: a token is kept if the high half of its draw is at most this."""
    thresholds: NDArray[np.float64] = np.clip(np.ceil(probabilities * 2.0**32) - 1, 0, 2**32 - 1)
    return thresholds.astype(np.uint32)
