"""Random streams, alias tables, fills: compiled against the reference, the oracle and the theory."""

from __future__ import annotations

import numpy as np
import oracles
import pytest

from fastvec.kernels import _sampling
from fastvec.kernels import random as numpy_random

ZIPF = 1 / np.arange(1, 1001)


def table_of(weights) -> np.ndarray:
    table = np.empty(len(weights), np.uint64)
    _sampling.alias_build(np.asarray(weights, float), table)
    return table


@pytest.mark.parametrize(
    "weights",
    [
        [1],
        [1, 1],
        [0, 1, 3],
        [5, 0, 0, 0, 0],
        ZIPF,
        ZIPF[::-1].copy(),
        np.ones(97),
        2.0 ** -np.arange(60),
        [1e-300] * 9,
    ],
    ids=lambda weights: str(len(weights)),
)
def test_the_table_stands_for_the_weights(weights):
    table = table_of(weights)
    probabilities = oracles.alias_probabilities((table & 0xFFFFFFFF).astype(float), (table >> 32).astype(int))
    assert np.abs(probabilities - np.asarray(weights) / np.sum(weights)).max() < 1e-9


def test_a_word_without_weight_is_never_drawn():
    drawn = np.empty(100_000, np.int32)
    _sampling.alias_draws(table_of([0, 1, 0, 3, 0]), 7, drawn)
    assert set(drawn.tolist()) == {1, 3}


def test_ten_million_draws_have_the_right_frequencies():
    drawn = np.empty(10_000_000, np.int32)
    _sampling.alias_draws(table_of(ZIPF), 2026, drawn)
    expected = ZIPF / ZIPF.sum() * len(drawn)
    statistic = ((np.bincount(drawn, minlength=1000) - expected) ** 2 / expected).sum()
    assert 841.2513 < statistic < 1173.8503, "chi-square, 999 degrees, quantiles 0.0001 and 0.9999"


def test_compiled_draws_are_the_references_and_the_oracles():
    table, stream = table_of(ZIPF), 2**63 + 12345
    drawn = np.empty(1000, np.int32)
    _sampling.alias_draws(table, stream, drawn)
    assert np.array_equal(drawn, numpy_random.alias_draws(table, numpy_random.draws(stream, 0, 1000)))
    assert numpy_random.draws(stream, 10, 5).tolist() == [oracles.draw(stream, k) for k in range(10, 15)]


def test_splitmix64_gives_the_published_numbers():
    """The first outputs for the seed 1234567, as the generator's authors' code gives them."""
    assert numpy_random.draws(1234567, 0, 3).tolist() == [
        6457827717110365317, 3203168211198807973, 9817491932198370423,
    ]  # fmt: skip


@pytest.mark.parametrize(("columns", "stride"), [(1, 16), (100, 112), (16, 16)])
def test_fill_is_uniform_and_padded_with_zeros(columns, stride):
    out = np.full((3000, stride), 7, np.float32)
    _sampling.fill_uniform(out, columns, 0.5, 3)
    inside = out[:, :columns].astype(float)
    assert not out[:, columns:].any()
    assert -0.5 <= inside.min() < inside.max() < 0.5
    assert abs(inside.mean()) < 5 * np.sqrt(1 / 12 / inside.size)
    assert abs(inside.var() - 1 / 12) < 5 * np.sqrt(1 / 180 / inside.size)


def test_what_the_door_refuses():
    with pytest.raises(ValueError, match="table"):
        _sampling.alias_build(np.ones(3), np.empty(4, np.uint64))
    with pytest.raises(ValueError, match="weights"):
        _sampling.alias_build(np.ones(0), np.empty(0, np.uint64))
    with pytest.raises(ValueError, match="table"):
        _sampling.alias_draws(np.empty(0, np.uint64), 1, np.empty(3, np.int32))
    for columns in (-1, 17, 1 << 24):
        with pytest.raises(ValueError, match="columns: expected 0 to 16"):
            _sampling.fill_uniform(np.empty((1, 16), np.float32), columns, 0.5, 1)
