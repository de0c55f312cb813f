"""``fastvec phrases``."""

import gzip
import os

import pytest

from fastvec import Corpus, Phrases, PhraseTable
from fastvec.cli import codes, main
from fastvec.phrases.phrases import ENGLISH_CONNECTOR_WORDS

LINES = ["new york is big", "", "the state of the union", "york", "new york is a state of mind"] * 6 + ["one more"]


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(LINES) + "\n")
    return path


def test_text_and_table(text, tmp_path, capsys):
    output, table = tmp_path / "joined.txt", tmp_path / "phrases.json"
    arguments = ["--threshold", "1.4", "--connector-words", "english", "--top", "2"]
    assert main(["phrases", str(text), "-o", str(output), "--table", str(table), *arguments]) == 0
    wanted = Phrases(threshold=1.4, connector_words=ENGLISH_CONNECTOR_WORDS)
    wanted = wanted.fit(Corpus.from_text(text, min_count=1))
    assert PhraseTable.load(table) == wanted
    assert output.read_text().splitlines() == list(wanted.join_all(LINES))
    assert output.read_text().startswith("new_york is_big\n\nthe state_of_the_union\nyork\nnew_york is")
    shown = capsys.readouterr()
    top = [line.split() for line in shown.out.splitlines()]
    assert top == [[p.token, f"{p.score:.4g}", f"{p.count}"] for p in wanted.top(2, by="count")]
    assert f"found {len(wanted)} phrases" in shown.err
    assert "joined to" in shown.err
    assert f"wrote {output}" in shown.err


def test_encoded_output_leaves_out_rare_words(text, tmp_path, capsys):
    output = tmp_path / "joined.fvc"
    arguments = ["--threshold", "1,0.5", "--passes", "2", "--min-count", "6", "--by", "score"]
    assert main(["phrases", str(text), "-o", str(output), *arguments]) == 0
    corpus = Corpus.from_text(text, min_count=1)
    table = Phrases(threshold=(1, 0.5), passes=2, min_count=6).fit(corpus)
    wanted = table.apply(corpus, min_count=6)
    found = Corpus.load(output)
    assert (list(found), found.n_dropped) == (list(wanted), 2)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [p.token for p in table.top(20)]


def test_a_table_applied_to_another_text(text, tmp_path, capsys):
    table, output, other = tmp_path / "phrases.json", tmp_path / "joined.txt", tmp_path / "other.txt.gz"
    other.write_bytes(gzip.compress(b"In New York,\nthe union"))
    words = "the,of,a"
    arguments = ["--threshold", "1", "--connector-words", words, "-q", "--delimiter", "+"]
    assert main(["phrases", str(text), "--table", str(table), *arguments]) == 0
    arguments = ["--tokens", "words", "--lowercase", "--top", "0"]
    assert main(["phrases", str(other), "-o", str(output), "--apply", str(table), *arguments]) == 0
    assert output.read_text() == "in new+york\nthe union\n"
    assert "phrases.json: " in capsys.readouterr().err
    output = tmp_path / "joined.fvc"
    assert main(["phrases", str(text), "-o", str(output), "--apply", str(table), "--min-count", "12"]) == 0
    assert "new+york" in Corpus.load(output).vocabulary
    assert "mind" not in Corpus.load(output).vocabulary


def test_an_encoded_corpus_with_dropped_words(text, tmp_path, capsys):
    encoded, output = tmp_path / "text.fvc", tmp_path / "joined.txt"
    Corpus.from_text(text, min_count=2, save_to=encoded)
    assert main(["phrases", str(encoded), "-o", str(output), "--threshold", "1"]) == 0
    assert "encoding dropped 2 tokens" in capsys.readouterr().err
    assert output.read_text().splitlines()[:2] == ["new_york is_big", ""]


def test_nothing_found_is_reported(text, capsys):
    assert main(["phrases", str(text), "--threshold", "1000"]) == 0
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "no pair of words scores above 1000" in shown.err
    assert main(["phrases", str(text), "--threshold", "1000", "-q"]) == 0
    assert capsys.readouterr() == ("", "")


def test_bytes_that_are_no_utf8_pass_through(tmp_path):
    text, output = tmp_path / "latin.txt", tmp_path / "joined.txt"
    text.write_bytes(b"caf\xe9 noir\r\nvin\n" * 9)
    assert main(["phrases", str(text), "-o", str(output), "--threshold", "0.1", "-q"]) == 0
    assert output.read_bytes() == b"caf\xe9_noir\nvin\n" * 9


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["text.txt", "-o", "joined.bin"], codes.USAGE, "expected a name that ends in .txt or .fvc"),
        (["text.txt", "-o", "text.txt"], codes.USAGE, "output would overwrite an input"),
        (["text.txt", "--table", "text.txt"], codes.USAGE, "output would overwrite an input"),
        (["text.txt", "-o", "a.txt", "--table", "./a.txt"], codes.USAGE, "name the same file"),
        (["text.txt", "--threshold", "-1"], codes.USAGE, "threshold: expected"),
        (["text.txt", "--scoring", "npmi", "--threshold", "3"], codes.USAGE, "threshold: expected"),
        (["text.txt", "--threshold", "1,2,3"], codes.USAGE, "threshold: expected one number, or one for each"),
        (["text.txt", "--delimiter", " "], codes.USAGE, "delimiter: expected"),
        (["text.txt", "--connector-words", "of,,the"], codes.USAGE, "connector_words: expected"),
        (["text.txt", "--top", "-1"], codes.USAGE, "top: expected"),
        (["text.txt", "--min-count", "0"], codes.USAGE, "min_count: expected"),
        (["text.txt", "--apply", "table.json", "--passes", "2"], codes.USAGE, "--passes is ignored for"),
        (["text.txt", "--apply", "table.json", "--min-count", "2"], codes.USAGE, "--min-count is ignored"),
        (["text.txt", "--apply", "table.json", "--table", "a.json"], codes.USAGE, "--table is ignored"),
        (["text.txt", "--apply", "text.txt"], codes.DATA, "text.txt: content: expected a table of phrases"),
        (["text.txt", "--apply", "none.json"], codes.NO_INPUT, "none.json"),
        (["none.txt"], codes.NO_INPUT, "none.txt: no such file"),
        (["text.txt", "--table", "none/a.json"], codes.NO_OUTPUT, "none/a.json"),
        (["text.txt", "-o", "none/a.txt"], codes.NO_OUTPUT, "none/a.txt"),
        (["empty.txt"], codes.DATA, "it holds no words"),
    ],
)
def test_what_goes_wrong(text, tmp_path, monkeypatch, capsys, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.txt").write_text("\n\n")
    before = {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)}
    assert main(["phrases", *arguments]) == code
    shown = capsys.readouterr()
    assert shown.err.splitlines()[-1].startswith("fastvec: error: ")
    assert message in shown.err
    assert {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)} == before
