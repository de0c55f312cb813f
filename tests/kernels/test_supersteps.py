"""Slices in supersteps: compiled on every instruction set, and NumPy, against a float64 oracle and each other."""

from __future__ import annotations

import threading
from itertools import cycle, pairwise

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
    steps.go_on()
    work(steps, workers)
    return W_in[:, : problem.D], W_out[:, : problem.D], results


def work(steps, workers):
    threads = [threading.Thread(target=steps.work, args=(worker,)) for worker in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


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


def train_in_parts(supersteps, problem, *, slices, workers=1, parts=(2, 1, 3), **others):
    """As ``train``, pausing after each superstep; after so many of them only what was kept goes on.

    Returns how often it was kept, too.
    """
    matrices, results, lengths = problem.matrices(), [], cycle(parts)
    others["stop"] = np.zeros(1, np.uint8)

    def made():
        return small_run(
            problem, supersteps, slices=iter(slices[len(results) :]), workers=workers, W_in=matrices[0],
            W_out=matrices[1], on_result=lambda number, totals: results.append((number, totals)), **others,
        )  # fmt: skip

    steps, left, kept = made(), next(lengths), 0
    while steps.go_on():
        steps.pause()
        work(steps, workers)
        left -= 1
        if not left:
            state, left, kept = steps.state(), next(lengths), kept + 1
            steps = made()
            steps.restore(*state)
    return matrices[0][:, : problem.D], matrices[1][:, : problem.D], results, kept


@each_kind
@pytest.mark.parametrize("supersteps", [compiled, reference])
def test_it_pauses_and_goes_on_to_the_same_bytes(supersteps, model, loss):
    """In the middle of slices and between them, of places with several centres, and of words of many rows."""
    places = 3 if loss == "negative_sampling" and model in ("window", "bag") else 1
    problem = problem_of(model, loss, D=17, places=places)
    slices = slices_of(problem)
    given = {"slices": slices, "level": level_number() if supersteps is compiled else 0, "centres": 13}
    W_in, W_out, results = train(supersteps, problem, **given)
    for parts, times in [((2, 1, 3), 5), ((1 << 40,), 0)]:
        *parted, kept = train_in_parts(supersteps, problem, parts=parts, **given)
        assert kept >= times
        assert np.array_equal(parted[0], W_in)
        assert np.array_equal(parted[1], W_out)
        assert parted[2] == results


@pytest.mark.parametrize("share", [True, False])
@pytest.mark.parametrize("model", MODELS)
def test_slices_that_are_longer_than_what_is_gathered_at_once_go_on(level, model, share):
    """1,024 kept tokens are gathered; frozen rows and damped ones; one slice is far shorter than the others."""
    problem = problem_of(
        model,
        places=2,
        shared=0,
        tokens=15_000,
        share_negatives=share,
        rates=[0, 0.5, 1],
        out_rates=[1, 0.5, 0, 1],
    )
    slices = slices_of(problem, 3)
    slices[1] = (problem.places(5000, 5100), *slices[1][1:])
    given = {"slices": slices, "level": level, "centres": 300, "shards": 2}
    W_in, W_out, results = train(compiled, problem, workers=1, **given)
    *parted, kept = train_in_parts(compiled, problem, workers=3, parts=(1, 5), **given)
    assert kept >= 5
    assert np.array_equal(parted[0], W_in)
    assert np.array_equal(parted[1], W_out)
    assert parted[2] == results


@pytest.mark.parametrize("supersteps", [compiled, reference])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"given": 1}, "slices of the shards"),
        ({"waiting": {5: (1.0, 1, 1, 1)}}, "slices of the shards"),
        ({"slice": 9, "waiting": {n: (1.0, 1, 1, 1) for n in (0, 1, 2, 3, 4, 5, 6, 7, 8)}}, "there is none"),
        ({"waiting": {n: (1.0, 1, 1, 1) for n in range(3, 9)}}, "there is none"),
        ({"trained": 1}, "after 1 centres"),
        ({"trained": 1 << 40}, "after 1099511627776 centres"),
        ({"trained": -1}, "after -1 centres"),
    ],
)
def test_a_place_that_is_none_is_refused(supersteps, change, message):
    problem = problem_of(places=2)
    steps = small_run(problem, supersteps, slices=iter(slices_of(problem)))
    steps.go_on()
    steps.pause()
    steps.work(0)
    n, given, shards, losses, waiting = steps.state()
    assert shards[:, 0].tolist() == [0, 1, 2]
    shards[0, 1] = change.get("trained", shards[0, 1])
    if "slice" in change:
        shards[:, 0] = -1, -1, change["slice"]
    again = small_run(problem, supersteps, slices=iter(slices_of(problem)))
    with pytest.raises(ValueError, match=message):
        again.restore(n, change.get("given", given), shards, losses, change.get("waiting", waiting))


@pytest.mark.parametrize("sets", [-1, 1 << 62])
def test_sets_that_cannot_have_been_drawn_are_refused(sets):
    problem = problem_of()
    steps = small_run(problem, slices=iter(slices_of(problem)))
    with pytest.raises(ValueError, match="no place after 0 centres"):
        steps.restore(0, 0, np.array([[0, 0, 0, sets], [-1, 0, 0, 0], [-1, 0, 0, 0]]), np.zeros(3), {})


def test_shards_of_another_number_are_refused():
    with pytest.raises(ValueError, match="slices of the shards"):
        small_run(problem_of()).restore(0, 0, np.full((2, 4), -1), np.zeros(2), {})


def test_a_pause_that_nobody_waited_for_is_one_superstep():
    problem = problem_of()
    steps = small_run(problem, slices=iter(slices_of(problem)))
    assert steps.work(0) is None, "before it goes on there is nothing to do"
    steps.pause()
    assert steps.go_on()
    work(steps, 1)
    assert steps.state()[0] == 1
    steps.go_on()
    work(steps, 1)
    assert not steps.go_on()


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


def test_a_row_moves_by_the_sum_but_not_too_far_or_by_the_mean_where_damping_is_great(level):
    problem = problem_of("given", shared=0, tokens=90, words=10)
    problem.settings["negative"] = 2
    slices = [(places, 0.01, 4) for places, _, _ in slices_of(problem, 3)]
    old = problem.W_in.astype(np.float32)
    alone = [train(compiled, problem, slices=[part], centres=100, level=level)[0] - old for part in slices]
    users = np.sum([change.any(axis=1) for change in alone], axis=0)[:, None]
    total = np.linalg.norm(sum(alone), axis=1, keepdims=True)
    longest = np.max([np.linalg.norm(change, axis=1, keepdims=True) for change in alone], axis=0)
    bound = np.maximum(1, total / np.maximum(2 * longest, 1e-30))
    for damping, divisor in ((0.0, bound), (1e9, np.maximum(users, 1))):
        W_in, _, _ = train(compiled, problem, slices=slices, centres=100, level=level, damping=(damping, damping))
        assert np.abs(W_in - old - sum(alone) / divisor).max() <= 1e-6
    assert users.max() == 3
    assert bound.max() > 1 == bound.min()


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
    steps.go_on()
    errors = []

    def try_to_work(worker):
        try:
            steps.work(worker)
        except RuntimeError as error:
            errors.append(error)

    threads = [threading.Thread(target=try_to_work, args=(worker,)) for worker in range(3)]
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
    steps.go_on()
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
