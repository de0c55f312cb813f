"""Checks of arrays that a user or a file gave: the array as it is needed, or an error that names it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from fastvec.errors import FormatError, SettingError

CHECKED_AT_ONCE = 1 << 18  # 1 MiB of ids: still in the cache for the maximum, after the minimum
ROWS_AT_ONCE = 4096

Kind = type[SettingError] | type[FormatError]


def array_of(name: str, values: ArrayLike, expected: str) -> NDArray[Any]:
    """Return ``np.asarray(values)``; rows of unequal lengths raise a SettingError."""
    try:
        return np.asarray(values)
    except ValueError as error:
        raise SettingError(field=name, expected=expected, got=values, shown=str(error)) from None


def integers(name: str, values: ArrayLike, dtype: DTypeLike) -> NDArray[Any]:
    """Return a native contiguous array of ``dtype``; it is copied only if it is not one already.

    Raises
    ------
    SettingError
        If the values are not whole numbers on one axis, or out of the range of ``dtype``.
    """
    wanted = np.dtype(dtype)
    found = array_of(name, values, "whole numbers on one axis")
    if found.size == 0 and found.ndim == 1:
        return np.empty(0, wanted)
    if found.ndim != 1 or found.dtype.kind not in "iu":
        raise SettingError(field=name, expected="whole numbers on one axis", got=found)
    if not np.can_cast(found.dtype, wanted):
        limits = np.iinfo(wanted)
        least, greatest = int(found.min()), int(found.max())
        if least < limits.min or greatest > limits.max:
            expected, shown = f"numbers that fit {wanted.name}", f"{least} to {greatest}"
            raise SettingError(field=name, expected=expected, got=found, shown=shown)
    return np.require(found, wanted, ["C", "A"])


def real_array(
    name: str, values: ArrayLike, dtype: type, shape: tuple[int | None, ...], kinds: str = "fiu"
) -> NDArray[Any]:
    """Return the values as a read-only, aligned, C-contiguous array, copied only if they are not one already.

    Parameters
    ----------
    name : str
        The argument, for messages.
    values : array
    dtype : type
    shape : tuple
        None stands for any length.
    kinds : str
        The kinds of dtype that are accepted.
    """
    lengths = ", ".join("any number" if n is None else str(n) for n in shape)
    expected = f"{dtype.__name__}[{lengths}]"
    array = array_of(name, values, expected)
    fits = array.ndim == len(shape) and all(n in (None, m) for n, m in zip(shape, array.shape, strict=True))
    if array.dtype.kind not in kinds or not fits:
        raise SettingError(field=name, expected=expected, got=array)
    try:
        with np.errstate(over="raise"):
            array = np.require(array, dtype, ["C", "ALIGNED", "ENSUREARRAY"]).view()
    except FloatingPointError as error:
        expected = f"numbers within the range of {dtype.__name__}"
        raise SettingError(field=name, expected=expected, got=array, shown="larger ones") from error
    array.flags.writeable = False
    return array


def matrix(name: str, values: ArrayLike, shape: tuple[int | None, int | None]) -> NDArray[np.float32]:
    """Return a read-only float32 matrix of this shape, with at least one column; see :func:`real_array`."""
    checked: NDArray[np.float32] = real_array(name, values, np.float32, shape)
    if checked.shape[1] == 0:
        raise SettingError(field=name, expected="at least one dimension", got=checked)
    return checked


def ascending(name: str, values: ArrayLike, n: int) -> NDArray[np.int32]:
    """Return read-only int32[any number]: strictly increasing numbers from 0 to n - 1.

    >>> ascending("buckets", [1, 4, 3], 5)
    Traceback (most recent call last):
    ...
    fastvec.errors.SettingError: buckets: expected strictly increasing numbers from 0 to 4, got 3 after 4
    """
    found = real_array(name, values, np.int64, (None,), "iu")
    wrong = np.flatnonzero((found < 0) | (found >= n) | (np.diff(found, prepend=-1) <= 0))
    if len(wrong):
        i = wrong[0]
        shown = f"{found[i]} after {found[i - 1]}" if i and 0 <= found[i] < n else str(found[i])
        expected = f"strictly increasing numbers from 0 to {n - 1}"
        raise SettingError(field=name, expected=expected, got=found, shown=shown)
    return real_array(name, found, np.int32, (None,), "i")


def rows_not_finite(matrix: NDArray[Any]) -> Iterator[int]:
    """Yield the number of each row with NaN or infinity in it."""
    for start in range(0, len(matrix), ROWS_AT_ONCE):
        block = matrix[start : start + ROWS_AT_ONCE]
        with np.errstate(invalid="ignore"):  # of signalling NaNs, in damaged files
            # the greatest and the least show NaN and infinity, in half the time of looking at each number
            if block.size and np.isfinite(block.max()) and np.isfinite(block.min()):
                continue
            yield from (start + np.flatnonzero(~np.isfinite(block).all(axis=1))).tolist()


def first_not_finite(matrix: NDArray[Any]) -> int | None:
    """Return the number of the first row with NaN or infinity in it, None if there is none."""
    return next(rows_not_finite(matrix), None)


def check_finite(field: str, matrix: NDArray[Any], owner: Callable[[int], str]) -> None:
    """Refuse a matrix with NaN or infinity in a row; ``owner`` returns whose row it is."""
    row = first_not_finite(matrix)
    if row is not None:
        shown = f"nan or inf in the row of {owner(row):.80}"
        raise SettingError(field=field, expected="finite numbers", shown=shown)


def check_offset_ends(offsets: NDArray[np.int64], n_ids: int, kind: Kind) -> None:
    """Refuse offsets that do not begin at 0 and end at the number of ids."""
    if len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != n_ids:
        shown = "none" if len(offsets) == 0 else f"{offsets[0]} to {offsets[-1]}"
        raise kind(field="offsets", expected=f"0 to {n_ids}", got=offsets, shown=shown)


def check_offsets(offsets: NDArray[np.int64], n_ids: int, kind: Kind) -> None:
    """Refuse offsets that do not begin at 0 and end at the number of ids, or that decrease somewhere."""
    check_offset_ends(offsets, n_ids, kind)
    for start in range(0, len(offsets) - 1, CHECKED_AT_ONCE):
        part = offsets[start : start + CHECKED_AT_ONCE + 1]
        decreases = np.flatnonzero(part[1:] < part[:-1])
        if len(decreases):
            at = int(decreases[0])
            shown = f"{part[at + 1]} after {part[at]} at {start + at + 1}"
            raise kind(field="offsets", expected="numbers that do not decrease", got=offsets, shown=shown)


def check_ids(ids: NDArray[np.int32], n_words: int, kind: Kind, name: str = "ids") -> None:
    """Refuse ids that are not in 0 .. n_words - 1."""
    for start in range(0, len(ids), CHECKED_AT_ONCE):
        part = ids[start : start + CHECKED_AT_ONCE]
        least, greatest = int(part.min()), int(part.max())
        if least < 0 or greatest >= n_words:
            wrong = least if least < 0 else greatest
            at = start + int(np.flatnonzero(part == wrong)[0])
            raise kind(field=name, expected=f"0 to {n_words - 1}", got=wrong, shown=f"{wrong} at {at}")
