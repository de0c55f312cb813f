"""Runs that are stopped anywhere and go on: the same bytes, for every trainer, model and loss."""

import importlib
import os
import threading
import time
import warnings

import numpy as np
import pytest
from training.contract import lines
from training.stopping import parts_of, stopped_and_resumed

import fastvec as fv
from fastvec.running import workers
from fastvec.training.checkpoints import checkpoints as module
from fastvec.training.checkpoints import writer
from fastvec.training.checkpoints.files import existing, newest, previous_of, read
from fastvec.training.slice_run import SliceRun

SMALL = {"vector_size": 6, "sample": 0, "epochs": 2}
LOSSES = ("negative_sampling", "hierarchical_softmax", "softmax")
SUBWORDS = fv.Subwords(buckets=64)
PREDICTING = {
    f"{model.__name__}-{loss}-{name}": model(loss=loss, **more, **SMALL)
    for model in (fv.SkipGram, fv.CBOW)
    for loss in LOSSES
    for name, more in {
        "round": {}, "none": {"negative_sharing": "none"}, "subwords": {"subwords": SUBWORDS},
    }.items()
}  # fmt: skip
OTHERS = {
    "GloVe": fv.GloVe(vector_size=6, epochs=4, bias_learning_rate=0.1),
    "log-count": fv.LogCountFactorization(vector_size=6, epochs=4),
    "NNLM": fv.NNLM(vector_size=6, hidden_size=4, window=2, batch_size=32, epochs=2),
    "NNLM-direct": fv.NNLM(vector_size=6, hidden_size=0, direct=True, window=2, batch_size=32, epochs=2),
}
ALL = {**PREDICTING, **OTHERS}


@pytest.fixture(scope="module")
def corpus():
    return fv.Corpus.from_text(lines(), min_count=1)


@pytest.fixture(scope="module")
def pairs():
    rng = np.random.default_rng(1)
    ids = rng.integers(0, 40, (2, 3000))
    return fv.Pairs.from_ids(*ids, words=[f"n{i}" for i in range(40)], weights=rng.random(3000))


