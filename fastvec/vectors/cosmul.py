"""3CosMul: rows by a product of similarities instead of a sum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastvec.vectors import queries

EPSILON = 1e-6  # of gensim; 0.001 in the paper
# of a score, relative: a float64 product of a block differs by 1e-15 or so from one of other rows
SLACK = 1e-9


def scores(
    vectors: NDArray[np.float32], positive: NDArray[np.float64], negative: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the product of s(row, p) over all p, divided by that of s(row, n) + EPSILON, float64[V].

    s(x, y) = (1 + cos(x, y)) / 2. It is NaN for a row that is not finite.

    Parameters
    ----------
    vectors : float32[V, D]
    positive, negative : float64[any number, D]
        At length 1.
    """
    result = np.empty(len(vectors))
    terms = np.concatenate([positive, negative]).T
    with np.errstate(all="ignore"):
        for start in range(0, len(vectors), queries.BLOCK):
            block = vectors[start : start + queries.BLOCK].astype(np.float64)
            lengths = np.sqrt(np.einsum("ij,ij->i", block, block))
            lengths[lengths == 0] = 1
            similar = (1 + np.clip(block @ terms / lengths[:, None], -1, 1)) / 2
            result[start : start + len(block)] = _combined(similar, len(positive))
    return result


def nearest(
    vectors: NDArray[np.float32],
    positive: NDArray[np.float64],
    negative: NDArray[np.float64],
    topn: int,
    left_out: list[int],
) -> list[tuple[int, float]]:
    """Return the ``topn`` rows of the highest scores: (id, score), best first, ties by id."""
    rough = scores(vectors, positive, negative)
    rough[np.isnan(rough)] = -np.inf
    rough[left_out] = -np.inf
    k = min(topn, len(rough))
    if k == 0:
        return []
    kth = np.partition(rough, len(rough) - k)[len(rough) - k]
    candidates = np.flatnonzero((rough >= kth - SLACK * abs(kth)) & (rough > -np.inf))
    rows, terms = vectors[candidates], [*positive, *negative]
    similar = np.stack([(1 + queries.cosines(rows, term)) / 2 for term in terms], axis=1)
    exact = _combined(similar, len(positive))
    best = np.argsort(-exact, kind="stable")[:k]
    return [(int(candidates[i]), float(exact[i])) for i in best]


def _combined(similar: NDArray[np.float64], n_positive: int) -> NDArray[np.float64]:
    products: NDArray[np.float64] = similar[:, :n_positive].prod(axis=1)
    products /= similar[:, n_positive:].prod(axis=1) + EPSILON
    return products
