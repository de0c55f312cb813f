"""NNLM: the contract, what it predicts, perplexity, files of models, bad input."""

from __future__ import annotations

import numpy as np
import oracles_nnlm
import pytest
from training.contract import Contract, lines

import fastvec as fv
from fastvec.training import matrices
from fastvec.training.nnlm.contexts import Batches, Contexts

SMALL = {"vector_size": 10, "hidden_size": 12, "window": 3, "batch_size": 32, "epochs": 30, "seed": 3}


class TestNNLM(Contract):
    trainer = fv.NNLM
    settings = SMALL
    refused = [  # noqa: RUF012
        ("window", 0, "a whole number from 1"),
        ("hidden_size", -1, "a whole number from 0"),
        ("hidden_size", 0, "at least 1, or direct=True"),
        ("direct", 1, "True or False"),
        ("batch_size", 0, "a whole number from 1"),
        ("learning_rate", 0, "a finite number above 0"),
        ("min_learning_rate", 0.2, "at most learning_rate=0.1"),
    ]
    takes_counts = False
    more = ["init", "freeze", "held_out"]  # noqa: RUF012
    diverges = (300.0, 1e30)
    within = 1e-3


@pytest.fixture(scope="module")
def kingdom():
    return fv.Corpus.from_text(fv.datasets.kingdom(), min_count=1)


@pytest.fixture(scope="module")
def learned(kingdom):
    return fv.NNLM(vector_size=20, hidden_size=30, window=5, batch_size=16, epochs=60).train(kingdom)


def test_a_small_text_is_learned_by_heart(kingdom, learned):
    """Only the first words of its sentences are left to guess."""
    perplexity = learned.history["perplexity"]
    assert perplexity == pytest.approx(np.exp(learned.history["epoch_loss"]))
    assert len(perplexity) == 60
    assert perplexity[-1] < 3 < perplexity[0] < 111
    assert learned.perplexity(kingdom) < 3
    first = fv.Corpus.from_text([line.split()[0] for line in kingdom_lines()], vocabulary=learned.vocabulary)
    counts = np.bincount(first.ids)
    p = counts[counts > 0] / counts.sum()
    assert learned.loss(first) == pytest.approx(-(p * np.log(p)).sum(), abs=0.1), "first words by their counts"
    assert [word for word, _ in learned.predict_next("paris is the capital of", topn=1)] == ["france"]
    assert [word for word, _ in learned.predict_next("they speak german in", topn=1)] == ["berlin"]


def kingdom_lines():
    return fv.datasets.kingdom()


@pytest.mark.parametrize("settings", [{}, {"direct": True}, {"direct": True, "hidden_size": 0}])
def test_untrained_every_word_is_equally_probable(kingdom, settings):
    """The output begins at zero: a perplexity of V. A rate of almost 0 leaves it there."""
    rates = {"learning_rate": 1e-30, "min_learning_rate": 0}
    model = fv.NNLM(**settings, **rates, epochs=2).train(kingdom)
    assert model.perplexity(kingdom) == pytest.approx(111, rel=1e-5)
    assert model.history["perplexity"] == pytest.approx([111, 111], rel=1e-5)


@pytest.mark.parametrize("settings", [{}, {"direct": True}, {"direct": True, "hidden_size": 0}])
def test_the_model_is_the_papers(kingdom, settings):
    """Probabilities and perplexity against the oracle, sentence by sentence, with its own padding."""
    model = fv.NNLM(vector_size=5, **{"hidden_size": 7, **settings}, window=3, batch_size=16).train(kingdom)
    network = model.network
    matrices = [matrix.astype(float).tolist() for matrix in (network.embeddings, network.hidden, network.output)]
    sentences = fv.Corpus.from_text(kingdom_lines()[:6], vocabulary=model.vocabulary)
    ids = [[model.key_to_index[word] for word in sentence] for sentence in sentences]
    contexts, targets = zip(*oracles_nnlm.contexts_of(ids, 3, boundary=111), strict=True)
    mean = oracles_nnlm.loss(contexts, targets, *matrices) / len(targets)
    assert model.loss(sentences) == pytest.approx(mean, rel=1e-5)
    assert model.perplexity(sentences) == pytest.approx(np.exp(mean), rel=1e-5)
    for beginning in ([], ["the"], ["we", "travel", "to", "paris"]):
        before = [model.key_to_index[word] for word in beginning][-3:]
        log_p = oracles_nnlm.log_probabilities([111] * (3 - len(before)) + before, *matrices)
        found = model.predict_next(beginning, topn=111)
        assert [p for _, p in found] == pytest.approx(sorted(np.exp(log_p), reverse=True), rel=1e-4)
        assert dict(found)["king"] == pytest.approx(np.exp(log_p[model.key_to_index["king"]]), rel=1e-4)
        assert sum(p for _, p in found) == pytest.approx(1)


