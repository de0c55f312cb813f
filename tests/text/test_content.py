"""What is not text is said to be so, at every door; UTF-16 with a byte order mark is read."""

import gzip
import io
import pickle
import sys
import zipfile

import numpy as np
import pytest

from fastvec import Corpus, CorpusError, FormatError, Pairs, SettingError, WordVectors, count_cooccurrences
from fastvec.cli import main
from fastvec.text import reading

TEXT = "naïve café 東京\nto be\r\n"


@pytest.fixture
def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("text.txt", TEXT)
        archive.writestr("more.txt", TEXT)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("repeats", [1, 20_000])
@pytest.mark.parametrize("block", [100, 1 << 20])
def test_utf_16(tmp_path, monkeypatch, encoding, repeats, block):
    monkeypatch.setattr(reading, "BLOCK_BYTES", block)
    mark = "" if encoding == "utf-16" else "\ufeff"
    data = (mark + TEXT * repeats).encode(encoding)
    (tmp_path / "text.txt").write_bytes(data)
    (tmp_path / "text.txt.gz").write_bytes(gzip.compress(data))
    for name in ("text.txt", "text.txt.gz"):
        corpus = Corpus.from_text(tmp_path / name, min_count=1)
        assert corpus.n_sentences == 2 * repeats
        assert corpus[0] == ["naïve", "café", "東京"]
        assert set(corpus.vocabulary) == {"naïve", "café", "東京", "to", "be"}


def test_utf_16_that_is_cut(tmp_path):
    (tmp_path / "text.txt").write_bytes(TEXT.encode("utf-16")[:-1])
    with pytest.raises(FormatError, match=r"text\.txt: damaged UTF-16 at byte 42: truncated data"):
        Corpus.from_text(tmp_path / "text.txt", min_count=1)


def files(zipped, folder):
    corpus = Corpus.from_text(["a b"], min_count=1)
    corpus.save(folder / "x.fvc")
    count_cooccurrences(corpus).save(folder / "x.fvm")
    WordVectors(["a"], [[1.0]]).save(folder / "x.safetensors")
    np.save(folder / "x.npy", np.arange(3))
    return {
        "a zip archive with the files": zipped,
        "a Parquet table": b"PAR1\0\0",
        "a PDF": b"%PDF-1.7\n%\xe2",
        "a pickle": pickle.dumps([TEXT]),
        "a zero byte; it is binary, or UTF-16": "ab".encode("utf-16-le"),
        "a safetensors file; Corpus.load reads it": (folder / "x.fvc").read_bytes(),
        "a safetensors file; CooccurrenceMatrix.load": (folder / "x.fvm").read_bytes(),
        "a safetensors file; WordVectors.load": (folder / "x.safetensors").read_bytes(),
        "a NumPy array; Corpus.from_ids": (folder / "x.npy").read_bytes(),
    }


@pytest.mark.parametrize("block", [1, 1 << 20])
def test_files_that_are_not_text(tmp_path, monkeypatch, zipped, block, capsys):
    monkeypatch.setattr(reading, "BLOCK_BYTES", block)
    for kind, data in files(zipped, tmp_path).items():
        path = tmp_path / "data.txt"
        path.write_bytes(data)
        for read in (Corpus.from_text, Pairs.from_pairs):
            with pytest.raises(FormatError, match=f"data.txt: expected (text|a file).*, got {kind}") as caught:
                read(path)
            assert caught.value.path == str(path)
        assert main(["vocab", str(path), "-o", str(tmp_path / "v.txt")]) == 65
        assert kind[:20] in capsys.readouterr().err
        assert not (tmp_path / "v.txt").exists()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<!DOCTYPE html><p>a b", "HTML"),
        ("\n<html>\na b", "HTML"),
        ("<mediawiki>a b", "XML"),
        ("<?xml ?>a b", "XML"),
        ('{"text": "a b"}', "JSON"),
        ('\ufeff[\n  {"text": "a b"}]', "JSON"),
        ('["a b", "c"]', "JSON"),
        (r"{\rtf1 a b}", "RTF"),
        ("1\n00:00:01,000 --> 00:00:02,500\na b", "subtitles"),
        ("00:01.000 --> 00:02.000\na b", "subtitles"),
    ],
)
def test_what_is_not_plain_text_is_read_with_a_warning(tmp_path, text, kind):
    (tmp_path / "page").write_text(text, encoding="utf-8")
    with pytest.warns(UserWarning, match=rf"page: (is|are) {kind}; (its|their) "):
        assert Corpus.from_text(tmp_path / "page", min_count=1).n_tokens > 1


def test_a_lone_word_is_no_list_of_words():
    vectors = WordVectors(["cat", "dog", "c", "a", "t"], np.eye(5))
    with pytest.raises(SettingError, match="a: expected a list of words, got 'cat'"):
        vectors.n_similarity("cat", ["dog"])
    with pytest.raises(SettingError, match="b: expected a list of words, got 'dog'"):
        vectors.n_similarity(["cat"], "dog")


def test_standard_input_and_pipes(monkeypatch, zipped):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(zipped)))
    with pytest.raises(FormatError, match="-: expected a file, or an archive of one, got a zip archive"):
        Corpus.from_text("-")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode("utf-16"))))
    assert Corpus.from_text("-", min_count=1)[1] == ["to", "be"]


