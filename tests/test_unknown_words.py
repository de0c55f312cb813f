"""An unknown word is a KeyError that offers the closest spellings, and looks for them only when shown."""

import copy
import difflib

import numpy as np
import pytest

from fastvec import FastvecError, Vocabulary, WordVectors, errors
from fastvec.errors import UnknownWordError, closest_spellings

WORDS = ["the", "paris", "France", "london", "walking", "pairs", "Übergröße"]


@pytest.fixture
def vectors():
    return WordVectors(WORDS, np.eye(len(WORDS)))


@pytest.mark.parametrize(
    ("word", "closest"),
    [
        ("pariss", "paris"),
        ("PARIS", "paris"),
        ("Lodnon", "london"),
        ("france", "France"),
        ("wlaking", "walking"),
    ],
)
def test_the_closest_spellings_are_offered(vectors, word, closest):
    with pytest.raises(UnknownWordError) as caught:
        vectors[word]
    assert isinstance(caught.value, KeyError)
    assert isinstance(caught.value, FastvecError)
    assert str(caught.value).startswith(f"no vector for {word!r}; did you mean {closest!r}")
    assert caught.value.got == caught.value.word == word


@pytest.mark.parametrize("word", ["", "xyzzy", "\x1b[31m", "a" * 10_000])
def test_nothing_is_offered_where_nothing_is_close(vectors, word):
    with pytest.raises(UnknownWordError) as caught:
        vectors.similarity("the", word)
    assert str(caught.value) == f"no vector for {word!r}"


def test_the_look_for_spellings_waits_until_shown(vectors, monkeypatch):
    looked = []
    monkeypatch.setattr(errors, "closest_spellings", lambda *given: looked.append(given) or [])
    with pytest.raises(UnknownWordError) as caught:
        vectors.most_similar("pariss")
    assert looked == []
    str(caught.value)
    assert looked == [("pariss", WORDS)]


@pytest.mark.parametrize("key", [7, -1, np.int64(99)])
def test_an_id_out_of_range_is_unknown_too(vectors, key):
    for ask in (vectors.__getitem__, vectors.get_index, vectors.most_similar):
        with pytest.raises(UnknownWordError, match=f"no vector for the id {key}: ids go from 0 to 6"):
            ask(key)
    with pytest.raises(UnknownWordError, match=f"the id {key}"):
        vectors[np.array([0, key])]


def test_few_words_reach_the_slow_comparison(monkeypatch):
    seen = []
    monkeypatch.setattr(
        difflib, "get_close_matches", lambda word, words, count: seen.append(len(list(words))) or []
    )
    closest_spellings("abc", [f"abc{i}" for i in range(10)] * 1000 + ["zzzzzz"] * 1000)
    assert seen == [5000]


def test_it_travels_to_other_processes_with_its_hint_alone():
    error = UnknownWordError("pariss", ["paris", *(f"w{i}" for i in range(1000))])
    there = copy.copy(error)  # by __reduce__, as to another process
    assert str(there) == str(error) == "no vector for 'pariss'; did you mean 'paris'?"


def test_a_vocabulary_offers_spellings_too():
    with pytest.raises(UnknownWordError) as caught:
        Vocabulary(WORDS, [1] * len(WORDS))["pariss"]
    assert str(caught.value) == str(copy.copy(caught.value))
    assert str(caught.value) == "not in the vocabulary: 'pariss'; did you mean 'paris' or 'pairs'?"
