"""Districts: groups of words whose vectors point in similar directions, named by their words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastvec.geometry.matrices import generator
from fastvec.running.blas import one_blas_thread

ROUNDS = 30  # at most
SAMPLE = 5000  # words, the most frequent, that centres are made of: all 20,000 took four times as long
NAMES = 3  # words in the name of a district
FREQUENT = 0.1  # the share of a district, its most frequent words, that can name it
FEWEST = 12  # of these, if it has so many words


def districts_of(units: NDArray[np.float32], n_districts: int, seed: int) -> NDArray[np.uint8]:
    """Return the district of each word, by spherical k-means; the largest is number 0.

    Parameters
    ----------
    units : float32[N, D]
        At length 1, in the order of their words' frequency; rows of zeros are allowed.
    n_districts : int
        At most 255. There are fewer if there are fewer words.
    seed : int
        Of the first centres.

    Returns
    -------
    uint8[N]

    References
    ----------
    Dhillon and Modha 2001, "Concept decompositions for large sparse text data using clustering"; the first centres
    are drawn as by Arthur and Vassilvitskii 2007, "k-means++".

    Examples
    --------
    >>> districts_of(np.array([[1, 0], [0.8, 0.6], [-1, 0]], np.float32), 2, seed=1)
    array([0, 0, 1], dtype=uint8)
    """
    with one_blas_thread():
        centres = _centres(units[:SAMPLE], min(n_districts, len(units)), seed)
        found = np.argmax(units @ centres.T, axis=1)
    # the largest first; those without words have no number
    sizes = np.bincount(found, minlength=len(centres))
    place: NDArray[np.uint8] = np.empty(len(centres), np.uint8)
    place[np.argsort(-sizes, kind="stable")] = np.arange(len(centres))
    placed: NDArray[np.uint8] = place[found]
    return placed


def _centres(units: NDArray[np.float32], n: int, seed: int) -> NDArray[np.float32]:
    """Return the directions of n groups, or of fewer if there are not so many different rows, float32[n, D]."""
    centres = _first_centres(units, n, seed)
    found = np.full(len(units), -1)
    for _ in range(ROUNDS):
        nearest = np.argmax(units @ centres.T, axis=1)
        if np.array_equal(nearest, found):
            break
        found = nearest
        belongs = found == np.arange(len(centres))[:, None]
        sums = (belongs.astype(np.float32) @ units).astype(np.float64)
        lengths = np.sqrt((sums * sums).sum(axis=1, keepdims=True))
        # a centre without words stays where it was
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-30), centres).astype(np.float32)
    return centres


def _first_centres(units: NDArray[np.float32], n: int, seed: int) -> NDArray[np.float32]:
    """Return n rows; each is drawn by its distance from those before it."""
    draw = generator(seed)
    chosen = [int(draw.integers(len(units)))]
    distance = np.ones(len(units))
    while len(chosen) < n:
        distance = np.minimum(distance, np.clip(1 - units @ units[chosen[-1]], 0, None))
        distance[chosen] = 0
        total = distance.sum()
        if total <= 0:  # all other rows equal one of these
            break
        chosen.append(int(draw.choice(len(units), p=distance / total)))
    return units[chosen]


def names_of(units: NDArray[np.float32], districts: NDArray[np.uint8]) -> list[list[int]]:
    """Return for each district the ids of the words that name it: frequent ones that are nearest to its centre.

    Parameters
    ----------
    units : float32[N, D]
        In the order of their words' frequency.
    districts : uint8[N]

    Examples
    --------
    >>> names_of(np.array([[1, 0], [0.8, 0.6], [-1, 0]], np.float32), np.array([0, 0, 1], np.uint8))
    [[0, 1], [2]]
    """
    names = []
    for district in range(int(districts.max()) + 1):
        ids = np.flatnonzero(districts == district)
        centre = units[ids].sum(axis=0)
        frequent = ids[: max(FEWEST, int(FREQUENT * len(ids)))]
        order = np.argsort(-(units[frequent] @ centre), kind="stable")
        names.append(frequent[order[:NAMES]].tolist())
    return names
