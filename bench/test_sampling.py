"""Building alias tables and drawing from them, compiled and in NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.kernels import _sampling
from fastvec.kernels import random as numpy_random

WORDS, DRAWS = 1_000_000, 10_000_000
WEIGHTS = (1 / np.arange(1, WORDS + 1)) ** 0.75


@pytest.fixture(scope="module")
def table():
    table = np.empty(WORDS, np.uint64)
    _sampling.alias_build(WEIGHTS, table)
    return table


@pytest.mark.benchmark(group="alias table of a million words")
def test_alias_build(benchmark, rate):
    table = np.empty(WORDS, np.uint64)
    benchmark.pedantic(_sampling.alias_build, (WEIGHTS, table), rounds=5, warmup_rounds=1)
    rate(words=WORDS)


@pytest.mark.benchmark(group="draws of negatives")
def test_alias_draws(benchmark, rate, table):
    drawn = np.empty(DRAWS, np.int32)
    benchmark.pedantic(_sampling.alias_draws, (table, 1, drawn), rounds=5, warmup_rounds=1)
    assert np.array_equal(drawn[:1000], numpy_random.alias_draws(table, numpy_random.draws(1, 0, 1000)))
    rate(draws=DRAWS)


@pytest.mark.benchmark(group="draws of negatives")
def test_alias_draws_numpy(benchmark, rate, table):
    benchmark.pedantic(lambda: numpy_random.alias_draws(table, numpy_random.draws(1, 0, DRAWS)), rounds=3)
    rate(draws=DRAWS)


@pytest.mark.benchmark(group="draws of negatives")
def test_draws_by_cumulative_sums_numpy(benchmark, rate):
    """The method of gensim and others: a binary search in the cumulative distribution."""
    cumulative = np.cumsum(WEIGHTS / WEIGHTS.sum())
    random = np.random.default_rng(0)
    benchmark.pedantic(lambda: np.searchsorted(cumulative, random.random(DRAWS)), rounds=3)
    rate(draws=DRAWS)
