"""The geometry of word vectors: what is true of any space of so many dimensions, and what of a given one.

:func:`diagnose` measures all of it; the other functions are its parts. Each has its formula and its source.
"""

from fastvec.geometry.angles import cosines_of_random_pairs, mean_cosine
from fastvec.geometry.diagnosis import Diagnosis, diagnose
from fastvec.geometry.frequency import norm_frequency_correlation
from fastvec.geometry.laws import (
    capacity,
    expected_absolute_cosine,
    expected_norm_spread,
    johnson_lindenstrauss_bound,
    outer_shell_share,
    pair_probability,
)
from fastvec.geometry.matrices import norms_of, random_vectors
from fastvec.geometry.neighbors import euclidean_agreement, hubness, nearest_in_sample, occurrences, skewness
from fastvec.geometry.one_hot import Representation, one_hot_against_dense
from fastvec.geometry.projection import distortion, project, random_projection
from fastvec.geometry.space import Space
from fastvec.geometry.spectrum import (
    effective_dimension,
    isotropy,
    mean_vector_share,
    participation_ratio,
    variances,
)

__all__ = [
    "Diagnosis",
    "Representation",
    "Space",
    "capacity",
    "cosines_of_random_pairs",
    "diagnose",
    "distortion",
    "effective_dimension",
    "euclidean_agreement",
    "expected_absolute_cosine",
    "expected_norm_spread",
    "hubness",
    "isotropy",
    "johnson_lindenstrauss_bound",
    "mean_cosine",
    "mean_vector_share",
    "nearest_in_sample",
    "norm_frequency_correlation",
    "norms_of",
    "occurrences",
    "one_hot_against_dense",
    "outer_shell_share",
    "pair_probability",
    "participation_ratio",
    "project",
    "random_projection",
    "random_vectors",
    "skewness",
    "variances",
]
