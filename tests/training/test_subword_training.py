"""Training with subwords: the rows of n-grams, the vectors composed of them, fastText's settings."""

from __future__ import annotations

import warnings

import numpy as np
import oracles_subwords
import pytest
from training.whole_runs import SMALL, STILL, agree, by_oracle, each_loss, each_sharing, each_trainer

import fastvec as fv
from fastvec.vectors.subwords import SubwordVectors

FEW = fv.Subwords(min_n=2, max_n=4, buckets=50)
LINES = ["der könig regiert das land", "die königin regiert", "das land der könige", "</s> land 王国"] * 5


@pytest.fixture(scope="module")
def corpus():
    return fv.Corpus.from_text(LINES, min_count=1)


def rows_of(vectors, word_id, word):
    """The rows of a word's n-grams behind its own; of n-grams never seen the number of one that is not there."""
    own, n = vectors.subwords.settings, len(vectors)
    place = {n + bucket: n + i for i, bucket in enumerate(vectors.subwords.buckets.tolist())}
    numbers = oracles_subwords.rows(word_id, word.encode(), n, own.min_n, own.max_n, own.buckets)
    return [numbers[0], *(place.get(number, len(vectors.subwords.rows)) for number in numbers[1:])]


@each_trainer
@each_sharing
@each_loss
@pytest.mark.parametrize("subwords", [FEW, fv.Subwords(max_n=0)])
def test_a_whole_run(corpus, trainer, sharing, loss, subwords):
    run = trainer(**SMALL, loss=loss, subwords=subwords, negative_sharing=sharing, learning_rate=0.05)
    agree(run.train(corpus, threads=1), by_oracle(run, corpus))


def test_a_whole_run_of_the_mean_gradient(corpus):
    run = fv.CBOW(**SMALL, subwords=FEW, context_gradient="mean", learning_rate=0.5)
    agree(run.train(corpus, threads=1), by_oracle(run, corpus))


@pytest.mark.parametrize("kind", ["sum", "mean"])
@pytest.mark.parametrize("subwords", [None, FEW])
def test_a_whole_run_of_the_sum_of_a_bag(corpus, kind, subwords):
    run = fv.CBOW(**SMALL, subwords=subwords, bag="sum", context_gradient=kind, learning_rate=0.05)
    vectors = run.train(corpus, threads=1)
    agree(vectors, by_oracle(run, corpus))
    assert not np.array_equal(vectors.vectors, run.replace(bag="mean").train(corpus, threads=1).vectors)


@each_trainer
@each_loss
@pytest.mark.parametrize("context", ["both", "left"])
def test_numpy_and_compiled_make_the_same_run(corpus, trainer, loss, context):
    run = trainer(**SMALL, loss=loss, subwords=FEW, context=context)
    compiled, plain = (run.train(corpus, threads=1, backend=backend) for backend in ("compiled", "numpy"))
    assert np.abs(compiled.subwords.rows - plain.subwords.rows).max() <= 2e-5
    assert np.abs(compiled.vectors - plain.vectors).max() <= 2e-5
    assert compiled.history["loss"] == pytest.approx(plain.history["loss"], rel=1e-5)


@each_trainer
@pytest.mark.parametrize("threads", [1, 3])
def test_vectors_are_the_means_of_rows(corpus, trainer, threads):
    vectors = trainer(**SMALL, subwords=FEW).train(corpus, threads=threads)
    rows, n = vectors.subwords.rows, len(vectors)
    used = {row for i, word in enumerate(vectors) for row in rows_of(vectors, i, word)}
    assert used == set(range(len(rows))), "each n-gram of the text has a row, and none else"
    assert n < len(rows) < n + 50
    assert vectors.vectors.shape == vectors.context_vectors.shape == (n, 7)
    for i, word in enumerate(vectors):
        assert vectors[word] == pytest.approx(oracles_subwords.mean(rows, rows_of(vectors, i, word)), abs=1e-7)


