"""The kernels of log-count factorisation, compiled and NumPy, against the float64 oracle."""

from __future__ import annotations

import numpy as np
import oracles_glove
import pytest
from sizes import EDGE_SIZES

from fastvec.kernels import _turns
from fastvec.kernels.reference import log_count as reference_log_count
from fastvec.training.matrices import new_matrix


def log_count_tile(*, start, end, **given):
    """The compiled kernel in the reference's signature."""
    return _turns.log_count(**given)(start, end)


KERNELS = [log_count_tile, reference_log_count.log_count_tile]


class Problem:
    def __init__(self, seed=0, *, words=20, pairs=60, D=20, learning_rate=0.05) -> None:
        rng = np.random.default_rng(seed)
        self.words, self.D, self.rate = words, D, learning_rate
        self.rows, self.columns = rng.integers(0, words, (2, pairs)).astype(np.int32)
        self.targets = np.log1p(rng.integers(1, 20, pairs)).astype(np.float32)
        self.numbers = rng.normal(0, 0.2, (2, words, D)).astype(np.float32)

    def run(self, kernel, level=0, start=0, end=None, stop=0):
        W, C = new_matrix(self.words, self.D), new_matrix(self.words, self.D)
        W[:, : self.D], C[:, : self.D] = self.numbers
        for array in (self.rows, self.columns, self.targets):
            array.flags.writeable = False  # as memory-mapped ones are
        end = len(self.rows) if end is None else end
        totals = kernel(
            rows=self.rows, columns=self.columns, targets=self.targets, start=start, end=end, W=W, C=C,
            learning_rate=np.float32(self.rate), stop=np.full(1, stop, np.uint8), level=level,
        )  # fmt: skip
        assert not W[:, self.D :].any()
        assert not C[:, self.D :].any(), "the padding stays zero"
        return W[:, : self.D], C[:, : self.D], totals

    def oracle(self, start=0, end=None):
        W, C = self.numbers.astype(float)
        pairs = zip(*(x.tolist() for x in (self.rows, self.columns, self.targets)), strict=True)
        return W, C, oracles_glove.log_count_tile([*pairs][start:end], W, C, self.rate)


def agree(problem: Problem, kernel, level=0, **part) -> None:
    W, C, (cost, pairs) = problem.run(kernel, level, **part)
    want_W, want_C, want_cost = problem.oracle(**part)
    assert pairs == part.get("end", len(problem.rows)) - part.get("start", 0)
    assert cost == pytest.approx(want_cost, rel=2e-6)
    assert np.abs(W - want_W).max() <= 2e-5
    assert np.abs(C - want_C).max() <= 2e-5
    assert np.abs(W - problem.numbers[0]).max() > 1e-3, "something was trained"


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("D", EDGE_SIZES)
def test_every_size(kernel, level, D):
    agree(Problem(D, D=D, learning_rate=0.02), kernel, level)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("words", [1, 2, 300])
def test_thousands_of_updates(kernel, level, words):
    """More than one look at the stop byte, and with one word every pair waits for the one before it."""
    agree(Problem(words=words, pairs=9000, D=16, learning_rate=0.01), kernel, level)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(("start", "end"), [(0, 1), (7, 30), (59, 60)])
def test_a_part_of_the_pairs(kernel, level, start, end):
    agree(Problem(3), kernel, level, start=start, end=end)


def test_gradients_by_finite_differences():
    rng = np.random.default_rng(0)
    start = rng.normal(size=(2, 1, 6))

    def step(W, C, rate):
        zeros = np.zeros(1, np.int32)
        return reference_log_count.log_count_tile(
            rows=zeros, columns=zeros, targets=np.array([0.7]), start=0, end=1, W=W, C=C, learning_rate=rate,
            stop=np.zeros(1, np.uint8),
        )[0]  # fmt: skip

    stepped = start.copy()
    step(*stepped, 1.0)
    for place in np.ndindex(start.shape):
        nudges = np.zeros((2, *start.shape))
        nudges[0][place], nudges[1][place] = 1e-5, -1e-5
        above, below = (step(*(start + nudge), 0.0) for nudge in nudges)
        assert stepped[place] - start[place] == pytest.approx(-(above - below) / 2e-5, abs=1e-6)


@pytest.mark.parametrize("kernel", KERNELS)
def test_no_pairs_and_a_stop_byte_train_nothing(kernel, level):
    assert Problem().run(kernel, level, start=3, end=3)[2] == (0, 0)
    assert Problem().run(kernel, level, stop=1)[2] == (0, 0)


@pytest.mark.parametrize("kernel", KERNELS)
def test_divergence_shows_in_the_cost(kernel, level):
    problem = Problem(pairs=500, learning_rate=100)
    W, C = new_matrix(20, 20), new_matrix(20, 20)
    W[:, :20], C[:, :20] = problem.numbers
    with np.errstate(all="ignore"):
        cost, _ = kernel(
            rows=problem.rows, columns=problem.columns, targets=problem.targets, start=0, end=500, W=W, C=C,
            learning_rate=np.float32(100), stop=np.zeros(1, np.uint8), level=level,
        )  # fmt: skip
    assert not np.isfinite(cost)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"W": np.zeros((20, 24), np.float32)}, "multiple of 16"),
        ({"C": np.zeros((20, 16), np.float32)}, "16 columns"),
        ({"targets": np.zeros(59, np.float32)}, "one length"),
        ({"end": 61}, "outside"),
        ({"start": -1}, "outside"),
        ({"level": 99}, "instruction set"),
    ],
)
def test_what_the_door_refuses(change, message):
    problem = Problem()
    arguments = {
        "rows": problem.rows, "columns": problem.columns, "targets": problem.targets, "start": 0, "end": 60,
        "W": new_matrix(20, 20), "C": new_matrix(20, 20), "learning_rate": 0.05, "stop": np.zeros(1, np.uint8),
        "level": 0,
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        log_count_tile(**{**arguments, **change})
