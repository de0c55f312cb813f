"""``train --model nnlm``, ``predict`` and ``evaluate --loss-on``."""

import json
import math

import pytest

from fastvec import Corpus, NeuralLanguageModel, SkipGram, Subwords, WordVectors, evaluate_loss
from fastvec.cli import codes, main
from fastvec.datasets import kingdom


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("nnlm") / "kingdom.txt"
    path.write_text("\n".join(kingdom()) + "\n")
    return path


@pytest.fixture(scope="module")
def model(text):
    path = text.with_name("model.safetensors")
    flags = "--model nnlm --min-count 1 --vector-size 12 --window 5 --batch-size 16 --epochs 60 --direct -q"
    assert main(["train", str(text), "-o", str(path), *flags.split()]) == 0
    return path


@pytest.fixture(scope="module")
def skipgram(text):
    path = text.with_name("sg.safetensors")
    flags = "--min-count 1 --vector-size 12 --sample 0 --epochs 2 --threads 1 -q"
    assert main(["train", str(text), "-o", str(path), *flags.split()]) == 0
    return path


def test_predict(model, capsys):
    assert main(["predict", str(model), "paris", "is", "the", "capital", "of", "-n", "2"]) == 0
    question, first, _ = capsys.readouterr().out.splitlines()
    assert question == "paris is the capital of"
    assert first.split()[0] == "france"
    assert main(["predict", str(model), "they", "speak", "--json", "-n", "3"]) == 0
    answers = json.loads(capsys.readouterr().out)["they speak"]
    want = NeuralLanguageModel.load(model).predict_next("they speak", topn=3)
    assert [(answer["word"], answer["probability"]) for answer in answers] == want


def test_predict_refuses_unknown_words_and_vectors_without_a_network(model, skipgram, capsys):
    assert main(["predict", str(model), "the", "kingg"]) == codes.DATA
    assert "did you mean 'king'?" in capsys.readouterr().err
    assert main(["predict", str(skipgram), "the"]) == codes.DATA
    assert "expected a matrix of a neural language model" in capsys.readouterr().err


