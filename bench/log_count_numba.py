"""Log-count's tile in Numba, as a baseline for the compiled one."""

from __future__ import annotations

import numpy as np
from numba import njit, types

PATIENCE = 1024  # pairs between checks of the stop byte
# no nnan or ninf: divergence must show
FASTMATH = {"contract", "reassoc", "nsz", "arcp"}


def _given(dtype: types.Type) -> types.Array:
    return types.Array(dtype, 1, "C", readonly=True)


MATRIX = types.Array(types.float32, 2, "C")
TOTALS = types.Tuple((types.float64, types.int64))
SIGNATURE = TOTALS(
    _given(types.int32), _given(types.int32), _given(types.float32), types.int64, types.int64,
    MATRIX, MATRIX, types.float32, _given(types.uint8),
)  # fmt: skip


@njit(SIGNATURE, nogil=True, cache=True, error_model="numpy", fastmath=FASTMATH)
def _log_count_tile(rows, columns, targets, start, end, W, C, learning_rate, stop):
    cost = 0.0
    for first in range(start, end, PATIENCE):
        if stop[0]:
            return cost, first - start
        for k in range(first, min(first + PATIENCE, end)):
            w, c = W[rows[k]], C[columns[k]]
            dot = np.float32(0)
            for d in range(len(w)):
                dot += w[d] * c[d]
            difference = dot - targets[k]
            cost += 0.5 * np.float64(difference) * np.float64(difference)
            step = learning_rate * difference
            for d in range(len(w)):
                old_w, old_c = w[d], c[d]
                w[d] = old_w - step * old_c
                c[d] = old_c - step * old_w
    return cost, end - start


def log_count_tile(*, rows, columns, targets, start, end, W, C, learning_rate, stop, level=0):
    """Do as fastvec.kernels.reference.log_count.log_count_tile."""
    return _log_count_tile(rows, columns, targets, start, end, W, C, np.float32(learning_rate), stop)
