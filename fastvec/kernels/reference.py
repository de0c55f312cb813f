"""The kernels in plain NumPy: the specification, and ``backend="numpy"``.

Each function has the signature of its compiled twin and makes the same draws, so that the two differ by rounding
only. W_in and W_out may be float64 here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def draws(stream: int, start: int, n: int) -> NDArray[np.uint64]:
    """Draws start .. start + n - 1 of a stream: SplitMix64 (Steele, Lea and Flood 2014), read by place."""
    with np.errstate(over="ignore"):
        z = np.uint64(stream) + np.arange(start + 1, start + n + 1, dtype=np.uint64) * GOLDEN
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def below(drawn: NDArray[np.uint64], n: int) -> NDArray[np.int64]:
    """A whole number in [0, n) from the high half of each draw."""
    return (((drawn >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32)).astype(np.int64)


def alias_draws(table: NDArray[np.uint64], drawn: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The word of each draw: its slot's own if the draw's low half is below the threshold, else the alias."""
    slots = below(drawn, len(table))
    low = np.uint64(0xFFFFFFFF)
    entries = table[slots]
    return np.where((drawn & low) < (entries & low), slots, (entries >> np.uint64(32)).astype(np.int64))


def sgns_step(
    W_in: Floats, W_out: Floats, inputs: NDArray[np.int64], outputs: NDArray[np.int64], learning_rate: float
) -> float:
    """One step: ``inputs`` against ``outputs``, of which the first is the positive; returns the loss.

    Minimises -log s(x.y) for the positive and -log s(-x.n) for each negative (Mikolov et al. 2013, equation 4).
    Both gradients are taken at the old rows; rows that stand twice get the sum of theirs.
    """
    X, Y = W_in[inputs], W_out[outputs]  # [X, D], [Y, D]
    dots = X @ Y.T
    labels = np.zeros_like(dots)
    labels[:, 0] = 1
    with np.errstate(over="ignore", invalid="ignore"):  # a diverging run is told by its loss
        gradients = learning_rate * (labels - 1 / (1 + np.exp(-dots)))  # [X, Y]
        losses = np.logaddexp(0, np.where(labels == 1, -dots, dots).astype(np.float64))
        np.add.at(W_in, inputs, gradients @ Y)
        np.add.at(W_out, outputs, gradients.T @ X)
    return float(losses.sum())


def sgns_slice(
    *,
    # in
    ids: NDArray[np.int32],  # [N]
    offsets: NDArray[np.int64],  # [S + 1]
    sentence: int,
    start: int,
    end: int,
    # tables
    keep: NDArray[np.uint32],  # [V]
    negatives: NDArray[np.uint64],  # [V], an alias table
    # written
    W_in: Floats,  # [V, P]
    W_out: Floats,  # [V, P]
    # scalars
    window: int,
    negative: int,
    shrink_windows: bool,
    share_negatives: bool,
    learning_rate: float,
    streams: tuple[int, int, int],
    stop: NDArray[np.uint8],
    level: int = 0,
) -> tuple[float, int, int, int]:
    """Train on tokens [start, end), of which the first lies in ``sentence``.

    ``streams`` are those of the keep draws (one a token), the width draws (one a kept token) and the negative
    draws (``negative`` a kept token where they are shared, else ``negative`` a pair). Returns the summed loss, the
    number of (centre, context) pairs, of kept tokens and of tokens.
    """
    loss, pairs, widths_used, negatives_used = 0.0, 0, 0, 0
    position = start
    while position < end and not stop[0]:
        sentence_end = min(int(offsets[sentence + 1]), end)
        tokens = ids[position:sentence_end]
        stays = draws(streams[0], position - start, len(tokens)) >> np.uint64(32) <= keep[tokens]
        kept = tokens[stays].astype(np.int64)
        widths = np.full(len(kept), window)
        if shrink_windows:
            widths = 1 + below(draws(streams[1], widths_used, len(kept)), window)
        for t, (centre, width) in enumerate(zip(kept, widths, strict=True)):
            contexts = np.concatenate([kept[max(0, t - width) : t], kept[t + 1 : t + 1 + width]])
            groups = [contexts] if share_negatives else contexts[:, None]
            for inputs in groups:
                drawn = alias_draws(negatives, draws(streams[2], negatives_used, negative))
                negatives_used += negative
                outputs = np.concatenate([[centre], drawn[drawn != centre]])
                if len(inputs):
                    loss += sgns_step(W_in, W_out, inputs, outputs, learning_rate)
            pairs += len(contexts)
        widths_used += len(kept)
        position, sentence = sentence_end, sentence + 1
    return loss, pairs, widths_used, position - start
