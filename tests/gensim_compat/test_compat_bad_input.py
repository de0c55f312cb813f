"""What users of gensim give by mistake: an error that says what to do, of a kind that scripts catch."""

from __future__ import annotations

import pickle

import pytest

import fastvec as fv
from fastvec.gensim_compat import FastText, KeyedVectors, Word2Vec, load_facebook_model

SENTENCES = [["the", "king", "rules"], ["the", "queen", "rules"]] * 20
SMALL = {"vector_size": 8, "min_count": 1, "workers": 1, "sample": 0}


@pytest.mark.parametrize("kind", [Word2Vec, FastText])
def test_a_generator_that_would_be_read_again(kind):
    with pytest.raises(TypeError, match=r"expected something that can be read 6 times.*; list\(sentences\)"):
        kind((line for line in SENTENCES), **SMALL)
    model = Word2Vec(**SMALL)
    model.build_vocab(iter(SENTENCES))
    with pytest.raises(TypeError, match="one-shot"):
        model.train(iter(SENTENCES), total_examples=40, epochs=5)
    model.train(iter(SENTENCES), total_examples=40, epochs=1)


def test_a_string_for_a_sentence():
    with pytest.raises(
        fv.CorpusError, match=r"item 1: expected a list of words, got 'the king'; sentence.split\(\)"
    ):
        Word2Vec([["the"], "the king"], **SMALL)


def test_a_path_for_sentences():
    with pytest.raises(TypeError, match="corpus_file= takes the path of a text"):
        Word2Vec("corpus.txt", **SMALL)


@pytest.mark.parametrize("sentences", [[], [[]], [["once"]]])
def test_an_empty_corpus(sentences):
    with pytest.raises(RuntimeError, match="no word is left"):
        Word2Vec(sentences, **{**SMALL, "min_count": 2})


def test_words_of_two_kinds():
    with pytest.raises(fv.CorpusError, match="all str, or all whole numbers, got both"):
        Word2Vec([["a", "b"], [1, 2]], **SMALL)


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"hs": 0, "negative": 0}, ValueError, "negative=5 samples noise words"),
        ({"vector_size": 0}, ValueError, "vector_size"),
        ({"windows": 3}, TypeError, "unexpected argument 'windows'"),
        ({"corpus_file": 3}, TypeError, "sentences: expected either"),
    ],
)
def test_arguments(arguments, kind, message):
    with pytest.raises(kind, match=message):
        Word2Vec(SENTENCES, **{**SMALL, **arguments})


def test_a_call_of_train_lacks_something():
    with pytest.raises(RuntimeError, match=r"build_vocab\(sentences\) first"):
        Word2Vec(**SMALL).train(SENTENCES, total_examples=1, epochs=1)
    model = Word2Vec(SENTENCES, **SMALL)
    for given in ({"epochs": 3}, {"total_examples": 40}, {}):
        with pytest.raises(ValueError, match=r"expected epochs= and total_examples="):
            model.train(SENTENCES, **given)
    with pytest.raises(TypeError, match="got neither"):
        model.train(total_examples=40, epochs=1)
    with pytest.raises(TypeError, match="got both"):
        model.train(SENTENCES, "text.txt", total_examples=40, epochs=1)
    with pytest.raises(RuntimeError, match="update=True needs a vocabulary"):
        Word2Vec(**SMALL).build_vocab(SENTENCES, update=True)


def test_vectors_without_output_rows_do_not_train(tmp_path):
    Word2Vec(SENTENCES, **SMALL).wv.save_word2vec_format(tmp_path / "v.txt")
    model = Word2Vec(**SMALL)
    model.wv = KeyedVectors.load_word2vec_format(tmp_path / "v.txt")
    with pytest.raises(RuntimeError, match="no output rows"):
        model.train(SENTENCES, total_examples=40, epochs=1)


class Hostile:
    def __reduce__(self):
        return print, ("a pickle ran",)


@pytest.mark.parametrize("kind", [Word2Vec, FastText, KeyedVectors])
def test_a_hostile_pickle_runs_nothing(kind, tmp_path, capsys):
    (tmp_path / "m.model").write_bytes(pickle.dumps({"wv": Hostile()}))
    with pytest.raises(fv.FormatError, match="print"):
        kind.load(tmp_path / "m.model")
    assert capsys.readouterr().out == ""


def test_other_files(tmp_path):
    Word2Vec(SENTENCES, **SMALL).wv.save(tmp_path / "v.kv")
    with pytest.raises(AttributeError, match=r"expected a saved model, got vectors alone; KeyedVectors\.load"):
        Word2Vec.load(tmp_path / "v.kv")
    (tmp_path / "v.bin").write_bytes(b"no model")
    with pytest.raises(fv.FormatError, match=r"not a \.bin of fastText"):
        load_facebook_model(tmp_path / "v.bin")
    with pytest.raises(fv.StorageError):
        Word2Vec.load(tmp_path / "absent.model")
