"""SkipGram: settings, runs, threads, stopping, errors."""

from __future__ import annotations

import dataclasses
import inspect
import threading
import warnings

import numpy as np
import pytest
from oracles import LOSSES
from training.contract import Contract

import fastvec as fv
from fastvec.kernels import _word2vec
from fastvec.training import slice_kernel
from fastvec.training.huffman import huffman_paths
from fastvec.training.slice_run import SliceRun


def lines(n=400, seed=0):
    """Two kinds of sentence that share no word but one, so that neighbours can be told."""
    rng = np.random.default_rng(seed)
    kinds = [[f"a{i}" for i in range(8)], [f"b{i}" for i in range(8)]]
    return [" ".join(rng.choice([*kinds[i % 2], "the"], 9)) for i in range(n)]


@pytest.fixture(scope="module")
def corpus():
    return fv.Corpus.from_text(lines(), min_count=1)


SMALL = {"vector_size": 10, "sample": 0, "epochs": 3, "seed": 3}


class TestSkipGram(Contract):
    trainer = fv.SkipGram
    settings = {**SMALL, "epochs": 60}  # noqa: RUF012
    refused = [("window", 0, "a whole number from 1"), ("sample", -1e-3, "a finite number of at least 0")]  # noqa: RUF012
    takes_counts = False
    more = ["init", "freeze", "freeze_context"]  # noqa: RUF012
    tells_epochs = True
    exact_on_threads = False
    diverges = (30.0, 1e30)
    within = 1e-3  # of sixty epochs


class TestCBOW(Contract):
    trainer = fv.CBOW
    settings = {**SMALL, "epochs": 60}  # noqa: RUF012
    refused = [("window", 0, "a whole number from 1"), ("context_gradient", "both", "'sum' or 'mean'")]  # noqa: RUF012
    takes_counts = False
    more = ["init", "freeze", "freeze_context"]  # noqa: RUF012
    tells_epochs = True
    exact_on_threads = False
    diverges = (30.0, 1e30)
    within = 1e-3


each_trainer = pytest.mark.parametrize("trainer", [fv.SkipGram, fv.CBOW])
each_loss = pytest.mark.parametrize("loss", LOSSES)


@each_trainer
@each_loss
def test_every_loss_finds_the_kinds_and_falls(corpus, trainer, loss):
    vectors = trainer(**{**SMALL, "epochs": 20}, loss=loss).train(corpus)
    for word in ("a0", "a5", "b1", "b7"):
        near = [other for other, _ in vectors.most_similar(word, topn=7)]
        assert sum(other[0] == word[0] for other in near) >= 6
    losses = vectors.history["epoch_loss"]
    assert len(losses) == 20
    assert losses[-1] < losses[0]
    assert (vectors.context_vectors is None) == (loss == "hierarchical_softmax")


@each_trainer
def test_threads_that_train_copies_of_the_root_learn_as_much(corpus, trainer):
    """Hierarchical softmax on several threads: each has its own copies of the nodes, exchanged in turn."""
    run = trainer(**{**SMALL, "epochs": 20}, loss="hierarchical_softmax")
    alone = run.train(corpus, threads=1).history["epoch_loss"][-1]
    for threads in (2, 8):
        assert run.train(corpus, threads=threads).history["epoch_loss"][-1] == pytest.approx(alone, rel=0.03)


@each_trainer
def test_the_untrained_loss_of_each_kind(corpus, trainer):
    """At a rate of nothing: K + 1 coins; as many coins as a code is long; a die with V sides."""
    tiny = {**SMALL, "epochs": 1, "learning_rate": 1e-12, "min_learning_rate": 0}
    lengths = np.diff(huffman_paths(corpus.vocabulary.counts)[0])
    mean_length = lengths @ corpus.vocabulary.counts / corpus.n_tokens
    # negatives that equal the word are left out; each end of a line has fewer contexts than its middle
    for loss, expected, within in zip(
        LOSSES, [6 * np.log(2), mean_length * np.log(2), np.log(17)], [0.1, 0.02, 1e-6], strict=True
    ):
        history = trainer(**tiny, loss=loss).train(corpus).history
        assert history["epoch_loss"][0] == pytest.approx(expected, rel=within)


