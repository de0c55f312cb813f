"""How sure a score is: bootstrap intervals, and a test of two systems on the same items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import real, whole

Statistic: TypeAlias = "Callable[[NDArray[np.int64]], float]"
Swapped: TypeAlias = "Callable[[NDArray[np.bool_]], float]"
Groups: TypeAlias = "NDArray[np.int64]"

RESAMPLES = 1000
# Two seeds of one setting differ by up to so many times what swapped items show: what varies in all words at once
# shows in no item (docs/stability.md, 192 seeds).
SEEDS = 1.12


class Interval(NamedTuple):
    """A confidence interval."""

    low: float
    high: float


class Comparison(NamedTuple):
    """One score beside another on the same items.

    Attributes
    ----------
    difference : float
        The second score less the first.
    interval : Interval
        Of the difference, by the bootstrap over items.
    p_value : float
        How often a difference at least as large arises if the two systems are exchangeable, by randomisation,
        widened so that two seeds of one setting are called different no more often than it says. It is about
        these two files of vectors: whether one setting is better than another takes several seeds of each.
    n : int
        Items that both have.
    """

    difference: float
    interval: Interval
    p_value: float
    n: int


def bootstrap(
    statistic: Statistic,
    n: int,
    *,
    groups: Groups | None = None,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> Interval:
    """Return the percentile interval of a statistic of n items (Efron and Tibshirani 1993, chapter 13).

    Parameters
    ----------
    statistic : callable
        Takes the items of a resample, int64[n] or, with groups, about as many, and returns its score.
    n : int
    groups : int64[n], optional
        Of each item: what belongs together is drawn together, since it says less than as many items on their own
        (the cluster bootstrap, Davison and Hinkley 1997, section 3.8). None: each item is a group.
    level : float
        The share of resamples inside.
    resamples, seed : int

    Returns
    -------
    Interval
        NaN where there is no item, or no resample has a score.

    Raises
    ------
    SettingError
        If ``level`` is not between 0 and 1, or another number is out of range.

    Examples
    --------
    >>> values = np.arange(100.0)
    >>> low, high = bootstrap(lambda items: values[items].mean(), 100)
    >>> bool(40 < low < 49.5 < high < 60)
    True
    """
    real("level", level, 0, 1)
    whole("resamples", resamples, 1)
    if n == 0:
        return Interval(np.nan, np.nan)
    random = np.random.default_rng(seed)
    if groups is None:
        return percentiles([statistic(random.integers(0, n, n)) for _ in range(resamples)], level)
    number = _numbered(groups)
    items, n_groups = np.arange(n), int(number.max()) + 1
    drawn = (np.bincount(random.integers(0, n_groups, n_groups), minlength=n_groups) for _ in range(resamples))
    return percentiles([statistic(np.repeat(items, times[number])) for times in drawn], level)


def _numbered(groups: Groups) -> Groups:
    """Return groups numbered from 0 without a gap."""
    return np.unique(groups, return_inverse=True)[1]


def percentiles(scores: Sequence[float] | NDArray[np.float64], level: float) -> Interval:
    """Return the interval that leaves out (1 - level) / 2 of the scores at each end; NaN is ignored.

    Examples
    --------
    >>> percentiles(np.arange(101.0), 0.5)
    Interval(low=25.0, high=75.0)
    """
    real("level", level, 0, 1)
    tail = (1 - level) / 2
    if np.isnan(scores).all():  # a correlation of one pair
        return Interval(np.nan, np.nan)
    low, high = np.nanquantile(scores, [tail, 1 - tail])
    return Interval(float(low), float(high))


def randomisation(
    difference: Swapped,
    n: int,
    *,
    groups: Groups | None = None,
    widened: float = 1,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> float:
    """Return the two-sided p-value of a difference, by approximate randomisation (Noreen 1989).

    Parameters
    ----------
    difference : callable
        Takes bool[n] and returns the difference of the two scores where the items that are True are swapped
        between the systems.
    n : int
        Items.
    groups : int64[n], optional
        What belongs together is swapped together; see :func:`bootstrap`.
    widened : float
        What the differences of swapped scores are multiplied by, where scores vary more than their items show.
    resamples, seed : int

    Returns
    -------
    float
        NaN where the difference is NaN.

    Examples
    --------
    >>> a, b = np.zeros(50), np.ones(50)
    >>> randomisation(lambda swap: np.where(swap, a - b, b - a).mean(), 50) < 0.01
    True
    """
    random = np.random.default_rng(seed)
    seen = abs(difference(np.zeros(n, np.bool_)))
    if np.isnan(seen):
        return float("nan")
    number = np.arange(n) if groups is None else _numbered(groups)
    n_groups = int(number.max()) + 1
    swaps = ((random.random(n_groups) < 0.5)[number] for _ in range(resamples))
    # a hair less: sums of the same numbers in another order differ by their rounding
    found = sum(widened * abs(difference(swap)) >= seen * (1 - 1e-12) for swap in swaps)
    return float((found + 1) / (resamples + 1))


def comparison(
    difference: Statistic,
    swapped: Swapped,
    n: int,
    *,
    groups: Groups | None = None,
    level: float = 0.95,
    resamples: int = RESAMPLES,
) -> Comparison:
    """Return the difference of two scores of the same n items, with its interval and its p-value.

    Parameters
    ----------
    difference : callable
        Takes int64[n], the items of a resample, and returns the difference of their scores; see :func:`bootstrap`.
    swapped : callable
        Takes bool[n] and returns the difference with these items swapped; see :func:`randomisation`.
    n : int
        Items that both have. The comparison of none is NaN.
    groups : int64[n], optional
        See :func:`bootstrap`.
    level, resamples : float, int

    Examples
    --------
    >>> gain = np.ones(50)
    >>> found = comparison(lambda i: gain[i].mean(), lambda swap: np.where(swap, -gain, gain).mean(), 50)
    >>> float(found.difference), found.p_value < 0.01
    (1.0, True)
    """
    interval = bootstrap(difference, n, groups=groups, level=level, resamples=resamples)
    if n == 0:
        return Comparison(np.nan, interval, np.nan, 0)
    p_value = randomisation(swapped, n, groups=groups, widened=SEEDS, resamples=resamples)
    return Comparison(difference(np.arange(n)), interval, p_value, n)
