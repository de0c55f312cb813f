"""The kernel of skip-gram and CBOW: compiled on every instruction set, and NumPy, against the float64 oracle."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from kernels.word2vec_problem import Problem
from oracles import LOSSES
from sizes import EDGE_SIZES

from fastvec.kernels import _word2vec
from fastvec.kernels.reference import word2vec as reference_word2vec
from fastvec.kernels.reference.word2vec import logistic_step, softmax_step
from fastvec.training.huffman import huffman_paths
from fastvec.training.matrices import new_matrix, padded, unpadded

SIZES = [*EDGE_SIZES, 1000]


MODELS = ["window", "pairs", "centre", "bag", "given"]
KINDS = [(model, loss) for loss in LOSSES for model in MODELS]
each_sharing = pytest.mark.parametrize("model", ["window", "pairs"])
each_hold = pytest.mark.parametrize("threads", [1, 2])  # one alone trains some rows in place
each_kind = pytest.mark.parametrize(("model", "loss"), KINDS)
each_bag = pytest.mark.parametrize(("model", "loss"), [kind for kind in KINDS if kind[0] in ("bag", "centre")])


def agree(problem: Problem, kernel, level=0, within=2e-5, frozen=False, **part) -> None:
    W_in, W_out, (loss, pairs, trained, tokens) = problem.run(kernel, level, **part)
    want_in, want_out, (want_loss, want_pairs, want_trained) = problem.oracle(**part)
    assert (pairs, trained) == (want_pairs, want_trained)
    assert tokens == part.get("end", len(problem.ids)) - part.get("start", 0)
    assert pairs > 0
    assert loss == pytest.approx(want_loss, rel=2e-6)
    assert np.abs(W_in - want_in).max() <= within
    assert np.abs(W_out - want_out).max() <= within
    assert np.abs(W_in - problem.W_in).max() > 1e-3, "something was trained"
    assert np.array_equal(W_out, problem.W_out.astype(np.float32)) == frozen


@pytest.mark.parametrize("model", ["window", "pairs", "bag", "centre"])
@each_hold
@pytest.mark.parametrize("D", SIZES)
def test_every_size(level, D, model, threads):
    shared = 30 if model == "centre" else 0
    agree(Problem(D, D=D, model=model, shared=shared, threads=threads), _word2vec.word2vec_slice, level)


@each_sharing
@pytest.mark.parametrize("negative", [1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 20, 63, 64, 65, 100])
def test_every_number_of_negatives(level, negative, model):
    agree(Problem(negative, negative=negative, model=model), _word2vec.word2vec_slice, level)


@each_sharing
@pytest.mark.parametrize("window", [1, 2, 3, 4, 10, 1000])
@pytest.mark.parametrize("shrink", [True, False])
def test_every_width(level, window, shrink, model):
    agree(Problem(window, window=window, shrink_windows=shrink, model=model), _word2vec.word2vec_slice, level)


@each_sharing
@pytest.mark.parametrize("words", [2, 3, 7])
def test_words_that_repeat(level, words, model):
    """In so small a vocabulary each window holds a word twice, and negatives repeat and equal the centre."""
    agree(Problem(words, words=words, negative=9, model=model), _word2vec.word2vec_slice, level)


@each_sharing
def test_a_thousand_updates(level, model):
    agree(Problem(words=300, tokens=1300, D=100, model=model), _word2vec.word2vec_slice, level)


SMALL_SIZES = [1, 7, 16, 33, 100]


@each_kind
@pytest.mark.parametrize("D", SMALL_SIZES)
@each_hold
def test_every_model_and_loss(level, model, loss, D, threads):
    shared = 30 if model not in ("window", "pairs") else 0
    kernel = _word2vec.word2vec_slice
    agree(Problem(D, D=D, model=model, loss=loss, shared=shared, threads=threads), kernel, level)


@each_kind
@pytest.mark.parametrize("context", ["left", "right"])
def test_windows_of_one_side(level, model, loss, context):
    agree(Problem(3, model=model, loss=loss, context=context), _word2vec.word2vec_slice, level)


@each_kind
def test_rows_held_and_damped(level, model, loss):
    """Every third row stands still, every third moves half the way."""
    problem = Problem(4, model=model, loss=loss, rates=[0, 0.5, 1], words=15)
    agree(problem, _word2vec.word2vec_slice, level)
    W_in, _, _ = problem.run(_word2vec.word2vec_slice, level)
    assert np.array_equal(W_in[::3], problem.W_in[::3].astype(np.float32))


@pytest.mark.parametrize("model", ["window", "bag", "given"])
@pytest.mark.parametrize("words", [2, 3, 40, 3000])
@pytest.mark.parametrize("threads", [2, 5, 64])
def test_copies_of_the_rows_near_the_root(level, model, words, threads):
    """One thread alone, as if it were one of many: it trains copies of up to 1,023 rows, and W_out gets it all."""
    problem = Problem(words, words=words, tokens=400, model=model, loss="hierarchical_softmax")
    kernel = _word2vec.word2vec_slice
    problem.settings["threads"] = threads
    agree(problem, kernel, level)
    copied = problem.run(kernel, level)
    problem.settings["threads"] = 1
    alone = problem.run(kernel, level)
    assert words < 40 or alone[1].tobytes() != copied[1].tobytes(), (
        "copies were trained: their sums round otherwise"
    )


def test_what_others_add_to_a_row_meanwhile_is_kept(level):
    """A slice that trains copies of the root adds what it changed, here nothing, to what W_out holds by then."""
    problem = Problem(
        1, words=200, tokens=4_000_000, D=32, longest=400, loss="hierarchical_softmax", learning_rate=0.0
    )
    W_in, W_out = problem.matrices()
    before, stop = W_out.copy(), np.zeros(1, np.uint8)
    slice_of_one = {"places": problem.places(), "W_in": W_in, "W_out": W_out, "stop": stop}
    thread = threading.Thread(
        target=_word2vec.word2vec_slice,
        kwargs={**problem.arguments(), **slice_of_one, "level": level},
    )
    thread.start()
    time.sleep(0.02)  # by now it has its copies; those far from the root are exchanged every few thousand steps
    W_out[:5] += 1.0
    assert thread.is_alive(), "it is still training: a second's work"
    stop.fill(1)
    thread.join()
    assert np.array_equal(W_out[:5], before[:5] + np.float32(1))
    assert np.array_equal(W_out[5:], before[5:])


@each_bag
def test_the_gradient_of_a_mean(level, model, loss):
    agree(Problem(5, model=model, loss=loss, shared=9, divide_gradient=True), _word2vec.word2vec_slice, level)


@each_kind
@each_hold
@pytest.mark.parametrize("words", [2, 3, 7])
def test_words_that_repeat_in_every_model(level, model, loss, words, threads):
    problem = Problem(words, words=words, model=model, loss=loss, negative=9, learning_rate=0.01, threads=threads)
    agree(problem, _word2vec.word2vec_slice, level)


@each_kind
@each_hold
def test_the_reference_of_every_model(model, loss, threads):
    agree(Problem(6, model=model, loss=loss, threads=threads), reference_word2vec.word2vec_slice)
    problem = Problem(6, model=model, loss=loss, rates=[1, 0.5], context="left")
    agree(problem, reference_word2vec.word2vec_slice)
    if model not in ("window", "pairs"):
        agree(Problem(6, model=model, loss=loss, shared=30, context="left"), reference_word2vec.word2vec_slice)


@pytest.mark.parametrize("words", [2, 5, 6, 7, 12, 13, 15, 16, 17, 31, 33, 100])
@pytest.mark.parametrize("model", ["window", "bag"])
def test_full_softmax_over_every_vocabulary(level, words, model):
    agree(Problem(words, words=words, loss="softmax", model=model), _word2vec.word2vec_slice, level)


@pytest.mark.parametrize("scale", [1, 30, 1000])
def test_full_softmax_is_stable(level, scale):
    """Scores of hundreds of thousands: exp of them would overflow."""
    problem = Problem(1, loss="softmax", learning_rate=1e-3)
    problem.W_in *= scale
    problem.W_out *= scale
    W_in, _, (loss, *_) = problem.run(_word2vec.word2vec_slice, level)
    want_in, _, (want_loss, *_) = problem.oracle()
    assert loss == pytest.approx(want_loss, rel=1e-4)
    assert np.abs(W_in - want_in).max() <= 1e-3 * np.abs(want_in).max()


@pytest.mark.parametrize("model", ["window", "bag"])
def test_codes_longer_than_forty(level, model):
    """Fibonacci counts make the deepest tree: one more inner node a word."""
    problem = Problem(1, words=60, model=model, loss="hierarchical_softmax")
    counts = [1, 1]
    while len(counts) < 60:
        counts.append(counts[-1] + counts[-2])
    problem.paths = huffman_paths(np.array(counts[::-1]))
    assert problem.paths[3] == 59
    agree(problem, _word2vec.word2vec_slice, level)


@pytest.mark.parametrize("model", ["window", "centre", "bag"])
@pytest.mark.parametrize("places", [1, 3])
def test_many_batches(level, model, places):
    """More tokens than one batch of the C code, and one sentence longer than a batch."""
    problem = Problem(5, tokens=4000, D=5, longest=1500, learning_rate=0.01, model=model, places=places)
    agree(problem, _word2vec.word2vec_slice, level)


each_joint = pytest.mark.parametrize("model", ["window", "bag"])


@each_joint
@pytest.mark.parametrize("places", [1, 2, 3, 4, 7, 16])
@pytest.mark.parametrize("negative", [1, 4, 5, 6, 11])
def test_rounds_of_several_places(level, model, places, negative):
    """Lines of one word to seven: rounds in which a place has ended, or has a centre without a context word."""
    problem = Problem(places, words=300, tokens=200, model=model, negative=negative, places=places)
    problem.offsets = np.concatenate([[0], np.cumsum(np.resize([1, 2, 3, 4, 5, 6, 7, 2], 54))]).clip(max=200)
    agree(problem, _word2vec.word2vec_slice, level)


@each_joint
@each_hold
@pytest.mark.parametrize("words", [2, 3, 7, 30])
def test_words_that_repeat_in_a_round(level, model, words, threads):
    """Places have the same centre, and negatives are centres: all from the old rows, and nothing is lost."""
    shape = {"words": words, "tokens": 120, "places": 4, "threads": threads}
    problem = Problem(words, **shape, model=model, negative=9, learning_rate=0.01)
    agree(problem, _word2vec.word2vec_slice, level)


@each_joint
@pytest.mark.parametrize("D", SIZES)
def test_rounds_of_every_size(level, model, D):
    agree(Problem(D, D=D, model=model, places=4, words=90), _word2vec.word2vec_slice, level)


@each_joint
@pytest.mark.parametrize("window", [1, 2, 7, 1000])
@pytest.mark.parametrize("context", ["both", "left", "right"])
def test_rounds_of_every_width(level, model, window, context):
    problem = Problem(window, tokens=150, model=model, window=window, context=context, places=3)
    agree(problem, _word2vec.word2vec_slice, level)


@each_joint
def test_rounds_over_words_of_many_rows(level, model):
    if model == "bag":
        agree(Problem(3, model=model, places=4, shared=30, tokens=150), _word2vec.word2vec_slice, level)
    else:
        agree(Problem(3, model=model, places=4, rates=[0, 0.5, 1], tokens=150), _word2vec.word2vec_slice, level)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("places", [1, 3])
def test_rates_of_outputs(level, model, places):
    """Every third row of W_out stands still, also while it is held; every third moves half the way."""
    problem = Problem(4, model=model, words=15, out_rates=[0, 0.5, 1], places=places, tokens=90)
    agree(problem, _word2vec.word2vec_slice, level)
    agree(problem, reference_word2vec.word2vec_slice)
    _, W_out, _ = problem.run(_word2vec.word2vec_slice, level)
    assert np.array_equal(W_out[::3], problem.W_out[::3].astype(np.float32))


@each_kind
def test_frozen_outputs(level, model, loss):
    problem = Problem(4, model=model, loss=loss, words=15, freeze_outputs=True)
    agree(problem, _word2vec.word2vec_slice, level, frozen=True)
    agree(problem, reference_word2vec.word2vec_slice, frozen=True)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("share", [True, False])
def test_negatives_for_a_round_or_a_prediction(level, model, share):
    problem = Problem(4, model=model, share_negatives=share, places=1 if model == "window" else 2)
    agree(problem, _word2vec.word2vec_slice, level)
    agree(problem, reference_word2vec.word2vec_slice)


@pytest.mark.parametrize(("start", "end"), [(0, 1), (7, 30), (30, 59), (59, 60)])
def test_slices_cut_sentences(level, start, end):
    problem = Problem(3, longest=50, learning_rate=0.5)
    problem.keep[:] = 2**32 - 1
    if end - start > 1:
        agree(problem, _word2vec.word2vec_slice, level, within=1e-4, start=start, end=end)
    else:
        assert problem.run(_word2vec.word2vec_slice, level, start, end)[2] == (0, 0, 1, 1)


@each_sharing
@pytest.mark.parametrize("words", [2, 40])
def test_the_reference(words, model):
    agree(Problem(1, words=words, model=model), reference_word2vec.word2vec_slice)


def test_saturated_pairs_are_trained(level):
    """No table and no cut-off at 6: large dots get their exact, tiny gradients, and their exact loss."""
    problem = Problem(2, D=16, learning_rate=1.0)
    problem.W_in *= 12
    problem.W_out *= 12
    W_in, _, (loss, *_) = problem.run(_word2vec.word2vec_slice, level)
    want_in, _, (want_loss, *_) = problem.oracle()
    assert loss == pytest.approx(want_loss, rel=1e-5)
    assert np.abs(W_in - want_in).max() <= 1e-3 * np.abs(want_in).max()


@pytest.mark.parametrize("scale", [0.0, 1.0, 5.0, 20.0, 80.0, 500.0])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_sigmoid_is_exact(level, scale, sign):
    """One pair, one dimension: the gradient of a dot of any size, to 1e-6."""
    problem = Problem(words=2, tokens=2, D=1, negative=1, window=1, learning_rate=1.0)
    problem.ids[:], problem.offsets = [0, 1], np.array([0, 2])
    problem.keep[:] = 2**32 - 1
    problem.negatives[:] = 1 << 32 | 0  # always word 1: skipped for centre 1, the noise of centre 0
    problem.W_in[:], problem.W_out[:] = sign * scale, 1.0
    W_in, W_out, (loss, *_) = problem.run(_word2vec.word2vec_slice, level)
    want_in, want_out, (want_loss, *_) = problem.oracle()
    assert np.abs(W_in - want_in).max() <= 2e-6 * max(1, scale)
    assert np.abs(W_out - want_out).max() <= 2e-6 * max(1, scale)
    assert loss == pytest.approx(want_loss, rel=1e-6, abs=1e-6)


def check_gradients(step, X, W_out):
    """``step(X, W_out, rate)`` returns (loss, update of X) and updates W_out: against slopes of the loss."""
    stepped = W_out.copy()
    _, update = step(X, stepped, 1.0)
    for which, (W, change) in enumerate(((X, update), (W_out, stepped - W_out))):
        for place in np.ndindex(W.shape):
            losses = []
            for nudge in (1e-5, -1e-5):
                nudged = W.copy()
                nudged[place] += nudge
                losses.append(step(*((nudged, W_out.copy()) if which == 0 else (X, nudged)), 0.0)[0])
            assert change[place] == pytest.approx((losses[1] - losses[0]) / 2e-5, abs=1e-6)


@pytest.mark.parametrize("outputs", [[3, 1, 2], [3, 1, 1]])
@pytest.mark.parametrize("labels", [[1, 0, 0], [0, 1, 1]])
def test_gradients_by_finite_differences(outputs, labels):
    rng = np.random.default_rng(0)
    X, W_out = rng.normal(size=(2, 6)), rng.normal(size=(5, 6))
    check_gradients(lambda X, W, rate: logistic_step(X, W, np.array(outputs), np.array(labels), rate), X, W_out)


def test_gradients_of_full_softmax_by_finite_differences():
    rng = np.random.default_rng(0)
    check_gradients(
        lambda X, W, rate: softmax_step(X, W, 3, rate), rng.normal(size=(2, 6)), rng.normal(size=(5, 6))
    )


def test_one_thread_is_reproducible(level):
    first, again = (Problem(9, tokens=500, D=33).run(_word2vec.word2vec_slice, level) for _ in range(2))
    assert first[0].tobytes() == again[0].tobytes()
    assert first[1].tobytes() == again[1].tobytes()
    assert first[2] == again[2]


def test_subsampling_keeps_the_rate(level):
    problem = Problem(words=3, tokens=100_000, D=1, window=1, negative=1, learning_rate=1e-9)
    rates = np.array([0.9, 0.25, 0.01])
    problem.keep[:] = rates * 2**32
    for word, rate in enumerate(rates):
        problem.ids[:] = word
        trained = problem.run(_word2vec.word2vec_slice, level)[2][2]
        assert abs(trained - 1e5 * rate) < 5 * np.sqrt(1e5 * rate * (1 - rate))


def test_window_widths_are_uniform(level):
    problem = Problem(words=50, tokens=20_000, D=1, negative=1, learning_rate=1e-9, window=5)
    problem.keep[:], problem.offsets = 2**32 - 1, np.array([0, 20_000])
    pairs = problem.run(_word2vec.word2vec_slice, level)[2][1]
    assert abs(pairs - 6 * 20_000) < 5 * 2 * np.sqrt(2 * 20_000)  # 2 E[width] = 6, Var[width] = 2


def test_the_stop_byte_ends_a_slice(level):
    problem = Problem(tokens=5000)
    W_in, W_out = problem.matrices()
    for kernel in (_word2vec.word2vec_slice, reference_word2vec.word2vec_slice):
        totals = kernel(
            **problem.arguments(), places=problem.places(), W_in=W_in, W_out=W_out, stop=np.ones(1, np.uint8),
            level=level,
        )  # fmt: skip
        assert totals == (0, 0, 0, 0)


def test_the_stop_byte_ends_a_slice_on_its_way(level):
    """A slice of one long line, stopped from another thread: it tells how far it came."""
    problem = Problem(tokens=3_000_000, D=300, longest=10**9, window=50, negative=20, places=2)
    problem.offsets, stop = np.array([0, 3_000_000]), np.zeros(1, np.uint8)
    W_in, W_out = problem.matrices()
    timer = threading.Timer(0.1, lambda: stop.fill(1))
    timer.start()
    _, pairs, trained, tokens = _word2vec.word2vec_slice(
        **problem.arguments(), places=problem.places(), W_in=W_in, W_out=W_out, stop=stop, level=level,
    )  # fmt: skip
    timer.join()
    assert 0 < trained < tokens < 3_000_000
    assert pairs > trained


def test_ids_past_two_to_the_31(level):
    """Rows whose floats lie past 2^31: the memory is zeros that only the rows at the end ever touch."""
    words, stride = 2**25 + 64, 64
    try:
        W_in, W_out = new_matrix(words, stride), new_matrix(words, stride)
    except MemoryError:
        pytest.skip("no address space for two matrices of 8.6 GB")
    small = Problem(4, words=8, D=64)
    first = words - 8
    W_in[first:], W_out[first:] = small.W_in, small.W_out
    keep, negatives = np.zeros(words, np.uint32), np.zeros(words, np.uint64)
    keep[first:] = small.keep
    negatives[:] = np.uint64((words - 3) << 32)  # every slot: word 5 of the small problem
    small.negatives[:] = 5 << 32
    totals = _word2vec.word2vec_slice(
        ids=small.ids + np.int32(first), offsets=small.offsets, places=small.places(), keep=keep,
        negatives=negatives, W_in=W_in, W_out=W_out, stop=np.zeros(1, np.uint8), level=level, **small.settings,
    )  # fmt: skip
    want_in, want_out, want = small.run(_word2vec.word2vec_slice, level)
    assert totals == want
    assert np.array_equal(W_in[first:], want_in)
    assert np.array_equal(W_out[first:], want_out)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"W_in": np.zeros((40, 20), np.float32)}, "multiple of 16"),
        ({"W_out": np.zeros((39, 32), np.float32)}, "to 39 words"),
        ({"W_out": np.zeros((0, 32), np.float32)}, "W_out"),
        ({"keep": np.zeros(0, np.uint32)}, "keep"),
        ({"negatives": None}, "negatives: expected an alias table of 1 to 40"),
        ({"negatives": np.zeros(41, np.uint64)}, "negatives"),
        ({"places": [(0, 60, 5, 1, 2)]}, "sentence"),
        ({"offsets": None}, "offsets"),
        ({"threads": 0}, "threads"),
        ({"places": [(9, 3, 0, 1, 2)]}, "outside ids"),
        ({"places": [(59, 60, 0, 1, 2)]}, "expected start within the sentence"),
        ({"offsets": np.array([0, 30])}, "end outside offsets"),
        ({"places": [(0, 1, 0, 1, 2)] * 17}, "places: expected at most 16"),
        ({"places": [(0, 9, 0, 1, 2), (9, 20, 0, 3, 4)], "loss": "softmax"}, "several places"),
        ({"model": "given"}, "targets"),
        ({"model": "given", "targets": np.zeros(60, np.int32), "weights": np.zeros(1, np.float32)}, "weights"),
        ({"loss": "hierarchical_softmax", "paths": None}, "paths"),
        ({"rows": (np.zeros(41, np.int64), np.zeros(1, np.int32))}, "rows"),
        ({"in_rates": np.ones(3, np.float32)}, "in_rates"),
        ({"out_rates": np.ones(3, np.float32)}, "out_rates"),
        ({"out_rates": np.ones(40, np.float32), "loss": "softmax"}, "out_rates"),
        (
            {
                "model": "bag",
                "rows": (np.arange(41), np.arange(40, dtype=np.int32)),
                "in_rates": np.ones(40, np.float32),
            },
            "in_rates",
        ),
        ({"places": [(0, 61, 0, 1, 2)]}, "outside"),
        ({"level": 99}, "instruction set"),
        ({"window": 0}, "window"),
        ({"negative": -1}, "negative"),
        ({"stop": np.zeros(0, np.uint8)}, "stop"),
    ],
)
def test_what_the_door_refuses(change, message):
    problem = Problem()
    W_in, W_out = problem.matrices()
    arguments = {
        **problem.arguments(), "places": problem.places(), "W_in": W_in, "W_out": W_out,
        "stop": np.zeros(1, np.uint8), "level": 0,
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        _word2vec.word2vec_slice(**{**arguments, **change})


@pytest.mark.parametrize("D", [1, 16, 100])
@pytest.mark.parametrize("rows", [1, 5, 9000])
def test_padding_comes_and_goes(rows, D):
    matrix = new_matrix(rows, D)
    assert matrix.shape == (rows, padded(D))
    assert matrix.ctypes.data % 64 == 0
    values = np.arange(rows * D, dtype=np.float32).reshape(rows, D)
    matrix[:, :D] = values
    assert np.array_equal(unpadded(matrix, D), values)
    assert unpadded(matrix, D).flags.c_contiguous
