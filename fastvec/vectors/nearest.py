"""Nearest rows of one or many queries: products in blocks, of which only the best are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.running.blas import one_blas_thread
from fastvec.running.workers import new_stop_flag, resolve_threads, run
from fastvec.vectors.codes import Codes
from fastvec.vectors.queries import SLACK, cosines_of_pairs

QUERIES = 512  # in one product, whose scores are 8 MB with 4,096 rows
ROWS = 4096
FEWER = 32  # the answers must be so many times fewer than the rows for codes to rule most of these out


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
        self.topn, self.n_pruned = topn, 0
        self.query, self.row = np.empty(0, np.int64), np.empty(0, np.int64)
        self.score = np.empty(0, np.float32)
        self.least = np.full(n_queries, -np.inf, np.float32)

    def add(self, scores: NDArray[np.float32], first: int) -> None:
        """Take the scores[Q, n] of rows ``first`` and on."""
        if first == 0 and scores.shape[1] > 2 * self.topn:
            kth = _bounds(scores, self.topn)
            self.least = np.where(np.isfinite(kth), kth - np.float32(SLACK), self.least)
        better = np.flatnonzero(scores >= self.least[:, None])
        query, row = np.divmod(better, scores.shape[1])
        score = scores.ravel()[better]
        sound = score > -np.inf
        self.query = np.concatenate([self.query, query[sound]])
        self.row = np.concatenate([self.row, row[sound] + first])
        self.score = np.concatenate([self.score, score[sound]])
        if len(self.score) > 2 * self.n_pruned:  # each time costs 5 ms for 512 queries, as much as a product
            self.prune()

    def prune(self) -> None:
        """Leave the candidates out that others have overtaken."""
        order = np.lexsort((-self.score, self.query))
        self.query, self.row, self.score = self.query[order], self.row[order], self.score[order]
        starts = np.searchsorted(self.query, np.arange(len(self.least)))
        ends = np.append(starts[1:], len(self.query))
        full = ends - starts >= self.topn
        self.least[full] = self.score[starts[full] + self.topn - 1] - np.float32(SLACK)
        kept = self.score >= self.least[self.query]
        self.query, self.row, self.score = self.query[kept], self.row[kept], self.score[kept]
        self.n_pruned = len(self.score)


def _bounds(scores: NDArray[np.float32], topn: int) -> NDArray[np.float32]:
    """Return for each of Q queries a score that at least ``topn`` of its scores[Q, n] reach, float32[Q].

    It is one of the greatest of groups of scores, a sixteenth or less of all: 0.05 ms for 100,000 and not 0.6.
    """
    n_queries, n = scores.shape
    size = max(1, n // (16 * topn))
    groups = scores[:, : n - n % size].reshape(n_queries, -1, size)
    greatest = groups.max(axis=2) if size > 1 else scores
    kth: NDArray[np.float32] = np.partition(greatest, greatest.shape[1] - topn, axis=1)[:, -topn]
    return kth


def nearest(
    vectors: NDArray[np.float32],
    norms: NDArray[np.float32],
    queries: NDArray[np.float64],
    topn: int,
    left_out: Sequence[Sequence[int]] = (),
    among: NDArray[np.int64] | None = None,
    codes: Callable[[], Codes | None] | None = None,
) -> Nearest:
    """Return the ``topn`` rows of highest cosine with each unit query.

    Products in float32, or in 8 bits for one query with ``codes``, find candidates; their cosines are then taken
    again in float64, so that neither BLAS nor its threads decide the order.

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
    among : int64[any number], optional
        The rows that may be answers, strictly increasing; None: all.
    codes : callable, optional
        Returns the Codes of at least these vectors, or None. It is called if they can serve: for a query of its
        own, whose answers are few among many rows.
    """
    n_rows = len(vectors) if among is None else len(among)
    n_queries, topn = len(queries), min(topn, n_rows)
    best = Nearest(np.full((n_queries, topn), -1, np.int64), np.full((n_queries, topn), np.nan))
    can_serve = topn and n_queries == 1 and among is None and FEWER * topn < n_rows
    if can_serve and codes is not None and (made := codes()) is not None:
        rows = _candidates(made, queries[0], topn, left_out[0] if left_out else (), n_rows)
        _keep_best(best, 0, vectors, queries, np.zeros(len(rows), np.int64), rows)
    elif topn:
        search = _Search(vectors, norms, topn, among)

        def answer(start: int, worker: int) -> None:
            part = slice(start, start + QUERIES)
            found = search.candidates(queries[part], left_out[part], worker)
            row = found.row if among is None else among[found.row]
            _keep_best(best, start, vectors, queries[part], found.query, row)

        threads = resolve_threads(None)
        if n_queries < threads * QUERIES:  # BLAS shares out each product
            for start in range(0, n_queries, QUERIES):
                answer(start, 0)
        else:  # each thread multiplies blocks of its own, and looks for the best meanwhile
            with one_blas_thread():
                run(answer, range(0, n_queries, QUERIES), threads=threads, stop=new_stop_flag())
    return best


def _candidates(
    codes: Codes, query: NDArray[np.float64], topn: int, left_out: Sequence[int], n_rows: int
) -> NDArray[np.int64]:
    """Return the rows that may be among the ``topn`` best: those that may reach what as many surely have."""
    low, high = codes.bounds(query, n_rows)
    out = np.asarray(left_out, np.int64)
    low[out], high[out] = -np.inf, np.nan
    return np.flatnonzero(high >= _bounds(low[None], topn)[0])


def _keep_best(
    best: Nearest,
    start: int,
    vectors: NDArray[np.float32],
    queries: NDArray[np.float64],
    query: NDArray[np.int64],
    row: NDArray[np.int64],
) -> None:
    """Write the best of the candidates ``row[i]`` of ``queries[query[i]]`` to best[start:], by exact cosines."""
    topn = best.ids.shape[1]
    exact = cosines_of_pairs(vectors, row, queries, query)
    order = np.lexsort((row, -exact, query))
    query, row, exact = query[order], row[order], exact[order]
    place = np.arange(len(query)) - np.searchsorted(query, query)
    kept = (place < topn) & ~np.isnan(exact)
    best.ids[start + query[kept], place[kept]] = row[kept]
    best.cosines[start + query[kept], place[kept]] = exact[kept]


class _Search:
    """The rows that may be answers, by their places among these."""

    def __init__(
        self,
        vectors: NDArray[np.float32],
        norms: NDArray[np.float32],
        topn: int,
        among: NDArray[np.int64] | None,
    ) -> None:
        self.vectors, self.topn, self.among = vectors, topn, among
        self.norms = norms if among is None else norms[among]
        self.sound = bool(np.isfinite(self.norms).all())
        # of the scores of each worker: new memory for each block costs a fifth of all time
        self.memory: dict[int, NDArray[np.float32]] = {}

    def candidates(self, queries: NDArray[np.float64], left_out: Sequence[Sequence[int]], worker: int) -> _Found:
        block, found = queries.astype(np.float32), _Found(len(queries), self.topn)
        out_query, out_place = self._places(left_out)
        # few queries see more rows at a time, unless these are copied
        size = max(ROWS, QUERIES * ROWS // len(block)) if self.among is None else ROWS
        for first in range(0, len(self.norms), size):
            scores = self._scores(block, slice(first, first + size), worker)
            here = (out_place >= first) & (out_place < first + size)
            scores[out_query[here], out_place[here] - first] = -np.inf
            found.add(scores, first)
        found.prune()
        return found

    def _places(self, left_out: Sequence[Sequence[int]]) -> NDArray[np.int64]:
        """Return int64[2, n]: queries, and the places of the rows that are no answers."""
        out = np.array([(q, i) for q, rows in enumerate(left_out) for i in rows], np.int64).reshape(-1, 2).T
        if self.among is None:
            return out
        places = np.searchsorted(self.among, out[1])
        found = self.among[np.minimum(places, len(self.among) - 1)] == out[1]
        return np.stack([out[0], places])[:, found]

    def _scores(self, block: NDArray[np.float32], part: slice, worker: int) -> NDArray[np.float32]:
        rows = self.vectors[part] if self.among is None else self.vectors[self.among[part]]
        size = len(block) * len(rows)
        if worker not in self.memory or len(self.memory[worker]) < size:
            self.memory[worker] = np.empty(size, np.float32)
        scores = self.memory[worker][:size].reshape(len(block), len(rows))
        with np.errstate(all="ignore"):
            if by_row := len(block) > rows.shape[1]:  # fewer divisions
                rows = rows / self.norms[part, None]
            np.matmul(block, rows.T, out=scores)
            if not by_row:
                scores /= self.norms[part]
        if not self.sound:
            scores[np.isnan(scores)] = -np.inf
        return scores
