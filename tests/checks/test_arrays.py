"""Checks of arrays: what passes without a copy, and the words of what does not."""

import numpy as np
import pytest

from fastvec import FormatError, SettingError
from fastvec.checks import arrays


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda: arrays.array_of("x", [[1], [1, 2]], "numbers"), "x: expected numbers, got .*inhomogeneous"),
        (
            lambda: arrays.integers("x", [0.5], np.int32),
            r"whole numbers on one axis, got float64\[1\]",
        ),
        (lambda: arrays.integers("x", [2**31], np.int32), "numbers that fit int32, got 2147483648 to 2147483648"),
        (
            lambda: arrays.matrix("x", [[1, 2]], (2, None)),
            r"float32\[2, any number\], got int64\[1, 2\]",
        ),
        (
            lambda: arrays.matrix("x", [[1e39]], (1, 1)),
            "numbers within the range of float32, got larger",
        ),
        (lambda: arrays.matrix("x", [[], []], (2, None)), "x: expected at least one dimension"),
        (lambda: arrays.ascending("x", [0, 3, 3], 9), "strictly increasing numbers from 0 to 8, got 3 after 3"),
        (lambda: arrays.ascending("x", [0, 3, 9], 9), "from 0 to 8, got 9$"),
        (lambda: arrays.ascending("x", [-1, 3], 9), "from 0 to 8, got -1$"),
    ],
)
def test_what_is_refused(check, message):
    with pytest.raises(SettingError, match=message) as caught:
        check()
    assert caught.value.field == "x"


def test_what_fits_is_not_copied():
    rows, ids = np.ones((3, 2), np.float32), np.arange(3, dtype=np.int32)
    assert np.shares_memory(arrays.matrix("x", rows, (3, None)), rows)
    assert not arrays.matrix("x", rows, (3, 2)).flags.writeable
    assert np.shares_memory(arrays.integers("x", ids, np.int32), ids)
    assert arrays.ascending("x", ids, 3).dtype == np.int32
    assert arrays.ascending("x", np.empty(0, np.int64), 3).shape == (0,)


def test_the_first_row_that_is_not_finite(monkeypatch):
    monkeypatch.setattr(arrays, "ROWS_AT_ONCE", 2)
    rows = np.ones((5, 2), np.float32)
    assert arrays.first_not_finite(rows) is None
    rows[3:, 1] = np.nan, np.inf
    assert arrays.first_not_finite(rows) == 3


def test_ids_and_offsets_in_parts(monkeypatch):
    monkeypatch.setattr(arrays, "CHECKED_AT_ONCE", 2)
    offsets, ids = np.array([0, 1, 3, 2, 5]), np.array([0, 1, 2, 7, -1], np.int32)
    with pytest.raises(FormatError, match="offsets: expected numbers that do not decrease, got 2 after 3 at 3"):
        arrays.check_offsets(offsets, 5, FormatError)
    with pytest.raises(SettingError, match="ids: expected 0 to 2, got 7 at 3"):
        arrays.check_ids(ids, 3, SettingError)
    with pytest.raises(SettingError, match="offsets: expected 0 to 6, got 0 to 5"):
        arrays.check_offset_ends(offsets, 6, SettingError)


@pytest.mark.parametrize("rows", [[], [0], [4095, 4096], [2, 5000, 9999]])
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_rows_that_are_not_finite(rows, wrong):
    matrix = np.ones((10_000, 3), np.float32)
    matrix[rows, 1] = wrong
    assert list(arrays.rows_not_finite(matrix)) == rows
    assert arrays.first_not_finite(matrix) == (rows[0] if rows else None)
    assert list(arrays.rows_not_finite(matrix[:0])) == []
    if rows:
        with pytest.raises(SettingError, match=rf"m: expected finite .* in the row of w{rows[0]}$"):
            arrays.check_finite("m", matrix, "w{}".format)
