"""Chi-square tests for the tests of random draws. Streams are fixed, so a verdict is the same in every run."""

from __future__ import annotations

import numpy as np
from scipy import stats

RARE = 1e-5  # of what is refused by chance, on either side: too good a fit is wrong too


def fits(observed, probabilities) -> bool:
    """Whether counts are such as draws with these probabilities give."""
    observed, probabilities = np.asarray(observed, float).ravel(), np.asarray(probabilities, float).ravel()
    possible = probabilities > 0
    if observed[~possible].any():
        return False
    expected = observed.sum() * probabilities[possible] / probabilities.sum()
    assert expected.min() >= 5, "too few draws for a chi-square test"
    statistic = ((observed[possible] - expected) ** 2 / expected).sum()
    return bool(RARE < stats.chi2.sf(statistic, possible.sum() - 1) < 1 - RARE)


def independent(one, other, p_one, p_other) -> bool:
    """Whether pairs of draws 0 .. n - 1 are such as independent draws with these probabilities give."""
    p_one, p_other = (np.asarray(p, float) / np.sum(p) for p in (p_one, p_other))
    pairs = np.bincount(np.asarray(one, np.int64) * len(p_other) + other, minlength=len(p_one) * len(p_other))
    return fits(pairs, np.outer(p_one, p_other))
