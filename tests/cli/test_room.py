"""The room on the disk is looked at before a long run, by every command that writes what may be large."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest

import fastvec as fv
from fastvec.cli import codes, main

WORDS, LINES = 50, 40


def never(*_arguments, **_settings):
    raise AssertionError("it went on to the long run")


@pytest.fixture
def text(tmp_path):
    """Each line has all words, of two letters."""
    words = [f"{i:02}" for i in range(WORDS)]
    rng = np.random.default_rng(0)
    path = tmp_path / "text.txt"
    path.write_text("".join(" ".join(rng.permutation(words)) + "\n" for _ in range(LINES)))
    return path


def ends(monkeypatch, capsys, free, arguments):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    code = main([*map(str, arguments), "-q"])
    return code, capsys.readouterr().err


RUNS = {
    "bootstrap": (["bootstrap", "--runs", "3", "--vector-size", "10"], "r.safetensors", 3 * WORDS * (40 + 8)),
    "a part of the words": (
        ["bootstrap", "--runs", "3", "--vector-size", "10", "--restrict-vocab", "20"], "r.safetensors",
        3 * 20 * (40 + 8),
    ),
    "both matrices": (
        ["bootstrap", "--model", "glove", "--runs", "2", "--vector-size", "10", "--combine", "concat"],
        "r.safetensors", 2 * WORDS * (80 + 8),
    ),
    "documents": (["documents", "--vector-size", "10"], "d.safetensors", (LINES + 2 * WORDS - 1) * 40),
    "phrases": (["phrases"], "joined.txt", WORDS * LINES * 3),
    "skipgram": (["train", "--vector-size", "10"], "v.safetensors", (2 * WORDS - 1) * 40),
    "lsa": (["train", "--model", "lsa", "--vector-size", "10"], "v.safetensors", WORDS * 40),
    "nnlm": (
        ["train", "--model", "nnlm", "--vector-size", "10", "--hidden-size", "30"], "v.safetensors",
        WORDS * (10 + 31) * 4,
    ),
    "direct connections": (
        ["train", "--model", "nnlm", "--vector-size", "10", "--hidden-size", "30", "--window", "2", "--direct"],
        "v.safetensors", WORDS * (10 + 51) * 4,
    ),
    "a matrix alone": (["train", "--vector-size", "10"], "v.vec", WORDS * 80),
}  # fmt: skip


@pytest.mark.parametrize("name", RUNS)
def test_too_little_room_ends_it_before_the_run(text, tmp_path, monkeypatch, capsys, name):
    arguments, output, needed = RUNS[name]
    arguments = [*arguments, text, "-o", tmp_path / output]
    arguments += [] if name == "phrases" else ["--min-count", "1"]
    for long in (
        "Phrases.fit",
        "DocumentVectors.train",
        "SkipGram.train",
        "GloVe.train",
        "NNLM.train",
        "LSA.train",
    ):
        monkeypatch.setattr(f"fastvec.{long}", never)
    code, printed = ends(monkeypatch, capsys, needed - 1, arguments)
    assert code == codes.NO_OUTPUT, printed
    assert f"needs {needed:,} bytes, and there is room for {needed - 1:,}" in printed
    with pytest.raises(AssertionError, match="went on"):
        ends(monkeypatch, capsys, needed, arguments)
    assert not (tmp_path / output).exists()


def test_lines_that_are_embedded(text, tmp_path, monkeypatch, capsys):
    vectors = tmp_path / "v.safetensors"
    fv.WordVectors(["01", "02"], np.ones((2, 10))).save(vectors)
    monkeypatch.setattr("fastvec.WordVectors.embed", never)
    arguments = ["embed", vectors, text, "-o", tmp_path / "e.npy"]
    code, printed = ends(monkeypatch, capsys, LINES * 40 - 1, arguments)
    assert code == codes.NO_OUTPUT
    assert f"needs {LINES * 40:,} bytes" in printed


@pytest.mark.parametrize("output", ["c.fvm", "c.bin"])
def test_counts_whose_size_nobody_knows_are_warned_of(text, tmp_path, monkeypatch, capsys, output):
    arguments = ["count", text, "-o", tmp_path / output, "--min-count", "1"]
    code, printed = ends(monkeypatch, capsys, 10_000_000, arguments)
    assert (code, printed) == (0, "")
    code, printed = ends(monkeypatch, capsys, 30_000, arguments)
    assert f"fastvec: warning: {tmp_path / output}: may need 39,984" in printed
    assert " bytes for a while, and there is room for 30,000" in printed
    # the triples, whose number is known by then, are not begun
    assert code == (codes.NO_OUTPUT if output == "c.bin" else 0)
