"""Checkpoints of other runs, damaged files, full disks, memory; and the arguments."""

import inspect
import os
import re
import shutil
import threading
import warnings
from collections import namedtuple

import numpy as np
import pytest
from training.contract import lines

import fastvec as fv
from fastvec.running import memory
from fastvec.training.checkpoints import files, writer
from fastvec.training.checkpoints.files import existing, newest, previous_of, read, write
from fastvec.training.checkpoints.identity import PIECE, WHOLE, differences, fingerprint
from fastvec.training.checkpoints.schedule import Schedule
from fastvec.training.checkpoints.writer import copied

Usage = namedtuple("Usage", "total used free")
TRAINER = fv.SkipGram(vector_size=6, sample=0, epochs=2)


@pytest.fixture(scope="module")
def corpus():
    return fv.Corpus.from_text(lines(), min_count=1)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.ckpt"


@pytest.fixture
def run(corpus, path):
    """A finished run with two files."""
    return TRAINER.train(corpus, threads=1, checkpoint=path, checkpoint_every=300)


def resume(corpus, path, trainer=TRAINER, **arguments):
    return trainer.train(corpus, threads=1, checkpoint=path, resume=True, **arguments)


def damage(path, at=-100):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_two_files_are_kept(run, path):
    assert existing(path) == [path, previous_of(path)]
    assert sorted(os.listdir(path.parent)) == ["run.ckpt", "run.ckpt.previous"]
    assert read(previous_of(path)).facts["done"] < read(path).facts["done"] == read(path).facts["total"]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"window": 3}, "window: 5 there, 3 here"),
        ({"seed": 9, "epochs": 3}, "seed: 1 there, 9 here; epochs: 2 there, 3 here"),
        ({"vector_size": 7}, "vector_size: 6 there, 7 here"),
        ({"loss": "softmax"}, "loss: 'negative_sampling' there, 'softmax' here"),
        ({"subwords": fv.Subwords(buckets=9)}, r"subwords: None there, \{'min_n': 3, .*\} here"),
    ],
)
def test_other_settings_are_named(run, corpus, path, changes, found):
    before = path.read_bytes()
    with pytest.raises(fv.SettingError, match=rf"resume: .*run\.ckpt is of another run \({found}") as caught:
        resume(corpus, path, TRAINER.replace(**changes))
    assert caught.value.field == "resume"
    assert path.read_bytes() == before


def test_another_model_and_other_arguments_are_named(run, corpus, path):
    with pytest.raises(
        fv.SettingError, match=r"model: 'SkipGram' there, 'CBOW' here; .*context_gradient: nothing"
    ):
        resume(corpus, path, fv.CBOW(vector_size=6, sample=0, epochs=2))
    with pytest.raises(fv.SettingError, match=r"\(backend: 'compiled' there, 'numpy' here\)"):
        resume(corpus, path, backend="numpy")
    with pytest.raises(fv.SettingError, match=r"\(freeze: not the same\)"):
        resume(corpus, path, freeze=["the"])
    old = fv.WordVectors(["the", "x"], np.ones((2, 6)))
    with pytest.raises(fv.SettingError, match=r"\(words of init: not the same; vectors of init: not the same\)"):
        resume(corpus, path, init=old)


def test_other_vectors_to_begin_with_are_named(corpus, path):
    words = ["the", "king"]
    first, second = (fv.WordVectors(words, np.full((2, 6), value, np.float32)) for value in (0.1, 0.2))
    resume(corpus, path, init=first)
    resume(corpus, path, init=first)
    with pytest.raises(fv.SettingError, match=r"\(vectors of init: not the same\)"):
        resume(corpus, path, init=second)


@pytest.mark.parametrize("wrong", [5, b"x", "", "a\0b"])
def test_what_is_no_path_is_refused(corpus, wrong):
    with pytest.raises(fv.SettingError, match="checkpoint: expected the path of a file"):
        TRAINER.train(corpus, checkpoint=wrong)


def test_another_text_is_named(run, corpus, path):
    longer = fv.Corpus.from_text([*lines(), "the the"], min_count=1)
    with pytest.raises(
        fv.SettingError,
        match=r"\(tokens: 1080 there, 1082 here; sentences: 120 there, 121 here; word counts: not the same",
    ):
        resume(longer, path)
    turned = fv.Corpus.from_text(lines()[::-1], vocabulary=corpus.vocabulary)
    with pytest.raises(fv.SettingError, match=r"\(ids: not the same\)"):
        resume(turned, path)
    renamed = fv.Vocabulary([f"x{word}" for word in corpus.vocabulary.words], corpus.vocabulary.counts)
    with pytest.raises(fv.SettingError, match=r"\(word list: not the same\)"):
        resume(fv.Corpus(corpus.ids, corpus.offsets, renamed), path)


