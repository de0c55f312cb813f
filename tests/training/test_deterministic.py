"""deterministic=True: the same bytes on any number of threads."""

from __future__ import annotations

import hashlib
import threading

import numpy as np
import pytest
from training.contract import lines

import fastvec as fv
from fastvec.training import supersteps

THREADS = (1, 2, 3, 4, 8, 16)
SUBWORDS = fv.Subwords(min_n=3, max_n=4, buckets=500)
SETTINGS = {
    "SGNS": (fv.SkipGram, {}),
    "pairs of a window": (fv.SkipGram, {"negative_sharing": "none"}),
    "left": (fv.SkipGram, {"context": "left", "shrink_windows": False}),
    "n-grams": (fv.SkipGram, {"subwords": SUBWORDS}),
    "hierarchical softmax": (fv.SkipGram, {"loss": "hierarchical_softmax"}),
    "n-grams on a tree": (fv.SkipGram, {"loss": "hierarchical_softmax", "subwords": SUBWORDS}),
    "CBOW": (fv.CBOW, {}),
    "CBOW's mean": (fv.CBOW, {"context_gradient": "mean", "learning_rate": 0.2}),
    "CBOW's sum": (fv.CBOW, {"bag": "sum", "context_gradient": "mean"}),
    "CBOW over n-grams": (fv.CBOW, {"subwords": SUBWORDS}),
    "CBOW on a tree": (fv.CBOW, {"loss": "hierarchical_softmax"}),
}
each = pytest.mark.parametrize("name", SETTINGS)


def trainer_of(name, **others):
    trainer, settings = SETTINGS[name]
    return trainer(**{"vector_size": 20, "epochs": 2, "sample": 1e-2, "deterministic": True, **settings, **others})


@pytest.fixture(scope="module")
def small():
    """Seventeen words: a round is one centre."""
    return fv.Corpus.from_text(lines(), min_count=1)


@pytest.fixture(scope="module")
def larger():
    """1,500 words, some of them in most sentences: a round is four centres."""
    rng = np.random.default_rng(0)
    shares = 1 / np.arange(1, 1501)
    drawn = rng.choice(1500, size=(1200, 10), p=shares / shares.sum())
    rest = [" ".join(f"w{i}" for i in range(k, k + 10)) for k in range(0, 1500, 10)]
    return fv.Corpus.from_text([*(" ".join(f"w{i}" for i in row) for row in drawn), *rest], min_count=1)


def digest(vectors) -> str:
    """Of all that training made."""
    arrays = [vectors.vectors, vectors.context_vectors, vectors.output_nodes, *vectors.history.values()]
    if vectors.subwords is not None:
        arrays.append(vectors.subwords.rows)
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays if array is not None)).hexdigest()


@each
def test_any_number_of_threads_gives_the_same_bytes(small, larger, name):
    """In matrices and history; the first number of threads comes again."""
    for corpus in (small, larger):
        hashes = {digest(trainer_of(name).train(corpus, threads=threads)) for threads in (*THREADS, THREADS[0])}
        assert len(hashes) == 1
    assert digest(trainer_of(name, seed=2).train(larger, threads=2)) not in hashes


def test_pairs_have_the_same_bytes():
    rng = np.random.default_rng(1)
    edges = rng.integers(0, 300, (4000, 2)).astype(str).tolist()
    pairs = fv.Pairs.from_pairs(edges, undirected=True)
    trainer = trainer_of("SGNS")
    assert len({digest(trainer.train(pairs, threads=threads)) for threads in THREADS}) == 1


@each
def test_numpy_makes_the_same_run(small, name):
    compiled, plain = (
        trainer_of(name).train(small, threads=2, backend=backend) for backend in ("compiled", "numpy")
    )
    assert np.abs(compiled.vectors - plain.vectors).max() <= 2e-5
    for column, values in compiled.history.items():
        assert values == pytest.approx(plain.history[column], rel=1e-5)


@each
def test_it_learns(small, name):
    """The kinds of words of the contract, and a loss that falls to that of one thread, or nearly."""
    trainer = trainer_of(name, epochs=20, sample=0)
    vectors = trainer.train(small, threads=2)
    alone = trainer.replace(deterministic=False).train(small, threads=1)
    for word in ("a0", "a5", "b1", "b7"):
        near = [other for other, _ in vectors.most_similar(word, topn=7)]
        assert sum(other[0] == word[0] for other in near) >= 6
    assert vectors.history["epoch_loss"][-1] < 0.9 * vectors.history["epoch_loss"][0]
    assert vectors.history["epoch_loss"][-1] < 1.05 * alone.history["epoch_loss"][-1]