def test_contexts_are_the_oracles_also_with_empty_sentences():
    corpus = fv.Corpus.from_ids([0, 1, 2, 2, 0, 1], [0, 0, 3, 3, 4, 6, 6], ["a", "b", "c"])
    sentences = [[corpus.vocabulary.index[word] for word in sentence] for sentence in corpus]
    for n in (1, 2, 5, 9):
        contexts, targets = Contexts(corpus.offsets, n, corpus.ids, 3).of(np.arange(6))
        want = oracles_nnlm.contexts_of(sentences, n, 3)
        assert [(row.tolist(), target) for row, target in zip(contexts, targets, strict=True)] == want


@pytest.mark.parametrize(("n", "size"), [(1, 1), (7, 3), (100, 7), (1000, 1000), (1001, 1000), (5, 1)])
def test_every_token_is_predicted_once_an_epoch(n, size):
    batches = Batches(n, size)
    positions = [batches.positions(batch) for batch in range(batches.stride)]
    assert sorted(np.concatenate(positions).tolist()) == [*range(n)]
    assert max(map(len, positions)) <= size
    groups = batches.groups()
    assert groups[0] == 0
    assert groups[-1] == batches.stride
    sizes = np.cumsum([0, *map(len, positions)])
    assert batches.tokens_before(groups).tolist() == sizes[groups].tolist()


def test_history_counts_tokens(kingdom):
    model = fv.NNLM(**{**SMALL, "epochs": 2}).train(kingdom)
    assert model.history["tokens"][-1] == 2 * kingdom.n_tokens
    assert (np.diff(model.history["tokens"]) > 0).all()
    assert (np.diff(model.history["learning_rate"]) < 0).all()
    assert len(model.history["perplexity"]) == 2


def test_direct_connections_and_the_hidden_layer_each_learn_alone(kingdom):
    for settings in ({"direct": True}, {"direct": True, "hidden_size": 0}):
        model = fv.NNLM(**{**SMALL, **settings}).train(kingdom)
        assert model.history["perplexity"][-1] < 15


def test_it_starts_from_given_vectors_and_keeps_the_frozen_ones(kingdom):
    old = fv.WordVectors(["king", "zebra"], np.arange(20).reshape(2, 10) / 10)
    model = fv.NNLM(**SMALL).train(kingdom, init=old, freeze=["king"])
    assert model["king"].tobytes() == old["king"].tobytes()
    assert "zebra" not in model
    moved = fv.NNLM(**SMALL).train(kingdom, init=old, freeze={"king": 0.5})
    assert 0 < np.abs(moved["king"] - old["king"]).max() < 3
    assert np.abs(fv.NNLM(**SMALL).train(kingdom)["king"] - old["king"]).max() > 0.5
    with pytest.raises(fv.SettingError, match="init: expected vectors of 10 dimensions"):
        fv.NNLM(**SMALL).train(kingdom, init=fv.WordVectors(["king"], [[1, 2]]))
    with pytest.raises(fv.UnknownWordError, match="freeze: no vector for 'zebra'"):
        fv.NNLM(**SMALL).train(kingdom, freeze=["zebra"])
    with pytest.warns(UserWarning, match="none of its 1 words"):
        fv.NNLM(**SMALL).train(kingdom, init=fv.WordVectors(["King"], np.ones((1, 10))))