def test_a_text_in_another_encoding_is_said_to_be_so(tmp_path):
    (tmp_path / "latin1").write_bytes("café et thé\n".encode("latin-1") * 50)
    with pytest.warns(UserWarning, match=r"66\.7% of the tokens are not UTF-8, .*encoding='latin-1'"):
        corpus = Corpus.from_text(tmp_path / "latin1")
    assert corpus[0] == ["caf\udce9", "et", "th\udce9"]


@pytest.mark.parametrize("block", [3, 1 << 20])
@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16-le", "utf-32", "utf-8-sig", "UTF8"])
def test_encodings(tmp_path, monkeypatch, encoding, suffix, block):
    monkeypatch.setattr(reading, "BLOCK_BYTES", block)
    data = ("café et thé\r\n" * 3).encode(encoding)
    (tmp_path / f"text{suffix}").write_bytes(gzip.compress(data) if suffix else data)
    corpus = Corpus.from_text(tmp_path / f"text{suffix}", encoding=encoding, min_count=1)
    assert list(corpus) == [["café", "et", "thé"]] * 3


def test_a_text_that_has_not_the_given_encoding(tmp_path):
    (tmp_path / "text").write_bytes(b"ab \x81")
    with pytest.raises(FormatError, match=r"text: damaged CP1252 at byte 3: character maps") as caught:
        Corpus.from_text(tmp_path / "text", encoding="cp1252", min_count=1)
    assert caught.value.offset == 3
    for wrong in ("latin-0", "hex", "", 5, "a\0"):
        with pytest.raises(SettingError, match="encoding: expected the name of an encoding"):
            Corpus.from_text(tmp_path / "text", encoding=wrong)
    (tmp_path / "table").write_bytes(b"PAR1\0\0")
    with pytest.raises(FormatError, match="a Parquet table"):  # latin-1 takes any bytes
        Corpus.from_text(tmp_path / "table", encoding="latin-1")
    (tmp_path / "zeros").write_bytes(b"a\0b\0")
    with pytest.raises(FormatError, match=r"got a zero byte.*encoding='utf-16-le'"):
        Corpus.from_text(tmp_path / "zeros", encoding="latin-1")


@pytest.mark.parametrize("block", [1, 1 << 18])
@pytest.mark.parametrize("tokens", ["whitespace", str.split])
def test_lines_that_end_in_cr_alone(tmp_path, monkeypatch, block, tokens):
    monkeypatch.setattr("fastvec.text.content.BLOCK", block)
    (tmp_path / "text").write_bytes(b"a b\rc\r\re\rf\r")
    corpus = Corpus.from_text(tmp_path / "text", tokens=tokens, min_count=1)
    assert list(corpus) == [["a", "b"], ["c"], [], ["e"], ["f"]]


@pytest.mark.parametrize("block", [1, 2, 3])
def test_cr_lf_behind_lines_that_end_in_cr(tmp_path, monkeypatch, block):
    monkeypatch.setattr("fastvec.text.content.BLOCK", block)
    monkeypatch.setattr("fastvec.text.content.START", 4)
    (tmp_path / "text").write_bytes(b"a\rb\rc\r\nd\r\n")
    assert list(Corpus.from_text(tmp_path / "text", min_count=1)) == [["a"], ["b"], ["c"], ["d"]]


def test_cr_of_crlf_and_within_lines_is_white_space(tmp_path):
    (tmp_path / "text").write_bytes(b"a\r\nb\rc\r\n")
    assert list(Corpus.from_text(tmp_path / "text", min_count=1)) == [["a"], ["b", "c"]]
    (tmp_path / "one").write_bytes(b"a b\r")
    assert list(Corpus.from_text(tmp_path / "one", min_count=1)) == [["a", "b"]]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("text", ["[[a]] b", "{a} b", "1 2 3", "[a b", "<a> b", '"a" b'])
def test_plain_text_is_read_without_a_warning(tmp_path, text):
    (tmp_path / "text").write_text(text)
    assert Corpus.from_text(tmp_path / "text", min_count=1).n_tokens > 1


@pytest.mark.parametrize("encoding", ["utf-32", "utf-16"])
def test_byte_order_marks(tmp_path, encoding):
    (tmp_path / "text").write_bytes("café b".encode(encoding))
    assert list(Corpus.from_text(tmp_path / "text", min_count=1)) == [["café", "b"]]
    (tmp_path / "text").write_bytes("a b".encode(f"{encoding}-le"))
    with pytest.raises(FormatError, match=rf"text: .*{encoding}-le and {encoding}-be need none|damaged"):
        Corpus.from_text(tmp_path / "text", encoding=encoding)


def test_bytes_with_zeros_and_encodings_of_what_is_no_file(tmp_path):
    for source in ([b"a\0b"], io.BytesIO("a b".encode("utf-16"))):
        with pytest.raises(
            CorpusError, match=r"item 0: expected a line of UTF-8, got .*; give the path of a file"
        ):
            Corpus.from_text(source)
    with pytest.raises(SettingError, match="encoding: is for files only"):
        Corpus.from_text(["a"], encoding="latin-1")


def test_lists_of_lines_are_suspected():
    with pytest.warns(UserWarning, match="100% of the tokens have spaces in them, such as"):
        Corpus.from_text([["the fox", "a dog"]] * 5)


def test_an_output_that_is_the_text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("a b c\n" * 9)
    for source in (path, [path], str(tmp_path / "*.txt")):
        with pytest.raises(SettingError, match="would overwrite the text; choose another path"):
            Corpus.from_text(source, save_to=path)
    assert main(["vocab", str(path), "-o", str(path)]) == 2
    assert path.read_text() == "a b c\n" * 9