@pytest.mark.parametrize(
    "settings",
    [
        {"window": 10, "negative": 20, "shrink_windows": False},
        {"negative": 1, "learning_rate": 0.2},
        {"negative_sharing": "none", "window": 20},
    ],
)
def test_words_that_all_slices_train_do_not_overshoot(small, settings):
    """A few words, no subsampling: all slices train all rows in each superstep."""
    for trainer in (fv.SkipGram, fv.CBOW):
        run = trainer(vector_size=20, epochs=20, sample=0, deterministic=True, **settings)
        losses = run.train(small).history["epoch_loss"]
        assert losses[-1] < losses[0]


@pytest.mark.parametrize("loss", ["negative_sampling", "hierarchical_softmax"])
@pytest.mark.parametrize("words", [6, 200])
def test_a_text_that_repeats_itself_does_not_diverge(words, loss):
    """All slices make the same changes, many times what the factor of the merge expects."""
    corpus = fv.Corpus.from_ids(np.arange(2_400_000).reshape(-1, 20) % words)
    trainer = fv.SkipGram(vector_size=8, epochs=1, sample=0, loss=loss)
    hogwild, ours = (trainer.replace(deterministic=on).train(corpus, threads=2) for on in (False, True))
    assert ours.history["loss"].max() < 2 * hogwild.history["loss"].max()
    assert ours.history["loss"][-1] < 1.4 * hogwild.history["loss"][-1]


def test_going_on_with_rows_that_are_frozen(larger):
    first = trainer_of("SGNS").train(larger)
    trainer = trainer_of("SGNS", seed=5)
    given = {"init": first, "freeze": {"w3": 0, "w5": 0.5}, "freeze_context": ["w7"]}
    runs = [trainer.train(larger, threads=threads, **given) for threads in THREADS]
    assert len({digest(run) for run in runs}) == 1
    assert np.array_equal(runs[0]["w3"], first["w3"])
    assert np.array_equal(runs[0].contexts["w7"], first.contexts["w7"])
    assert not np.array_equal(runs[0]["w4"], first["w4"])
    frozen = trainer.train(larger, threads=3, init=first, freeze_context=True)
    assert np.array_equal(frozen.context_vectors, first.context_vectors)
    assert not np.array_equal(frozen.vectors, first.vectors)


def test_it_reports_and_can_be_stopped(small):
    seen = []

    def stop(progress):
        seen.append(progress)
        return False

    vectors = trainer_of("SGNS", epochs=100_000).train(small, threads=3, on_progress=stop)
    assert np.isfinite(vectors.vectors).all()
    assert 0 < seen[-1].done < seen[-1].total
    assert seen[-1].loss > 0
    assert len(vectors.history["tokens"]) > 0
    assert vectors.history["tokens"][-1] == seen[-1].done


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_error_of_the_callback_and_ctrl_c_end_it(small, error):
    def fails(progress):
        raise error("my own")

    before = threading.active_count()
    with pytest.raises(error, match="my own"):
        trainer_of("CBOW", epochs=100_000).train(small, threads=4, on_progress=fails)
    assert threading.active_count() == before


def test_a_rate_far_too_high_is_named(small):
    for rate in (30.0, 1e30):
        with pytest.raises(fv.TrainingError, match=r"diverged.*learning rate of"):
            trainer_of("SGNS", learning_rate=rate, epochs=20).train(small, threads=3)


def test_a_text_of_which_nothing_is_left_is_refused():
    corpus = fv.Corpus.from_text(["a b"], min_count=1)
    with (
        pytest.raises(fv.TrainingError, match="no pair of words was left"),
        pytest.warns(UserWarning, match="drops"),
    ):
        trainer_of("SGNS", sample=1e-12, epochs=1).train(corpus)


def test_full_softmax_is_refused():
    with pytest.raises(
        fv.SettingError, match=r"deterministic: expected False with loss='softmax'.*threads=1"
    ) as caught:
        fv.SkipGram(loss="softmax", deterministic=True)
    assert caught.value.field == "deterministic"


def test_more_threads_than_slices_train(small, monkeypatch):
    """What the number of threads may be is not what the result depends on; the number of shards is."""
    monkeypatch.setattr(supersteps, "SHARDS", 2)
    trainer = trainer_of("SGNS")
    assert digest(trainer.train(small, threads=1)) == digest(trainer.train(small, threads=5))
