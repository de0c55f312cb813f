"""Tables of phrases: new text, files, and what is wrong with them."""

from __future__ import annotations

import gzip
import json
import os

import pytest

import fastvec as fv
from fastvec.errors import FormatError, SettingError, StorageError
from fastvec.phrases.table import Phrase


def made(*phrases, **settings):
    """A table of phrases like "new york", all of the first level unless "2 new_york times"."""
    settings = fv.Phrases(**{"passes": 2, "connector_words": {"of", "the"}, **settings})
    entries = []
    for number, words in enumerate(phrases):
        level, *parts = words.split() if words[0].isdigit() else ["1", *words.split()]
        token = settings.delimiter.join(parts)
        entries.append(Phrase(token, float(100 + number), number, tuple(parts), int(level)))
    return fv.PhraseTable(entries, settings)


TABLE = made("new york", "state of the union", "2 new_york times", "union news")


def test_it_lists_its_phrases():
    assert len(TABLE) == 4
    assert [phrase.token for phrase in TABLE] == ["union_news", "state_of_the_union", "new_york", "new_york_times"]
    assert [phrase.token for phrase in TABLE.top(2)] == ["union_news", "new_york_times"]
    assert [phrase.count for phrase in TABLE.top(2, by="count")] == [3, 2]
    assert (TABLE.top(0), len(TABLE.top(9))) == ([], 4)
    assert "new_york" in TABLE
    assert "york" not in TABLE
    assert repr(TABLE) == (
        "<PhraseTable: 4 phrases ('union_news', 'state_of_the_union', 'new_york', ...), scoring='word2vec'>"
    )
    assert repr(made()) == "<PhraseTable: 0 phrases (), scoring='word2vec'>"
    for given, message in (({"n": -1}, "n: expected"), ({"by": "age"}, "by: expected 'score' or 'count'")):
        with pytest.raises(SettingError, match=message):
            TABLE.top(**given)


@pytest.mark.parametrize(
    ("sentence", "joined"),
    [
        ([], []),
        (["new"], ["new"]),
        (["new", "york", "times"], ["new_york_times"]),
        (("new", "york", "new", "york"), ["new_york", "new_york"]),
        (["state", "of", "the", "union", "news"], ["state_of_the_union", "news"]),
        (["state", "the", "union", "news"], ["state", "the", "union_news"]),
        (["state", "of", "the"], ["state", "of", "the"]),
        (iter(["of", "new", "york"]), ["of", "new_york"]),
        ("  new\tyork\u00a0 new york times\n", "new york\u00a0 new_york_times"),
        ("", ""),
    ],
)
def test_sentences(sentence, joined):
    assert TABLE.join(sentence) == joined


def test_many_sentences_come_when_asked_for():
    def sentences():
        yield "new york"
        yield ["new", "york"]
        raise AssertionError("not asked for")

    found = TABLE.join_all(sentences())
    assert [next(found), next(found)] == ["new_york", ["new_york"]]


def test_what_is_no_sentence():
    for call, given, message in (
        (TABLE.join, [["new"]], r"expected a line or a list of str, got \['new'\]; join_all joins several"),
        (TABLE.join, ["new", 5], "expected a line or a list of str, got 5"),
        (TABLE.join, b"new york", "expected a line or a list of str"),
        (TABLE.join, 5, "expected a line or a list of str, got 5"),
        (TABLE.join_all, "new york", "expected an iterable of sentences, got 'new york'"),
        (TABLE.join_all, 5, "expected an iterable of sentences, got 5"),
    ):
        with pytest.raises(SettingError, match=message):
            call(given)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"parts": ("a",)}, "expected at least two words"),
        ({"parts": ("a", "")}, "none of them empty"),
        ({"token": "ab"}, "expected the token 'a_b'"),
        ({"level": 3}, "expected a level from 1 to 2"),
        ({"level": 0}, "expected a level from 1 to 2"),
        ({"parts": ("of", "b"), "token": "of_b"}, "expected connector words between"),
        ({"parts": ("a", "of"), "token": "a_of"}, "expected connector words between"),
        ({"parts": ("a", "x", "b"), "token": "a_x_b"}, "expected connector words between"),
        ({"parts": ("a", *["of"] * 21, "b"), "token": "a" + "_of" * 21 + "_b"}, "expected at most 20 connector"),
        ({}, "expected distinct phrases"),
    ],
)
def test_unsound_phrases(change, message):
    sound = {"token": "a_b", "score": 1.0, "count": 1, "parts": ("a", "b"), "level": 1}
    with pytest.raises(SettingError, match=message):
        fv.PhraseTable([Phrase(**sound), Phrase(**sound | change)], TABLE.settings)


