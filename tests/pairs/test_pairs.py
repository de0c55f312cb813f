"""Given pairs: from files, iterables, mappings and ids; what is said of those that are none."""

import gzip
import io
import random
import threading
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from fastvec import (
    Corpus,
    CorpusError,
    FormatError,
    Pairs,
    SettingError,
    StorageError,
    Vocabulary,
    training_pairs,
)
from fastvec.pairs import reading as pair_reading
from fastvec.pairs.layout import Options
from fastvec.text import reading

PAIRS = [("tea", "is_hot"), ("milk", "is_cold"), ("tea", "is_cold"), ("tea", "is_hot"), ("café", "\udcff")]
WEIGHTS = [1.0, 0.25, 1e-3, 0.0, 3e8]
WEIGHTED = [(*pair, weight) for pair, weight in zip(PAIRS, WEIGHTS, strict=True)]


def write(path, pairs, separator="\t"):
    lines = [separator.join(map(str, pair)) for pair in pairs]
    path.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
    return path


def as_float32(pairs):
    return [(word, context, float(np.float32(weight))) for word, context, weight in pairs]


def same(a, b):
    weights = np.array_equal(a.weights, b.weights) if a.weights is not None else b.weights is None
    arrays = np.array_equal(a.word_ids, b.word_ids) and np.array_equal(a.context_ids, b.context_ids)
    names = a.vocabulary.words == b.vocabulary.words and a.context_vocabulary.words == b.context_vocabulary.words
    return weights and arrays and names and a.n_dropped == b.n_dropped


def test_what_it_holds():
    pairs = Pairs.from_pairs(iter(PAIRS))
    assert pairs.vocabulary.words == ["tea", "café", "milk"]
    assert pairs.vocabulary.counts.tolist() == [3, 1, 1]
    assert pairs.context_vocabulary.words == ["is_cold", "is_hot", "\udcff"]
    assert pairs.context_vocabulary.counts.tolist() == [2, 2, 1]
    assert (pairs.word_ids.dtype, pairs.context_ids.dtype, pairs.weights) == (np.int32, np.int32, None)
    assert (list(pairs), len(pairs), pairs.n_pairs, pairs.n_dropped) == (PAIRS, 5, 5, 0)
    with pytest.raises(ValueError, match="read-only"):
        pairs.word_ids[0] = 1
    weighted = Pairs.from_pairs(WEIGHTED)
    assert list(weighted) == as_float32(WEIGHTED)
    assert weighted.weights.dtype == np.float32
    assert "5 with weights, of 3 words and 3 contexts" in repr(weighted)


