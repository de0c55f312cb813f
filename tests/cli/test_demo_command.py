"""``fastvec demo``: trained in earnest, and right."""

import json
import subprocess

import pytest

from fastvec import WordVectors, datasets
from fastvec.cli import codes, demo, main


def test_every_answer_is_right(command, tmp_path):
    output = tmp_path / "demo.safetensors"
    arguments = [*command, "demo", "--json", "-q", "-o", str(output)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    assert len(report["analogies"]) == len(datasets.demo_corpus().questions)
    assert [entry["answer"] for entry in report["analogies"]] == [
        entry["expected"] for entry in report["analogies"]
    ]
    assert report["analogies"][0] == {"query": "king - man + woman", "expected": "queen", "answer": "queen"}
    assert report["seconds"] > 0
    assert report["tokens_per_second"] > 0
    assert done.stderr == ""
    assert "queen" in WordVectors.load(output)


def test_a_wrong_answer_is_marked_and_ends_with_1(monkeypatch, capsys):
    def tiny(seed):
        corpus = datasets.demo_corpus(seed)
        return datasets.DemoCorpus(corpus.sentences[:5000], [("man", "king", "woman", "goose")])

    monkeypatch.setattr(demo, "demo_corpus", tiny)
    assert main(["demo", "--seed", "3", "-q"]) == codes.WRONG
    printed = capsys.readouterr().out
    assert "king - man + woman" in printed
    assert "expected goose" in printed


@pytest.mark.parametrize("threads", [0, -1])
def test_threads_are_checked(threads, capsys):
    assert main(["demo", "--threads", str(threads)]) == codes.USAGE
    assert "threads" in capsys.readouterr().err
