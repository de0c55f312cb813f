"""Rows in 8 bits: codes, scales, errors and products against float64 and whole numbers of Python."""

import numpy as np
import pytest

from fastvec.kernels import _codes
from fastvec.kernels.reference import codes as reference
from tests.sizes import EDGE_SIZES


def encoded(rows, kernel=_codes):
    codes = np.full(rows.shape, 99, np.int8)
    scales, errors = np.full((2, len(rows)), 99, np.float32)
    kernel.encode(rows=rows, codes=codes, scales=scales, errors=errors)
    return codes, scales, errors


@pytest.mark.parametrize("size", EDGE_SIZES)
def test_codes_are_the_nearest_whole_numbers(size):
    rows = np.random.default_rng(size).normal(size=(20, size)).astype(np.float32)
    codes, scales, errors = encoded(rows)
    np.testing.assert_allclose(scales, np.abs(rows).max(axis=1) / 127, rtol=1e-6)
    left = rows.astype(np.float64) - scales.astype(np.float64)[:, None] * codes
    assert (np.abs(left) <= scales[:, None] * 0.5001).all()
    lengths = np.linalg.norm(left, axis=1)
    np.testing.assert_allclose(errors, lengths, rtol=1e-4, atol=1e-7)
    assert (errors >= lengths - 1e-7).all()


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ([0, 0, 0], 0),
        ([np.nan, 1, 2], np.inf),
        ([1, 2, np.inf], np.inf),
        ([-np.inf, 0, 0], np.inf),
        ([3e-45, 0, -4e-43], np.sqrt(3e-45**2 + 4e-43**2)),
        ([1e-31, 0, 0], 1e-31),
    ],
)
def test_rows_that_have_no_codes(row, error):
    codes, scales, errors = encoded(np.array([row], np.float32))
    assert not codes.any()
    assert scales == 0
    assert errors[0] == pytest.approx(error, rel=1e-2)


def test_the_largest_numbers():
    rows = np.array([[3.4e38, -3.4e38, 1e38]], np.float32)
    codes, _, errors = encoded(rows)
    assert codes.tolist() == [[127, -127, 37]]
    assert np.isfinite(errors).all()


@pytest.mark.parametrize("size", [*EDGE_SIZES, 8192])
def test_products_are_exact(size):
    draw = np.random.default_rng(size)
    codes = draw.integers(-127, 128, (11, size)).astype(np.int8)
    query = draw.integers(-2047, 2048, size).astype(np.int16)
    codes[0], query[:] = 127, 2047  # the greatest sum
    for kernel in (_codes, reference):
        products = np.empty(11, np.int32)
        kernel.dots(codes=codes, query=query, products=products)
        assert products.tolist() == (codes.astype(np.int64) @ query.astype(np.int64)).tolist()


@pytest.mark.parametrize("size", EDGE_SIZES)
def test_the_reference_is_the_same(size):
    draw = np.random.default_rng(size)
    rows = draw.normal(size=(40, size)) * 10.0 ** draw.integers(-34, 30, (40, 1))
    rows[[3, 11]] = 0
    rows[5, size // 2], rows[7, 0], rows[13, -1] = np.nan, np.inf, -np.inf
    rows = rows.astype(np.float32)
    (codes, scales, errors), (others, other_scales, other_errors) = encoded(rows), encoded(rows, reference)
    np.testing.assert_array_equal(codes, others)
    np.testing.assert_array_equal(scales, other_scales)
    lengths = np.maximum(np.linalg.norm(np.nan_to_num(rows, posinf=0, neginf=0).astype(float), axis=1), 1e-37)
    # the kernel takes differences in float32, which have errors of 1e-7 of the row
    np.testing.assert_allclose(errors / lengths, other_errors / lengths, rtol=1e-4, atol=2e-7)


def test_nothing():
    _codes.dots(codes=np.empty((0, 3), np.int8), query=np.zeros(3, np.int16), products=np.empty(0, np.int32))
    assert len(encoded(np.empty((0, 3), np.float32))[0]) == 0


@pytest.mark.parametrize("name", ["codes", "scales", "errors"])
def test_encode_checks_lengths(name):
    arrays = {
        "codes": np.empty((4, 3), np.int8),
        "scales": np.empty(4, np.float32),
        "errors": np.empty(4, np.float32),
    }
    arrays[name] = arrays[name][:3]
    with pytest.raises(ValueError, match="expected one length"):
        _codes.encode(rows=np.zeros((4, 3), np.float32), **arrays)


@pytest.mark.parametrize(("size", "length"), [(2, 4), (3, 5)])
def test_dots_checks_lengths(size, length):
    with pytest.raises(ValueError, match="expected one size"):
        _codes.dots(
            codes=np.zeros((4, 3), np.int8), query=np.zeros(size, np.int16), products=np.empty(length, np.int32)
        )
