"""The neural language model in BLAS: serial functions over a batch of predictions and a block of words.

B predictions of a batch, n words before each, D dimensions, H hidden units, F features:

    x = [C[w_1] | .. | C[w_n]]      a = tanh([x | 1] hidden)      f = [a | x, if direct | 1]      z = f output^T

(Bengio, Ducharme, Vincent and Jauvin 2003, "A Neural Probabilistic Language Model", equation 1: y = b + W x +
U tanh(d + H x). The rows of ``output`` are [U | W | b], and the last row of ``hidden`` is d.)

Weight decay adds half its product with the squares of H, U, W and the batch's rows of C to the mean loss.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Ids = NDArray[np.int32]


class Layers(NamedTuple):
    """What a batch makes of its contexts."""

    inputs: Floats  # [B, n D + 1], x and a column of 1
    features: Floats  # [B, F]


class Adaptive(NamedTuple):
    """A matrix with AdaGrad's accumulators, of the same shape: the sums of the squared gradients."""

    values: Floats
    squares: Floats


def layers(contexts: Ids, embeddings: Floats, hidden: Floats, n_features: int) -> Layers:
    """Return x and f of contexts [B, n]; embeddings are C [V + 1, D], hidden [n D + 1, H]."""
    size, inputs = len(contexts), len(hidden)
    x = np.ones((size, inputs), embeddings.dtype)
    x[:, :-1] = embeddings[contexts].reshape(size, inputs - 1)
    units = hidden.shape[1]
    f = np.ones((size, n_features), embeddings.dtype)
    with np.errstate(all="ignore"):  # a run that diverges is recognised by its loss
        np.tanh(x @ hidden, out=f[:, :units])
    if n_features > units + 1:
        f[:, units:-1] = x[:, :-1]
    return Layers(x, f)


def block_scores(features: Floats, output: Floats, scores: Floats) -> tuple[Floats, Floats]:
    """Write exp(z - m) of a block of words into scores [B, words]; return m, the greatest z, and the sums, [B]."""
    with np.errstate(all="ignore"):
        np.matmul(features, output.T, out=scores)
        greatest = scores.max(axis=1)
        scores -= greatest[:, None]
        np.exp(scores, out=scores)
        return greatest, scores.sum(axis=1)


def log_sums(greatest: Floats, sums: Floats) -> NDArray[np.float64]:
    """Return log sum exp(z) over all words, [B], of what the blocks returned, [blocks, B]."""
    with np.errstate(all="ignore"):
        top = greatest.max(axis=0).astype(np.float64)
        found: NDArray[np.float64] = top + np.log((sums * np.exp(greatest - top)).sum(axis=0))
        return found


def target_scores(features: Floats, output: Floats, targets: Ids) -> NDArray[np.float64]:
    """Return z of the word that is to be predicted, [B]."""
    with np.errstate(all="ignore"):
        scores: NDArray[np.float64] = np.einsum("ij,ij->i", features, output[targets], dtype=np.float64)
        return scores


def block_step(
    features: Floats,
    targets: Ids,  # [B], counted from the first word of the block; others are out of range
    scores: Floats,  # [B, words], exp(z - m); overwritten
    factors: Floats,  # [B], what makes them probabilities
    output: Adaptive,  # [words, F]
    learning_rate: float,
    weight_decay: float = 0.0,
) -> Floats:
    """Train the rows of a block of words; return their part of the summed loss's gradient by f, [B, F]."""
    with np.errstate(all="ignore"):
        scores *= factors[:, None]
        here = np.flatnonzero((targets >= 0) & (targets < len(output.values)))
        scores[here, targets[here]] -= 1
        by_features = scores @ output.values
        gradients = scores.T @ features / len(features)
        if weight_decay:
            gradients[:, :-1] += np.float32(weight_decay) * output.values[:, :-1]
        _ada_grad(output, gradients, learning_rate)
    return by_features


def backward(
    by_features: Floats,  # [B, F]
    made: Layers,
    contexts: Ids,
    hidden: Adaptive,
    embeddings: Adaptive,
    row_rates: Floats | None,  # [V + 1], factors of the learning rate of each row
    learning_rate: float,
    weight_decay: float = 0.0,
) -> None:
    """Train the hidden layer and the rows of the words in the contexts, both from their old values."""
    units, size = hidden.values.shape[1], len(contexts)
    with np.errstate(all="ignore"):
        activations = made.features[:, :units]
        by_sums = by_features[:, :units] * (1 - activations * activations)
        by_inputs = by_sums @ hidden.values[:-1].T
        if by_features.shape[1] > units + 1:
            by_inputs += by_features[:, units:-1]
        by_weights = made.inputs.T @ by_sums / size
        rows, gradients = _summed_by_row(contexts, by_inputs.reshape(contexts.size, -1) / size)
        if weight_decay:
            by_weights[:-1] += np.float32(weight_decay) * hidden.values[:-1]
            gradients += np.float32(weight_decay) * embeddings.values[rows]
        _ada_grad(hidden, by_weights, learning_rate)
        rates = learning_rate if row_rates is None else learning_rate * row_rates[rows, None]
        squares = embeddings.squares[rows] + gradients * gradients
        embeddings.squares[rows] = squares
        embeddings.values[rows] -= rates * gradients / np.sqrt(squares)


def _ada_grad(matrix: Adaptive, gradients: Floats, learning_rate: float) -> None:
    """Move each number by rate * g / sqrt(the sum of its g^2) (Duchi, Hazan and Singer 2011)."""
    squares, step = matrix.squares, gradients
    np.add(squares, np.square(gradients), out=squares)
    step /= np.sqrt(squares)
    step *= learning_rate
    np.subtract(matrix.values, step, out=matrix.values)


def _summed_by_row(contexts: Ids, gradients: Floats) -> tuple[Ids, Floats]:
    """Return the distinct rows, and the sum of the gradients [B n, D] of each."""
    flat = contexts.reshape(-1)
    order = np.argsort(flat, kind="stable")
    ordered = flat[order]
    firsts = np.flatnonzero(np.diff(ordered, prepend=-1))
    return ordered[firsts], np.add.reduceat(gradients[order], firsts, axis=0)
