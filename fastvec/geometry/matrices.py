"""What the measures of this folder start from: checked matrices, random ones, pairs of rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.arrays import first_not_finite, matrix
from fastvec.checks.numbers import real, whole
from fastvec.errors import SettingError

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

Vectors: TypeAlias = "WordVectors | ArrayLike"

ROWS = 4096  # copied to float64 at a time: 10 MB with 300 dimensions


def rows_of(vectors: Vectors, least: int = 2) -> NDArray[np.float32]:
    """Return the rows of WordVectors or of a matrix, float32[V, D], if there are ``least`` and all are finite."""
    from fastvec.vectors.word_vectors import WordVectors

    rows = vectors.vectors if isinstance(vectors, WordVectors) else matrix("vectors", vectors, (None, None))
    if len(rows) < least:
        raise SettingError(field="vectors", expected=f"at least {least} rows", got=rows)
    wrong = first_not_finite(rows)
    if wrong is not None:
        raise SettingError(field="vectors", expected="finite numbers", shown=f"nan or inf in row {wrong}")
    return rows


def blocks(rows: NDArray[np.float32]) -> Iterator[NDArray[np.float64]]:
    """Yield the rows in float64, some thousand at a time."""
    for start in range(0, len(rows), ROWS):
        yield rows[start : start + ROWS].astype(np.float64)


def norms_of(vectors: Vectors) -> NDArray[np.float64]:
    """Return the length of each vector.

    Parameters
    ----------
    vectors : WordVectors, or real numbers[V, D]

    Returns
    -------
    float64[V]

    Raises
    ------
    SettingError
        If the vectors are not finite real numbers.

    Examples
    --------
    >>> norms_of([[3, 4], [0, 0]])
    array([5., 0.])
    """
    rows = rows_of(vectors, 1)
    return np.concatenate([np.sqrt(np.einsum("ij,ij->i", block, block)) for block in blocks(rows)])


def random_vectors(n_words: int, vector_size: int, *, scale: float = 1.0, seed: int = 1) -> NDArray[np.float32]:
    """Return vectors whose numbers are independent and normal: all directions are equally probable.

    Parameters
    ----------
    n_words, vector_size : int
        V and D.
    scale : float
        The standard deviation of a number.
    seed : int

    Returns
    -------
    float32[V, D]

    Raises
    ------
    SettingError
        If an argument is out of range.

    References
    ----------
    Muller 1959, "A note on a method for generating points uniformly on n-dimensional spheres".

    Examples
    --------
    >>> random_vectors(1000, 300).std().round(2)
    np.float32(1.0)
    """
    shape = whole("n_words", n_words, 1), whole("vector_size", vector_size, 1)
    real("scale", scale, 0)
    drawn = generator(seed).standard_normal(shape, dtype=np.float32)
    drawn *= np.float32(scale)
    return drawn


def generator(seed: int) -> np.random.Generator:
    """Return the random numbers of a seed."""
    return np.random.default_rng(whole("seed", seed, 0, (1 << 64) - 1))


def random_pairs(n_rows: int, n_pairs: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of different rows, each pair equally probable: int64[P] twice."""
    draw = generator(seed)
    first = draw.integers(0, n_rows, whole("n_pairs", n_pairs, 1))
    return first, (first + draw.integers(1, n_rows, n_pairs)) % n_rows


def sampled(n_rows: int, n_sampled: int, seed: int) -> NDArray[np.int64]:
    """Return the numbers of so many different rows, or of all, in order."""
    if n_sampled >= n_rows:
        return np.arange(n_rows)
    return np.sort(generator(seed).choice(n_rows, n_sampled, replace=False))
