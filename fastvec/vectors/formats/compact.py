"""Matrices in fewer bytes: half precision, and whole numbers of 8 bits with a scale for each row."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import SettingError

DType = Literal["float32", "float16", "int8"]
ROWS = 4096  # at a time: 5 MB with 300 dimensions


def float16(name: str, matrix: NDArray[np.float32]) -> NDArray[np.float16]:
    """Return a matrix in half precision: 11 bits of each number, which must be below 65,520.

    Raises
    ------
    SettingError
        If a number is too large.

    Examples
    --------
    >>> float16("vectors", np.array([[0.1, 1000.1]], np.float32)).tolist()
    [[0.0999755859375, 1000.0]]
    """
    with np.errstate(over="ignore", under="ignore"):
        half: NDArray[np.float16] = matrix.astype(np.float16)
    for start in range(0, len(half), ROWS):
        if not np.isfinite(half[start : start + ROWS]).all():
            largest = float(np.abs(matrix[start : start + ROWS]).max())
            expected, hint = "numbers up to 65504, for float16", "save float32, or scaled vectors"
            raise SettingError(field=name, expected=expected, got=matrix, shown=f"{largest:.6g}", hint=hint)
    return half


def int8(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return whole numbers from -127 to 127, int8[V, D], and scales, float32[V].

    Row i is about ``codes[i] * scales[i]``. The scale is the row's largest absolute value over 127, so no number
    is wrong by more than half a scale.

    Examples
    --------
    >>> codes, scales = int8(np.array([[0.5, -1.27], [0, 0]], np.float32))
    >>> codes.tolist(), scales.round(3).tolist()
    ([[50, -127], [0, 0]], [0.009999999776482582, 0.0])
    """
    codes = np.empty(matrix.shape, np.int8)
    scales = np.empty(len(matrix), np.float32)
    for start in range(0, len(matrix), ROWS):
        rows = matrix[start : start + ROWS].astype(np.float64)
        scale = (np.abs(rows).max(axis=1) / 127).astype(np.float32)
        divisor = np.where(scale == 0, 1, scale).astype(np.float64)
        codes[start : start + ROWS] = np.clip(np.rint(rows / divisor[:, None]), -127, 127)
        scales[start : start + ROWS] = scale
    return codes, scales


def expanded(matrix: NDArray[Any], scales: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
    """Return float32[V, D] of a matrix in any of these forms; float32 is not copied.

    Examples
    --------
    >>> expanded(np.array([[50, -127]], np.int8), np.array([0.01], np.float32)).tolist()
    [[0.5, -1.2699999809265137]]
    """
    if scales is None and matrix.dtype == np.float32:
        return matrix
    wide = np.empty(matrix.shape, np.float32)
    for start in range(0, len(matrix), ROWS):
        part = slice(start, start + ROWS)
        with np.errstate(invalid="ignore", over="ignore"):  # of a damaged file
            wide[part] = matrix[part] if scales is None else matrix[part] * scales[part, None]
    return wide
