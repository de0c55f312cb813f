"""Pairs in the order of their cells, against the oracle."""

from collections import Counter

import numpy as np
import oracles_glove
import pytest

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


def test_lengths_must_fit():
    with pytest.raises(ValueError, match="one length"):
        _tiles.lay_out(
            indptr=np.zeros(2, np.int64), indices=np.zeros(0, np.int32), data=np.zeros(0),
            words=np.zeros(1, np.int32), row_cell=np.zeros(2, np.int32), column_cell=np.zeros(1, np.int32),
            bounds=np.zeros(2, np.int64), rows=np.zeros(0, np.int32), columns=np.zeros(0, np.int32),
            counts=np.zeros(0), stream=1,
        )  # fmt: skip
