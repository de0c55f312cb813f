"""Tiles and their order: every pair once, no two at work on one row, the same bytes for any number of threads."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

import numpy as np
import pytest
from scipy.sparse import random_array

import fastvec as fv
from fastvec.running.loop import new_stop_flag
from fastvec.training import tiles as tiles_module
from fastvec.training.tiled import TileQueue
from fastvec.training.tiles import cut, shuffled_tiles

WORDS, GROUPS = 90, 9


@pytest.fixture
def small_tiles(monkeypatch):
    """Tiles of some thirty pairs and blocks of four words, that a small matrix may have many."""
    monkeypatch.setattr(tiles_module, "TILE", 30)
    monkeypatch.setattr(tiles_module, "BLOCK_WORDS", 4)


@pytest.fixture
def matrix():
    counts = random_array((WORDS, WORDS), density=0.3, format="csr", rng=np.random.default_rng(1))
    counts.data += 0.1
    counts.sort_indices()
    return counts


def cut_matrix(matrix, *, seed=1, threads=1):
    return cut(matrix, row_bytes=100, values_of=lambda x: (x.astype(np.float32), x), seed=seed, threads=threads)


def test_every_pair_stands_once_in_its_tile(small_tiles, matrix):
    tiles = cut_matrix(matrix)
    assert tiles.groups == GROUPS
    assert len(tiles.bounds) == GROUPS**2 + 1
    assert np.array_equal(tiles.values[0], tiles.values[1])
    found = np.zeros(matrix.shape)
    np.add.at(found, (tiles.rows, tiles.columns), tiles.values[1])
    assert found == pytest.approx(matrix.toarray())
    assert tiles.bounds[0] == 0
    assert tiles.bounds[-1] == matrix.nnz == len(tiles.rows)
    tile = np.repeat(np.arange(GROUPS**2), np.diff(tiles.bounds))
    for side, group in ((tiles.rows, tile // GROUPS), (tiles.columns, tile % GROUPS)):
        groups_of_word = [set(group[side == word].tolist()) for word in range(WORDS)]
        assert all(len(groups) == 1 for groups in groups_of_word), "a word is of one group"
    sizes = np.diff(tiles.bounds[::GROUPS])
    assert sizes.max() < 1.3 * sizes.mean(), "frequent words are dealt evenly"


def test_cells_hold_few_words_and_are_shuffled(small_tiles, matrix):
    """Ten words a group, so three blocks of at most four: a tile is nine cells."""
    tiles = cut_matrix(matrix)
    first = slice(tiles.bounds[0], tiles.bounds[1])
    rows, columns = tiles.rows[first].tolist(), tiles.columns[first].tolist()
    blocks = [[rows[0]]]
    for row in rows:
        if row not in blocks[-1] and len(blocks[-1]) == 4:
            blocks.append([])
        if row not in blocks[-1]:
            blocks[-1].append(row)
    assert len(blocks) <= 3, "row blocks follow each other"
    assert sum(a != b for a, b in pairwise(rows)) > len(rows) / 2, "a block's rows are mixed"
    assert [*zip(rows, columns, strict=True)] != sorted(zip(rows, columns, strict=True))


def test_threads_cut_alike_and_seeds_do_not(small_tiles, matrix):
    one, four, other = cut_matrix(matrix), cut_matrix(matrix, threads=4), cut_matrix(matrix, seed=2)
    assert one.rows.tobytes() == four.rows.tobytes()
    assert one.columns.tobytes() == four.columns.tobytes()
    assert np.array_equal(one.bounds, four.bounds)
    assert one.rows.tobytes() != other.rows.tobytes()


def test_an_epoch_is_a_shuffled_order_of_all_tiles(small_tiles, matrix):
    tiles = cut_matrix(matrix)
    first, second = shuffled_tiles(tiles, 1), shuffled_tiles(tiles, 2)
    assert sorted(first) == sorted(second) == list(range(GROUPS**2))
    assert (first != second).any()
    for diagonal in first.reshape(GROUPS, GROUPS):
        assert len({*(diagonal // GROUPS).tolist()}) == len({*(diagonal % GROUPS).tolist()}) == GROUPS
    tiles.bounds[1] = 0  # an empty tile has no turn
    assert 0 not in shuffled_tiles(tiles, 1)


def test_a_turn_comes_when_all_before_it_in_its_lines_are_done(small_tiles, matrix):
    """Turns ended in any order that the queue allows."""
    rng = np.random.default_rng(0)
    queue = TileQueue(cut_matrix(matrix), 3, 1, new_stop_flag())
    running, seen = [], []
    while len(seen) < 3 * GROUPS**2:
        while queue.ready or not running:
            running.append(next(queue))
        for turn in running:
            for other in running:
                apart = turn.tile // GROUPS != other.tile // GROUPS and turn.tile % GROUPS != other.tile % GROUPS
                assert turn is other or apart, "no two at work have a group in common"
        ended = running.pop(rng.integers(len(running)))
        seen.append(ended)
        queue.done(ended)
    assert next(queue, None) is None
    assert sorted((turn.epoch, turn.tile) for turn in seen) == [(e, t) for e in range(3) for t in range(GROUPS**2)]
    place = {turn.number: k for k, turn in enumerate(seen)}
    turns = sorted(seen)
    for line in [[t for t in turns if t.tile // GROUPS == g] for g in range(GROUPS)] + [
        [t for t in turns if t.tile % GROUPS == g] for g in range(GROUPS)
    ]:
        assert [place[t.number] for t in line] == sorted(place[t.number] for t in line)


def test_a_worker_waits_for_a_turn_and_a_stop_wakes_it(small_tiles, matrix):
    stop = new_stop_flag()
    queue = TileQueue(cut_matrix(matrix), 1, 1, stop)
    taken = []
    worker = threading.Thread(target=lambda: taken.extend(queue))
    worker.start()
    deadline = time.monotonic() + 20
    while len(taken) < GROUPS and time.monotonic() < deadline:
        time.sleep(0.001)
    assert len(taken) == GROUPS, "a diagonal may run at once, and no more"
    queue.done(taken[0])
    queue.done(taken[1])
    stop[0] = 1
    worker.join(20)
    assert not worker.is_alive()
    assert queue.finished == 2


@pytest.mark.parametrize("trainer", [fv.GloVe(epochs=3), fv.LogCountFactorization(epochs=3)])
def test_any_number_of_threads_gives_the_same_bytes(small_tiles, matrix, trainer):
    counts = fv.CooccurrenceMatrix(matrix, fv.Vocabulary([f"w{i}" for i in range(WORDS)], np.arange(WORDS)[::-1]))
    one, *several = (trainer.train(counts, threads=threads) for threads in (1, 2, 3, 8))
    for other in several:
        assert one.vectors.tobytes() == other.vectors.tobytes()
        assert one.context_vectors.tobytes() == other.context_vectors.tobytes()
        assert one.history["cost"].tobytes() == other.history["cost"].tobytes()
