"""GloVe's tile in Numba, as a baseline: the compiled one must be at least 1.3 times as fast."""

from __future__ import annotations

import numpy as np
from numba import njit, types

FASTMATH = {"contract", "reassoc", "nsz", "arcp"}


def _given(dtype):
    return types.Array(dtype, 1, "C", readonly=True)


MATRIX = types.Array(types.float32, 2, "C")
SIGNATURE = types.float64(
    _given(types.int32), _given(types.int32), _given(types.float32), _given(types.float32), types.int64,
    types.int64, MATRIX, MATRIX, types.float32,
)  # fmt: skip


@njit(SIGNATURE, nogil=True, cache=True, error_model="numpy", fastmath=FASTMATH)
def _glove_tile(rows, columns, log_counts, weights, start, end, W, C, learning_rate):
    cost = 0.0
    P = W.shape[1] // 2
    for k in range(start, end):
        w, c = W[rows[k]], C[columns[k]]
        dot = np.float32(0)
        for d in range(P):
            dot += w[d] * c[d]
        difference = dot - log_counts[k]
        weighted = weights[k] * difference
        cost += 0.5 * np.float64(weighted) * np.float64(difference)
        rate = learning_rate * weighted
        for d in range(P):
            w_step, c_step = rate * c[d], rate * w[d]
            w[d] -= w_step / np.sqrt(w[P + d])
            c[d] -= c_step / np.sqrt(c[P + d])
            w[P + d] += w_step * w_step
            c[P + d] += c_step * c_step
    return cost


def glove_tile(*, rows, columns, log_counts, weights, start, end, W, C, learning_rate, stop, level=0):
    """Do as fastvec.kernels.reference.glove.glove_tile, but ignore the stop byte."""
    rate = np.float32(learning_rate)
    return _glove_tile(rows, columns, log_counts, weights, start, end, W, C, rate), end - start
