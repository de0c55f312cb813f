"""``fastvec diagnose``: table, JSON, picture, and what it refuses."""

import json
import sys

import numpy as np
import pytest

import fastvec as fv
from fastvec.cli import main


def test_the_table(trained, capsys):
    assert main(["diagnose", str(trained)]) == 0
    printed = capsys.readouterr().out
    found = fv.geometry.diagnose(fv.WordVectors.load(trained))
    assert printed == f"{trained}: {found.table()}\n"
    assert "length and frequency      " in printed


def test_json_and_seed(trained, capsys):
    assert main(["diagnose", str(trained), "--json", "--seed", "5"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found.pop("file") == str(trained)
    assert found == fv.geometry.diagnose(fv.WordVectors.load(trained), seed=5).as_dict()


def test_json_has_no_nan(tmp_path, capsys):
    fv.WordVectors(["a", "b"], np.ones((2, 200))).save(tmp_path / "same.safetensors")
    assert main(["diagnose", str(tmp_path / "same.safetensors"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert found["given"]["distortion_spread"] is None


def test_a_file_without_counts_says_so(trained, tmp_path, capsys):
    assert main(["convert", str(trained), str(tmp_path / "plain.bin")]) == 0
    assert main(["diagnose", str(tmp_path / "plain.bin")]) == 0
    assert "no counts" in capsys.readouterr().out


def test_the_picture(trained, tmp_path, capsys):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install 'fastvec[plot]'")
    picture = tmp_path / "geometry.svg"
    assert main(["diagnose", str(trained), "--plot", str(picture)]) == 0
    assert "<svg" in picture.read_text()


def test_what_cannot_be_drawn_is_refused_first(trained, tmp_path, capsys, monkeypatch):
    assert main(["diagnose", str(trained), "--plot", str(tmp_path / "picture.xyz")]) == 2
    assert main(["diagnose", str(trained), "--plot", str(tmp_path / "none" / "picture.svg")]) == 74
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert main(["diagnose", str(trained), "--plot", str(tmp_path / "picture.svg")]) == 65
    assert "pip install 'fastvec[plot]'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_unusable_files(tmp_path, capsys):
    assert main(["diagnose", str(tmp_path / "none.bin")]) == 66
    fv.WordVectors(["a"], [[1, 2]]).save(tmp_path / "one.safetensors")
    assert main(["diagnose", str(tmp_path / "one.safetensors")]) == 2
    assert "vectors: expected at least 2 rows" in capsys.readouterr().err
