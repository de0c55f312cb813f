"""Neighbours: whether a few words are near to everything, and whether the metric matters."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.arrays import real_array
from fastvec.checks.numbers import whole
from fastvec.geometry.matrices import Vectors, rows_of, sampled
from fastvec.vectors.nearest import Nearest
from fastvec.vectors.nearest import nearest as nearest_rows
from fastvec.vectors.queries import row_norms

SAMPLE = 5000  # words that are compared with each other: 25 million cosines, 2 s on one core
QUERIES = 500
SCORES = 1 << 22  # in one product: 16 MB


def nearest_in_sample(vectors: Vectors, k: int = 10, n_words: int = SAMPLE, *, seed: int = 1) -> Nearest:
    """Return the k nearest words, by cosine, of each word of a random sample, within that sample.

    Parameters
    ----------
    vectors : WordVectors, or real numbers[V, D]
        At least two rows.
    k : int
    n_words : int
        N, the size of the sample; all words if there are no more.
    seed : int

    Returns
    -------
    Nearest
        ``ids`` int64[N, K] in the sample and ``cosines`` float64[N, K], the highest first, with K = min(k, N - 1).

    Raises
    ------
    SettingError
        If an argument is out of range, or the vectors are not finite real numbers.

    Examples
    --------
    >>> nearest_in_sample([[1, 0], [1, 1], [0, 1]], k=1).ids[:, 0]
    array([1, 0, 1])
    """
    rows = rows_of(vectors)
    rows = rows[sampled(len(rows), whole("n_words", n_words, 2), seed)]
    norms, k = row_norms(rows), min(whole("k", k, 1), len(rows) - 1)
    units = rows.astype(np.float64) / norms[:, None]
    return nearest_rows(rows, norms, units, k, [[i] for i in range(len(rows))])


def occurrences(nearest: Nearest) -> NDArray[np.int64]:
    """Return in how many lists of neighbours each word occurs (its k-occurrence N_k).

    Parameters
    ----------
    nearest : Nearest
        As :func:`nearest_in_sample` returns it.

    Returns
    -------
    int64[N]
        Their mean is k.

    Examples
    --------
    >>> occurrences(nearest_in_sample([[1, 0], [1, 1], [0, 1]], k=1))
    array([1, 2, 0])
    """
    return np.bincount(nearest.ids[nearest.ids >= 0], minlength=len(nearest.ids))


def skewness(values: ArrayLike) -> float:
    """Return the third standardised moment, E (x - μ)³ / σ³; 0 if all values are equal.

    Parameters
    ----------
    values : real numbers[N]

    Raises
    ------
    SettingError
        If they are not numbers on one axis.

    Examples
    --------
    >>> skewness([1, 2, 3]), skewness([0, 0, 0, 4]) > 1
    (0.0, True)
    """
    found = real_array("values", values, np.float64, (None,))
    centred = found - found.mean() if len(found) else found
    spread = np.sqrt((centred**2).mean()) if len(found) else 0.0
    return float((centred**3).mean() / spread**3) if spread > 0 else 0.0


def hubness(vectors: Vectors, k: int = 10, n_words: int = SAMPLE, *, seed: int = 1) -> float:
    """Return the hubness of a space: the skewness of how often words occur among the k nearest of others.

    About 0 where all words occur equally often. Above 1, a few words, the hubs, are near to many others, and many
    words are in no list. Directions that are uniformly random have next to no hubs, in any number of dimensions; a
    common direction makes them, the more so the more dimensions there are. It depends on k and on the number of
    words too.

    Parameters
    ----------
    vectors : WordVectors, or real numbers[V, D]
        At least two rows.
    k : int
    n_words : int
        The size of the random sample of words that are compared with each other.
    seed : int
        Of the sample.

    Raises
    ------
    SettingError
        If an argument is out of range, or the vectors are not finite real numbers.

    References
    ----------
    Radovanović, Nanopoulos and Ivanović 2010, "Hubs in space", equation 1.

    Examples
    --------
    >>> from fastvec.geometry import random_vectors
    >>> directions = random_vectors(2000, 100)
    >>> round(hubness(directions), 1), round(hubness(directions + 0.3), 1)
    (0.3, 1.5)
    """
    return skewness(occurrences(nearest_in_sample(vectors, k, n_words, seed=seed)))


def euclidean_agreement(vectors: Vectors, k: int = 10, n_queries: int = QUERIES, *, seed: int = 1) -> float:
    """Return the share of the k nearest words by cosine that are also among the k nearest by Euclidean distance.

    It is 1 where all vectors have one length, since then |a - b|² = 2 - 2 cos(a, b). Where lengths differ, the
    Euclidean distance prefers short vectors.

    Parameters
    ----------
    vectors : WordVectors, or real numbers[V, D]
        At least two rows.
    k : int
        V - 1 if there are fewer other words.
    n_queries : int
        Words, drawn at random, whose neighbours among all V are compared.
    seed : int

    Raises
    ------
    SettingError
        If an argument is out of range, or the vectors are not finite real numbers.

    Examples
    --------
    >>> euclidean_agreement([[1, 0], [9, 0], [1, 1]], k=1)  # the nearest to (1, 0) is (9, 0), or (1, 1)
    0.3333333333333333
    """
    rows = rows_of(vectors)
    norms, k = row_norms(rows), min(whole("k", k, 1), len(rows) - 1)
    inverse = np.float32(1) / norms
    half_squares: NDArray[np.float32] = np.einsum("ij,ij->i", rows, rows) / np.float32(2)
    queries, common = sampled(len(rows), whole("n_queries", n_queries, 1), seed), 0
    at_once = max(1, SCORES // len(rows))
    for start in range(0, len(queries), at_once):
        ids = queries[start : start + at_once]
        dots = rows[ids] @ rows.T
        by_distance = _best(dots - half_squares, ids, k)  # |a - b|² = |a|² - 2 (a·b - |b|²/2)
        by_cosine = _best(dots * inverse, ids, k)
        common += sum(len(np.intersect1d(a, b)) for a, b in zip(by_cosine, by_distance, strict=True))
    return common / (k * len(queries))


def _best(scores: NDArray[np.float32], ids: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """Return the k columns of the highest scores of each row, but not that of the word itself."""
    scores[np.arange(len(ids)), ids] = -np.inf
    return np.argpartition(scores, scores.shape[1] - k, axis=1)[:, -k:]
