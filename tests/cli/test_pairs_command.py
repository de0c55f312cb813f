"""``fastvec pairs``: the windows of a sentence on a terminal, lines with tabs elsewhere."""

import sys

import pytest

from fastvec import Corpus, training_pairs
from fastvec.cli import codes, main

SENTENCE = "the cat sat on the mat"


def pretend_terminal(monkeypatch):
    """Pretend that standard output is a terminal of 80 columns, without colour unless a test asks."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("WT_SESSION", "1")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.mark.parametrize("text", [[SENTENCE], SENTENCE.split()])
def test_a_pipe_gets_a_pair_a_line(text, capsys):
    assert main(["pairs", *text, "--window", "2"]) == 0
    lines = [tuple(line.split("\t")) for line in capsys.readouterr().out.splitlines()]
    assert lines == training_pairs(SENTENCE, 2)


def test_a_pipe_gets_the_bags_of_cbow(capsys):
    assert main(["pairs", SENTENCE, "--cbow", "--context", "left", "--window", "2"]) == 0
    assert capsys.readouterr().out == "the\tcat\nthe cat\tsat\ncat sat\ton\nsat on\tthe\non the\tmat\n"


def test_a_terminal_sees_the_window_step_by_step(monkeypatch, capsys):
    pretend_terminal(monkeypatch)
    assert main(["pairs", SENTENCE, "--window", "1"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "[the] cat  sat  on  the  mat    (the, cat)",
        " the [cat] sat  on  the  mat    (cat, the) (cat, sat)",
        " the  cat [sat] on  the  mat    (sat, cat) (sat, on)",
        " the  cat  sat [on] the  mat    (on, sat) (on, the)",
        " the  cat  sat  on [the] mat    (the, on) (the, mat)",
        " the  cat  sat  on  the [mat]   (mat, the)",
    ]
    assert main(["pairs", "a b", "--cbow", "--context", "left"]) == 0
    assert capsys.readouterr().out == "[a] b    no pair\n a [b]   a → b\n"


def test_colours_mark_centre_window_and_rest(monkeypatch, capsys):
    pretend_terminal(monkeypatch)
    monkeypatch.delenv("NO_COLOR")
    assert main(["pairs", "a b c", "--window", "1", "--context", "right"]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first == "\x1b[1;7m[a]\x1b[0m\x1b[4m b \x1b[0m\x1b[2m c \x1b[0m   (a, b)"
    monkeypatch.setenv("TERM", "dumb")
    assert main(["pairs", "a b c", "--window", "1"]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_many_pairs_and_long_sentences_are_wrapped(monkeypatch, capsys):
    pretend_terminal(monkeypatch)
    assert main(["pairs", "東京 beta gamma delta epsilon zeta"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "[東京] beta  gamma  delta  epsilon  zeta    (東京, beta) (東京, gamma)",
        " " * 44 + "(東京, delta) (東京, epsilon)",
        " " * 44 + "(東京, zeta)",
    ]
    monkeypatch.setenv("COLUMNS", "40")
    assert main(["pairs", "alpha beta gamma delta epsilon", "--window", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["[alpha] beta  …", "    (alpha, beta)"]
    assert lines[4:6] == ["…  beta [gamma] delta  …", "    (gamma, beta) (gamma, delta)"]
    assert lines[-2:] == ["…  delta [epsilon]", "    (epsilon, delta)"]


def test_plain_on_a_terminal_escapes_what_could_control_it(monkeypatch, capsys):
    pretend_terminal(monkeypatch)
    assert main(["pairs", "a\x1b[0m b", "--plain"]) == 0
    assert capsys.readouterr().out == "a\\x1b[0m\tb\nb\ta\\x1b[0m\n"


def test_files_corpora_and_standard_input(tmp_path, monkeypatch, capsys):
    pretend_terminal(monkeypatch)
    text = tmp_path / "text.txt"
    text.write_text("A b.\n\nc d\n")
    assert main(["pairs", str(text), "--lowercase", "--tokens", "words"]) == 0
    expected = "[a] b    (a, b)\n a [b]   (b, a)\n\n[c] d    (c, d)\n c [d]   (d, c)\n"
    assert capsys.readouterr().out == expected
    assert main(["pairs", str(text), str(text), "--plain"]) == 0
    assert capsys.readouterr().out == "A\tb.\nb.\tA\nc\td\nd\tc\n" * 2
    Corpus.from_text(["a b", "c d"], min_count=1).save(tmp_path / "text.fvc")
    assert main(["pairs", str(tmp_path / "text.fvc")]) == 0
    assert capsys.readouterr().out == expected
    with open(text) as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert main(["pairs", "-", "--plain"]) == 0
    assert capsys.readouterr().out == "A\tb.\nb.\tA\nc\td\nd\tc\n"


def test_what_is_refused(tmp_path, capsys):
    assert main(["pairs", "hello"]) == codes.NO_INPUT
    assert "hello: no such file, and a sentence of one token has no pairs" in capsys.readouterr().err
    assert main(["pairs", " "]) == codes.DATA
    assert "it holds no words" in capsys.readouterr().err
    assert main(["pairs", SENTENCE, "--window", "0"]) == codes.USAGE
    assert "window: expected a whole number from 1" in capsys.readouterr().err
    assert main(["pairs", str(tmp_path)]) == codes.NO_INPUT
    Corpus.from_text(["a b"], min_count=1).save(tmp_path / "text.fvc")
    assert main(["pairs", str(tmp_path / "text.fvc"), "--lowercase"]) == codes.USAGE
    assert "--lowercase is ignored for an encoded corpus; leave it out" in capsys.readouterr().err