def test_other_pairs_counts_and_held_out_texts_are_named(corpus, tmp_path):
    ids = np.arange(300) % 7, np.arange(300) % 5
    names = list("abcdefg")
    made = [fv.Pairs.from_ids(*ids, names, weights=np.full(300, w), undirected=False) for w in (1, 2)]
    TRAINER.train(made[0], checkpoint=tmp_path / "pairs", threads=1)
    with pytest.raises(fv.SettingError, match=r"\(weights: not the same\)"):
        resume(made[1], tmp_path / "pairs")
    glove = fv.GloVe(vector_size=4, epochs=2)
    glove.train(fv.count_cooccurrences(corpus, window=5), checkpoint=tmp_path / "counts")
    with pytest.raises(
        fv.SettingError, match=r"pairs: \d+ there, \d+ here; counts: not the same|\(counts: not the same\)"
    ):
        resume(fv.count_cooccurrences(corpus, window=3), tmp_path / "counts", glove)
    model = fv.NNLM(vector_size=4, hidden_size=4, epochs=1)
    model.train(corpus, checkpoint=tmp_path / "nnlm")
    with pytest.raises(fv.SettingError, match=r"\(held_out: not the same\)"):
        resume(corpus, tmp_path / "nnlm", model, held_out=corpus)


def test_threads_may_differ(run, corpus, path):
    assert TRAINER.train(corpus, threads=2, checkpoint=path, resume=True)["a1"].tobytes() == run["a1"].tobytes()


@pytest.mark.parametrize("at", [5, 30, 200, -1, -500, -2000])
def test_a_damaged_file_is_noticed_and_the_one_before_it_used(run, corpus, path, at):
    damage(path, at)
    seen = []
    with pytest.warns(
        fv.CheckpointWarning, match=r"run\.ckpt.*; .*run\.ckpt\.previous, the one before it, is used"
    ):
        again = resume(corpus, path, on_progress=seen.append)
    assert again.vectors.tobytes() == run.vectors.tobytes()
    assert seen[-1].resumed < seen[-1].total
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert newest(path).facts["done"] == 2 * corpus.n_tokens
        assert read(previous_of(path)).facts["done"] == seen[-1].resumed, "the damaged one is not kept"


def test_two_damaged_files_are_an_error(run, corpus, path):
    damage(path)
    damage(previous_of(path), 12)
    with pytest.raises(fv.FormatError, match=r"run\.ckpt.*; and .*run\.ckpt\.previous"):
        resume(corpus, path)
    previous_of(path).unlink()
    with pytest.raises(fv.FormatError, match=r"run\.ckpt: .*: expected what was written, got other bytes"):
        resume(corpus, path)


def test_a_file_of_another_kind_is_refused_and_stays(run, corpus, tmp_path):
    run.save(tmp_path / "v.safetensors")
    with pytest.raises(fv.FormatError, match=r"format: expected 'fastvec\.checkpoint', got 'fastvec"):
        resume(corpus, tmp_path / "v.safetensors")
    with pytest.raises(fv.SettingError, match=r"checkpoint: there is .*v\.safetensors already"):
        TRAINER.train(corpus, checkpoint=tmp_path / "v.safetensors")
    assert len(fv.WordVectors.load(tmp_path / "v.safetensors")) == len(run)


def test_facts_that_fit_no_run_are_refused(run, corpus, path):
    previous_of(path).unlink()
    saved = read(path)
    arrays, facts = dict(saved.arrays), saved.facts
    place = np.array([10**6, 0, 0])
    for changed, told, field in [
        ({"run.place": place}, facts, "place"),
        ({"W_in": np.zeros((2, 2), np.float32)}, facts, "W_in"),
        ({}, {**facts, "identity": 5}, "identity"),
        ({}, {**facts, "identity": {"settings": 5}}, "identity"),
    ]:
        write(path, {**arrays, **changed}, told, keep=False)
        with pytest.raises(fv.FormatError, match=f"{field}: expected") as caught:
            resume(corpus, path)
        assert caught.value.field == field
    order = np.zeros(1, np.int64)
    glove = fv.GloVe(vector_size=4, epochs=2)
    glove.train(corpus, checkpoint=path.parent / "g")
    saved = read(path.parent / "g")
    write(path.parent / "g", {**saved.arrays, "run.order": order + 3}, saved.facts, keep=False)
    with pytest.raises(fv.FormatError, match="order: expected each row group"):
        resume(corpus, path.parent / "g", glove)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"fastvec": "0.0.1"}, r"of fastvec 0\.0\.1, and this is"),
        ({"simd": "sse9"}, "of the instruction set sse9, and this is"),
    ],
)
def test_a_checkpoint_of_another_version_or_processor_goes_on_with_a_warning(run, corpus, path, change, told):
    saved = read(path)
    write(path, saved.arrays, {**saved.facts, **change})
    with pytest.warns(fv.CheckpointWarning, match=told):
        assert resume(corpus, path).vectors.tobytes() == run.vectors.tobytes()


