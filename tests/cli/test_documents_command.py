"""``fastvec documents``, and inference by ``fastvec embed``."""

import json

import numpy as np
import pytest

from fastvec import DocumentModel, WordVectors
from fastvec.cli import codes, main

LINES = ["the king rules the land", "tea and milk", "the queen rules", "milk or tea"] * 20
SETTINGS = ["--min-count", "1", "--vector-size", "5", "--sample", "0", "--epochs", "2", "--threads", "1"]


@pytest.fixture
def text(tmp_path):
    (tmp_path / "text.txt").write_text("\n".join(LINES) + "\n")
    return str(tmp_path / "text.txt")


def test_lines_are_documents(text, tmp_path, capsys):
    out = str(tmp_path / "model.safetensors")
    assert main(["documents", text, "-o", out, *SETTINGS, "--mode", "dm", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["documents"], facts["tags"], facts["vector_size"]) == (80, 80, 5)
    assert facts["settings"]["mode"] == "dm"
    model = DocumentModel.load(out)
    assert model.documents.index_to_key[:2] == ["0", "1"]
    inferred = str(tmp_path / "rows.npy")
    assert main(["embed", out, text, "-o", inferred, "--method", "infer"]) == 0
    assert np.load(inferred).tobytes() == model.infer(LINES).tobytes()


def test_a_checkpoint_goes_on(text, tmp_path, capsys):
    out, path = tmp_path / "model.safetensors", tmp_path / "run.ckpt"
    command = ["documents", text, "-o", str(out), *SETTINGS, "--checkpoint", str(path), "--resume"]
    assert main(command) == 0
    first = out.read_bytes()
    assert main(command) == 0
    assert "resumed at 100 %" in capsys.readouterr().err
    assert DocumentModel.load(out).documents.vectors.tobytes() in first
    assert main([*command, "--save-documents", str(path)]) == codes.USAGE


def test_tags_and_both_files(text, tmp_path):
    (tmp_path / "tags.txt").write_text(
        "\n".join(f"line{i} {'court' if i % 2 == 0 else 'kitchen'}" for i in range(80))
    )
    out, bare = (str(tmp_path / name) for name in ("model.safetensors", "documents.bin"))
    arguments = ["--tags", str(tmp_path / "tags.txt"), "--save-documents", bare]
    assert main(["documents", text, "-o", out, *SETTINGS, *arguments]) == 0
    model = DocumentModel.load(out)
    assert model.documents.index_to_key[:3] == ["line0", "court", "line1"]
    assert WordVectors.load(bare).vectors.tobytes() == model.documents.vectors.tobytes()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["-o", "model.bin"], codes.USAGE, "safetensors"),
        (
            ["-o", "model.safetensors", "--tags", "tags.txt"],
            codes.USAGE,
            "tags: expected those of 80 documents, got 1",
        ),
        (["-o", "model.safetensors", "--tags", "missing.txt"], codes.NO_INPUT, "missing.txt"),
        (["-o", "model.safetensors", "--mode", "dm", "--dbow-words"], codes.USAGE, "dbow_words"),
        (["-o", "model.safetensors", "--save-documents", "x.gz"], codes.USAGE, "gz"),
    ],
)
def test_what_is_refused(text, tmp_path, monkeypatch, capsys, arguments, code, told):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tags.txt").write_text("one\n")
    assert main(["documents", text, *SETTINGS, *arguments]) == code
    assert told in capsys.readouterr().err


def test_inference_needs_a_model_of_documents(text, tmp_path, capsys):
    WordVectors(["tea"], [[1, 0]]).save(tmp_path / "v.safetensors")
    out = str(tmp_path / "rows.npy")
    assert main(["embed", str(tmp_path / "v.safetensors"), text, "-o", out, "--method", "infer"]) == codes.DATA
    assert "vectors of tags" in capsys.readouterr().err
