"""Vectors as gensim's own classes."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import fastvec as fv

TEXT = ["the king rules the land", "the queen rules the land", "a cat sat on the mat"] * 40


@pytest.fixture(scope="module")
def corpus():
    return fv.Corpus.from_text(TEXT, min_count=1)


def test_keyed_vectors_answer_alike(corpus, tmp_path):
    models = pytest.importorskip("gensim.models")
    vectors = fv.SkipGram(vector_size=8, sample=0).train(corpus, threads=1)
    made = vectors.to_gensim()
    assert type(made) is models.KeyedVectors
    assert made.index_to_key == vectors.index_to_key
    assert made.get_vecattr("the", "count") == vectors.counts[vectors.get_index("the")]
    np.testing.assert_array_equal(made.vectors, vectors.vectors)
    mine, theirs = vectors.most_similar("king", topn=4), made.most_similar("king", topn=4)
    assert [word for word, _ in mine] == [word for word, _ in theirs]
    assert [cosine for _, cosine in mine] == pytest.approx([cosine for _, cosine in theirs], abs=1e-5)
    made.vectors[0] = 0  # a copy
    assert vectors.vectors[0].any()
    made.add_vectors(["duke"], [vectors["king"]])
    made.save(str(tmp_path / "saved.kv"))
    assert fv.WordVectors.load(tmp_path / "saved.kv").index_to_key[-1] == "duke"


@pytest.mark.parametrize("min_n", [0, 3])
def test_words_with_ngrams_answer_alike(corpus, min_n):
    pytest.importorskip("gensim")
    subwords = fv.Subwords(min_n=min_n, max_n=4, buckets=500)
    vectors = fv.SkipGram(vector_size=8, sample=0, subwords=subwords).train(corpus, threads=1)
    made = vectors.to_gensim()
    assert type(made).__name__ == "FastTextKeyedVectors"
    for word in ("king", "kings", "queenly"):
        np.testing.assert_allclose(made[word], vectors[word], rtol=1e-5, atol=1e-7)
    made.adjust_vectors()  # which gensim does before it goes on
    np.testing.assert_allclose(made.vectors, vectors.vectors, rtol=1e-5, atol=1e-7)


def test_combined_vectors_are_plain(corpus):
    models = pytest.importorskip("gensim.models")
    subwords = fv.Subwords(min_n=3, max_n=4, buckets=50)
    vectors = fv.SkipGram(vector_size=4, sample=0, subwords=subwords, combine="sum").train(corpus, threads=1)
    made = vectors.to_gensim()
    assert type(made) is models.KeyedVectors
    np.testing.assert_array_equal(made.vectors, vectors.vectors)


def test_counts_that_are_not_known():
    pytest.importorskip("gensim")
    made = fv.WordVectors(["a", "b"], [[1, 2], [3, 4]]).to_gensim()
    assert made.most_similar("a")[0][0] == "b"
    with pytest.raises(KeyError):
        made.get_vecattr("a", "count")


def test_without_gensim(monkeypatch):
    monkeypatch.setitem(sys.modules, "gensim.models", None)
    with pytest.raises(fv.MissingPackageError, match="pip install 'gensim'"):
        fv.WordVectors(["a"], [[1]]).to_gensim()
