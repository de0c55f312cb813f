"""Phrases found and joined, against plain Python."""

from __future__ import annotations

import dataclasses
import math
import subprocess
import sys
from itertools import pairwise

import numpy as np
import oracles_phrases as oracle
import pytest

import fastvec as fv
from fastvec.errors import Cancelled, CorpusError, FormatError, SettingError
from fastvec.phrases import pair_counts, phrase_text
from fastvec.phrases.phrase_text import max_connectors
from fastvec.running import ranges
from fastvec.text.building import Built

BACKENDS = ["fastvec.kernels.phrases_numba", "fastvec.kernels.reference.phrases"]
CONNECTORS = frozenset({"of", "the", "unseen"})


def random_sentences(seed=0, *, tokens=900, sentences=60, connectors=CONNECTORS):
    """Pairs that like each other, over a few words, some of them connectors; empty and one-word lines."""
    rng = np.random.default_rng(seed)
    words = [*"abcdefghijkl", *sorted(connectors - {"unseen"})]
    follows = {word: words[k] for word, k in zip(words, rng.integers(0, len(words), len(words)), strict=True)}
    stream, word = [], "a"
    for _ in range(tokens):
        word = follows[word] if rng.random() < 0.5 else words[int(len(words) * rng.random() ** 2)]
        stream.append(word)
    cuts = [0, 0, 1, *np.sort(rng.integers(1, tokens, sentences)).tolist(), tokens, tokens]
    return [stream[a:b] for a, b in pairwise(cuts)]


def corpus_of(sentences):
    return fv.Corpus.from_text(iter(sentences), min_count=1)


def same(found, wanted):
    """Whether two corpora are the same bytes."""
    return (
        found.ids.tobytes() == wanted.ids.tobytes()
        and found.offsets.tobytes() == wanted.offsets.tobytes()
        and found.vocabulary.words == wanted.vocabulary.words
        and found.vocabulary.counts.tobytes() == wanted.vocabulary.counts.tobytes()
        and found.n_dropped == wanted.n_dropped
    )


