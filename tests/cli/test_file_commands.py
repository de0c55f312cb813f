"""``fastvec encode``, ``vocab``, ``info`` and ``convert``: files in, files or lines out."""

import json
import re
import subprocess

import numpy as np
import pytest

from fastvec import Corpus, Subwords, Vocabulary, WordVectors
from fastvec.cli import codes, main
from fastvec.vectors.subwords import SubwordVectors


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("b a a\nc a b\n")
    return path


def test_encode_then_info(text, tmp_path, capsys):
    encoded = tmp_path / "text.fvc"
    assert main(["encode", str(text), "-o", str(encoded), "--min-count", "2"]) == 0
    assert list(Corpus.load(encoded)) == [["b", "a", "a"], ["a", "b"]]
    assert capsys.readouterr().out == ""
    assert main(["info", str(encoded), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["bytes"] == encoded.stat().st_size
    assert (facts["tokens"], facts["sentences"], facts["vocabulary"], facts["dropped_tokens"]) == (5, 2, 2, 1)
    assert main(["info", str(encoded)]) == 0
    assert "encoded corpus" in capsys.readouterr().out


def test_encode_requires_its_suffix(text, tmp_path, capsys):
    assert main(["encode", str(text), "-o", str(tmp_path / "text.ids")]) == codes.USAGE
    assert ".fvc" in capsys.readouterr().err


def test_vocab_prints_words_and_counts(text, capsys):
    assert main(["vocab", str(text), str(text), "--min-count", "1"]) == 0
    assert capsys.readouterr().out == "a 6\nb 4\nc 2\n"


def test_vocab_writes_a_file_that_the_library_loads(text, tmp_path, capsys):
    output = tmp_path / "words.txt"
    assert main(["vocab", str(text), "--min-count", "1", "-o", str(output)]) == 0
    assert Vocabulary.load(output).words == ["a", "b", "c"]
    assert capsys.readouterr().out == ""


def test_vocab_of_standard_input_passes_undecodable_bytes_through(command):
    arguments = [*command, "vocab", "-", "--min-count", "1", "-q"]
    done = subprocess.run(arguments, input=b"caf\xe9 caf\xe9 \xc3\xa9\n", capture_output=True, check=True)
    assert done.stdout == b"caf\xe9 2\n\xc3\xa9 1\n"


def test_info_of_vectors(trained, capsys):
    assert main(["info", str(trained), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    vectors = WordVectors.load(trained)
    assert facts["words"] == len(vectors)
    assert facts["dimensions"] == 20
    assert facts["settings"]["vector_size"] == 20
    assert facts["history"]["points"] == len(vectors.history["loss"])
    assert facts["history"]["loss"] == [vectors.history["loss"][0], vectors.history["loss"][-1]]
    assert main(["info", str(trained)]) == 0
    assert "vector_size 20" in capsys.readouterr().out


def test_info_says_which_rows_there_are(tmp_path, capsys):
    path = tmp_path / "v.safetensors"
    rows = np.ones((2, 3))
    for more in ({}, {"context_vectors": rows}, {"output_nodes": rows[1:]}):
        WordVectors(["a", "b"], rows, **more).save(path)
        assert main(["info", str(path), "--json"]) == 0
        facts = json.loads(capsys.readouterr().out)
        for name in ("context_vectors", "output_nodes"):
            assert facts[name] is (name in more)
    assert main(["info", str(path)]) == 0
    assert re.search(r"^output nodes +yes$", capsys.readouterr().out, re.MULTILINE)


def test_info_of_counts(text, tmp_path, capsys):
    counted = tmp_path / "text.fvm"
    assert main(["count", str(text), "-o", str(counted), "--min-count", "1", "--window", "1", "-q"]) == 0
    assert main(["info", str(counted), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["words"], facts["pairs"], facts["sum_of_counts"]) == (3, 5, 8)
    assert facts["greatest"][0] == ["a", "a", 2]
    assert facts["settings"] == {"window": 1, "weighting": "inverse", "context": "both"}
    assert main(["info", str(counted)]) == 0
    assert "a a 2, a b 2, a c 1\n" in capsys.readouterr().out
    (tmp_path / "no.fvm").write_bytes(b"no counts")
    assert main(["info", str(tmp_path / "no.fvm")]) == codes.DATA


def test_convert_keeps_the_subwords_of_a_fasttext_model(tmp_path, capsys):
    settings = Subwords(min_n=2, max_n=3, buckets=7)
    subwords = SubwordVectors(settings, np.arange(18, dtype=np.float32).reshape(9, 2))
    model, output = tmp_path / "model.bin", tmp_path / "model.safetensors"
    WordVectors(["a", "b"], subwords.of_words(["a", "b"]), subwords=subwords).save(model)
    assert main(["convert", str(model), str(output)]) == 0
    assert (WordVectors.load(output)["never"] == subwords.compose("never")).all()
    capsys.readouterr()
    assert main(["info", str(output), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["subwords"]


def test_convert_by_suffix_and_by_format(trained, tmp_path, capsys):
    vectors = WordVectors.load(trained)
    binary, glove = tmp_path / "v.bin", tmp_path / "v.glove"
    assert main(["convert", str(trained), str(binary)]) == 0
    assert main(["convert", str(binary), str(glove), "--format", "glove"]) == 0
    assert (WordVectors.load(glove).vectors == vectors.vectors).all()
    assert glove.read_text().split(" ", 1)[0] == vectors.index_to_key[0]
    assert main(["convert", str(trained), str(tmp_path / "v.unknown")]) == codes.USAGE
    assert main(["convert", str(tmp_path / "missing.bin"), str(binary)]) == codes.NO_INPUT
    assert main(["convert", str(trained), str(tmp_path / "none" / "v.bin")]) == codes.NO_OUTPUT
