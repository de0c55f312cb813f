"""Ids and offsets that a user or a file gave: right, or a clear error."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from fastvec.errors import FormatError, SettingError

CHECKED_AT_ONCE = 1 << 18  # 1 MiB of ids, still in cache when the greatest is looked for after the least

Kind = type[SettingError] | type[FormatError]


def array_of(name: str, values: ArrayLike, expected: str) -> NDArray[Any]:
    """``np.asarray``, but rows of unequal lengths are a SettingError."""
    try:
        return np.asarray(values)
    except ValueError as error:
        raise SettingError(f"{name}: expected {expected}: {error}", field=name, expected=expected) from None


def integers(name: str, values: ArrayLike, dtype: DTypeLike) -> NDArray[Any]:
    """A native contiguous array of ``dtype``; copied only where it has to be.

    Raises
    ------
    SettingError
        Not whole numbers on one axis, or out of the range of ``dtype``.
    """
    wanted = np.dtype(dtype)
    found = array_of(name, values, "whole numbers on one axis")
    if found.size == 0 and found.ndim == 1:
        return np.empty(0, wanted)
    if found.ndim != 1 or found.dtype.kind not in "iu":
        came = f"{found.dtype}{list(found.shape)}"
        raise SettingError(
            f"{name}: expected whole numbers on one axis, got {came}",
            field=name,
            expected=wanted.name,
            got=came,
        )
    if not np.can_cast(found.dtype, wanted):
        limits = np.iinfo(wanted)
        least, greatest = int(found.min()), int(found.max())
        if least < limits.min or greatest > limits.max:
            raise SettingError(
                f"{name}: expected numbers that fit {wanted.name}, got {least} to {greatest}",
                field=name, expected=wanted.name, got=(least, greatest),
            )  # fmt: skip
    return np.require(found, wanted, ["C", "A"])


def check_offset_ends(offsets: NDArray[np.int64], n_ids: int, kind: Kind) -> None:
    """Refuse offsets that do not begin at 0 and end at the number of ids."""
    if len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != n_ids:
        found = "none" if len(offsets) == 0 else f"{offsets[0]} to {offsets[-1]}"
        raise kind(f"offsets: expected 0 to {n_ids}, got {found}", field="offsets", expected=(0, n_ids), got=found)


def check_offsets(offsets: NDArray[np.int64], n_ids: int, kind: Kind) -> None:
    """Refuse offsets that do not lead from 0 to the number of ids, or that descend somewhere."""
    check_offset_ends(offsets, n_ids, kind)
    for start in range(0, len(offsets) - 1, CHECKED_AT_ONCE):
        part = offsets[start : start + CHECKED_AT_ONCE + 1]
        descents = np.flatnonzero(part[1:] < part[:-1])
        if len(descents):
            at = start + int(descents[0])
            raise kind(
                f"offsets: expected no descent, got {offsets[at]} before {offsets[at + 1]} at {at}",
                field="offsets", expected="ascending", got=at,
            )  # fmt: skip


def check_ids(ids: NDArray[np.int32], n_words: int, kind: Kind, name: str = "ids") -> None:
    """Refuse ids that are not in 0 .. n_words - 1."""
    for start in range(0, len(ids), CHECKED_AT_ONCE):
        part = ids[start : start + CHECKED_AT_ONCE]
        least, greatest = int(part.min()), int(part.max())
        if least < 0 or greatest >= n_words:
            wrong = least if least < 0 else greatest
            at = start + int(np.flatnonzero(part == wrong)[0])
            raise kind(
                f"{name}: expected 0 to {n_words - 1}, got {wrong} at {at}",
                field=name, expected=(0, n_words - 1), got=wrong,
            )  # fmt: skip
