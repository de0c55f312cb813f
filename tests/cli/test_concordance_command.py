"""``fastvec concordance``."""

import json

import pytest

from fastvec import Corpus
from fastvec.cli import codes, main


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("the king rules\nlong live the king and the queen\nthe queen rare\n")
    return path


def test_all_words_of_a_text_are_kept(text, capsys):
    assert main(["concordance", str(text), "king", "--width", "3"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "          the  king  rules\nlong live the  king  and the queen\n"
    assert printed.err == "2 of 2 places\n"
    assert main(["concordance", str(text), "king", "--near", "queen", "-n", "1"]) == 0
    assert capsys.readouterr().out.count("\n") == 1
    assert main(["concordance", str(text), "QUEEN"]) == codes.DATA
    assert "not in the corpus: 'QUEEN'" in capsys.readouterr().err


def test_an_encoded_corpus_says_what_it_lacks(text, tmp_path, capsys):
    encoded = tmp_path / "text.fvc"
    Corpus.from_text(text, min_count=2).save(encoded)
    assert main(["concordance", str(encoded), "king", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["places"], found["n_dropped"]) == (2, 5)
    assert found["lines"][0] == {"left": ["the"], "word": "king", "right": [], "sentence": 0}
    assert main(["concordance", str(encoded), "king"]) == 0
    assert "5 tokens of the text are not in the corpus" in capsys.readouterr().err
    assert main(["concordance", str(encoded), "king", "--lowercase"]) == codes.USAGE
    assert "--lowercase is ignored for an encoded corpus" in capsys.readouterr().err
    assert main(["concordance", str(encoded), "king", "-n", "-1"]) == codes.USAGE
    assert "lines: expected a whole number" in capsys.readouterr().err


def test_a_corpus_encoded_with_gaps_shows_them(text, tmp_path, capsys):
    encoded = str(tmp_path / "text.fvc")
    assert main(["encode", str(text), "--min-count", "2", "--gaps", "-o", encoded, "-q"]) == 0
    assert main(["concordance", encoded, "king", "--width", "3"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "    the  king  _\n_ _ the  king  _ the queen\n"
    assert printed.err == "2 of 2 places\n"
    assert main(["concordance", encoded, "king", "--near", "queen", "--width", "2"]) == 0
    assert "0 of 0 places" in capsys.readouterr().err


def test_words_out_of_a_vocabulary_are_gaps(text, tmp_path, capsys):
    words = tmp_path / "words.txt"
    assert main(["vocab", str(text), "--min-count", "2", "-o", str(words), "-q"]) == 0
    assert main(["concordance", str(text), "king", "--width", "3", "--vocabulary", str(words)]) == 0
    assert capsys.readouterr().out == "    the  king  _\n_ _ the  king  _ the queen\n"
    assert main(["concordance", str(text), "king", "--vocabulary", str(tmp_path / "none")]) == codes.NO_INPUT
