"""Courses of training: which losses of a history are drawn, and over what."""

from __future__ import annotations

import numpy as np
import pytest

import fastvec as fv
from fastvec.vectors.courses import course_over, courses_of


@pytest.fixture(scope="module")
def corpus():
    return fv.Corpus.from_text(fv.datasets.kingdom(), min_count=1)


LOSS = ("tokens trained on", "loss (nats per prediction)")
COST = ("epoch", "cost of a pair (half its squared error)")


@pytest.mark.parametrize(
    ("trainer", "names", "column"),
    [
        (fv.SkipGram(vector_size=4, epochs=2), LOSS, "loss"),
        (fv.NNLM(vector_size=4, hidden_size=4, epochs=2), LOSS, "loss"),
        (fv.GloVe(vector_size=4, epochs=2), COST, "cost"),
        (fv.LogCountFactorization(vector_size=4, epochs=2), COST, "cost"),
    ],
)
def test_each_trainer_has_a_course(corpus, trainer, names, column):
    history = trainer.train(corpus).history
    (course,) = courses_of([history])
    assert course[2:] == names
    assert course.y == pytest.approx(history[column])
    assert len(course.x) == len(course.y)
    assert course_over("epoch", history).x.tolist() == [1, 2]


def test_training_on_pairs_has_a_course():
    pairs = fv.Pairs.from_pairs([("a", "x"), ("b", "y"), ("a", "y")] * 50, undirected=True)
    history = fv.SkipGram(vector_size=4, epochs=2).train(pairs).history
    (course,) = courses_of([history])
    assert course.x_name == "pairs trained on"
    assert course.x.tolist() == history["pairs"].tolist()


def test_runs_share_an_axis_or_have_none():
    tokens = {"tokens": np.array([5, 9]), "loss": np.array([2.0, 1.0]), "epoch_loss": np.array([1.5])}
    pairs = {"pairs": np.array([5, 9]), "loss": np.array([2.0, 1.0]), "epoch_loss": np.array([1.5])}
    assert [course.x_name for course in courses_of([tokens, tokens])] == ["tokens trained on"] * 2
    assert [course.x_name for course in courses_of([tokens, pairs])] == ["epoch"] * 2
    assert courses_of([{"tokens": np.array([5]), "loss": np.array([1.0])}, pairs]) == []
    assert courses_of([{"tokens": np.array([5, 9]), "loss": np.array([1.0])}]) == []  # not of one length
    assert courses_of([]) == []
