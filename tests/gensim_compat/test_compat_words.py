"""What a word can be: str, whole numbers of Python and NumPy, in lists, arrays and sets."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

import fastvec as fv
from fastvec.gensim_compat import Doc2Vec, FastText, TaggedDocument, Word2Vec

SMALL = {"vector_size": 8, "min_count": 1, "workers": 1}
ROWS = [[1, 2, 3], [2, 3, 7]] * 20
ARRAYS = {
    "a matrix": np.array(ROWS),
    "arrays": [np.array(row, np.int32) for row in ROWS],
    "unsigned": [np.array(row, np.uint8) for row in ROWS],
    "objects": np.array(ROWS, object),
    "scalars": [[np.int64(word) for word in row] for row in ROWS],
    "ranges": [range(1, 4), range(2, 8)] * 20,
    "sets": [set(row) for row in ROWS],
}


@pytest.mark.parametrize("kind", [Word2Vec, FastText])
@pytest.mark.parametrize("rows", ARRAYS.values(), ids=ARRAYS)
def test_whole_numbers_are_keys(kind, rows):
    model = kind(rows, **SMALL)
    assert all(type(key) is int for key in model.wv.index_to_key)
    assert set(model.wv.index_to_key) >= {1, 2, 3, 7}
    assert model.wv.most_similar(7, topn=1) == model.wv.most_similar(positive=[7], topn=1)
    assert np.array_equal(model.wv[7], model.wv.vectors[model.wv.index_to_key.index(7)])


def test_an_array_is_as_its_list():
    assert np.array_equal(Word2Vec(np.array(ROWS), **SMALL).wv.vectors, Word2Vec(ROWS, **SMALL).wv.vectors)
    words = [["a", "b"], ["b", "c"]] * 20
    assert Word2Vec(np.array(words), **SMALL).wv.index_to_key == Word2Vec(words, **SMALL).wv.index_to_key


def test_numbers_of_documents():
    model = Doc2Vec([TaggedDocument(np.array(row), [i]) for i, row in enumerate(ROWS)], **SMALL)
    assert set(model.wv.index_to_key) == {1, 2, 3, 7}


@pytest.mark.parametrize("sentence", [[1, "a"], ["a", 1], np.array(["a", 1], object)])
def test_words_of_two_kinds_in_a_sentence(sentence):
    with pytest.raises(fv.CorpusError, match="all str, or all whole numbers, got both"):
        Word2Vec([sentence] * 5, **SMALL)


def test_a_set_is_a_sentence_in_the_order_of_spelling():
    baskets = [{"tea", "milk", "sugar"}, frozenset({"tea", "bread"})] * 20
    model, other = Word2Vec(baskets, **SMALL), Word2Vec([sorted(basket) for basket in baskets], **SMALL)
    assert np.array_equal(model.wv.vectors, other.wv.vectors)
    code = (
        "from fastvec.gensim_compat import Word2Vec; "
        "print(Word2Vec([{'tea', 'milk', 'sugar'}] * 50, vector_size=4, min_count=1).wv.vectors.tolist())"
    )
    seeds = [{"PYTHONHASHSEED": str(seed)} for seed in (1, 2)]
    texts = [
        subprocess.run([sys.executable, "-c", code], env={**os.environ, **seed}, capture_output=True, text=True)
        for seed in seeds
    ]
    assert texts[0].stdout == texts[1].stdout != ""


@pytest.mark.parametrize("word", [b"a", 1.5, None, ("a", 1)])
def test_what_is_no_word(word):
    with pytest.raises(fv.CorpusError, match=r"sentences: item 1: expected tokens that are str or whole numbers"):
        Word2Vec([["a"], [word]], **SMALL)
    documents = [TaggedDocument(["a"], [0]), TaggedDocument([word], [1])]
    with pytest.raises(fv.CorpusError, match=r"documents: item 1: expected tokens"):
        Doc2Vec(documents, **SMALL)


@pytest.mark.parametrize("sentence", [None, float("nan"), {"a": 1}])
def test_what_is_no_sentence(sentence):
    with pytest.raises(fv.CorpusError, match=r"sentences: item 1: expected a line or a list of tokens"):
        Word2Vec([["a"], sentence], **SMALL)