@pytest.fixture(autouse=True)
def without_waiting_for_the_disk(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture
def at_once(monkeypatch):
    """Write before training goes on, so that there is a checkpoint at every place."""
    monkeypatch.setattr(writer, "copied", lambda arrays, threads: None)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.ckpt"


@pytest.mark.parametrize("name", ALL)
def test_a_run_that_is_stopped_has_the_same_bytes(name, corpus, path, monkeypatch, at_once):
    trainer = ALL[name]
    whole = trainer.train(corpus, threads=1)
    places = {"NNLM": (9, 20, 30), "NNLM-direct": (9, 20, 30), "GloVe": (2, 2), "log-count": (2, 2)}
    again = stopped_and_resumed(monkeypatch, trainer, corpus, path, places.get(name, (9, 70, 130)))
    assert parts_of(again) == parts_of(whole)
    assert again.settings == whole.settings


@pytest.mark.parametrize("trainer", [fv.SkipGram(**SMALL), fv.SkipGram(loss="softmax", combine="word", **SMALL)])
def test_pairs_too(trainer, pairs, path, monkeypatch, at_once):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        whole = trainer.train(pairs, threads=1)
        again = stopped_and_resumed(monkeypatch, trainer, pairs, path, (3, 100))
    assert parts_of(again) == parts_of(whole)


def test_a_run_from_earlier_vectors_with_frozen_words(corpus, path, monkeypatch, at_once):
    old = fv.SkipGram(vector_size=6, sample=0).train(fv.Corpus.from_text(lines(seed=5) + ["x y"] * 9, min_count=1))
    arguments = {"init": old, "freeze": {"the": 0.5, "a1": 0}, "freeze_context": ["b1"]}
    trainer = fv.SkipGram(**SMALL)
    whole = trainer.train(corpus, threads=1, **arguments)
    again = stopped_and_resumed(monkeypatch, trainer, corpus, path, (5, 100), **arguments)
    assert parts_of(again) == parts_of(whole)


def test_a_language_model_with_a_held_out_text(corpus, path, monkeypatch, at_once):
    held_out = fv.Corpus.from_text(lines(20, seed=9), vocabulary=corpus.vocabulary)
    arguments = {"held_out": held_out, "init": fv.SkipGram(**SMALL).train(corpus), "freeze": ["the"]}
    whole = OTHERS["NNLM"].train(corpus, **arguments)
    again = stopped_and_resumed(monkeypatch, OTHERS["NNLM"], corpus, path, (5, 35), **arguments)
    assert parts_of(again) == parts_of(whole)
    assert len(again.history["held_out_perplexity"]) == 2


@pytest.mark.parametrize("name", ["GloVe", "log-count"])
def test_trainers_of_counts_go_on_exactly_on_any_number_of_threads(name, path, monkeypatch, at_once):
    rng = np.random.default_rng(3)
    text = fv.Corpus.from_ids(rng.integers(0, 400, (900, 20)), words=[f"w{i}" for i in range(400)])
    counts = fv.count_cooccurrences(text, window=9)  # 10 groups
    whole = OTHERS[name].train(counts, threads=1)
    for threads in (1, 3):
        again = stopped_and_resumed(monkeypatch, OTHERS[name], counts, path, (6, 9), every=7919, threads=threads)
        assert parts_of(again) == parts_of(whole)
        for file in existing(path):
            file.unlink()


@pytest.mark.parametrize(
    "name", ["SkipGram-negative_sampling-round", "CBOW-hierarchical_softmax-round", "NNLM", "GloVe"]
)
def test_checkpoints_do_not_change_a_run(name, corpus, path):
    whole = ALL[name].train(corpus, threads=1)
    assert parts_of(ALL[name].train(corpus, threads=1, checkpoint=path, checkpoint_every=1)) == parts_of(whole)


def test_several_threads_go_on_from_the_state(corpus, path, monkeypatch, at_once):
    trainer = fv.SkipGram(vector_size=6, sample=0, epochs=20)
    vectors = stopped_and_resumed(monkeypatch, trainer, corpus, path, (60, 300), threads=3)
    assert vectors.history["tokens"][-1] == 20 * corpus.n_tokens
    assert vectors.history["epoch_loss"][-1] < vectors.history["epoch_loss"][0]
    assert vectors.similarity("a1", "a2") > vectors.similarity("a1", "b2")


@pytest.mark.parametrize("name", ["SkipGram-softmax-round", "GloVe", "NNLM"])
def test_a_finished_run_returns_its_vectors(name, corpus, path):
    first = ALL[name].train(corpus, threads=1, checkpoint=path)
    before = path.read_bytes()
    seen = []
    again = ALL[name].train(corpus, threads=1, checkpoint=path, resume=True, on_progress=seen.append)
    assert parts_of(again) == parts_of(first)
    assert seen[-1].resumed == seen[-1].total
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["SkipGram-negative_sampling-round", "GloVe", "NNLM"])
@pytest.mark.parametrize("end", [False, KeyboardInterrupt, RuntimeError])
def test_a_run_that_is_interrupted_keeps_where_it_was(name, end, corpus, path):
    """Without a checkpoint before: the state is that of the last slice that ended."""
    before = {thread.name for thread in threading.enumerate()} | {"fastvec-loading"}
    trainer = ALL[name].replace(epochs={"GloVe": 3_000_000, "NNLM": 20_000}.get(name, 50_000))

    def stop(progress):
        if progress.stage != "training" or not progress.done:
            return True
        if end is False:
            return False
        raise end

    arguments = {"threads": 1, "checkpoint": path, "on_progress": stop}
    if end is False:
        partial = trainer.train(corpus, **arguments)
        assert np.isfinite(partial.vectors).all()
    else:
        with pytest.raises(end):
            trainer.train(corpus, **arguments)
    facts = read(path).facts
    assert 0 < facts["done"] < facts["total"]
    seen = []

    def stop_at_once(progress):
        if progress.stage == "training":
            seen.append(progress)
        return progress.stage != "training"

    trainer.train(corpus, threads=1, checkpoint=path, resume=True, on_progress=stop_at_once)
    assert seen[0].resumed == facts["done"]
    assert {thread.name for thread in threading.enumerate()} <= before


