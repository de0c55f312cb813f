"""Scores on the real test sets: equal to those of a program that shares no code with fastvec, and to gensim's."""

from __future__ import annotations

import importlib.util
import lzma

import common
import numpy as np
import pytest

import fastvec as fv

TOP = 3_000  # of the vocabulary: fewer than it has
PAIRS = ["EN-WS-353-ALL", "EN-MEN-TR-3k", "EN-SIMLEX-999", "EN-RW-STANFORD", "EN-MTurk-771", "EN-SimVerb-3500"]


@pytest.fixture
def trained(shared):
    """Trained on the beginning of the text: few words, but of most sections of the analogies."""
    with lzma.open(shared("corpora/wiki-a.txt.xz")) as text:
        lines = text.read(6_000_000).split(b"\n")
    return fv.SkipGram(vector_size=20, epochs=1, seed=1).train(fv.Corpus.from_text(lines), threads=1)


def test_scores_are_those_of_the_other_scorer(shared, trained, tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("evalvec", shared("tools/evalvec.py"))
    evalvec = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(evalvec)
    trained.save(tmp_path / "vectors.bin")
    words, rows = evalvec.load(tmp_path / "vectors.bin")
    # in float64: in float32 its cosines are rounded, and two of 3,000 pairs may change places
    want = evalvec.evaluate(words, rows.astype(np.float64), shared("eval"), TOP)
    monkeypatch.setattr(common, "TOP", TOP)
    paths = [shared("eval/questions-words.txt"), *sorted(shared("eval").glob("EN-*.txt"))]
    for vectors in (trained, tmp_path / "vectors.bin"):
        found = common.score(vectors, paths)
        assert len(found) == 16
        assert found == pytest.approx({name: 100 * want[name] for name in found}, abs=5e-5, nan_ok=True)
    coverage = fv.evaluate_analogies(trained, paths[0], restrict_vocab=TOP).coverage
    assert coverage == pytest.approx(want["analogy_cover"])
    assert want["analogy_all"] > 0.001
    assert len(trained) > TOP


def test_scores_are_gensims(shared, trained):
    models = pytest.importorskip("gensim.models")
    theirs = models.KeyedVectors(20)
    theirs.add_vectors(trained.index_to_key, trained.vectors)
    questions = shared("eval/questions-words.txt")
    for oov, unknown_is_wrong in (("skip", False), ("wrong", True)):
        accuracy, sections = theirs.evaluate_word_analogies(
            str(questions), restrict_vocab=TOP, dummy4unknown=unknown_is_wrong
        )
        score = fv.evaluate_analogies(trained, questions, restrict_vocab=TOP, oov=oov)
        assert score.accuracy == pytest.approx(accuracy, abs=5e-5)
        right = {section["section"]: len(section["correct"]) for section in sections}
        assert {part.name: part.correct for part in score.sections if part.asked} == {
            part.name: right[part.name] for part in score.sections if part.asked
        }
    for name in PAIRS:
        path = shared(f"eval/{name}.txt")
        for oov, unknown_is_zero in (("skip", False), ("zero", True)):
            pearson, spearman, _ = theirs.evaluate_word_pairs(
                str(path), restrict_vocab=TOP, dummy4unknown=unknown_is_zero
            )
            score = fv.evaluate_similarity(trained, path, restrict_vocab=TOP, oov=oov)
            assert score.pearson == pytest.approx(pearson[0], abs=5e-5), name
            assert score.spearman == pytest.approx(spearman[0], abs=5e-5), name