@each_trainer
def test_softmax_losses_near_the_entropy_of_the_text(trainer):
    """x is followed by y or z as a coin falls: no model can do better than log 2, and full softmax gets there."""
    side = "right" if trainer is fv.SkipGram else "left"  # x predicts
    rng = np.random.default_rng(0)
    text = fv.Corpus.from_text([f"x {rng.choice(['y', 'z'])}" for _ in range(2000)], min_count=1)
    for loss in ("softmax", "hierarchical_softmax"):
        vectors = trainer(vector_size=8, sample=0, epochs=30, loss=loss, context=side, learning_rate=0.2).train(
            text, threads=1
        )
        assert vectors.history["epoch_loss"][-1] == pytest.approx(np.log(2), abs=0.02)


@each_trainer
@each_loss
@pytest.mark.parametrize("side", ["left", "right"])
def test_one_sided_windows_train_a_word_on_that_side(trainer, loss, side):
    """In lines "x y" no word stands left of x nor right of y. In CBOW it is the bag whose vectors move."""
    text = fv.Corpus.from_text(["x y"] * 200, min_count=1)
    settings = {"vector_size": 4, "sample": 0, "epochs": 1, "loss": loss}
    start = trainer(**settings, learning_rate=1e-30, min_learning_rate=0).train(text, threads=1)
    vectors = trainer(**settings, context=side).train(text, threads=1)
    still, moved = ("x", "y") if (side == "left") == (trainer is fv.SkipGram) else ("y", "x")
    assert np.array_equal(vectors[still], start[still])
    assert not np.array_equal(vectors[moved], start[moved])


def test_hierarchical_softmax_needs_two_words():
    one = fv.Corpus.from_text(["x x x"], min_count=1)
    with pytest.raises(fv.CorpusError, match="two different words"):
        fv.SkipGram(loss="hierarchical_softmax", sample=0).train(one)


@each_trainer
@each_loss
def test_numpy_and_compiled_agree_for_every_loss(corpus, trainer, loss):
    run = trainer(vector_size=7, epochs=1, sample=0.05, loss=loss)
    compiled, plain = (run.train(corpus, threads=1, backend=backend) for backend in ("compiled", "numpy"))
    assert np.abs(compiled.vectors - plain.vectors).max() <= 2e-5
    assert compiled.history["loss"] == pytest.approx(plain.history["loss"], rel=1e-5)


def test_the_two_gradients_of_a_mean_differ_by_the_number_of_words(corpus):
    settings = {"vector_size": 5, "sample": 0, "epochs": 1, "window": 2, "shrink_windows": False}
    text = fv.Corpus.from_text(["a b c"], min_count=1)
    start = fv.CBOW(**settings, learning_rate=1e-30, min_learning_rate=0).train(text, threads=1).vectors
    total, mean = (
        fv.CBOW(**settings, loss="softmax", context_gradient=kind).train(text, threads=1).vectors - start
        for kind in ("sum", "mean")
    )
    assert np.abs(total).max() > 1e-6
    assert np.abs(total - 2 * mean).max() < 0.02 * np.abs(total).max()


@pytest.mark.parametrize("sharing", ["round", "none"])
def test_neighbours_are_of_the_same_kind(corpus, sharing):
    vectors = fv.SkipGram(**{**SMALL, "epochs": 20}, negative_sharing=sharing).train(corpus)
    for word in ("a0", "a5", "b1", "b7"):
        near = [other for other, _ in vectors.most_similar(word, topn=7)]
        assert sum(other[0] == word[0] for other in near) >= 6


