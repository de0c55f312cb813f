"""fv.bootstrap: each trainer, seeds and bytes, words that a resample lacks, stopping, and what intervals cover."""

from __future__ import annotations

import numpy as np
import pytest

import fastvec as fv
from fastvec.evaluation.bootstrap import drawn_documents
from fastvec.text.resample import document_bounds, resampled

TRAINERS = {
    "skipgram": fv.SkipGram(vector_size=6, epochs=2, sample=0),
    "skipgram_hs": fv.SkipGram(vector_size=6, epochs=2, sample=0, loss="hierarchical_softmax"),
    "subwords": fv.SkipGram(vector_size=6, epochs=1, sample=0, subwords=fv.Subwords(buckets=64)),
    "cbow": fv.CBOW(vector_size=6, epochs=2, sample=0, loss="softmax"),
    "glove": fv.GloVe(vector_size=6, epochs=2),
    "glove_concat": fv.GloVe(vector_size=6, epochs=2, combine="concat"),
    "log_count": fv.LogCountFactorization(vector_size=6, epochs=2),
    "ppmi_svd": fv.PPMISVD(vector_size=3),
    "lsa": fv.LSA(vector_size=3),
    "nnlm": fv.NNLM(vector_size=4, hidden_size=4, window=2, batch_size=64, epochs=1),
}


def lines(n=80, seed=0):
    rng = np.random.default_rng(seed)
    made = [" ".join(f"{'ab'[i % 2]}{w}" for w in rng.integers(0, 8, 7)) for i in range(n)]
    return [*made, "once seldom"]  # each word of the last line is in one document


@pytest.fixture(scope="module")
def corpus():
    return fv.Corpus.from_text(lines(), min_count=1)


@pytest.mark.parametrize("name", TRAINERS)
def test_each_run_is_a_training_on_its_resample(name, corpus):
    trainer = TRAINERS[name]
    runs = fv.bootstrap(trainer, corpus, 3, threads=1)
    assert runs.vectors.shape == (3, len(corpus.vocabulary), {"glove_concat": 12}.get(name, trainer.vector_size))
    for seed, found in zip(runs.seeds.tolist(), runs, strict=True):
        text = resampled(corpus, document_bounds(None, 81), drawn_documents(81, seed))
        want = trainer.replace(seed=seed).train(text, threads=1)
        assert found.index_to_key == want.index_to_key
        assert found.vectors.tobytes() == want.vectors.tobytes()
        assert found.counts.tolist() == text.vocabulary.counts.tolist()
        assert found.settings["seed"] == seed
        assert found.settings["model"] == type(trainer).__name__
    again = fv.bootstrap(trainer, corpus, 3, threads=1)
    assert again.vectors.tobytes() == runs.vectors.tobytes()
    assert (again.counts == runs.counts).all()


def test_a_resample_has_as_many_documents_as_there_are():
    draws = np.array([np.bincount(drawn_documents(50, seed), minlength=50) for seed in range(400)])
    assert (draws.sum(axis=1) == 50).all()
    # of a multinomial: each document once on average, with the variance 1 - 1/50
    assert draws.mean(axis=0) == pytest.approx(np.ones(50), abs=0.2)
    assert draws.var() == pytest.approx(0.98, abs=0.03)
    assert (draws[0] != draws[1]).any()


def test_counts_follow_the_resample_and_some_words_are_missing(corpus):
    runs = fv.bootstrap(fv.PPMISVD(vector_size=3), corpus, 12)
    once = corpus.vocabulary["once"]
    assert (runs.counts[:, once] == runs.counts[:, corpus.vocabulary["seldom"]]).all()
    missing = runs.counts[:, once] == 0  # in about 1/e of the runs
    assert 0 < missing.sum() < 12
    assert not runs.vectors[missing, once].any()
    assert ["once" in vectors for vectors in runs] == (~missing).tolist()
    assert len(runs.similarity("once", "a1").values) == 12 - missing.sum()
    assert (runs.counts.sum(axis=1) - 2 * runs.counts[:, once] == 7 * (81 - runs.counts[:, once])).all()


