"""The neural language model's step: BLAS and reference against the float64 oracle and finite differences."""

from __future__ import annotations

import numpy as np
import oracles_nnlm
import pytest

from fastvec.kernels.reference.nnlm import nnlm_batch
from fastvec.training.nnlm import steps as steps_module
from fastvec.training.nnlm.network import Network
from fastvec.training.nnlm.steps import Steps


class Problem:
    """Matrices of a small model and a batch, in which words repeat."""

    def __init__(self, seed=0, *, V=9, D=3, n=2, H=4, B=6, direct=False) -> None:
        rng = np.random.default_rng(seed)
        F = H + 1 + (n * D if direct else 0)
        self.matrices = [rng.normal(0, 0.5, shape) for shape in ((V + 1, D), (n * D + 1, H), (V, F))]
        self.contexts = rng.integers(0, V + 1, (B, n)).astype(np.int32)
        self.targets = rng.integers(0, V, B).astype(np.int32)
        self.rates = rng.choice([0, 0.5, 1], V + 1)

    def network(self):
        return Network(*(matrix.astype(np.float32) for matrix in self.matrices))

    def reference(self, rate=0.1, start=1e-6, rates=None, weight_decay=0.0):
        """Matrices after a step in float64, their squares, and the loss."""
        now = [(matrix.copy(), np.full_like(matrix, start)) for matrix in self.matrices]
        loss = nnlm_batch(
            contexts=self.contexts, targets=self.targets, row_rates=rates,
            embeddings=now[0], hidden=now[1], output=now[2], learning_rate=rate, weight_decay=weight_decay,
        )  # fmt: skip
        return [values for values, _ in now], [squares for _, squares in now], loss


SHAPES = [
    {}, {"direct": True}, {"H": 0, "direct": True}, {"n": 1, "B": 1}, {"V": 1, "D": 1, "H": 1}, {"V": 2, "n": 5},
]  # fmt: skip


@pytest.mark.parametrize("decay", [0.0, 0.3])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_reference_has_the_gradients_of_the_loss(shape, decay):
    problem = Problem(**shape)
    matrices = [m.copy() for m in problem.matrices]
    want = oracles_nnlm.gradients(problem.contexts, problem.targets, matrices, weight_decay=decay)
    _, squares, loss = problem.reference(start=0.0 + 1e-300, weight_decay=decay)
    assert loss == pytest.approx(
        oracles_nnlm.loss(problem.contexts, problem.targets, *problem.matrices), rel=1e-12
    )
    for gradient, square in zip(want, squares, strict=True):
        assert np.sqrt(square) == pytest.approx(np.abs(gradient), abs=1e-8)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_references_step_is_ada_grads(shape):
    problem = Problem(1, **shape)
    want = oracles_nnlm.gradients(problem.contexts, problem.targets, [m.copy() for m in problem.matrices])
    after, _, _ = problem.reference(rate=0.1, start=1e-2, rates=problem.rates)
    factors = [problem.rates[:, None], 1, 1]
    for old, new, g, factor in zip(problem.matrices, after, want, factors, strict=True):
        assert new == pytest.approx(old - 0.1 * factor * g / np.sqrt(1e-2 + g * g), abs=1e-7)


@pytest.mark.parametrize("decay", [0.0, 0.3])
@pytest.mark.parametrize("block", [1, 2, 5, 512])
@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("shape", [*SHAPES, {"V": 700, "D": 17, "H": 33, "B": 65}], ids=str)
def test_blas_takes_the_references_step(monkeypatch, shape, block, threads, decay):
    if shape.get("V", 9) > 600 and block < 5:
        block = 100
    monkeypatch.setattr(steps_module, "BLOCK", block)
    problem = Problem(2, **shape)
    rates = problem.rates.astype(np.float32)
    monkeypatch.setattr(steps_module, "START", 1e-2)
    after, _, loss = problem.reference(start=1e-2, rates=rates, weight_decay=decay)
    made = Steps(problem.network(), rates, threads, decay)
    assert made.in_blas(problem.contexts, problem.targets, 0.1) == pytest.approx(loss, rel=2e-6, abs=1e-6)
    network = made.network
    for want, got in zip(after, (network.embeddings, network.hidden, network.output), strict=True):
        assert got == pytest.approx(want, abs=2e-5)


def test_many_steps_of_both_agree_and_threads_change_no_byte():
    shape = {"V": 1100, "D": 20, "H": 30, "B": 64, "n": 3}
    networks = []
    for threads in (1, 2, 5, None):
        made = Steps(Problem(3, **shape).network(), None, threads or 1)
        step = made.in_numpy if threads is None else made.in_blas
        for seed in range(6):
            batch = Problem(seed, **shape)
            step(batch.contexts, batch.targets, 0.05)
        networks.append(made.network)
    for name in ("embeddings", "hidden", "output"):
        one, *others = (getattr(network, name) for network in networks)
        assert {one.tobytes()} == {other.tobytes() for other in others[:-1]}
        assert one == pytest.approx(others[-1], abs=2e-4)


def test_scores_that_would_overflow_are_probabilities():
    problem = Problem(4)
    problem.matrices[2] *= 1e4
    network = problem.network()
    p = network.probabilities(problem.contexts[0])
    assert p.sum() == pytest.approx(1)
    loss = network.loss(problem.contexts, problem.targets)
    assert loss == pytest.approx(oracles_nnlm.loss(problem.contexts, problem.targets, *problem.matrices), rel=1e-5)