def test_the_file_is_one_of_vectors_too(model, capsys):
    assert main(["neighbors", str(model), "king"]) == 0
    capsys.readouterr()
    assert main(["info", str(model), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["network"] is True
    assert facts["settings"]["model"] == "NNLM"


def test_convert_keeps_the_network_where_the_format_can(model, tmp_path, capsys):
    copy, alone, back = (tmp_path / name for name in ("copy.safetensors", "alone.bin", "back.safetensors"))
    assert main(["convert", str(model), str(copy)]) == 0
    assert NeuralLanguageModel.load(copy).predict_next("the") == NeuralLanguageModel.load(model).predict_next(
        "the"
    )
    assert main(["convert", str(copy), str(alone)]) == 0
    assert len(WordVectors.load(alone)) == 111
    WordVectors.load(model).save(back)  # the vectors alone, with the settings of the model
    capsys.readouterr()
    assert main(["info", str(back), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["network"] is False
    text = tmp_path / "text.txt"
    text.write_text("the king\n")
    assert main(["evaluate", str(back), "--loss-on", str(text)]) == codes.USAGE
    assert "NeuralLanguageModel.load" in capsys.readouterr().err
    assert main(["predict", str(back), "the"]) == codes.DATA


def test_a_damaged_network_is_no_missing_one(model, tmp_path, capsys):
    from fastvec.io.container import map_tensors, save_tensors

    tensors, fields = map_tensors(model)
    damaged = tmp_path / "damaged.safetensors"
    save_tensors(damaged, {**tensors, "network.hidden": tensors["network.hidden"][:-2]}, fields)
    assert main(["info", str(damaged)]) == codes.DATA
    assert "hidden: expected float32" in capsys.readouterr().err
    save_tensors(damaged, {**tensors, "network.hidden": tensors["network.hidden"].astype("f8")}, fields)
    assert main(["neighbors", str(damaged), "king"]) == codes.DATA
    assert "network.hidden: expected float32" in capsys.readouterr().err


def test_train_goes_on_from_vectors(text, skipgram, tmp_path, capsys):
    output, words = tmp_path / "m.safetensors", tmp_path / "words"
    words.write_text("king\n")
    flags = ["--model", "nnlm", "--min-count", "1", "--epochs", "1", "--init", str(skipgram)]
    assert main(["train", str(text), "-o", str(output), *flags, "--freeze", str(words)]) == 0
    assert (WordVectors.load(output)["king"] == WordVectors.load(skipgram)["king"]).all()
    assert "perplexity" in capsys.readouterr().err
    assert main(["train", str(text), "-o", str(output), *flags, "--freeze-context"]) == codes.USAGE
    assert "--freeze-context: needs --model skipgram or cbow" in capsys.readouterr().err


def test_train_goes_on_from_the_vectors_of_n_grams(text, tmp_path):
    corpus = Corpus.from_text(text, min_count=1)
    first = SkipGram(vector_size=8, sample=0, subwords=Subwords(buckets=50), epochs=1).train(corpus)
    first.save(tmp_path / "n.safetensors")
    flags = ["--model", "nnlm", "--min-count", "1", "--epochs", "1", "--init", str(tmp_path / "n.safetensors")]
    output = tmp_path / "m.safetensors"
    assert main(["train", str(text), "-o", str(output), *flags, "--freeze-init", "-q"]) == 0
    assert (WordVectors.load(output)["king"] == first["king"]).all()


def test_loss_on_texts(model, skipgram, tmp_path, capsys):
    text, encoded = tmp_path / "text.txt", tmp_path / "text.fvc"
    text.write_text("The king of France, zzz\n")
    vocabulary = WordVectors.load(model).vocabulary
    corpus = Corpus.from_text(text, vocabulary=vocabulary, tokens="words", lowercase=True)
    assert (corpus.n_tokens, corpus.n_dropped) == (4, 1)
    corpus.save(encoded)
    flags = ["--loss-on", str(text), str(encoded), "--tokens", "words", "--lowercase"]
    assert main(["evaluate", str(model), str(skipgram), *flags, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["text"], row["vectors"]) for row in rows] == [
        (name, file) for name in ("text.txt", "text.fvc") for file in ("model.safetensors", "sg.safetensors")
    ]
    assert {row["measure"] for row in rows} == {"loss"}
    assert {(row["tokens"], row["dropped"]) for row in rows} == {(4, 1)}
    losses = [NeuralLanguageModel.load(model).loss(corpus), evaluate_loss(WordVectors.load(skipgram), corpus)]
    assert [row["loss"] for row in rows] == [*losses, *losses]
    assert rows[0]["perplexity"] == math.exp(losses[0])
    assert rows[1]["perplexity"] is None, "negative sampling has none"
    assert main(["evaluate", str(model), str(skipgram), *flags]) == 0
    assert f"{losses[0]:.4f}" in capsys.readouterr().out


def test_scores_and_losses_together(model, text, tmp_path, capsys):
    test_set = tmp_path / "pairs.txt"
    test_set.write_text("king queen 9\nking cat 1\ndog cat 8\n")
    assert main(["evaluate", str(model), "--on", str(test_set), "--loss-on", str(text)]) == 0
    printed = capsys.readouterr().out
    assert "word similarity: 100 times" in printed
    assert "kingdom.txt" in printed


def test_evaluate_needs_something_to_evaluate_on(model, tmp_path, text, capsys):
    assert main(["evaluate", str(model)]) == codes.USAGE
    assert "--on: needs test sets, or --loss-on texts" in capsys.readouterr().err
    flags = ["--loss-on", str(text), "--plot", str(tmp_path / "a.svg")]
    assert main(["evaluate", str(model), *flags]) == codes.USAGE
    assert "--plot: needs --on" in capsys.readouterr().err


def test_vectors_without_a_loss_are_refused(text, tmp_path, capsys):
    path = tmp_path / "v.bin"
    WordVectors(["the", "king"], [[1, 2], [3, 4]]).save(path)
    assert main(["evaluate", str(path), "--loss-on", str(text)]) == codes.USAGE
    assert "vectors: expected those of SkipGram or CBOW" in capsys.readouterr().err


def test_test_sets_and_texts_add_up_over_flags(skipgram, text, tmp_path, capsys):
    one, other = tmp_path / "one.txt", tmp_path / "other.txt"
    one.write_text("king queen 9\nking cat 1\nparis rome 7\n")
    other.write_text("king queen 9\nqueen cat 1\nparis berlin 7\n")
    flags = ["--on", str(one), "--loss-on", str(text), "--on", str(other), "--loss-on", str(text)]
    assert main(["evaluate", str(skipgram), "--json", *flags]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [line.get("test", line.get("text")) for line in found] == ["one", "other", text.name, text.name]
