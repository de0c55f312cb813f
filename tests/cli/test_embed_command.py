"""``fastvec embed``, and the transforms of ``fastvec convert``."""

import numpy as np
import pytest

from fastvec import SIF, WordVectors
from fastvec.cli import codes, main

ROWS = np.random.default_rng(1).standard_normal((5, 3)).astype(np.float32)


@pytest.fixture
def vectors(tmp_path):
    made = WordVectors(["the", "king", "queen", "land", "sea"], ROWS, counts=[50, 20, 10, 5, 5])
    made.save(tmp_path / "v.safetensors")
    return made


@pytest.fixture
def files(tmp_path):
    (tmp_path / "a.txt").write_text("the king\nThe queen, the land\n\n")
    (tmp_path / "b.txt").write_text("sea\n")
    names = ("v.safetensors", "a.txt", "b.txt", "out.npy")
    return [str(tmp_path / name) for name in names]


def test_embed(vectors, files, capsys):
    path, a, b, out = files
    lines = ["the king", "The queen, the land", "", "sea"]
    assert main(["embed", path, a, b, "-o", out]) == 0
    found = np.load(out)
    assert found.dtype == np.float32
    assert np.array_equal(found, vectors.embed(lines))
    assert "4 lines, 3 dimensions; 2 tokens have no vector" in capsys.readouterr().err
    more = {"tokens": "words", "lowercase": True}
    assert main(["embed", path, a, b, "-o", out, "--tokens", "words", "--lowercase", "-q"]) == 0
    assert np.array_equal(np.load(out), vectors.embed(lines, **more))
    assert capsys.readouterr().err == ""
    sif = ["--method", "sif", "--a", "0.01", "--components", "2", "--frequencies", "zipf", "--threads", "1"]
    assert main(["embed", path, a, b, "-o", out, *sif]) == 0
    expected = vectors.embed(lines, SIF(a=0.01, components=2, frequencies="zipf"))
    assert np.load(out) == pytest.approx(expected, abs=1e-6)


def test_embed_refuses_what_it_cannot_use(vectors, files, tmp_path, capsys):
    path, a, _, out = files
    for more, code, message in [
        (["-o", str(tmp_path / "out.txt")], codes.USAGE, "a name that ends in .npy"),
        (["-o", out, "--a", "0.1"], codes.USAGE, "--a is ignored for --method mean"),
        (["-o", out, "--method", "sif", "--a", "-1"], codes.USAGE, "a: expected"),
        (["-o", str(tmp_path / "none" / "out.npy")], codes.NO_OUTPUT, "none"),
        (["-o", out, str(tmp_path / "missing.txt")], codes.NO_INPUT, "missing.txt"),
    ]:
        assert main(["embed", path, a, *more]) == code
        assert message in capsys.readouterr().err
    assert not (tmp_path / "out.npy").exists()


@pytest.mark.parametrize(
    ("flags", "change"),
    [
        (["--centre"], lambda v: v.centred()),
        (["--without-top", "1"], lambda v: v.without_top(1)),
        (["--normalize"], lambda v: v.normalized()),
        (["--centre", "--normalize"], lambda v: v.centred().normalized()),
    ],
)
def test_convert_transforms(vectors, files, tmp_path, flags, change):
    out = tmp_path / "out.safetensors"
    assert main(["convert", files[0], str(out), *flags]) == 0
    found, expected = WordVectors.load(out), change(vectors)
    assert found.vectors == pytest.approx(expected.vectors, abs=1e-6)
    assert found.settings == expected.settings


def test_convert_aligns(vectors, files, tmp_path, capsys):
    other, out = tmp_path / "other.bin", tmp_path / "out.bin"
    rotation = np.linalg.qr(ROWS[:3])[0]
    WordVectors(vectors.index_to_key, ROWS @ rotation).save(other)
    assert main(["convert", files[0], str(out), "--align-to", str(other)]) == 0
    assert "aligned by 5 words" in capsys.readouterr().err
    assert WordVectors.load(out).vectors == pytest.approx(ROWS @ rotation, abs=1e-5)
    assert main(["convert", files[0], str(other), "--align-to", str(other)]) == codes.USAGE
    assert "would overwrite an input" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["convert", files[0], str(out), "--centre", "--without-top", "1"])
