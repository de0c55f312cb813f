"""Random projection to fewer dimensions, and what it does to distances."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import whole
from fastvec.geometry.matrices import ROWS, Vectors, generator, random_pairs, rows_of


def random_projection(vectors: Vectors, k: int, *, seed: int = 1) -> NDArray[np.float32]:
    """Return vectors projected to k random dimensions: W R, where R[D, k] has normal numbers of variance 1/k.

    Parameters
    ----------
    vectors : WordVectors, or real numbers[V, D]
    k : int
    seed : int

    Returns
    -------
    float32[V, k]

    Raises
    ------
    SettingError
        If ``k`` is out of range, or the vectors are not finite real numbers.

    References
    ----------
    Dasgupta and Gupta 2003, "An elementary proof of a theorem of Johnson and Lindenstrauss".

    Examples
    --------
    >>> random_projection([[1, 2, 3], [4, 5, 6]], 2).shape
    (2, 2)
    """
    rows = rows_of(vectors, 1)
    projected: NDArray[np.float32] = rows @ _directions(rows.shape[1], k, seed).astype(np.float32)
    return projected


def distortion(vectors: Vectors, k: int, n_pairs: int = 2000, *, seed: int = 1) -> NDArray[np.float64]:
    """Return what a random projection to k dimensions does to distances: |Ra - Rb|² / |a - b|².

    Whatever the vectors, a ratio is distributed as χ² with k degrees of freedom over k: its mean is 1, its
    standard deviation √(2/k). :func:`johnson_lindenstrauss_bound` says for which k all pairs of n words are within
    1 ± ε.

    Parameters
    ----------
    vectors : WordVectors, or real numbers[V, D]
        At least two rows.
    k : int
    n_pairs : int
        P random pairs of different rows.
    seed : int
        Of the pairs and of the projection.

    Returns
    -------
    float64[at most P]
        Without pairs of equal vectors, whose ratio is not defined.

    Raises
    ------
    SettingError
        If an argument is out of range, or the vectors are not finite real numbers.

    References
    ----------
    Dasgupta and Gupta 2003, lemma 2.2; Achlioptas 2003, "Database-friendly random projections".

    Examples
    --------
    >>> from fastvec.geometry import random_vectors
    >>> ratios = distortion(random_vectors(5000, 300), 50)
    >>> ratios.mean().round(1), ratios.std().round(1)  # √(2/50) = 0.2
    (np.float64(1.0), np.float64(0.2))
    """
    rows = rows_of(vectors)
    first, second = random_pairs(len(rows), n_pairs, seed)
    directions, found = _directions(rows.shape[1], k, seed), []
    for start in range(0, n_pairs, ROWS):
        a, b = (rows[ids[start : start + ROWS]].astype(np.float64) for ids in (first, second))
        differences = a - b
        before = np.einsum("ij,ij->i", differences, differences)
        projected = differences @ directions
        after = np.einsum("ij,ij->i", projected, projected)
        found.append(after[before > 0] / before[before > 0])
    return np.concatenate(found)


def _directions(vector_size: int, k: int, seed: int) -> NDArray[np.float64]:
    """Return R, float64[D, k]; its stream is not that of the pairs."""
    shape = vector_size, whole("k", k, 1)
    drawn: NDArray[np.float64] = generator(seed).spawn(1)[0].standard_normal(shape)
    drawn /= np.sqrt(k)
    return drawn