@pytest.fixture(params=BACKENDS, ids=["numba", "numpy"])
def backend(request, monkeypatch):
    monkeypatch.setattr(phrase_text, "KERNELS", request.param)


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize("connectors", [frozenset(), CONNECTORS])
@pytest.mark.parametrize(
    ("scoring", "thresholds", "min_count"),
    [("word2vec", (3.0, 2.0, 1.0), 3), ("word2vec", (1.0,), 1), ("npmi", (0.4, 0.3), 3), ("npmi", (-1.0,), 2)],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_against_the_oracle(seed, scoring, thresholds, min_count, connectors):
    sentences = random_sentences(seed)
    corpus = corpus_of(sentences)
    settings = fv.Phrases(
        min_count=min_count,
        threshold=thresholds,
        scoring=scoring,
        connector_words=connectors,
        passes=len(thresholds),
    )
    table = settings.fit(corpus, threads=2)
    trees, levels = sentences, []
    for level, threshold in enumerate(thresholds, 1):
        texts = [[oracle.look(token) for token in sentence] for sentence in trees]
        rules = {"connectors": connectors, "most": max_connectors(len(connectors))}
        wanted = oracle.find(texts, min_count=min_count, threshold=threshold, scoring=scoring, **rules)
        found = {phrase.parts: phrase for phrase in table if phrase.level == level}
        assert found.keys() == wanted.keys()
        assert wanted, "phrases are found"
        for parts, (score, count) in wanted.items():
            assert found[parts].count == count
            assert found[parts].score == pytest.approx(score, rel=1e-12, abs=1e-12)
            assert found[parts].token == "_".join(parts)
        levels.append(wanted)
        trees = [oracle.join(sentence, wanted, connectors) for sentence in trees]
    texts = [[oracle.look(token) for token in sentence] for sentence in trees]
    assert list(table.join_all(sentences)) == texts
    for least in (1, 4, 30):
        joined = table.apply(corpus, min_count=least, threads=2)
        wanted, n_dropped = oracle.taken_apart(trees, least, levels)
        assert joined.n_dropped == n_dropped
        assert list(joined) == wanted
        counts = oracle.vocabulary(wanted)
        assert joined.vocabulary.words == [word for word, _ in counts]
        assert joined.vocabulary.counts.tolist() == [count for _, count in counts]


def test_scores_by_hand():
    corpus = corpus_of([["a", "b", "c"]] * 4 + [["b"], ["c"], ["c"]])
    found = {phrase.token: phrase.score for phrase in fv.Phrases(min_count=1, threshold=0).fit(corpus)}
    assert found == {"a_b": (4 - 1) * 15 / (4 * 5), "b_c": (4 - 1) * 15 / (5 * 6)}
    found = {p.token: p.score for p in fv.Phrases(min_count=1, threshold=0, scoring="npmi").fit(corpus)}
    assert found["a_b"] == pytest.approx(math.log((4 / 15) / (4 / 15 * 5 / 15)) / -math.log(4 / 15))


def test_npmi_is_one_at_most_for_words_that_come_only_together():
    table = fv.Phrases(min_count=1, threshold=0.99, scoring="npmi").fit(corpus_of([["a", "b"]] * 7 + [["c"]] * 35))
    assert [phrase.score for phrase in table] == [1.0]
    assert not fv.Phrases(min_count=1, threshold=1, scoring="npmi").fit(corpus_of([["a", "b"]] * 7))


def one_line(tokens=30_000):
    """A line so long that it is cut, with phrases in chains."""
    rng = np.random.default_rng(3)
    return [[*"ab"[0] * 700, *rng.choice([*"abcd", "of"], tokens, p=[0.3, 0.3, 0.1, 0.1, 0.2]).tolist()]]


@pytest.mark.parametrize("sentences", [one_line(), random_sentences(7, tokens=20_000, sentences=2000)])
def test_threads_and_cuts_change_nothing(monkeypatch, sentences):
    corpus = corpus_of(sentences)
    settings = fv.Phrases(min_count=2, threshold=(1.05, 1.0), connector_words=CONNECTORS, passes=2)
    wanted = settings.fit(corpus, threads=1)
    joined = wanted.apply(corpus, min_count=50, threads=1)
    assert {phrase.level for phrase in wanted} == {1, 2}
    assert list(wanted.apply(corpus)) == list(wanted.join_all(sentences))
    monkeypatch.setattr(pair_counts, "LISTED", 100)  # several rounds
    monkeypatch.setattr(pair_counts, "TASK", 64)
    for threads in (1, 2, 7):
        table = settings.fit(corpus, threads=threads)
        assert table == wanted
        assert same(table.apply(corpus, min_count=50, threads=threads), joined)
    monkeypatch.setattr(ranges, "CUT", 10)
    monkeypatch.setattr(ranges, "LONGEST", 77)
    assert settings.fit(corpus) == wanted
    assert same(wanted.apply(corpus, min_count=50), joined)


def test_phrases_stay_within_a_sentence():
    corpus = corpus_of([["a"], ["b"]] * 20)
    assert len(fv.Phrases(min_count=1, threshold=0).fit(corpus)) == 0
    table = fv.Phrases(min_count=1, threshold=0).fit(corpus_of([["a", "b"]] * 20))
    assert same(table.apply(corpus), corpus)


def test_greedy_from_left_to_right_and_overlaps_count():
    corpus = corpus_of([["a"] * 5] * 3)
    table = fv.Phrases(min_count=1, threshold=0).fit(corpus)
    assert [(phrase.token, phrase.count) for phrase in table] == [("a_a", 12)]
    assert list(table.apply(corpus)) == [["a_a", "a_a", "a"]] * 3


def test_connector_words_neither_begin_nor_end_a_phrase():
    lines = [["the", "state", "of", "the", "union", "of", "the"], ["of", "the"], ["state", "union"]] * 10
    settings = fv.Phrases(min_count=1, threshold=0, connector_words={"of", "the"})
    table = settings.fit(corpus_of(lines))
    assert sorted(phrase.token for phrase in table) == ["state_of_the_union", "state_union"]
    assert table.apply(corpus_of(lines))[0] == ["the", "state_of_the_union", "of", "the"]
    assert len(settings.fit(corpus_of([["of", "the", "of"]] * 9))) == 0


def test_as_many_connectors_in_a_row_as_are_told_apart():
    most = max_connectors(2)
    for between, found in ((most, 1), (most + 1, 0)):
        corpus = corpus_of([["a", *(["x", "y"] * 20)[:between], "b"]] * 9)
        table = fv.Phrases(min_count=1, threshold=0, connector_words={"x", "y"}).fit(corpus)
        assert len(table) == found
    assert [max_connectors(n) for n in (1, 2**16 - 1, 2**16, 2**32 - 1, 2**32)] == [32, 2, 1, 1, 0]


def test_a_rare_phrase_comes_apart_into_what_it_was_joined_from():
    lines = [["new", "york", "times"]] * 3 + [["new", "york"]] * 4 + [["times"]] * 3
    corpus = corpus_of(lines)
    table = fv.Phrases(min_count=1, threshold=0, passes=2).fit(corpus)
    assert table.apply(corpus, min_count=3)[0] == ["new_york_times"]
    joined = table.apply(corpus, min_count=4)
    assert (joined[0], joined[3], joined.n_dropped) == (["new_york", "times"], ["new_york"], 0)
    joined = table.apply(corpus, min_count=6)
    assert (joined.vocabulary.words, joined.vocabulary.counts.tolist()) == (["new_york", "times"], [7, 6])
    joined = table.apply(corpus, min_count=7)
    assert (joined[0], joined.vocabulary.words, joined.n_dropped) == (["new_york"], ["new_york"], 6)
    with pytest.raises(CorpusError, match="min_count: expected at most 7, the highest count, got 8"):
        table.apply(corpus, min_count=8)


def test_words_that_hold_the_delimiter_are_the_joined_word():
    lines = (
        [["new", "york"]] * 4 + [["new_york"]] * 3 + [["new_york", "times"]] * 2 + [["new", "york", "times"]] * 3
    )
    corpus = corpus_of(lines)
    table = fv.Phrases(min_count=1, threshold=(2, 0), passes=2).fit(corpus)
    second = next(phrase for phrase in table if phrase.level == 2)
    assert second.parts == ("new_york", "times")
    assert second.count == 5, "by the pass before joined, or so in the text"
    assert second.score == (5 - 1) * 17 / (12 * 5)
    joined = table.apply(corpus)
    assert joined.vocabulary.words == ["new_york", "new_york_times"]
    assert joined.vocabulary.counts.tolist() == [7, 5]
    assert list(joined) == list(table.join_all(lines))
    apart = table.apply(corpus, min_count=8)
    assert apart.vocabulary.words == ["new_york"], "those that the text held stay whole"


def test_what_was_joined_comes_apart_beside_a_word_that_looks_alike():
    lines = [["a_b"], ["a", "b"], ["a", "b"], ["a"], ["b"], ["a"], ["b"]]
    table = fv.Phrases(min_count=1, threshold=0).fit(corpus_of(lines))
    joined = table.apply(corpus_of(lines), min_count=4)
    assert list(joined) == [[], ["a", "b"], ["a", "b"], ["a"], ["b"], ["a"], ["b"]]
    assert joined.n_dropped == 1


def test_other_texts_with_words_never_seen():
    lines = [["new", "york", "times"]] * 9 + [["times"]] * 30
    table = fv.Phrases(min_count=1, threshold=(2.5, 0), passes=2).fit(corpus_of(lines))
    other = corpus_of([["the", "york", "times"], ["a", "new", "york"], [], ["york", "new", "york", "times"]])
    joined = table.apply(other)
    assert list(joined) == [["the", "york", "times"], ["a", "new_york"], [], ["york", "new_york_times"]]
    assert (joined.n_tokens, joined.vocabulary.total) == (7, 7)


def test_a_corpus_keeps_its_dropped_words_and_its_file(tmp_path):
    lines = [["new", "york", "once"]] + [["new", "york"]] * 5
    corpus = fv.Corpus.from_text(iter(lines), min_count=2, save_to=tmp_path / "text.fvc")
    table = fv.Phrases(min_count=1, threshold=0).fit(corpus)
    joined = table.apply(corpus)
    assert (corpus.n_dropped, joined.n_dropped) == (1, 1)
    joined.save(tmp_path / "joined.fvc")
    assert same(fv.Corpus.load(tmp_path / "joined.fvc"), joined)


def test_counts_of_the_text_not_those_of_a_given_vocabulary():
    vocabulary = fv.Vocabulary(["b", "a", "unused"], [1000, 0, 7])
    corpus = fv.Corpus.from_text(["a b"] * 5, vocabulary=vocabulary)
    table = fv.Phrases(min_count=2, threshold=0).fit(corpus)
    assert [phrase.score for phrase in table] == [(5 - 2) * 10 / 25]
    joined = table.apply(corpus)
    assert (joined.vocabulary.words, joined.vocabulary.counts.tolist()) == (["a_b"], [5])


def test_empty_lines_and_one_word_lines():
    corpus = corpus_of([[], ["a"], [], ["b"], []])
    table = fv.Phrases(min_count=1, threshold=0).fit(corpus)
    assert not len(table)
    assert same(table.apply(corpus), corpus)


def test_an_empty_corpus():
    for offsets in ([0], [0, 0, 0]):
        empty = fv.Corpus.from_ids([], offsets, ["a"])
        with pytest.raises(CorpusError, match="holds no words"):
            fv.Phrases().fit(empty)
        table = fv.Phrases(min_count=1, threshold=0).fit(corpus_of([["a", "b"]] * 2))
        joined = table.apply(empty)
        assert (joined.n_tokens, joined.offsets.tolist(), joined.vocabulary.words) == (0, offsets, [])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"min_count": 0}, "min_count: expected a whole number"),
        ({"passes": 0}, "passes: expected a whole number"),
        ({"scoring": "pmi"}, "scoring: expected 'word2vec' or 'npmi'"),
        ({"threshold": math.nan}, "threshold: expected a finite number"),
        ({"threshold": math.inf}, "threshold: expected a finite number"),
        ({"threshold": -1}, "threshold: expected a finite number of at least 0"),
        ({"threshold": "10"}, "threshold: expected a finite number"),
        ({"threshold": 10, "scoring": "npmi"}, "threshold: expected a finite number from -1 to 1"),
        ({"threshold": -1.5, "scoring": "npmi"}, "threshold: expected a finite number from -1 to 1"),
        ({"threshold": (1, 2)}, "threshold: expected one number, or one for each of 1 passes, got 2"),
        ({"threshold": (), "passes": 2}, "threshold: expected one number, or one for each of 2 passes, got 0"),
        ({"delimiter": ""}, "delimiter: expected characters"),
        ({"delimiter": "_ "}, "delimiter: expected characters other than white space"),
        ({"delimiter": 5}, "delimiter: expected"),
        ({"connector_words": "of"}, "connector_words: expected a set of words, got 'of'"),
        ({"connector_words": ["of", ""]}, "connector_words: expected a set of words, got ''"),
        ({"connector_words": ["of", 5]}, "connector_words: expected a set of words, got 5"),
        ({"connector_words": 5}, "connector_words: expected a set of words, got 5"),
    ],
)
def test_settings_are_checked(given, message):
    with pytest.raises(SettingError, match=message):
        fv.Phrases(**given)


