"""Estimate: a number of each of several runs, with its mean and its interval."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.read_only import ReadOnlyArrays
from fastvec.evaluation.resampling import Interval, percentiles


@dataclass(frozen=True, repr=False)
class Estimate(ReadOnlyArrays):
    """A number of each run: its mean and its interval.

    Attributes
    ----------
    mean : float
    interval : Interval
        The percentiles of the values that leave out (1 - ``level``) / 2 at each end; NaN if there are fewer than
        two values. Of R values they are at most as far apart as the values: an interval takes some 25 runs.
    values : float64[R], read-only
        One for each run that has the words.
    level : float
    std : float
        The standard deviation of the values (with R - 1); 0 if there is one.
    """

    mean: float
    interval: Interval
    values: NDArray[np.float64] = field(compare=False)
    level: float

    @property
    def std(self) -> float:
        """The standard deviation of the values."""
        return float(np.std(self.values, ddof=1)) if len(self.values) > 1 else 0.0

    def __repr__(self) -> str:
        low, high = self.interval
        n = len(self.values)
        if n < 2:
            return f"<Estimate: {self.mean:.4g}, no interval from {n} run{'s' * (n == 0)}>"
        return f"<Estimate: {self.mean:.4g}, {low:.4g} to {high:.4g} at level {self.level:g}, {n} runs>"


def mean_of(values: NDArray[np.float64]) -> float:
    """Return the mean of the values that are not NaN; NaN if there are none.

    Examples
    --------
    >>> mean_of(np.array([1, np.nan, 2])), mean_of(np.array([]))
    (1.5, nan)
    """
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def estimate(values: NDArray[np.float64], level: float) -> Estimate:
    """Return the estimate of the values that are not NaN.

    Examples
    --------
    >>> estimate(np.array([1.0, 2.0, np.nan, 3.0]), 1.0)
    <Estimate: 2, 1 to 3 at level 1, 3 runs>
    >>> estimate(np.array([2.0]), 0.95)
    <Estimate: 2, no interval from 1 run>
    """
    known = values[~np.isnan(values)]
    known.flags.writeable = False
    interval = percentiles(known, level) if len(known) > 1 else Interval(np.nan, np.nan)
    return Estimate(mean_of(known), interval, known, level)
