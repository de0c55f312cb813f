import sys
import unicodedata

import numpy as np
import pytest
import text_oracle

from fastvec import Corpus, CorpusError, Phrases, SettingError
from fastvec.text.tokens import word_characters


def test_word_characters_are_letters_digits_and_marks_of_all_planes():
    kept = np.unpackbits(word_characters(), bitorder="little")
    expected = [
        unicodedata.category(chr(code))[0] in "LNM" and not text_oracle.selects(chr(code))
        for code in range(sys.maxunicode + 1)
    ]
    assert kept.tolist() == expected


@pytest.mark.parametrize("tokens", ["word", None, 3, ["whitespace"]])
def test_unknown_tokens(tokens):
    with pytest.raises(SettingError, match="tokens: expected 'whitespace', 'words' or a function"):
        Corpus.from_text(["a"], tokens=tokens, min_count=1)


def test_function_gets_lines_without_their_ends(tmp_path):
    (tmp_path / "text").write_bytes(b"a,b c\r\n\n\xff,d\n")
    seen = []

    def split_at_commas(line):
        seen.append(line)
        return line.split(",")

    corpus = Corpus.from_text(tmp_path / "text", tokens=split_at_commas, min_count=1, threads=2)
    assert seen == ["a,b c", "", "\udcff,d"]
    assert list(corpus) == [["a", "b c"], [], ["\udcff", "d"]]
    assert corpus.n_dropped == 1  # the empty token of the empty line


def test_function_sees_whole_lines_even_long_ones(tmp_path, monkeypatch):
    monkeypatch.setattr("fastvec.text.reading.BLOCK_BYTES", 10)
    (tmp_path / "text").write_text("a b c d e f g h i j k l m\nn")
    corpus = Corpus.from_text(tmp_path / "text", tokens=lambda line: [line], min_count=1)
    assert list(corpus) == [["a b c d e f g h i j k l m"], ["n"]]


def test_function_for_lines_of_an_iterable():
    corpus = Corpus.from_text(iter(["a-b\n", b"c-a\r\n"]), tokens=lambda line: line.split("-"), min_count=1)
    assert list(corpus) == [["a", "b"], ["c", "a"]]


def test_function_gets_whatever_the_item_is():
    seen = []

    def tokens(item):
        seen.append(item)
        return ["a", 7]

    items = [["x", "y"], {"text": "a b"}, {"a"}, 3, None]
    corpus = Corpus.from_text(items, tokens=tokens, min_count=1)
    assert seen == items
    assert list(corpus) == [["a", "7"]] * 5


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("new_york is_in _the usa_ __init__", ["new_york", "is_in", "the", "usa", "init"]),
        ("a__b ._. _ __", ["a__b"]),
        ("é_ü _é_ 東_京_", ["é_ü", "é", "東_京"]),
        ("snake_", ["snake"]),
        ("a_-b_\x80c_", ["a", "b", "c"]),
    ],
)
def test_underscores_inside_words_belong_to_them(line, words):
    assert list(Corpus.from_text([line], tokens="words", min_count=1)) == [words]


def test_phrases_stay_joined_when_their_text_is_read_again():
    lines = ["new york city", "york"] * 5
    corpus = Corpus.from_text(lines, min_count=1)
    joined = Phrases(threshold=0.1, min_count=1).fit(corpus).apply(corpus)
    again = Corpus.from_text((" ".join(words) for words in joined), tokens="words", min_count=1)
    assert again.vocabulary.words == joined.vocabulary.words
    assert any("_" in word for word in again.vocabulary)


def test_whole_numbers_are_names():
    walks = [[0, 1, 2], np.array([1, 2, 0]), (np.int8(1), 10**20, -3)]
    names = [["0", "1", "2"], ["1", "2", "0"], ["1", str(10**20), "-3"]]
    assert list(Corpus.from_text(walks, min_count=1)) == names
    assert list(Corpus.from_text(np.array([[0, 1], [1, 1]]), min_count=1)) == [["0", "1"], ["1", "1"]]


@pytest.mark.parametrize("wrong", ["a str", None, 5, b"bytes"])
def test_function_that_returns_no_list(wrong):
    with pytest.raises(SettingError, match="tokens: expected a function that returns a list of str"):
        Corpus.from_text(["a"], tokens=lambda line: wrong, min_count=1)


@pytest.mark.parametrize("wrong", [1.0, None, b"a", "\ud800", True, np.float32(1), ["a"]])
def test_token_that_is_no_text(wrong):
    with pytest.raises(CorpusError, match="source: item 1: expected tokens that") as caught:
        Corpus.from_text([["a", "b"], ["a", wrong]], min_count=1)
    assert caught.value.got is wrong
    with pytest.raises(CorpusError, match="what tokens= returned: expected tokens that"):
        Corpus.from_text(["a"], tokens=lambda line: [wrong], min_count=1)


def test_error_of_the_function_comes_through():
    with pytest.raises(ZeroDivisionError):
        Corpus.from_text(["a"], tokens=lambda line: 1 / 0, min_count=1)
