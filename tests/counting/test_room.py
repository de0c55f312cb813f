"""The room that counts need, said before they are counted or written."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest

import fastvec as fv
from fastvec.counting.room import expected_pairs


@pytest.fixture
def corpus():
    """Words that come independently of each other, as expected_pairs supposes."""
    ids = (400 * np.random.default_rng(0).random((500, 40)) ** 3).astype(int)
    return fv.Corpus.from_ids(ids)


@pytest.mark.parametrize(("window", "context"), [(1, "both"), (5, "both"), (5, "left"), (20, "right")])
def test_as_many_pairs_as_a_text_of_draws_has(corpus, window, context):
    found = fv.count_cooccurrences(corpus, window=window, context=context).nnz
    width = window * (2 if context == "both" else 1)
    assert found == pytest.approx(expected_pairs(corpus.vocabulary.counts, width), rel=0.15)


@pytest.mark.parametrize("counts", [[], [0, 0]])
def test_no_words_no_pairs(counts):
    assert expected_pairs(np.array(counts, np.int64), 10) == 0


def only(monkeypatch, free):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))


def test_a_disk_that_may_be_too_small_for_the_result(corpus, tmp_path, monkeypatch):
    needed = 16 * expected_pairs(corpus.vocabulary.counts, 20)
    only(monkeypatch, needed - 1)
    with pytest.warns(UserWarning, match=rf"c\.fvm: may need {needed:,} bytes for a while") as warned:
        fv.count_cooccurrences(corpus, save_to=tmp_path / "c.fvm")
    assert warned[0].filename == __file__
    assert fv.CooccurrenceMatrix.load(tmp_path / "c.fvm").nnz
    only(monkeypatch, needed)
    fv.count_cooccurrences(corpus, save_to=tmp_path / "c.fvm")


def test_a_disk_that_may_be_too_small_for_the_parts(corpus, monkeypatch, in_parts):
    in_parts(5000)
    only(monkeypatch, 10_000)
    with pytest.warns(UserWarning, match="may need .* bytes for a while, and there is room for 10,000"):
        fv.count_cooccurrences(corpus)


@pytest.mark.parametrize(("write", "pair_bytes"), [("save", 16), ("write_triples", 16)])
def test_counts_that_there_is_no_room_for_are_not_begun(corpus, tmp_path, monkeypatch, write, pair_bytes):
    counts = fv.count_cooccurrences(corpus)
    path = tmp_path / "counts"
    path.write_text("old")
    only(monkeypatch, pair_bytes * counts.nnz - 1)
    with pytest.raises(fv.StorageError, match=rf"needs {pair_bytes * counts.nnz:,} bytes"):
        getattr(counts, write)(path)
    assert path.read_text() == "old"
    only(monkeypatch, 2 * pair_bytes * counts.nnz)
    getattr(counts, write)(path)
    assert path.stat().st_size > 1000
