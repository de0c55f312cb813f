"""``fastvec plot``: each kind of picture, and what it refuses."""

from __future__ import annotations

import sys

import pytest

import fastvec as fv
from fastvec.cli import main
from fastvec.cli.terminal import say_how_slow

pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install 'fastvec[plot]'")


@pytest.fixture(scope="module")
def counted(small_text, tmp_path_factory):
    folder = tmp_path_factory.mktemp("counted")
    counts, vectors = str(folder / "c.fvm"), str(folder / "c.safetensors")
    assert main(["count", str(small_text), "-o", counts, "-q"]) == 0
    trained = ["train", counts, "-o", vectors, "--model", "log-count", "--epochs", "3", "-q"]
    assert main(trained) == 0
    return [counts, vectors]


@pytest.fixture
def drawn(monkeypatch):
    """The axes that were saved."""
    kept = []
    from fastvec.show import figures

    save = figures.save

    def remember(figure, path):
        kept.extend(figure.axes)
        save(figure, path)

    monkeypatch.setattr(figures, "save", remember)
    return kept


KINDS = [
    (["map", "-n", "30", "--method", "pca", "--seed", "3", "--title", "$x"], "$x"),
    (["map", "-w", "king", "queen", "--group", "cities", "paris", "rome"], "4 words, PCA"),
    (["similarity", "-w", "king", "queen", "paris", "--clustered"], "Cosines of 3 words"),
    (["loss"], "Loss during training"),
    (["analogy", "-w", "man", "king", "woman", "--expected", "queen", "--topn", "3"], "man : king = woman : ?\n"),
    (["neighbors", "-w", "king"], "king"),
    (["neighbors", "-w", "queen", "paris", "--topn", "3"], "queen"),
]


@pytest.mark.parametrize(("arguments", "title"), KINDS, ids=lambda value: value[0] if value else "")
def test_pictures(trained, tmp_path, arguments, title, drawn):
    picture = tmp_path / "picture.svg"
    kind, *flags = arguments
    assert main(["plot", kind, str(trained), "-o", str(picture), *flags]) == 0
    assert "<svg" in picture.read_text()
    assert drawn[0].get_title().startswith(title)
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or not pyplot.get_fignums()


def test_the_wall(counted, tmp_path, drawn):
    for files in (counted[:1], counted):
        assert main(["plot", "counts", *files, "-n", "20", "-o", str(tmp_path / "wall.png")]) == 0
    assert "20 × 20 = 400 cells" in drawn[0].get_title()
    assert any("20 × 16 × 2 = 640 numbers" in axes.get_title() for axes in drawn)
    assert (tmp_path / "wall.png").read_bytes().startswith(b"\x89PNG")


def test_several_runs_have_the_names_of_their_files(trained, tmp_path, drawn):
    fv.WordVectors.load(trained).save(tmp_path / "other.safetensors")
    files = [str(trained), str(tmp_path / "other.safetensors")]
    assert main(["plot", "loss", *files, "-o", str(tmp_path / "loss.pdf")]) == 0
    entries = [text.get_text().split(",")[0] for text in drawn[0].get_legend().get_texts()]
    assert entries == ["trained.safetensors", "other.safetensors"]


def test_words_of_a_file(trained, tmp_path, drawn):
    (tmp_path / "words.txt").write_text("king queen\nparis")
    words = ["-w", "rome", "--words-from", str(tmp_path / "words.txt")]
    assert main(["plot", "map", str(trained), "-o", str(tmp_path / "map.png"), *words]) == 0
    assert drawn[0].get_title() == "4 words, PCA"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["map", "FILE", "FILE"], 2, "files: expected 1 file, got 2; words come after --words"),
        (["counts", "FILE", "FILE", "FILE"], 2, "files: expected 1 to 2 files, got 3"),
        (["similarity", "FILE"], 2, "--words: expected some words, got none"),
        (["analogy", "FILE", "-w", "king"], 2, "--words: expected three, as in 'man king woman', got 1"),
        (["loss", "FILE", "-w", "king"], 2, "--words is ignored for loss; leave it out"),
        (["loss", "FILE", "--seed", "1"], 2, "--seed is ignored for loss; leave it out"),
        (["map", "FILE", "--clustered"], 2, "--clustered is ignored for map; leave it out"),
        (["map", "FILE", "--group", "alone"], 2, "groups['alone']: expected at least one word"),
        (["map", "FILE", "--group", "a", "king", "--group", "a", "queen"], 2, "--group: expected each name once"),
        (["map", "FILE", "-w", "kingg"], 65, "no vector for 'kingg'; did you mean 'king'"),
        (["map", "none.bin"], 66, "none.bin"),
        (["pie", "FILE"], 2, "invalid choice: 'pie'"),
    ],
)
def test_what_cannot_be_drawn_is_said(trained, tmp_path, capsys, arguments, code, message):
    given = [str(trained) if word == "FILE" else word for word in arguments]
    try:
        returned = main(["plot", *given, "-o", str(tmp_path / "picture.svg")])
    except SystemExit as stopped:
        returned = stopped.code
    assert returned == code
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_outputs_and_packages_are_checked_first(trained, tmp_path, capsys, monkeypatch):
    assert main(["plot", "map", str(trained), "-o", str(tmp_path / "picture.xyz")]) == 2
    assert main(["plot", "map", str(trained), "-o", str(tmp_path / "none" / "picture.svg")]) == 74
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert main(["plot", "map", "not there", "-o", str(tmp_path / "picture.svg")]) == 65
    assert "pip install 'fastvec[plot]'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("method", "told"), [("umap", "to compile"), ("tsne", "placing words by tsne"), ("pca", "")]
)
def test_a_slow_projection_is_told_of(method, told, capsys):
    say_how_slow(method)
    printed = capsys.readouterr().err
    assert told in printed
    assert bool(told) == bool(printed)