@each_trainer
def test_a_word_never_seen_is_composed_of_its_ngrams(corpus, trainer, tmp_path):
    vectors = trainer(**SMALL, subwords=FEW).train(corpus)
    assert "königreich" not in vectors
    with_zeros = np.vstack([vectors.subwords.rows, np.zeros(7)])
    members = rows_of(vectors, 0, "königreich")[1:]
    assert len(with_zeros) - 1 in members, "some of its n-grams were never seen"
    expected = oracles_subwords.mean(with_zeros, members)
    assert vectors["königreich"] == pytest.approx(expected, abs=1e-7)
    seen = set(vectors.subwords.buckets.tolist())
    strange = next(c for c in map(chr, range(0x4E00, 0x9FFF)) if not seen & set(FEW.buckets_of(c).tolist()))
    for name in ("v.bin", "v.safetensors"):
        vectors.save(tmp_path / name)
        again = fv.WordVectors.load(tmp_path / name)
        assert again.subwords.settings == FEW
        assert again["königreich"].tobytes() == vectors["königreich"].tobytes()
        assert again.context_vectors.tobytes() == vectors.context_vectors.tobytes()
        for some in (vectors, again):
            with pytest.raises(fv.UnknownWordError, match="no vector for"):
                some.most_similar(strange)  # none of its n-grams was seen
        assert again.subwords.buckets.tolist() == vectors.subwords.buckets.tolist()


@each_trainer
def test_words_that_share_ngrams_come_close(trainer):
    """Words of two stems in two kinds of line: an unseen form is near its own stem's."""
    rng = np.random.default_rng(0)
    stems = {"walk": [f"walk{end}" for end in "abcdef"], "sing": [f"sing{end}" for end in "ghijkl"]}
    lines = [" ".join(rng.choice(stems[["walk", "sing"][i % 2]], 6)) for i in range(300)]
    corpus = fv.Corpus.from_text(lines, min_count=1)
    settings = {**SMALL, "epochs": 20, "learning_rate": 0.025}
    vectors = trainer(**settings, subwords=fv.Subwords(min_n=3, max_n=4, buckets=1000)).train(corpus)
    for unseen, stem in (("walkz", "walk"), ("singz", "sing")):
        assert all(word.startswith(stem) for word, _ in vectors.most_similar(unseen, topn=4))
    assert vectors.history["epoch_loss"][-1] < vectors.history["epoch_loss"][0]


@each_trainer
def test_no_ngrams_are_words_alone(corpus, trainer):
    vectors = trainer(**SMALL, subwords=fv.Subwords(max_n=0)).train(corpus)
    assert vectors.subwords.rows.shape == vectors.vectors.shape
    assert np.array_equal(vectors.subwords.rows, vectors.vectors)
    with pytest.raises(fv.UnknownWordError, match="königreich"):
        vectors["königreich"]


def test_bags_of_words_without_ngrams_are_plain_cbow(corpus):
    plain, alone = (
        fv.CBOW(**SMALL, subwords=subwords).train(corpus, threads=1) for subwords in (None, fv.Subwords(max_n=0))
    )
    assert np.abs(plain.vectors - alone.vectors).max() <= 1e-6


@each_trainer
def test_one_thread_and_one_seed_give_the_same_bytes(corpus, trainer):
    first, again = (trainer(**SMALL, subwords=FEW).train(corpus, threads=1) for _ in range(2))
    other = trainer(**{**SMALL, "seed": 4}, subwords=FEW).train(corpus, threads=1)
    assert first.subwords.rows.tobytes() == again.subwords.rows.tobytes()
    assert first.vectors.tobytes() == again.vectors.tobytes()
    assert first.vectors.tobytes() != other.vectors.tobytes()