def test_one_thread_and_one_seed_give_the_same_bytes(corpus):
    first, again = (fv.SkipGram(**SMALL).train(corpus, threads=1) for _ in range(2))
    other = fv.SkipGram(**{**SMALL, "seed": 4}).train(corpus, threads=1)
    assert first.vectors.tobytes() == again.vectors.tobytes()
    assert first.context_vectors.tobytes() == again.context_vectors.tobytes()
    assert first.history["loss"].tobytes() == again.history["loss"].tobytes()
    assert first.vectors.tobytes() != other.vectors.tobytes()


@pytest.mark.parametrize("sharing", ["round", "none"])
@pytest.mark.parametrize("size", [1, 7, 100])
def test_numpy_and_compiled_make_the_same_run(corpus, sharing, size):
    trainer = fv.SkipGram(vector_size=size, epochs=1, sample=0.05, negative_sharing=sharing)
    compiled, plain = (trainer.train(corpus, threads=1, backend=backend) for backend in ("compiled", "numpy"))
    assert np.abs(compiled.vectors - plain.vectors).max() <= 2e-5
    assert np.abs(compiled.context_vectors - plain.context_vectors).max() <= 2e-5
    assert compiled.history["loss"] == pytest.approx(plain.history["loss"], rel=1e-5)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_line_is_trained_once_an_epoch(corpus, threads, monkeypatch):
    parts, kernel = [], _word2vec.word2vec_slice
    lock = threading.Lock()

    def spy(**arguments):
        totals = kernel(**arguments)
        with lock:
            parts.extend((*place[:2], arguments["learning_rate"]) for place in arguments["places"])
        return totals

    monkeypatch.setattr(slice_kernel._word2vec, "word2vec_slice", spy)
    vectors = fv.SkipGram(**SMALL).train(corpus, threads=threads)
    times = np.zeros(corpus.n_tokens, int)
    for start, end, _ in parts:
        times[start:end] += 1
    assert (times == 3).all()
    rates = sorted(rate for *_, rate in parts)
    assert 1e-4 < rates[0] < rates[-1] < 0.025
    assert vectors.history["tokens"][-1] == 3 * corpus.n_tokens


def test_history_has_a_hundred_points_and_falls(corpus):
    vectors = fv.SkipGram(**{**SMALL, "epochs": 20}).train(corpus)
    history = vectors.history
    assert {"tokens", "loss", "learning_rate", "epoch_loss"} == set(history)
    assert len(history["loss"]) >= 100
    assert (np.diff(history["tokens"]) > 0).all()
    assert (np.diff(history["learning_rate"]) < 0).all()
    assert history["loss"][0] == pytest.approx(6 * np.log(2), rel=0.1), "untrained: K + 1 coins"
    assert history["loss"][-20:].mean() < 0.9 * history["loss"][0]


def test_the_run_reports_and_can_be_stopped():
    big = fv.Corpus.from_text(lines(8000), min_count=1)
    seen = []

    def stop_at_the_first(progress):
        seen.append(progress)
        return False

    vectors = fv.SkipGram(vector_size=200, sample=0, epochs=1000).train(big, on_progress=stop_at_the_first)
    assert 0 < vectors.history["tokens"][-1] < 1000 * big.n_tokens
    assert np.isfinite(vectors.vectors).all()
    first = seen[0]
    assert (first.stage, first.unit, first.total) == ("training", "tokens", 1000 * big.n_tokens)
    assert first.epoch == 1 + first.done // big.n_tokens
    assert seen[-1].rate > 0
    assert 0 < seen[-1].learning_rate <= 0.025
    assert 0 < seen[-1].loss < 5


@pytest.mark.parametrize("rate", [30, 1e30])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_learning_rate_that_diverges_is_named(corpus, rate, threads):
    with pytest.raises(
        fv.TrainingError, match=r"diverged in epoch 1, slice \d+: the loss of a prediction is .* learning rate"
    ):
        fv.SkipGram(**SMALL, learning_rate=rate).train(corpus, threads=threads)


