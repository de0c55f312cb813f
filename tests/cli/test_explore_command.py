"""``fastvec explore``, and the page of ``fastvec demo``."""

from __future__ import annotations

import webbrowser

import numpy as np
import pytest

import fastvec as fv
from fastvec.cli import main


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in range(60)]
    fv.WordVectors(words, rng.standard_normal((60, 8)), counts=np.arange(60, 0, -1)).save("a.safetensors")
    fv.WordVectors(words, rng.standard_normal((60, 5))).save("b.vec")
    return tmp_path


def test_a_page(files, capsys):
    assert main(["explore", "a.safetensors", "-o", "city.html"]) == 0
    said = capsys.readouterr().err
    assert "wrote city.html: 60 words, 8 dimensions" in said
    assert "most frequent" not in said
    page = (files / "city.html").read_text("utf-8")
    assert "<title>a.safetensors \u00b7" in page
    assert '"nWords":60' in page


def test_fewer_words_are_told(files, capsys):
    assert main(["explore", "a.safetensors", "b.vec", "-o", "city.html", "--words", "50"]) == 0
    said = capsys.readouterr().err
    assert "a.safetensors: the 50 most frequent of 60 words; --words changes that" in said
    assert "b.vec: the 50 first of 60 words" in said
    page = (files / "city.html").read_text("utf-8")
    assert "a.safetensors and b.vec" in page
    assert 'id="data-words-1"' in page
    assert main(["explore", "a.safetensors", "-o", "city.html", "--words", "50", "-q"]) == 0
    assert capsys.readouterr().err == ""


def test_files_of_the_same_name(files):
    (files / "old").mkdir()
    fv.WordVectors(["w1", "w2"], np.eye(2)).save("old/a.safetensors")
    assert main(["explore", "a.safetensors", "old/a.safetensors", "-o", "city.html", "-q"]) == 0
    assert "a.safetensors and old/a.safetensors" in (files / "city.html").read_text("utf-8")


def test_a_table(files):
    parquet = pytest.importorskip("pyarrow.parquet")
    assert main(["explore", "a.safetensors", "--parquet", "a.parquet", "-q"]) == 0
    assert parquet.read_table("a.parquet").num_rows == 60
    assert not (files / "city.html").exists()


def test_the_browser_is_opened(files, monkeypatch):
    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    assert main(["explore", "a.safetensors", "-o", "city.html", "--open", "-q"]) == 0
    assert opened == [(files / "city.html").as_uri()]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["a.safetensors"], 2, "-o city.html"),
        (["a.safetensors", "-o", "city.txt"], 2, "ends in .html"),
        (["a.safetensors", "--parquet", "city.txt"], 2, "ends in .parquet"),
        (["a.safetensors", "--parquet", "a.parquet", "--open"], 2, "a page to open"),
        (["a.safetensors", "-o", "city.html", "--words", "0"], 2, "n_words"),
        (["a.safetensors", "-o", "nowhere/city.html"], 74, "nowhere"),
        (["missing.vec", "-o", "city.html"], 66, "missing.vec"),
    ],
)
def test_wrong_usage(files, capsys, arguments, code, message):
    assert main(["explore", *arguments]) == code
    assert message in capsys.readouterr().err
    assert not (files / "city.html").exists()


def test_vectors_that_are_not_finite(files, capsys):
    (files / "nan.vec").write_text("2 2\na 1 nan\nb 1 2\n")
    assert main(["explore", "nan.vec", "-o", "city.html"]) == 2
    assert "nan or inf in the row of 'a'" in capsys.readouterr().err


def test_the_demo_ends_with_something_to_look_at(files, capsys):
    assert main(["demo", "--explore", "city.html", "-q"]) == 0
    assert "to look at: city.html, in a browser" in capsys.readouterr().out
    assert '"nWords":939' in (files / "city.html").read_text("utf-8")
    assert main(["demo", "--explore", "city.txt"]) == 2
