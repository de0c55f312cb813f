"""Training epoch by epoch, with the vectors at hand."""

from __future__ import annotations

import numpy as np
import pytest
from training.whole_runs import SMALL, each_loss, each_trainer

import fastvec as fv

TEXT = ["the duchess rules a land", "the king sat", "a duke rules the duchess"] * 50


@pytest.fixture(scope="module")
def corpus():
    return fv.Corpus.from_text(TEXT, min_count=1)


def matrices(vectors):
    rows = [vectors.word_vectors, vectors.context_vectors, vectors.output_nodes]
    if vectors.subwords is not None:
        rows.append(vectors.subwords.rows)
    return b"".join(row.tobytes() for row in rows if row is not None)


@each_trainer
@each_loss
@pytest.mark.parametrize("subwords", [None, fv.Subwords(min_n=2, max_n=3, buckets=20)])
@pytest.mark.parametrize("backend", ["compiled", "numpy"])
def test_it_changes_no_byte(corpus, trainer, loss, subwords, backend):
    run = trainer(**SMALL, loss=loss, subwords=subwords)
    whole = run.train(corpus, threads=1, backend=backend)
    seen = []
    parted = run.train(corpus, threads=1, backend=backend, on_epoch=lambda now, vectors: seen.append(vectors))
    assert matrices(parted) == matrices(whole) == matrices(seen[-1])
    assert matrices(seen[0]) != matrices(seen[1])
    assert {name: column.tolist() for name, column in parted.history.items()} == {
        name: column.tolist() for name, column in whole.history.items()
    }


def test_pairs_and_earlier_vectors(corpus):
    pairs = fv.Pairs.from_pairs([("u1", "i1"), ("u2", "i2")] * 9, undirected=False)
    run = fv.SkipGram(**SMALL)
    for data, init in [(pairs, None), (corpus, run.train(corpus)), (pairs, run.train(pairs))]:
        whole = run.train(data, init=init, threads=1)
        parted = run.train(data, init=init, threads=1, on_epoch=lambda now, vectors: None)
        assert matrices(parted) == matrices(whole)


@pytest.mark.parametrize("threads", [1, 3])
def test_what_it_gets(corpus, threads):
    told = []
    run = fv.CBOW(**{**SMALL, "vector_size": 16, "epochs": 4})  # rows without padding, which are not moved
    vectors = run.train(corpus, threads=threads, on_epoch=lambda *now: told.append(now))
    assert [now.epoch for now, _ in told] == [1, 2, 3, 4]
    assert [now.done for now, _ in told] == [corpus.n_tokens * epoch for epoch in range(1, 5)]
    assert [now.loss for now, _ in told] == pytest.approx(vectors.history["epoch_loss"].tolist())
    assert {(now.stage, now.unit, now.total) for now, _ in told} == {("training", "tokens", 4 * corpus.n_tokens)}
    rates = [now.learning_rate for now, _ in told]
    assert rates == sorted(rates, reverse=True)
    assert [len(then.history["epoch_loss"]) for _, then in told] == [1, 2, 3, 4]
    assert len({then.vectors.tobytes() for _, then in told}) == 4, "each has its own copy"
    assert told[0][1].most_similar("king", topn=1)


def test_false_stops_and_an_error_ends_the_run(corpus):
    run = fv.SkipGram(**{**SMALL, "epochs": 9})
    seen = []

    def twice(now, vectors):
        seen.append(vectors)
        return now.epoch < 2

    vectors = run.train(corpus, threads=1, on_epoch=twice)
    assert len(seen) == len(vectors.history["epoch_loss"]) == 2
    assert vectors.vectors.tobytes() == seen[-1].vectors.tobytes()

    def fails(now, vectors):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        run.train(corpus, on_epoch=fails)


def test_a_comparison_of_losses_stops_too(corpus):
    """It is NumPy's False, which is not Python's."""
    seen = []
    fv.SkipGram(vector_size=4, sample=0, epochs=5).train(
        corpus, on_epoch=lambda now, so_far: seen.append(now) or so_far.history["epoch_loss"][-1] > 100
    )
    assert len(seen) == 1


def test_stopping_within_an_epoch_tells_of_no_end(corpus):
    told = []
    run = fv.SkipGram(**{**SMALL, "epochs": 100_000})
    run.train(corpus, on_progress=lambda now: False, on_epoch=lambda now, vectors: told.append(now.epoch))
    assert told == list(range(1, len(told) + 1))
    assert len(told) < 100_000


@pytest.mark.parametrize("how", ["error", "false"])
def test_with_checkpoints(corpus, tmp_path, how):
    """A run that ends after an epoch goes on after it, with the same bytes; on_epoch hears of the rest alone."""
    run = fv.SkipGram(**{**SMALL, "epochs": 4})
    arguments = {"threads": 1, "checkpoint": tmp_path / "run.ckpt"}

    def stop(now, vectors):
        if now.epoch == 2:
            if how == "error":
                raise RuntimeError("enough")
            return False
        return None

    if how == "error":
        with pytest.raises(RuntimeError, match="enough"):
            run.train(corpus, on_epoch=stop, **arguments)
    else:
        run.train(corpus, on_epoch=stop, **arguments)
    told = []
    vectors = run.train(corpus, on_epoch=lambda now, _: told.append(now.epoch), resume=True, **arguments)
    assert told == [3, 4]
    assert matrices(vectors) == matrices(run.train(corpus, threads=1))
    run.train(corpus, on_epoch=lambda now, _: told.append(now.epoch), resume=True, **arguments)
    assert told == [3, 4], "of a finished run there is nothing to tell"


def test_supersteps_have_no_epochs(corpus):
    with pytest.raises(fv.SettingError, match="on_epoch: expected None: deterministic=True overlaps epochs"):
        fv.SkipGram(**SMALL, deterministic=True).train(corpus, on_epoch=print)


def test_parts_have_rates_of_their_own(corpus):
    """Two runs, the second from where the first ended, follow one line of rates."""
    run = fv.SkipGram(**{**SMALL, "epochs": 1})
    first = run.replace(learning_rate=0.1, min_learning_rate=0.05).train(corpus, threads=1)
    second = run.replace(learning_rate=0.05, min_learning_rate=0, seed=4).train(corpus, init=first, threads=1)
    whole = run.replace(epochs=2, learning_rate=0.1, min_learning_rate=0).train(corpus, threads=1)
    rates = np.concatenate([first.history["learning_rate"], second.history["learning_rate"]])
    assert rates == pytest.approx(whole.history["learning_rate"])
