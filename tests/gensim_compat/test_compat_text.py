"""gensim's readers of text."""

from __future__ import annotations

import bz2
import io

import pytest

from fastvec.errors import SettingError, StorageError
from fastvec.gensim_compat import LineSentence, PathLineSentences, simple_preprocess
from fastvec.gensim_compat.text import source_of

LINES = "the cat sat\n\nthe dog\n"
LISTS = [["the", "cat", "sat"], ["the", "dog"]]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b.txt").write_text(LINES)
    (tmp_path / "a.txt.bz2").write_bytes(bz2.compress(b"one\ntwo three"))
    (tmp_path / "inner").mkdir()
    return tmp_path


def test_lines_of_a_file(folder):
    lines = LineSentence(folder / "b.txt")
    assert list(lines) == list(lines) == LISTS
    assert list(LineSentence(str(folder / "a.txt.bz2"))) == [["one"], ["two", "three"]]
    assert list(LineSentence(folder / "b.txt", max_sentence_length=2)) == [["the", "cat"], ["sat"], ["the", "dog"]]
    assert list(LineSentence(folder / "b.txt", limit=1)) == LISTS[:1]


@pytest.mark.parametrize("file", [io.StringIO(LINES), io.BytesIO(LINES.encode())])
def test_lines_of_an_open_file(file):
    lines = LineSentence(file)
    assert list(lines) == list(lines) == LISTS


def test_lines_of_a_folder(folder):
    lines = PathLineSentences(folder)
    assert list(lines) == list(lines) == [["one"], ["two", "three"], *LISTS]
    assert list(PathLineSentences(folder / "b.txt")) == LISTS
    assert list(PathLineSentences(folder, limit=1)) == [["one"], LISTS[0]]
    with pytest.raises(StorageError):
        PathLineSentences(folder / "missing")


def test_a_whole_file_is_read_by_its_path(folder):
    path = folder / "b.txt"
    assert source_of(LineSentence(path)) == str(path)
    short = LineSentence(path, max_sentence_length=2)
    assert source_of(short) is short, "a limit of the user's own is kept"
    for sentences in (LineSentence(path, limit=1), LineSentence(io.StringIO(LINES)), LISTS):
        assert source_of(sentences) is sentences


def test_wrong_sources(folder):
    with pytest.raises(SettingError, match="source: expected a path, or an open file"):
        LineSentence([["a"]])
    with pytest.raises(SettingError, match="max_sentence_length"):
        LineSentence(folder / "b.txt", max_sentence_length=0)
    with pytest.raises(StorageError):
        list(LineSentence(folder / "missing.txt"))


DOCUMENTS = [
    "The Café of 42 cats, and _under_score x a_b!",
    "ДОМ Äpfel 3d naïve-té",
    b"bytes caf\xc3\xa9 \xff",
    "",
]


@pytest.mark.parametrize("deacc", [False, True])
@pytest.mark.parametrize("doc", DOCUMENTS)
def test_words_beside_gensim(doc, deacc):
    gensim = pytest.importorskip("gensim.utils")
    assert simple_preprocess(doc, deacc=deacc) == gensim.simple_preprocess(doc, deacc=deacc)


def test_words_of_a_document():
    assert simple_preprocess("The Café, of 42 cats") == ["the", "café", "of", "cats"]
    assert simple_preprocess("The Café", deacc=True, min_len=4) == ["cafe"]
    with pytest.raises(SettingError, match="doc: expected one document"):
        simple_preprocess(["a", "b"])
