"""deterministic=True: runs that are stopped anywhere go on to the same bytes, on any numbers of threads."""

from __future__ import annotations

import os

import numpy as np
import pytest
from training.contract import lines
from training.stopping import Stopped, parts_of, stop_after, stopped_and_resumed
from training.test_deterministic import SETTINGS, trainer_of

import fastvec as fv
from fastvec.running import workers
from fastvec.training.checkpoints import writer
from fastvec.training.checkpoints.files import existing, newest, read, write
from fastvec.training.supersteps import SuperstepRun

each = pytest.mark.parametrize("name", SETTINGS)


@pytest.fixture(scope="module")
def small():
    return fv.Corpus.from_text(lines(), min_count=1)


@pytest.fixture(scope="module")
def larger():
    """1,500 words: a round is four centres."""
    ids = np.append(np.arange(1500), (1500 * np.random.default_rng(0).random(9000) ** 3).astype(int))
    return fv.Corpus.from_ids(ids.reshape(-1, 10), words=[f"w{i}" for i in range(1500)])


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Write before training goes on, without waiting for the disk: there is a checkpoint at every place."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    monkeypatch.setattr(writer, "copied", lambda arrays, threads: None)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.ckpt"


def shards_at(path) -> list[list[int]]:
    """The slice of each shard, and how many of its centres are done."""
    return read(path).arrays["run.shards"][:, :2].tolist()


@each
@pytest.mark.parametrize("text", ["small", "larger"])
def test_a_run_that_is_stopped_has_the_same_bytes(name, text, path, monkeypatch, request):
    """Stopped on three threads and on one, it goes on on two."""
    corpus, trainer = request.getfixturevalue(text), trainer_of(name)
    whole = trainer.train(corpus, threads=4)
    for n, threads in [(40, 3), (20, 1)]:
        with monkeypatch.context() as patch:
            stop_after(patch, n)
            with pytest.raises(Stopped):
                trainer.train(corpus, threads=threads, checkpoint=path, checkpoint_every=53, resume=True)
    again = stopped_and_resumed(monkeypatch, trainer, corpus, path, [70], threads=2)
    assert parts_of(again) == parts_of(whole)
    assert again.settings == whole.settings


@each
def test_after_any_superstep(name, larger, path, monkeypatch):
    """A run that is returned after every seventh superstep, and whose rest begins from the file alone."""
    trainer, n_runs, in_the_middle = trainer_of(name, epochs=1, vector_size=8), 0, 0
    whole = trainer.train(larger, threads=2)

    def seven_parts(self, checkpoints):
        for _ in range(7):
            self.pause()
            yield from range(self.workers if self.go_on() else 0)
            checkpoints.settle()

    monkeypatch.setattr(SuperstepRun, "_by_parts", seven_parts)
    while not n_runs or newest(path).facts["done"] < larger.n_tokens:
        n_runs += 1
        vectors = trainer.train(larger, threads=1 + n_runs % 3, checkpoint=path, resume=True)
        assert 7 * n_runs - 7 < read(path).facts["step"] <= 7 * n_runs
        in_the_middle += sum(centres > 0 for _, centres in shards_at(path))
    assert n_runs > 10
    assert in_the_middle > 8 * n_runs
    assert parts_of(vectors) == parts_of(whole)


def test_numpy_too(small, path, monkeypatch):
    for name in ("SGNS", "n-grams on a tree"):
        trainer = trainer_of(name, epochs=1)
        whole = trainer.train(small, threads=2, backend="numpy")
        again = stopped_and_resumed(monkeypatch, trainer, small, path, (40, 30), threads=1, backend="numpy")
        assert parts_of(again) == parts_of(whole)
        for file in existing(path):
            file.unlink()


def test_pairs_and_going_on_with_frozen_rows(larger, path, monkeypatch):
    edges = np.random.default_rng(1).integers(0, 300, (4000, 2)).astype(str).tolist()
    pairs = fv.Pairs.from_pairs(edges, undirected=True)
    first = trainer_of("SGNS").train(larger)
    given = {"init": first, "freeze": {"w3": 0, "w5": 0.5}, "freeze_context": ["w7"]}
    for data, arguments in [(pairs, {}), (larger, given), (larger, {"init": first, "freeze_context": True})]:
        trainer = trainer_of("SGNS", seed=5)
        whole = trainer.train(data, threads=2, **arguments)
        again = stopped_and_resumed(monkeypatch, trainer, data, path, (40, 70), threads=3, **arguments)
        assert parts_of(again) == parts_of(whole)
        for file in existing(path):
            file.unlink()