@pytest.mark.parametrize("pairs", [PAIRS, WEIGHTED])
@pytest.mark.parametrize("separator", ["\t", " ", "  \t"])
def test_files_give_what_iterables_give(tmp_path, pairs, separator):
    path = write(tmp_path / "pairs.tsv", pairs, separator)
    expected = Pairs.from_pairs(pairs)
    assert same(Pairs.from_pairs(path), expected)
    assert same(Pairs.from_pairs(str(path)), expected)
    assert list(Pairs.from_pairs([path, path])) == list(expected) * 2
    path.write_bytes(
        b"\xef\xbb\xbf\n \n" + path.read_bytes().replace(b"\n", b"\r\n\r\n").removesuffix(b"\r\n\r\n")
    )
    assert same(Pairs.from_pairs(path), expected)
    (tmp_path / "pairs.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert same(Pairs.from_pairs(tmp_path / "pairs.gz"), expected)


@pytest.mark.parametrize("weighted", [False, True])
def test_neither_threads_nor_blocks_decide(tmp_path, monkeypatch, weighted):
    rng = random.Random(3)
    pairs = [(f"w{int(rng.paretovariate(0.6)) % 900}", f"c{int(rng.paretovariate(0.9))}") for _ in range(20_000)]
    if weighted:
        pairs = [(*pair, rng.choice([0.5, 2.0, 1e-7])) for pair in pairs]
    path = write(tmp_path / "pairs.tsv", pairs)
    expected = Pairs.from_pairs(pairs, min_count=3)
    assert 0 < expected.n_dropped < len(pairs)
    for block_bytes in (1000, 30_000):
        monkeypatch.setattr(reading, "BLOCK_BYTES", block_bytes)
        monkeypatch.setattr(pair_reading, "CHUNK", block_bytes // 10)
        for threads in (1, 4):
            assert same(Pairs.from_pairs(path, min_count=3, threads=threads), expected)
            assert same(Pairs.from_pairs(iter(pairs), min_count=3, threads=threads), expected)


def test_min_count_counts_pairs_of_words_and_of_contexts():
    given = [("a", "x"), ("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"), ("c", "x"), ("d", "z"), ("d", "u")]
    n_words, n_contexts = Counter(w for w, _ in given), Counter(c for _, c in given)
    expected = [(w, c) for w, c in given if n_words[w] >= 2 and n_contexts[c] >= 2]
    pairs = Pairs.from_pairs(given, min_count=2)
    assert list(pairs) == expected
    assert pairs.n_dropped == len(given) - len(expected)
    counts = dict(zip(pairs.vocabulary, pairs.vocabulary.counts.tolist(), strict=True))
    assert counts == Counter(w for w, _ in expected)
    assert "d" not in pairs.vocabulary, "often enough, but with rare contexts only"
    weighted = Pairs.from_pairs([(*pair, i) for i, pair in enumerate(given)], min_count=2)
    assert weighted.weights.tolist() == [i for i, pair in enumerate(given) if pair in expected]


def test_of_mappings_and_of_windows():
    windows = training_pairs("the cat sat on the mat", window=2)
    counted = Pairs.from_pairs(Counter(windows))
    assert Counter(Pairs.from_pairs(windows)) == {(w, c): n for w, c, n in counted}
    with pytest.raises(CorpusError, match=r"item 1: expected a word, a context and a weight, got \('ab',\)"):
        Pairs.from_pairs({("a", "b"): 1, "ab": 2})


def test_words_may_hold_spaces_where_no_file_does():
    assert list(Pairs.from_pairs([["new york", "a\tb"]])) == [("new york", "a\tb")]
    assert list(Pairs.from_pairs(np.array([["a", "b"], ["c", "d"]]))) == [("a", "b"), ("c", "d")]


def test_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a b\nc\td")))
    assert list(Pairs.from_pairs("-")) == [("a", "b"), ("c", "d")]


@pytest.mark.parametrize(
    ("line", "expected", "found"),
    [
        ("a", "a word and a context, got 'a'", "a"),
        ("a b 1", "a word and a context, got 'a b 1'", "a b 1"),
        ("a b c d", "a word and a context, got 'a b c d'", "a b c d"),
    ],
)
@pytest.mark.parametrize("block_bytes", [16, 1 << 20])
def test_a_line_unlike_the_others(tmp_path, monkeypatch, line, expected, found, block_bytes):
    monkeypatch.setattr(reading, "BLOCK_BYTES", block_bytes)
    path = tmp_path / "pairs.tsv"
    path.write_text("w c\n\n" * 40 + f"{line}\r\n" + "w c\n" * 40)
    with pytest.raises(FormatError, match=f"line 81: expected {expected}") as caught:
        Pairs.from_pairs(path)
    assert caught.value.path == str(path)
    assert caught.value.field == "line 81"
    for source in (str(tmp_path / "*.tsv"), [write(tmp_path / "good.txt", [("w", "c")] * 81), path]):
        with pytest.raises(FormatError, match=r"pairs\.tsv: line 81: ") as caught:
            Pairs.from_pairs(source)
        assert caught.value.path == str(path)


@pytest.mark.parametrize("weight", ["x", "nan", "inf", "-1", "1e39", "-1e-9", "0,5"])
def test_a_weight_that_is_none(tmp_path, weight):
    path = write(tmp_path / "pairs.tsv", [("a", "b", "1")] * 6 + [("a", "b", weight)])
    with pytest.raises(FormatError, match=f"line 7: expected a weight, finite and at least 0, .*, got '{weight}'"):
        Pairs.from_pairs(path)
    with pytest.raises(CorpusError, match="item 1: expected a weight, finite and at least 0"):
        Pairs.from_pairs([("a", "b", 1), ("a", "b", weight)])


def test_the_first_line_decides(tmp_path):
    for line, told in (("a", "got 'a'"), ("a b c d", "got 'a b c d'"), ("new york c", "weight, .* got 'c'")):
        path = tmp_path / "pairs.tsv"
        path.write_text(f"\n{line}\n")
        with pytest.raises(FormatError, match=f"line 2: expected a.* {told}"):
            Pairs.from_pairs(path)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (["king"], "item 0: expected a word and a context, or .*, got 'king'; to read files, give a path"),
        ([("a", "b"), "ab"], "item 1: expected a word and a context, got 'ab'"),
        ([("a", "b"), ("a", "b", 1.0)], r"item 1: expected a word and a context, got \('a', 'b', 1.0\)"),
        ([("a", "b", 1.0), ("a", "b")], r"item 1: expected a word, a context and a weight, got \('a', 'b'\)"),
        ([("a", "b", 1.0, 2)], "item 0: expected a word and a context, or a word, a context and a weight"),
        ([("a", "b"), ("a", True)], "item 1: expected words that are non-empty str, got True"),
        ([("a", "b"), (np.True_, "a")], "item 1: expected words that are non-empty str, got np.True_"),
        ([("a", "b"), ("a", 5.0)], "item 1: expected words that are non-empty str, got 5.0; whole numbers are"),
        (
            [("a", "b"), ("a", 10**5000)],
            "item 1: expected words that are non-empty str, got a whole number; it has too many digits",
        ),
        ([("a", "b"), ("a", None)], "item 1: expected words that are non-empty str, got None"),
        ([("a", b"b")], "item 0: expected words that are non-empty str, got b'b'"),
        ([("a", "b"), ("", "b")], "item 1: expected words that are non-empty str, got ''"),
        ([("a", "\ud800")], "item 0: expected words that are non-empty str, got .*ud800"),
        (
            [("a", "b", None)],
            "item 0: expected a weight, finite and at least 0, after word and context, got None",
        ),
        ([7], "item 0: expected a word and a context, or .*, got 7"),
        ([], "it holds no pairs"),
    ],
)
def test_items_that_are_no_pairs(monkeypatch, items, message):
    for chunk in (8192, 1):
        monkeypatch.setattr(pair_reading, "CHUNK", chunk)
        with pytest.raises(CorpusError, match=message):
            Pairs.from_pairs(items)


