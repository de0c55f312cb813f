"""``fastvec count``."""

import os

import pytest

from fastvec import CooccurrenceMatrix, Corpus, count_cooccurrences
from fastvec.cli import codes, main


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("b a a\nc a b\n")
    return path


def test_counts_as_the_library_does(text, tmp_path, capsys):
    output = tmp_path / "counts.fvm"
    flags = ["--min-count", "1", "--window", "1", "--weighting", "flat", "--context", "left", "--top", "2"]
    assert main(["count", str(text), "-o", str(output), "--max-memory", "64MiB", *flags]) == 0
    shown = capsys.readouterr()
    assert shown.out == "a a 1\na b 1\n"
    assert "counted" in shown.err
    corpus = Corpus.from_text(text, min_count=1)
    wanted = count_cooccurrences(corpus, window=1, weighting="flat", context="left")
    found = CooccurrenceMatrix.load(output)
    assert (found.to_csr() != wanted.to_csr()).nnz == 0
    assert found.settings == wanted.settings


def test_triples_of_an_encoded_corpus(text, tmp_path, capsys):
    encoded, output = tmp_path / "text.fvc", tmp_path / "counts.bin"
    corpus = Corpus.from_text(text, min_count=1, save_to=encoded)
    assert main(["count", str(encoded), "-o", str(output), "-q"]) == 0
    assert capsys.readouterr() == ("", "")
    found = CooccurrenceMatrix.read_triples(output, corpus.vocabulary)
    assert (found.to_csr() != count_cooccurrences(corpus).to_csr()).nnz == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["-o", "counts.txt"], codes.USAGE),
        (["-o", "counts.fvm", "--window", "0"], codes.USAGE),
        (["-o", "counts.fvm", "--max-memory", "a lot"], codes.USAGE),
        (["-o", "none/counts.fvm"], codes.NO_OUTPUT),
        (["-o", "counts.fvm", "--top", "-1"], codes.USAGE),
        (["twice.bin", "-o", "twice.bin"], codes.USAGE),
    ],
)
def test_exit_codes(text, tmp_path, monkeypatch, capsys, arguments, code):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "twice.bin").write_text("a text of that name\n")
    assert main(["count", str(text), "--min-count", "1", *arguments]) == code
    assert capsys.readouterr().err.startswith("fastvec: error: ")
    assert sorted(os.listdir(tmp_path)) == ["text.txt", "twice.bin"]


def test_files_that_are_not_text_are_refused(text, tmp_path, capsys):
    counts, triples = (str(tmp_path / name) for name in ("counts.fvm", "triples.bin"))
    for output in (counts, triples):
        assert main(["count", str(text), "-o", output, "--min-count", "1", "-q"]) == 0
    for command in ("count", "encode", "train"):
        output = str(tmp_path / {"count": "again.fvm", "encode": "again.fvc", "train": "again.bin"}[command])
        for source in (triples, counts):
            code = codes.USAGE if (command, source) == ("train", counts) else codes.DATA
            assert main([command, str(text), source, "-o", output, "--min-count", "1"]) == code
        assert not os.path.exists(output)
    assert "triples.bin: expected text in UTF-8, got a zero byte" in capsys.readouterr().err