@each_trainer
def test_a_long_word_whose_ngrams_share_one_row(trainer):
    """Four hundred n-grams in one bucket: the same row many times over, in one mean and one update."""
    text = fv.Corpus.from_text(["x" * 100 + " y z"] * 3, min_count=1)
    run = trainer(**SMALL, subwords=fv.Subwords(buckets=1), learning_rate=0.01)
    vectors = run.train(text, threads=1)
    agree(vectors, by_oracle(run, text), within=1e-4)
    start = trainer(**SMALL, **STILL, subwords=fv.Subwords(buckets=1)).train(text)
    assert np.abs(vectors.subwords.rows[-1] - start.subwords.rows[-1]).max() > 1e-3


def test_going_on_with_the_same_subwords(corpus, tmp_path):
    """Rows of n-grams are carried over too, from memory and from fastText's file."""
    first = fv.SkipGram(**SMALL, subwords=FEW).train(corpus, threads=1)
    first.save(tmp_path / "v.bin")
    text = fv.Corpus.from_text(["das königreich land"] * 5, min_count=1)
    for init in (first, tmp_path / "v.bin", str(tmp_path / "v.bin")):
        second = fv.CBOW(**SMALL, **STILL, subwords=FEW).train(text, init=init)
        assert second.index_to_key[3:] == [word for word in first if word not in ("das", "land")]
        assert len(second.subwords.buckets) < 50, "rows of zeros, which a .bin has, are left out"
        places = np.searchsorted(second.subwords.buckets, first.subwords.buckets) + len(second)
        assert second.subwords.buckets[places - len(second)].tolist() == first.subwords.buckets.tolist()
        assert second.subwords.rows[places].tobytes() == first.subwords.rows[len(first) :].tobytes()
        for word in first:
            old, new = first.get_index(word), second.get_index(word)
            assert second.subwords.rows[new].tobytes() == first.subwords.rows[old].tobytes()
            assert second[word].tobytes() == first[word].tobytes()
            assert second.context_vectors[new].tobytes() == first.context_vectors[old].tobytes()


def test_going_on_without_ngrams(corpus, tmp_path):
    """A .bin knows no difference between no n-grams and no subwords."""
    run = fv.SkipGram(**SMALL, **STILL, subwords=fv.Subwords(max_n=0))
    first = run.train(corpus)
    first.save(tmp_path / "v.bin")
    for init in (first, tmp_path / "v.bin"):
        assert run.train(corpus, init=init).vectors.tobytes() == first.vectors.tobytes()


