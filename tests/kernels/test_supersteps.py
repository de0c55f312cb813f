"""Slices in supersteps: compiled on every instruction set, and NumPy, against a float64 oracle and each other."""

from __future__ import annotations

import threading
from itertools import pairwise

import numpy as np
import oracles_supersteps
import pytest
from kernels.word2vec_problem import Problem

from fastvec.kernels import _word2vec
from fastvec.kernels.reference import supersteps as reference_supersteps
from fastvec.kernels.simd import level_number

compiled, reference = _word2vec.Supersteps, reference_supersteps.Supersteps
MODELS = ["window", "pairs", "centre", "bag", "given"]
each_kind = pytest.mark.parametrize(
    ("model", "loss"),
    [(model, loss) for loss in ("negative_sampling", "hierarchical_softmax") for model in MODELS],
)
DAMPING = (3.0, 1.5)
RATES = (0.05, 0.04, 0.06)


def problem_of(model="window", loss="negative_sampling", **others) -> Problem:
    """A problem whose slices are parts of its text; words of many rows where the model has them."""
    shared = 30 if model not in ("window", "pairs") else 0
    return Problem(**{"model": model, "loss": loss, "threads": 1, "shared": shared, "tokens": 400, **others})


def slices_of(problem: Problem, n=7):
    """Parts of the text as slices, each with streams and a learning rate of its own."""
    cuts = np.linspace(0, len(problem.ids), n + 1).astype(int).tolist()
    return [(problem.places(a, b), RATES[k % 3], 5 + k) for k, (a, b) in enumerate(pairwise(cuts))]


def small_run(problem, supersteps=compiled, **others):
    """Supersteps of three shards; without slices, unless others are given."""
    W_in, W_out = problem.matrices()
    of_slices = ("learning_rate", "negative_stream")
    arguments = {name: value for name, value in problem.arguments().items() if name not in of_slices}
    return supersteps(
        **{
            **arguments, "slices": iter(()), "on_result": print, "shards": 3, "centres": 10, "damping": DAMPING,
            "places": 4, "reach": 11, "workers": 1, "W_in": W_in, "W_out": W_out, "stop": np.zeros(1, np.uint8),
            "level": 0, **others,
        }
    )  # fmt: skip


