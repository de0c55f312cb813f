"""What the Numba kernels share: how they are compiled, and the types of their arrays."""

from __future__ import annotations

from functools import partial
from typing import Any

from numba import njit, types

compiled: Any = partial(njit, nogil=True, cache=True, error_model="numpy")


def array_types(dtype: types.Type, ndim: int = 1) -> tuple[types.Array, types.Array]:
    """Return the types of a contiguous array that a kernel reads, and of one that it writes."""
    return types.Array(dtype, ndim, "C", readonly=True), types.Array(dtype, ndim, "C")


INT32_IN, INT32_OUT = array_types(types.int32)
INT64_IN, INT64_OUT = array_types(types.int64)
UINT64_IN, UINT64_OUT = array_types(types.uint64)
UINT8_IN, UINT8_OUT = array_types(types.uint8)
