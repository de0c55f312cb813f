"""The GloVe kernels: compiled on every instruction set, and NumPy, against the float64 oracle."""

from __future__ import annotations

import numpy as np
import oracles_glove
import pytest
from sizes import EDGE_SIZES

from fastvec.kernels import _turns
from fastvec.kernels.reference import glove as reference_glove
from fastvec.training.matrices import new_matrix, padded

SIZES = [*EDGE_SIZES, 1000]


def glove_tile(*, start, end, **given):
    """The compiled kernel in the reference's signature."""
    return _turns.glove(**given)(start, end)


class Problem:
    """Some pairs, and rows with accumulators."""

    def __init__(self, seed=0, *, words=20, pairs=60, D=20, learning_rate=0.05) -> None:
        rng = np.random.default_rng(seed)
        self.words, self.D, self.P, self.learning_rate = words, D, padded(D), learning_rate
        self.rows, self.columns = rng.integers(0, words, (2, pairs)).astype(np.int32)
        self.log_counts = rng.normal(1, 1, pairs).astype(np.float32)
        self.weights = rng.random(pairs).astype(np.float32)
        self.numbers = rng.normal(0, 0.3, (2, words, D))
        self.accumulators = rng.uniform(0.5, 3, (2, words, D))

    def matrices(self) -> tuple[np.ndarray, np.ndarray]:
        pair = new_matrix(self.words, 2 * self.P), new_matrix(self.words, 2 * self.P)
        for matrix, numbers, accumulators in zip(pair, self.numbers, self.accumulators, strict=True):
            matrix[:, : self.D] = numbers
            matrix[:, self.P :] = 1
            matrix[:, self.P : self.P + self.D] = accumulators
        return pair

    def run(self, kernel, level=0, start=0, end=None, stop=0):
        W, C = self.matrices()
        totals = kernel(
            rows=self.rows, columns=self.columns, log_counts=self.log_counts, weights=self.weights, start=start,
            end=len(self.rows) if end is None else end, W=W, C=C, learning_rate=self.learning_rate,
            stop=np.full(1, stop, np.uint8), level=level,
        )  # fmt: skip
        for matrix in (W, C):
            assert not matrix[:, self.D : self.P].any(), "the padding stays zero"
            assert (matrix[:, self.P + self.D :] == 1).all(), "and its accumulators one"
        return W, C, totals

    def oracle(self, start=0, end=None):
        W, C = (matrix.astype(float) for matrix in self.matrices())
        pairs = zip(*(x.tolist() for x in (self.rows, self.columns, self.log_counts, self.weights)), strict=True)
        return W, C, oracles_glove.glove_tile([*pairs][start:end], W, C, self.learning_rate)


def agree(problem: Problem, kernel, level=0, within=2e-5, **part) -> None:
    W, C, (cost, pairs) = problem.run(kernel, level, **part)
    want_W, want_C, want_cost = problem.oracle(**part)
    assert pairs == part.get("end", len(problem.rows)) - part.get("start", 0)
    assert cost == pytest.approx(want_cost, rel=2e-6)
    assert np.abs(W - want_W).max() <= within
    assert np.abs(C - want_C).max() <= within
    assert np.abs(W - problem.matrices()[0]).max() > 1e-3, "something was trained"


@pytest.mark.parametrize("D", SIZES)
def test_every_size(level, D):
    agree(Problem(D, D=D), glove_tile, level)


@pytest.mark.parametrize("words", [1, 2, 300])
def test_a_thousand_updates(level, words):
    """With one word every pair waits for the one before it."""
    agree(Problem(words=words, pairs=1000, D=100), glove_tile, level)


@pytest.mark.parametrize(("start", "end"), [(0, 1), (7, 30), (59, 60)])
def test_a_part_of_the_pairs(level, start, end):
    agree(Problem(3), glove_tile, level, start=start, end=end)


@pytest.mark.parametrize("words", [1, 20])
def test_the_reference(words):
    agree(Problem(1, words=words), reference_glove.glove_tile)


def test_the_root_is_exact_for_any_accumulator(level):
    """A step is g / sqrt(G) to 1e-6 of it, from tiny accumulators to those that hold a number where it is."""
    accumulators = np.logspace(-6, 30, 500)
    problem = Problem(words=500, pairs=500, D=1, learning_rate=1)
    problem.rows[:] = problem.columns[:] = np.arange(500)
    problem.numbers[0], problem.numbers[1] = 0, 1.0
    problem.accumulators[0, :, 0] = accumulators
    W, _, _ = problem.run(glove_tile, level)
    step = problem.weights.astype(float) * problem.log_counts
    assert W[:, 0] == pytest.approx(step / np.sqrt(accumulators.astype(np.float32).astype(float)), rel=1e-6)