@pytest.mark.parametrize("wrong", [np.inf, -np.inf, np.nan])
def test_a_last_slice_that_diverges_is_noticed(corpus, wrong):
    run = SliceRun(corpus.offsets, 1, (0.025, 1e-4), untrained_loss=1.0)
    good, bad = np.ones((50, 16), np.float32), np.ones((50, 16), np.float32)
    bad[49, 3] = wrong
    run.check_finite(good, good)
    with pytest.raises(fv.TrainingError, match="diverged at its end"):
        run.check_finite(good, bad)


@pytest.mark.parametrize("size", [1, 7, 300, 1000])
@pytest.mark.parametrize("sharing", ["round", "none"])
def test_odd_sizes_and_a_vocabulary_of_two(size, sharing):
    two = fv.Corpus.from_text(["x y x", "", "y", "x y"] * 5, min_count=1)
    vectors = fv.SkipGram(vector_size=size, window=50, sample=0, negative_sharing=sharing).train(two)
    assert vectors.vectors.shape == (2, size)
    assert np.isfinite(vectors.vectors).all()


def test_a_vocabulary_of_one():
    one = fv.Corpus.from_text(["x x x"], min_count=1)
    vectors = fv.SkipGram(vector_size=4, sample=0).train(one)
    assert vectors.vectors.shape == (1, 4)


def test_a_mapped_corpus_trains_like_one_in_memory(corpus, tmp_path):
    corpus.save(tmp_path / "c.fvc")
    mapped = fv.Corpus.load(tmp_path / "c.fvc")
    here, there = (fv.SkipGram(**SMALL).train(text, threads=1) for text in (corpus, mapped))
    assert here.vectors.tobytes() == there.vectors.tobytes()


def test_ids_that_changed_behind_the_corpus_are_refused():
    ids = np.array([0, 1, 0, 1], np.int32)
    corpus = fv.Corpus.from_ids(ids, [0, 4], ["a", "b"])
    ids[2] = 2_000_000_000
    with pytest.raises(fv.FormatError, match="ids"):
        fv.SkipGram(sample=0).train(corpus)


def test_numbers_of_numpy_are_numbers(corpus):
    trainer = fv.SkipGram(vector_size=np.int64(8), learning_rate=np.float32(0.05), epochs=np.int32(1))
    assert type(trainer.vector_size) is int
    assert trainer.train(corpus).settings["learning_rate"] == float(np.float32(0.05))


def test_a_damaged_corpus_is_refused_before_any_kernel_sees_it(corpus, tmp_path):
    path = tmp_path / "c.fvc"
    ids = corpus.ids.copy()
    ids[7] = 10_000
    fv.Corpus(ids, corpus.offsets, corpus.vocabulary).save(path)
    with pytest.raises(fv.FormatError, match="ids"):
        fv.SkipGram(**SMALL).train(fv.Corpus.load(path))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (["a", "b", "a b"], None),
        (["a", "b"], "no sentence has two words"),
        (["", "a"], "no sentence has two words"),
    ],
)
def test_a_text_without_pairs_is_refused(text, message):
    corpus = fv.Corpus.from_text(text, min_count=1)
    if message is None:
        assert len(fv.SkipGram(sample=0).train(corpus)) == 2
    else:
        with pytest.raises(fv.CorpusError, match=message):
            fv.SkipGram().train(corpus)


def test_subsampling_that_leaves_little_is_warned_of(corpus):
    with pytest.warns(UserWarning, match=r"sample=0.0001 drops 9\d% of the tokens"):
        fv.SkipGram(vector_size=2, sample=1e-4).train(corpus)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fv.SkipGram(vector_size=2, sample=0.1).train(corpus)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("vector_size", 0, "a whole number from 1"),
        ("vector_size", 10.0, "a whole number"),
        ("window", 0, "a whole number from 1"),
        ("negative", 0, "a whole number from 1"),
        ("negative", True, "a whole number"),
        ("sample", -1e-3, "a finite number of at least 0"),
        ("sample", float("nan"), "a finite number"),
        ("ns_exponent", float("inf"), "a finite number"),
        ("epochs", 0, "a whole number of at least 1"),
        ("learning_rate", 0, "a finite number above 0"),
        ("learning_rate", float("inf"), "a finite number above 0"),
        ("min_learning_rate", -1, "a finite number of at least 0"),
        ("shrink_windows", 1, "True or False"),
        ("negative_sharing", "batch", "'round' or 'none'"),
        ("seed", -1, "a whole number"),
        ("seed", 2**64, "a whole number"),
    ],
)
def test_settings_out_of_range_are_named(name, value, expected):
    with pytest.raises(fv.SettingError, match=f"{name}: expected {expected}.*got") as caught:
        fv.SkipGram(**{name: value})
    assert caught.value.field == name


