"""What slices in one superstep must compute, in float64 and plain loops. Imports nothing from fastvec."""

from __future__ import annotations

import numpy as np


def superstep(slices, W_in, W_out, damping, frozen=False):  # type: ignore[no-untyped-def]
    """Train slices on copies of W_in and W_out, then merge their changes into both; return the summed loss.

    A slice is (train, learning rate); ``train(matrices, uses)`` trains on two matrices, counts the uses of rows in
    two lists and returns the loss.
    """
    total, trained = 0.0, []
    for train, rate in slices:
        matrices, uses = (W_in.copy(), W_out.copy()), ([0] * len(W_in), [0] * len(W_out))
        total += train(matrices, uses)
        trained.append((matrices, uses, rate))
    for side, W in enumerate((W_in, W_out)):
        for row in range(0 if side and frozen else len(W)):
            changes, x = [], 0.0
            for matrices, uses, rate in trained:
                if uses[side][row]:
                    changes.append(matrices[side][row] - W[row])
                    x += damping[side] * rate * uses[side][row]
            if changes:
                change = (1 + x / len(changes)) / (1 + x) * np.sum(changes, axis=0)
                most = 2 * max(np.linalg.norm(one) for one in changes)
                W[row] += change * min(1, most / max(np.linalg.norm(change), 1e-300))
    return total
