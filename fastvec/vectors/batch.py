"""Nearest rows of many queries at once: products in blocks, of which only the best are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.vectors.queries import SLACK, cosines_of_pairs

QUERIES = 1024  # in one product, whose scores are 16 MB with 4,096 rows
ROWS = 4096


class Nearest(NamedTuple):
    """The best rows of each query, the best first; ties by id.

    Attributes
    ----------
    ids : int64[Q, K]
        -1 where a query has fewer than K rows.
    cosines : float64[Q, K]
        NaN there.
    """

    ids: NDArray[np.int64]
    cosines: NDArray[np.float64]


class _Found:
    """Candidates of a block of queries: those within SLACK of the K best so far."""

    def __init__(self, n_queries: int, topn: int) -> None:
        self.topn = topn
        self.query, self.row = np.empty(0, np.int64), np.empty(0, np.int64)
        self.score = np.empty(0, np.float32)
        self.least = np.full(n_queries, -np.inf, np.float32)

    def add(self, scores: NDArray[np.float32], first: int) -> None:
        """Take the scores[Q, n] of rows ``first`` and on."""
        if first == 0 and scores.shape[1] > 2 * self.topn:
            kth = np.partition(scores, scores.shape[1] - self.topn, axis=1)[:, -self.topn]
            self.least = np.where(np.isfinite(kth), kth - np.float32(SLACK), self.least)
        better = np.flatnonzero(scores >= self.least[:, None])
        query, row = np.divmod(better, scores.shape[1])
        score = scores.ravel()[better]
        sound = score > -np.inf
        self.query = np.concatenate([self.query, query[sound]])
        self.row = np.concatenate([self.row, row[sound] + first])
        self.score = np.concatenate([self.score, score[sound]])
        self._prune()

    def _prune(self) -> None:
        order = np.lexsort((-self.score, self.query))
        self.query, self.row, self.score = self.query[order], self.row[order], self.score[order]
        starts = np.searchsorted(self.query, np.arange(len(self.least)))
        ends = np.append(starts[1:], len(self.query))
        full = ends - starts >= self.topn
        self.least[full] = self.score[starts[full] + self.topn - 1] - np.float32(SLACK)
        kept = self.score >= self.least[self.query]
        self.query, self.row, self.score = self.query[kept], self.row[kept], self.score[kept]


def nearest_of_many(
    vectors: NDArray[np.float32],
    norms: NDArray[np.float32],
    queries: NDArray[np.float64],
    topn: int,
    left_out: Sequence[Sequence[int]] = (),
) -> Nearest:
    """Return the ``topn`` rows of highest cosine with each unit query.

    Products in float32 find candidates; their cosines are then taken again in float64, so that neither BLAS nor
    its threads decide the order.

    Parameters
    ----------
    vectors : float32[V, D]
    norms : float32[V]
        The lengths of the rows, 1 for a row of zeros.
    queries : float64[Q, D]
        At length 1.
    topn : int
    left_out : sequence of sequences of int
        For each query, rows that are no answers.
    """
    n_queries, topn = len(queries), min(topn, len(vectors))
    ids, cosines = np.full((n_queries, topn), -1, np.int64), np.full((n_queries, topn), np.nan)
    if topn == 0:
        return Nearest(ids, cosines)
    inverse, sound = np.float32(1) / norms, bool(np.isfinite(norms).all())
    for start in range(0, n_queries, QUERIES):
        block = queries[start : start + QUERIES].astype(np.float32)
        out = [(q, i) for q, rows in enumerate(left_out[start : start + QUERIES]) for i in rows]
        out_query, out_row = np.array(out, np.int64).reshape(-1, 2).T
        found = _Found(len(block), topn)
        for first in range(0, len(vectors), ROWS):
            part = slice(first, first + ROWS)
            with np.errstate(all="ignore"):
                scores = block @ vectors[part].T
                scores *= inverse[part]
            if not sound:
                scores[np.isnan(scores)] = -np.inf
            if len(out_row):
                here = (out_row >= first) & (out_row < first + ROWS)
                scores[out_query[here], out_row[here] - first] = -np.inf
            found.add(scores, first)
        exact = cosines_of_pairs(vectors, found.row, queries, start + found.query)
        order = np.lexsort((found.row, -exact, found.query))
        query, row, exact = found.query[order], found.row[order], exact[order]
        place = np.arange(len(query)) - np.searchsorted(query, query)
        best = place < topn
        ids[start + query[best], place[best]] = row[best]
        cosines[start + query[best], place[best]] = exact[best]
    return Nearest(ids, cosines)
