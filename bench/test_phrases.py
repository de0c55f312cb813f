"""Phrases, compiled, in plain Python and in NumPy: ``pytest bench/test_phrases.py --benchmark-only``.

Plain Python gets FASTVEC_BENCH_PART tokens of the text (default 200,000), the NumPy reference a tenth. Times
are of whole calls on a corpus in memory: `count` is one pass of `Phrases.fit`, `fit` all of it with the table,
`apply` joins and renumbers. gensim: bench/compare/phrases.py.
"""

import os

import numpy as np
import oracles_phrases as oracle
import pytest

import fastvec as fv
from fastvec.phrases import phrase_text
from fastvec.phrases.pair_counts import count_pairs
from fastvec.phrases.phrase_text import PhraseText, max_connectors

PART = int(os.environ.get("FASTVEC_BENCH_PART", 200_000))
CONNECTORS = {"none": frozenset(), "english": fv.ENGLISH_CONNECTOR_WORDS}


@pytest.fixture(scope="module")
def corpus(text):
    """All words: phrases are found before rare words are dropped."""
    return fv.Corpus.from_text(text, min_count=1)


@pytest.fixture(scope="module")
def beginning(corpus):
    def cut(n_tokens):
        n = max(1, int(np.searchsorted(corpus.offsets, n_tokens)))
        offsets = corpus.offsets[: n + 1]
        return fv.Corpus.from_ids(corpus.ids[: offsets[-1]], offsets, corpus.vocabulary.words)

    return cut


def check(part, settings, threads):
    """Assert that a pass finds what plain Python finds."""
    connectors = settings.connector_words
    rules = {"connectors": connectors, "most": max_connectors(len(connectors))}
    wanted = oracle.find(list(part), min_count=5, threshold=settings.thresholds[0], **rules)
    found = {phrase.parts: (phrase.score, phrase.count) for phrase in settings.fit(part, threads=threads)}
    assert found.keys() == wanted.keys()
    assert wanted
    for parts, (score, count) in wanted.items():
        assert found[parts] == (pytest.approx(score, rel=1e-12), count)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("connectors", CONNECTORS)
def test_count(benchmark, rate, corpus, beginning, connectors, threads):
    settings = fv.Phrases(connector_words=CONNECTORS[connectors])
    check(beginning(PART), settings, threads)
    text = PhraseText(corpus, "_", settings.connector_words, threads, None)
    benchmark.pedantic(count_pairs, (text, 5), rounds=7, warmup_rounds=1)
    rate(tokens=corpus.n_tokens)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("connectors", CONNECTORS)
def test_fit(benchmark, rate, corpus, connectors, threads):
    settings = fv.Phrases(connector_words=CONNECTORS[connectors])
    benchmark.pedantic(settings.fit, (corpus,), {"threads": threads}, rounds=5, warmup_rounds=1)
    rate(tokens=corpus.n_tokens)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("connectors", CONNECTORS)
def test_apply(benchmark, rate, corpus, beginning, connectors, threads):
    table = fv.Phrases(connector_words=CONNECTORS[connectors]).fit(corpus)
    part = beginning(PART)
    assert list(table.apply(part, threads=threads)) == list(table.join_all(part))
    settings = {"threads": threads, "min_count": 5}
    benchmark.pedantic(table.apply, (corpus,), settings, rounds=5, warmup_rounds=1)
    rate(tokens=corpus.n_tokens)


def test_plain_python(benchmark, rate, beginning):
    part = beginning(PART)
    sentences = list(part)
    benchmark.pedantic(oracle.find, (sentences,), {"min_count": 5, "threshold": 100}, rounds=3)
    rate(tokens=part.n_tokens)


def test_join_in_plain_python(benchmark, rate, corpus, beginning):
    part = beginning(PART)
    table, sentences = fv.Phrases().fit(corpus), list(part)
    benchmark.pedantic(lambda: list(table.join_all(sentences)), rounds=3)
    rate(tokens=part.n_tokens)


def test_numpy_reference(benchmark, rate, beginning, monkeypatch):
    part = beginning(PART // 10)
    monkeypatch.setattr(phrase_text, "KERNELS", "fastvec.kernels.reference.phrases")
    benchmark.pedantic(fv.Phrases().fit, (part,), {"threads": 1}, rounds=1)
    rate(tokens=part.n_tokens)
