"""Counting co-occurrences, compiled and in plain Python: ``pytest bench/test_counting.py --benchmark-only -s``.

The text is FASTVEC_BENCH_TEXT or that of conftest.py. The plain loops get FASTVEC_BENCH_PART tokens of it (default
20,000). Times are of the whole call: laying out the text, counting, the matrix.
"""

import os
from collections import Counter

import numpy as np
import pytest

from fastvec import Corpus, count_cooccurrences
from fastvec.counting import counting

WINDOW = 10
PART = int(os.environ.get("FASTVEC_BENCH_PART", 20_000))


@pytest.fixture(scope="module")
def part(corpus):
    """Its beginning, for the slow ones."""
    n = int(np.searchsorted(corpus.offsets, PART, side="right"))
    offsets = corpus.offsets[:n]
    return Corpus.from_ids(corpus.ids[: offsets[-1]], offsets, corpus.vocabulary.words)


def counter_loop(corpus):
    """Return the counts by a simple loop."""
    counts = Counter()
    for start, end in zip(corpus.offsets[:-1].tolist(), corpus.offsets[1:].tolist(), strict=True):
        sentence = corpus.ids[start:end].tolist()
        for i, centre in enumerate(sentence):
            for j in range(max(0, i - WINDOW), i):
                counts[centre, sentence[j]] += 1 / (i - j)
                counts[sentence[j], centre] += 1 / (i - j)
    return counts


def report(benchmark, corpus, what):
    best, median = benchmark.stats.stats.min, benchmark.stats.stats.median
    speed = corpus.n_tokens / best
    benchmark.extra_info.update(what=what, tokens=corpus.n_tokens, tokens_per_second=round(speed))
    print(
        f"\n{what}: {speed:,.0f} tokens/s (best; median {corpus.n_tokens / median:,.0f}), "
        f"{corpus.n_tokens:,} tokens, {len(corpus.vocabulary):,} words, window {WINDOW}"
    )


@pytest.mark.parametrize("threads", [1, 2])
def test_count_cooccurrences(benchmark, corpus, part, threads):
    found = count_cooccurrences(part, threads=threads).to_csr().tocoo()
    wanted = counter_loop(part)
    assert len(wanted) == found.nnz
    sums = [wanted[pair] for pair in zip(found.row.tolist(), found.col.tolist(), strict=True)]
    np.testing.assert_allclose(found.data, sums, rtol=1e-12)
    benchmark.pedantic(count_cooccurrences, (corpus,), {"threads": threads}, rounds=7, warmup_rounds=1)
    report(benchmark, corpus, f"count_cooccurrences, {threads} thread(s)")


def test_within_memory_to_disk(benchmark, corpus, tmp_path):
    settings = {"max_memory": "96MiB", "save_to": tmp_path / "counts.fvm", "threads": 2}
    benchmark.pedantic(count_cooccurrences, (corpus,), settings, rounds=3, warmup_rounds=1)
    count_cooccurrences(corpus).save(tmp_path / "whole.fvm")
    assert (tmp_path / "counts.fvm").read_bytes() == (tmp_path / "whole.fvm").read_bytes()
    report(benchmark, corpus, "count_cooccurrences to a file within 96 MiB, 2 threads")


def test_counter_loop(benchmark, part):
    benchmark.pedantic(counter_loop, (part,), rounds=3)
    report(benchmark, part, "Counter in plain Python")


def test_numpy_reference(benchmark, part, monkeypatch):
    monkeypatch.setattr(counting, "KERNELS", "fastvec.kernels.reference.counting")
    benchmark.pedantic(count_cooccurrences, (part,), {"threads": 1}, rounds=1)
    report(benchmark, part, "the NumPy reference, 1 thread")
