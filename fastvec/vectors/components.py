"""Principal directions: the first right singular vectors of a matrix of many rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 4096  # rows that are copied to float64 at a time


def mean_row(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the mean of a matrix[n, D] with at least one row, float64[D]."""
    mean: NDArray[np.float64] = rows.mean(axis=0, dtype=np.float64)
    return mean


def directions(
    rows: NDArray[np.float32], centre: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the squared singular values, float64[D], and right singular vectors, float64[D, D], largest first.

    Parameters
    ----------
    rows : float32[n, D]
    centre : float64[D], optional
        What is subtracted from each row first.

    Examples
    --------
    >>> values, vectors = directions(np.array([[3, 0], [0, 1]], np.float32))
    >>> values, abs(vectors)
    (array([9., 1.]), array([[1., 0.],
           [0., 1.]]))
    """
    gram = np.zeros((rows.shape[1], rows.shape[1]))
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK].astype(np.float64)
        if centre is not None:
            block -= centre
        gram += block.T @ block
    values, vectors = np.linalg.eigh(gram)  # in ascending order
    return values[::-1], vectors.T[::-1]


def subtract(
    rows: NDArray[np.float32], centre: NDArray[np.float64], common: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return rows[n, D] minus ``centre`` and their projections on orthogonal unit vectors ``common``[k, D]."""
    result = np.empty(rows.shape, np.float32)
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK].astype(np.float64) - centre
        result[start : start + BLOCK] = block - block @ common.T @ common if len(common) else block
    return result
