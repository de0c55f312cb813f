"""``--combine``: trained, converted, shown, and gone on from."""

import json

import numpy as np
import pytest

from fastvec import WordVectors
from fastvec.cli import codes, main
from fastvec.vectors.formats import writable

QUICK = ["--epochs", "1", "--vector-size", "6", "--threads", "1", "-q"]
COMBINATIONS = ("word", "sum", "concat", "context")


@pytest.fixture(scope="module")
def files(small_text, tmp_path_factory):
    folder = tmp_path_factory.mktemp("combined")
    for combine in COMBINATIONS:
        output = folder / f"{combine}.safetensors"
        assert main(["train", str(small_text), "-o", str(output), "--combine", combine, *QUICK]) == 0
    return folder


def test_trained_and_converted_files_are_the_same(files, tmp_path):
    for combine in COMBINATIONS:
        trained, made = files / f"{combine}.safetensors", tmp_path / "made.safetensors"
        for before in COMBINATIONS:
            given = files / f"{before}.safetensors"
            assert main(["convert", str(given), str(made), "--combine", combine]) == 0
            assert made.read_bytes() == trained.read_bytes()


def test_formats_of_one_matrix_get_what_is_combined(small_text, files, tmp_path):
    W, C = (getattr(WordVectors.load(files / "word.safetensors"), f"{n}_vectors") for n in ("word", "context"))
    for combine, expected in (("sum", W + C), ("concat", np.hstack([W, C]))):
        output = tmp_path / "v.txt"
        assert main(["convert", str(files / "word.safetensors"), str(output), "--combine", combine]) == 0
        assert WordVectors.load(output).vectors.tobytes() == expected.tobytes()
        assert main(["train", str(small_text), "-o", str(output), "--combine", combine, *QUICK]) == 0
        assert WordVectors.load(output).vectors.tobytes() == expected.tobytes()
        assert main(["convert", str(files / f"{combine}.safetensors"), str(output)]) == 0
        assert WordVectors.load(output).vectors.tobytes() == expected.tobytes()


def test_fasttext_gets_both_matrices_and_a_warning(files, tmp_path, capsys):
    output = tmp_path / "v.bin"
    assert main(["convert", str(files / "sum.safetensors"), str(output), "--format", "fasttext"]) == 0
    assert "warning: fastText's format has W_in and W_out, but not how" in capsys.readouterr().err
    assert main(["convert", str(output), str(tmp_path / "v.safetensors"), "--combine", "sum"]) == 0
    again, given = WordVectors.load(tmp_path / "v.safetensors"), WordVectors.load(files / "sum.safetensors")
    assert again.vectors.tobytes() == given.vectors.tobytes()


def test_info_says_it(files, capsys):
    for combine, dimensions in (("word", 6), ("sum", 6), ("concat", 12), ("context", 6)):
        capsys.readouterr()
        assert main(["info", str(files / f"{combine}.safetensors"), "--json"]) == 0
        facts = json.loads(capsys.readouterr().out)
        assert (facts["combine"], facts["dimensions"]) == (combine, dimensions)
        assert facts["settings"]["combine"] == combine


def test_going_on_from_side_by_side(small_text, files, tmp_path):
    outputs = {name: tmp_path / f"{name}.safetensors" for name in ("word", "concat")}
    for name, output in outputs.items():
        init = str(files / f"{name}.safetensors")
        arguments = ["--init", init, "--epochs", "1", "--threads", "1", "-q"]
        assert main(["train", str(small_text), "-o", str(output), *arguments]) == 0
    assert outputs["word"].read_bytes() == outputs["concat"].read_bytes()
    assert WordVectors.load(outputs["word"]).vector_size == 6


def test_what_cannot_be_combined(small_text, files, tmp_path, capsys):
    plain, output = tmp_path / "plain.txt", str(tmp_path / "v.safetensors")
    WordVectors(["a", "b"], np.eye(2)).save(plain)
    assert main(["convert", str(plain), output, "--combine", "sum"]) == codes.USAGE
    assert "combine: expected 'word' without context vectors" in capsys.readouterr().err
    arguments = ["--combine", "sum", "--loss", "hierarchical_softmax", *QUICK]
    assert main(["train", str(small_text), "-o", output, *arguments]) == codes.USAGE
    assert "nodes of a tree" in capsys.readouterr().err
    assert main(["train", str(small_text), "-o", output, "--model", "lsa", "--combine", "sum"]) == codes.USAGE
    assert "not a setting of --model lsa" in capsys.readouterr().err


def test_dimensions_are_checked_before_training(monkeypatch, tmp_path):
    seen = []
    monkeypatch.setattr(writable, "check_dimensions", seen.append)
    for name, size in (("v.txt", 16), ("v.bin", 8)):
        format = "fasttext" if name == "v.bin" else None
        writable.check_vectors(tmp_path / name, ["a"], 8, format=format, combine="concat")
        assert seen.pop() == size
    writable.check_vectors(tmp_path / "v.txt", ["a"], 8, combine="sum")
    assert seen == [8]
