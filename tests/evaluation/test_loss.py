"""evaluate_loss: the training's loss at a rate of 0, the oracle, what vectors must hold."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from oracles import LOSSES

import fastvec as fv

SMALL = {"vector_size": 10, "epochs": 3, "seed": 3}
TEXT = fv.datasets.demo_corpus(seed=1).sentences[:3000]


@pytest.fixture(scope="module")
def corpus():
    return fv.Corpus.from_text(TEXT, min_count=1)


def at_rate_zero(trainer, corpus, vectors):
    """The loss of an epoch that changes nothing."""
    still = trainer.replace(epochs=1, learning_rate=1e-30, min_learning_rate=0)
    return still.train(corpus, init=vectors, threads=1).history["epoch_loss"][0]


CASES = [
    *({"loss": loss} for loss in LOSSES[:2]), {"subwords": fv.Subwords(buckets=5000)},
    {"negative_sharing": "none"}, {"context": "left", "sample": 0, "shrink_windows": False, "window": 2},
]  # fmt: skip


@pytest.mark.parametrize("trainer", [fv.SkipGram, fv.CBOW])
@pytest.mark.parametrize("settings", CASES, ids=str)
def test_it_is_the_loss_of_an_epoch_at_rate_zero(corpus, trainer, settings, tmp_path):
    made = trainer(**SMALL, **settings)
    vectors = made.train(corpus, threads=1)
    before = vectors.vectors.tobytes()
    loss = fv.evaluate_loss(vectors, corpus, threads=1)
    assert loss == at_rate_zero(made, corpus, vectors)
    assert loss == fv.evaluate_loss(vectors, corpus, threads=3), "on any number of threads"
    assert vectors.vectors.tobytes() == before
    vectors.save(tmp_path / "v.safetensors")
    assert fv.evaluate_loss(fv.WordVectors.load(tmp_path / "v.safetensors"), corpus) == loss


def test_a_vocabulary_with_rounds_of_several_places():
    """With more than 1,000 words four places are trained at a time; so is the loss."""
    rng = np.random.default_rng(0)
    corpus = fv.Corpus.from_text(
        [" ".join(f"w{i}" for i in rng.integers(0, 1500, 20)) for _ in range(800)], min_count=1
    )
    made = fv.SkipGram(**SMALL)
    vectors = made.train(corpus, threads=1)
    assert fv.evaluate_loss(vectors, corpus) == at_rate_zero(made, corpus, vectors)


@pytest.mark.parametrize("trainer", [fv.SkipGram, fv.CBOW])
def test_full_softmax_is_the_oracles(trainer):
    """-log p by NumPy in float64, over the pairs that training_pairs lists, on a text that was not trained on."""
    corpus = fv.Corpus.from_text(fv.datasets.kingdom(), min_count=1)
    made = trainer(**SMALL, loss="softmax", window=2, shrink_windows=False, sample=0, learning_rate=0.5)
    vectors = made.train(corpus, threads=1)
    held_out = fv.Corpus.from_text(
        ["the king of france", "rome zzz is the capital of spain"], vocabulary=corpus.vocabulary
    )
    W_in, W_out = vectors.vectors.astype(float), vectors.context_vectors.astype(float)
    losses = []
    for sentence in held_out:
        for around, centre in fv.training_pairs(sentence, window=2, cbow=trainer is fv.CBOW):
            around = [around] if isinstance(around, str) else around  # skip-gram's pairs are symmetric
            rows = [vectors.get_index(word) for word in around]
            scores = W_out @ W_in[rows].mean(axis=0)
            losses.append(np.logaddexp.reduce(scores) - scores[vectors.get_index(centre)])
    assert fv.evaluate_loss(vectors, held_out) == pytest.approx(np.mean(losses), rel=1e-5)


def test_a_text_like_the_trained_one_is_predicted_better_than_another(corpus):
    vectors = fv.SkipGram(**{**SMALL, "epochs": 20}).train(corpus)
    like = fv.Corpus.from_text(fv.datasets.demo_corpus(seed=2).sentences[:500], vocabulary=vectors.vocabulary)
    rng = np.random.default_rng(0)
    unlike = fv.Corpus.from_ids(rng.permutation(like.ids), like.offsets, vectors.index_to_key)
    assert fv.evaluate_loss(vectors, like) + 0.2 < fv.evaluate_loss(vectors, unlike)


def test_a_language_models_loss_is_its_own(corpus):
    model = fv.NNLM(vector_size=8, hidden_size=8, epochs=1).train(corpus)
    assert fv.evaluate_loss(model, corpus) == model.loss(corpus) == pytest.approx(np.log(model.perplexity(corpus)))


def parts(vectors, **changed):
    kept = {
        name: getattr(vectors, name)
        for name in ("context_vectors", "output_nodes", "counts", "settings", "subwords")
    }
    return fv.WordVectors(vectors.index_to_key, vectors.vectors, **{**kept, **changed})


def test_what_vectors_lack_is_named(corpus):
    vectors = fv.SkipGram(**SMALL).train(corpus)
    tree = fv.CBOW(**SMALL, loss="hierarchical_softmax").train(corpus)
    ngrams = fv.SkipGram(**SMALL, subwords=fv.Subwords(buckets=100)).train(corpus)
    for lacking, message in [
        (parts(vectors, settings={}), "vectors: expected those of SkipGram or CBOW.*vectors without settings"),
        (parts(vectors, settings={"model": "GloVe"}), "vectors: expected those of SkipGram or CBOW.*of GloVe"),
        (parts(vectors, context_vectors=None), "vectors.context_vectors: expected the output matrix"),
        (parts(vectors, counts=None), "vectors.counts: expected how often each word occurred, got none"),
        (parts(tree, output_nodes=None), "vectors.output_nodes: expected the output matrix"),
        (parts(ngrams, subwords=None), "vectors.subwords: expected the rows of n-grams"),
    ]:
        with pytest.raises(fv.SettingError, match=message):
            fv.evaluate_loss(lacking, corpus)
    broken = {**vectors.settings, "window": 0}
    with pytest.raises(fv.SettingError, match="window: expected"):
        fv.evaluate_loss(parts(vectors, settings=broken), corpus)
    with pytest.raises(fv.SettingError, match=r"vectors: expected fastvec\.WordVectors"):
        fv.evaluate_loss("v.safetensors", corpus)


def test_what_is_no_text_of_these_words_is_refused(corpus):
    vectors = fv.SkipGram(**SMALL).train(corpus)
    with pytest.raises(fv.CorpusError, match=r"data: expected a fastvec\.Corpus, got 'text"):
        fv.evaluate_loss(vectors, "text.txt")
    with pytest.raises(fv.CorpusError, match=r"data: 1 of its 2 tokens .* such as 'zzz'"):
        fv.evaluate_loss(vectors, fv.Corpus.from_text(["king zzz"], min_count=1))
    with pytest.raises(fv.CorpusError, match="no sentence has two words"):
        fv.evaluate_loss(vectors, fv.Corpus.from_text(["king", "queen"], vocabulary=vectors.vocabulary))


def test_it_reports_and_can_be_cancelled(corpus):
    vectors = fv.SkipGram(**SMALL).train(corpus)
    seen = []
    fv.evaluate_loss(vectors, corpus, on_progress=seen.append)
    assert (seen[-1].stage, seen[-1].done) == ("evaluating", corpus.n_tokens)
    with pytest.raises(fv.Cancelled, match="evaluating: stopped"):
        fv.evaluate_loss(vectors, corpus, on_progress=lambda now: False)


def test_no_loss_is_too_high(corpus):
    """Training would say that it diverged; a loss is what it is."""
    vectors = fv.SkipGram(**SMALL).train(corpus)
    far = parts(vectors, context_vectors=vectors.context_vectors * np.float32(1e4))
    assert fv.evaluate_loss(far, corpus) > 100


def test_settings_that_the_vectors_keep_make_their_trainer(corpus):
    from fastvec.training.held_out import trainer_of

    for trainer in (
        fv.SkipGram(**SMALL, subwords=fv.Subwords(min_n=2)),
        fv.CBOW(**SMALL, context_gradient="mean"),
    ):
        assert dataclasses.asdict(trainer_of(trainer.train(corpus))) == dataclasses.asdict(trainer)


@pytest.mark.parametrize("name", ["loss", "get_latest_training_loss"])
def test_vectors_say_where_the_loss_is(name):
    vectors = fv.WordVectors(["a"], [[1.0]])
    with pytest.raises(AttributeError, match=rf"'{name}'; use .*fv.evaluate_loss\(vectors, corpus\)"):
        getattr(vectors, name)
