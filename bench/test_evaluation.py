"""Analogies beside gensim and one question at a time: ``pytest bench/test_evaluation.py --benchmark-only``."""

import numpy as np
import pytest

import fastvec as fv

V, D, QUESTIONS = 30_000, 100, 2_000


@pytest.fixture(scope="module")
def vectors():
    return fv.WordVectors([f"w{i}" for i in range(V)], np.random.default_rng(1).normal(size=(V, D)))


@pytest.fixture(scope="module")
def questions(vectors, tmp_path_factory):
    """Half of them are right."""
    draw, path = np.random.default_rng(2), tmp_path_factory.mktemp("bench") / "questions.txt"
    asked = [draw.choice(V, 4, replace=False) for _ in range(QUESTIONS)]
    lines = []
    for i, (a, b, c, d) in enumerate(asked):
        answer = vectors.analogy(int(a), int(b), int(c))[0][0] if i % 2 else f"w{d}"
        lines.append(f"w{a} w{b} w{c} {answer}\n")
    path.write_text(": family\n" + "".join(lines))
    return path


def of_gensim(vectors, path):
    models = pytest.importorskip("gensim.models")
    theirs = models.KeyedVectors(D)
    theirs.add_vectors(vectors.index_to_key, vectors.vectors)
    return lambda: theirs.evaluate_word_analogies(str(path))[0]


def one_by_one(vectors, path):
    questions = [line.split() for line in path.read_text().splitlines()[1:]]
    return lambda: np.mean([vectors.analogy(a, b, c)[0][0] == d for a, b, c, d in questions])


def in_blocks(vectors, path):
    return lambda: fv.evaluate_analogies(vectors, path).accuracy


@pytest.mark.parametrize("how", [in_blocks, one_by_one, of_gensim], ids=lambda how: how.__name__)
def test_analogies(benchmark, rate, vectors, questions, how):
    accuracy = benchmark.pedantic(how(vectors, questions), rounds=3, warmup_rounds=1)
    assert accuracy == pytest.approx(0.5, abs=1e-3)
    rate(questions=QUESTIONS)
