"""Pairs in the order of their cells, against the oracle."""

import threading
from collections import Counter

import numpy as np
import oracles_glove
import pytest

from fastvec.errors import CorpusError
from fastvec.kernels import _tiles


def lay_out(indptr, indices, data, words, row_cell, column_cell, cells, stream=5):
    n = int(sum(indptr[word + 1] - indptr[word] for word in words))
    bounds, rows, columns = np.empty(cells + 1, np.int64), np.empty(n, np.int32), np.empty(n, np.int32)
    counts = np.empty(n)
    _tiles.lay_out(
        indptr=np.asarray(indptr, np.int64), indices=np.asarray(indices, np.int32), data=np.asarray(data, float),
        words=np.asarray(words, np.int32), row_cell=np.asarray(row_cell, np.int32),
        column_cell=np.asarray(column_cell, np.int32), bounds=bounds, rows=rows, columns=columns, counts=counts,
        stream=stream,
    )  # fmt: skip
    return bounds.tolist(), [*zip(rows.tolist(), columns.tolist(), counts.tolist(), strict=True)]


@pytest.mark.parametrize("seed", range(5))
def test_pairs_go_to_their_cells_and_are_shuffled_there(seed):
    rng = np.random.default_rng(seed)
    dense = rng.random((30, 30)) * (rng.random((30, 30)) < 0.4)
    dense[4] = 0  # a word without neighbours
    columns = [np.flatnonzero(row) for row in dense]
    indptr = np.concatenate([[0], np.cumsum([len(found) for found in columns])])
    words = rng.permutation(30)[:12]
    row_cell, column_cell = rng.integers(0, 3, 12) * 2, rng.integers(0, 2, 30)
    bounds, laid = lay_out(
        indptr, np.concatenate(columns), dense[dense > 0], words, row_cell, column_cell, 6, seed
    )
    pairs = [(int(word), int(c), dense[word, c]) for word in words for c in columns[word]]
    cells = [int(row_cell[i] + column_cell[c]) for i, word in enumerate(words) for c in columns[word]]
    assert laid == oracles_glove.laid_out(pairs, cells, seed)
    assert np.diff(bounds).tolist() == [cells.count(cell) for cell in range(6)]
    assert bounds[0] == 0


def test_every_order_is_as_likely():
    """Chi-square over the 24 orders of four pairs: 23 degrees of freedom, 49.7 once in a thousand."""
    orders = Counter(
        tuple(c for _, c, _ in lay_out([0, 4], [0, 1, 2, 3], [1, 1, 1, 1], [0], [0], [0] * 4, 1, stream)[1])
        for stream in range(4800)
    )
    assert len(orders) == 24
    assert sum((count - 200) ** 2 / 200 for count in orders.values()) < 49.7


@pytest.mark.parametrize("wrong", [-1, 4, 2**31 - 1])
def test_a_column_out_of_range_is_an_error(wrong):
    with pytest.raises(CorpusError, match="the counts changed while they were in use"):
        lay_out([0, 3], [0, wrong, 2], [1, 1, 1], [0], [0], [0] * 4, 1)
    tallies = np.zeros(4, np.int64)
    with pytest.raises(CorpusError, match="the counts changed while they were in use"):
        _tiles.tally(np.array([1, wrong], np.int32), tallies)
    assert tallies.tolist() == [0, 1, 0, 0]


def test_columns_that_change_between_the_passes_stay_in_their_cells():
    """A thread overwrites them all the time, between the passes of some calls too."""
    n, cells, stop = 200_000, 8, threading.Event()
    one, other = np.arange(n, dtype=np.int32) % cells, np.arange(n, dtype=np.int32) % 3
    indices = one.copy()

    def overwrite():
        while not stop.is_set():
            np.copyto(indices, other)
            np.copyto(indices, one)

    thread = threading.Thread(target=overwrite)
    thread.start()
    ends = Counter()
    try:
        for _ in range(200):
            rows, columns, counts = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n)
            bounds = np.empty(cells + 1, np.int64)
            try:
                _tiles.lay_out(
                    indptr=np.array([0, n]), indices=indices, data=np.ones(n), words=np.zeros(1, np.int32),
                    row_cell=np.zeros(1, np.int32), column_cell=np.arange(cells, dtype=np.int32), bounds=bounds,
                    rows=rows, columns=columns, counts=counts, stream=1,
                )  # fmt: skip
            except CorpusError:
                ends["changed"] += 1
                continue
            ends["sound"] += 1
            assert (columns == np.repeat(np.arange(cells), np.diff(bounds))).all()
    finally:
        stop.set()
        thread.join()
    assert ends["changed"]


def test_lengths_must_fit():
    with pytest.raises(ValueError, match="one length"):
        _tiles.lay_out(
            indptr=np.zeros(2, np.int64), indices=np.zeros(0, np.int32), data=np.zeros(0),
            words=np.zeros(1, np.int32), row_cell=np.zeros(2, np.int32), column_cell=np.zeros(1, np.int32),
            bounds=np.zeros(2, np.int64), rows=np.zeros(0, np.int32), columns=np.zeros(0, np.int32),
            counts=np.zeros(0), stream=1,
        )  # fmt: skip
