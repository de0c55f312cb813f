"""3CosMul: rows by a product of similarities instead of a sum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastvec.vectors import queries

EPSILON = 1e-6  # of gensim; 0.001 in the paper
ERROR = queries.SLACK / 2  # of a similarity from a product in float32


def scores(
    vectors: NDArray[np.float32],
    norms: NDArray[np.float32],
    positive: NDArray[np.float64],
    negative: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the product of s(row, p) over all p, divided by that of s(row, n) + EPSILON, float64[V].

    s(x, y) = (1 + cos(x, y)) / 2, to 1e-6. The score is NaN for a row that is not finite.

    Parameters
    ----------
    vectors : float32[V, D]
    norms : float32[V]
        The lengths of the rows, 1 for a row of zeros.
    positive, negative : float64[any number, D]
        At length 1.
    """
    return _combined(*_similarities(vectors, norms, positive, negative))


def nearest(
    vectors: NDArray[np.float32],
    norms: NDArray[np.float32],
    positive: NDArray[np.float64],
    negative: NDArray[np.float64],
    topn: int,
    left_out: list[int],
) -> list[tuple[int, float]]:
    """Return the ``topn`` rows of the highest scores, in float64: (id, score), best first, ties by id."""
    above, below = _similarities(vectors, norms, positive, negative)
    k = min(topn, len(vectors))
    if k == 0:
        return []
    # the bounds of each score, where similarities are wrong by ERROR
    least = _combined(np.maximum(above - ERROR, 0), below + ERROR)
    most = _combined(above + ERROR, np.maximum(below - ERROR, 0))
    for bound in (least, most):
        bound[np.isnan(bound)] = -np.inf
        bound[left_out] = -np.inf
    candidates = np.flatnonzero((most >= np.partition(least, len(least) - k)[len(least) - k]) & (most > -np.inf))
    rows = vectors[candidates]
    exact = _combined(*(_exact_similarities(rows, terms) for terms in (positive, negative)))
    best = np.argsort(-exact, kind="stable")[:k]
    return [(int(candidates[i]), float(exact[i])) for i in best]


def _similarities(
    vectors: NDArray[np.float32],
    norms: NDArray[np.float32],
    positive: NDArray[np.float64],
    negative: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return s of each term and row, float64[n, V], of the positive and of the negative terms."""
    cosines = queries.cosines_with_all(vectors, norms, np.concatenate([positive, negative]))
    similar = (1 + cosines.astype(np.float64)) / 2
    return similar[: len(positive)], similar[len(positive) :]


def _exact_similarities(rows: NDArray[np.float32], terms: NDArray[np.float64]) -> NDArray[np.float64]:
    cosines = [queries.cosines(rows, term) for term in terms]
    return (1 + np.array(cosines).reshape(len(terms), len(rows))) / 2


def _combined(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    products: NDArray[np.float64] = above.prod(axis=0) / (below.prod(axis=0) + EPSILON)
    return products