def test_checkpoints_at_the_ends_of_epochs(small, path, monkeypatch):
    trainer = trainer_of("SGNS", epochs=4)
    whole = trainer.train(small)
    for n, epoch in [(290, 2), (5, 2), (160, 3)]:
        with monkeypatch.context() as patch:
            stop_after(patch, n)
            with pytest.raises(Stopped):
                trainer.train(small, threads=2, checkpoint=path, checkpoint_every="1 epoch", resume=True)
        saved = read(path)
        assert epoch * small.n_tokens <= saved.facts["done"] < epoch * small.n_tokens + small.n_tokens / 2
    again = trainer.train(small, threads=3, checkpoint=path, checkpoint_every="1 epoch", resume=True)
    assert parts_of(again) == parts_of(whole)
    assert len(again.history["epoch_loss"]) == 4


def test_checkpoints_do_not_change_a_run(larger, path):
    for name in ("SGNS", "CBOW on a tree"):
        whole = trainer_of(name).train(larger, threads=2)
        kept = trainer_of(name).train(larger, threads=2, checkpoint=path, checkpoint_every=1)
        assert parts_of(kept) == parts_of(whole)
        for file in existing(path):
            file.unlink()


@pytest.mark.parametrize("end", [False, KeyboardInterrupt, RuntimeError])
def test_a_run_that_is_interrupted_before_its_first_slice_is_over_goes_on_from_there(end, path, monkeypatch):
    """Slices of a long text: at the first tick most of each is still to be done."""
    monkeypatch.setattr(workers, "TICK", 0.005)
    ids = np.random.default_rng(2).integers(0, 500, (20_000, 20))
    corpus = fv.Corpus.from_ids(ids, words=[f"w{i}" for i in range(500)])
    trainer, seen = trainer_of("SGNS", epochs=1, sample=0), []
    whole = trainer.train(corpus, threads=2)

    def stop(progress):
        if progress.stage != "training":
            return True
        seen.append(progress.done)
        if end is False:
            return False
        raise end

    arguments = {"threads": 2, "checkpoint": path, "resume": True}
    for _ in range(2):
        if end is False:
            assert np.isfinite(trainer.train(corpus, on_progress=stop, **arguments).vectors).all()
        else:
            with pytest.raises(end):
                trainer.train(corpus, on_progress=stop, **arguments)
    assert read(path).facts["done"] < corpus.n_tokens
    assert sum(centres for _, centres in shards_at(path)) > 0
    assert parts_of(trainer.train(corpus, **arguments)) == parts_of(whole)


def test_a_finished_run_returns_its_vectors(small, path):
    trainer = trainer_of("CBOW")
    first = trainer.train(small, threads=2, checkpoint=path)
    before, seen = path.read_bytes(), []
    again = trainer.train(small, threads=1, checkpoint=path, resume=True, on_progress=seen.append)
    assert parts_of(again) == parts_of(first)
    assert seen[-1].resumed == seen[-1].total
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"deterministic": False}, "deterministic: True there, False here"),
        ({"seed": 9}, "seed: 1 there, 9 here"),
        ({"learning_rate": 0.01}, r"learning_rate: 0\.025 there, 0\.01 here"),
    ],
)
def test_a_checkpoint_of_other_settings_is_refused(change, message, small, path):
    trainer_of("SGNS").train(small, threads=2, checkpoint=path)
    with pytest.raises(fv.SettingError, match=f"of another run .*{message}") as caught:
        trainer_of("SGNS", **change).train(small, threads=2, checkpoint=path, resume=True)
    assert caught.value.field == "resume"


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("shards", lambda shards: shards[::-1] + 1, "slices of the shards"),
        ("shards", lambda shards: shards + np.array([0, 10**6, 0, 0]), "it has no place after"),
        ("early", lambda early: early + 1, "slices of the shards"),
    ],
)
@pytest.mark.parametrize("backend", ["compiled", "numpy"])
def test_a_place_that_no_run_has_is_a_format_error(name, change, message, backend, small, path, monkeypatch):
    if backend == "numpy":
        message = message.replace("it has no place", "no place")
    trainer = trainer_of("SGNS")
    for supersteps in range(40, 50):  # which of them was saved last depends on the machine's load
        with monkeypatch.context() as patch:
            stop_after(patch, supersteps)
            with pytest.raises(Stopped):
                trainer.train(small, checkpoint=path, checkpoint_every=53, threads=1, backend=backend)
        saved = read(path)
        if len(saved.arrays["run.shards"]):  # slices are under way
            break
    arrays = {
        **saved.arrays,
        f"run.{name}": change(saved.arrays[f"run.{name}"]).astype(saved.arrays[f"run.{name}"].dtype),
    }
    write(path, arrays, saved.facts)
    with pytest.raises(fv.FormatError, match=f"place: expected a place of this run.*{message}"):
        trainer.train(small, checkpoint=path, resume=True, backend=backend)
