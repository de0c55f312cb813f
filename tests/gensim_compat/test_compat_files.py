"""Files of models: saved and gone on with, and gensim's own."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from fastvec.gensim_compat import (
    Doc2Vec,
    FastText,
    FastTextKeyedVectors,
    KeyedVectors,
    TaggedDocument,
    Word2Vec,
    names,
)
from fastvec.gensim_compat.model_files import own_attributes

SENTENCES = [["the", "king", "rules", "it"], ["the", "queen", "rules", "it", "well"]] * 40
SMALL = {"vector_size": 10, "min_count": 1, "sample": 0, "workers": 1}


@pytest.mark.parametrize("name", ["m", "m.model", "m.txt", "m.bin"])
@pytest.mark.parametrize("mmap", [None, "r"])
def test_a_saved_model_goes_on(name, mmap, tmp_path):
    model = Word2Vec(SENTENCES, **SMALL, hs=1, negative=3, comment="mine", trim_rule=lambda *_: 0)
    model.save(tmp_path / name, sep_limit=0)
    again = Word2Vec.load(tmp_path / name, mmap=mmap)
    assert (again.comment, again.negative, again.hs, again.corpus_count) == ("mine", 3, 1, 80)
    for mine, other in (
        (model.syn1, again.syn1),
        (model.syn1neg, again.syn1neg),
        (model.wv.vectors, again.wv.vectors),
    ):
        assert np.array_equal(mine, other)
    assert np.array_equal(model.wv.expandos["count"], again.wv.expandos["count"])
    for each in (model, again):
        each.train(SENTENCES, total_examples=80, epochs=2)
    assert np.array_equal(model.wv.vectors, again.wv.vectors)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("hs", [0, 1])
@pytest.mark.parametrize("sep_limit", [0, 10 << 20])
def test_gensims_own_models_go_on(hs, sep_limit, tmp_path):
    gensim = pytest.importorskip("gensim")
    theirs = gensim.models.Word2Vec(SENTENCES, **SMALL, hs=hs, negative=5 * (1 - hs), window=3, alpha=0.02)
    theirs.save(str(tmp_path / "m.model"), sep_limit=sep_limit)
    model = Word2Vec.load(tmp_path / "m.model")
    assert (model.window, model.alpha, model.hs, model.epochs) == (3, 0.02, hs, 5)
    assert model.wv.index_to_key == theirs.wv.index_to_key
    assert np.array_equal(model.wv.vectors, theirs.wv.vectors)
    if hs:
        assert np.array_equal(model.syn1[:-1], theirs.syn1[:-1])
    else:
        assert np.array_equal(model.syn1neg, theirs.syn1neg)
    model.train(SENTENCES, total_examples=80, epochs=1)
    theirs.wv.save(str(tmp_path / "wv.kv"))
    assert np.array_equal(KeyedVectors.load(tmp_path / "wv.kv").vectors, theirs.wv.vectors)


def test_gensims_own_ngrams_are_read(tmp_path):
    gensim = pytest.importorskip("gensim")
    theirs = gensim.models.FastText(SENTENCES, **SMALL, bucket=300)
    theirs.save(str(tmp_path / "m.model"))
    model = FastText.load(tmp_path / "m.model")
    assert model.wv["kings"] == pytest.approx(theirs.wv["kings"], abs=1e-6)
    assert np.array_equal(model.wv.vectors_ngrams, theirs.wv.vectors_ngrams)
    model.train(SENTENCES, total_examples=80, epochs=1)


def test_files_of_one_program_are_read_by_the_other(tmp_path):
    gensim = pytest.importorskip("gensim")
    model = Word2Vec(SENTENCES, **SMALL)
    for binary in (False, True):
        model.wv.save_word2vec_format(tmp_path / "v", tmp_path / "counts", binary=binary)
        theirs = gensim.models.KeyedVectors.load_word2vec_format(
            str(tmp_path / "v"), str(tmp_path / "counts"), binary=binary
        )
        assert theirs.index_to_key == model.wv.index_to_key
        assert np.array_equal(theirs.vectors, model.wv.vectors)
        assert theirs.get_vecattr("king", "count") == 40


def test_models_are_copied_and_pickled():
    model = FastText(SENTENCES, **SMALL, bucket=100)
    model.wv.most_similar("king")
    for again in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert np.array_equal(again.wv["kings"], model.wv["kings"])
        again.train(SENTENCES, total_examples=80, epochs=1)
        assert not np.array_equal(again.wv["kings"], model.wv["kings"])


def test_a_header_whose_size_looks_like_a_pickle(tmp_path):
    model = Word2Vec(SENTENCES, **SMALL)
    for n in range(0, 300, 4):
        model.comment = "x" * n
        model.save(tmp_path / "m")
        if (tmp_path / "m").read_bytes()[:1] == b"\x80":
            break
    else:
        pytest.fail("no such header")
    assert Word2Vec.load(tmp_path / "m").comment == model.comment


@pytest.mark.parametrize("whose", ["ours", "gensim's"])
@pytest.mark.parametrize("what", ["vectors", "model"])
def test_vectors_with_ngrams_keep_them(whose, what, tmp_path):
    kind = FastText if whose == "ours" else pytest.importorskip("gensim").models.FastText
    model = kind(SENTENCES, **SMALL, bucket=200)
    (model.wv if what == "vectors" else model).save(str(tmp_path / "f"))
    kv = KeyedVectors.load(tmp_path / "f")
    assert type(kv) is FastTextKeyedVectors
    assert np.allclose(kv["kings"], model.wv["kings"], atol=1e-6)


def test_gensims_vectors_where_a_model_was_to_be(tmp_path):
    gensim = pytest.importorskip("gensim")
    gensim.models.Word2Vec(SENTENCES, **SMALL).wv.save(str(tmp_path / "v.kv"))
    with pytest.raises(AttributeError, match=r"got vectors alone; KeyedVectors\.load reads them"):
        Word2Vec.load(tmp_path / "v.kv")


@pytest.mark.parametrize("kind", [Word2Vec, FastText, Doc2Vec])
def test_attributes_of_a_user_are_kept(kind, tmp_path):
    texts = SENTENCES if kind is not Doc2Vec else [TaggedDocument(t, [i]) for i, t in enumerate(SENTENCES)]
    model = kind(texts, **SMALL)
    assert own_attributes(model) == {}
    model.note, model.numbers, model.score_of_it = "hi", {"a": [1, 2.5, None, True]}, np.float64(0.5)
    model.code, model.a_tuple, model.a_nan = print, (1, 2), float("nan")
    names._told.clear()
    with pytest.warns(UserWarning, match=r"left out.*: model\.code, model\.a_tuple, model\.a_nan$") as caught:
        model.save(tmp_path / "m")
    model.save(tmp_path / "m")  # does not warn again
    assert len(caught) == 1
    again = kind.load(tmp_path / "m")
    assert own_attributes(again) == {"note": "hi", "numbers": {"a": [1, 2.5, None, True]}, "score_of_it": 0.5}


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz"])
def test_word2vecs_format_compressed(suffix, binary, tmp_path):
    kv, path, words = Word2Vec(SENTENCES, **SMALL).wv, tmp_path / f"v.txt{suffix}", tmp_path / f"c.txt{suffix}"
    kv.save_word2vec_format(path, fvocab=words, binary=binary)
    again = KeyedVectors.load_word2vec_format(path, fvocab=words, binary=binary)
    assert again.index_to_key == kv.index_to_key
    assert np.allclose(again.vectors, kv.vectors, atol=1e-6)
    assert again.get_vecattr("rules", "count") == 80
    assert {file.name for file in tmp_path.iterdir()} == {path.name, words.name}
