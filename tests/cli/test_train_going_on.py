"""``fastvec train`` on pairs, with presets, and from earlier vectors."""

import json

import numpy as np
import pytest

from fastvec import Pairs, SkipGram, Subwords, WordVectors
from fastvec.cli import codes, main

RUN = ["--epochs", "1", "--threads", "1", "-q"]


@pytest.fixture
def train(tmp_path, capsys):
    """Runs the command into a file and gives the vectors; with a code other than 0, what it said instead."""

    def run(*arguments, code=codes.DONE, output="v.safetensors"):
        path = tmp_path / output
        assert main(["train", "-o", str(path), *map(str, arguments), *RUN]) == code
        return WordVectors.load(path) if code == codes.DONE else capsys.readouterr().err

    return run


@pytest.fixture
def new_text(tmp_path):
    path = tmp_path / "new.txt"
    path.write_text("the king and the newcomer\n" * 30)
    return path


@pytest.mark.parametrize("model", ["skipgram", "cbow"])
def test_it_goes_on_from_vectors_of_their_size(train, trained, new_text, model):
    old, vectors = WordVectors.load(trained), train(new_text, "--init", trained, "--model", model, "--sample", 0)
    assert vectors.vector_size == vectors.settings["vector_size"] == old.vector_size == 20
    assert vectors.index_to_key[:4] == ["the", "and", "king", "newcomer"]
    assert set(vectors) == {*old, "newcomer"}
    assert vectors["queen"].tobytes() == old["queen"].tobytes()
    assert vectors["king"].tobytes() != old["king"].tobytes()


def test_all_that_went_before_can_be_frozen(train, trained, new_text):
    old, settings = WordVectors.load(trained), ["--init", trained, "--sample", 0]
    held = train(new_text, *settings, "--freeze-init")
    assert held[old.index_to_key].tobytes() == old.vectors.tobytes()
    still = train(new_text, *settings, "--learning-rate", 1e-30, "--min-learning-rate", 0)
    assert held["newcomer"].tobytes() != still["newcomer"].tobytes()


@pytest.mark.parametrize("flags", [[], ["--freeze-init"]])
def test_words_of_a_file_can_be_frozen_or_damped(train, trained, new_text, tmp_path, flags):
    words = tmp_path / "words.txt"
    words.write_bytes(b"\xef\xbb\xbfking\r\n\n  the \t0.5 \nnewcomer 0\n")
    old, settings = WordVectors.load(trained), ["--init", trained, "--sample", 0]
    vectors = train(new_text, *settings, "--freeze", words, *flags)
    assert vectors["king"].tobytes() == old["king"].tobytes()
    assert vectors["the"].tobytes() != old["the"].tobytes()
    assert (vectors["and"].tobytes() == old["and"].tobytes()) == bool(flags)
    free = train(new_text, *settings)
    moved = [np.linalg.norm(v["the"] - old["the"]) for v in (vectors, free)]
    assert moved[0] < 0.8 * moved[1]


def test_a_model_of_fasttext_goes_on_with_its_subwords(train, small_text, new_text, tmp_path):
    few = ["--min-n", 2, "--max-n", 3, "--buckets", 50, "--vector-size", 8]
    first = train(small_text, *few, output="first.bin")
    second = train(new_text, "--init", tmp_path / "first.bin", "--sample", 0, output="second.bin")
    assert second.subwords.settings == first.subwords.settings == Subwords(min_n=2, max_n=3, buckets=50)
    row = first.subwords.rows[first.get_index("queen")]
    assert second.subwords.rows[second.get_index("queen")].tobytes() == row.tobytes()
    told = train(new_text, "--init", tmp_path / "first.bin", "--buckets", 60, code=codes.USAGE)
    assert "init: expected vectors with the same subwords" in told
    told = train(new_text, "--init", tmp_path / "first.bin", "--freeze-init", code=codes.USAGE)
    assert "freeze: cannot be used with subwords" in told


@pytest.mark.parametrize("model", ["skipgram", "cbow"])
def test_the_settings_of_fasttext(train, small_text, model):
    vectors = train(
        small_text, "--model", model, "--preset", "fasttext", "--buckets", 50, "--vector-size", 8, "--sample", 0.01
    )
    overridden = {"vector_size": 8, "sample": 0.01, "epochs": 1}
    expected = {
        **SkipGram.fasttext().get_params(),
        **overridden,
        "subwords": {"min_n": 3, "max_n": 6, "buckets": 50},
    }
    assert {name: vectors.settings[name] for name in expected} == expected
    assert vectors.subwords.settings == Subwords(buckets=50)


def test_a_preset_leaves_the_size_to_earlier_vectors(train, new_text, tmp_path, small_text):
    few = ["--buckets", 50, "--vector-size", 8]
    train(small_text, *few, output="first.bin")
    vectors = train(new_text, "--preset", "fasttext", "--init", tmp_path / "first.bin", "--sample", 0)
    assert (vectors.vector_size, vectors.subwords.settings.buckets) == (8, 50)
    assert vectors.settings["ns_exponent"] == 0.5