def test_documents_are_drawn_as_a_whole():
    corpus = fv.Corpus.from_text([f"a{i} b" for i in range(6)], min_count=1)
    runs = fv.bootstrap(fv.LSA(vector_size=1), corpus, 9, documents=[0, 2, 4, 6])
    counts = runs.counts[:, [corpus.vocabulary[f"a{i}"] for i in range(6)]]
    assert (counts[:, ::2] == counts[:, 1::2]).all()
    assert (counts[:, ::2].sum(axis=1) == 3).all()
    assert runs.settings["bootstrap"] == {"n_documents": 3, "resample": True, "seed": 1}


def test_runs_do_not_depend_on_their_number_but_on_the_seed(corpus):
    trainer = TRAINERS["skipgram"]
    two, three = (fv.bootstrap(trainer, corpus, n, threads=1, seed=5) for n in (2, 3))
    assert three.vectors[:2].tobytes() == two.vectors.tobytes()
    assert (three.seeds[:2] == two.seeds).all()
    assert fv.bootstrap(trainer.replace(seed=5), corpus, 2, threads=1).vectors.tobytes() == two.vectors.tobytes()
    assert fv.bootstrap(trainer, corpus, 2, threads=1).vectors.tobytes() != two.vectors.tobytes()
    fv.bootstrap(trainer, corpus, 1, threads=1, seed=2**64 - 1)


def test_without_resampling_seeds_alone_differ(corpus):
    runs = fv.bootstrap(fv.PPMISVD(vector_size=3), corpus, 3, resample=False)
    assert (runs.counts == corpus.vocabulary.counts).all()
    assert runs.similarity("a1", "a2").std < 1e-5  # only rounding
    runs = fv.bootstrap(TRAINERS["skipgram"], corpus, 3, resample=False, threads=1)
    want = TRAINERS["skipgram"].replace(seed=int(runs.seeds[1])).train(corpus, threads=1)
    assert runs[1].vectors.tobytes() == want.vectors.tobytes()
    assert runs.similarity("a1", "a2").std > 0
    assert runs.settings["bootstrap"]["resample"] is False


def test_the_first_words_can_be_kept_alone(corpus):
    whole, few = (fv.bootstrap(TRAINERS["glove"], corpus, 2, restrict_vocab=n) for n in (None, 4))
    assert few.vocabulary.words == corpus.vocabulary.words[:4]
    assert (few.vectors == whole.vectors[:, :4]).all()
    assert fv.bootstrap(TRAINERS["glove"], corpus, 1, restrict_vocab=999).vectors.shape[1] == len(
        corpus.vocabulary
    )


@pytest.mark.parametrize("name", ["skipgram", "glove", "lsa"])
def test_stopping_returns_the_complete_runs(name, corpus):
    seen = []

    def stop_in_the_third(now):
        seen.append((now.run, now.runs))
        assert now.seconds >= 0
        return now.run < 3

    runs = fv.bootstrap(TRAINERS[name], corpus, 5, threads=1, on_progress=stop_in_the_third)
    want = fv.bootstrap(TRAINERS[name], corpus, 2, threads=1)
    assert runs.vectors.tobytes() == want.vectors.tobytes()
    assert runs.seeds.tolist() == want.seeds.tolist()
    assert {run for run, _ in seen} == {1, 2, 3}
    assert {n for _, n in seen} == {5}
    with pytest.raises(fv.Cancelled, match="stopped by on_progress before the first run was complete"):
        fv.bootstrap(TRAINERS[name], corpus, 5, on_progress=lambda now: False)


