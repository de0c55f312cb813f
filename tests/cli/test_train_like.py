"""``fastvec train --like PROGRAM``: the flags of word2vec, fasttext and GloVe, and the files that they write."""

from __future__ import annotations

import argparse
from importlib import import_module

import numpy as np
import pytest

import fastvec as fv
from fastvec.cli import codes, main
from fastvec.cli.like import PROGRAMS, values_of

TEXT = "the king rules the land\nthe queen rules the land\n\nthe cat sat on the mat\n" * 100
COUNTS = {"the": 600, "rules": 200, "land": 200, "king": 100, "queen": 100, "cat": 100}
QUICK = {
    "word2vec": ["-train", "TEXT", "-output", "OUT", "-size", "8", "-iter", "1", "-sample", "0", "-threads", "1"],
    "fasttext": [
        "skipgram", "-input", "TEXT", "-output", "OUT", "-dim", "8", "-epoch", "1", "-t", "1", "-bucket", "200",
        "-thread", "1",
    ],
    "glove": ["-corpus", "TEXT", "-save-file", "OUT", "-vector-size", "8", "-iter", "2", "-threads", "1"],
}  # fmt: skip


def program_of(name):
    return import_module(f"fastvec.cli.like_{name}").PROGRAM


@pytest.fixture
def call(tmp_path):
    """Runs a program's flags on a small text; later flags override earlier ones."""
    (tmp_path / "text.txt").write_text(TEXT)

    def run(name, *flags, quick=True):
        flags = [*(QUICK[name] if quick else []), *map(str, flags)]
        places = {"TEXT": str(tmp_path / "text.txt"), "OUT": str(tmp_path / "out")}
        return main(["train", "--like", name, *[places.get(flag, flag) for flag in flags]])

    return run


def flags_of_all():
    return [(name, flag) for name in PROGRAMS for flag in program_of(name).flags]


@pytest.mark.parametrize(("name", "flag"), flags_of_all())
def test_every_flag_is_taken_and_explained(name, flag, capsys):
    program = program_of(name)
    kind = program.flags[flag].kind
    words = [*program.commands[:1], f"-{flag}", "1" if kind is bool else "3"]
    assert values_of(name, program, words)[0][flag] == kind(words[-1])
    assert values_of(name, program, [*words[:-2], f"--{flag}", words[-1]])[0]["given"] == {flag}
    with pytest.raises(SystemExit) as caught:
        main(["train", "--like", name, "--help"])
    assert caught.value.code == 0
    assert f"  -{flag} " in capsys.readouterr().out


# what reaches the trainer: flags, and the settings that they mean
WORD2VEC = [
    ("-size 20", {"vector_size": 20}), ("-window 3", {"window": 3}), ("-sample 1e-4", {"sample": 1e-4}),
    ("-hs 1 -negative 0", {"loss": "hierarchical_softmax"}), ("-negative 7", {"negative": 7}),
    ("-iter 3", {"epochs": 3}),
    ("-alpha 0.1", {"learning_rate": 0.1, "min_learning_rate": 1e-5}), ("-cbow 1", {"learning_rate": 0.05}),
    ("-cbow 0", {"learning_rate": 0.025, "negative": 5, "loss": "negative_sampling"}),
]  # fmt: skip
GLOVE = [
    ("-vector-size 20", {"vector_size": 20}), ("-iter 3", {"epochs": 3}), ("-eta 0.1", {"learning_rate": 0.1}),
    ("-alpha 0.5", {"alpha": 0.5}), ("-x-max 10", {"x_max": 10.0}), ("-model 1", {"combine": "word"}),
    ("-model 2", {"combine": "sum"}), ("-seed 9", {"seed": 9}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "flags", "settings"),
    [*(("word2vec", *case) for case in WORD2VEC), *(("glove", *case) for case in GLOVE)],
)
def test_settings_of_the_trainer(name, flags, settings):
    module = import_module(f"fastvec.cli.like_{name}")
    trainer = module.trainer_of(values_of(name, module.PROGRAM, flags.split())[0])
    assert {setting: getattr(trainer, setting) for setting in settings} == settings


@pytest.mark.parametrize(
    ("words", "on"),
    [([], False), (["-saveOutput"], True), (["-saveOutput", "-dim", "5"], True), (["-saveOutput", "0"], False)],
)
def test_a_switch_needs_no_value(words, on):
    """fasttext 0.9.2 takes none after -saveOutput, earlier ones take 0 or 1."""
    program = program_of("fasttext")
    values = values_of("fasttext", program, ["skipgram", *words])[0]
    assert values["saveOutput"] is on
    assert values["dim"] == (5 if "-dim" in words else 100)