@pytest.mark.parametrize("weights", [False, True])
def test_pairs_train_like_those_of_the_library(train, tmp_path, weights, capsys):
    path = tmp_path / "pairs.tsv"
    rows = [("tea", "drink_obj"), ("milk", "drink_obj"), ("tea", "hot")] * 20
    path.write_text("".join("\t".join([*row, *(["0.5"] if weights else [])]) + "\n" for row in rows))
    expected = SkipGram(vector_size=8, epochs=1).train(Pairs.from_pairs(path), threads=1)
    assert train(path, "--pairs", "--vector-size", 8).vectors.tobytes() == expected.vectors.tobytes()
    several = train(path, path, "--pairs", "--vector-size", 8, "--min-count", 50)
    assert several.index_to_key == ["tea"], "drink_obj stands 80 times, hot 40 times"


def test_pairs_are_told_of(tmp_path, capsys):
    path = tmp_path / "pairs.txt"
    path.write_text("a b\na c\nd b\n" * 30)
    output = str(tmp_path / "v.bin")
    assert main(["train", str(path), "-o", output, "--pairs", "--epochs", "1", "--json", "--min-count", "31"]) == 0
    printed = capsys.readouterr()
    assert printed.err.startswith("read 30 pairs (60 more dropped) of 1 words and 1 contexts in ")
    assert " pairs/s, loss " in printed.err
    assert json.loads(printed.out)["pairs_per_second"] > 0


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--init", "v.bin", "--model", "glove"], "--init: needs --model skipgram or cbow or nnlm, not glove"),
        (["--freeze", "w.txt", "--model", "glove"], "--freeze: needs --model skipgram or cbow"),
        (["--freeze-init", "--model", "log-count"], "--freeze-init: needs --model skipgram or cbow"),
        (["--preset", "fasttext", "--model", "log-count"], "--preset: needs --model skipgram or cbow"),
        (["--preset", "recommended"], "--preset recommended: needs --model cbow"),
        (["--pairs", "--model", "cbow"], "--pairs: needs --model skipgram, not cbow"),
        (["--freeze-init"], "--freeze-init: needs --init FILE"),
        (["--freeze-context"], "--freeze-context: needs --init FILE"),
        (["--pairs", "--window", "3"], "--window is ignored for pairs"),
        (["--pairs", "--no-shrink-windows"], "--shrink-windows is ignored for pairs"),
        (["--pairs", "--negative-sharing", "none"], "--negative-sharing is ignored for pairs"),
        (["--pairs", "--sample", "0"], "--sample is ignored for pairs"),
        (["--pairs", "--context", "left"], "--context is ignored for pairs"),
        (["--pairs", "--lowercase"], "--lowercase is ignored for pairs; leave it out"),
        (["--pairs", "--max-size", "5"], "--max-size is ignored for pairs; leave it out"),
        (["--pairs", "--tokens", "words"], "--tokens is ignored for pairs; leave it out"),
        (["--pairs", "--save-corpus", "c.fvc"], "--save-corpus is ignored for pairs; leave it out"),
    ],
)
def test_flags_that_would_be_ignored_are_refused(train, tmp_path, monkeypatch, flags, told):
    monkeypatch.chdir(tmp_path)
    assert told in train("missing.txt", *flags, code=codes.USAGE)


def test_sizes_that_do_not_fit_are_refused(train, trained, new_text):
    told = train(new_text, "--init", trained, "--vector-size", 30, code=codes.USAGE)
    assert "init: expected vectors of 30 dimensions, which is the vector_size, got 20" in told


def test_files_to_go_on_from_are_read_before_the_text(train, trained, tmp_path, new_text):
    missing = tmp_path / "missing.txt"
    assert "gone.bin: No such file" in train(missing, "--init", tmp_path / "gone.bin", code=codes.NO_INPUT)
    assert "gone.txt: No such file" in train(missing, "--freeze", tmp_path / "gone.txt", code=codes.NO_INPUT)
    words = tmp_path / "words.txt"
    for line, found in (("king half", "'half'"), ("king 0 0", "'0 0'"), ("king 1.5", "'1.5'")):
        words.write_text(f"queen\n{line}\n")
        told = train(missing, "--freeze", words, code=codes.DATA)
        assert f"words.txt: line 2: expected a word, or a word and a factor from 0 to 1, got {found}" in told
    words.write_text("kinng\n")
    assert "freeze: no vector for 'kinng'; did you mean 'king'?" in train(
        new_text, "--freeze", words, code=codes.DATA
    )
    words.write_text("\n")
    assert len(train(new_text, "--freeze", words, "--sample", 0)) == 4, "a file without words freezes none"


@pytest.mark.parametrize("flag", ["--init", "--freeze"])
def test_an_output_that_is_an_input_is_refused(train, new_text, tmp_path, flag):
    path = tmp_path / "v.safetensors"
    path.write_text("king\n")
    assert "output would overwrite an input" in train(new_text, flag, path, code=codes.USAGE)
    assert path.read_text() == "king\n"
