"""Log-count factorisation, compiled, in Numba, NumPy and plain Python; on 111 words, 16 dimensions, as in courses.

``pytest bench/test_log_count.py --benchmark-only -s``
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from log_count_numba import log_count_tile as numba_tile

import fastvec as fv
from fastvec.kernels import _turns
from fastvec.kernels.reference.log_count import log_count_tile as numpy_tile
from fastvec.kernels.simd import level_number

V, D, PAIRS, RATE = 111, 16, 3_000, 0.05


def compiled(*, start, end, **given):
    """Return one epoch of the compiled kernel, which keeps its arrays."""
    kernel = _turns.log_count(**given, level=level_number(None))
    return lambda: kernel(start, end)


def python_tile(*, rows, columns, targets, start, end, W, C, learning_rate, stop):
    """Train with lists and a loop."""
    cost = 0.0
    for row, column, target in zip(rows[start:end], columns[start:end], targets[start:end], strict=True):
        w, c = W[row], C[column]
        difference = sum(a * b for a, b in zip(w, c, strict=True)) - target
        cost += 0.5 * difference**2
        step = learning_rate * difference
        W[row] = [a - step * b for a, b in zip(w, c, strict=True)]
        C[column] = [b - step * a for a, b in zip(w, c, strict=True)]
    return cost, end - start


def problem(as_lists=False):
    rng = np.random.default_rng(1)
    rows, columns = rng.integers(0, V, (2, PAIRS)).astype(np.int32)
    targets = np.log1p(rng.integers(1, 9, PAIRS)).astype(np.float32)
    W, C = rng.normal(0, 0.5 / np.sqrt(D), (2, V, D)).astype(np.float32)
    arrays = [array.tolist() if as_lists else array for array in (rows, columns, targets, W, C)]
    rows, columns, targets, W, C = arrays
    return {
        "rows": rows, "columns": columns, "targets": targets, "start": 0, "end": PAIRS, "W": W, "C": C,
        "learning_rate": np.float32(RATE), "stop": np.zeros(1, np.uint8),
    }  # fmt: skip


KERNELS = {
    "C": (None, 100),
    "Numba": (numba_tile, 100),
    "NumPy reference": (numpy_tile, 2),
    "plain Python": (python_tile, 2),
}


@pytest.mark.parametrize("name", KERNELS)
def test_one_epoch(benchmark, name):
    kernel, iterations = KERNELS[name]
    epoch = partial(kernel, **problem(name == "plain Python")) if kernel else compiled(**problem())
    assert epoch()[0] == pytest.approx(numpy_tile(**problem())[0], rel=1e-4)
    benchmark.pedantic(epoch, rounds=7, iterations=iterations, warmup_rounds=1)
    speed = PAIRS / benchmark.stats.stats.min
    benchmark.extra_info.update(pairs_per_second=speed)
    print(f"\n{name}: {speed / 1e6:.3g} M non-zeros/s (best), {V} words, D={D}, one thread")


def test_train(benchmark):
    """The whole of train(), 300 epochs."""
    rows, columns, targets = (problem()[name] for name in ("rows", "columns", "targets"))
    from scipy.sparse import coo_array

    matrix = coo_array((np.expm1(targets), (rows, columns)), shape=(V, V)).tocsr()
    counts = fv.CooccurrenceMatrix(matrix, fv.Vocabulary([f"w{i}" for i in range(V)], np.arange(V)[::-1]))
    trainer = fv.LogCountFactorization()
    vectors = benchmark.pedantic(trainer.train, (counts,), rounds=7, warmup_rounds=1)
    assert vectors.history["cost"][-1] < vectors.history["cost"][0]
    seconds = benchmark.stats.stats.min
    print(f"\ntrain: {seconds * 1e3:.1f} ms, {counts.nnz * trainer.epochs / seconds / 1e6:.3g} M non-zeros/s")
