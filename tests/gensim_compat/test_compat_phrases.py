"""Phrases by gensim's names: counts beside plain dicts, joining, files; gensim itself where it is installed."""

from __future__ import annotations

import itertools
import pickle
import random
import warnings
from collections import Counter

import numpy as np
import pytest

from fastvec.errors import CorpusError, FormatError, SettingError
from fastvec.gensim_compat import FrozenPhrases, LineSentence, Phraser, Phrases
from fastvec.gensim_compat.phrases import ENGLISH_CONNECTOR_WORDS, npmi_scorer, original_scorer

CONNECTORS = frozenset(["of", "the"])


def sentences(seed=1, n=400):
    """Sentences with pairs that occur often, connector words, and words that are spelled like pairs."""
    draw = random.Random(seed)
    parts = ["a", "b", "c", "d", "e f", "of", "the", "a_b", "new york", "york", "state of the art"]
    return [" ".join(draw.choices(parts, k=draw.randint(0, 9))).split(" ") for _ in range(n)]


def words_only(text):
    return [[word for word in sentence if word] for sentence in text]


def counted(text, delimiter, connectors):
    """How often each word and each pair occurs, by spelling."""
    counts = Counter()
    for sentence in text:
        places = [i for i, word in enumerate(sentence) if word not in connectors]
        counts.update(sentence[i] for i in places)
        counts.update(delimiter.join(sentence[i : j + 1]) for i, j in itertools.pairwise(places))
    return counts


@pytest.mark.parametrize("connectors", [frozenset(), CONNECTORS])
def test_counts_are_those_of_a_plain_dict(connectors):
    text = words_only(sentences())
    phrases = Phrases(text, min_count=1, connector_words=connectors)
    assert phrases.vocab == counted(text, "_", connectors)
    assert phrases.corpus_word_count == sum(map(len, text))


def test_counts_add_up():
    first, second = words_only(sentences(1)), words_only(sentences(2))
    parted, whole = Phrases(first, connector_words=CONNECTORS), Phrases(first + second, connector_words=CONNECTORS)
    parted.add_vocab(second)
    assert (parted.vocab, parted.corpus_word_count) == (whole.vocab, whole.corpus_word_count)


