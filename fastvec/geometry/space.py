"""Space: what was measured of one matrix of vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastvec.geometry.angles import cosines_of_random_pairs, mean_cosine
from fastvec.geometry.frequency import rank_correlation
from fastvec.geometry.matrices import norms_of
from fastvec.geometry.neighbors import euclidean_agreement, nearest_in_sample, occurrences, skewness
from fastvec.geometry.projection import distortion
from fastvec.geometry.spectrum import (
    isotropy_of,
    mean_vector_share_of,
    moments,
    participation_ratio,
    variances_of,
)

NEARLY_ORTHOGONAL = 0.1  # |cosine|: within 5.7 degrees of a right angle
NUMBERS = (
    "mean_cosine", "mean_absolute_cosine", "cosine_spread", "nearly_orthogonal_share", "nearest_cosine",
    "mean_norm", "norm_spread", "norm_frequency_correlation", "effective_dimension", "top_variance_share",
    "top_10_variance_share", "mean_vector_share", "isotropy", "hubness", "greatest_occurrence",
    "never_near_share", "euclidean_agreement", "distortion_spread",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Space:
    """What :func:`diagnose` measured of one matrix of vectors: arrays for pictures, numbers as properties.

    Attributes
    ----------
    n_words, vector_size : int
        V and D.
    cosines : float64[P]
        Of random pairs of words.
    mean_cosine : float
        Of all pairs.
    norms : float64[V]
        The lengths of the vectors.
    counts : int64[V] or None
        How often each word occurs.
    variances : float64[min(V, D)]
        Along the principal components, the largest first.
    mean_vector_share, isotropy, euclidean_agreement : float
        What the functions of these names return.
    occurrences : int64[N]
        In how many of the lists of ``k`` neighbours each word of a sample occurs.
    k : int
        The length of those lists.
    nearest_cosine : float
        The mean cosine of a word of that sample and its nearest neighbour.
    distortions : dict
        From numbers of dimensions to the ratios that :func:`distortion` returns for them.
    half : int
        The number of dimensions, among those, that is half of D.
    """

    n_words: int
    vector_size: int
    cosines: NDArray[np.float64]
    mean_cosine: float
    norms: NDArray[np.float64]
    counts: NDArray[np.int64] | None
    variances: NDArray[np.float64]
    mean_vector_share: float
    isotropy: float
    occurrences: NDArray[np.int64]
    k: int
    nearest_cosine: float
    euclidean_agreement: float
    distortions: Mapping[int, NDArray[np.float64]]
    half: int

    def __repr__(self) -> str:
        return f"<Space: {self.n_words:,} words, {self.vector_size} dimensions>"

    @property
    def mean_absolute_cosine(self) -> float:
        """The mean |cosine| of random pairs."""
        return float(np.abs(self.cosines).mean())

    @property
    def cosine_spread(self) -> float:
        """The standard deviation of the cosines of random pairs."""
        return float(self.cosines.std())

    @property
    def nearly_orthogonal_share(self) -> float:
        """The share of random pairs with a |cosine| below 0.1."""
        return float((np.abs(self.cosines) < NEARLY_ORTHOGONAL).mean())

    @property
    def mean_norm(self) -> float:
        """The mean length of a vector."""
        return float(self.norms.mean())

    @property
    def norm_spread(self) -> float:
        """The standard deviation of the lengths over their mean; 0 if all vectors are zero."""
        mean = self.norms.mean()
        return float(self.norms.std() / mean) if mean > 0 else 0.0

    @property
    def norm_frequency_correlation(self) -> float | None:
        """Spearman's correlation of lengths and counts; None without counts, NaN if either are all equal."""
        return None if self.counts is None else rank_correlation(self.norms, self.counts)

    @property
    def effective_dimension(self) -> float:
        """The participation ratio of the variances."""
        return participation_ratio(self.variances)

    @property
    def top_variance_share(self) -> float:
        """The share of the variance that the first principal component has."""
        return self._variance_share(1)

    @property
    def top_10_variance_share(self) -> float:
        """The share of the variance that the first ten principal components have."""
        return self._variance_share(10)

    def _variance_share(self, n: int) -> float:
        total = self.variances.sum()
        return float(self.variances[:n].sum() / total) if total > 0 else 0.0

    @property
    def hubness(self) -> float:
        """The skewness of the occurrences."""
        return skewness(self.occurrences)

    @property
    def greatest_occurrence(self) -> int:
        """In how many lists the word is that is in most."""
        return int(self.occurrences.max())

    @property
    def never_near_share(self) -> float:
        """The share of the words of the sample that are in no list."""
        return float((self.occurrences == 0).mean())

    @property
    def distortion_spread(self) -> float:
        """The standard deviation of squared distances after a random projection to half of the dimensions."""
        ratios = self.distortions[self.half]
        return float(ratios.std()) if len(ratios) else float("nan")

    def as_dict(self) -> dict[str, float | None]:
        """Return the numbers by name."""
        return {name: getattr(self, name) for name in NUMBERS}


def measure(
    rows: NDArray[np.float32], counts: NDArray[np.int64] | None, *, k: int, sizes: list[int], half: int, seed: int
) -> Space:
    """Measure a matrix of vectors."""
    nearest, found = nearest_in_sample(rows, k, seed=seed), moments(rows)
    return Space(
        n_words=len(rows),
        vector_size=rows.shape[1],
        cosines=cosines_of_random_pairs(rows, seed=seed),
        mean_cosine=mean_cosine(rows),
        norms=norms_of(rows),
        counts=counts,
        variances=variances_of(found),
        mean_vector_share=mean_vector_share_of(found),
        isotropy=isotropy_of(rows, found),
        occurrences=occurrences(nearest),
        k=nearest.ids.shape[1],
        nearest_cosine=float(nearest.cosines[:, 0].mean()),
        euclidean_agreement=euclidean_agreement(rows, k, seed=seed),
        distortions={size: distortion(rows, size, seed=seed) for size in sizes},
        half=half,
    )
