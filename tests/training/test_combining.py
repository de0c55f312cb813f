"""``combine`` of the trainers: the same training, kept matrices, and another view of them."""

import dataclasses
import lzma

import numpy as np
import pytest

import fastvec as fv
from fastvec.datasets import demo_corpus
from fastvec.vectors.combination import COMBINATIONS

OTHERS = COMBINATIONS[1:]
SETTINGS = {"vector_size": 10, "epochs": 2, "sample": 0}
trainers = pytest.mark.parametrize("trainer", [fv.SkipGram, fv.CBOW])


@pytest.fixture(scope="module")
def corpus():
    return fv.Corpus.from_text(demo_corpus(seed=1).sentences[:1500], min_count=2)


@pytest.fixture(scope="module")
def new():
    return fv.Corpus.from_text(demo_corpus(seed=2).sentences[:300], min_count=1)


def expected_of(word, combine):
    W, C = word.word_vectors, word.context_vectors
    return {"word": W, "sum": W + C, "concat": np.hstack([W, C]), "context": C}[combine]


@trainers
@pytest.mark.parametrize("more", [{}, {"loss": "softmax"}, {"subwords": fv.Subwords(buckets=100)}], ids=str)
def test_training_is_the_same_and_the_vectors_are_combined(corpus, trainer, more):
    word = trainer(**SETTINGS, **more).train(corpus, threads=1)
    assert (word.combine, word.settings["combine"]) == ("word", "word")
    assert np.abs(word.context_vectors).max() > 0
    for combine in OTHERS:
        vectors = trainer(**SETTINGS, **more, combine=combine).train(corpus, threads=1)
        assert (vectors.combine, vectors.settings["combine"]) == (combine, combine)
        assert vectors.word_vectors.tobytes() == word.word_vectors.tobytes()
        assert vectors.context_vectors.tobytes() == word.context_vectors.tobytes()
        assert vectors.vectors.tobytes() == expected_of(word, combine).tobytes()
        if vectors.subwords is not None:
            assert vectors.subwords.rows.tobytes() == word.subwords.rows.tobytes()


@trainers
def test_a_view_of_a_file_is_the_file_of_that_training(corpus, trainer, tmp_path):
    word, sum_ = (trainer(**SETTINGS, combine=name).train(corpus, threads=1) for name in ("word", "sum"))
    word.combined("sum").save(tmp_path / "a.safetensors")
    sum_.save(tmp_path / "b.safetensors")
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


@trainers
@pytest.mark.parametrize("subwords", [None, fv.Subwords(buckets=100)])
def test_going_on_from_any_view_gives_the_same_bytes(corpus, new, trainer, subwords, tmp_path):
    settings = {**SETTINGS, "subwords": subwords}
    first = trainer(**settings).train(corpus, threads=1)
    second = trainer(**settings).train(new, init=first, threads=1)
    assert len(second) > len(new.vocabulary)
    second.save(tmp_path / "word.safetensors")
    for combine in OTHERS:
        path = tmp_path / "first.safetensors"
        first.combined(combine).save(path)
        trainer(**settings).train(new, init=path, threads=1).save(tmp_path / "again.safetensors")
        assert (tmp_path / "again.safetensors").read_bytes() == (tmp_path / "word.safetensors").read_bytes()
        viewed = trainer(**settings, combine=combine).train(new, init=first.combined(combine), threads=1)
        assert viewed.word_vectors.tobytes() == second.word_vectors.tobytes()
        assert viewed.vectors.tobytes() == expected_of(second, combine).tobytes()


@trainers
def test_frozen_rows_are_those_of_the_matrices(corpus, new, trainer):
    first = trainer(**SETTINGS, combine="sum").train(corpus, threads=1)
    frozen = trainer(**SETTINGS).train(new, init=first, freeze=list(first), freeze_context=True, threads=1)
    ids = [frozen.get_index(word) for word in first]
    assert frozen.word_vectors[ids].tobytes() == first.word_vectors.tobytes()
    assert frozen.context_vectors[ids].tobytes() == first.context_vectors.tobytes()


@trainers
@pytest.mark.parametrize("more", [{}, {"subwords": fv.Subwords(buckets=100)}], ids=["words", "subwords"])
def test_the_held_out_loss_is_that_of_the_matrices(corpus, new, trainer, more):
    vectors = trainer(**SETTINGS, **more).train(corpus, threads=1)
    text = fv.Corpus.from_text(demo_corpus(seed=3).sentences[:200], vocabulary=vectors.vocabulary)
    losses = {fv.evaluate_loss(vectors.combined(combine), text, threads=1) for combine in COMBINATIONS}
    assert len(losses) == 1
    assert 0 < losses.pop() < 6


def test_hierarchical_softmax_has_nothing_to_combine():
    for trainer in (fv.SkipGram, fv.CBOW):
        for combine in OTHERS:
            with pytest.raises(
                fv.SettingError, match=r"combine: expected 'word' with loss='hier.*nodes of a tree"
            ):
                trainer(loss="hierarchical_softmax", combine=combine)
        trainer(loss="hierarchical_softmax", combine="word")
        with pytest.raises(fv.SettingError, match="combine: expected one of 'word', 'sum', 'concat', 'context'"):
            trainer(combine="mean")


