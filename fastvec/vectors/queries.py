"""Cosines of queries with the rows of a matrix of vectors; arrays in, numbers out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# rows that are copied to float64 at a time: 10 MB with 300 dimensions
BLOCK = 4096
# a float32 dot product of unit vectors is wrong by about 1e-6 at 300 dimensions
SLACK = 1e-5
FEW = 16  # queries


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


def unit_rows(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return each row scaled to length 1, float64[N, D]; a zero row stays zero."""
    result: NDArray[np.float64] = rows.astype(np.float64)
    with np.errstate(invalid="ignore"):
        lengths = np.sqrt(np.einsum("ij,ij->i", result, result))
        lengths[lengths == 0] = 1
        result /= lengths[:, None]
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
        with np.errstate(all="ignore"):  # a row that is not finite has a cosine of NaN
            dots, lengths = (block * unit_queries).sum(axis=1), np.sqrt((block * block).sum(axis=1))
            result[part] = np.where(lengths == 0, 0.0, np.clip(dots / lengths, -1, 1))
    return result


def cosines_with_all(
    vectors: NDArray[np.float32], norms: NDArray[np.float32], unit_queries: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return the cosine of each of Q unit queries with each row, float32[Q, V]; NaN for a row that is not finite.

    It is exact to about 1e-6.
    """
    with np.errstate(all="ignore"):
        asked = unit_queries.astype(np.float32)
        # BLAS needs 1.6 times as long for few queries the other way round
        few = len(asked) < FEW
        result: NDArray[np.float32] = np.ascontiguousarray((vectors @ asked.T).T) if few else asked @ vectors.T
        result /= norms
        return np.clip(result, -1, 1, out=result)


def nearer(
    vectors: NDArray[np.float32], norms: NDArray[np.float32], query: NDArray[np.float64], cosine: float
) -> NDArray[np.int64]:
    """Return the rows whose cosine with a unit query is above another, int64[any number], in their order.

    Rows that a product in float32 cannot tell from ``cosine`` are compared in float64.
    """
    rough = cosines_with_all(vectors, norms, query[None])[0]
    above = rough > cosine + SLACK
    close = np.flatnonzero(np.abs(rough - cosine) <= SLACK)
    above[close] = cosines(vectors[close], query) > cosine
    return np.flatnonzero(above)
