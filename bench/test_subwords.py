"""Words to the rows of their n-grams, and the means of those rows, compiled and in NumPy.

pytest bench/test_subwords.py --benchmark-only
"""

import numpy as np
import pytest

from fastvec import Subwords
from fastvec.kernels import _subwords
from fastvec.kernels.reference import subwords as reference_subwords
from fastvec.vectors.subwords import SubwordVectors

BACKENDS = {"compiled": _subwords, "numpy": reference_subwords}
SETTINGS = Subwords()
REFERENCE_WORDS = 2000
DIMENSIONS = 100


def words_of(corpus, backend):
    return corpus.vocabulary.words[: None if backend == "compiled" else REFERENCE_WORDS]


@pytest.mark.parametrize("backend", BACKENDS)
def test_table_of_rows(benchmark, corpus, rate, backend):
    """The kernel alone; ``Subwords.rows`` takes four times as long to encode words as bytes."""
    words = [b"<%b>" % word.encode("utf-8", "surrogateescape") for word in words_of(corpus, backend)]
    text = np.frombuffer(b"".join(words), np.uint8)
    starts = np.cumsum([0, *map(len, words)])
    settings = {"min_n": SETTINGS.min_n, "max_n": SETTINGS.max_n, "buckets": SETTINGS.buckets}

    def table():
        return BACKENDS[backend].subword_rows(text=text, starts=starts, **settings)

    found = benchmark.pedantic(table, rounds=20 if backend == "compiled" else 3, warmup_rounds=1)
    for ours, expected in zip(SETTINGS.rows(words_of(corpus, backend)), found, strict=True):
        assert (ours == expected).all()
    rate(words=len(words), rows=len(found[1]))


def test_rows_of_a_vocabulary(benchmark, corpus, rate):
    _, rows = benchmark.pedantic(SETTINGS.rows, (corpus.vocabulary,), rounds=10, warmup_rounds=1)
    rate(words=len(corpus.vocabulary), rows=len(rows))


@pytest.fixture(scope="module")
def weights(corpus):
    shape = (len(corpus.vocabulary) + SETTINGS.buckets, DIMENSIONS)
    return np.random.default_rng(1).random(shape, np.float32)


@pytest.mark.parametrize("backend", BACKENDS)
def test_means_of_rows(benchmark, corpus, weights, rate, backend):
    n = len(words_of(corpus, backend))
    offsets, rows = SETTINGS.rows(corpus.vocabulary)
    means = np.empty((n, DIMENSIONS), np.float32)
    tables = {"W": weights.view(np.uint8), "offsets": offsets, "rows": rows, "stop": np.zeros(1, np.uint8)}

    def compose():
        BACKENDS[backend].mean_rows(**tables, start=0, end=n, means=means)

    benchmark.pedantic(compose, rounds=7 if backend == "compiled" else 3, warmup_rounds=1)
    for i in (0, n // 2, n - 1):
        expected = weights[rows[offsets[i] : offsets[i + 1]]].mean(axis=0, dtype=np.float64)
        np.testing.assert_allclose(means[i], expected, atol=1e-6)
    rate(words=n, rows=int(offsets[n]))


@pytest.mark.parametrize("threads", [1, 2])
def test_vectors_of_a_vocabulary(benchmark, corpus, weights, rate, threads):
    subwords = SubwordVectors(SETTINGS, weights)
    benchmark.pedantic(
        subwords.of_words, (corpus.vocabulary.words,), {"threads": threads}, rounds=5, warmup_rounds=1
    )
    rate(words=len(corpus.vocabulary))


def test_one_out_of_vocabulary_word(benchmark, weights, rate):
    subwords = SubwordVectors(SETTINGS, weights)
    assert benchmark(subwords.compose, "unseenness") is not None
    rate(words=1)