def test_word2vec_is_cbow_unless_told():
    module = import_module("fastvec.cli.like_word2vec")
    kinds = [
        type(module.trainer_of(values_of("word2vec", module.PROGRAM, words)[0])) for words in ([], ["-cbow", "0"])
    ]
    assert kinds == [fv.CBOW, fv.SkipGram]


@pytest.mark.parametrize("flags", [[], ["-cbow", "0"], ["-hs", "1", "-negative", "0"], ["-hs", "1"]])
def test_word2vec_writes_text_with_the_line_end_first(call, tmp_path, flags):
    assert call("word2vec", *flags) == 0
    lines = (tmp_path / "out").read_text().splitlines()
    assert lines[0] == "10 8"
    assert lines[1].split()[0] == "</s>"
    assert lines[2].split()[0] == "the"
    assert {len(line.split()) for line in lines[1:]} == {9}


def test_word2vec_writes_binary_and_learns(call, tmp_path):
    assert call("word2vec", "-binary", 1, "-iter", 200, "-window", 2, "-min-count", 150) == 0
    vectors = fv.WordVectors.load(tmp_path / "out", format="word2vec")
    assert vectors.index_to_key[1:] == ["the", "land", "rules"]


def test_word2vec_trains_a_tree_and_noise_words_beside_each_other(call, tmp_path):
    flags = {"both": [], "tree": ["-negative", 0], "noise": ["-hs", 0]}
    trained = {}
    for name, few in flags.items():
        assert call("word2vec", "-hs", 1, *few, "-cbow", 0, "-iter", 100, "-alpha", 0.05, "-window", 2) == 0
        trained[name] = fv.WordVectors.load(tmp_path / "out", format="word2vec-text")
        assert trained[name].most_similar("king", topn=1)[0][0] == "queen"
    words = ["king", "rules", "mat"]
    both, *alone = (trained[name][words] for name in flags)
    assert all(np.abs(both - rows).max() > 0.1 for rows in alone), "each layer moves them"


def test_word2vec_saves_and_reads_its_words(call, tmp_path):
    assert call("word2vec", "-save-vocab", tmp_path / "words") == 0
    lines = (tmp_path / "words").read_text().splitlines()
    assert lines[:2] == ["</s> 400", "the 600"]
    (tmp_path / "words").write_text("</s> 400\nqueen 900\nthe 300\nmat 3\n")
    assert call("word2vec", "-read-vocab", tmp_path / "words") == 0
    assert [line.split()[0] for line in (tmp_path / "out").read_text().splitlines()[1:]] == [
        "</s>",
        "queen",
        "the",
    ]


def test_word2vec_counts_words_alone(call, tmp_path):
    flags = "-train", "TEXT", "-save-vocab", tmp_path / "words"
    assert call("word2vec", *flags, quick=False) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"text.txt", "words"}


@pytest.mark.parametrize("command", ["skipgram", "cbow"])
def test_fasttext_writes_its_two_files(call, tmp_path, command):
    flags = ["TEXT" if flag == "TEXT" else flag for flag in QUICK["fasttext"][1:]]
    assert call("fasttext", command, *flags, "-ws", 2, "-minCount", 100, "-saveOutput", 1, quick=False) == 0
    model = fv.WordVectors.load(tmp_path / "out.bin")
    text = fv.WordVectors.load(tmp_path / "out.vec")
    assert model.settings["model"] == {"skipgram": "SkipGram", "cbow": "CBOW"}[command]
    assert (model.settings["window"], model.settings["min_count"], model.subwords.settings.buckets) == (
        2,
        100,
        200,
    )
    assert text.index_to_key == model.index_to_key
    assert {word: int(model.vocabulary.counts[model.get_index(word)]) for word in COUNTS} == COUNTS
    np.testing.assert_allclose(text.vectors, model.vectors, rtol=1e-4, atol=1e-6)
    output = fv.WordVectors.load(tmp_path / "out.output", format="word2vec-text")
    np.testing.assert_allclose(output.vectors, model.context_vectors, rtol=1e-4, atol=1e-6)


