"""In how many directions vectors vary, and how evenly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.arrays import real_array
from fastvec.geometry.matrices import ROWS, Vectors, blocks, rows_of


class Moments(NamedTuple):
    """The mean, float64[D], and the covariance matrix with 1/V, float64[D, D], of V rows."""

    n_rows: int
    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]


def moments(rows: NDArray[np.float32]) -> Moments:
    """Return mean and covariance; products are taken in float32 and summed in float64."""
    mean = sum((block.sum(axis=0) for block in blocks(rows)), np.zeros(rows.shape[1])) / len(rows)
    products = np.zeros((rows.shape[1],) * 2)
    for start in range(0, len(rows), ROWS):
        centred = rows[start : start + ROWS] - mean.astype(np.float32)
        products += centred.T @ centred
    return Moments(len(rows), mean, products / len(rows))


def variances(vectors: Vectors) -> NDArray[np.float64]:
    """Return the variance along each principal component, the largest first.

    Parameters
    ----------
    vectors : WordVectors, or real numbers[V, D]

    Returns
    -------
    float64[min(V, D)]
        The eigenvalues of the covariance matrix (with 1/V). The share of the first ones in the sum is the variance
        that these components explain.

    Raises
    ------
    SettingError
        If there are fewer than two rows, or the vectors are not finite real numbers.

    Examples
    --------
    >>> variances([[3, 0], [-3, 0], [0, 1], [0, -1]])
    array([4.5, 0.5])
    """
    return variances_of(moments(rows_of(vectors)))


def variances_of(found: Moments) -> NDArray[np.float64]:
    """Return the eigenvalues of the covariance, float64[min(V, D)], the largest first."""
    eigenvalues = np.linalg.eigvalsh(found.covariance).astype(np.float64)[::-1]
    return eigenvalues[: found.n_rows].clip(min=0)


def participation_ratio(values: ArrayLike) -> float:
    """Return (Σλ)² / Σλ²: how many of the values take part, D if all are equal and 1 if one has everything.

    Parameters
    ----------
    values : float[D]
        Variances λ; 0 if all are 0.

    Raises
    ------
    SettingError
        If they are not numbers on one axis.

    References
    ----------
    Gao et al. 2017, "A theory of multineuronal dimensionality, dynamics and measurement".

    Examples
    --------
    >>> participation_ratio([1, 1, 1, 0]), participation_ratio([5, 0, 0])
    (3.0, 1.0)
    """
    found = real_array("values", values, np.float64, (None,))
    largest = found.max(initial=0)
    if largest == 0:
        return 0.0
    shares = found / largest  # squares of 1e200 would overflow
    return float(shares.sum() ** 2 / (shares * shares).sum())


def effective_dimension(vectors: Vectors) -> float:
    """Return in how many dimensions vectors vary: the participation ratio of their :func:`variances`.

    V random vectors have about D / (1 + D/V): a little less than D.

    Parameters
    ----------
    vectors : WordVectors, or real numbers[V, D]

    Raises
    ------
    SettingError
        If there are fewer than two rows, or the vectors are not finite real numbers.

    Examples
    --------
    >>> from fastvec.geometry import random_vectors
    >>> round(effective_dimension(random_vectors(10_000, 50)))
    50
    >>> effective_dimension([[3, 0], [-3, 0], [0, 3], [0, -3], [0, 0]])
    2.0
    """
    return participation_ratio(variances(vectors))


def isotropy(vectors: Vectors) -> float:
    """Return how evenly vectors w fill their space, from 0 to 1: min Z(c) / max Z(c), with Z(c) = Σ exp(c·w).

    The directions c are the eigenvectors of WᵀW and their opposites (an eigenvector has no sign). Longer vectors
    make it smaller: compare it with that of random vectors of the same length.

    Parameters
    ----------
    vectors : WordVectors, or real numbers[V, D]

    Raises
    ------
    SettingError
        If there are fewer than two rows, or the vectors are not finite real numbers.

    References
    ----------
    Mu and Viswanath 2018, "All-but-the-Top", section 2.2; Arora et al. 2016 for Z.

    Examples
    --------
    >>> from fastvec.geometry import random_vectors
    >>> round(isotropy(random_vectors(10_000, 50, scale=0.1)), 2)
    1.0
    >>> round(isotropy(random_vectors(10_000, 50, scale=0.1) + 0.5), 4)  # a common direction
    0.0009
    """
    rows = rows_of(vectors)
    return isotropy_of(rows, moments(rows))


def isotropy_of(rows: NDArray[np.float32], found: Moments) -> float:
    """Return the isotropy of rows with these moments."""
    squares = found.covariance + np.outer(found.mean, found.mean)  # WᵀW / V
    directions = np.linalg.eigh(squares)[1].astype(np.float32)
    log_sums = np.full((2, rows.shape[1]), -np.inf)
    for start in range(0, len(rows), ROWS):
        projected = rows[start : start + ROWS] @ directions
        for which, dots in enumerate((projected, -projected)):
            greatest = dots.max(axis=0)
            sums = np.exp(dots - greatest).sum(axis=0, dtype=np.float64)
            log_sums[which] = np.logaddexp(log_sums[which], np.log(sums) + greatest)
    return float(np.exp(log_sums.min() - log_sums.max()))


def mean_vector_share(vectors: Vectors) -> float:
    """Return how much of the squared length of vectors is in their mean: |mean|² / mean |w|², from 0 to 1.

    Parameters
    ----------
    vectors : WordVectors, or real numbers[V, D]

    Raises
    ------
    SettingError
        If there are fewer than two rows, or the vectors are not finite real numbers.

    References
    ----------
    Mu and Viswanath 2018, "All-but-the-Top", section 2.1: the common mean vector.

    Examples
    --------
    >>> mean_vector_share([[3, 1], [3, -1]]), mean_vector_share([[1, 0], [-1, 0]])
    (0.9, 0.0)
    """
    return mean_vector_share_of(moments(rows_of(vectors)))


def mean_vector_share_of(found: Moments) -> float:
    """Return the share of the mean square that the mean vector has; 0 if all vectors are zero."""
    in_mean = float(found.mean @ found.mean)
    total = in_mean + float(np.trace(found.covariance))
    return in_mean / total if total > 0 else 0.0