def train(supersteps, problem, *, slices=None, level=0, workers=1, stop=None, **others):
    """Return both matrices and the results."""
    W_in, W_out = problem.matrices()
    results = []
    steps = small_run(
        problem, supersteps, slices=iter(slices_of(problem) if slices is None else slices), workers=workers,
        on_result=lambda number, totals: results.append((number, totals)), W_in=W_in, W_out=W_out, level=level,
        stop=np.zeros(1, np.uint8) if stop is None else stop, **others,
    )  # fmt: skip
    threads = [threading.Thread(target=steps.work, args=(worker,)) for worker in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return W_in[:, : problem.D], W_out[:, : problem.D], results


def one_superstep(problem, slices):
    """Return the oracle's matrices and loss."""
    matrices = [W.astype(np.float32).astype(float) for W in (problem.W_in, problem.W_out)]

    def trainer(part):
        places, rate, stream = part
        problem_part = lambda start, end: places  # noqa: E731

        def run(copies, uses):
            known, problem.places = problem.places, problem_part
            try:
                _, _, totals = problem.oracle(
                    matrices=copies, uses=uses, learning_rate=rate, negative_stream=stream
                )
            finally:
                problem.places = known
            return totals[0]

        return run, rate

    loss = oracles_supersteps.superstep(
        [trainer(part) for part in slices], *matrices, DAMPING, problem.settings["freeze_outputs"]
    )
    return *matrices, loss


@each_kind
def test_one_superstep_is_the_oracles(level, model, loss):
    """All slices in one superstep: each trains alone, then all changes are merged."""
    problem = problem_of(model, loss, tokens=100, places=2 if model in ("window", "bag") else 1)
    slices = [
        (places[: 2 if loss == "negative_sampling" else 1], *rest) for places, *rest in slices_of(problem, 3)
    ]
    want_in, want_out, want_loss = one_superstep(problem, slices)
    for supersteps in (compiled, reference):
        W_in, W_out, results = train(supersteps, problem, slices=slices, level=level, centres=10_000)
        assert [number for number, _ in results] == [0, 1, 2]
        assert sum(totals[0] for _, totals in results) == pytest.approx(want_loss, rel=2e-6)
        assert np.abs(W_in - want_in).max() <= 2e-5
        assert np.abs(W_out - want_out).max() <= 2e-5
        assert np.abs(W_in - problem.W_in).max() > 1e-3


@pytest.mark.parametrize("change", [{"rates": [0, 0.5, 1]}, {"out_rates": [0, 0.5, 1]}, {"freeze_outputs": True}])
@pytest.mark.parametrize("model", ["window", "bag"])
def test_one_superstep_of_rows_that_are_held_or_damped(level, model, change):
    problem = problem_of(model, tokens=100, shared=0, **change)
    slices = slices_of(problem, 3)
    want_in, want_out, _ = one_superstep(problem, slices)
    for supersteps in (compiled, reference):
        W_in, W_out, _ = train(supersteps, problem, slices=slices, level=level, centres=10_000)
        assert np.abs(W_in - want_in).max() <= 2e-5
        assert np.abs(W_out - want_out).max() <= 2e-5
    still = problem.W_in[::3] if "rates" in change else problem.W_out[::3]
    if change != {"freeze_outputs": True}:
        assert np.array_equal((W_in if "rates" in change else W_out)[::3], still.astype(np.float32))


@each_kind
@pytest.mark.parametrize("centres", [1, 7, 40])
def test_numpy_makes_the_same_supersteps(model, loss, centres):
    """Slices that pause and go on, and shards that take the next slice in the middle of the others'."""
    problem = problem_of(model, loss, D=17)
    runs = [
        train(supersteps, problem, level=level_number(), centres=centres) for supersteps in (compiled, reference)
    ]
    for ours, theirs in zip(runs[0][:2], runs[1][:2], strict=True):
        assert np.abs(ours - theirs).max() <= 2e-5
    assert [number for number, _ in runs[0][2]] == list(range(7))
    for (_, ours), (_, theirs) in zip(runs[0][2], runs[1][2], strict=True):
        assert ours == pytest.approx(theirs, rel=1e-5)
        assert ours[1:] == theirs[1:]


@pytest.mark.parametrize("model", ["window", "centre"])
def test_a_superstep_ends_where_there_is_no_room_for_more_rows(model):
    """Of 3,000 words the rows of a few hundred fit: fewer than 100 centres of the model "centre" use."""
    problem = problem_of(model, words=3000, tokens=4000, D=8, window=2)
    slices = slices_of(problem, 3)
    W_in, W_out, _ = train(compiled, problem, slices=slices, centres=100, reach=5)
    want_in, want_out, _ = train(reference, problem, slices=slices, centres=100, reach=5)
    assert np.abs(W_in - want_in).max() <= 2e-5
    assert np.abs(W_out - want_out).max() <= 2e-5


@each_kind
def test_any_number_of_workers_gives_the_same_bytes(model, loss):
    problem = problem_of(model, loss, tokens=3000, D=33)
    slices = slices_of(problem, 40)
    runs = [
        train(compiled, problem, slices=slices, workers=workers, shards=16, level=level_number(), spin=spin)
        for workers, spin in [(1, True), (2, True), (3, False), (4, False), (8, False), (16, False), (2, False)]
    ]
    assert len({W_in.tobytes() + W_out.tobytes() for W_in, W_out, _ in runs}) == 1
    assert all(results == runs[0][2] for _, _, results in runs)
    assert len(runs[0][2]) == 40


def test_one_shard_in_one_superstep_is_the_slice_itself(level):
    """Rows that one slice alone used become its copies, bit by bit."""
    problem = problem_of("bag", shared=0, tokens=300)
    [part] = slices_of(problem, 1)
    W_in, W_out, [(_, totals)] = train(compiled, problem, slices=[part], shards=1, centres=10_000, level=level)
    arguments = {**problem.arguments(), "learning_rate": part[1], "negative_stream": part[2]}
    want_in, want_out = problem.matrices()
    want = _word2vec.word2vec_slice(
        **arguments, places=part[0], W_in=want_in, W_out=want_out, stop=np.zeros(1, np.uint8), level=level
    )
    assert totals == want
    assert np.array_equal(W_in, want_in[:, : problem.D])
    assert np.array_equal(W_out, want_out[:, : problem.D])


def test_a_row_moves_by_the_sum_where_damping_is_none_and_by_the_mean_where_it_is_great(level):
    problem = problem_of("given", shared=0, tokens=90, words=10)
    problem.settings["negative"] = 2
    slices = [(places, 0.01, 4) for places, _, _ in slices_of(problem, 3)]
    old = problem.W_in.astype(np.float32)
    alone = [train(compiled, problem, slices=[part], centres=100, level=level)[0] - old for part in slices]
    users = np.sum([change.any(axis=1) for change in alone], axis=0)[:, None]
    for damping, divisor in ((0.0, 1), (1e9, np.maximum(users, 1))):
        W_in, _, _ = train(compiled, problem, slices=slices, centres=100, level=level, damping=(damping, damping))
        assert np.abs(W_in - old - sum(alone) / divisor).max() <= 1e-6
    assert users.max() == 3


@pytest.mark.parametrize("supersteps", [compiled, reference])
def test_a_run_that_is_stopped_hands_on_what_is_done(supersteps):
    problem, stop = problem_of(tokens=4000), np.zeros(1, np.uint8)
    problem_slices, taken = slices_of(problem, 30), []

    def slices():
        for k, part in enumerate(problem_slices):
            taken.append(k)
            stop[0] = k == 12
            yield part

    _, _, results = train(supersteps, problem, slices=slices(), stop=stop, workers=2)
    assert [number for number, _ in results] == taken
    assert len(taken) < 20


@pytest.mark.parametrize("where", ["slices", "on_result"])
def test_an_error_of_one_worker_ends_all(where):
    problem = problem_of(tokens=4000)

    def fails(*_):
        raise RuntimeError("my own")

    def slices():
        yield from slices_of(problem, 8)
        if where == "slices":
            fails()

    on_result = fails if where == "on_result" else lambda *_: None
    steps = small_run(problem, slices=slices(), on_result=on_result, centres=5, workers=3)
    errors = []

    def work(worker):
        try:
            steps.work(worker)
        except RuntimeError as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    assert [str(error) for error in errors] == ["my own"]
    steps.work(0)  # all is over


def test_workers_that_never_come_are_not_waited_for():
    """Where the system starts fewer threads, those that run do all the work."""
    problem = problem_of(tokens=1000)
    results = []
    steps = small_run(
        problem, slices=iter(slices_of(problem)), on_result=lambda number, _: results.append(number), workers=8
    )
    steps.work(5)
    assert results == list(range(7))


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"shards": 0}, ValueError, "out of range"),
        ({"centres": 0}, ValueError, "out of range"),
        ({"damping": (0.0, -1.0)}, ValueError, "out of range"),
        ({"places": 0}, ValueError, "out of range"),
        ({"reach": -1}, ValueError, "out of range"),
        ({"workers": 0}, ValueError, "out of range"),
        ({"threads": 2}, ValueError, "threads: expected 1"),
        ({"loss": "softmax"}, ValueError, "copy all rows"),
        ({"level": 99}, ValueError, "no instruction set"),
        ({"damping": 1.0}, TypeError, "tuple"),
    ],
)
def test_arguments_out_of_range_are_refused(change, error, message):
    with pytest.raises(error, match=message):
        small_run(problem_of(), **change)


def test_a_worker_out_of_range_is_refused():
    with pytest.raises(ValueError, match="worker: expected 0 to 0, got 1"):
        small_run(problem_of()).work(1)