def own_scorer(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
    return bigram_count / (worda_count + wordb_count)


SCORINGS = [("default", 0.1), ("npmi", 0.1), (own_scorer, 0.1)]


@pytest.mark.parametrize("connectors", [frozenset(), ENGLISH_CONNECTOR_WORDS])
@pytest.mark.parametrize(("scoring", "threshold"), SCORINGS)
def test_gensim_finds_the_same(scoring, threshold, connectors):
    theirs = pytest.importorskip("gensim.models.phrases")
    text = words_only(sentences())
    rules = {"min_count": 2, "threshold": threshold, "scoring": scoring, "connector_words": connectors}
    mine, other = Phrases(text, **rules), theirs.Phrases(text, **rules)
    assert mine.find_phrases(text) == pytest.approx(other.find_phrases(text), rel=1e-12)
    assert len(mine.find_phrases(text)) >= 3
    assert list(mine[text]) == list(other[text])
    assert set(mine.export_phrases()) >= set(other.export_phrases())


def test_frozen_phrases_join_longer_ones_too():
    """gensim's look for the ends of new_york_times among the words new and times, and find none."""
    text = [["the", "new", "york", "times"], ["in", "new", "york"], ["the", "times", "are"]] * 5
    first = Phrases(text, min_count=1, threshold=0.5, scoring="npmi").freeze()
    second = Phrases(first[text], min_count=1, threshold=0.3, scoring="npmi")
    joined = [["the", "new_york_times"], ["in", "new_york"], ["the", "times", "are"]]
    assert [sentence for sentence in second[first[text[:3]]]] != [list(s) for s in first[text[:3]]]
    assert list(second.freeze()[first[text]]) == list(second[first[text]])
    assert any("new_york_times" in token for token in second.export_phrases()), joined


def test_a_phrase_has_the_best_of_its_scores():
    phrases = Phrases(min_count=1, threshold=1)
    phrases.vocab = {"a": 9, "b_c": 2, "a_b": 2, "c": 1, "a_b_c": 5}
    assert (
        phrases.export_phrases()["a_b_c"] == original_scorer(2, 1, 5, 5, 1, 0) > original_scorer(9, 2, 5, 5, 1, 0)
    )


def test_text_of_many_kinds():
    phrases = Phrases([["x", "y"]] * 9, min_count=1, threshold=0.1)
    assert phrases[["x", "y"]] == phrases[iter(["x", "y"])] == ["x_y"]
    assert phrases[[]] == []
    assert list(phrases[[[], ["x"]]]) == [[], ["x"]]
    assert list(phrases[np.array([["x", "y"], ["x"]], dtype=object)]) == [["x_y"], ["x"]]
    corpus = phrases[[["x", "y"]]]
    assert list(corpus) == list(corpus) == [["x_y"]]
    assert len(corpus) == 1
    once = phrases[(sentence for sentence in [["x", "y"]])]
    assert list(once) == [["x_y"]]
    with pytest.raises(CorpusError, match=r"a generator that is used up; phrases\[list\(sentences\)\]"):
        list(once)
    with pytest.raises(TypeError, match="without a length"):
        len(once)


def test_a_file_is_read_by_its_path(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("new york\nin new york\n" * 3)
    assert Phrases(LineSentence(path), min_count=1).vocab == Phrases(list(LineSentence(path))).vocab
    assert Phrases(LineSentence(path, limit=1)).vocab == {"new": 1, "york": 1, "new_york": 1}


def test_the_rarest_are_taken_out():
    text = words_only(sentences())
    whole, pruned = Phrases(text).vocab, Phrases(text, max_vocab_size=20)
    assert len(pruned.vocab) <= 20
    assert pruned.min_reduce > 1
    assert pruned.vocab == {token: count for token, count in whole.items() if count >= pruned.min_reduce}


@pytest.mark.parametrize(("scoring", "threshold"), SCORINGS)
def test_saved_and_read(tmp_path, scoring, threshold):
    path = tmp_path / "phrases.any"
    text = [*words_only(sentences()), ["with\nlines", "in\nit"]]
    phrases = Phrases(text, min_count=2, threshold=threshold, scoring=scoring, connector_words=CONNECTORS)
    phrases.save(path)
    found = Phrases.load(path)
    assert vars(found) == vars(phrases)
    found.add_vocab(text)
    assert found.corpus_word_count == 2 * phrases.corpus_word_count
    phrases.freeze().save(path)
    frozen = FrozenPhrases.load(path, mmap="r")
    assert vars(frozen) == vars(Phraser(phrases))
    assert "phrases" in repr(frozen)
    with pytest.raises(FormatError, match=r"expected 'fastvec\.gensim_compat\.Phrases'"):
        Phrases.load(path)


def test_a_function_of_a_file_must_be_there(tmp_path):
    path = tmp_path / "phrases"
    phrases = Phrases([["a", "b"]], min_count=1, threshold=0.1, scoring=own_scorer)
    phrases.save(path)
    path.write_bytes(path.read_bytes().replace(b":own_scorer", b":own_scores"))
    with pytest.raises(FormatError, match=r"scoring: .* load\(path, scoring=function\)"):
        Phrases.load(path)
    assert Phrases.load(path, scoring=own_scorer).scoring is own_scorer
    path.write_bytes(
        path.read_bytes().replace(f"{__name__}:own_scores".encode(), b"os:system".ljust(len(__name__) + 11))
    )
    with pytest.raises(FormatError, match="scoring"):
        Phrases.load(path)


def test_a_function_without_a_name_is_not_saved(tmp_path):
    def inner(**counts):
        return 1.0

    phrases = Phrases([["a", "b"]], min_count=1, threshold=0.1, scoring=inner)
    assert phrases[["a", "b"]] == ["a_b"]
    with pytest.raises(SettingError, match="scoring: expected a function with a name in its module"):
        phrases.save(tmp_path / "phrases")


def test_gensims_files_are_read(tmp_path):
    theirs = pytest.importorskip("gensim.models.phrases")
    text, path = words_only(sentences()), tmp_path / "phrases.pkl"
    saved = theirs.Phrases(text, min_count=2, threshold=0.2, scoring="npmi", connector_words=CONNECTORS)
    saved.save(str(path))
    found = Phrases.load(path)
    assert (found.vocab, found.scoring, found.connector_words) == (saved.vocab, npmi_scorer, CONNECTORS)
    assert list(found[text]) == list(saved[text])
    saved.freeze().save(str(path))
    assert FrozenPhrases.load(path).phrasegrams == saved.freeze().phrasegrams
    with pytest.raises(FormatError, match=r"class: expected gensim\.models\.phrases\.Phrases"):
        Phrases.load(path)


class Hostile:
    def __reduce__(self):
        return print, ("run",)


def test_a_hostile_pickle_is_refused(tmp_path, capsys):
    path = tmp_path / "phrases.pkl"
    path.write_bytes(pickle.dumps(Hostile()))
    with pytest.raises(FormatError, match="it could run code"):
        Phrases.load(path)
    path.write_bytes(pickle.dumps({"vocab": {}}))
    with pytest.raises(FormatError, match="class: expected"):
        Phrases.load(path)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"min_count": 0}, "min_count"),
        ({"threshold": 0}, "threshold"),
        ({"threshold": 2, "scoring": "npmi"}, "threshold"),
        ({"scoring": "pmi"}, "scoring"),
        ({"scoring": len}, "scoring"),
        ({"delimiter": ""}, "delimiter"),
        ({"connector_words": "of"}, "connector_words"),
        ({"max_vocab_size": 0}, "max_vocab_size"),
    ],
)
def test_wrong_settings(settings, field):
    with pytest.raises(SettingError) as caught:
        Phrases([["a", "b"]], **settings)
    assert caught.value.field == field


def test_wrong_text():
    with pytest.raises(CorpusError, match=r"sentences\[1\]: expected a list of words, got 'a b'; line\.split\(\)"):
        Phrases([["a", "b"], "a b"])
    with pytest.raises(CorpusError, match="sentences: expected lists of words"):
        Phrases("a b")
    with pytest.raises(CorpusError):
        Phrases([])
    with pytest.raises(SettingError, match="sentence: expected a list of words"):
        Phrases([["a", "b"]])["a b"]
    with pytest.raises(SettingError, match="phrases_model: expected Phrases"):
        FrozenPhrases([["a", "b"]])


def test_gensim_3s_names():
    with pytest.warns(DeprecationWarning, match="connector_words="):
        phrases = Phrases([["a", "of", "b"]], min_count=1, common_terms=["of"])
    assert phrases.vocab == {"a": 1, "b": 1, "a_of_b": 1}
    with pytest.warns(DeprecationWarning, match="delimiter= is a str"):
        assert Phrases([["a", "b"]], delimiter=b"+").delimiter == "+"


def test_no_warning_of_gensims_own_use():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first = Phrases([["a", "b", "c"]] * 3, min_count=1, threshold=0.1, delimiter=" ")
        assert "a b c" in Phrases(first[[["a", "b", "c"]] * 3], min_count=1, threshold=0.1, delimiter=" ").vocab
