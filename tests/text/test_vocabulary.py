from collections import Counter

import numpy as np
import pytest

from fastvec import CorpusError, FormatError, SettingError, StorageError, Vocabulary


def test_from_counts_sorts_by_frequency_then_word():
    counts = Counter(["to", "be", "or", "not", "to", "be", "that", "is", "the", "question"])
    vocabulary = Vocabulary.from_counts(counts)
    assert vocabulary.words == ["be", "to", "is", "not", "or", "question", "that", "the"]
    assert vocabulary.counts.tolist() == [2, 2, 1, 1, 1, 1, 1, 1]
    assert vocabulary.counts.dtype == np.int64
    assert Vocabulary.from_counts(counts.items(), min_count=2).words == ["be", "to"]
    assert Vocabulary.from_counts(counts, max_size=3).words == ["be", "to", "is"]
    assert len(Vocabulary.from_counts({})) == 0


def test_code_points_decide_ties_not_bytes():
    words = ["\udcff", "\uffff", "\U00010000", "z", "é"]
    assert Vocabulary.from_counts(dict.fromkeys(words, 1)).words == sorted(words)


def test_as_a_container():
    vocabulary = Vocabulary(["b", "a"], [3, 4])
    assert (len(vocabulary), vocabulary["a"], list(vocabulary), vocabulary.total) == (2, 1, ["b", "a"], 7)
    assert vocabulary.index == {"b": 0, "a": 1}
    assert "b" in vocabulary
    assert "c" not in vocabulary
    assert 5 not in vocabulary
    with pytest.raises(KeyError, match="c"):
        vocabulary["c"]
    with pytest.raises(ValueError, match="read-only"):
        vocabulary.counts[0] = 1
    assert repr(vocabulary) == "<Vocabulary: 2 words ('b', 'a'), counts sum to 7>"
    assert "('b', 'a', 'c', ...)" in repr(Vocabulary(["b", "a", "c", "d"], [1, 1, 1, 1]))


@pytest.mark.parametrize(
    ("words", "counts", "message"),
    [
        (["a", "a"], [1, 1], "words: expected distinct words, got 'a' twice"),
        (["a", None], [1, 1], "words: expected str, got None"),
        (["a"], [1, 2], r"counts: expected int64\[1\], one for each word, got int64\[2\]"),
        (["a"], [1.5], "counts: expected int"),
        (["a"], [-1], "counts: expected whole numbers of at least 0"),
        (["a"], np.array([2**63], np.uint64), "counts: expected whole numbers"),
    ],
)
def test_what_cannot_be(words, counts, message):
    with pytest.raises(SettingError, match=message):
        Vocabulary(words, counts)


@pytest.mark.parametrize("setting", [{"min_count": 0}, {"max_size": -1}, {"min_count": "5"}])
def test_bad_limits(setting):
    with pytest.raises(SettingError, match=next(iter(setting))):
        Vocabulary.from_counts({"a": 1}, **setting)


def test_save_and_load(tmp_path):
    vocabulary = Vocabulary(["the", "new york", "\udcff", "a\rb", "é", "", " ", "\0"], [9, 8, 7, 6, 5, 4, 3, 0])
    vocabulary.save(tmp_path / "v.txt")
    assert (tmp_path / "v.txt").read_bytes().startswith(b"the 9\nnew york 8\n\xff 7\n")
    loaded = Vocabulary.load(tmp_path / "v.txt")
    assert loaded.words == vocabulary.words
    assert loaded.counts.tolist() == vocabulary.counts.tolist()
    Vocabulary([], []).save(tmp_path / "v.txt")
    assert len(Vocabulary.load(tmp_path / "v.txt")) == 0


def test_counts_that_are_not_known():
    vocabulary = Vocabulary(np.array(["a", "b"]))
    assert (vocabulary.words, vocabulary.counts.tolist(), vocabulary.has_counts) == (["a", "b"], [0, 0], False)
    assert {type(word) for word in vocabulary} == {str}
    assert Vocabulary(["a"], [0]).has_counts
    for words in ("ab", 5):
        with pytest.raises(SettingError, match="words: expected a sequence of words, got"):
            Vocabulary(words)


def test_the_most_frequent_words():
    counts = np.random.default_rng(0).integers(0, 9, 200)  # many are equal
    ids = Vocabulary(map(str, range(200)), counts).most_frequent(50)
    assert ids.tolist() == sorted(range(200), key=lambda i: (-counts[i], i))[:50]
    assert Vocabulary(["b", "a", "c"]).most_frequent(2).tolist() == [0, 1]
    assert Vocabulary(["b", "a"], [1, 2]).most_frequent(9).tolist() == [1, 0]
    with pytest.raises(SettingError, match="n: expected a whole number of at least 0"):
        Vocabulary(["a"]).most_frequent(-1)


def test_load_takes_windows_line_ends(tmp_path):
    (tmp_path / "v.txt").write_bytes(b"a 2\r\nb 1\r\n")
    assert Vocabulary.load(tmp_path / "v.txt").words == ["a", "b"]


def test_save_refuses_line_ends(tmp_path):
    with pytest.raises(CorpusError, match=r"expected text without line ends .*, got 'a\\nb 2'"):
        Vocabulary(["x", "a\nb"], [1, 2]).save(tmp_path / "v.txt")
    assert not (tmp_path / "v.txt").exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a 1\nb\n", "line 2: expected a word, a space and a count, got b'b"),
        (b"a -1\n", "line 1"),
        (b"a 1.5\n", "line 1"),
        (b"a 1\n\nb 1\n", "line 2"),
        (b"a \xd9\xa1\n", "line 1"),
        (b"a 99999999999999999999\n", "line 1"),
        (b"a 1\na 2\n", "got 'a' twice"),
    ],
)
def test_unsound_files(tmp_path, data, message):
    (tmp_path / "v.txt").write_bytes(data)
    with pytest.raises(FormatError, match=message) as caught:
        Vocabulary.load(tmp_path / "v.txt")
    assert caught.value.path == str(tmp_path / "v.txt")


def test_missing_file(tmp_path):
    with pytest.raises(StorageError, match="missing"):
        Vocabulary.load(tmp_path / "missing")


@pytest.mark.parametrize("words", [{"a", "b"}, frozenset("ab")])
def test_a_set_has_no_order(words):
    with pytest.raises(SettingError, match="words: expected a sequence of words, got a set, which has no order"):
        Vocabulary(words)
