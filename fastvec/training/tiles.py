"""Tiles: the observed pairs of a co-occurrence matrix, cut so that threads never meet and rows stay in the cache.

Words are dealt into G groups, the frequent ones evenly. The pairs of a row group and a column group are a
*tile*: two tiles with neither group in common touch no row in common, so that they may run at once. Inside a tile
the pairs are in *cells*, those of a block of row words and a block of column words: a cell's rows fit into the
second-level cache. (Up to some 600 words a group, at D = 100, a tile is one cell.) Inside a cell the pairs are
shuffled, for training on counts in the order of their ids converges badly.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.changes import counts_changed
from fastvec.kernels import _tiles
from fastvec.kernels.random import draws, stream
from fastvec.running.workers import new_stop_flag, run, run_blocks

# pairs on average: some 0.1 ms of GloVe at D = 100. 11 million pairs make 74 groups, on which sixteen threads are
# simulated to be 15.1 times as fast as one; to hand a tile on takes less than a microsecond, to wake who waits 20
TILE = 2_000
BLOCK_BYTES = 1 << 19  # of rows: one block stays in a megabyte of cache while the columns' pass through

Values = Callable[[NDArray[np.float64]], tuple[NDArray[np.float32], ...]]


@dataclass(frozen=True)
class Tiles:
    """N pairs in the order of their tiles.

    Attributes
    ----------
    groups : int
        G; tile t is row group t // G and column group t % G.
    rows, columns : int32[N]
    values : tuple of float32[N]
        What the trainer computed from the counts.
    bounds : int64[G * G + 1]
        Tile t is the pairs [bounds[t], bounds[t + 1]).
    """

    groups: int
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    values: tuple[NDArray[np.float32], ...]
    bounds: NDArray[np.int64]


def cut(matrix: Any, *, row_bytes: int, values_of: Values, seed: int, threads: int) -> Tiles:
    """Return the tiles of a matrix; they depend on the matrix, the size of a row and the seed, not on threads.

    Parameters
    ----------
    matrix : scipy.sparse CSR, float64[V, V]
    row_bytes : int
        Bytes of a row in the cache.
    values_of : callable
        Counts, float64[n], to a tuple of float32[n].

    Raises
    ------
    CorpusError
        If a column or a count is out of range: a mapped file was overwritten.
    """
    n_words, n_pairs = matrix.shape[0], matrix.nnz
    indptr = np.ascontiguousarray(matrix.indptr, np.int64)
    indices = np.ascontiguousarray(matrix.indices, np.int32)
    data = np.ascontiguousarray(matrix.data, np.float64)
    groups = max(1, min(n_words, math.isqrt(n_pairs // TILE)))
    sizes = np.diff(indptr)
    dealt = _dealt(sizes + _column_sizes(indices, n_words, threads), groups, stream(seed, 0))
    largest = -(-n_words // groups)
    blocks = -(-largest // max(1, BLOCK_BYTES // row_bytes))
    place = np.arange(n_words) // groups * blocks // largest  # the block of each dealt word within its group
    column_cell = np.empty(n_words, np.int32)
    column_cell[dealt] = np.arange(n_words) % groups * blocks**2 + place
    group_sizes = [int(sizes[dealt[g::groups]].sum()) for g in range(groups)]
    starts = np.concatenate([[0], np.cumsum(group_sizes)])
    rows, columns = np.empty(n_pairs, np.int32), np.empty(n_pairs, np.int32)
    values = tuple(np.empty(n_pairs, np.float32) for _ in values_of(np.ones(1)))
    bounds = np.full(groups**2 + 1, n_pairs, np.int64)

    def lay_out(group: int, worker: int) -> None:
        part = slice(starts[group], starts[group + 1])
        cells, counts = np.empty(groups * blocks**2 + 1, np.int64), np.empty(part.stop - part.start)
        _tiles.lay_out(
            indptr=indptr, indices=indices, data=data, words=dealt[group::groups].copy(),
            row_cell=(place[group::groups] * blocks).astype(np.int32), column_cell=column_cell, bounds=cells,
            rows=rows[part], columns=columns[part], counts=counts, stream=stream(seed, 1, group),
        )  # fmt: skip
        if not (counts.min(initial=1) > 0 and counts.max(initial=1) < np.inf):  # False for NaN too
            raise counts_changed()
        for value, computed in zip(values, values_of(counts), strict=True):
            value[part] = computed
        bounds[group * groups : (group + 1) * groups] = part.start + cells[: -1 : blocks**2]

    run(lay_out, range(groups), threads=threads, stop=new_stop_flag())
    return Tiles(groups, rows, columns, values, bounds)


def sum_over(tiles: Tiles, of: Callable[..., Any], threads: int) -> float:
    """Return the sum of ``of(*values)`` over all pairs, the same on any number of threads."""
    found: list[float] = []

    def add(group: int, worker: int) -> float:
        part = slice(*tiles.bounds[[group * tiles.groups, (group + 1) * tiles.groups]])
        return float(of(*(value[part] for value in tiles.values)))

    run(add, range(tiles.groups), threads=threads, stop=new_stop_flag(), on_result=found.append)
    return math.fsum(found)


def _column_sizes(indices: NDArray[np.int32], n_words: int, threads: int) -> NDArray[np.int64]:
    parts = max(1, min(threads, len(indices) // (4 * n_words)))  # each has a tally of all words
    tallies, size = np.zeros((parts, n_words), np.int64), max(1, -(-len(indices) // parts))
    run_blocks(lambda part: _tiles.tally(indices[part], tallies[part.start // size]), len(indices), size, threads)
    sizes: NDArray[np.int64] = tallies.sum(axis=0)
    return sizes


def _dealt(pairs: NDArray[np.int64], groups: int, stream: int) -> NDArray[np.int32]:
    """Return the words by falling number of pairs; of each ``groups`` in a row, every group gets one at random."""
    by_pairs = np.argsort(-pairs, kind="stable")
    hands = np.arange(len(pairs)) // groups
    return by_pairs[np.lexsort((draws(stream, 0, len(pairs)), hands))].astype(np.int32)