@pytest.mark.parametrize("source", [5, None, b"a b"])
def test_sources_that_are_none(source):
    with pytest.raises(SettingError, match="source: expected a path, paths, an iterable of pairs or a mapping"):
        Pairs.from_pairs(source)


def test_a_corpus_is_no_pairs():
    with pytest.raises(SettingError, match=r"got <Corpus.*; training_pairs\(corpus\) gives the pairs"):
        Pairs.from_pairs(Corpus.from_text(["a b"], min_count=1))


def test_other_refusals(tmp_path):
    with pytest.raises(SettingError, match="min_count"):
        Pairs.from_pairs(PAIRS, min_count=0)
    with pytest.raises(SettingError, match="threads"):
        Pairs.from_pairs(PAIRS, threads=0)
    with pytest.raises(StorageError, match=r"missing.tsv: no such file"):
        Pairs.from_pairs(tmp_path / "missing.tsv")
    with pytest.raises(CorpusError, match=r"min_count=4 leaves none of 5 pairs: .*; min_count=1 keeps all"):
        Pairs.from_pairs(PAIRS, min_count=4)
    (tmp_path / "blank").write_text("\n\n")
    with pytest.raises(CorpusError, match="it holds no pairs"):
        Pairs.from_pairs(tmp_path / "blank")
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"a b\n" * 1000)[:-9])
    with pytest.raises(FormatError, match="truncated"):
        Pairs.from_pairs(tmp_path / "cut.gz")


def test_an_error_of_the_iterable_is_its_own():
    def broken():
        yield "a", "b"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Pairs.from_pairs(broken())


def test_progress_can_stop_it(monkeypatch):
    monkeypatch.setattr(pair_reading, "CHUNK", 10)
    seen, stopped = [], threading.Event()

    def endless():
        while True:
            yield "a", "b"
            if len(seen) > 1:
                stopped.wait(10)

    def show(progress):
        seen.append(progress)
        if progress.done:
            stopped.set()
            return False
        return None

    pairs = Pairs.from_pairs(endless(), on_progress=show)
    assert len(pairs) > 0
    assert (seen[-1].stage, seen[-1].unit, seen[-1].total) == ("reading", "B", None)


