"""Text to ids, compiled and in plain Python: ``pytest bench/test_text.py --benchmark-only``.

The text is FASTVEC_BENCH_TEXT or that of conftest.py.
"""

from collections import Counter

import pytest

from fastvec import Corpus
from fastvec.running.workers import resolve_threads

MIN_COUNT = 5


def python_loop(path):
    """Count, drop rare words, look up: a simple loop."""
    with open(path, encoding="utf-8") as file:
        sentences = [line.split() for line in file]
    counts = Counter(token for sentence in sentences for token in sentence)
    words = sorted((word for word in counts if counts[word] >= MIN_COUNT), key=lambda word: (-counts[word], word))
    index = {word: i for i, word in enumerate(words)}
    return words, [[index[token] for token in sentence if token in index] for sentence in sentences]


@pytest.mark.parametrize("tokens", ["whitespace", "words"])
@pytest.mark.parametrize("threads", sorted({1, 2, resolve_threads(None)}))
def test_text_to_ids(benchmark, rate, text, threads, tokens):
    corpus = benchmark.pedantic(
        Corpus.from_text,
        (text,),
        {"min_count": MIN_COUNT, "threads": threads, "tokens": tokens},
        rounds=7,
        warmup_rounds=1,
    )
    if threads == 1 and tokens == "whitespace":
        words, sentences = python_loop(text)
        assert corpus.vocabulary.words == words
        assert corpus.ids.tolist() == [i for sentence in sentences for i in sentence]
    rate(bytes=text.stat().st_size)


def test_python_loop(benchmark, rate, text):
    benchmark.pedantic(python_loop, (text,), rounds=2)
    rate(bytes=text.stat().st_size)
