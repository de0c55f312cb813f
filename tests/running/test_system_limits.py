"""What the system refuses: threads, memory, files. The errors are fastvec's, and have the system's number."""

from __future__ import annotations

import errno
import mmap
import os
import tempfile
import threading

import numpy as np
import pytest

import fastvec as fv
from fastvec.running import workers

LINES = ["the king rules the land", "the queen rules the land"] * 5_000  # ids worth pages of their own


@pytest.fixture
def corpus():
    return fv.Corpus.from_text(LINES[:40], min_count=1)


@pytest.fixture
def refuse_threads(monkeypatch):
    """Make the system refuse the threads whose names satisfy a condition."""
    start = threading.Thread.start

    def refuse(is_refused):
        def start_or_fail(thread):
            if is_refused(thread.name):
                raise RuntimeError("can't start new thread")
            start(thread)

        monkeypatch.setattr(threading.Thread, "start", start_or_fail)

    return refuse


CALLS = {
    "Corpus.from_text": lambda corpus: fv.Corpus.from_text(LINES, min_count=1, threads=2).ids,
    "SkipGram": lambda corpus: fv.SkipGram(vector_size=4, sample=0, epochs=2).train(corpus, threads=1).vectors,
    "GloVe": lambda corpus: fv.GloVe(vector_size=4, epochs=2).train(corpus, threads=2).vectors,
    "Phrases": lambda corpus: fv.Phrases(threshold=0.1).fit(corpus, threads=2).apply(corpus, threads=2).ids,
}


@pytest.mark.parametrize("name", CALLS)
def test_no_thread_can_be_started(name, corpus, refuse_threads):
    refuse_threads(lambda name: True)
    with pytest.raises(fv.ResourceError, match=r"no thread could be started: can't start new thread"):
        CALLS[name](corpus)


@pytest.mark.parametrize("name", ["Corpus.from_text", "GloVe", "Phrases"])
def test_one_thread_that_starts_does_all_the_work(name, corpus, refuse_threads):
    wanted = CALLS[name](corpus)
    refuse_threads(lambda name: name == "fastvec-1")
    np.testing.assert_array_equal(CALLS[name](corpus), wanted)


@pytest.fixture
def no_memory(monkeypatch):
    class NoMap(mmap.mmap):
        def __new__(cls, *_arguments, **_options):
            raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    monkeypatch.setattr(mmap, "mmap", NoMap)


@pytest.mark.parametrize("threads", [1, 2])
def test_no_memory_for_a_text(threads, no_memory):
    with pytest.raises(MemoryError, match="no room for"):
        fv.Corpus.from_text(LINES, threads=threads)


def test_counts_need_no_pages_of_their_own(corpus, no_memory):
    counts = fv.count_cooccurrences(corpus, window=2)
    assert counts.total == counts.to_csr().sum() > 0
    assert fv.GloVe(vector_size=4, epochs=2).train(corpus).vectors.shape == (5, 4)


@pytest.mark.parametrize(
    "open_missing",
    [
        lambda path: fv.Corpus.from_text(path),
        lambda path: fv.Corpus.from_text(f"{path}*"),
        lambda path: fv.Corpus.load(path),
        lambda path: fv.Pairs.from_pairs(path),
        lambda path: fv.Vocabulary.load(path),
        lambda path: fv.PhraseTable.load(path),
        lambda path: fv.CooccurrenceMatrix.load(path),
        lambda path: fv.WordVectors.load(path),
    ],
)
def test_a_missing_file(open_missing, tmp_path):
    with pytest.raises(fv.StorageError) as caught:
        open_missing(str(tmp_path / "missing.txt"))
    assert caught.value.errno == errno.ENOENT
    assert "missing.txt" in str(caught.value)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
@pytest.mark.parametrize(
    "write",
    [
        lambda corpus, path: fv.Corpus.from_text(LINES, save_to=path),
        lambda corpus, path: fv.count_cooccurrences(corpus, max_memory=100_000, save_to=path),
    ],
)
def test_a_full_disk(write, corpus, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda dir: open("/dev/full", "wb", buffering=0))
    with pytest.raises(fv.StorageError, match=os.strerror(errno.ENOSPC)) as caught:
        write(corpus, tmp_path / "saved")
    assert caught.value.errno == errno.ENOSPC
    assert os.listdir(tmp_path) == []


@pytest.fixture
def threads_that_never_begin():
    """Forget them: Python lists them as being started for ever."""
    yield
    for thread in list(threading._limbo):
        del threading._limbo[thread]


@pytest.mark.usefixtures("threads_that_never_begin")
@pytest.mark.parametrize("late", [False, True])
def test_a_thread_that_finds_no_memory_to_begin_is_not_waited_for(corpus, monkeypatch, late):
    """CPython's ``Thread.start`` waits for ever for one; a thread that begins later does nothing."""
    begin, dead = threading.Thread._bootstrap, []

    def die(thread):
        if thread.name == "fastvec-1":
            dead.append(thread)
            if late:
                workers.BEGINS_LATER.wait(10)
                begin(thread)
            return
        begin(thread)

    wanted = CALLS["Corpus.from_text"](corpus)
    monkeypatch.setattr(workers, "BEGINS", 0.2)
    monkeypatch.setattr(workers, "BEGINS_LATER", threading.Event(), raising=False)
    monkeypatch.setattr(threading.Thread, "_bootstrap", die)
    np.testing.assert_array_equal(CALLS["Corpus.from_text"](corpus), wanted)
    workers.BEGINS_LATER.set()
    assert dead


@pytest.mark.usefixtures("threads_that_never_begin")
def test_no_thread_begins(corpus, monkeypatch):
    monkeypatch.setattr(workers, "BEGINS", 0.2)
    monkeypatch.setattr(threading.Thread, "_bootstrap", lambda thread: None)
    with pytest.raises(fv.ResourceError, match="no thread could be started: it did not begin"):
        CALLS["Corpus.from_text"](corpus)