def test_settings_that_need_more_memory_than_there_is_are_refused(kingdom):
    with pytest.raises(fv.SettingError, match="this machine has"):
        fv.NNLM(window=1 << 10, vector_size=1 << 20, direct=True).train(kingdom)


def test_a_batch_whose_scores_need_more_memory_than_there_is_is_refused(kingdom, monkeypatch):
    monkeypatch.setattr(matrices, "memory_of_the_machine", lambda: 111 * 400 * 4)
    small = {"vector_size": 1, "hidden_size": 1, "window": 1}
    fv.NNLM(**small, batch_size=100).train(kingdom)
    with pytest.raises(fv.SettingError, match="batch_size: the scores of 111 words for 407 tokens") as caught:
        fv.NNLM(**small, batch_size=1 << 20).train(kingdom)
    assert caught.value.field == "batch_size"


def test_perplexity_is_of_known_words_and_of_any_threads(kingdom, learned):
    lines_read = ["the king zzz rules", "zzz"]
    held_out = fv.Corpus.from_text(lines_read, vocabulary=learned.vocabulary)
    assert held_out.n_dropped == 2
    one, two = (learned.perplexity(held_out, threads=threads) for threads in (1, 2))
    assert one == two
    other_order = fv.Corpus.from_text(["the king rules"], min_count=1)
    same = fv.Corpus.from_text(["the king rules"], vocabulary=learned.vocabulary)
    assert learned.perplexity(other_order) == learned.perplexity(same)
    with pytest.raises(
        fv.CorpusError, match=r"corpus: 2 of its 5 tokens are out of the vocabulary, such as 'zzz'"
    ):
        learned.perplexity(fv.Corpus.from_text(lines_read, min_count=1))
    with pytest.raises(fv.CorpusError, match="corpus: it has no token"):
        learned.perplexity(fv.Corpus.from_text(["zzz"], vocabulary=learned.vocabulary))
    with pytest.raises(fv.CorpusError, match=r"expected a fastvec\.Corpus"):
        learned.perplexity(["the king"])


def test_a_held_out_text_is_measured_after_each_epoch(kingdom):
    held_out = fv.Corpus.from_text(["the king of france", "rome rules"], vocabulary=kingdom.vocabulary)
    trainer = fv.NNLM(**{**SMALL, "epochs": 4})
    model = trainer.train(kingdom, held_out=held_out)
    assert len(model.history["held_out_perplexity"]) == 4
    assert model.history["held_out_perplexity"][-1] == model.perplexity(held_out)
    assert len(set(model.history["held_out_perplexity"])) == 4
    assert trainer.train(kingdom).vectors.tobytes() == model.vectors.tobytes(), "and does not change the training"
    with pytest.raises(fv.CorpusError, match="held_out: 1 of its 2 tokens"):
        trainer.train(kingdom, held_out=fv.Corpus.from_text(["the zzz"], min_count=1))
    with pytest.raises(fv.CorpusError, match=r"held_out: expected a fastvec\.Corpus"):
        trainer.train(kingdom, held_out="text.txt")


def test_perplexity_reports_and_can_be_cancelled(kingdom, learned):
    seen = []
    learned.perplexity(kingdom, on_progress=seen.append)
    assert (seen[-1].stage, seen[-1].done, seen[-1].total) == ("evaluating", 407, 407)
    with pytest.raises(fv.Cancelled, match="evaluating: stopped"):
        learned.perplexity(kingdom, on_progress=lambda now: False)


def test_predictions_refuse_what_are_no_words(learned):
    with pytest.raises(fv.UnknownWordError, match="'kingg'; did you mean 'king'"):
        learned.predict_next("the kingg")
    with pytest.raises(fv.SettingError, match="words: expected words, str"):
        learned.predict_next(5)
    with pytest.raises(fv.SettingError, match="topn: expected a whole number"):
        learned.predict_next("the", topn=-1)
    assert learned.predict_next("unknown zzz a man cooks dinner at", topn=1)
    assert learned.predict_next("the", topn=0) == []


