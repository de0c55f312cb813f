"""Counting co-occurrences, compiled and in plain Python: ``pytest bench/test_counting.py --benchmark-only``.

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


@pytest.mark.parametrize("threads", [1, 2])
def test_count_cooccurrences(benchmark, rate, corpus, part, threads):
    found = count_cooccurrences(part, threads=threads).to_csr().tocoo()
    wanted = counter_loop(part)
    assert len(wanted) == found.nnz
    sums = [wanted[pair] for pair in zip(found.row.tolist(), found.col.tolist(), strict=True)]
    np.testing.assert_allclose(found.data, sums, rtol=1e-12)
    benchmark.pedantic(count_cooccurrences, (corpus,), {"threads": threads}, rounds=7, warmup_rounds=1)
    rate(tokens=corpus.n_tokens)


def test_within_memory_to_disk(benchmark, rate, corpus, tmp_path):
    settings = {"max_memory": "96MiB", "save_to": tmp_path / "counts.fvm", "threads": 2}
    benchmark.pedantic(count_cooccurrences, (corpus,), settings, rounds=3, warmup_rounds=1)
    count_cooccurrences(corpus).save(tmp_path / "whole.fvm")
    assert (tmp_path / "counts.fvm").read_bytes() == (tmp_path / "whole.fvm").read_bytes()
    rate(tokens=corpus.n_tokens)


def test_counter_loop(benchmark, rate, part):
    benchmark.pedantic(counter_loop, (part,), rounds=3)
    rate(tokens=part.n_tokens)


def test_numpy_reference(benchmark, rate, part, monkeypatch):
    monkeypatch.setattr(counting, "KERNELS", "fastvec.kernels.reference.counting")
    benchmark.pedantic(count_cooccurrences, (part,), {"threads": 1}, rounds=1)
    rate(tokens=part.n_tokens)