def test_pairs_whose_contexts_are_not_words_are_refused_before_training():
    bought = fv.Pairs.from_pairs([("u1", "tea"), ("u2", "car"), ("u1", "car")], undirected=False)
    expected = r"combine: expected 'word', as contexts such as '(tea|car)' are not words, got 'sum'"
    with pytest.raises(fv.SettingError, match=expected):
        fv.SkipGram(vector_size=4, combine="sum").train(bought, on_progress=lambda _: pytest.fail("it trains"))
    assert fv.SkipGram(vector_size=4).train(bought).combine == "word"
    graph = fv.Pairs.from_pairs([("a", "b"), ("b", "c"), ("c", "a")], undirected=True)
    both = fv.SkipGram(vector_size=4, combine="sum").train(graph, threads=1)
    assert both.vectors.tobytes() == (both.word_vectors + both.context_vectors).tobytes()
    old = fv.SkipGram(vector_size=4).train(bought, threads=1)  # whose contexts are kept
    with pytest.raises(fv.SettingError, match="are not words"):
        fv.SkipGram(vector_size=4, combine="concat").train(graph, init=old)


def test_words_with_no_context_vector_of_their_own_get_zeros():
    """Of a graph where "a" is nobody's context, in a trained file and in the sum."""
    pairs = fv.Pairs.from_pairs([("a", "b"), ("b", "c"), ("c", "b")], undirected=False)
    vectors = fv.SkipGram(vector_size=4, combine="sum").train(pairs, threads=1)
    assert vectors["a"].tolist() == vectors.word_vectors[vectors.get_index("a")].tolist()
    assert vectors["b"].tolist() != vectors.word_vectors[vectors.get_index("b")].tolist()


def test_skip_gram_goes_on_from_both_matrices_of_glove(corpus, tmp_path):
    glove = fv.GloVe(vector_size=10, epochs=3).train(corpus)
    assert glove.combine == "sum"
    glove.save(tmp_path / "v.safetensors")
    for init in (glove, tmp_path / "v.safetensors"):
        still = fv.SkipGram(vector_size=10, epochs=1, learning_rate=1e-30, min_learning_rate=0)
        went_on = still.train(corpus, init=init, threads=1)
        assert went_on.index_to_key == glove.index_to_key
        assert went_on.vectors.tobytes() == glove.word_vectors.tobytes()
        assert went_on.context_vectors.tobytes() == glove.context_vectors.tobytes()


def test_dimensions_of_init_are_those_of_a_matrix(corpus, new):
    first = fv.SkipGram(**SETTINGS, combine="concat").train(corpus, threads=1)
    assert first.vector_size == 20
    with pytest.raises(fv.SettingError, match=r"init: expected vectors of 20 dimensions.*got 10; vector_size=10"):
        fv.SkipGram(vector_size=20).train(new, init=first)
    model = fv.NNLM(vector_size=10, hidden_size=4, epochs=1).train(new, init=first, freeze=["the"])
    assert model["the"].tolist() == first.word_vectors[first.get_index("the")].tolist()


def test_the_trainers_settings_come_back(corpus):
    for trainer in (fv.SkipGram(**SETTINGS, combine="sum"), fv.GloVe(vector_size=5, epochs=1)):
        vectors = trainer.train(corpus)
        settings = {name: value for name, value in vectors.settings.items() if name != "model"}
        assert type(trainer)(**settings) == trainer
        assert dataclasses.asdict(trainer)["combine"] == "sum"


def test_scores_of_a_real_text_are_those_of_what_is_combined(shared):
    """5 MB of Wikipedia, twice: a correlation of 0.15 for W_in, of 0.20 for the sum."""
    with lzma.open(shared("corpora/wiki-a.txt.xz")) as file:
        text = file.read(5_000_000)
    corpus = fv.Corpus.from_text(text.decode().split("\n"), min_count=5)
    word = fv.SkipGram(vector_size=50, epochs=2).train(corpus)
    pairs = shared("eval/EN-WS-353-ALL.txt")
    scores = {name: fv.evaluate_similarity(word.combined(name), pairs).spearman for name in COMBINATIONS}
    for name, score in scores.items():
        plain = fv.WordVectors(corpus.vocabulary, expected_of(word, name))
        assert fv.evaluate_similarity(plain, pairs).spearman == score
    assert len(set(scores.values())) == 4
    assert min(scores["word"], scores["sum"]) > 0.08


def test_recommended_settings_can_be_overridden():
    trainer = fv.CBOW.recommended(vector_size=20, window=3)
    assert (trainer.window, trainer.vector_size, trainer.combine, trainer.context_gradient) == (
        3,
        20,
        "sum",
        "mean",
    )
    with pytest.raises(fv.SettingError):
        fv.CBOW.recommended(windows=3)