def test_new_words_go_on_from_their_ngrams_without_a_warning(corpus):
    first = fv.SkipGram(**SMALL, subwords=FEW).train(corpus)
    strangers = fv.Corpus.from_text(["königreich königinnen"] * 5, min_count=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        second = fv.SkipGram(**SMALL, **STILL, subwords=FEW).train(strangers, init=first)
    assert second["regiert"].tobytes() == first["regiert"].tobytes()


def test_negatives_are_drawn_for_each_prediction(corpus):
    shared, apart = (
        fv.SkipGram(**SMALL, subwords=FEW, negative_sharing=sharing).train(corpus, threads=1)
        for sharing in ("round", "none")
    )
    assert shared.subwords.rows.tobytes() == apart.subwords.rows.tobytes()


@each_trainer
@each_loss
def test_going_on_by_the_oracle(corpus, trainer, loss):
    first = fv.SkipGram(**SMALL, subwords=FEW).train(corpus, threads=1)
    text = fv.Corpus.from_text(["das königreich land", "das land der königinnen"] * 5, min_count=1)
    run = trainer(**SMALL, subwords=FEW, loss=loss, learning_rate=0.1)
    second = run.train(text, init=first, threads=1)
    agree(second, by_oracle(run, text, init=first))
    row = first.subwords.rows[first.get_index("regiert")]
    assert second.subwords.rows[second.get_index("regiert")].tobytes() == row.tobytes(), "it is not in the text"
    places = np.searchsorted(second.subwords.buckets, first.subwords.buckets) + len(second)
    assert not np.array_equal(second.subwords.rows[places], first.subwords.rows[len(first) :])
    assert len(second.subwords.buckets) > len(first.subwords.buckets), "new words brought new n-grams"


def test_what_is_refused(corpus):
    with pytest.raises(fv.SettingError, match=r"subwords: expected fastvec.Subwords\(...\) or None, got True"):
        fv.SkipGram(subwords=True)
    run = fv.SkipGram(**SMALL, subwords=FEW)
    first, plain = run.train(corpus), fv.SkipGram(**SMALL).train(corpus)
    with pytest.raises(fv.SettingError, match=r"init: expected vectors with the same subwords, .*, got none"):
        run.train(corpus, init=plain)
    other = fv.CBOW(**SMALL, subwords=fv.Subwords(min_n=2, max_n=4, buckets=51))
    with pytest.raises(fv.SettingError, match=r"buckets=51\), got Subwords\(min_n=2, max_n=4, buckets=50\)"):
        other.train(corpus, init=first)
    with pytest.raises(fv.SettingError, match="freeze: cannot be used with subwords"):
        run.train(corpus, freeze=["land"])
    assert len(run.train(corpus, freeze={"land": 1})) == len(first), "which freezes nothing"


@pytest.mark.parametrize("wrong", [[np.nan, 0], [np.inf, -np.inf]])
def test_rows_that_are_not_finite_are_refused_before_training(corpus, wrong):
    """Words of which no n-gram falls into that bucket have finite vectors."""
    rows = np.ones((3, 2), np.float32)
    rows[2] = wrong
    settings = fv.Subwords(min_n=3, max_n=3, buckets=2)
    assert oracles_subwords.rows(0, b"a", 1, 3, 3, 2) == [0, 1]
    old = fv.WordVectors(["a"], np.ones((1, 2)), subwords=SubwordVectors(settings, rows))
    text = fv.Corpus.from_text(["a b"], min_count=1)
    with pytest.raises(
        fv.SettingError, match="init: expected finite vectors, got nan or inf in the row of an n-gram"
    ):
        fv.SkipGram(vector_size=2, sample=0, subwords=settings).train(text, init=old)


def test_the_settings_of_fasttext():
    """Its args.cc (Args::Args) has the defaults; its loss.cc the square root, its fasttext.cc a rate down to 0."""
    args = {
        "lr": 0.05, "dim": 100, "ws": 5, "epoch": 5, "neg": 5, "bucket": 2_000_000, "minn": 3, "maxn": 6,
        "t": 1e-4,
    }  # fmt: skip
    expected = {
        "learning_rate": args["lr"], "min_learning_rate": 0, "vector_size": args["dim"], "window": args["ws"],
        "epochs": args["epoch"], "negative": args["neg"], "ns_exponent": 0.5, "sample": args["t"],
        "subwords": fv.Subwords(min_n=args["minn"], max_n=args["maxn"], buckets=args["bucket"]),
        "loss": "negative_sampling", "shrink_windows": True, "context": "both",
    }  # fmt: skip
    for trainer in (fv.SkipGram, fv.CBOW):
        settings = trainer.fasttext().get_params()
        assert {name: settings[name] for name in expected} == expected
        assert trainer.fasttext(epochs=3, seed=7) == trainer.fasttext().replace(epochs=3, seed=7)
        with pytest.raises(fv.SettingError, match="no setting 'dim'; use vector_size"):
            trainer.fasttext(dim=3)


@each_trainer
def test_the_settings_of_fasttext_train(trainer):
    text = fv.Corpus.from_text(LINES * 300, min_count=1)
    with pytest.warns(UserWarning, match="sample=0.0001 drops"):  # few words, all of them frequent
        vectors = trainer.fasttext(vector_size=4, epochs=1).train(text)
    assert vectors.subwords.rows.shape == (len(vectors) + len(vectors.subwords.buckets), 4)
    assert vectors.subwords.buckets[-1] > 1_000_000
    assert np.isfinite(vectors["königreich"]).all()
    assert vectors.settings["subwords"] == {"min_n": 3, "max_n": 6, "buckets": 2_000_000}
