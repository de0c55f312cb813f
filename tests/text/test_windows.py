"""The pairs of a window, against their definition and against counting."""

from collections import Counter

import numpy as np
import pytest

from fastvec import (
    CBOW,
    Corpus,
    CorpusError,
    Pairs,
    SettingError,
    SkipGram,
    WordVectors,
    count_cooccurrences,
    training_pairs,
)
from fastvec.text.windows import window_places

SENTENCE = "the cat sat on the mat"
SIDES = {"both": (-1, 1), "left": (-1,), "right": (1,)}


def by_definition(words, window, context):
    """(t, c) of every two places on the right side and near enough, sorted."""
    n = len(words)
    steps = [side * distance for side in SIDES[context] for distance in range(1, window + 1)]
    return sorted((t, t + step) for t in range(n) for step in steps if 0 <= t + step < n)


@pytest.mark.parametrize("context", SIDES)
@pytest.mark.parametrize("window", [1, 2, 3, 5, 6, 100])
@pytest.mark.parametrize("n", [0, 1, 2, 3, 6])
def test_every_two_places_near_enough(n, window, context):
    words = SENTENCE.split()[:n]
    places = by_definition(words, window, context)
    assert training_pairs([words], window, context=context) == [(words[t], words[c]) for t, c in places]
    bags = {t: tuple(words[c] for centre, c in places if centre == t) for t, _ in places}
    expected = [(bag, words[t]) for t, bag in bags.items()]
    assert training_pairs([words], window, context=context, cbow=True) == expected


def test_the_textbook():
    assert training_pairs(SENTENCE, window=2)[:6] == [
        ("the", "cat"), ("the", "sat"), ("cat", "the"), ("cat", "sat"), ("cat", "on"), ("sat", "the"),
    ]  # fmt: skip
    assert training_pairs(SENTENCE, window=2, cbow=True)[2] == (("the", "cat", "on", "the"), "sat")
    assert training_pairs(SENTENCE, window=1, context="right")[-1] == ("the", "mat")


def test_a_width_of_its_own_for_each_centre():
    assert [window_places(4, t, width) for t, width in enumerate([2, 1, 2, 1])] == [[1, 2], [0, 2], [0, 1, 3], [2]]


@pytest.mark.parametrize("context", SIDES)
def test_as_many_as_are_counted(context):
    rng = np.random.default_rng(4)
    corpus = Corpus.from_text([rng.choice([*"abcdef"], n).tolist() for n in range(30)], min_count=1)
    counts = count_cooccurrences(corpus, window=3, weighting="flat", context=context)
    pairs = Counter(training_pairs(corpus, 3, context=context))
    assert {pair: counts[pair] for pair in pairs} == pairs
    assert sum(pairs.values()) == counts.to_csr().sum()


@pytest.fixture(scope="module")
def started():
    """A corpus, and vectors at which a loss can be told."""
    rng = np.random.default_rng(6)
    corpus = Corpus.from_text([rng.choice([*"abcdefg"], n).tolist() for n in range(2, 30)], min_count=1)
    rows = rng.standard_normal((2, 7, 4)).astype(np.float32)
    return corpus, WordVectors(corpus.vocabulary.words, rows[0], context_vectors=rows[1])


def first_loss(trainer, text, vectors, **settings):
    """The mean loss of all predictions at the vectors as they are, whatever their order: nothing moves."""
    still = {"learning_rate": 1e-30, "min_learning_rate": 0, "epochs": 1, "sample": 0, "shrink_windows": False}
    settings = {"vector_size": vectors.vector_size, "loss": "softmax", **still, **settings}
    return trainer(**settings).train(text, init=vectors, threads=1).history["epoch_loss"][0]


@pytest.mark.parametrize("context", SIDES)
def test_skip_gram_trains_on_these_pairs(started, context):
    corpus, vectors = started
    given = Pairs.from_pairs(training_pairs(corpus, 3, context=context))
    expected = first_loss(SkipGram, given, vectors)
    assert first_loss(SkipGram, corpus, vectors, window=3, context=context) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("context", ["both", "left", "right"])
def test_cbow_trains_on_these_bags(started, context):
    corpus, vectors = started
    losses = []
    for bag, centre in training_pairs(corpus, 3, cbow=True, context=context):
        dots = vectors.context_vectors.astype(np.float64) @ vectors[list(bag)].mean(axis=0, dtype=np.float64)
        losses.append(np.log(np.exp(dots).sum()) - dots[vectors.get_index(centre)])
    found = first_loss(CBOW, corpus, vectors, window=3, context=context)
    assert found == pytest.approx(np.mean(losses), rel=1e-5)


def test_every_kind_of_text_gives_the_same():
    lines = "a b c\n\n  d\te \r\n f\u00a0g h"
    lists = [["a", "b", "c"], [], ["d", "e"], ["f\u00a0g", "h"]]
    corpus = Corpus.from_text(iter(lines.split("\n")), min_count=1)
    assert list(corpus) == lists
    pairs = training_pairs(lines)
    assert pairs == training_pairs(lists) == training_pairs(map(tuple, lists)) == training_pairs(corpus)
    assert training_pairs(["a", "b", "c"]) == training_pairs(np.array(["a", "b", "c"])) == pairs[:6]
    assert training_pairs("") == training_pairs([]) == training_pairs("one") == training_pairs([[]]) == []
    assert training_pairs([["new york", "is"]])[0] == ("new york", "is")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"window": 0}, "window: expected a whole number from 1"),
        ({"window": 2.0}, "window: expected a whole number"),
        ({"cbow": 1}, "cbow: expected True or False"),
        ({"context": "centre"}, "context: expected 'both' or 'left' or 'right', got 'centre'"),
    ],
)
def test_bad_settings(setting, message):
    with pytest.raises(SettingError, match=message):
        training_pairs(SENTENCE, **setting)


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        (5, SettingError, r"text: expected a str, .* got 5; Corpus.from_text\(path"),
        (b"a b", SettingError, "got b'a b'"),
        (
            ["a b", "c"],
            SettingError,
            r"one sentence, got 'a b'; for several lines join them with '\\n'",
        ),
        (["a", 1], CorpusError, "text: expected words that are non-empty str, got 1"),
        (["a", ["b"]], CorpusError, r"got \['b'\]"),
        ([["a"], 5], CorpusError, "text: sentence 1: expected words that are non-empty str, got 5"),
        ([["a"], ["b", ""]], CorpusError, "sentence 1: .* got ''"),
        ([b"a b"], CorpusError, "sentence 0: .* got b'a b'"),
    ],
)
def test_what_is_no_text(text, kind, message):
    with pytest.raises(kind, match=message):
        training_pairs(text)
