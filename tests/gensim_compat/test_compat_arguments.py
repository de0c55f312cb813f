"""Arguments: NumPy's numbers are taken as Python's, and what cannot be used has an error that names it."""

from __future__ import annotations

import numpy as np
import pytest

import fastvec as fv
from fastvec.gensim_compat import CallbackAny2Vec, Doc2Vec, FastText, KeyedVectors, TaggedDocument, Word2Vec

SENTENCES = [["the", "king", "rules"], ["the", "queen", "rules"]] * 20
SMALL = {"vector_size": 8, "min_count": 1, "workers": 1, "sample": 0}
WHOLE = {"vector_size": 8, "seed": 3, "window": 2, "epochs": 2, "negative": 3, "workers": 1, "min_count": 1,
         "max_vocab_size": 9, "max_final_vocab": 9, "sg": 1, "hs": 1, "cbow_mean": 1}  # fmt: skip
REAL = {"alpha": 0.03125, "min_alpha": 0.0078125, "sample": 0.125, "ns_exponent": 0.5}


@pytest.mark.parametrize("kind", [Word2Vec, FastText])
@pytest.mark.parametrize(("integer", "number"), [(np.int64, np.float32), (np.uint8, np.float64)])
def test_numbers_of_numpy(kind, integer, number, tmp_path):
    given = {name: integer(value) for name, value in WHOLE.items()}
    given |= {name: number(value) for name, value in REAL.items()}
    model, other = kind(SENTENCES, **given), kind(SENTENCES, **WHOLE, **REAL)
    assert np.array_equal(model.wv.vectors, other.wv.vectors)
    assert type(model.vector_size) is int
    assert type(model.alpha) is float
    model.save(tmp_path / "m")
    for each in (model, other):
        each.train(SENTENCES, total_examples=integer(40), epochs=integer(2), start_alpha=number(0.25))
    assert np.array_equal(model.wv.vectors, other.wv.vectors)


def test_a_search_over_numbers_of_numpy():
    for size in np.arange(4, 10, 2):
        documents = [TaggedDocument(words, [i]) for i, words in enumerate(SENTENCES)]
        assert Doc2Vec(documents, **{**SMALL, "vector_size": size}, dm=np.int64(0)).dv.vectors.shape == (40, size)
        ngrams = {"min_n": np.int64(2), "max_n": np.int64(3), "bucket": np.int64(50)}
        assert FastText(SENTENCES, **SMALL, **ngrams).wv.bucket == 50


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"seed": "a"}, "seed: expected a whole number"),
        ({"seed": None}, "seed: expected a whole number"),
        ({"min_count": None}, "min_count: expected a finite number, got None"),
        ({"min_count": "5"}, "min_count: expected a finite number, got '5'"),
        ({"vector_size": "100"}, "vector_size: expected a whole number"),
        ({"vector_size": 100.0}, "vector_size: expected a whole number .*, got 100.0"),
        ({"workers": 0}, "workers: expected a whole number"),
        ({"alpha": "x"}, "alpha: expected a finite number, got 'x'"),
        ({"max_final_vocab": "a"}, "max_final_vocab: expected a whole number"),
        ({"hs": 2}, "hs: expected 0 or 1, got 2"),
        ({"sg": 3}, "sg: expected 0 or 1, got 3"),
        ({"cbow_mean": "1"}, "cbow_mean: expected 0 or 1, got '1'"),
        ({"callbacks": print}, r"callbacks: expected a list of CallbackAny2Vec, .*; callbacks=\[callback\]"),
        ({"trim_rule": 3}, "trim_rule: expected a function of a word, its count and min_count, got 3"),
    ],
)
@pytest.mark.parametrize("kind", [Word2Vec, FastText, Doc2Vec])
def test_what_cannot_be_used(kind, given, message):
    with pytest.raises(fv.SettingError, match=message):
        kind(**{**SMALL, **given})


@pytest.mark.parametrize(("kind", "name"), [(FastText, "min_n"), (FastText, "bucket"), (Doc2Vec, "dm")])
def test_arguments_of_one_kind(kind, name):
    with pytest.raises(fv.SettingError, match=f"{name}: expected"):
        kind(**SMALL, **{name: "3"})


def test_one_callback_of_train():
    model = Word2Vec(SENTENCES, **SMALL)
    with pytest.raises(TypeError, match="callbacks: expected a list"):
        model.train(SENTENCES, total_examples=40, epochs=1, callbacks=CallbackAny2Vec())


def test_a_table():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"t": SENTENCES})
    with pytest.raises(TypeError, match=r"sentences: expected .*, got a DataFrame; df\['t'\] is a column"):
        Word2Vec(table, **SMALL)
    assert len(Word2Vec(table["t"], **SMALL).wv) == 4


def test_no_key():
    with pytest.raises(TypeError, match="key: expected a key, or a list of keys, got None"):
        Word2Vec(SENTENCES, **SMALL).wv[None]


@pytest.mark.parametrize("read", [Word2Vec.load, KeyedVectors.load, fv.WordVectors.load])
def test_a_file_that_is_not_there(read, tmp_path):
    with pytest.raises(FileNotFoundError, match="No such file") as caught:
        read(tmp_path / "absent")
    assert isinstance(caught.value, fv.StorageError)
    assert caught.value.path == str(tmp_path / "absent")