def test_settings_of_other_libraries_are_translated():
    with pytest.raises(fv.SettingError, match="no setting 'size'; use vector_size"):
        fv.SkipGram(size=100)
    with pytest.raises(fv.SettingError, match=r"'workers'; use threads, an argument of train"):
        fv.SkipGram(workers=4)
    with pytest.raises(fv.SettingError, match="no setting 'sg'; use SkipGram or CBOW"):
        fv.SkipGram(sg=1)
    with pytest.raises(fv.SettingError, match=r"'minn'; use subwords=Subwords\(min_n=...\)"):
        fv.CBOW(minn=3)
    with pytest.raises(fv.SettingError, match="'hs'; use loss="):
        fv.CBOW(hs=1)
    with pytest.raises(fv.SettingError, match="loss: no 'hs'; use 'hierarchical_softmax'"):
        fv.SkipGram(loss="hs")
    assert fv.SkipGram(loss="hierarchical_softmax", negative=0).negative == 0
    for trainer, other in ((fv.SkipGram, "nonsense"), (fv.GloVe, "minn")):
        with pytest.raises(fv.SettingError, match=f"no setting '{other}'; its settings are vector_size, "):
            trainer(**{other: 1})


def test_a_text_of_which_nothing_is_left_is_an_error():
    """Five tokens of two words: at this sample none is kept."""
    tiny = fv.Corpus.from_text(["x y x y x"], min_count=1)
    with (
        pytest.warns(UserWarning, match="drops 100% of the tokens"),
        pytest.raises(fv.TrainingError, match="no pair of words was left"),
    ):
        fv.SkipGram(sample=1e-12).train(tiny)


def test_history_holds_numbers_only():
    """Lines of two words, of which few keep both: most slices have no pair and make no point."""
    text = fv.Corpus.from_text(["x y"] * 1000, min_count=1)
    with pytest.warns(UserWarning, match="drops"):
        vectors = fv.SkipGram(vector_size=2, sample=1e-3).train(text, threads=1)
    assert 0 < len(vectors.history["loss"]) < 500
    assert np.isfinite(vectors.history["loss"]).all()
    assert (np.diff(vectors.history["tokens"]) > 0).all()


def test_the_least_rate_is_not_above_the_first():
    with pytest.raises(
        fv.SettingError, match=r"min_learning_rate: expected at most learning_rate=0\.01, got 0\.1"
    ):
        fv.SkipGram(learning_rate=0.01, min_learning_rate=0.1)


@pytest.mark.parametrize("exponent", [1e6, -1e6, 0, -0.5])
def test_any_finite_exponent_makes_a_distribution(exponent, corpus):
    assert len(fv.SkipGram(**SMALL, ns_exponent=exponent).train(corpus)) == 17


def test_the_signature_is_that_of_the_settings():
    assert list(inspect.signature(fv.SkipGram).parameters) == [f.name for f in dataclasses.fields(fv.SkipGram)]
    with pytest.raises(TypeError, match="positional"):
        fv.SkipGram(100)


@pytest.mark.parametrize("threads", [0, -1, 1.5, True])
def test_threads_are_checked(corpus, threads):
    with pytest.raises(fv.SettingError, match="threads: expected a whole number"):
        fv.SkipGram().train(corpus, threads=threads)


def test_the_backend_is_checked(corpus):
    with pytest.raises(fv.SettingError, match="backend"):
        fv.SkipGram().train(corpus, backend="cuda")
