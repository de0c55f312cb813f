"""Angles between words that are not chosen for being alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastvec.geometry.matrices import ROWS, Vectors, blocks, random_pairs, rows_of


def cosines_of_random_pairs(vectors: Vectors, n_pairs: int = 100_000, *, seed: int = 1) -> NDArray[np.float64]:
    """Return the cosines of random pairs of different words.

    In a space where all directions are equally probable their mean is 0, their standard deviation 1/√D, and the
    mean of |cosine| that of :func:`expected_absolute_cosine`. Trained vectors have more: words share topics, and
    most spaces a common direction.

    Parameters
    ----------
    vectors : WordVectors, or real numbers[V, D]
        At least two rows.
    n_pairs : int
        P; the mean of |cosine| is then right to about 0.6 / √(P D).
    seed : int

    Returns
    -------
    float64[P]
        0 for a pair with a zero vector.

    Raises
    ------
    SettingError
        If there are fewer than two rows, or the vectors are not finite real numbers.

    References
    ----------
    Ethayarajh 2019, "How contextual are contextualized word representations?", section 3.3, for the mean.

    Examples
    --------
    >>> from fastvec.geometry import random_vectors
    >>> cosines = cosines_of_random_pairs(random_vectors(5000, 300))
    >>> abs(cosines).mean().round(3), cosines.std().round(3)
    (np.float64(0.046), np.float64(0.058))
    """
    rows = rows_of(vectors)
    first, second = random_pairs(len(rows), n_pairs, seed)
    cosines = np.empty(len(first))
    for start in range(0, len(first), ROWS):
        part = slice(start, start + ROWS)
        a, b = (rows[ids[part]].astype(np.float64) for ids in (first, second))
        lengths = np.sqrt(np.einsum("ij,ij->i", a, a)) * np.sqrt(np.einsum("ij,ij->i", b, b))
        dots = np.einsum("ij,ij->i", a, b)
        cosines[part] = np.clip(np.divide(dots, lengths, out=np.zeros(len(a)), where=lengths > 0), -1, 1)
    return cosines


def mean_cosine(vectors: Vectors) -> float:
    """Return the mean cosine of all pairs of different words; about 0 if no direction is preferred.

    With the vectors u at length 1 it is (|Σu|² - V) / (V² - V), so that no pair need be compared.

    Parameters
    ----------
    vectors : WordVectors, or real numbers[V, D]
        At least two rows.

    Raises
    ------
    SettingError
        If there are fewer than two rows, or the vectors are not finite real numbers.

    Examples
    --------
    >>> round(mean_cosine([[1, 0], [0, 2], [3, 3]]), 4)  # 0, and twice the cosine of 45 degrees
    0.4714
    """
    rows = rows_of(vectors)
    total, n_units = np.zeros(rows.shape[1]), 0
    for block in blocks(rows):
        norms = np.sqrt(np.einsum("ij,ij->i", block, block))
        inverse = np.divide(1, norms, out=np.zeros(len(norms)), where=norms > 0)
        total += inverse @ block
        n_units += int((norms > 0).sum())
    return float((total @ total - n_units) / (len(rows) * (len(rows) - 1)))
