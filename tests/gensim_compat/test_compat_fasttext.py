"""gensim_compat.FastText: words of n-grams, facebook's files, and models that go on."""

from __future__ import annotations

import random

import numpy as np
import pytest

import fastvec as fv
from fastvec.gensim_compat import (
    FastText,
    FastTextKeyedVectors,
    KeyedVectors,
    Word2Vec,
    load_facebook_model,
    load_facebook_vectors,
    save_facebook_model,
)

WORDS = ["the", "old", "king", "rules", "a", "green", "land", "and"]
WORDS += ["his", "young", "queen", "rules", "it", "well"]
RAND = random.Random(1)
SENTENCES = [RAND.sample(WORDS, RAND.randint(2, 8)) for _ in range(200)]
NEW = [["the", "duchess", "rules"], ["a", "duchess", "and", "a", "queen"]] * 30
SMALL = {"vector_size": 12, "min_count": 1, "sample": 0, "workers": 1, "window": 2, "bucket": 500}


@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("hs", [0, 1])
def test_a_model_has_the_bytes_of_fastvecs_own_calls(sg, hs):
    model = FastText(SENTENCES, **SMALL, sg=sg, hs=hs, negative=5 * (1 - hs))
    trainer = (fv.SkipGram if sg else fv.CBOW)(
        vector_size=12, window=2, sample=0, learning_rate=0.025, subwords=fv.Subwords(buckets=500),
        loss="hierarchical_softmax" if hs else "negative_sampling",
    )  # fmt: skip
    own = trainer.train(fv.Corpus.from_text(SENTENCES, min_count=1), threads=1)
    assert np.array_equal(model.wv.vectors, own.vectors)
    assert np.array_equal(model.wv.vectors_vocab, own.subwords.rows[: len(own)])
    assert np.array_equal(model.wv["kings"], own["kings"])
    assert model.wv.vectors_ngrams.shape == (500, 12)
    assert np.array_equal(model.wv.vectors_ngrams[own.subwords.buckets], own.subwords.rows[len(own) :])


def test_words_never_seen():
    wv = FastText(SENTENCES, **SMALL).wv
    assert "kings" in wv
    assert "kings" not in wv.key_to_index
    assert [key for key, _ in wv.most_similar("kings", topn=1)] != ["kings"]
    assert wv.similarity("kings", "king") > wv.similarity("kings", "it")
    assert not wv[""].any()
    assert len(wv.vectors_for_all(["kings", "king"])) == 2
    assert len(wv.vectors_for_all(["kings", "king"], allow_inference=False)) == 1
    assert wv.get_sentence_vector(["kings", "rule"]).shape == (12,)
    assert wv.n_similarity(["kings"], ["queens"]) == pytest.approx(wv.n_similarity(["queens"], ["kings"]))


@pytest.mark.parametrize("none", [{"bucket": 0}, {"max_n": 0}])
def test_without_ngrams_it_is_word2vec(none):
    settings = {**SMALL, **none}
    wv = FastText(SENTENCES, **settings).wv
    settings = {name: value for name, value in SMALL.items() if name != "bucket"}
    assert np.array_equal(wv.vectors, Word2Vec(SENTENCES, **settings).wv.vectors)
    assert "kings" not in wv
    with pytest.raises(KeyError, match="kings"):
        wv["kings"]


def test_new_words_join():
    model = FastText(SENTENCES, **SMALL)
    rows, ngrams = model.wv.vectors_vocab.copy(), model.wv.vectors_ngrams.copy()
    model.build_vocab(NEW, update=True)
    assert np.array_equal(model.wv.vectors_vocab[:-1], rows)
    used = ngrams.any(axis=1)
    assert np.array_equal(model.wv.vectors_ngrams[used], ngrams[used])
    model.train(NEW, total_examples=60, epochs=3)
    assert model.wv.index_to_key[-1] == "duchess"
    assert model.wv["duchess"].any()


def test_rows_can_be_set_but_not_written_where_buckets_are_missing():
    wv = FastText(SENTENCES, **SMALL).wv
    rows = wv.vectors_ngrams
    with pytest.raises(ValueError, match="read-only"):
        rows[0] = 1
    wv.vectors_ngrams = np.ones_like(rows)
    wv.vectors_vocab[:] = 1
    wv.adjust_vectors()
    assert wv.vectors == pytest.approx(np.ones_like(wv.vectors))
    wv.vectors_ngrams[:] = 3
    assert (wv["zzz"] == 3).all(), "all buckets have rows now"
    with pytest.raises(fv.SettingError, match=r"vectors_ngrams: expected float32\[500, 12\]"):
        wv.vectors_ngrams = rows[:3]


def test_shared_rows_cannot_be_locked():
    model = FastText(**SMALL)
    model.build_vocab(SENTENCES)
    model.wv.vectors_vocab_lockf = np.zeros(1, np.float32)
    with pytest.raises(fv.SettingError, match="bucket=0 trains words without n-grams"):
        model.train(SENTENCES, total_examples=200, epochs=1)


@pytest.mark.parametrize("hs", [0, 1])
def test_a_saved_model_goes_on(hs, tmp_path):
    settings = {**SMALL, "window": 3, "hs": hs, "ns_exponent": -1}
    model = FastText(SENTENCES, **settings)
    model.save(tmp_path / "m.model")
    again = FastText.load(tmp_path / "m.model")
    assert (again.window, again.ns_exponent, again.wv.bucket, again.train_count) == (3, -1, 500, 1)
    assert np.array_equal(again.wv.vectors_ngrams, model.wv.vectors_ngrams)
    for each in (model, again):
        each.build_vocab(NEW, update=True)
        each.train(NEW, total_examples=60, epochs=2)
    assert np.array_equal(again.wv.vectors, model.wv.vectors)
    model.wv.save(tmp_path / "wv")
    assert np.array_equal(FastTextKeyedVectors.load(tmp_path / "wv")["kings"], model.wv["kings"])
    assert np.array_equal(KeyedVectors.load(tmp_path / "wv")["king"], model.wv["king"])


@pytest.mark.parametrize("hs", [0, 1])
@pytest.mark.parametrize("sg", [0, 1])
def test_facebooks_files_come_back(sg, hs, tmp_path):
    model = FastText(SENTENCES, **SMALL, sg=sg, hs=hs, negative=4, epochs=3)
    save_facebook_model(model, tmp_path / "m.bin")
    again = load_facebook_model(tmp_path / "m.bin")
    for name in ("sg", "hs", "negative", "window", "epochs", "min_count", "sample", "vector_size"):
        assert getattr(again, name) == getattr(model, name), name
    assert (again.wv.bucket, again.wv.min_n, again.wv.max_n) == (500, 3, 6)
    assert np.array_equal(again.wv.vectors, model.wv.vectors)
    assert np.array_equal(again.wv.vectors_ngrams, model.wv.vectors_ngrams)
    assert np.array_equal(again.syn1[:-1] if hs else again.syn1neg, model.syn1[:-1] if hs else model.syn1neg)
    assert np.array_equal(load_facebook_vectors(tmp_path / "m.bin")["kings"], model.wv["kings"])
    again.train(SENTENCES, total_examples=200, epochs=1)
    assert not np.array_equal(again.wv.vectors, model.wv.vectors)
