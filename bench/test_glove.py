"""GloVe, compiled, in Numba and in NumPy: ``pytest bench/test_glove.py --benchmark-only -s``.

The counts are of the first 20,000,000 bytes of FASTVEC_BENCH_TEXT, or an artificial matrix of that size.
FASTVEC_BENCH_SIZE is D.
"""

from __future__ import annotations

import os
from functools import partial
from time import perf_counter

import numpy as np
import pytest
from glove_numba import glove_tile as numba_tile
from scipy.sparse import coo_array

import fastvec as fv
from fastvec.benchmark.figures import show, spread
from fastvec.kernels import _turns
from fastvec.kernels.reference import glove as reference_glove
from fastvec.kernels.simd import LEVELS, available_levels, level_number
from fastvec.training.glove import GloVe
from fastvec.training.tiles import cut


def compiled_tile(*, start, end, **given):
    return _turns.glove(**given)(start, end)


D = int(os.environ.get("FASTVEC_BENCH_SIZE", "100"))
TRAINER = GloVe(vector_size=D, x_max=10, epochs=5)


@pytest.fixture(scope="module")
def counts(tmp_path_factory):
    """11 million pairs of 30,000 words."""
    if "FASTVEC_BENCH_TEXT" in os.environ:
        path = tmp_path_factory.mktemp("bench") / "text"
        with open(os.environ["FASTVEC_BENCH_TEXT"], "rb") as file:
            path.write_bytes(file.read(20_000_000))
        return fv.count_cooccurrences(fv.Corpus.from_text(path, min_count=5))
    rng, V = np.random.default_rng(1), 30_000
    rows, columns = (V ** rng.random((2, 24_000_000)) - 1).astype(np.int32)  # Zipf's law
    matrix = coo_array((np.ones(len(rows)), (rows, columns)), shape=(V, V)).tocsr()
    return fv.CooccurrenceMatrix(matrix, fv.Vocabulary([f"w{i}" for i in range(V)], np.arange(V)[::-1]))


@pytest.fixture(scope="module")
def tiles(counts):
    row_bytes = TRAINER._new_rows(1, 0, 1).strides[0]
    return cut(counts.to_csr(), row_bytes=row_bytes, values_of=TRAINER._targets, seed=1, threads=1)


def epoch(kernel, tiles, W, C, end=None):
    """Train on all tiles, one after the other, in one call; return the mean cost."""
    log_counts, weights = tiles.values
    cost, pairs = kernel(
        rows=tiles.rows, columns=tiles.columns, log_counts=log_counts, weights=weights, start=0,
        end=len(tiles.rows) if end is None else end, W=W, C=C, learning_rate=TRAINER.learning_rate,
        stop=np.zeros(1, np.uint8),
    )  # fmt: skip
    return cost / pairs


def new_rows(counts):
    return [TRAINER._new_rows(len(counts.vocabulary), which, 1) for which in range(2)]


def report(benchmark, what, pairs):
    speed = pairs / benchmark.stats.stats.min
    benchmark.extra_info.update(what=what, pairs_per_second=speed, D=D)
    print(f"\n{what}: {speed / 1e6:.3g} M non-zeros/s (best), D={D}, {pairs:,} non-zeros, one thread")


def agree(kernel, counts, tiles):
    """Assert that a hundred pairs give what the NumPy reference gives."""
    got, want = new_rows(counts), new_rows(counts)
    cost, want_cost = epoch(kernel, tiles, *got, 100), epoch(reference_glove.glove_tile, tiles, *want, 100)
    assert cost == pytest.approx(want_cost, rel=1e-5)
    assert np.abs(got[0] - want[0]).max() < 1e-5


@pytest.mark.parametrize("level", available_levels())
def test_compiled(benchmark, counts, tiles, level):
    kernel = partial(compiled_tile, level=LEVELS.index(level))
    agree(kernel, counts, tiles)
    benchmark.pedantic(epoch, (kernel, tiles, *new_rows(counts)), rounds=5, warmup_rounds=1)
    report(benchmark, f"one epoch, C, {level}", counts.nnz)


def test_numba(benchmark, counts, tiles):
    agree(numba_tile, counts, tiles)
    benchmark.pedantic(epoch, (numba_tile, tiles, *new_rows(counts)), rounds=5, warmup_rounds=1)
    report(benchmark, "one epoch, Numba", counts.nnz)


def test_numpy_reference(benchmark, counts, tiles):
    pairs = 20_000
    benchmark.pedantic(epoch, (reference_glove.glove_tile, tiles, *new_rows(counts), pairs), rounds=3)
    report(benchmark, "NumPy reference", pairs)


def test_train(benchmark, counts):
    """The whole of train(): tiles, training, vectors. One and two threads alternate, so that noise hits both."""
    seconds = {1: [], 2: []}

    def turns():
        for threads, taken in seconds.items():
            began = perf_counter()
            TRAINER.train(counts, threads=threads)
            taken.append(perf_counter() - began)

    benchmark.pedantic(turns, rounds=5, warmup_rounds=1)
    print(f"\nGloVe.train, {TRAINER.epochs} epochs, D={D}, {counts.nnz:,} non-zeros:")
    for threads, taken in seconds.items():
        speed = counts.nnz * TRAINER.epochs / min(taken)
        benchmark.extra_info[f"pairs_per_second_{threads}"] = speed
        print(f"{speed / 1e6:.3g} M non-zeros/s (best), {threads} thread(s)")
    ratios = [one / two for one, two in zip(*seconds.values(), strict=True)]
    print(f"one thread's time / two threads': {show(spread(ratios))}")
    assert level_number(None) == LEVELS.index(fv.simd_level())
