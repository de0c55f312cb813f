"""GloVe in plain NumPy: the specification, and ``backend="numpy"``. W and C may be float64 here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def glove_tile(
    *,
    # in
    rows: NDArray[np.int32],  # [N]
    columns: NDArray[np.int32],  # [N]
    log_counts: Floats,  # [N], log X
    weights: Floats,  # [N], f(X)
    start: int,
    end: int,
    # written
    W: Floats,  # [V, 2 P]: a row of P numbers, then its P accumulators
    C: Floats,  # [V, 2 P]
    # scalars
    learning_rate: float,
    stop: NDArray[np.uint8],
    level: int = 0,
) -> tuple[float, int]:
    """Train on pairs [start, end), one after the other; return the summed cost and the number of pairs trained.

    A pair costs f(X) (w.c - log X)^2 / 2 and is counted before its own step. AdaGrad is that of GloVe's program:
    a number moves by g / sqrt(G) before G grows by g^2, where g is the rate times the gradient. Both gradients are
    taken at the old rows.
    """
    P = W.shape[1] // 2
    cost = 0.0
    with np.errstate(over="ignore", invalid="ignore"):  # a run that diverges is recognised by its cost
        for k in range(start, end):
            if stop[0]:
                return cost, k - start
            w, c = W[rows[k]], C[columns[k]]
            difference = w[:P] @ c[:P] - log_counts[k]
            weighted = weights[k] * difference
            cost += 0.5 * float(weighted) * float(difference)
            w_step, c_step = learning_rate * weighted * c[:P], learning_rate * weighted * w[:P]
            w[:P] -= w_step / np.sqrt(w[P:])
            c[:P] -= c_step / np.sqrt(c[P:])
            w[P:] += w_step**2
            c[P:] += c_step**2
    return cost, end - start