def test_what_is_returned_early_goes_on_exactly(corpus, path, monkeypatch):
    """on_progress returns False between two ticks, anywhere: the rest of the run is the same."""
    monkeypatch.setattr(workers, "TICK", 0.01)
    trainer = fv.CBOW(vector_size=6, sample=0, epochs=100)
    whole = trainer.train(corpus, threads=1)
    n = 0
    while not n or newest(path).facts["done"] < 100 * corpus.n_tokens:
        n += 1
        again = trainer.train(corpus, threads=1, checkpoint=path, resume=True, on_progress=lambda _: False)
    assert n > 1
    assert parts_of(again) == parts_of(whole)


def test_slices_that_do_not_end_in_time(corpus, path, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    trainer = fv.SkipGram(vector_size=6, sample=0, epochs=1)
    monkeypatch.setattr(
        SliceRun, "slices", lambda self, of=SliceRun.slices: (time.sleep(0.4) or s for s in of(self))
    )
    with pytest.warns(fv.CheckpointWarning, match=r"did not end within 0\.05 seconds"):
        trainer.train(corpus, threads=1, checkpoint=path, on_progress=lambda _: False)
    assert not path.exists()


def test_time_and_epochs(corpus, path, monkeypatch, at_once):
    places = []
    write = writer.Writer.write
    monkeypatch.setattr(
        writer.Writer, "write", lambda self, a, facts: places.append(facts["done"]) or write(self, a, facts)
    )
    fv.SkipGram(vector_size=6, sample=0, epochs=4).train(
        corpus, threads=1, checkpoint=path, checkpoint_every="2 epochs"
    )
    assert places == [2 * corpus.n_tokens, 4 * corpus.n_tokens]
    path.unlink()
    previous_of(path).unlink()
    places.clear()
    trainer = fv.GloVe(vector_size=6, epochs=5)
    counts = fv.count_cooccurrences(corpus)
    trainer.train(counts, threads=1, checkpoint=path, checkpoint_every="2 epochs")
    assert places == [2 * counts.nnz, 4 * counts.nnz, 5 * counts.nnz]
    for file in existing(path):
        file.unlink()
    places.clear()
    trainer = fv.GloVe(vector_size=6, epochs=3_000_000)
    trainer.train(
        counts, threads=2, checkpoint=path, checkpoint_every="0.01s", on_progress=lambda _: len(places) < 2
    )
    assert len(places) >= 2
    assert places == sorted(places)


def test_no_checkpoint_of_what_is_not_finite(corpus, path, at_once):
    trainer = fv.LogCountFactorization(vector_size=6, learning_rate=1e6, epochs=50)
    with pytest.raises(fv.TrainingError, match="diverged"):
        trainer.train(corpus, threads=1, checkpoint=path, checkpoint_every=1)
    saved = newest(path)
    assert saved is None or all(np.isfinite(array).all() for array in saved.arrays.values())


@pytest.mark.parametrize(
    ("module", "identity", "trainer"),
    [
        ("prediction_trainer", "of_prediction", fv.SkipGram(vector_size=4, epochs=1)),
        ("tile_trainer", "of_counts", fv.GloVe(vector_size=4, epochs=1)),
        ("nnlm.trainer", "of_text", fv.NNLM(vector_size=4, hidden_size=4, window=2, epochs=1)),
    ],
)
def test_data_are_hashed_for_checkpoints_alone(module, identity, trainer, corpus, path, monkeypatch):
    asked = []
    found = importlib.import_module(f"fastvec.training.{module}")
    real = getattr(found, identity)
    monkeypatch.setattr(found, identity, lambda *given: asked.append(1) or real(*given))
    trainer.train(corpus)
    assert not asked
    trainer.train(corpus, checkpoint=path)
    assert asked
