"""``fastvec train``: its flags are the trainer's settings, its output the vectors."""

import argparse
import dataclasses
import json
import subprocess

import pytest

from fastvec import Corpus, SkipGram, WordVectors
from fastvec.cli import codes, main
from fastvec.cli.settings import add_settings, chosen


def test_every_setting_is_a_flag_with_help():
    parser = argparse.ArgumentParser()
    add_settings(parser, SkipGram)
    flags = {action.dest: action for action in parser._actions}
    for field in dataclasses.fields(SkipGram):
        assert "--" + field.name.replace("_", "-") in flags[field.name].option_strings
        assert len(flags[field.name].help) > len(f"(default: {field.default})") + 10
    assert chosen(parser.parse_args([]), SkipGram) == {}


@pytest.mark.parametrize("field", dataclasses.fields(SkipGram), ids=lambda field: field.name)
def test_every_setting_reaches_the_trainer(field):
    parser = argparse.ArgumentParser()
    add_settings(parser, SkipGram)
    flag = "--" + field.name.replace("_", "-")
    if isinstance(field.default, bool):
        arguments, value = [f"--no-{flag[2:]}"], False
    elif isinstance(field.default, str):
        arguments, value = [flag, "pair"], "pair"
    else:
        arguments, value = [flag, str(field.default * 2)], field.default * 2
    settings = chosen(parser.parse_args(arguments), SkipGram)
    assert settings == {field.name: value}
    assert type(settings[field.name]) is type(field.default)
    SkipGram(**settings)


def test_it_writes_vectors_and_says_what_it_did_on_standard_error(command, small_text, tmp_path):
    output = tmp_path / "v.safetensors"
    arguments = [
        *command,
        "train",
        str(small_text),
        "-o",
        str(output),
        "--epochs",
        "1",
        "--vector-size",
        "16",
    ]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["read", "trained", "wrote"]
    vectors = WordVectors.load(output)
    assert vectors.settings["vector_size"] == 16
    assert "king" in vectors


def test_one_thread_writes_what_the_library_gives(small_text, tmp_path):
    output = tmp_path / "v.safetensors"
    assert main(["train", str(small_text), "-o", str(output), "--epochs", "1", "--threads", "1", "-q"]) == 0
    expected = SkipGram(epochs=1).train(Corpus.from_text(small_text), threads=1)
    assert (WordVectors.load(output).vectors == expected.vectors).all()


def test_an_encoded_corpus_trains_like_its_text(small_text, trained, tmp_path):
    encoded, kept = tmp_path / "c.fvc", tmp_path / "kept.fvc"
    outputs = [tmp_path / "a.bin", tmp_path / "b.bin"]
    settings = ["--epochs", "1", "--vector-size", "16", "--threads", "1", "-q"]
    assert main(["encode", str(small_text), "-o", str(encoded), "-q"]) == 0
    assert main(["train", str(encoded), "-o", str(outputs[0]), *settings]) == 0
    assert main(["train", str(small_text), "-o", str(outputs[1]), "--save-corpus", str(kept), *settings]) == 0
    assert outputs[0].read_bytes() == outputs[1].read_bytes()
    assert Corpus.open(kept).n_words == Corpus.open(encoded).n_words


def test_reading_flags_reach_the_corpus(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("Oh, oh! a b\n" * 30)
    output = tmp_path / "v.txt"
    flags = ["--tokens", "words", "--lowercase", "--min-count", "2", "--max-size", "2", "--sample", "0"]
    assert main(["train", str(text), "-o", str(output), "--epochs", "1", "-q", *flags]) == 0
    assert WordVectors.load(output).index_to_key[0] == "oh"
    assert len(WordVectors.load(output)) == 2


@pytest.mark.parametrize(
    "extra", [["--min-count", "1"], ["--lowercase"], ["--save-corpus", "again.fvc"], ["more.txt"]]
)
def test_flags_that_an_encoded_corpus_would_ignore_are_refused(
    extra, small_text, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(["encode", str(small_text), "-o", "c.fvc", "-q"]) == 0
    assert main(["train", "c.fvc", "-o", "v.bin", *extra]) == codes.USAGE
    assert "encoded" in capsys.readouterr().err


def test_an_unknown_suffix_is_told_before_reading(tmp_path, capsys):
    missing = str(tmp_path / "missing.txt")
    assert main(["train", missing, "-o", str(tmp_path / "v.pickle")]) == codes.USAGE
    assert ".safetensors" in capsys.readouterr().err
    assert main(["train", missing, "-o", str(tmp_path / "v.bin"), "--save-corpus", "ids"]) == codes.USAGE
    assert ".fvc" in capsys.readouterr().err


def test_json_tells_what_was_done(small_text, tmp_path, capsys):
    output = tmp_path / "v.bin"
    assert main(["train", str(small_text), "-o", str(output), "--epochs", "1", "--json", "-q"]) == 0
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert printed.err == ""
    assert report["output"] == str(output)
    assert report["words"] == len(WordVectors.load(output))
    assert report["settings"]["epochs"] == 1
    assert report["words_per_second"] > 0
