"""Tiles and their order: every pair once, no two at work on one row, the same bytes for any number of threads."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

import numpy as np
import pytest
from scipy.sparse import random_array

import fastvec as fv
from fastvec.kernels import _turns
from fastvec.kernels._turns import Turns
from fastvec.running.workers import new_stop_flag
from fastvec.training import tiles as tiles_module
from fastvec.training.tiles import cut, sum_over

WORDS, GROUPS = 90, 9


@pytest.fixture
def small_tiles(monkeypatch):
    """Tiles of some thirty pairs and blocks of four words, that a small matrix may have many."""
    monkeypatch.setattr(tiles_module, "TILE", 30)
    monkeypatch.setattr(tiles_module, "BLOCK_BYTES", 400)


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


def test_sums_are_the_same_on_any_number_of_threads(small_tiles, matrix):
    tiles = cut_matrix(matrix)
    one, four = (sum_over(tiles, lambda _, value: value @ value, threads) for threads in (1, 4))
    assert one == four == pytest.approx(matrix.data @ matrix.data)


class Seen:
    """A kernel that notes which tiles of which epoch it saw, and which are at work."""

    def __init__(self, tiles, *, seconds=0.0):
        self.tiles, self.seconds, self.lock = tiles, seconds, threading.Lock()
        self.tile_at = {int(start): tile for tile, start in enumerate(tiles.bounds[:-1])}
        self.at_work, self.order, self.most = [], [], 0

    def __call__(self, start, end):
        row, column = divmod(self.tile_at[start], GROUPS)
        with self.lock:
            assert all(row != r and column != c for r, c in self.at_work), "no two at work have a group in common"
            self.at_work.append((row, column))
            self.order.append((row, column))
            self.most = max(self.most, len(self.at_work))
        time.sleep(self.seconds * (1 + (3 * row + column) % 5))
        with self.lock:
            self.at_work.remove((row, column))
        return float(end - start), end - start


def turns_of(tiles, *, epochs=3, threads=1, stop=None, worst=10.0, stream=1):
    return Turns(
        bounds=tiles.bounds, groups=GROUPS, epochs=epochs, stream=stream, threads=threads, worst=worst,
        stop=new_stop_flag() if stop is None else stop,
    )  # fmt: skip


def work(turns, kernel, threads):
    """All workers until they are done; the first error of one."""
    errors = []

    def task(worker):
        try:
            turns.work(worker, kernel)
        except Exception as error:
            errors.append(error)

    workers = [threading.Thread(target=task, args=(worker,)) for worker in range(threads)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join(30)
        assert not thread.is_alive()
    assert not errors, errors[0]


def test_an_epoch_is_row_group_after_row_group(small_tiles, matrix):
    tiles = cut_matrix(matrix)
    orders = []
    for stream in (1, 1, 2):
        kernel = Seen(tiles)
        turns = turns_of(tiles, stream=stream)
        work(turns, kernel, 1)
        orders.append(kernel.order)
        assert turns.pairs.tolist() == turns.cost.sum(axis=1).tolist() == [matrix.nnz] * 3
        epochs = np.array(kernel.order).reshape(3, GROUPS, GROUPS, 2)
        assert (epochs[..., 1] == np.arange(GROUPS)).all(), "column groups pass in one order"
        rows = epochs[..., 0, 0]
        assert (epochs[..., 0] == rows[..., None]).all(), "a turn is one row group"
        half = GROUPS // 2
        for one in rows:
            assert sorted(one[:half]) == [*range(half)], "none is due again before half an epoch is over"
            assert sorted(one[half:]) == [*range(half, GROUPS)]
        assert len({*map(tuple, rows.tolist())}) > 1, "each epoch has its own order"
    assert orders[0] == orders[1] != orders[2]


@pytest.mark.parametrize("threads", [2, 3, 5, GROUPS])
def test_rows_and_columns_meet_their_pairs_in_the_same_order_on_any_threads(small_tiles, matrix, threads):
    tiles = cut_matrix(matrix)
    alone, several = Seen(tiles), Seen(tiles, seconds=1e-4)
    work(turns_of(tiles), alone, 1)
    turns = turns_of(tiles, threads=threads)
    work(turns, several, threads)
    assert several.most > 1, "some were at work at once"
    for side in range(2):
        for group in range(GROUPS):
            lines = [[tile for tile in seen.order if tile[side] == group] for seen in (alone, several)]
            assert lines[0] == lines[1]
    assert turns.pairs.tolist() == [matrix.nnz] * 3


def test_a_stop_wakes_who_waits(small_tiles, matrix):
    stop, held, may_go = new_stop_flag(), threading.Event(), threading.Event()

    def kernel(start, end):
        held.set()
        may_go.wait(20)
        return 0.0, end - start

    turns = turns_of(cut_matrix(matrix), threads=3, stop=stop)
    workers = [threading.Thread(target=turns.work, args=(worker, kernel)) for worker in range(3)]
    for thread in workers:
        thread.start()
    assert held.wait(20)
    stop[0] = 1
    workers[1].join(0.05)
    may_go.set()
    for thread in workers:
        thread.join(20)
        assert not thread.is_alive()
    assert 0 < turns.pairs[0] < matrix.nnz


def test_an_error_of_the_kernel_is_raised_and_a_stop_ends_the_others(small_tiles, matrix):
    stop = new_stop_flag()
    turns = turns_of(cut_matrix(matrix), threads=2, stop=stop)

    def fails(start, end):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        turns.work(0, fails)
    other = threading.Thread(target=turns.work, args=(1, fails))  # it waits for the turn that failed
    other.start()
    stop[0] = 1
    other.join(20)
    assert not other.is_alive()


@pytest.mark.parametrize(("cost", "epochs"), [(float("nan"), 0), (float("inf"), 0), (11.0, 1)])
def test_costs_that_diverge_stop_it(small_tiles, matrix, cost, epochs):
    """By a cost that is not finite at once, by one that is too high at the end of the epoch."""
    stop = new_stop_flag()
    turns = turns_of(cut_matrix(matrix), stop=stop, worst=10.0)
    turns.work(0, lambda start, end: (cost * (end - start), end - start))
    assert stop[0] == 1
    assert (turns.pairs == matrix.nnz).sum() == epochs
    assert turns.pairs[1:].sum() == 0


def test_what_turns_refuse(small_tiles, matrix):
    tiles = cut_matrix(matrix)
    with pytest.raises(ValueError, match=r"1 to 9 threads"):
        turns_of(tiles, threads=GROUPS + 1)
    with pytest.raises(ValueError, match="worker: expected 0 to 1, got 2"):
        turns_of(tiles, threads=2).work(2, print)
    arrays = {"rows": tiles.rows[1:], "columns": tiles.columns[1:], "targets": tiles.values[0][1:]}
    rows = np.zeros((WORDS, 16), np.float32)
    kernel = _turns.log_count(**arrays, W=rows, C=rows, learning_rate=0.1, stop=new_stop_flag(), level=0)
    with pytest.raises(ValueError, match="bounds: outside rows"):
        turns_of(tiles).work(0, kernel)


@pytest.mark.parametrize("trainer", [fv.GloVe(epochs=3), fv.LogCountFactorization(epochs=3)])
def test_any_number_of_threads_gives_the_same_bytes(monkeypatch, matrix, trainer):
    """34 row groups, so that sixteen threads have work at once."""
    monkeypatch.setattr(tiles_module, "TILE", 2)
    counts = fv.CooccurrenceMatrix(matrix, fv.Vocabulary([f"w{i}" for i in range(WORDS)], np.arange(WORDS)[::-1]))
    one, *several = (trainer.train(counts, threads=threads) for threads in (1, 2, 3, 8, 16))
    for other in several:
        assert one.vectors.tobytes() == other.vectors.tobytes()
        assert one.context_vectors.tobytes() == other.context_vectors.tobytes()
        assert one.history["cost"].tobytes() == other.history["cost"].tobytes()


@pytest.mark.parametrize("threads", [1, 3])
def test_turns_that_are_paused_go_on_in_their_order(small_tiles, matrix, threads):
    tiles = cut_matrix(matrix)
    whole = Seen(tiles)
    work(turns_of(tiles), whole, 1)
    kernel = Seen(tiles)
    turns = turns_of(tiles, threads=threads)
    for until in (1, GROUPS + 2, GROUPS + 2, 2 * GROUPS):
        turns.run_until(until)
        work(turns, kernel, threads)
        assert turns.turn == until
        assert len(kernel.order) == until * GROUPS
    other = turns_of(tiles)
    for name in ("order", "cost", "pairs"):
        getattr(other, name)[:] = getattr(turns, name)
    other.go_on_from(turns.turn)
    work(other, kernel, 1)
    assert other.turn == other.n_turns == 3 * GROUPS
    rows = [[row for row, _ in seen.order if row == group] for seen in (whole, kernel) for group in range(GROUPS)]
    assert rows[:GROUPS] == rows[GROUPS:]
    if threads == 1:
        assert kernel.order == whole.order
    assert other.pairs.tolist() == [matrix.nnz] * 3


def test_a_pause_ends_the_turns_that_are_begun(small_tiles, matrix):
    tiles = cut_matrix(matrix)
    turns = turns_of(tiles)

    def kernel(start, end):
        turns.pause()
        return 0.0, end - start

    work(turns, kernel, 1)
    assert turns.turn == 1
    turns.run_until(10**9)
    work(turns, Seen(tiles), 1)
    assert turns.turn == turns.n_turns


def test_a_place_that_is_none_is_refused(small_tiles, matrix):
    turns = turns_of(cut_matrix(matrix))
    for turn in (-1, 3 * GROUPS + 1):
        with pytest.raises(ValueError, match="turn: expected 0 to"):
            turns.go_on_from(turn)
    turns.order[0] = turns.order[1]
    with pytest.raises(ValueError, match="order: expected each row group"):
        turns.go_on_from(1)