def test_tiny_corpora_say_which_run_has_nothing_to_train_on():
    corpus = fv.Corpus.from_text(["a b", "c"], min_count=1)
    with pytest.raises(fv.CorpusError, match=r"run \d of 25: data: no sentence has two words") as caught:
        fv.bootstrap(TRAINERS["skipgram"], corpus)
    assert caught.value.field == "data"
    runs = fv.bootstrap(TRAINERS["skipgram"], fv.Corpus.from_text(["a b"], min_count=1), 2)
    assert len(runs.similarity("a", "b").values) == 2
    with pytest.raises(fv.CorpusError, match="corpus: expected at least one document"):
        fv.bootstrap(TRAINERS["skipgram"], fv.Corpus.from_ids([], [0], []))
    trainer, corpus = (
        fv.LogCountFactorization(vector_size=6, learning_rate=1e18),
        fv.Corpus.from_text(lines(), min_count=1),
    )
    with pytest.raises(fv.TrainingError, match=r"run 1 of 2: .*learning rate"):
        fv.bootstrap(trainer, corpus, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"trainer": "skipgram"}, "trainer: expected a trainer, such as fastvec.SkipGram"),
        ({"n": 0}, "n: expected a whole number of at least 1"),
        ({"resample": 1}, "resample: expected True or False"),
        ({"restrict_vocab": 0}, "restrict_vocab: expected a whole number of at least 1"),
        ({"seed": -1}, "seed: expected a whole number from 0"),
        ({"threads": 0}, "threads: expected a whole number"),
        ({"documents": [0, 9]}, "documents: expected 0 to 81, got 0 to 9"),
    ],
)
def test_wrong_arguments_are_refused(arguments, message, corpus):
    with pytest.raises(fv.SettingError, match=message):
        fv.bootstrap(**{"trainer": TRAINERS["lsa"], "corpus": corpus, **arguments})
    with pytest.raises(fv.CorpusError, match=r"corpus: expected a fastvec.Corpus, got \['a b'\]"):
        fv.bootstrap(TRAINERS["lsa"], ["a b"])


def topic_lines(rng, n=150):
    """Documents of one of three topics, each with words of its own and a few of all topics."""
    topics = rng.integers(0, 3, n)
    return [
        [
            f"t{topic}_{w}" if own else f"w{w}"
            for own, w in zip(rng.random(8) < 0.6, rng.integers(0, 6, 8), strict=True)
        ]
        for topic in topics
    ]


def test_the_spread_of_runs_is_about_that_of_other_texts():
    """Of the same source: other texts of it vary as the resamples of one text do, and far more than seeds do."""
    pairs = [("t0_1", "t0_2"), ("t0_1", "w1"), ("t1_0", "t2_0"), ("w0", "w3"), ("t2_4", "w5")]
    trainer = fv.PPMISVD(vector_size=4)
    vocabulary = fv.Corpus.from_text(topic_lines(np.random.default_rng(0), 999), min_count=1).vocabulary

    def corpus(seed):
        return fv.Corpus.from_text(topic_lines(np.random.default_rng(seed)), vocabulary=vocabulary)

    fresh = fv.Bootstrap(vocabulary, [trainer.train(corpus(seed), threads=1).vectors for seed in range(1, 41)])
    truth = np.array([fresh.similarity(*pair).std for pair in pairs])
    found = []
    covered = total = 0
    for seed in range(101, 107):
        runs = fv.bootstrap(trainer, corpus(seed), 25, seed=seed, threads=1)
        found.append([runs.similarity(*pair).std for pair in pairs])
        for pair in pairs:
            low, high = runs.similarity(*pair).interval
            covered += low <= fresh.similarity(*pair).mean <= high
            total += 1
    assert 0.6 < np.median(np.mean(found, axis=0) / truth) < 1.6
    assert covered / total > 0.7
    seeds = fv.bootstrap(trainer, corpus(101), 3, resample=False, threads=1)
    assert max(seeds.similarity(*pair).std for pair in pairs) < 0.01 * truth.min()
