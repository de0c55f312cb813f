"""The kernel of skip-gram and CBOW on each instruction set and backend, one thread; text to saved vectors."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import sgns_numba

import fastvec as fv
from fastvec.kernels import _sampling
from fastvec.kernels._word2vec import word2vec_slice
from fastvec.kernels.reference import word2vec as reference_word2vec
from fastvec.kernels.simd import LEVELS, available_levels
from fastvec.running.ranges import slice_bounds
from fastvec.training.huffman import huffman_paths
from fastvec.training.matrices import new_matrix
from fastvec.training.negative_sampling import AliasTable, noise_weights
from fastvec.training.prediction_trainer import ROUND
from fastvec.training.subsampling import keep_probabilities, keep_thresholds

D = 100
SUBWORDS = fv.Subwords(buckets=200_000)
FULL, SMALL = 1_000_000, 4_000  # tokens per call: the compiled kernels, and the NumPy reference


class Run:
    """The arguments of a kernel for the first tokens of a corpus: D=100, window 5, 5 negatives."""

    def __init__(self, corpus, tokens, model="window", loss="negative_sampling", places=None):
        counts = corpus.vocabulary.counts
        self.offsets = corpus.offsets[: np.searchsorted(corpus.offsets, tokens) + 1]
        self.ids = np.array(corpus.ids[: self.offsets[-1]])
        joint = model in ("window", "bag") and loss == "negative_sampling"
        bounds = slice_bounds(self.offsets, places := places or (ROUND if joint else 1))
        ranges = list(pairwise(bounds.tolist()))
        slices = -(-len(ranges) // places)
        self.slices = [ranges[number::slices] for number in range(slices)]
        self.keep = keep_thresholds(keep_probabilities(counts, 1e-3))
        self.negatives = AliasTable(noise_weights(counts, 0.75)).table
        self.words = len(counts)
        self.outputs = {"model": model, "loss": loss, "paths": huffman_paths(counts), "share_negatives": joint}
        self.rows = self.words
        if model == "centre":  # words of their n-grams
            offsets, rows = SUBWORDS.rows(corpus.vocabulary.words)
            self.outputs["rows"] = offsets, rows
            self.rows += SUBWORDS.buckets
        self.reset()

    def reset(self):
        self.W_in, self.W_out = new_matrix(self.rows, D), new_matrix(self.words, D)
        _sampling.fill_uniform(self.W_in, D, 0.5 / D, 1)

    def __call__(self, kernel, level="scalar", **settings):
        totals = np.zeros(4)
        for number, ranges in enumerate(self.slices):
            sentences = [int(np.searchsorted(self.offsets, start, side="right")) - 1 for start, _ in ranges]
            places = [
                (start, end, sentence, start + 1, start + 2**40)
                for (start, end), sentence in zip(ranges, sentences, strict=True)
            ]
            totals += kernel(
                ids=self.ids, offsets=self.offsets, places=places, keep=self.keep, negatives=self.negatives,
                W_in=self.W_in, W_out=self.W_out, window=5, negative=5, shrink_windows=True, learning_rate=0.025,
                negative_stream=number + 2**50, stop=np.zeros(1, np.uint8), level=LEVELS.index(level),
                **(settings or self.outputs),
            )  # fmt: skip
        return totals


def agree(ours, theirs, level):
    """Assert that the kernel agrees with the reference."""
    totals, expected = ours(word2vec_slice, level=level), theirs(reference_word2vec.word2vec_slice)
    assert totals == pytest.approx(expected, rel=1e-5)
    for matrix in ("W_in", "W_out"):
        assert np.abs(getattr(ours, matrix) - getattr(theirs, matrix)).max() < 2e-5


def time(benchmark, rate, run, kernel, rounds=5, **arguments):
    totals = benchmark.pedantic(
        run, (kernel,), arguments, setup=lambda: run.reset(), rounds=rounds, warmup_rounds=1, iterations=1
    )
    rate(raw_tokens=totals[3], trained_tokens=totals[2])


KINDS = pytest.mark.parametrize(
    ("model", "loss"),
    [
        ("window", "negative_sampling"),
        ("pairs", "negative_sampling"),
        ("centre", "negative_sampling"),
        ("bag", "negative_sampling"),
        ("window", "hierarchical_softmax"),
        ("bag", "hierarchical_softmax"),
    ],
)


@pytest.mark.benchmark(group="word2vec")
@KINDS
@pytest.mark.parametrize("level", available_levels())
def test_word2vec_compiled(benchmark, rate, corpus, level, model, loss):
    agree(Run(corpus, 500, model, loss), Run(corpus, 500, model, loss), level)
    time(benchmark, rate, Run(corpus, FULL, model, loss), word2vec_slice, level=level)


@pytest.mark.benchmark(group="word2vec")
def test_sgns_numba(benchmark, rate, corpus):
    ours, theirs = Run(corpus, 500, places=1), Run(corpus, 500, places=1)
    # it holds no rows, and does not add up the updates of a word that occurs twice: nearly the same
    totals = ours(sgns_numba.sgns_slice, share_negatives=True)
    assert totals[:3] == pytest.approx(theirs(reference_word2vec.word2vec_slice)[:3], rel=1e-3)
    time(benchmark, rate, Run(corpus, FULL, places=1), sgns_numba.sgns_slice, share_negatives=True)


@pytest.mark.benchmark(group="word2vec")
@KINDS
def test_word2vec_numpy(benchmark, rate, corpus, model, loss):
    run = Run(corpus, SMALL, model, loss)
    time(benchmark, rate, run, reference_word2vec.word2vec_slice, rounds=3)


@pytest.mark.benchmark(group="full softmax")
@pytest.mark.parametrize("words", [100, 1000])
@pytest.mark.parametrize("model", ["window", "bag"])
@pytest.mark.parametrize("level", [*available_levels(), "numpy"])
def test_full_softmax(benchmark, rate, corpus, model, words, level):
    """Ids modulo a small number of words, since every step goes over the whole vocabulary."""

    def on_tokens(tokens):
        run = Run(corpus, tokens, model, "softmax")
        run.ids, run.words = run.ids % words, words
        run.rows = words
        run.reset()
        return run

    run = on_tokens(4_000)
    if level == "numpy":
        time(benchmark, rate, run, reference_word2vec.word2vec_slice, rounds=3)
        return
    agree(on_tokens(300), on_tokens(300), level)
    time(benchmark, rate, run, word2vec_slice, level=level)


@pytest.mark.benchmark(group="end to end")
@pytest.mark.parametrize("threads", [1, 2])
def test_text_to_saved_vectors(benchmark, rate, text, tmp_path, threads):
    def run():
        corpus = fv.Corpus.from_text(text, threads=threads)
        vectors = fv.SkipGram(epochs=1).train(corpus, threads=threads)
        vectors.save(tmp_path / "vectors.safetensors")
        return corpus.n_tokens

    tokens = benchmark.pedantic(run, rounds=3, warmup_rounds=1, iterations=1)
    assert len(fv.WordVectors.load(tmp_path / "vectors.safetensors")) > 100
    rate(raw_tokens=tokens)


@pytest.mark.benchmark(group="end to end")
def test_text_to_saved_vectors_numpy(benchmark, rate, text, tmp_path):
    def run():
        lines = text.read_text().split("\n")[:100]
        corpus = fv.Corpus.from_text(lines, min_count=1)
        fv.SkipGram(epochs=1).train(corpus, threads=1, backend="numpy").save(tmp_path / "vectors.txt")
        return corpus.n_tokens

    rate(raw_tokens=benchmark.pedantic(run, rounds=3, iterations=1))
