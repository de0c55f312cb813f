"""Log-count factorisation in plain NumPy: the specification, and ``backend="numpy"``.

W and C may be float64 here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def log_count_tile(
    *,
    # in
    rows: NDArray[np.int32],  # [N]
    columns: NDArray[np.int32],  # [N]
    targets: Floats,  # [N], log(1 + count)
    start: int,
    end: int,
    # written
    W: Floats,  # [V, P]
    C: Floats,  # [V, P]
    # scalars
    learning_rate: float,
    stop: NDArray[np.uint8],
    level: int = 0,
) -> tuple[float, int]:
    """Train on pairs [start, end), one after the other; return the summed cost and the number of pairs trained.

    A pair costs (w.c - target)^2 / 2 and is counted before its own step of stochastic gradient descent. Both
    gradients are taken at the old rows.
    """
    cost = 0.0
    with np.errstate(over="ignore", invalid="ignore"):  # a run that diverges is recognised by its cost
        for k in range(start, end):
            if stop[0]:
                return cost, k - start
            w, c = W[rows[k]], C[columns[k]]
            difference = w @ c - targets[k]
            cost += 0.5 * float(difference) ** 2
            w_step, c_step = learning_rate * difference * c, learning_rate * difference * w
            w -= w_step
            c -= c_step
    return cost, end - start
