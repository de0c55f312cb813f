"""Tags of documents in the kernel: alone (PV-DBOW) and in the bag (PV-DM), against the float64 oracle."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from kernels.word2vec_problem import Problem
from oracles import LOSSES
from sizes import EDGE_SIZES

from fastvec.kernels import _word2vec
from fastvec.kernels.reference import word2vec as reference_word2vec
from fastvec.training.matrices import new_matrix

COMPILED = _word2vec.word2vec_slice
REFERENCE = reference_word2vec.word2vec_slice
each_model = pytest.mark.parametrize("model", ["tags", "bag"])
each_loss = pytest.mark.parametrize("loss", LOSSES)


class Tagged(Problem):
    """A problem whose sentences have up to ``most`` of seven tags each."""

    def __init__(self, seed=0, *, most=3, model="tags", **settings):
        super().__init__(seed, model=model, **settings)
        rng = np.random.default_rng(seed + 1)
        lengths = rng.integers(min(1, most), most + 1, len(self.offsets) - 1)
        self.tags = (
            np.concatenate([[0], np.cumsum(lengths)]),
            rng.integers(0, 7, max(1, lengths.sum())).astype(np.int32),
        )
        self.W_tags = rng.normal(0, 0.3, (7, self.D))

    def arguments(self):
        self.got = new_matrix(7, self.D)
        self.got[:, : self.D] = self.W_tags
        return {**super().arguments(), "tags": self.tags, "W_tags": self.got}

    def oracle(self, start=0, end=None, matrices=None, **others):
        self.want = self.W_tags.astype(np.float32).astype(float)
        tags = [self.tags[1][a:b].tolist() for a, b in pairwise(self.tags[0])]
        return super().oracle(start, end, matrices, tags=tags, W_tags=self.want, **others)


def agree(problem, kernel, level=0, within=2e-5):
    W_in, W_out, (loss, pairs, trained, tokens) = problem.run(kernel, level)
    want_in, want_out, (want_loss, want_pairs, want_trained) = problem.oracle()
    assert (pairs, trained, tokens) == (want_pairs, want_trained, len(problem.ids))
    assert loss == pytest.approx(want_loss, rel=2e-6)
    for got, want in [(W_in, want_in), (W_out, want_out), (problem.got[:, : problem.D], problem.want)]:
        assert np.abs(got - want).max() <= within
    assert not problem.got[:, problem.D :].any(), "the padding stays zero"
    assert np.abs(problem.want - problem.W_tags).max() > 1e-3, "something was trained"


@each_model
@pytest.mark.parametrize("D", EDGE_SIZES)
def test_every_size(level, D, model):
    agree(Tagged(D, D=D, model=model), COMPILED, level)


@each_model
@each_loss
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("most", [1, 2, 9])
def test_every_loss(level, model, loss, threads, most):
    agree(Tagged(most, model=model, loss=loss, threads=threads, most=most), COMPILED, level)


@each_model
@each_loss
def test_the_reference(model, loss):
    agree(Tagged(5, model=model, loss=loss), REFERENCE)
    agree(Tagged(6, model=model, loss=loss, divide_gradient=True, context="left"), REFERENCE)
    if model == "bag":
        agree(Tagged(7, model=model, loss=loss, shared=9), REFERENCE)
        agree(Tagged(7, model=model, loss=loss, sum_inputs=True, learning_rate=0.01), REFERENCE)


@each_loss
@pytest.mark.parametrize("sum_inputs", [False, True])
@pytest.mark.parametrize("divide_gradient", [False, True])
@pytest.mark.parametrize("shared", [0, 9])
def test_bags(level, loss, sum_inputs, divide_gradient, shared):
    problem = Tagged(
        3, model="bag", loss=loss, sum_inputs=sum_inputs, divide_gradient=divide_gradient, shared=shared,
        learning_rate=0.01,
    )  # fmt: skip
    agree(problem, COMPILED, level)


@pytest.mark.parametrize("sum_inputs", [False, True])
def test_a_sum_without_tags(level, sum_inputs):
    problem = Problem(3, model="bag", learning_rate=0.01, sum_inputs=sum_inputs)
    for kernel in (COMPILED, REFERENCE):
        W_in, W_out, totals = problem.run(kernel, level)
        want_in, want_out, want = problem.oracle()
        assert np.abs(W_in - want_in).max() <= 2e-5
        assert np.abs(W_out - want_out).max() <= 2e-5
        assert totals[0] == pytest.approx(want[0], rel=2e-6)


@each_model
@pytest.mark.parametrize("places", [1, 2, 4, 16])
@pytest.mark.parametrize("share", [False, True])
def test_places_that_have_tags_in_common(level, model, places, share):
    problem = Tagged(places, words=300, tokens=200, model=model, places=places, share_negatives=share)
    problem.offsets = np.concatenate([[0], np.cumsum(np.resize([1, 2, 3, 4, 5, 6, 7, 2], 54))]).clip(max=200)
    lengths = np.resize([1, 0, 2], 54)  # sentences without one, too
    problem.tags = (
        np.concatenate([[0], np.cumsum(lengths)]),
        np.resize([0, 1, 1, 2], lengths.sum()).astype(np.int32),
    )
    agree(problem, COMPILED, level)


@each_model
def test_many_batches(level, model):
    agree(Tagged(5, tokens=4000, D=5, longest=1500, learning_rate=0.01, model=model, places=3), COMPILED, level)


@each_model
def test_frozen_words_leave_the_tags_alone_to_change(level, model):
    problem = Tagged(4, model=model, rates=[0.0], freeze_outputs=True)
    W_in, W_out, _ = problem.run(COMPILED, level)
    problem.oracle()
    assert np.array_equal(W_in, problem.W_in.astype(np.float32))
    assert np.array_equal(W_out, problem.W_out.astype(np.float32))
    assert np.abs(problem.got[:, : problem.D] - problem.want).max() <= 2e-5
    assert np.abs(problem.want - problem.W_tags).max() > 1e-3


@each_model
@each_loss
def test_the_change_is_the_gradient(model, loss):
    """Of the summed loss, by differences, in float64: at a tiny rate the rows of the tags go down along it."""
    rate, step = 1e-7, 1e-4
    settings = {"model": model, "loss": loss, "divide_gradient": True, "tokens": 12, "D": 3, "most": 2}
    problem = Tagged(8, **settings, learning_rate=rate)
    problem.W_tags = problem.W_tags.astype(np.float32).astype(float)
    problem.oracle()
    change = (problem.want - problem.W_tags) / rate
    still = Tagged(8, **settings, learning_rate=0.0)
    for row, column in np.ndindex(*change.shape):
        losses = []
        for sign in (1, -1):
            still.W_tags = problem.W_tags.copy()
            still.W_tags[row, column] += sign * step
            W_in, W_out = problem.W_in.copy(), problem.W_out.copy()
            tags = [still.tags[1][a:b].tolist() for a, b in pairwise(still.tags[0])]
            losses.append(Problem.oracle(still, matrices=(W_in, W_out), tags=tags, W_tags=still.W_tags)[2][0])
        assert change[row, column] == pytest.approx(-(losses[0] - losses[1]) / (2 * step), abs=2e-3)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"tags": None}, "tags: expected"),
        ({"W_tags": None}, "W_tags: expected"),
        ({"W_tags": np.zeros((7, 16), np.float32)}, "W_tags: expected"),
        ({"tags": (np.array([0, 1]), np.zeros(1, np.int32))}, "tags: expected int64"),
        ({"model": "window"}, "tags: expected none"),
    ],
)
def test_what_is_refused(changes, told):
    problem = Tagged(1)
    W_in, W_out = problem.matrices()
    arguments = {**problem.arguments(), **changes}
    with pytest.raises(ValueError, match=told):
        COMPILED(**arguments, places=problem.places(), W_in=W_in, W_out=W_out, stop=np.zeros(1, np.uint8), level=0)