def test_settings_are_plain_and_frozen():
    settings = fv.Phrases(
        threshold=[np.float64(2), 1], passes=np.int64(2), min_count=np.int32(3), connector_words=["of", "of"]
    )
    assert (type(settings.passes), type(settings.min_count)) == (int, int)
    assert settings.threshold == (2.0, 1.0)
    assert type(settings.threshold[0]) is float
    assert settings.connector_words == frozenset({"of"})
    assert fv.Phrases(threshold=np.float32(2)).threshold == 2.0
    assert fv.Phrases().thresholds == (100.0,)
    assert fv.Phrases(scoring="npmi", passes=2).thresholds == (0.5, 0.5)
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.passes = 3


def test_what_is_no_corpus_is_refused():
    table = fv.Phrases(min_count=1, threshold=0).fit(corpus_of([["a", "b"]] * 2))
    for call in (fv.Phrases().fit, table.apply):
        with pytest.raises(CorpusError, match=r"expected a fastvec\.Corpus, got \["):
            call([["a", "b"]])
        damaged = fv.Corpus._of(
            Built(np.array([0, 9], np.int32), np.array([0, 2]), fv.Vocabulary(["a"], [2]), 0, None)
        )
        with pytest.raises(FormatError, match="ids: expected 0 to 0, got 9"):
            call(damaged)
    with pytest.raises(SettingError, match="threads"):
        fv.Phrases().fit(corpus_of([["a"]]), threads=0)
    with pytest.raises(SettingError, match="min_count"):
        table.apply(corpus_of([["a"]]), min_count=0)


def test_progress_and_how_to_stop():
    corpus = corpus_of(random_sentences())
    told = []
    table = fv.Phrases(min_count=2, threshold=1, passes=2).fit(corpus, on_progress=told.append)
    table.apply(corpus, on_progress=told.append)
    stages = list(dict.fromkeys(now.stage for now in told if now.stage != "compiling"))
    assert stages == ["counting", "joining", "numbering"]
    assert all(now.done <= now.total for now in told if now.total is not None)
    assert (told[-1].stage, told[-1].done, told[-1].unit) == ("numbering", told[-1].total, "tokens")
    for call in (fv.Phrases().fit, table.apply):
        with pytest.raises(Cancelled, match="stopped by on_progress"):
            call(corpus, on_progress=lambda now: False)


def test_importing_and_setting_up_loads_no_numba():
    code = "import sys, fastvec as fv; fv.Phrases(); fv.PhraseTable; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
