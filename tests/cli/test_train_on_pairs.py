"""``fastvec train --pairs``: graphs, users and items, and the commands that ask the contexts."""

import io
import json
import sys

import numpy as np
import pytest

from fastvec import Pairs, SkipGram, WordVectors
from fastvec.cli import codes, main

SMALL = ["--vector-size", "8", "--epochs", "2", "--threads", "1"]


@pytest.fixture
def clicks(tmp_path):
    """Users of two tastes, and vectors of them and of their items."""
    lines = [f"u{u},{'AB'[u % 2]}{i},{1 + i % 2}" for u in range(6) for i in range(5)]
    (tmp_path / "clicks.csv").write_text("user,item,stars\n" + "\n".join(lines))
    train = ["train", str(tmp_path / "clicks.csv"), "--pairs", "--vector-size", "8", "--epochs", "200", "--quiet"]
    path = tmp_path / "clicks.safetensors"
    assert main([*train, "--fields", "user,item", "--no-undirected", "-o", str(path)]) == 0
    return path


@pytest.mark.parametrize(("lines", "n_nodes"), [([f"0 {leaf}" for leaf in range(1, 21)], 21), (["# x", "a b"], 2)])
def test_every_node_of_a_graph(tmp_path, capsys, lines, n_nodes):
    (tmp_path / "edges.txt").write_text("\n".join(lines))
    out = str(tmp_path / "v.safetensors")
    train = ["train", str(tmp_path / "edges.txt"), "--pairs", "-o", out, *SMALL]
    assert main([*train, "--undirected"]) == 0
    err = capsys.readouterr().err
    assert f"of {n_nodes} words and {n_nodes} contexts" in err
    assert ("(1 lines of comments and headers skipped)" in err) == ("# x" in lines)
    assert "warning" not in err
    assert len(WordVectors.load(out)) == n_nodes
    pairs = Pairs.from_pairs(tmp_path / "edges.txt", undirected=True)
    expected = SkipGram(vector_size=8, epochs=2).train(pairs, threads=1)
    assert WordVectors.load(out).vectors.tobytes() == expected.vectors.tobytes()
    assert main(train) == 0
    err = capsys.readouterr().err
    assert f"warning: {n_nodes - 1} of {n_nodes - 1} contexts are the word of no pair" in err
    assert "--undirected" in err
    assert f"wrote {out}: 1 words, 8 dimensions, and {n_nodes - 1} contexts" in err
    assert main([*train, "--no-undirected"]) == 0
    assert "warning" not in capsys.readouterr().err


def test_formats_without_contexts_say_so(tmp_path, capsys):
    (tmp_path / "edges").write_text("a b\n")
    train = ["train", str(tmp_path / "edges"), "--pairs", "-o", str(tmp_path / "v.bin"), *SMALL]
    assert main([*train, "--no-undirected"]) == 0
    assert "1 words, 8 dimensions (not the 1 contexts: only .safetensors has them)" in capsys.readouterr().err
    assert main([*train, "--undirected"]) == 0
    assert "2 words, 8 dimensions\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "flags", "expected"),
    [
        ("196\t242\t3\t881250949\n", ["--fields", "0, 1"], [("196", "242")]),
        ("a b|c d\n", ["--separator", "bar"], [("a b", "c d")]),
        ("a b\n# x\nc d\n", ["--comments", "#"], [("a", "b"), ("c", "d")]),
        ('{"x": 1, "y": "b", "n": 2}\n', ["--fields", "x,y,n"], [("1", "b")]),
    ],
)
def test_how_pairs_are_laid_out(tmp_path, content, flags, expected):
    (tmp_path / "pairs").write_text(content)
    out = str(tmp_path / "v.safetensors")
    assert main(["train", str(tmp_path / "pairs"), "--pairs", "-o", out, "--no-undirected", *SMALL, *flags]) == 0
    vectors = WordVectors.load(out)
    assert {*vectors} == {word for word, _ in expected}
    assert {*vectors.contexts} == {context for _, context in expected}


@pytest.mark.parametrize(
    "flag", ["--undirected", "--no-undirected", "--fields=a,b", "--separator=tab", "--comments=#"]
)
def test_flags_that_only_pairs_have(tmp_path, capsys, flag):
    (tmp_path / "text").write_text("a b\n")
    assert main(["train", str(tmp_path / "text"), "-o", str(tmp_path / "v.bin"), flag]) == codes.USAGE
    name = flag.replace("no-", "").partition("=")[0]
    assert f"{name}: needs --pairs" in capsys.readouterr().err


def test_items_near_a_user(clicks, capsys):
    def ask(*arguments):
        assert main(["neighbors", str(clicks), *arguments, "-n", "3", "--json"]) == 0
        return {
            asked: [a["word"] for a in answers] for asked, answers in json.loads(capsys.readouterr().out).items()
        }

    assert all(item.startswith("A") for item in ask("u0", "--contexts")["u0"])
    assert all(item.startswith("B") for item in ask("u1", "--contexts")["u1"])
    near = ask("A1", "--contexts", "--of-contexts")["A1"]
    assert all(item.startswith("A") for item in near)
    assert "A1" not in near
    assert sorted(ask("A1", "--of-contexts")["A1"]) == ["u0", "u2", "u4"]
    assert sorted(ask("u0")["u0"][:2]) == ["u2", "u4"]
    vectors = WordVectors.load(clicks)
    assert ask("u0", "--contexts")["u0"] == [item for item, _ in vectors.most_similar_contexts("u0", topn=3)]


def test_contexts_from_standard_input_and_what_is_unknown(clicks, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("u0 A1\n"))
    assert main(["neighbors", str(clicks), "--contexts", "-n", "1"]) == codes.DATA
    captured = capsys.readouterr()
    assert captured.out.startswith("u0\n  A")
    assert "no vector for 'A1'" in captured.err


def test_contexts_are_converted_and_told(clicks, tmp_path, capsys):
    assert main(["convert", str(clicks), str(tmp_path / "items.txt"), "--contexts"]) == 0
    items = WordVectors.load(tmp_path / "items.txt")
    assert {*items} == {f"{side}{i}" for side in "AB" for i in range(5)}
    assert items["A1"] == pytest.approx(WordVectors.load(clicks).contexts["A1"], rel=1e-5)
    capsys.readouterr()
    assert main(["info", str(clicks), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["words"], facts["contexts"]) == (6, 10)
    assert set(facts["first_contexts"]) == {*items}
    for command in (["neighbors", "A1", "--contexts"], ["convert", str(tmp_path / "x.txt"), "--contexts"]):
        assert main([command[0], str(tmp_path / "items.txt"), *command[1:]]) == codes.USAGE
        assert "contexts: expected context vectors in" in capsys.readouterr().err


def test_users_and_items_go_on(clicks, tmp_path, capsys):
    (tmp_path / "more.csv").write_text("user,item\nu9,A1\nu9,C1\n")
    out = str(tmp_path / "more.safetensors")
    train = ["train", str(tmp_path / "more.csv"), "--pairs", "--fields", "user,item", "--init", str(clicks)]
    assert main([*train, "--no-undirected", "-o", out]) == 0
    vectors = WordVectors.load(out)
    assert (len(vectors), len(vectors.contexts)) == (7, 11)
    old = WordVectors.load(clicks)
    assert vectors["u0"].tobytes() == old["u0"].tobytes()
    assert np.abs(vectors.contexts["B1"] - old.contexts["B1"]).max() < 0.1  # it is drawn as noise
