"""Checks of ids and offsets that a user or a file gives."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from fastvec.errors import FormatError, SettingError

CHECKED_AT_ONCE = 1 << 18  # 1 MiB of ids, still in cache when the greatest is looked for after the least

Kind = type[SettingError] | type[FormatError]


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Return a view of the array that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view


def array_of(name: str, values: ArrayLike, expected: str) -> NDArray[Any]:
    """Return ``np.asarray(values)``; raise SettingError if its rows differ in length."""
    try:
        return np.asarray(values)
    except ValueError as error:
        raise SettingError(field=name, expected=expected, got="rows of different lengths") from error


def integers(name: str, values: ArrayLike, dtype: DTypeLike) -> NDArray[Any]:
    """Return a native contiguous array of ``dtype``, copied only if needed.

    Raises
    ------
    SettingError
        If the values are not whole numbers on one axis, or are out of the range of ``dtype``.
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
            came = f"{least} to {greatest}"
            raise SettingError(field=name, expected=f"numbers that fit {wanted.name}", shown=came)
    return np.require(found, wanted, ["C", "A"])


def check_offset_ends(offsets: NDArray[np.int64], n_ids: int, kind: Kind) -> None:
    """Raise if the offsets do not begin at 0 and end at the number of ids."""
    if len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != n_ids:
        found = "none" if len(offsets) == 0 else f"{offsets[0]} to {offsets[-1]}"
        raise kind(field="offsets", expected=f"0 to {n_ids}", shown=found)


def check_offsets(offsets: NDArray[np.int64], n_ids: int, kind: Kind) -> None:
    """Raise if the offsets do not go from 0 to the number of ids, or decrease somewhere."""
    check_offset_ends(offsets, n_ids, kind)
    for start in range(0, len(offsets) - 1, CHECKED_AT_ONCE):
        part = offsets[start : start + CHECKED_AT_ONCE + 1]
        descents = np.flatnonzero(part[1:] < part[:-1])
        if len(descents):
            at = start + int(descents[0])
            came = f"{offsets[at + 1]} after {offsets[at]}, at {at}"
            raise kind(field="offsets", expected="numbers that never decrease", shown=came)


def check_ids(ids: NDArray[np.int32], n_words: int, kind: Kind, name: str = "ids") -> None:
    """Raise if an id is not in 0 .. n_words - 1."""
    for start in range(0, len(ids), CHECKED_AT_ONCE):
        part = ids[start : start + CHECKED_AT_ONCE]
        least, greatest = int(part.min()), int(part.max())
        if least < 0 or greatest >= n_words:
            wrong = least if least < 0 else greatest
            at = start + int(np.flatnonzero(part == wrong)[0])
            raise kind(field=name, expected=f"0 to {n_words - 1}", got=wrong, shown=f"{wrong} at {at}")
