"""``fastvec neighbors`` and ``fastvec analogy``: arguments, prompts, unknown words, JSON."""

import io
import json
import os
import sys

import numpy as np
import pytest

from fastvec import Subwords, WordVectors
from fastvec.cli import codes, main, neighbors
from fastvec.cli.terminal import printable, shown
from fastvec.vectors.subwords import SubwordVectors


@pytest.fixture
def kingdom(tmp_path):
    rows = {"man": [1, 0, 0], "woman": [0, 1, 0], "king": [1, 0, 1], "queen": [0, 1, 1], "be\x07ll": [1, 1, -1]}
    path = tmp_path / "kingdom.safetensors"
    WordVectors(list(rows), np.array(list(rows.values()), np.float32)).save(path)
    return str(path)


def test_neighbors(kingdom, capsys):
    assert main(["neighbors", kingdom, "king", "woman", "-n", "1"]) == 0
    assert capsys.readouterr().out == "king\n  man  0.7071\nwoman\n  queen  0.7071\n"


def test_neighbors_among_the_words_of_a_file(kingdom, tmp_path, capsys):
    among = tmp_path / "words.txt"
    among.write_bytes(b"\xef\xbb\xbfwoman king\nnobody\nwoman\n")
    assert main(["neighbors", kingdom, "king", "man", "--among", str(among)]) == 0
    printed = capsys.readouterr()
    assert printed.out == "king\n  woman  0.0000\nman\n  king   0.7071\n  woman  0.0000\n"
    assert "1 of 3 words are out of the vocabulary" in printed.err
    among.write_text("nobody")
    assert main(["neighbors", kingdom, "king", "--among", str(among)]) == codes.USAGE
    assert "among: expected words of the vocabulary, got none in" in capsys.readouterr().err
    assert main(["neighbors", kingdom, "king", "--among", str(tmp_path / "none")]) == codes.NO_INPUT


@pytest.mark.parametrize("size", [1, 3, 1024])
def test_words_of_a_pipe_are_asked_in_batches(kingdom, capsys, monkeypatch, size):
    monkeypatch.setattr(neighbors, "BATCH", size)
    asked = ["king", "queen", "kingg", "man king", "woman", "queen"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(asked)))
    assert main(["neighbors", kingdom, "-n", "1"]) == codes.DATA
    shown = [line for line in capsys.readouterr().out.splitlines() if line[0] != " "]
    assert shown == ["king", "queen", "man", "king", "woman", "queen"]


def test_no_word_at_all(kingdom, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert main(["neighbors", kingdom]) == 0
    assert capsys.readouterr().out == ""


def test_analogy(kingdom, capsys):
    assert main(["analogy", kingdom, "man", "king", "woman", "--topn", "1"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "king - man + woman"
    assert second.split()[0] == "queen"


def test_neighbors_of_a_word_that_was_never_seen(tmp_path, capsys):
    words, settings = ["king", "kings", "sea"], Subwords(min_n=3, max_n=3, buckets=1000)
    rows = np.random.default_rng(1).standard_normal((1003, 20)).astype(np.float32)
    subwords = SubwordVectors(settings, rows)
    path = tmp_path / "model.bin"
    WordVectors(words, subwords.of_words(words), subwords=subwords).save(path)
    assert main(["neighbors", str(path), "kingship", "-n", "2"]) == 0
    question, *answers = capsys.readouterr().out.splitlines()
    assert question == "kingship"
    assert {answer.split()[0] for answer in answers} == {"king", "kings"}
    assert main(["neighbors", str(path), ""]) == codes.DATA
    assert "no vector for ''" in capsys.readouterr().err


def test_json_of_questions(kingdom, capsys):
    assert main(["neighbors", kingdom, "king", "--json", "-n", "2"]) == 0
    answers = json.loads(capsys.readouterr().out)
    assert [answer["word"] for answer in answers["king"]] == ["man", "queen"]
    assert answers["king"][0]["similarity"] == pytest.approx(2**-0.5)
    assert main(["analogy", kingdom, "man", "king", "woman", "--json"]) == 0
    answers = json.loads(capsys.readouterr().out)
    assert answers["king - man + woman"][0]["word"] == "queen"


def test_an_unknown_word_gets_suggestions_and_the_others_their_answers(kingdom, capsys):
    assert main(["neighbors", kingdom, "kingg", "woman", "-n", "1"]) == codes.DATA
    printed = capsys.readouterr()
    assert "'king'" in printed.err
    assert printed.out == "woman\n  queen  0.7071\n"
    assert main(["analogy", kingdom, "man", "kingg", "woman"]) == codes.DATA
    assert "'king'" in capsys.readouterr().err


def test_two_words_are_no_analogy(kingdom, capsys):
    assert main(["analogy", kingdom, "man", "king"]) == codes.USAGE
    assert "expected three" in capsys.readouterr().err


def test_lines_of_a_pipe_are_answered_and_empty_ones_skipped(kingdom, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("king\nqueen kingg\n\nman\n"))
    assert main(["neighbors", kingdom, "-n", "1"]) == codes.DATA
    printed = capsys.readouterr()
    assert [line for line in printed.out.splitlines() if line[0] != " "] == ["king", "queen", "man"]
    assert "did you mean 'king'" in printed.err


def test_lines_of_a_pipe_are_answered_until_it_ends(kingdom, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("man king\nman king woman"))
    assert main(["analogy", kingdom, "-n", "1"]) == codes.DATA
    printed = capsys.readouterr()
    assert printed.out.split()[-2] == "queen"
    assert "three words" in printed.err


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_a_terminal_is_prompted(kingdom, command):
    import pty
    import subprocess

    ours, theirs = pty.openpty()
    arguments = [*command, "neighbors", kingdom, "-n", "4"]
    with subprocess.Popen(arguments, stdin=theirs, stdout=theirs, stderr=theirs) as program:
        os.close(theirs)
        os.write(ours, b"kingg\nking\n\n")
        assert program.wait(timeout=60) == codes.DATA
    seen = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert "word> " in seen
    assert "did you mean 'king'" in seen
    assert "\x07" not in seen
    assert r"be\x07ll" in seen


def test_control_characters_are_escaped_for_a_terminal_only(monkeypatch):
    assert printable("a\x1b[0m\udcff\u202eé") == r"a\x1b[0m\udcff\u202eé"
    assert shown("a\x07") == "a\x07"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert shown("a\x07") == r"a\x07"
