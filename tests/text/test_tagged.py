"""Corpora whose documents have tags."""

from __future__ import annotations

from collections import namedtuple
from itertools import pairwise

import numpy as np
import pytest

import fastvec as fv

TaggedDocument = namedtuple("TaggedDocument", "words tags")
LINES = ["a b", "b c", "c a a", "b"]


@pytest.fixture(scope="module")
def corpus():
    return fv.Corpus.from_text(LINES, min_count=1)


def tags_of(tagged, d):
    return [tagged.tags.words[i] for i in tagged.tag_ids[tagged.tag_offsets[d] : tagged.tag_offsets[d + 1]]]


def test_each_line_is_a_document(corpus):
    tagged = fv.TaggedCorpus(corpus)
    assert len(tagged) == tagged.n_documents == 4
    assert tagged.tags.words == ["0", "1", "2", "3"]
    assert [tags_of(tagged, d) for d in range(4)] == [["0"], ["1"], ["2"], ["3"]]
    assert repr(tagged) == "<TaggedCorpus: 4 documents with 4 tags, 8 tokens>"


def test_documents_of_several_sentences_with_several_tags(corpus):
    tagged = fv.TaggedCorpus(corpus, [["x", 7], "y", []], documents=[0, 1, 3, 4])
    assert [tags_of(tagged, d) for d in range(3)] == [["x", "7"], ["y"], []]
    assert tagged.tags.counts.tolist() == [1, 1, 1]
    offsets, ids = tagged.tags_of_sentences()
    assert [ids[a:b].tolist() for a, b in pairwise(offsets)] == [[0, 1], [2], [2], []]


def test_tags_that_documents_share(corpus):
    tagged = fv.TaggedCorpus(corpus, ["x", "y", "x", np.int64(3)])
    assert tagged.tags.words == ["x", "y", "3"]
    assert tagged.tags.counts.tolist() == [2, 1, 1]


@pytest.mark.parametrize(
    "items",
    [
        [("a b", "x"), (["b", "c"], ["y", 1])],
        iter([TaggedDocument(["a", "b"], ["x"]), TaggedDocument(["b", "c"], ("y", 1))]),
        [["a b", ["x"]], [["b", "c"], ["y", "1"]]],
    ],
)
def test_items(items):
    tagged = fv.TaggedCorpus.from_documents(items, min_count=1)
    assert list(tagged.corpus) == [["a", "b"], ["b", "c"]]
    assert [tags_of(tagged, d) for d in range(2)] == [["x"], ["y", "1"]]


def test_documents_without_a_frequent_word_stay():
    tagged = fv.TaggedCorpus.from_documents([("a a", "x"), ("b", "y"), ("a", "z")], min_count=2, lowercase=True)
    assert list(tagged.corpus) == [["a", "a"], [], ["a"]]
    assert tagged.tags.words == ["x", "y", "z"]


@pytest.mark.parametrize(
    ("tags", "documents", "told"),
    [
        (["x"], None, "tags: expected those of 4 documents, got 1"),
        (["x", "y", 1.5, "z"], None, r"tags\[2\]: expected tags that are str or whole numbers"),
        (["x", "y", [None], "z"], None, r"tags\[2\]"),
        (["x", True, "y", "z"], None, r"tags\[1\]"),
        (["x"], [0, 3], "documents:"),
    ],
)
def test_tags_that_are_refused(corpus, tags, documents, told):
    with pytest.raises(fv.FastvecError, match=told):
        fv.TaggedCorpus(corpus, tags, documents=documents)


@pytest.mark.parametrize(
    ("items", "told"),
    [
        (["a b"], r"documents: item 0: expected \(words, tags\)"),
        ("a b", "documents: expected an iterable"),
        (7, "documents: expected an iterable"),
        ([("a", "x"), ("b", {"y": 1.5}, 3)], "item 1"),
        ([("a", [("y",)])], "item 0: expected tags"),
    ],
)
def test_items_that_are_refused(items, told):
    with pytest.raises(fv.CorpusError, match=told):
        fv.TaggedCorpus.from_documents(items, min_count=1)


def test_what_is_no_corpus_is_refused():
    with pytest.raises(fv.CorpusError, match="corpus: expected a"):
        fv.TaggedCorpus(LINES)
