"""Queries: nearest rows and cosines in a matrix of vectors; arrays in, ids and numbers out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# rows that are copied to float64 at a time: 10 MB with 300 dimensions
BLOCK = 4096
# a float32 dot product of unit vectors is wrong by about 1e-6 at 300 dimensions
SLACK = 1e-5


def row_norms(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the length of each row, float32[V]; 1 for a zero row, so that its cosines are 0."""
    norms = np.empty(len(vectors), np.float32)
    with np.errstate(all="ignore"):  # the norm of a row that is not finite is not finite
        for start in range(0, len(vectors), BLOCK):
            rows = vectors[start : start + BLOCK].astype(np.float64)
            norms[start : start + BLOCK] = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    norms[norms == 0] = 1
    return norms


def unit(vector: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the vector scaled to length 1, in float64[D]; a zero vector stays zero."""
    with np.errstate(invalid="ignore"):  # a vector that is not finite becomes nan
        result: NDArray[np.float64] = vector.astype(np.float64)
        result /= np.abs(result).max() or 1  # squares of 1e200 would overflow
        result /= np.sqrt((result * result).sum()) or 1
    return result


def cosines(rows: NDArray[np.float32], vector: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the cosine of each row[N, D] with one vector[D], float64[N]; equal rows have equal cosines."""
    vector = vector.astype(np.float64)
    result = np.empty(len(rows))
    with np.errstate(all="ignore"):
        for start in range(0, len(rows), BLOCK):
            block = rows[start : start + BLOCK].astype(np.float64)
            dots = (block * vector).sum(axis=1)
            lengths = np.sqrt((block * block).sum(axis=1)) * np.sqrt((vector * vector).sum())
            result[start : start + BLOCK] = np.where(lengths == 0, 0.0, np.clip(dots / lengths, -1, 1))
    return result


def cosines_of_pairs(
    vectors: NDArray[np.float32], rows: NDArray[np.int64], queries: NDArray[np.float64], which: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the cosine of vectors[rows[i]] with the unit queries[which[i]], float64[len(rows)]."""
    result = np.empty(len(rows))
    for start in range(0, len(rows), BLOCK):
        part = slice(start, start + BLOCK)
        block, unit_queries = vectors[rows[part]].astype(np.float64), queries[which[part]]
        dots, lengths = (block * unit_queries).sum(axis=1), np.sqrt((block * block).sum(axis=1))
        with np.errstate(all="ignore"):
            result[part] = np.where(lengths == 0, 0.0, np.clip(dots / lengths, -1, 1))
    return result


def scores(
    vectors: NDArray[np.float32], norms: NDArray[np.float32], query: NDArray[np.floating]
) -> NDArray[np.float32]:
    """Return the cosine of each row with a unit query, to about 1e-6; -inf for a row that is not finite."""
    with np.errstate(all="ignore"):
        result = vectors @ query.astype(np.float32)
        result /= norms
    result[np.isnan(result)] = -np.inf
    return result


def nearest(
    vectors: NDArray[np.float32],
    norms: NDArray[np.float32],
    query: NDArray[np.floating],
    topn: int,
    left_out: Sequence[int] = (),
) -> list[tuple[int, float]]:
    """Return the ``topn`` rows with the highest cosine with a unit query: (id, cosine), best first, ties by id.

    A matrix-vector product in float32 finds the candidates. Their cosines are then computed in float64, so that
    the order does not depend on BLAS or its threads.
    """
    if topn == 0:
        return []
    rough = scores(vectors, norms, query)
    rough[[i for i in left_out if i < len(rough)]] = -np.inf
    k = min(topn, len(rough))
    kth = np.partition(rough, len(rough) - k)[len(rough) - k]
    candidates = np.flatnonzero((rough >= kth - SLACK) & (rough > -np.inf))
    exact = np.concatenate(
        [cosines(vectors[candidates[start : start + BLOCK]], query) for start in range(0, len(candidates), BLOCK)]
        or [np.empty(0)]
    )
    best = np.argsort(-exact, kind="stable")[:k]
    return [(int(candidates[i]), float(exact[i])) for i in best]
