"""What the kernels of counts must compute, in float64 and plain loops. Imports nothing from fastvec."""

from __future__ import annotations

import math

import numpy as np
from oracles import draw


def glove_program(pairs, W, C, *, rate, bias_rate, x_max, alpha):  # type: ignore[no-untyped-def]
    """GloVe's program on pairs (row, column, count); W and C are {"vectors", "biases", "G", "G_biases"} each.

    Returns the cost, summed over the pairs, each before its own step.
    """
    cost = 0.0
    for row, column, count in pairs:
        w, c = W["vectors"][row].copy(), C["vectors"][column].copy()
        difference = math.fsum(w * c) + W["biases"][row] + C["biases"][column] - math.log(count)
        weighted = min(1.0, count / x_max) ** alpha * difference
        cost += 0.5 * weighted * difference
        for side, word, other in ((W, row, c), (C, column, w)):
            step = rate * weighted * other
            side["vectors"][word] -= step / np.sqrt(side["G"][word])
            side["G"][word] += step**2
            bias_step = bias_rate * weighted
            side["biases"][word] -= bias_step / math.sqrt(side["G_biases"][word])
            side["G_biases"][word] += bias_step**2
    return cost


def glove_tile(pairs, W, C, rate):  # type: ignore[no-untyped-def]
    """AdaGrad on pairs (row, column, log count, weight); rows hold P numbers, then their P accumulators."""
    P = W.shape[1] // 2
    cost = 0.0
    for row, column, target, weight in pairs:
        difference = math.fsum(W[row, :P] * C[column, :P]) - target
        cost += 0.5 * weight * difference**2
        for d in range(P):
            w, c = W[row, d], C[column, d]
            w_step, c_step = rate * weight * difference * c, rate * weight * difference * w
            W[row, d] -= w_step / math.sqrt(W[row, P + d])
            C[column, d] -= c_step / math.sqrt(C[column, P + d])
            W[row, P + d] += w_step**2
            C[column, P + d] += c_step**2
    return cost


def log_count_tile(pairs, W, C, rate):  # type: ignore[no-untyped-def]
    """Gradient descent on pairs (row, column, target)."""
    cost = 0.0
    for row, column, target in pairs:
        w, c = W[row].copy(), C[column].copy()
        difference = math.fsum(w * c) - target
        cost += 0.5 * difference**2
        W[row] -= rate * difference * c
        C[column] -= rate * difference * w
    return cost


def laid_out(pairs, cells, stream):  # type: ignore[no-untyped-def]
    """Pairs sorted by their cells (stable), each cell shuffled after Fisher and Yates by the draws of a stream."""
    order = sorted(range(len(pairs)), key=lambda k: cells[k])
    ends = [k + 1 for k in range(len(order)) if k + 1 == len(order) or cells[order[k]] != cells[order[k + 1]]]
    start = 0
    for end in ends:
        for k in range(start, end - 1):
            other = k + (((draw(stream, k) >> 32) * (end - k)) >> 32)
            order[k], order[other] = order[other], order[k]
        start = end
    return [pairs[k] for k in order]
