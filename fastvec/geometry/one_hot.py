"""One-hot vectors beside dense ones."""

from __future__ import annotations

import math
from typing import NamedTuple

from fastvec.geometry.angles import cosines_of_random_pairs
from fastvec.geometry.matrices import Vectors, rows_of
from fastvec.geometry.neighbors import nearest_in_sample


class Representation(NamedTuple):
    """A way to write words as vectors.

    Attributes
    ----------
    dimensions : int
    bytes : int
        Of a matrix of all words, in float32.
    cosine_spread : float
        The standard deviation of the cosines of random pairs.
    nearest_cosine : float
        The mean cosine of a word and its nearest neighbour (among 5,000 random words).
    """

    dimensions: int
    bytes: int
    cosine_spread: float
    nearest_cosine: float


def one_hot_against_dense(vectors: Vectors, *, seed: int = 1) -> tuple[Representation, Representation]:
    """Compare the one-hot vectors of V words with given, dense ones.

    Every one-hot vector is orthogonal to all others and at the distance √2 from them, so that no word is nearer to
    a word than any other.

    Parameters
    ----------
    vectors : WordVectors, or real numbers[V, D]
        At least two rows.
    seed : int
        Of the pairs and words that are sampled.

    Returns
    -------
    one_hot, dense : Representation

    Raises
    ------
    SettingError
        If there are fewer than two rows, or the vectors are not finite real numbers.

    References
    ----------
    Bengio et al. 2003, "A neural probabilistic language model", section 1.1.

    Examples
    --------
    >>> from fastvec.geometry import random_vectors
    >>> one_hot, dense = one_hot_against_dense(random_vectors(10_000, 300))
    >>> one_hot
    Representation(dimensions=10000, bytes=400000000, cosine_spread=0.0, nearest_cosine=0.0)
    >>> dense.dimensions, dense.bytes, round(dense.nearest_cosine, 1)
    (300, 12000000, 0.2)
    """
    rows = rows_of(vectors)
    n_words, vector_size = rows.shape
    spread = float(cosines_of_random_pairs(rows, seed=seed).std())
    nearest = float(nearest_in_sample(rows, 1, seed=seed).cosines.mean())
    sizes = [(size, 4 * math.prod((n_words, size))) for size in (n_words, vector_size)]
    return Representation(*sizes[0], 0.0, 0.0), Representation(*sizes[1], spread, nearest)
