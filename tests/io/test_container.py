"""Containers: what a schema checks, words of all kinds, and headers that are written before their file."""

import json

import numpy as np
import pytest

from fastvec import CorpusError, FormatError, SettingError
from fastvec.io.container import Schema, encoded_words, join_words, map_tensors, read, save_tensors, write

SCHEMA = Schema(
    "test", "3", {"a": "int32[V, D]", "b": "int64[V + 1]", "c": "float32[V - 1]?", "words": "uint8[n]"}
)
ANY_WORD = Schema("test", "3", {"a": "int32[V]", "words": "uint8[n]", "word_lengths": "int64[V]?"})
TENSORS = {"a": np.ones((2, 5), np.int32), "b": np.zeros(3, np.int64)}


def test_what_is_written_is_read(tmp_path):
    write(tmp_path / "x", SCHEMA, ["é", "b\udcff"], {**TENSORS, "c": None}, {"n": "12", "settings": '{"s": 1}'})
    file = read(tmp_path / "x", SCHEMA)
    assert file.words() == ["é", "b\udcff"]
    assert (file.number("n"), file.settings(), file.settings("other")) == (12, {"s": 1}, {})
    assert file.tensors.keys() == {"a", "b", "words"}
    assert not file.tensors["a"].flags.writeable


@pytest.mark.parametrize(
    ("changes", "field", "expected", "got"),
    [
        ({"a": None}, "a", "int32[V, D]", "nothing"),
        ({"a": np.ones((2, 5), np.int64)}, "a", "int32[V, D]", "int64[2, 5]"),
        ({"a": np.ones(2, np.int32)}, "a", "int32[V, D]", "int32[2]"),
        ({"b": np.zeros(2, np.int64)}, "b", "int64[3]", "int64[2]"),
        ({"c": np.zeros(2, np.float32)}, "c", "float32[1]", "float32[2]"),
        ({"words": np.zeros(2, np.int32)}, "words", "uint8[n]", "int32[2]"),
        ({"format": "other"}, "format", "'test'", "'other'"),
        ({"format": None}, "format", "'test'", "None"),
        ({"version": "4"}, "version", "'3'", "'4'; try a newer fastvec"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path, changes, field, expected, got):
    path = tmp_path / "x"
    write(path, SCHEMA, ["a", "b"], TENSORS, {})
    tensors, fields = map_tensors(path)
    for name, value in changes.items():
        (fields if name in fields else tensors)[name] = value
    save_tensors(
        path,
        {n: t for n, t in tensors.items() if t is not None},
        {n: f for n, f in fields.items() if f is not None},
    )
    with pytest.raises(FormatError) as caught:
        read(path, SCHEMA)
    assert str(caught.value) == f"{path}: {field}: expected {expected}, got {got}"
    assert (caught.value.path, caught.value.field, caught.value.expected) == (str(path), field, expected)


def test_what_the_fields_must_be(tmp_path):
    write(tmp_path / "x", SCHEMA, ["a", "b", "c"], TENSORS, {"n": "-1", "settings": "[]"})
    file = read(tmp_path / "x", SCHEMA)
    for wrong in (file.words, lambda: file.number("n"), lambda: file.number("m"), file.settings):
        with pytest.raises(FormatError, match=r"(words|n|m|settings): expected"):
            wrong()


@pytest.mark.parametrize("words", [["a\nb", "", "\n"], ["", "\n\n", "é\n"], ["a", "b", "c"]])
def test_any_word_where_lengths_are_kept(tmp_path, words):
    write(tmp_path / "x", ANY_WORD, words, {"a": np.ones(3, np.int32)}, {})
    file = read(tmp_path / "x", ANY_WORD)
    assert file.words() == words
    assert ("word_lengths" in file.tensors) == any("\n" in word for word in words)


@pytest.mark.parametrize("word", ["\ud800", "\udcc3\udca9"])
def test_half_characters_do_not_come_back(word):
    with pytest.raises(CorpusError, match="expected text without line ends and halves of characters"):
        join_words(["a", word])
    with pytest.raises(SettingError, match="expected whole characters"):
        join_words(["a", word], any_word=True)
    with pytest.raises(SettingError, match="expected whole characters"):
        encoded_words(["a", word])


def test_line_ends_are_refused_where_words_are_lines():
    assert join_words(["a", "", "b"]) == b"a\n\nb"
    assert join_words(["a\nb"], any_word=True) == b"a\nb"
    for words in (["a\nb"], ["a", "\n"]):
        with pytest.raises(CorpusError, match="expected text without line ends"):
            join_words(words)


def test_a_header_written_before_its_file(tmp_path):
    schema = Schema("test", "3", {"b": "int64[V + 1]", "c": "float32[V]", "words": "uint8[n]"})
    header = schema.header([3, 2, 3], {"n": "1"})
    data = np.arange(3).tobytes() + np.ones(2, np.float32).tobytes() + b"a\nb"
    (tmp_path / "x").write_bytes(len(header).to_bytes(8, "little") + header + data)
    file = read(tmp_path / "x", schema)
    assert (file.words(), file.number("n"), file.tensors["b"].tolist()) == (["a", "b"], 1, [0, 1, 2])
    assert list(json.loads(header)) == ["__metadata__", "b", "c", "words"]
