"""Association weights by the book: float64, plain loops over dense counts. Imports nothing from fastvec."""

from __future__ import annotations

import math

import numpy as np


def pmi(counts: np.ndarray, smoothing: float = 1.0) -> np.ndarray:
    """log(P(w, c) / (P(w) P(c))), minus infinity where nothing was observed."""
    total = counts.sum()
    contexts = [column.sum() ** smoothing if column.any() else 0.0 for column in counts.T]
    result = np.full(counts.shape, -math.inf)
    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            if count:
                joint, word, context = count / total, row.sum() / total, contexts[j] / math.fsum(contexts)
                result[i, j] = math.log(joint / (word * context))
    return result


def ppmi(counts: np.ndarray, k: float = 1, smoothing: float = 1.0) -> np.ndarray:
    return np.maximum(pmi(counts, smoothing) - math.log(k), 0)


def tf_idf(counts: np.ndarray, sublinear: bool) -> np.ndarray:
    result = np.zeros(counts.shape)
    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            if count:
                tf = math.log(1 + count) if sublinear else count
                result[i, j] = tf * math.log(counts.shape[1] / sum(row > 0))
    return result