AWKWARD = made(
    'quoted" back\\slash', "nul\x00 escape\x1b", "naïve café", "Нью Йорк", "\udcff\udcfe bytes", "😀 😀",
    scoring="npmi", threshold=(0.25, -1), delimiter="·",
)  # fmt: skip


@pytest.mark.parametrize("table", [TABLE, AWKWARD, made(), made(min_count=2, threshold=1 / 3)])
def test_it_comes_back_from_its_file(table, tmp_path):
    path = tmp_path / "phrases.json"
    table.save(path)
    again = fv.PhraseTable.load(path)
    assert again == table
    assert again.settings == table.settings
    again.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()
    (tmp_path / "phrases.json.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert fv.PhraseTable.load(tmp_path / "phrases.json.gz") == table


def test_the_file_is_for_people_too(tmp_path):
    AWKWARD.save(tmp_path / "phrases.json")
    lines = (tmp_path / "phrases.json").read_text(encoding="utf-8").split("\n")
    assert '"words": ["Нью", "Йорк"]' in lines[3]
    assert len(lines) == len(AWKWARD) + 3
    assert json.loads("\n".join(lines))["settings"]["connector_words"] == ["of", "the"]


def test_a_damaged_file(tmp_path):
    path = tmp_path / "phrases.json"
    TABLE.save(path)
    whole = path.read_bytes()
    for end in range(len(whole) - 2):
        path.write_bytes(whole[:end])
        with pytest.raises(FormatError, match=r"phrases\.json"):
            fv.PhraseTable.load(path)


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ((), [], "content: expected a table of phrases, got \\[\\]"),
        (("format",), "fastvec corpus", "format: expected 'fastvec phrases', got 'fastvec corpus'"),
        (("version",), "2", "version: expected '1', got '2'"),
        (("settings",), 5, "content: expected settings and phrases"),
        (("phrases",), {}, "content: expected settings and phrases"),
        (("settings", "passes"), 1, "expected a level from 1 to 1"),
        (("settings", "passes"), "2", "passes: expected a whole number"),
        (("settings", "threshold"), float("nan"), "threshold: expected a finite number"),
        (("settings", "connector_words"), 5, "connector_words: expected"),
        (("settings", "new_setting"), 5, "new_setting"),
        (("phrases", 0), 5, "phrase 1: expected level, words, count and score, got 5"),
        (("phrases", 1, "words"), ["new"], "expected at least two words"),
        (("phrases", 1, "words"), "new york", "phrase 2: expected"),
        (("phrases", 1, "words"), ["new", 5], "phrase 2: expected"),
        (("phrases", 1, "score"), "9", "phrase 2: expected"),
        (("phrases", 1, "score"), float("inf"), "phrase 2: expected"),
        (("phrases", 1, "count"), 1.5, "phrase 2: expected"),
        (("phrases", 1, "level"), True, "phrase 2: expected"),
        (("phrases", 1, "more"), True, "phrase 2: expected"),
    ],
)
def test_files_that_say_something_else(tmp_path, place, value, message):
    path = tmp_path / "phrases.json"
    TABLE.save(path)
    table = json.loads(path.read_text())
    if place:
        inner = table
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = value
    path.write_text(json.dumps(table if place else value))
    with pytest.raises(FormatError, match=message) as caught:
        fv.PhraseTable.load(path)
    assert caught.value.path == os.fspath(path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b"null"])
def test_files_of_something_else(tmp_path, content):
    path = tmp_path / "phrases.json"
    path.write_bytes(content)
    with pytest.raises(FormatError):
        fv.PhraseTable.load(path)


def test_files_that_cannot_be_opened_or_written(tmp_path):
    with pytest.raises(StorageError, match=r"none\.json"):
        fv.PhraseTable.load(tmp_path / "none.json")
    with pytest.raises(StorageError):
        TABLE.save(tmp_path / "none" / "phrases.json")
    TABLE.save(tmp_path / "phrases.json")
    TABLE.save(tmp_path / "phrases.json")
    assert os.listdir(tmp_path) == ["phrases.json"]
