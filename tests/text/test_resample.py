"""Resamples: which documents they have, how often, and the counts of their words."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

import fastvec as fv
from fastvec.text import resample
from fastvec.text.resample import document_bounds, resampled


@pytest.fixture(scope="module")
def corpus():
    rng = np.random.default_rng(0)
    sentences = [[f"w{i}" for i in rng.zipf(1.5, rng.integers(0, 12)) if i < 60] for _ in range(300)]
    return fv.Corpus.from_text(sentences, min_count=1)


def plain(corpus, bounds, drawn):
    """The same by loops over lists."""
    sentences = list(corpus)
    return [sentence for d in drawn for sentence in sentences[bounds[d] : bounds[d + 1]]]


@pytest.mark.parametrize("at_once", [1, 7, 1 << 20])
@pytest.mark.parametrize("documents", [None, [0, 0, 5, 5, 120, 299, 300, 300], [0, 300]])
def test_it_has_the_drawn_documents_in_their_order(corpus, documents, at_once, monkeypatch):
    monkeypatch.setattr(resample, "TOKENS_AT_ONCE", at_once)
    bounds = document_bounds(documents, len(corpus))
    n = len(bounds) - 1
    drawn = np.random.default_rng(1).integers(0, n, n)
    made = resampled(corpus, bounds, drawn)
    want = plain(corpus, bounds.tolist(), drawn.tolist())
    assert list(made) == want
    counts = Counter(word for sentence in want for word in sentence)
    assert dict(zip(made.vocabulary.words, made.vocabulary.counts.tolist(), strict=True)) == counts
    assert made.vocabulary.words == [word for word in corpus.vocabulary.words if word in counts]
    made.validate()


def test_a_document_that_is_drawn_twice_counts_twice(corpus):
    bounds = document_bounds([0, 100, 200, 300], 300)
    once, twice = (resampled(corpus, bounds, np.array(drawn)) for drawn in ([1], [1, 1]))
    assert (twice.vocabulary.counts == 2 * once.vocabulary.counts).all()
    assert twice.n_sentences == 200
    assert list(twice) == list(once) * 2


def test_all_documents_once_are_the_corpus(corpus):
    same = resampled(corpus, document_bounds(None, 300), np.arange(300))
    assert (same.ids == corpus.ids).all()
    assert (same.offsets == corpus.offsets).all()
    assert (same.vocabulary.counts == corpus.vocabulary.counts).all()


def test_a_mapped_corpus_is_drawn_from(corpus, tmp_path):
    corpus.save(tmp_path / "c.fvc")
    bounds, drawn = document_bounds(None, 300), np.array([5, 299, 5])
    assert list(resampled(fv.Corpus.load(tmp_path / "c.fvc"), bounds, drawn)) == plain(corpus, bounds, drawn)


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ([0, 2], "documents: expected 0 to 3, got 0 to 2; document d has the sentences"),
        ([1, 3], "documents: expected 0 to 3, got 1 to 3"),
        ([0, 2, 1, 3], "documents: expected numbers that do not decrease, got 1 after 2 at 2"),
        ([], "documents: expected 0 to 3, got none"),
        ([0.0, 3.0], "documents: expected whole numbers on one axis"),
        ([[0, 3]], "documents: expected whole numbers on one axis"),
    ],
)
def test_wrong_bounds_are_refused(documents, message):
    with pytest.raises(fv.SettingError, match=message) as caught:
        document_bounds(documents, 3)
    assert caught.value.field == "documents"
