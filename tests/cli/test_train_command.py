"""``fastvec train``: its flags are the trainer's settings, its output the vectors."""

import argparse
import dataclasses
import json
import subprocess

import pytest

from fastvec import Corpus, SettingError, SkipGram, Subwords, WordVectors, count_cooccurrences
from fastvec.cli import codes, main
from fastvec.cli.settings import add_settings, chosen
from fastvec.cli.train import MODELS, trainers


def parser_of_settings():
    parser = argparse.ArgumentParser()
    add_settings(parser, trainers())
    return parser


def settings_of_all():
    return [
        pytest.param(model, field, id=f"{model}-{field.name}")
        for model, trainer in trainers().items()
        for field in dataclasses.fields(trainer)
    ]


@pytest.mark.parametrize(("model", "field"), settings_of_all())
def test_every_setting_is_a_flag_with_help(model, field):
    flags = {action.dest: action for action in parser_of_settings()._actions}
    assert "--" + field.name.replace("_", "-") in flags[field.name].option_strings
    assert len(flags[field.name].help) > len(f"(default: {field.default})") + 10
    assert str(field.default).lower() in flags[field.name].help.lower()


@pytest.mark.parametrize("model", MODELS)
def test_nothing_given_is_nothing_chosen(model):
    assert chosen(parser_of_settings().parse_args([]), trainers(), model) == {}


OTHERS = {
    "combine": {"glove": "word", "skipgram": "sum", "cbow": "concat"}, "context": "left", "loss": "softmax",
    "context_gradient": "mean", "bag": "sum", "subwords": Subwords(), "negative_sharing": "none",
}  # fmt: skip


@pytest.mark.parametrize(("model", "field"), settings_of_all())
def test_every_setting_reaches_the_trainer(model, field):
    flag = "--" + field.name.replace("_", "-")
    other = {name: value.get(model) if isinstance(value, dict) else value for name, value in OTHERS.items()}
    if isinstance(field.default, bool):
        arguments, value = [f"--no-{flag[2:]}"], False
    else:
        value = other[field.name] if field.name in other else 0.5 if field.default is None else field.default * 2
        arguments = [flag] if field.name == "subwords" else [flag, str(value)]
    settings = chosen(parser_of_settings().parse_args(arguments), trainers(), model)
    assert settings == {field.name: value}
    assert type(settings[field.name]) is type(value)
    trainers()[model](**settings)


def test_subwords_are_switched_on_by_any_of_their_settings():
    args = parser_of_settings().parse_args(["--max-n", "4", "--buckets", "50"])
    assert chosen(args, trainers(), "cbow") == {"subwords": Subwords(max_n=4, buckets=50)}
    with pytest.raises(SettingError, match="--max-n: not a setting of --model glove"):
        chosen(args, trainers(), "glove")


def test_settings_of_several_models_tell_them_apart():
    flags = {action.dest: action.help for action in parser_of_settings()._actions}
    assert flags["window"].startswith("skipgram, cbow: tokens to each side")
    assert "glove 25" in flags["epochs"]
    assert "log-count 300" in flags["epochs"]


def test_a_choice_that_there_is_not_is_refused(small_text, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["train", str(small_text), "-o", str(tmp_path / "v.bin"), "--negative-sharing", "group"])
    assert ended.value.code == codes.USAGE
    assert "invalid choice: 'group' (choose from" in capsys.readouterr().err


def test_a_setting_of_another_model_is_refused(small_text, tmp_path, capsys):
    output = str(tmp_path / "v.bin")
    assert main(["train", str(small_text), "-o", output, "--model", "glove", "--negative", "3"]) == codes.USAGE
    assert "--negative: not a setting of --model glove" in capsys.readouterr().err


@pytest.mark.parametrize(("model", "name"), MODELS.items())
def test_every_model_trains(model, name, small_text, tmp_path, capsys):
    output = tmp_path / "v.safetensors"
    epochs = (
        ["--epochs", "2"] if "epochs" in {field.name for field in dataclasses.fields(trainers()[model])} else []
    )
    arguments = ["train", str(small_text), "-o", str(output), "--model", model, "--vector-size", "6", *epochs]
    assert main([*arguments, "--json"]) == 0
    printed = capsys.readouterr()
    vectors, report = WordVectors.load(output), json.loads(printed.out)
    assert vectors.settings["model"] == report["settings"]["model"] == name
    assert vectors.vector_size == report["vector_size"] == 6
    assert f"trained {model} in" in printed.err
    assert ("tokens_per_second" in report) == (model in ("skipgram", "cbow", "nnlm"))
    assert ("perplexity" in report) == (model == "nnlm")


def test_counts_stand_for_their_text(small_text, tmp_path, capsys):
    counts, outputs = tmp_path / "counts.fvm", [tmp_path / "a.bin", tmp_path / "b.bin"]
    count_cooccurrences(Corpus.from_text(small_text)).save(counts)
    for source, output in zip((counts, small_text), outputs, strict=True):
        assert main(["train", str(source), "-o", str(output), "--model", "glove", "--epochs", "1", "-q"]) == 0
    assert outputs[0].read_bytes() == outputs[1].read_bytes()
    refused = [
        ["--model", "lsa"],
        ["--model", "glove", str(small_text)],
        [],
        ["--model", "glove", "--min-count", "1"],
    ]
    for extra in refused:
        assert main(["train", str(counts), "-o", str(outputs[0]), *extra]) == codes.USAGE
    told = capsys.readouterr().err
    assert "--model glove or log-count or ppmi-svd; lsa reads text" in told
    assert "is ignored for co-occurrence counts" in told
    assert (
        main(["train", str(small_text), "-o", str(outputs[0]), "--model", "glove", "--window", "5"]) == codes.USAGE
    )
    assert "'fastvec count --window'" in capsys.readouterr().err


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
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["read", "trained", "42,664", "wrote"]
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
    assert Corpus.load(kept).n_tokens == Corpus.load(encoded).n_tokens


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
def test_flags_that_an_encoded_corpus_would_ignore_are_refused(extra, small_text, tmp_path, monkeypatch, capsys):
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
    assert report["tokens_per_second"] > 0


def test_hints_for_a_little_raw_text(tmp_path, capsys):
    path, output = tmp_path / "raw.txt", tmp_path / "v.safetensors"
    path.write_text("The king rules, and the queen rules.\nDogs bark; cats sleep!\n" * 50)
    assert main(["train", str(path), "-o", str(output), "--vector-size", "4"]) == 0
    told = capsys.readouterr().err
    assert "550 tokens x 5 epochs is little to learn from; try --epochs 100 --sample 0" in told
    assert "4 of 11 words end in punctuation; --tokens words --lowercase part them" in told
    better = ["--tokens", "words", "--lowercase", "--epochs", "200", "--sample", "0"]
    assert main(["train", str(path), "-o", str(output), "--vector-size", "4", *better]) == 0
    told = capsys.readouterr().err
    assert "little to learn" not in told
    assert "punctuation" not in told