def test_a_file_is_stopped_between_two_lines(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "BLOCK_BYTES", 64)
    path = write(tmp_path / "pairs.tsv", [("word", f"context{i}") for i in range(100)])
    reader = pair_reading.PairReader(path, 1, Options(), None)
    blocks = reader._blocks()
    first = next(blocks).content
    assert bytes(first.text[: first.size]).endswith(b"\n")
    assert bytes(first.text).startswith(b"word\tcontext0\n")
    reader.meter.stopped = True
    assert list(blocks) == []


def test_from_ids(tmp_path):
    pairs = Pairs.from_ids([0, 2, 0], np.array([1, 0, 1], np.uint8), ["a", "b", "c"], ["x", "y"], [1, 2, 0.5])
    assert list(pairs) == [("a", "y", 1.0), ("c", "x", 2.0), ("a", "y", 0.5)]
    assert pairs.vocabulary.counts.tolist() == [2, 0, 1]
    assert pairs.context_vocabulary.counts.tolist() == [1, 2]
    graph = Pairs.from_ids([0, 1], [1, 0], ["a", "b"])
    assert (list(graph), graph.weights) == ([("a", "b"), ("b", "a")], None)
    assert list(Pairs.from_ids([], [], ["a"])) == []
    corpus = Corpus.from_text(["a b c"], min_count=1)
    assert next(iter(Pairs.from_ids(corpus.ids, corpus.ids[::-1], corpus.vocabulary.words))) == ("a", "c")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 3], [0, 0], ["a"]), "word_ids: expected 0 to 0, got 3 at 1"),
        (([0], [-1], ["a"]), "context_ids: expected 0 to 0, got -1 at 0"),
        (([0], [1], ["a"], ["x"]), "context_ids: expected 0 to 0, got 1"),
        (([0, 0], [0], ["a"]), "context_ids: expected 2, one for each of word_ids, got 1"),
        (([0.5], [0], ["a"]), "word_ids: expected whole numbers on one axis, got float64"),
        (([0], [[0]], ["a"]), "context_ids: expected whole numbers on one axis"),
        (([0], [0], ["a", "a"]), "words: expected distinct words, got 'a' twice"),
        (([0], [0], ["a"], None, [1, 2]), r"weights: expected float\[1\], got int64\[2\]"),
        (([0], [0], ["a"], None, ["1"]), r"weights: expected float\[1\], got <U1\[1\]"),
        (([0], [0], ["a"], None, [np.nan]), "weights: expected finite numbers of at least 0, got nan"),
        (([0, 0], [0, 0], ["a"], None, [1, -2]), "weights: expected finite numbers of at least 0, got -2"),
        (([0], [0], ["a"], None, [1e39]), r"weights: expected finite numbers of at least 0, got 1e\+39"),
    ],
)
def test_ids_that_are_refused(arguments, message):
    with pytest.raises(SettingError, match=message):
        Pairs.from_ids(*arguments)


def test_paths_are_told_from_pairs(tmp_path):
    path = write(tmp_path / "a.tsv", PAIRS)
    assert list(Pairs.from_pairs((Path(path),))) == PAIRS
    with pytest.raises(CorpusError, match="to read files, give a path or Path objects"):
        Pairs.from_pairs([str(path)])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"word_ids": [0, 2]}, "word_ids: expected 0 to 1, got 2 at 1"),
        ({"context_ids": [0, -1]}, "context_ids: expected 0 to 1, got -1 at 1"),
        ({"context_ids": [0]}, "context_ids: expected 2, one for each of word_ids, got 1"),
        ({"weights": [1.0]}, r"weights: expected float\[2\]"),
        ({"weights": [1.0, -1.0]}, "weights: expected finite numbers of at least 0"),
        ({"vocabulary": ["a", "b"]}, r"vocabulary: expected a fastvec\.Vocabulary for word_ids"),
        ({"context_vocabulary": None}, r"vocabulary: expected a fastvec\.Vocabulary for context_ids"),
    ],
)
def test_pairs_made_directly_check_what_they_get(change, message):
    names = Vocabulary(["a", "b"], [1, 1])
    sound = {"vocabulary": names, "context_vocabulary": names, "word_ids": [0, 1], "context_ids": [1, 0]}
    assert list(Pairs(**sound)) == [("a", "b"), ("b", "a")]
    with pytest.raises(SettingError, match=message):
        Pairs(**{**sound, **change})
