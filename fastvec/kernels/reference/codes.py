"""Rows as whole numbers of 8 bits in NumPy: the specification of `_codes.pyx`, with the same signatures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEAST = 1e-30  # a row of smaller numbers has codes of 0
UP = 1 + 1e-6  # an error is rounded up


def encode(
    *,
    rows: NDArray[np.float32],
    # written
    codes: NDArray[np.int8],
    scales: NDArray[np.float32],
    errors: NDArray[np.float32],
) -> None:
    """Write for each row the codes and the scale such that scale * codes is nearest to it, and its distance."""
    finite: NDArray[np.bool_] = np.asarray(np.isfinite(rows).all(axis=1))
    sound = np.where(finite[:, None], rows, np.float32(0))
    greatest = np.abs(sound).max(axis=1, initial=0)
    scales[:] = np.where(greatest > LEAST, greatest / np.float32(127), 0)
    codes[:] = np.rint(sound / np.where(scales > 0, scales, np.float32(np.inf))[:, None])
    left = sound.astype(np.float64) - scales.astype(np.float64)[:, None] * codes
    errors[:] = np.where(finite, np.sqrt((left * left).sum(axis=1)) * UP, np.inf)


def dots(
    *,
    codes: NDArray[np.int8],
    query: NDArray[np.int16],
    # written
    products: NDArray[np.int32],
) -> None:
    """Write the dot product of each row of codes with the query; the sums must fit in 32 bits."""
    products[:] = codes.astype(np.int32) @ query.astype(np.int32)
