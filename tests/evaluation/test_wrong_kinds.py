"""Files of fastvec's own given to the reader of another kind: the error names the reader to use."""

from __future__ import annotations

from pathlib import Path

import pytest

import fastvec as fv


def test_the_error_of_another_kind_of_file_names_its_reader(tmp_path: Path) -> None:
    corpus = fv.Corpus.from_text(["the king rules", "the queen rules"] * 9, min_count=1)
    trainer = fv.SkipGram(vector_size=4, sample=0, epochs=1)
    runs, vectors = tmp_path / "runs.safetensors", tmp_path / "vectors.safetensors"
    fv.bootstrap(trainer, corpus, n=2).save(runs)
    trainer.train(corpus).save(vectors)
    with pytest.raises(fv.FormatError, match=r"fastvec\.Bootstrap\.load reads it"):
        fv.WordVectors.load(runs)
    with pytest.raises(fv.FormatError, match=r"fastvec\.WordVectors\.load reads it"):
        fv.Bootstrap.load(vectors)


def test_one_run_has_no_interval() -> None:
    corpus = fv.Corpus.from_text(["the king rules", "the queen rules"] * 9, min_count=1)
    found = fv.bootstrap(fv.SkipGram(vector_size=4, sample=0, epochs=1), corpus, n=1).similarity("king", "queen")
    assert str(found.interval.low) == str(found.interval.high) == "nan"
    assert repr(found).endswith("no interval from 1 run>")
