"""The kingdom: sixty sentences from which a lesson in co-occurrence comes out right."""

from __future__ import annotations

import re

import pytest

import fastvec as fv

PAIRS = [("king", "queen"), ("man", "woman"), ("boy", "girl"), ("prince", "princess"), ("cat", "dog"),
         ("his", "her"), ("son", "daughter"), ("brother", "sister")]  # fmt: skip


@pytest.fixture(scope="module")
def counts():
    corpus = fv.Corpus.from_text(fv.datasets.kingdom(), min_count=1)
    return fv.count_cooccurrences(corpus, window=3, weighting="flat")


def test_sixty_lower_case_sentences_of_111_words():
    sentences = fv.datasets.kingdom()
    assert len(sentences) == len(set(sentences)) == 60
    assert all(re.fullmatch(r"[a-z]+( [a-z]+){2,9}", sentence) for sentence in sentences)
    words = set(" ".join(sentences).split())
    assert len(words) == 111
    assert {word for pair in PAIRS for word in pair} <= words
    capitals = {"paris": "france", "rome": "italy", "berlin": "germany", "madrid": "spain"}
    assert {f"{city} is the capital of {country}" for city, country in capitals.items()} <= set(sentences)


def test_a_caller_may_change_its_list():
    fv.datasets.kingdom().clear()
    assert len(fv.datasets.kingdom()) == 60


def test_the_brightest_pairs_tell_of_the_kingdom(counts):
    brightest = [f"{a} {b}" for a, b, _ in counts.top_pairs(12)]
    assert brightest[:2] == ["the the", "the king"]
    assert {"the queen", "the man", "a woman"} <= set(brightest)


def test_what_the_lesson_promises(counts):
    right = []
    for seed in range(10):
        vectors = fv.LogCountFactorization(seed=seed).train(counts)
        nearest = [
            vectors.most_similar(a, topn=1)[0][0] == b
            for pair in (("king", "queen"), ("cat", "dog"))
            for a, b in (pair, pair[::-1])
        ]
        right.append(all(nearest) and vectors.analogy("man", "king", "woman")[0][0] == "queen")
        assert vectors.history["cost"][-1] < 1e-4
    assert right[0]
    assert sum(right) >= 8


def test_ppmi_and_svd_tell_the_same_story(counts):
    vectors = fv.PPMISVD(vector_size=16).train(counts)
    for pair in (("cat", "dog"), ("boy", "girl")):
        for a, b in (pair, pair[::-1]):
            assert vectors.most_similar(a, topn=1)[0][0] == b