def test_a_held_number_stays(level):
    problem = Problem(words=2, pairs=2000, D=3, learning_rate=1)
    problem.numbers[0, :, 1] = 1
    problem.accumulators[0, :, 1] = 1e30
    W, _, _ = problem.run(glove_tile, level)
    assert (W[:, 1] == 1).all()
    assert (W[:, problem.P + 1] == np.float32(1e30)).all()


def test_gradients_by_finite_differences():
    """At accumulators of one and a rate of one, a step is the gradient of the cost."""
    rng = np.random.default_rng(0)
    start = [np.hstack([rng.normal(size=(1, 6)), np.ones((1, 6))]) for _ in range(2)]

    def step(W, C, rate):
        return reference_glove.glove_tile(
            rows=np.zeros(1, np.int32), columns=np.zeros(1, np.int32), log_counts=np.array([0.7]),
            weights=np.array([0.4]), start=0, end=1, W=W, C=C, learning_rate=rate, stop=np.zeros(1, np.uint8),
        )[0]  # fmt: skip

    stepped = [matrix.copy() for matrix in start]
    step(*stepped, 1.0)
    for which in range(2):
        for d in range(6):
            costs = []
            for nudge in (1e-5, -1e-5):
                nudged = [matrix.copy() for matrix in start]
                nudged[which][0, d] += nudge
                costs.append(step(*nudged, 0.0))
            slope = (costs[0] - costs[1]) / 2e-5
            assert stepped[which][0, d] - start[which][0, d] == pytest.approx(-slope, abs=1e-6)
            assert stepped[which][0, 6 + d] == pytest.approx(1 + slope**2, rel=1e-6)


def test_the_same_bytes_again(level):
    first, again = (Problem(9, pairs=500, D=33).run(glove_tile, level) for _ in range(2))
    assert first[0].tobytes() == again[0].tobytes()
    assert first[1].tobytes() == again[1].tobytes()
    assert first[2] == again[2]


def test_no_pairs_and_a_stop_byte_train_nothing(level):
    for kernel in (glove_tile, reference_glove.glove_tile):
        assert Problem().run(kernel, level, start=3, end=3)[2] == (0, 0)
        assert Problem().run(kernel, level, stop=1)[2] == (0, 0)


def test_divergence_shows_in_the_cost(level):
    problem = Problem(pairs=200, learning_rate=1e20)
    with np.errstate(all="ignore"):
        for kernel in (glove_tile, reference_glove.glove_tile):
            W, C = problem.matrices()
            cost, _ = kernel(
                rows=problem.rows, columns=problem.columns, log_counts=problem.log_counts, weights=problem.weights,
                start=0, end=200, W=W, C=C, learning_rate=1e20, stop=np.zeros(1, np.uint8), level=level,
            )  # fmt: skip
            assert not np.isfinite(cost)


def test_rows_past_two_to_the_31(level):
    """Rows whose floats lie past 2^31: the memory is zeros that only the rows at the end ever touch."""
    words = 2**25 + 64
    small = Problem(4, words=8, D=32)
    try:
        W = new_matrix(words, 64)
    except MemoryError:
        pytest.skip("no address space for a matrix of 8.6 GB")
    first = words - 8
    small_W, C = small.matrices()
    W[first:] = small_W
    totals = glove_tile(
        rows=small.rows + np.int32(first), columns=small.columns, log_counts=small.log_counts,
        weights=small.weights, start=0, end=60, W=W, C=C, learning_rate=0.05, stop=np.zeros(1, np.uint8),
        level=level,
    )  # fmt: skip
    want_W, want_C, want = small.run(glove_tile, level)
    assert totals == want
    assert np.array_equal(W[first:], want_W)
    assert np.array_equal(C, want_C)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"W": np.zeros((20, 48), np.float32)}, "multiple of 32"),
        ({"C": np.zeros((20, 32), np.float32)}, "32 columns"),
        ({"columns": np.zeros(59, np.int32)}, "one length"),
        ({"weights": np.zeros(59, np.float32)}, "one length"),
        ({"end": 61}, "outside"),
        ({"start": -1}, "outside"),
        ({"level": 99}, "instruction set"),
    ],
)
def test_what_the_door_refuses(change, message):
    problem = Problem()
    W, C = problem.matrices()
    arguments = {
        "rows": problem.rows, "columns": problem.columns, "log_counts": problem.log_counts,
        "weights": problem.weights, "start": 0, "end": 60, "W": W, "C": C, "learning_rate": 0.05,
        "stop": np.zeros(1, np.uint8), "level": 0,
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        glove_tile(**{**arguments, **change})
