"""Products of a query with rows in 8 bits, beside floats: ``pytest bench/test_codes.py --benchmark-only``."""

import numpy as np
import pytest

from fastvec.kernels import _codes
from fastvec.kernels.reference import codes as reference

N, SIZE = 100_000, 320
each_kernel = pytest.mark.parametrize("kernel", [_codes, reference], ids=["compiled", "reference"])


def encoded(kernel, rows):
    codes, scales, errors = np.empty(rows.shape, np.int8), *np.empty((2, len(rows)), np.float32)
    kernel.encode(rows=rows, codes=codes, scales=scales, errors=errors)
    return codes, scales, errors


def dots(kernel, codes, query, products):
    kernel.dots(codes=codes, query=query, products=products)
    return products


@pytest.fixture(scope="module")
def rows():
    return np.random.default_rng(1).normal(size=(N, SIZE)).astype(np.float32)


@each_kernel
def test_encoding(benchmark, rate, rows, kernel):
    found = benchmark.pedantic(encoded, (kernel, rows), rounds=5 if kernel is _codes else 2, warmup_rounds=1)
    for array, expected in zip(found, encoded(reference, rows), strict=True):
        np.testing.assert_allclose(array, expected, rtol=1e-4)
    rate(numbers=rows.size)


@each_kernel
def test_products(benchmark, rate, kernel):
    draw = np.random.default_rng(2)
    codes = draw.integers(-127, 128, (N, SIZE)).astype(np.int8)
    query = draw.integers(-2047, 2048, SIZE).astype(np.int16)
    arguments = (kernel, codes, query, np.empty(N, np.int32))
    found = benchmark.pedantic(dots, arguments, rounds=50 if kernel is _codes else 3, warmup_rounds=1)
    assert (found == dots(reference, codes, query, np.empty(N, np.int32))).all()
    rate(numbers=codes.size)


def test_products_of_floats_by_blas(benchmark, rate, rows):
    query = np.random.default_rng(2).normal(size=SIZE).astype(np.float32)
    found = benchmark.pedantic(np.matmul, (rows, query), rounds=50, warmup_rounds=1)
    assert len(found) == N
    rate(numbers=rows.size)
