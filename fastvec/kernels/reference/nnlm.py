"""The neural language model in plain NumPy: the specification of kernels/nnlm.py. Matrices may be float64 here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Ids = NDArray[np.int32]
Adaptive = tuple[Floats, Floats]  # a matrix, and AdaGrad's sums of squared gradients


def nnlm_batch(
    *,
    # in
    contexts: Ids,  # [B, n], rows of the embeddings
    targets: Ids,  # [B]
    row_rates: Floats | None = None,  # [V + 1]
    # written
    embeddings: Adaptive,  # [V + 1, D]
    hidden: Adaptive,  # [n D + 1, H]; the last row is the bias d
    output: Adaptive,  # [V, F]: [U | b], or [U | W | b] with direct connections
    # scalars
    learning_rate: float,
    weight_decay: float = 0.0,
) -> float:
    """Take one step on a batch; return the summed loss, -log p of each target before the step.

    The gradients are those of the mean loss of the batch and weight_decay / 2 (|H|^2 + |U|^2 + |W|^2 + |C|^2),
    with the rows of C that are in the batch and without the biases; all at the old values.
    """
    (C, C_squares), (H, H_squares), (O, O_squares) = embeddings, hidden, output  # noqa: E741
    B, units, direct = len(contexts), H.shape[1], O.shape[1] > H.shape[1] + 1
    with np.errstate(all="ignore"):  # a run that diverges is recognised by its loss
        x = C[contexts].reshape(B, -1)
        a = np.tanh(x @ H[:-1] + H[-1])
        ones = np.ones((B, 1), C.dtype)
        f = np.hstack([a, x, ones] if direct else [a, ones])
        z = (f @ O.T).astype(np.float64)
        log_p = z - np.logaddexp.reduce(z, axis=1)[:, None]
        dz = np.exp(log_p)
        dz[np.arange(B), targets] -= 1
        dz = (dz / B).astype(C.dtype)
        df = dz @ O
        da = df[:, :units] * (1 - a**2)
        dx = da @ H[:-1].T + (df[:, units:-1] if direct else 0)
        dC = np.zeros_like(C)
        np.add.at(dC, contexts, dx.reshape(*contexts.shape, -1))
        here = np.isin(np.arange(len(C)), contexts)
        dC += weight_decay * C * here[:, None]
        dH = np.hstack([x, ones]).T @ da + weight_decay * np.vstack([H[:-1], 0 * H[-1:]])
        dO = dz.T @ f + weight_decay * np.hstack([O[:, :-1], 0 * O[:, -1:]])
        rates = np.ones(len(C), C.dtype) if row_rates is None else row_rates
        _step(O, O_squares, dO, learning_rate)
        _step(H, H_squares, dH, learning_rate)
        _step(C, C_squares, dC, learning_rate * rates[:, None])
        return -float(log_p[np.arange(B), targets].sum())


def _step(values: Floats, squares: Floats, gradients: Floats, rate: float | Floats) -> None:
    squares += gradients**2
    values -= rate * gradients / np.sqrt(squares)
