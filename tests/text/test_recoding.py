"""ids_in: a corpus in the ids of another vocabulary, or an error that counts the words it lacks."""

from __future__ import annotations

import numpy as np
import pytest

import fastvec as fv
from fastvec.text.building import Built
from fastvec.text.recoding import ids_in


def test_ids_are_those_of_the_same_words():
    corpus = fv.Corpus.from_text(["a b c a", "", "c c"], min_count=1)
    other = fv.Vocabulary(["z", "c", "b", "a"])
    found = ids_in(corpus, other)
    assert [other.words[i] for i in found.tolist()] == [word for sentence in corpus for word in sentence]
    assert found.dtype == np.int32


def test_the_same_words_need_no_copy():
    corpus = fv.Corpus.from_text(["a b c a"], min_count=1)
    assert ids_in(corpus, corpus.vocabulary) is corpus.ids
    assert ids_in(corpus, fv.Vocabulary(corpus.vocabulary.words)) is corpus.ids


def test_words_that_never_occur_may_be_missing():
    corpus = fv.Corpus.from_ids([0, 0], [0, 2], ["a", "unused"])
    assert ids_in(corpus, fv.Vocabulary(["b", "a"])).tolist() == [1, 1]


def test_unknown_words_are_counted_and_the_argument_is_named():
    corpus = fv.Corpus.from_text(["a b c c"], min_count=1)
    with pytest.raises(fv.CorpusError, match=r"text: 2 of its 4 tokens are out of the vocabulary, such as 'c'"):
        ids_in(corpus, fv.Vocabulary(["a", "b"]), "text")
    with pytest.raises(fv.CorpusError, match="text: it has no token of the vocabulary"):
        ids_in(fv.Corpus.from_ids([], [0], ["a"]), fv.Vocabulary(["a"]), "text")
    with pytest.raises(fv.CorpusError, match=r"text: expected a fastvec\.Corpus, got 5"):
        ids_in(5, fv.Vocabulary(["a"]), "text")
    broken = fv.Corpus._of(Built(np.array([9], np.int32), np.array([0, 1]), fv.Vocabulary(["a"], [1]), 0, None))
    with pytest.raises(fv.FormatError, match="ids: expected 0 to 0"):
        ids_in(broken, fv.Vocabulary(["b"]))
