"""``fastvec bootstrap``, and the commands that read its file."""

import json

import pytest

import fastvec as fv
from fastvec.cli import codes, main


@pytest.fixture(scope="module")
def runs_file(small_text):
    path = small_text.with_name("runs.safetensors")
    arguments = ["-n", "3", "--epochs", "1", "--vector-size", "8", "--restrict-vocab", "50", "--threads", "1"]
    assert main(["bootstrap", str(small_text), "-o", str(path), *arguments, "-q"]) == 0
    return path


def test_it_writes_what_the_function_returns(runs_file, small_text):
    corpus = fv.Corpus.from_text(small_text)
    trainer = fv.SkipGram(epochs=1, vector_size=8)
    want = fv.bootstrap(trainer, corpus, 3, restrict_vocab=50, threads=1)
    found = fv.Bootstrap.load(runs_file)
    assert found.vectors.tobytes() == want.vectors.tobytes()
    assert found.settings == want.settings


def test_neighbors_shows_intervals(runs_file, capsys):
    near = fv.Bootstrap.load(runs_file).most_similar("the", 2)
    assert main(["neighbors", str(runs_file), "the", "xyzzy", "-n", "2"]) == codes.DATA
    printed = capsys.readouterr()
    title, *rows = printed.out.splitlines()
    assert title == "the"
    assert [row.split() for row in rows] == [
        [each.word, f"{each.similarity:.4f}", f"{each.interval.low:.4f}", "to", f"{each.interval.high:.4f}",
         f"{each.agreement:.0%}"] for each in near
    ]  # fmt: skip
    assert "mean cosine of 3 runs" in printed.err
    assert "not in the vocabulary: 'xyzzy'" in printed.err
    assert main(["neighbors", str(runs_file), "the", "-n", "1", "--json"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)["the"]
    assert answer == {**near[0]._asdict(), "interval": near[0].interval._asdict()}
    for flag in ("--contexts", "--of-contexts", "--limit=3", "--on-error=skip"):
        assert main(["neighbors", str(runs_file), "the", flag]) == codes.USAGE
        assert "is ignored for the file of a bootstrap" in capsys.readouterr().err


def test_info_says_what_it_holds(runs_file, capsys):
    assert main(["info", str(runs_file), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["holds"], facts["runs"], facts["words"], facts["dimensions"]) == (
        "vectors of several runs",
        3,
        50,
        8,
    )


def test_other_models_and_seeds_alone(small_text, tmp_path, capsys):
    path = tmp_path / "runs.safetensors"
    common = ["bootstrap", str(small_text), "-o", str(path), "-n", "2", "--vector-size", "5"]
    assert main([*common, "--model", "ppmi-svd", "--no-resample", "--json"]) == 0
    printed = capsys.readouterr()
    facts = json.loads(printed.out)
    assert (facts["runs"], facts["vector_size"], facts["settings"]["model"]) == (2, 5, "PPMISVD")
    assert facts["settings"]["bootstrap"]["resample"] is False
    assert "trained ppmi-svd 2 times" in printed.err
    assert main([*common, "--model", "ppmi-svd", "--epochs", "2"]) == codes.USAGE
    assert "--epochs: not a setting of --model ppmi-svd" in capsys.readouterr().err
    assert main([*common, "-n", "0"]) == codes.USAGE
    assert main([*common[:2], "-o", str(tmp_path / "runs.bin")]) == codes.USAGE
    assert "output: expected a name that ends in .safetensors" in capsys.readouterr().err


def test_other_damage_is_still_an_error(tmp_path, capsys):
    path = tmp_path / "x.safetensors"
    fv.Corpus.from_text(["a b"], min_count=1).save(path)
    for command in (["neighbors", str(path), "a"], ["info", str(path)]):
        assert main(command) == codes.DATA
        assert "format: expected 'fastvec.vectors', got 'fastvec corpus'" in capsys.readouterr().err
