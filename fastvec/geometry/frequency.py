"""Length and frequency: whether frequent words have longer vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.arrays import integers
from fastvec.errors import SettingError
from fastvec.geometry.matrices import Vectors, norms_of
from fastvec.running.loading import load


def counts_for(vectors: Vectors, counts: ArrayLike | None, n_words: int) -> NDArray[np.int64] | None:
    """Return the given counts, int64[V], or else those of the vectors; None if there are none."""
    from fastvec.vectors.word_vectors import WordVectors

    if counts is None:
        return vectors.counts if isinstance(vectors, WordVectors) else None
    found = integers("counts", counts, np.int64)
    if len(found) != n_words or (found < 0).any():
        raise SettingError(field="counts", expected=f"{n_words} counts of at least 0", got=found)
    return found


def norm_frequency_correlation(vectors: Vectors, counts: ArrayLike | None = None) -> float:
    """Return Spearman's rank correlation of the length of vectors and how often their words occur.

    Word2vec's vectors are longest at middle frequencies: rare words have seen few updates, the most frequent ones
    occur in all contexts.

    Parameters
    ----------
    vectors : WordVectors, or real numbers[V, D]
    counts : int[V], optional
        By default those of the vectors.

    Returns
    -------
    float
        NaN if all lengths or all counts are equal.

    Raises
    ------
    SettingError
        If there are no counts, or they do not fit, or the vectors are not finite real numbers.

    References
    ----------
    Schakel and Wilson 2015, "Measuring word significance using distributed representations of words".

    Examples
    --------
    >>> norm_frequency_correlation([[1, 0], [0, 2], [2, 2]], counts=[9, 5, 1])
    -1.0
    """
    norms = norms_of(vectors)
    found = counts_for(vectors, counts, len(norms))
    if found is None:
        raise SettingError(field="counts", expected="how often each word occurs", shown="none")
    return rank_correlation(norms, found)


def rank_correlation(a: NDArray[np.floating], b: NDArray[np.integer]) -> float:
    """Return Spearman's correlation, ties at their mean rank; NaN if one side is constant."""
    ranks = [load("scipy.stats").rankdata(values) for values in (a, b)]
    ranks = [values - values.mean() for values in ranks]
    scale = np.sqrt((ranks[0] @ ranks[0]) * (ranks[1] @ ranks[1]))
    return round(float(ranks[0] @ ranks[1] / scale), 15) if scale > 0 else float("nan")
