"""Sets that ask nothing, words that are unknown, vectors that cannot be scored: an answer or a typed error."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

import fastvec as fv
from fastvec.cli import codes, main

WORDS = ["king", "queen", "man", "woman"]
SCORES = {"questions": fv.evaluate_analogies, "pairs": fv.evaluate_similarity}
ITEMS = {"questions": ("man", "king", "woman", "queen"), "pairs": ("king", "queen", 5)}
each_kind = pytest.mark.parametrize("kind", SCORES)


@pytest.fixture
def vectors():
    return fv.WordVectors(WORDS, [[1, 1, 1], [1, 1, -1], [1, 0, 1], [1, 0, -1]])


@each_kind
@pytest.mark.parametrize("text", ["", "\n\n", ": family\n"])
def test_files_without_an_item_are_refused(vectors, tmp_path, kind, text, capsys):
    path = tmp_path / "set.txt"
    path.write_text(text)
    with pytest.raises(fv.FormatError, match=rf"set\.txt: {kind}: expected lines of .*, got none"):
        SCORES[kind](vectors, path)
    vectors.save(tmp_path / "v.safetensors")
    code = main(["evaluate", str(tmp_path / "v.safetensors"), "--on", str(path)])
    assert code == codes.DATA
    assert "set.txt" in capsys.readouterr().err
    assert np.isnan(SCORES[kind](vectors, []).coverage)


@each_kind
def test_a_set_of_unknown_words_has_no_score(vectors, kind):
    item = tuple("x" if isinstance(part, str) else part for part in ITEMS[kind])
    score = SCORES[kind](vectors, [item] * 3)
    assert score.coverage == 0
    assert np.isnan(score.interval()).all()
    assert np.isnan(score.compare(score).p_value)
    assert "nan" in repr(score)


@each_kind
def test_the_wrong_case_is_folded_unless_it_is_to_match(vectors, kind):
    item = tuple(part.upper() if isinstance(part, str) else part for part in ITEMS[kind])
    assert SCORES[kind](vectors, [item]).coverage == 1
    assert SCORES[kind](vectors, [item], ignore_case=False).coverage == 0


@each_kind
@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_vectors_that_are_not_finite_are_refused(kind, number):
    rows = np.eye(4)
    rows[2, 1] = number
    broken = fv.WordVectors(WORDS, rows)
    with (
        np.errstate(invalid="ignore"),
        pytest.raises(
            fv.SettingError, match="vectors: expected finite numbers, got nan or inf in the row of 'man'"
        ),
    ):
        SCORES[kind](broken, [ITEMS[kind]])
    assert SCORES[kind](broken, [ITEMS[kind]], restrict_vocab=2).coverage == (kind == "pairs")


@each_kind
def test_other_things_are_refused(vectors, kind):
    with pytest.raises(fv.SettingError, match=r"vectors: expected fastvec\.WordVectors, got 3"):
        SCORES[kind](3, [ITEMS[kind]])
    with pytest.raises(fv.SettingError, match=f"{kind}: expected a path, or {kind}"):
        SCORES[kind](vectors, 3)


def test_one_word_answers_nothing():
    one = fv.WordVectors(["king"], [[1.0, 2.0]])
    assert fv.evaluate_analogies(one, [("king",) * 4]).accuracy == 0
    assert fv.evaluate_analogies(one, [("king",) * 4], method="3cosmul").accuracy == 0
    score = fv.evaluate_similarity(one, [("king", "king", 1), ("king", "king", 2)])
    assert score.cosines == pytest.approx([1, 1])
    assert np.isnan(score.spearman)


def test_the_command_says_that_nothing_is_known(vectors, tmp_path, capsys):
    first, second = str(tmp_path / "a.safetensors"), str(tmp_path / "b.safetensors")
    vectors.save(first)
    vectors.save(second)
    (tmp_path / "unknown.txt").write_text("xx yy 3\nxx zz 4\n")
    arguments = ["evaluate", first, second, "--on", str(tmp_path / "unknown.txt"), "--resamples", "9"]
    assert main(arguments) == codes.DATA
    printed = capsys.readouterr()
    assert "unknown: none of its items has all of its words in b.safetensors" in printed.err
    assert "+nan" not in printed.out
    assert main([*arguments, "--json", "--plot", str(tmp_path / "scores.png")]) == codes.DATA
    printed = capsys.readouterr()
    assert "unknown: none of its items" in printed.err
    assert [row["n"] for row in json.loads(printed.out)] == [0, 0]
    assert not (tmp_path / "scores.png").exists()


def test_the_command_says_why_there_is_no_correlation(vectors, tmp_path, capsys):
    vectors.save(path := str(tmp_path / "a.safetensors"))
    word = vectors.index_to_key[0]
    (tmp_path / "same.txt").write_text(f"{word} {word} 3\n")
    (tmp_path / "sound.txt").write_text(
        "".join(f"{a} {b} {i}\n" for i, (a, b) in enumerate(itertools.combinations(WORDS, 2)))
    )
    on = [str(tmp_path / "same.txt"), str(tmp_path / "sound.txt")]
    assert main(["evaluate", path, "--on", *on, "--resamples", "9"]) == 0, "one of the two is scored"
    assert (
        "same: no score: a correlation needs different judgements, and different cosines in a.safetensors"
        in capsys.readouterr().err
    )