def test_without_resume_a_checkpoint_is_not_overwritten(run, corpus, path):
    for _ in range(2):
        with pytest.raises(fv.SettingError, match=r"there is .* already; resume goes on from it; or delete"):
            TRAINER.train(corpus, checkpoint=path)
        path.unlink(missing_ok=True)  # the previous one counts too


def test_resuming_without_a_file_begins_at_the_start(corpus, path):
    seen = []
    vectors = resume(corpus, path, on_progress=seen.append)
    assert seen[-1].resumed is None
    assert vectors.vectors.tobytes() == TRAINER.train(corpus, threads=1).vectors.tobytes()


@pytest.mark.parametrize("trainer", [fv.SkipGram, fv.CBOW, fv.NNLM, fv.GloVe, fv.LogCountFactorization])
def test_all_arguments_are_documented(trainer):
    sections = re.split(r"\n\n(?=\w+\n---)", inspect.getdoc(trainer.train))
    parameters = next(part for part in sections if part.startswith("Parameters\n"))
    names = set(inspect.signature(trainer.train).parameters) - {"self"}
    assert names == set(re.findall(r"^(\w+) : ", parameters, re.MULTILINE)) >= {"checkpoint", "resume"}
    assert "{" not in parameters


@pytest.mark.parametrize("every", ["", "5", "0s", "min", "5 days", "-1s", "1 token", 0, -5, 2.5, None, True])
def test_wrong_times_are_named(corpus, path, every):
    with pytest.raises(fv.SettingError, match="checkpoint_every: expected") as caught:
        TRAINER.train(corpus, checkpoint=path, checkpoint_every=every)
    assert caught.value.field == "checkpoint_every"


def test_times():
    assert [Schedule.of(text).seconds for text in ("30s", "5min", "1.5 h", " 1h ")] == [30, 300, 5400, 3600]
    assert [Schedule.of(text).epochs for text in ("1 epoch", "2 epochs", "0.5epoch")] == [1, 2, 0.5]
    assert Schedule.of(np.int64(7)).tokens == 7


def test_arguments_that_need_a_file_are_named(corpus):
    with pytest.raises(fv.SettingError, match="resume: needs checkpoint"):
        TRAINER.train(corpus, resume=True)
    with pytest.raises(fv.SettingError, match="checkpoint_every: needs checkpoint"):
        TRAINER.train(corpus, checkpoint_every="1h")
    with pytest.raises(fv.SettingError, match="resume: expected True or False"):
        TRAINER.train(corpus, checkpoint="x", resume="yes")


def test_an_unwritable_place_is_said_before_training(corpus, tmp_path):
    for path in (tmp_path / "no" / "run.ckpt", tmp_path):
        with pytest.raises(fv.StorageError):
            TRAINER.train(corpus, checkpoint=path, on_progress=pytest.fail)


def test_too_little_room_is_said_before_training(corpus, path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(9, 9, 100_000))
    with pytest.raises(fv.StorageError, match=r"needs \d+,\d+ bytes, and there is room for 100,000"):
        TRAINER.train(corpus, checkpoint=path, on_progress=pytest.fail)


@pytest.mark.parametrize("in_background", [True, False])
def test_a_disk_that_fills_up_is_a_warning_and_the_last_one_stands(corpus, path, monkeypatch, in_background):
    if not in_background:
        monkeypatch.setattr(writer, "copied", lambda arrays, threads: None)
    n, real = [0], files.save_tensors

    def save(*arguments):
        n[0] += 1
        if n[0] > 1:
            raise fv.StorageError(f"{path}: no space left", path=path, writing=True)
        real(*arguments)

    monkeypatch.setattr(files, "save_tensors", save)
    with pytest.warns(fv.CheckpointWarning, match="no checkpoint: .*no space left; the one before it stands"):
        vectors = TRAINER.train(corpus, threads=1, checkpoint=path, checkpoint_every=300)
    assert vectors.vectors.tobytes() == TRAINER.train(corpus, threads=1).vectors.tobytes()
    assert 0 < newest(path).facts["done"] < 2 * corpus.n_tokens
    with warnings.catch_warnings():
        warnings.simplefilter("error", fv.CheckpointWarning)
        with pytest.raises(fv.CheckpointWarning, match="no space left"):
            resume(corpus, path)