def test_a_file_holds_the_model_and_its_vectors(tmp_path, kingdom, learned):
    path = tmp_path / "model.safetensors"
    learned.save(path)
    again = fv.NeuralLanguageModel.load(path)
    assert again.perplexity(kingdom) == learned.perplexity(kingdom)
    assert again.predict_next("the king") == learned.predict_next("the king")
    assert again.settings == learned.settings
    assert again.history.keys() == learned.history.keys()
    assert np.array_equal(again.counts, learned.counts)
    assert repr(again) == "NeuralLanguageModel(111 words, 20 dimensions, 5 words before, 30 hidden units)"
    vectors = fv.WordVectors.load(path)
    assert type(vectors) is fv.WordVectors
    assert vectors.vectors.tobytes() == learned.vectors.tobytes()
    vectors.save(tmp_path / "vectors.safetensors")
    with pytest.raises(fv.FormatError, match=r"vectors\.safetensors: .*boundary.*WordVectors\.load"):
        fv.NeuralLanguageModel.load(tmp_path / "vectors.safetensors")
    learned.save(tmp_path / "vectors.bin")
    assert len(fv.WordVectors.load(tmp_path / "vectors.bin")) == 111
    with pytest.raises(fv.FormatError, match="boundary"):
        fv.NeuralLanguageModel.load(tmp_path / "vectors.bin")


def test_matrices_are_read_only(learned):
    for matrix in (learned.vectors, learned.network.embeddings, learned.network.hidden, learned.network.output):
        with pytest.raises(ValueError, match="read-only"):
            matrix[0, 0] = 1


def parts(**changed):
    rng = np.random.default_rng(0)
    shapes = {"vectors": (3, 2), "boundary": (2,), "hidden": (5, 4), "output": (3, 5), **changed}
    return {name: rng.random(shape, np.float32) for name, shape in shapes.items()}


@pytest.mark.parametrize(
    ("name", "shape"),
    [("boundary", (3,)), ("boundary", (1, 2)), ("hidden", (4, 4)), ("hidden", (1, 4)), ("hidden", (5,)),
     ("output", (2, 5)), ("output", (3, 6)), ("output", (3,))],
)  # fmt: skip
def test_matrices_that_do_not_fit_are_named(name, shape):
    assert fv.NeuralLanguageModel(["a", "b", "c"], **parts()).window == 2
    assert fv.NeuralLanguageModel(["a", "b", "c"], **parts(output=(3, 9))).predict_next("a c")
    with pytest.raises(fv.SettingError, match=f"{name}: expected float32"):
        fv.NeuralLanguageModel(["a", "b", "c"], **parts(**{name: shape}))


@pytest.mark.parametrize("name", ["boundary", "hidden", "output"])
def test_a_model_that_is_not_finite_is_refused(name):
    given = parts()
    given[name].flat[0] = np.nan
    with pytest.raises(fv.SettingError, match=r"expected finite numbers, got nan or inf"):
        fv.NeuralLanguageModel(["a", "b", "c"], **given)


def test_a_damaged_file_gives_a_typed_error_or_a_model(tmp_path):
    path = tmp_path / "m.safetensors"
    fv.NeuralLanguageModel(["a", "b", "c"], **parts()).save(path)
    data, messages = path.read_bytes(), []
    for at in range(0, len(data), 3):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x11]) + data[at + 1 :])
        try:
            model = fv.NeuralLanguageModel.load(path)
        except fv.FormatError as error:
            messages.append(str(error))
        else:
            assert np.isfinite([p for _, p in model.predict_next("", topn=3)]).all()
    assert messages
    assert all(str(path) in message for message in messages)


def test_arrays_alone_make_vectors_not_a_model():
    assert type(fv.NeuralLanguageModel.from_arrays(["a"], [[1, 2]])) is fv.WordVectors


def test_words_of_one_kind_predict_their_kind():
    corpus = fv.Corpus.from_text(lines(300), min_count=1)
    model = fv.NNLM(**SMALL).train(corpus)
    kind = sum(p for word, p in model.predict_next("a1 a2 a3", topn=17) if word.startswith("a"))
    assert kind > 0.8
