"""The SGNS kernel in Numba, as a baseline for the compiled one.

Nearly the same algorithm (negatives shared by a window, gradients from the old rows, the same draws, the same
polynomial for the sigmoid), written as usual in Numba: plain loops over float32, which LLVM vectorises for this
machine. It has no held rows, no prefetching and no register blocks. Its arguments are those of the others.
"""

import math

import numpy as np
from numba import njit, types, uint64

POWERS = np.float32(2) ** -np.arange(127, dtype=np.float32)  # float32[127]
READ = {"ndim": 1, "layout": "C", "readonly": True}
SIGNATURE = types.Tuple((types.float64, types.int64, types.int64, types.int64))(
    types.Array(types.int32, **READ), types.Array(types.int64, **READ), types.int64, types.int64, types.int64,
    types.Array(types.uint32, **READ), types.Array(types.uint64, **READ),
    types.float32[:, ::1], types.float32[:, ::1],
    types.int64, types.int64, types.float32, types.uint64, types.uint64, types.uint64,
)  # fmt: skip


@njit(inline="always")
def draw(stream, k):
    z = stream + (uint64(k) + uint64(1)) * uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> uint64(27))) * uint64(0x94D049BB133111EB)
    return z ^ (z >> uint64(31))


@njit(inline="always")
def exp(x):
    """Return e^x for x <= 0 in float32: 2^(n + f), as in csrc/vec.h."""
    scaled = max(np.float32(-126), x * np.float32(1.44269504))
    n = int(scaled - np.float32(0.5))  # to the nearest
    f = scaled - np.float32(n)
    p = np.float32(1.3276471518e-03) * f + np.float32(9.6755413306e-03)
    p = p * f + np.float32(5.5507132750e-02)
    p = p * f + np.float32(2.4022119724e-01)
    p = p * f + np.float32(6.9314696706e-01)
    p = p * f + np.float32(1.0000000717)
    return p * POWERS[-n]


@njit(
    SIGNATURE, nogil=True, cache=True, error_model="numpy", fastmath={"contract", "reassoc", "nsz", "arcp", "afn"}
)
def train(ids, offsets, sentence, start, end, keep, negatives, W_in, W_out, window, negative, learning_rate,
          keep_stream, width_stream, negative_stream):  # fmt: skip
    words, stride = W_in.shape
    kept = np.empty(end - start, np.int32)
    inputs, outputs = np.empty(2 * window, np.int64), np.empty(negative + 1, np.int64)
    gradients = np.empty((2 * window, negative + 1), np.float32)
    delta = np.empty((2 * window, stride), np.float32)
    loss, pairs, trained, drawn, position = 0.0, 0, 0, 0, start
    while position < end:
        stop = min(offsets[sentence + 1], end)
        n = 0
        for p in range(position, stop):
            kept[n] = ids[p]
            n += (draw(keep_stream, p - start) >> uint64(32)) <= keep[ids[p]]
        for t in range(n):
            width = 1 + (((draw(width_stream, trained + t) >> uint64(32)) * uint64(window)) >> uint64(32))
            X, Y, centre = 0, 1, kept[t]
            for c in range(max(0, t - width), min(n, t + width + 1)):
                if c != t:
                    inputs[X] = kept[c]
                    X += 1
            outputs[0] = centre
            for _ in range(negative):
                z = draw(negative_stream, drawn)
                drawn += 1
                slot = ((z >> uint64(32)) * uint64(words)) >> uint64(32)
                entry = negatives[slot]
                low = uint64(0xFFFFFFFF)
                word = slot if (z & low) < (entry & low) else entry >> uint64(32)
                if word != centre:
                    outputs[Y] = word
                    Y += 1
            pairs += X
            product = 1.0
            for i in range(X):
                x = W_in[inputs[i]]
                for j in range(Y):
                    y = W_out[outputs[j]]
                    dot = np.float32(0)
                    for d in range(stride):
                        dot += x[d] * y[d]
                    s = dot if j == 0 else -dot
                    e = exp(-abs(s))
                    loss += max(np.float32(0), -s)
                    product *= np.float32(1) + e
                    miss = (e if s > 0 else np.float32(1)) / (np.float32(1) + e)
                    gradients[i, j] = learning_rate * (miss if j == 0 else -miss)
            loss += math.log(product)  # at most 2^(2 window (K + 1)): fits a double for windows up to 80
            for i in range(X):
                change = delta[i]
                change[:] = 0
                for j in range(Y):
                    g, y = gradients[i, j], W_out[outputs[j]]
                    for d in range(stride):
                        change[d] += g * y[d]
            for j in range(Y):
                y = W_out[outputs[j]]
                for i in range(X):
                    g, x = gradients[i, j], W_in[inputs[i]]
                    for d in range(stride):
                        y[d] += g * x[d]
            for i in range(X):
                x, change = W_in[inputs[i]], delta[i]
                for d in range(stride):
                    x[d] += change[d]
        trained += n
        position = stop
        sentence += 1
    return loss, pairs, trained, position - start


def sgns_slice(*, ids, offsets, places, keep, negatives, W_in, W_out, window, negative, shrink_windows,
               share_negatives, learning_rate, negative_stream, stop, level=0):  # fmt: skip
    """Train a slice as the other kernels do; only with one place, shrinking windows and shared negatives."""
    assert shrink_windows
    assert share_negatives
    [(start, end, sentence, keep_stream, width_stream)] = places
    streams = map(np.uint64, (keep_stream, width_stream, negative_stream))
    return train(ids, offsets, sentence, start, end, keep, negatives, W_in, W_out, window, negative, learning_rate,
                 *streams)  # fmt: skip
