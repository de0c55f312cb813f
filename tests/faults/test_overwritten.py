"""A mapped corpus that is overwritten while it is in use ends in a typed error, not in SIGSEGV."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import fastvec as fv
from fastvec.text.mapped import in_memory


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_an_overwritten_corpus_is_a_typed_error(tmp_path):
    script = Path(__file__).with_name("overwritten.py")
    done = subprocess.run([sys.executable, script, tmp_path], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    ends = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(ends) == 33 + 9
    for found in ends[33:]:
        counts = (
            tmp_path / "counts.fvm"
        )  # one that is told of the work before it looks at the file checks it after
        between = (f"FormatError: {counts}: indices: ", f"FormatError: {counts}: counts: ")
        assert found["end"].startswith((f"CorpusError: {counts}: the counts changed while", *between)), found
    file = tmp_path / "corpus.fvc"
    for found in ends[:33]:  # a call that is repeated may check the file after it was overwritten
        between = (f"FormatError: {file}: ids: ", f"FormatError: {file}: offsets: ")
        assert found["end"].startswith((f"CorpusError: {file}: the corpus changed while", *between)), found


def test_what_reads_ids_in_any_order_reads_a_copy(tmp_path):
    path = tmp_path / "c.fvc"
    fv.Corpus.from_text(["a b a", "b a"], min_count=1, gaps=True).save(path)
    mapped = fv.Corpus.load(path)
    copied = in_memory(mapped)
    assert list(copied) == list(mapped)
    assert not any(np.shares_memory(getattr(copied, n), getattr(mapped, n)) for n in ("ids", "offsets"))
    assert in_memory(copied) is copied
    whole = bytearray(path.read_bytes())
    at = whole.index(mapped.ids.tobytes())
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"\xff" * 4)
    with pytest.raises(fv.FormatError, match=r"c\.fvc: ids: expected 0 to 1, got -1 at 0"):
        in_memory(mapped)


@pytest.mark.parametrize("name", ["ids", "offsets"])
@pytest.mark.parametrize("fill", [b"\xff", b"\x7f"])
def test_what_changes_between_the_check_and_the_copy_is_a_typed_error(tmp_path, monkeypatch, name, fill):
    path = tmp_path / "c.fvc"
    fv.Corpus.from_text(["a b a", "b a"] * 50, min_count=1).save(path)
    sound, validate = path.read_bytes(), fv.Corpus.validate

    def change(corpus):
        if corpus._mapped is None:
            return validate(corpus)
        with path.open("r+b", buffering=0) as file:
            file.write(sound)
            array = getattr(validate(corpus), name)
            file.seek(sound.index(array.tobytes()))
            file.write(fill * array.nbytes)
        return corpus

    monkeypatch.setattr(fv.Corpus, "validate", change)
    corpus = fv.Corpus.load(path)
    changed = rf"c\.fvc: (the corpus changed while it was in use|{name}: expected)"
    for trainer in (fv.PPMISVD(vector_size=2), fv.LSA(vector_size=2)):
        with pytest.raises((fv.CorpusError, fv.FormatError), match=changed):
            fv.bootstrap(trainer, corpus, 3)
        with pytest.raises((fv.CorpusError, fv.FormatError), match=changed):
            trainer.train(corpus)


def test_given_pairs_that_change_are_a_typed_error():
    ids = np.array([0, 1] * 40_000, np.int32)
    pairs = fv.Pairs(fv.Vocabulary(["a", "b"], [1, 1]), fv.Vocabulary(["c", "d"], [1, 1]), ids, ids.copy())

    def change(_now: object) -> None:
        ids[:] = 10**9

    with pytest.raises(fv.CorpusError, match="the corpus changed while it was in use"):
        fv.SkipGram(vector_size=16, epochs=100_000).train(pairs, on_progress=change)


def test_documents_that_change_are_a_typed_error_that_names_the_file(tmp_path):
    path = tmp_path / "c.fvc"
    fv.Corpus.from_text(["a b a", "b a"] * 2000, min_count=1).save(path)
    mapped, content = fv.Corpus.load(path), path.read_bytes()
    at, size = content.index(mapped.ids.tobytes()), mapped.ids.nbytes

    def change(now: fv.Progress) -> None:
        if now.done:
            with path.open("r+b", buffering=0) as file:
                file.seek(at)
                file.write(b"\xff" * size)

    with pytest.raises(fv.CorpusError, match=r"c\.fvc: the corpus changed while it was in use"):
        fv.DocumentVectors(vector_size=8, sample=0, epochs=100_000).train(mapped, on_progress=change)