def test_without_memory_for_a_copy_training_waits(corpus, path, monkeypatch):
    whole = TRAINER.train(corpus, threads=1)
    monkeypatch.setattr(writer, "available_memory", lambda: 1000)
    monkeypatch.setattr(threading.Thread, "start", lambda self, of=threading.Thread.start: (
        pytest.fail("a writer") if self.name == "fastvec-checkpoint" else of(self)
    ))  # fmt: skip
    vectors = TRAINER.train(corpus, threads=1, checkpoint=path, checkpoint_every=500)
    assert vectors.vectors.tobytes() == whole.vectors.tobytes()
    assert len(existing(path)) == 2


def test_without_another_thread_training_waits(corpus, path, monkeypatch):
    def start(self, of=threading.Thread.start):
        if self.name == "fastvec-checkpoint":
            raise RuntimeError("can't start new thread")
        of(self)

    monkeypatch.setattr(threading.Thread, "start", start)
    TRAINER.train(corpus, threads=1, checkpoint=path, checkpoint_every=500)
    assert len(existing(path)) == 2


def test_copies(monkeypatch):
    arrays = {"a": np.arange(40_000.0).reshape(20_000, 2), "b": np.arange(3), "c": np.empty((0, 2))}
    made = copied(arrays, 2)
    assert all(np.array_equal(made[name], arrays[name]) and made[name] is not arrays[name] for name in arrays)
    monkeypatch.setattr(np, "empty_like", lambda _: (_ for _ in ()).throw(MemoryError))
    assert copied(arrays, 2) is None


def test_memory_that_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "CGROUP", tmp_path)
    assert memory.available_memory() is None
    (tmp_path / "meminfo").write_text("MemTotal:  900 kB\nMemAvailable:   700 kB\n")
    assert memory.available_memory() == 700 * 1024
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("500000\n")
    assert memory.available_memory() == 700 * 1024
    (tmp_path / "memory.max").write_text("600000\n")
    assert memory.available_memory() == 100_000
    (tmp_path / "memory.stat").write_text("anon 5\ninactive_file 20000\n")
    assert memory.available_memory() == 120_000


def test_fingerprints_of_long_arrays():
    long = np.zeros(WHOLE + 5 * PIECE, np.uint8)
    first = fingerprint(long)
    for at in (0, -1):
        long[at] = 1
        assert fingerprint(long) != first
        long[at] = 0
    assert fingerprint(long[:-1]) != first
    assert fingerprint(np.zeros(4, np.int32)) != fingerprint(np.zeros(4, np.float32))
    assert fingerprint(["a", "b"]) != fingerprint(["a\nb"])
    assert fingerprint(None) != fingerprint(np.zeros(0, np.int32))


def test_a_setting_that_is_new_or_gone():
    old = {"settings": {"a": 1}, "hashes": {"b": fingerprint(["x"])}}
    new = {"settings": {"a": 1, "c": 2}, "hashes": {}}
    assert differences(old, new) == ["c: nothing there, 2 here", "b: not the same"]
    assert differences({}, new) == ["a: nothing there, 1 here", "c: nothing there, 2 here"]
    assert differences(old, {**old, "settings": {"a": 1.0}}) == []


def test_where_files_cannot_be_linked(run, corpus, path, monkeypatch):
    def link(*_):
        raise OSError(1, "not permitted")

    monkeypatch.setattr(os, "link", link)
    saved = read(path)
    write(path, saved.arrays, {**saved.facts, "done": 5})
    assert read(path).facts["done"] == 5
    assert read(previous_of(path)).facts == saved.facts


def test_two_names_of_one_file_leave_no_third(run, path):
    """As a process leaves it that was killed between both renames."""
    previous_of(path).unlink()
    os.link(path, previous_of(path))
    saved = read(path)
    write(path, saved.arrays, saved.facts)
    assert sorted(os.listdir(path.parent)) == ["run.ckpt", "run.ckpt.previous"]
    assert read(previous_of(path)).facts == saved.facts
