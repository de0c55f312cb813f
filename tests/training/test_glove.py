"""GloVe: the contract, the authors' program, their answers on a large text."""

from __future__ import annotations

import json
import lzma

import numpy as np
import oracles_glove
import pytest
from scipy.sparse import csr_array
from training.contract import Contract, lines

import fastvec as fv
from fastvec.kernels.reference import glove as reference_glove
from fastvec.training.matrices import padded


class TestGloVe(Contract):
    trainer = fv.GloVe
    settings = {"vector_size": 10, "epochs": 30, "x_max": 10, "seed": 3}  # noqa: RUF012
    refused = [  # noqa: RUF012
        ("vector_size", 10.0, "a whole number"),
        ("x_max", 0, "a finite number above 0"),
        ("alpha", -0.5, "a finite number of at least 0"),
        ("learning_rate", 0, "a finite number above 0"),
        ("learning_rate", float("inf"), "a finite number above 0"),
        ("bias_learning_rate", 0, "a finite number above 0"),
        ("epochs", 0, "a whole number of at least 1"),
        ("combine", "mean", "one of 'word', 'sum', 'concat', 'context'"),
        ("seed", 2**64, "a whole number"),
    ]
    diverges = (1e4, 1e25)
    within = 1e-4


@pytest.fixture(scope="module")
def counts():
    return fv.count_cooccurrences(fv.Corpus.from_text(lines(), min_count=1))


@pytest.mark.parametrize("bias_rate", [None, 1.0, 0.01])
@pytest.mark.parametrize("D", [1, 14, 15, 20])
def test_steps_are_those_of_the_program(counts, D, bias_rate):
    """Rows with their biases inside, against the program's separate biases with a rate of their own."""
    trainer = fv.GloVe(vector_size=D, x_max=5, bias_learning_rate=bias_rate)
    coo = counts.to_csr().tocoo()
    rows = [trainer._new_rows(len(counts.vocabulary), which, 1).astype(float) for which in range(2)]
    log_counts, weights = trainer._targets(coo.data)
    sides = [
        {"vectors": matrix[:, :D].copy(), "biases": np.zeros(len(matrix)), "G": np.ones((len(matrix), D)),
         "G_biases": np.ones(len(matrix))}
        for matrix in rows
    ]  # fmt: skip
    cost, _ = reference_glove.glove_tile(
        rows=coo.row, columns=coo.col, log_counts=log_counts, weights=weights, start=0, end=coo.nnz, W=rows[0],
        C=rows[1], learning_rate=0.05, stop=np.zeros(1, np.uint8),
    )  # fmt: skip
    want = oracles_glove.glove_program(
        [*zip(coo.row, coo.col, coo.data, strict=True)], *sides, rate=0.05, bias_rate=bias_rate or 0.05, x_max=5,
        alpha=0.75,
    )  # fmt: skip
    assert cost == pytest.approx(want, rel=1e-5)
    for which, (matrix, side) in enumerate(zip(rows, sides, strict=True)):
        assert matrix[:, :D] == pytest.approx(side["vectors"], abs=1e-6)
        assert matrix[:, D + which] == pytest.approx(side["biases"], abs=1e-5)
        assert matrix[:, D + 1 - which] == pytest.approx(1, abs=1e-12)
        assert matrix[:, padded(D + 2) :][:, :D] == pytest.approx(side["G"], rel=1e-5)


def test_costs_on_a_large_text_are_those_of_the_program(shared):
    """20 MB of Wikipedia, beside GloVe's own costs: tiles make the first epoch lower."""
    want = np.array(json.loads(shared("golden/glove-cost.json").read_text())["cost"])
    with lzma.open(shared("corpora/wiki-a.txt.xz")) as file:
        text = file.read(20_000_000)
    corpus = fv.Corpus.from_text(text.decode().split("\n"), min_count=5)
    vectors = fv.GloVe(vector_size=50, x_max=10, bias_learning_rate=1.0, epochs=15).train(corpus)
    ratio = vectors.history["cost"] / want
    assert ratio.max() <= 1.02
    assert np.abs(ratio[1:] - 1).max() <= 0.05


def test_a_bias_that_hardly_learns_is_held():
    for rate in (1e-300, 1e-20):
        rows = fv.GloVe(vector_size=3, bias_learning_rate=rate)._new_rows(2, 0, 1)
        assert rows[:, padded(5) + 3] == pytest.approx(1e30)


def test_what_is_kept(counts):
    sum_, word, context, concat = (
        fv.GloVe(vector_size=6, epochs=3, combine=combine).train(counts)
        for combine in ("sum", "word", "context", "concat")
    )
    W, C = word.vectors, context.vectors
    assert np.array_equal(sum_.vectors, W + C)
    assert np.array_equal(concat.vectors, np.hstack([W, C]))
    for vectors in (sum_, word, context, concat):
        assert np.array_equal(vectors.word_vectors, W)
        assert np.array_equal(vectors.context_vectors, C)
    assert fv.GloVe().combine == "sum"
    assert not np.array_equal(W, C)


def test_weights_and_logarithms():
    log_counts, weights = fv.GloVe(x_max=10, alpha=0.5)._targets(np.array([1e-300, 2.5, 10, 1e300]))
    assert log_counts == pytest.approx(np.log([1e-300, 2.5, 10, 1e300]))
    assert weights == pytest.approx([0, 0.5, 1, 1])


def test_rows_begin_small_and_a_word_alone_keeps_its_own():
    corpus = fv.Corpus.from_text(["x y", "alone"], min_count=1)
    word, context = (
        fv.GloVe(vector_size=100, epochs=50, combine=kept).train(corpus) for kept in ("word", "context")
    )
    for vectors in (word, context):
        assert 0 < np.abs(vectors["alone"]).max() <= 0.5 / 100
    assert not np.array_equal(word["alone"], context["alone"])


def test_one_cell():
    """Word "x" beside itself and nothing else: its vectors and biases meet log 7."""
    matrix = fv.CooccurrenceMatrix(csr_array(np.array([[7.0]])), fv.Vocabulary(["x"], [7]))
    vectors = fv.GloVe(vector_size=3, x_max=1, epochs=500, bias_learning_rate=1.0).train(matrix)
    assert vectors.history["cost"][0] == pytest.approx(0.5 * np.log(7) ** 2, rel=0.1)
    assert vectors.history["cost"][-1] < 1e-9


def test_counts_of_one_do_not_look_like_divergence():
    """log 1 = 0: rows of zeros would cost nothing."""
    matrix = fv.CooccurrenceMatrix(csr_array(np.ones((4, 4))), fv.Vocabulary([*"abcd"], [4, 4, 4, 4]))
    assert fv.GloVe(vector_size=3).train(matrix).history["cost"][-1] < 1e-3


def test_a_mapped_matrix_trains_like_one_in_memory(counts, tmp_path):
    counts.save(tmp_path / "c.fvm")
    here, there = (
        fv.GloVe(vector_size=5, epochs=2).train(c)
        for c in (counts, fv.CooccurrenceMatrix.load(tmp_path / "c.fvm"))
    )
    assert here.vectors.tobytes() == there.vectors.tobytes()