FASTTEXT = [
    ("-lr 0.2", {"learning_rate": 0.2}, {}), ("-neg 3", {"negative": 3}, {}),
    ("-loss softmax", {"loss": "softmax"}, {}),
    ("-minn 2 -maxn 4", {}, {"min_n": 2, "max_n": 4}), ("-dim 5", {"vector_size": 5}, {}),
    ("-epoch 2", {"epochs": 2}, {}), ("-t 0.5", {"sample": 0.5}, {}), ("-seed 4", {"seed": 4}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("flags", "settings", "subwords"), FASTTEXT)
def test_settings_of_fasttext(monkeypatch, call, flags, settings, subwords):
    trained = []
    train = fv.SkipGram.train

    def remembered(self, *args, **kwargs):
        trained.append(self)
        return train(self, *args, **kwargs)

    monkeypatch.setattr(fv.SkipGram, "train", remembered)
    assert call("fasttext", *flags.split()) == 0
    assert {name: getattr(trained[0], name) for name in settings} == settings
    assert {name: getattr(trained[0].subwords, name) for name in subwords} == subwords


def test_fasttext_with_other_vectors_and_labels(call, tmp_path):
    (tmp_path / "text.txt").write_text("__label__a the cat #b\n" * 50)
    start = np.arange(16, dtype=np.float32).reshape(2, 8)
    fv.WordVectors(["the", "cat"], start).save(tmp_path / "start.vec")
    flags = "-label", "#", "-pretrainedVectors", tmp_path / "start.vec", "-maxn", 0, "-lr", "1e-9"
    assert call("fasttext", *flags) == 0
    vectors = fv.WordVectors.load(tmp_path / "out.vec")
    assert sorted(vectors.index_to_key) == ["</s>", "__label__a", "cat", "the"]
    np.testing.assert_allclose(vectors[["the", "cat"]], start, atol=1e-3)


def test_glove_writes_text_with_a_vector_of_unknown_words(call, tmp_path):
    assert call("glove", "-vocab-file", tmp_path / "words", "-vocab-min-count", 200, "-write-header", 1) == 0
    lines = (tmp_path / "out.txt").read_text().splitlines()
    assert lines[0] == "4 8"
    assert [line.split()[0] for line in lines[1:]] == ["the", "land", "rules", "<unk>"]
    rows = np.array([line.split()[1:] for line in lines[1:]], np.float32)
    np.testing.assert_allclose(rows[3], rows[:3].mean(axis=0), atol=1e-5)
    assert (tmp_path / "words").read_text() == "the 600\nland 200\nrules 200\n"


def test_glove_from_counts_of_cooccur(call, tmp_path):
    corpus = fv.Corpus.from_text(tmp_path / "text.txt", min_count=150)
    fv.count_cooccurrences(corpus, window=15).write_triples(tmp_path / "counts.bin")
    corpus.vocabulary.save(tmp_path / "words")
    assert call("glove", "-min-count", 150) == 0
    expected = (tmp_path / "out.txt").read_text()
    flags = ["-save-file", "OUT", "-vector-size", 8, "-iter", 2, "-threads", 1, "-vocab-file", tmp_path / "words"]
    assert call("glove", "-input-file", tmp_path / "counts.bin", *flags, quick=False) == 0
    assert (tmp_path / "out.txt").read_text() == expected
    assert len(expected.splitlines()[0].split()) == 9  # no header


@pytest.mark.parametrize(
    ("flags", "settings"),
    [
        (["-window-size", 2], {"window": 2}),
        (["-symmetric", 0], {"context": "left"}),
        (["-distance-weighting", 0], {"weighting": "flat"}),
        (["-memory", 0.5], {"max_memory": 1 << 29}),
        ([], {"window": 15, "context": "both", "weighting": "inverse", "max_memory": None}),
    ],
)
def test_counting_of_glove(monkeypatch, call, flags, settings):
    given = {}
    count = fv.count_cooccurrences

    def remembered(corpus, **rules):
        given.update(rules)
        return count(corpus, **rules)

    monkeypatch.setattr("fastvec.cli.like_glove.count_cooccurrences", remembered)
    assert call("glove", *flags) == 0
    assert {name: given[name] for name in settings} == settings


def test_most_frequent_words_of_glove(call, tmp_path):
    assert call("glove", "-max-vocab", 2) == 0
    assert len((tmp_path / "out.txt").read_text().splitlines()) == 3


def without_effect():
    return [(name, flag) for name in PROGRAMS for flag in program_of(name).without_effect]


@pytest.mark.parametrize(("name", "flag"), without_effect())
def test_flags_without_effect_are_named_once(call, capsys, name, flag):
    assert call(name, f"-{flag}", "2", f"-{flag}", "3") == 0
    said = capsys.readouterr().err
    assert said.count(f"-{flag} (") == 1
    assert said.count("without effect") == 1


def refused():
    flags = [(name, flag) for name in PROGRAMS for flag in program_of(name).refused]
    return [(name, flag) for name, flag in flags if name != "fasttext" or flag.startswith("autotune")]


@pytest.mark.parametrize(("name", "flag"), refused())
def test_flags_that_are_refused_say_what_to_use(call, capsys, name, flag):
    program = program_of(name)
    assert call(name, f"-{flag}", "2") == codes.USAGE
    assert f"-{flag}: {program.refused[flag]}" in capsys.readouterr().err
    if flag in program.harmless:
        assert call(name, f"-{flag}", program.harmless[flag]) == 0


@pytest.mark.parametrize("command", ["supervised", "quantize", "nn", "analogies", "test", "dump"])
def test_commands_that_are_refused(call, capsys, command):
    assert call("fasttext", command, "-input", "TEXT", quick=False) == codes.USAGE
    assert f"{command}: {program_of('fasttext').refused[command]}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "flags", "message"),
    [
        ("word2vec", ["-sise", "5"], "-sise: no flag of word2vec; did you mean -size?"),
        ("word2vec", ["--vector-size", "5"], "--vector-size: no flag of word2vec; did you mean -size?"),
        ("word2vec", ["--epochs", "5"], "did you mean -iter?"),
        ("word2vec", ["-dim", "5"], "did you mean -size?"),
        ("fasttext", ["-size", "5"], "did you mean -dim?"),
        ("fasttext", ["-min-count", "5"], "did you mean -minCount?"),
        ("glove", ["-window", "5"], "did you mean -window-size?"),
        ("glove", ["-qqqq", "5"], "no flag of glove; see fastvec train --like glove --help"),
        ("word2vec", ["-size"], "-size: expected a value after it"),
        ("word2vec", ["-size", "many"], "-size: expected a whole number, got 'many'"),
        ("word2vec", ["-size", "1.5"], "-size: expected a whole number, got '1.5'"),
        ("word2vec", ["-alpha", "x"], "-alpha: expected a number, got 'x'"),
        ("word2vec", ["text.txt"], "text.txt: expected a flag of word2vec, as in fastvec train --like"),
        ("word2vec", ["-size", "0"], "vector_size: expected"),
        ("word2vec", ["-negative", "0"], "negative: expected"),
        ("word2vec", ["-output", ""], "-output: must be given, or -save-vocab"),
        ("word2vec", ["-train", ""], "-train: must be given"),
        ("word2vec", ["-output", "TEXT"], "output would overwrite an input"),
        ("fasttext", ["-wordNgrams", "2"], "wordNgrams: expected 1"),
        ("fasttext", ["-loss", "hs", "-saveOutput", "1"], "-saveOutput: -loss hs has rows of nodes"),
        ("glove", ["-model", "0"], "-model: expected 2 (word + context vectors) or 1"),
        ("glove", ["-input-file", "x"], "-corpus: expected a text, or counts by -input-file"),
        ("glove", ["-symmetric", "2"], "-symmetric: expected a whole number from 0 to 1"),
        (
            "glove",
            ["-corpus", "", "-input-file", "x", "-window-size", "3"],
            "-window-size: has no effect on counts",
        ),
        ("glove", ["-corpus", "", "-input-file", "x"], "-vocab-file: must be given"),
    ],
)
def test_wrong_flags(call, capsys, name, flags, message):
    assert call(name, *flags) == codes.USAGE
    assert message in capsys.readouterr().err


def test_a_missing_command_of_fasttext(call, capsys):
    assert call("fasttext", "-input", "TEXT", quick=False) == codes.USAGE
    assert "fasttext: expected skipgram or cbow first" in capsys.readouterr().err
    assert call("fasttext", "skipgrams", quick=False) == codes.USAGE
    assert "command: expected skipgram or cbow, got 'skipgrams'" in capsys.readouterr().err


def test_quiet_and_both_forms_of_like(tmp_path, capsys):
    (tmp_path / "text.txt").write_text(TEXT)
    flags = ["-train", str(tmp_path / "text.txt"), "-output", str(tmp_path / "out"), "-sample", "0", "-size", "4"]
    assert main(["train", "--like=word2vec", *flags, "-q"]) == 0
    assert capsys.readouterr().err == ""
    assert main(["train", *flags, "--quiet", "--like", "word2vec"]) == 0
    with pytest.raises(SystemExit):
        main(["train", "--like", "gensim", *flags])


def test_trains_help_names_it():
    parser = argparse.ArgumentParser()
    import_module("fastvec.cli.train").add_arguments(parser)
    assert next(action for action in parser._actions if action.dest == "like").choices == PROGRAMS
