"""Scores of sentences by hierarchical softmax."""

from __future__ import annotations

import random

import numpy as np
import pytest

from fastvec.gensim_compat import LineSentence, Word2Vec
from fastvec.gensim_compat.scores import LOG_SIGMOID, Scorer
from fastvec.text.corpus import Corpus
from fastvec.text.vocabulary import Vocabulary
from fastvec.training.huffman import huffman_paths


def some_text(seed, n=200):
    draw = random.Random(seed)
    return [[f"w{int(draw.paretovariate(0.7)) % 90}" for _ in range(draw.randrange(1, 25))] for _ in range(n)]


TEXT = [*some_text(1, 40), ["unknown"], ["w1"], ["unknown", "w1", "w2"], [], ["w1", "w1"]]


@pytest.mark.parametrize("mean", [0, 1])
@pytest.mark.parametrize("sg", [0, 1])
def test_scores_are_those_of_gensim(sg, mean, tmp_path, monkeypatch):
    models = pytest.importorskip("gensim.models")
    made = models.Word2Vec(
        some_text(1), vector_size=16, min_count=2, hs=1, negative=0, epochs=30, alpha=0.1, sg=sg, cbow_mean=mean,
        workers=1, window=3,
    )  # fmt: skip
    made.save(str(tmp_path / "m.model"))
    model = Word2Vec.load(tmp_path / "m.model")
    expected = made.score(TEXT, total_sentences=len(TEXT))
    scores = model.score(TEXT, total_sentences=len(TEXT))
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, expected, rtol=1e-4)
    monkeypatch.setattr("fastvec.gensim_compat.scores.AT_ONCE", 1000)
    np.testing.assert_allclose(model.score(iter(TEXT)), expected, rtol=1e-4)
    np.testing.assert_array_equal(model.score(TEXT, total_sentences=7), model.score(TEXT[:7]))
    path = tmp_path / "text.txt"
    path.write_text("\n".join(map(" ".join, TEXT)))
    np.testing.assert_allclose(
        model.score(LineSentence(path)), expected[[bool(words) for words in TEXT]], rtol=1e-4
    )


@pytest.mark.parametrize("cbow", [None, "mean", "sum"])
def test_scores_by_plain_loops(cbow, monkeypatch):
    """Exact logarithms here; what the table has is that of a number 0 to 0.06 smaller."""
    monkeypatch.setattr("fastvec.gensim_compat.scores.LONGEST", 9)
    draw = np.random.default_rng(1)
    counts = np.array([9, 5, 5, 2, 1, 1])
    vectors, nodes = (draw.normal(size=(n, 4)).astype(np.float32) for n in (6, 5))
    paths = huffman_paths(counts)
    ids = draw.integers(0, 6, 30).astype(np.int32)
    offsets = np.array([0, 1, 1, 4, 22, 30])
    corpus = Corpus(ids, offsets, Vocabulary([*"abcdef"], counts))
    scores = Scorer(vectors, nodes, paths, 2, cbow).scores(corpus)
    for sentence, score in enumerate(scores):
        words, total, n = ids[offsets[sentence] : offsets[sentence + 1]][:9], 0.0, 0
        for i, word in enumerate(words):
            context = [vectors[other] for j, other in enumerate(words) if j != i and abs(j - i) <= 2]
            if cbow is not None:
                bag = np.sum(context, axis=0) if context else np.zeros(4)
                context = [bag / max(1, len(context)) if cbow == "mean" else bag]
            for k in range(paths[0][word], paths[0][word + 1]):
                for row in context:
                    total -= np.log1p(np.exp(-paths[2][k] * (nodes[paths[1][k]] @ row)))
                    n += 1
        assert total - 0.065 * n - 1e-4 <= score <= total + 1e-4


def test_very_sure_steps_are_passed_over():
    corpus = Corpus(np.array([0, 1], np.int32), np.array([0, 2]), Vocabulary(["a", "b"], [2, 1]))
    paths = huffman_paths(np.array([2, 1]))
    for value, expected in ((7, 0), (-7, 0), (0, 2 * LOG_SIGMOID[498])):
        vectors, nodes = np.full((2, 1), value, np.float32), np.ones((1, 1), np.float32)
        assert Scorer(vectors, nodes, paths, 1, None).scores(corpus)[0] == pytest.approx(expected, rel=1e-6)


def test_other_models_cannot_score():
    model = Word2Vec(some_text(1), vector_size=4, min_count=1)
    with pytest.raises(RuntimeError, match=r"score: needs a model of hierarchical softmax.*evaluate_loss"):
        model.score(TEXT)
    with pytest.raises(RuntimeError, match="no vocabulary yet"):
        Word2Vec(hs=1, negative=0).score(TEXT)
    with pytest.raises(TypeError, match="lists of words"):
        Word2Vec(some_text(1), vector_size=4, min_count=1, hs=1).score("w1 w2")
