"""Files of vectors on the command line: read in part, with an encoding, from pipes; checked before a long run."""

import json
import shutil
import subprocess
from types import SimpleNamespace

import numpy as np
import pytest

from fastvec import Corpus, WordVectors
from fastvec.cli import codes, main

WRONG = b"3 2\nnew york 1 2\nb x 4\ncaf\xe9 5 6\n"


@pytest.fixture
def wrong(tmp_path):
    path = tmp_path / "wrong.vec"
    path.write_bytes(WRONG)
    return path


def test_convert_has_a_way_on(wrong, tmp_path, capsys):
    output = tmp_path / "v.bin"
    arguments = ["convert", str(wrong), str(output)]
    assert main(arguments) == codes.DATA
    assert "line 3: expected 2 numbers, got b'x'" in capsys.readouterr().err
    arguments += ["--on-error", "skip", "--encoding", "latin-1"]
    assert main(arguments) == codes.USAGE
    error = capsys.readouterr().err
    assert "1 with something that is no number" in error
    assert "'new york'" in error
    assert "--spaces _" in error
    assert main([*arguments, "--spaces", "_"]) == 0
    assert WordVectors.load(output).index_to_key == ["new_york", "café"]
    assert main([*arguments, "--spaces", "-", "--limit", "1"]) == 0
    assert WordVectors.load(output).index_to_key == ["new-york"]


@pytest.mark.parametrize("command", ["neighbors", "info", "analogy", "evaluate"])
def test_commands_that_read_vectors_have_the_same_flags(wrong, tmp_path, capsys, command):
    pairs = tmp_path / "pairs.txt"
    pairs.write_text("new york 1\ncafé york 2\n", encoding="utf-8")
    rest = {"neighbors": ["café"], "info": [], "analogy": ["café"] * 3, "evaluate": ["--on", str(pairs)]}[command]
    assert main([command, str(wrong), *rest, "--on-error", "skip", "--encoding", "latin-1"]) in (0, codes.DATA)
    error = capsys.readouterr().err
    assert "rows left out: 1" in error
    assert "line" not in error.replace("first: line 3", "")
    assert main([command, str(wrong), *rest, "--encoding", "utf-16"]) == codes.USAGE


@pytest.mark.parametrize("suffix", [".vec", ".bin", ".safetensors"])
def test_standard_input_has_vectors(tmp_path, command, suffix):
    path = tmp_path / f"v{suffix}"
    WordVectors(["a", "b"], [[1, 2], [2, 1]]).save(path)
    for arguments in (["neighbors", "-", "a", "--json"], ["info", "-", "--json"]):
        done = subprocess.run([*command, *arguments], input=path.read_bytes(), capture_output=True, check=True)
        answer = json.loads(done.stdout)
        assert answer.get("words") == 2 or answer["a"][0]["word"] == "b"
        assert "bytes" not in answer


def test_standard_input_cannot_have_words_too(capsys):
    assert main(["neighbors", "-"]) == codes.USAGE
    assert "standard input has the vectors" in capsys.readouterr().err


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("new words here new words\n" * 20)
    return path


def never(*_, **__):
    raise AssertionError("training began")


@pytest.mark.parametrize("suffix", [".vec", ".bin"])
def test_words_of_init_that_cannot_be_written_stop_before_training(tmp_path, text, capsys, monkeypatch, suffix):
    init, output = tmp_path / "init.txt", tmp_path / f"v{suffix}"
    init.write_text("new york 1 2\nb 3 4\n")
    arguments = ["train", str(text), "-o", str(output), "--init", str(init), "--min-count", "1", "-q"]
    with monkeypatch.context() as patch:
        patch.setattr("fastvec.SkipGram.train", never)
        assert main(arguments) == codes.USAGE
    assert "'new york'" in capsys.readouterr().err
    assert main([*arguments, "--spaces", "_", "--init-limit", "1"]) == 0
    assert WordVectors.load(output).index_to_key == ["new", "words", "here", "new_york"]


def test_words_of_the_text_that_cannot_be_written_stop_before_training(tmp_path, capsys, monkeypatch):
    text = tmp_path / "text.fvc"
    Corpus.from_text([["a\0b", "c", "d"]] * 20, min_count=1, save_to=text)
    monkeypatch.setattr("fastvec.SkipGram.train", never)
    arguments = ["train", str(text), "-o", str(tmp_path / "v.bin"), "-q"]
    assert main([*arguments, "--subwords"]) == codes.USAGE
    assert "zero byte" in capsys.readouterr().err


def test_too_many_dimensions_stop_before_training(tmp_path, text, capsys, monkeypatch):
    monkeypatch.setattr("fastvec.SkipGram.train", never)
    arguments = [
        "train",
        str(text),
        "-o",
        str(tmp_path / "v.vec"),
        "--min-count",
        "1",
        "-q",
        "--vector-size",
        "70000",
    ]
    assert main(arguments) == codes.USAGE
    assert "at most 65536 dimensions" in capsys.readouterr().err


@pytest.mark.parametrize("suffix", [".vec", ".bin", ".safetensors"])
def test_a_full_disk_stops_before_training(tmp_path, text, capsys, monkeypatch, suffix):
    monkeypatch.setattr("fastvec.SkipGram.train", never)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=3 * 100 * 4 - 1))
    arguments = ["train", str(text), "-o", str(tmp_path / f"v{suffix}"), "--min-count", "1", "-q"]
    assert main(arguments) == codes.NO_OUTPUT
    assert "there is room for 1,199" in capsys.readouterr().err


def test_convert_checks_the_room_for_what_it_read(tmp_path, capsys, monkeypatch):
    source = tmp_path / "v.safetensors"
    WordVectors(["a", "b"], np.ones((2, 100))).save(source)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=799))
    assert main(["convert", str(source), str(tmp_path / "v.bin")]) == codes.NO_OUTPUT
    assert "needs 800 bytes, and there is room for 799" in capsys.readouterr().err


def test_a_score_that_is_no_number_is_null_in_json(tmp_path, capsys):
    path, pairs = tmp_path / "v.txt", tmp_path / "pairs.txt"
    WordVectors(["a", "b", "c"], [[1, 0], [1, 1], [0, 1]]).save(path)
    pairs.write_text("a b 5\nb c 5\na c 5\n")  # all judgements are equal: no correlation
    assert main(["evaluate", str(path), "--on", str(pairs), "--json"]) == codes.DATA
    (found,) = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert found["score"] is None
    assert found["interval"] == [None, None]
