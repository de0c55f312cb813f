"""A run over the tiles of a matrix, epoch after epoch: whose turn it is, the history, the progress, the alarm.

Each epoch has its shuffled order of tiles. A tile may start when every earlier one with its row group or its
column group is done. So the order alone decides which rows a pair meets: there are no races, and any number of
threads gives the same bytes.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import TrainingError
from fastvec.running.loop import TICK, new_stop_flag, run
from fastvec.running.progress import OnProgress, Progress
from fastvec.training.sampling import stream
from fastvec.training.tiles import Tiles, shuffled_tiles

DIVERGED = 20  # times the cost of vectors that are zero

Totals = tuple[float, int]  # cost, pairs


class Trainer(Protocol):
    """What a run reads off the settings."""

    @property
    def epochs(self) -> int: ...
    @property
    def learning_rate(self) -> float: ...
    @property
    def seed(self) -> int: ...


class Turn(NamedTuple):
    """One tile of one epoch; ``number`` counts through all epochs. All count from 0."""

    number: int
    epoch: int
    tile: int


class TileQueue:
    """An iterator of the turns that may run now, the earliest first; it waits until there is one.

    A turn waits in two lines, that of its row group and that of its column group, and may run when it heads both.
    """

    def __init__(self, tiles: Tiles, epochs: int, seed: int, stop: NDArray[np.uint8]) -> None:
        self.groups, self.stop = tiles.groups, stop
        self.orders = (shuffled_tiles(tiles, stream(seed, 2, epoch)).tolist() for epoch in range(epochs))
        self.rows: list[deque[Turn]] = [deque() for _ in range(tiles.groups)]
        self.columns: list[deque[Turn]] = [deque() for _ in range(tiles.groups)]
        self.ready: list[Turn] = []
        self.queued = self.taken = self.finished = self.epoch = 0
        self.changed = threading.Condition()

    def __iter__(self) -> Iterator[Turn]:
        return self

    def __next__(self) -> Turn:
        with self.changed:
            while not self.stop[0]:
                if self.queued - self.taken < self.groups**2:  # the next epoch joins before this one runs dry
                    self._add_epoch()
                if self.ready:
                    self.taken += 1
                    return heapq.heappop(self.ready)
                if self.finished == self.queued:
                    break
                self.changed.wait(TICK)
        raise StopIteration

    def done(self, turn: Turn) -> None:
        """Let those go that waited for this turn."""
        with self.changed:
            self.finished += 1
            row, column = self._lines(turn)
            row.popleft()
            column.popleft()
            next_in_row = row[0] if row else None
            if next_in_row:
                self._start_if_first(next_in_row)
            if column and column[0] is not next_in_row:
                self._start_if_first(column[0])
            self.changed.notify()

    def _add_epoch(self) -> None:
        for tile in next(self.orders, ()):
            turn = Turn(self.queued, self.epoch, tile)
            self.queued += 1
            for line in self._lines(turn):
                line.append(turn)
            self._start_if_first(turn)
        self.epoch += 1

    def _start_if_first(self, turn: Turn) -> None:
        if all(line[0] is turn for line in self._lines(turn)):
            heapq.heappush(self.ready, turn)

    def _lines(self, turn: Turn) -> tuple[deque[Turn], deque[Turn]]:
        row, column = divmod(turn.tile, self.groups)
        return self.rows[row], self.columns[column]


class TiledRun:
    """Runs a kernel over every tile of every epoch. Epochs have no barrier."""

    def __init__(self, tiles: Tiles, trainer: Trainer, *, zero_cost: float) -> None:
        self.tiles, self.epochs, self.learning_rate = tiles, trainer.epochs, trainer.learning_rate
        self.zero_cost, self.stop = zero_cost, new_stop_flag()
        self.queue = TileQueue(tiles, self.epochs, trainer.seed, self.stop)
        # by epoch and tile, summed when an epoch is over: sums in one order, whichever tile ended first
        self._cost = np.zeros((self.epochs, len(tiles.bounds) - 1))
        self._pairs = np.zeros(self.epochs, np.int64)
        self.done = 0

    def run(self, kernel: Callable[[int, int], Totals], threads: int, on_progress: OnProgress | None) -> None:
        """Run ``kernel(start, end)`` over all turns; see :func:`fastvec.running.loop.run`."""
        began = time.perf_counter()
        bounds = self.tiles.bounds.tolist()

        def report() -> object:
            return on_progress(self._progress(time.perf_counter() - began)) if on_progress else None

        def task(turn: Turn, worker: int) -> tuple[Turn, Totals]:
            totals = kernel(bounds[turn.tile], bounds[turn.tile + 1])
            self.queue.done(turn)
            return turn, totals

        threads = min(threads, self.tiles.groups)  # no more tiles than that have no group in common
        run(task, self.queue, threads=threads, stop=self.stop, on_result=self._add, on_tick=report)
        report()

    def history(self) -> dict[str, NDArray[np.generic]]:
        """The epochs that ended and the mean cost of a pair in each."""
        ended = int((self._pairs == len(self.tiles.rows)).sum())
        return {"epoch": np.arange(1, ended + 1), "cost": self._cost[:ended].sum(axis=1) / len(self.tiles.rows)}

    def check_finite(self, *matrices: NDArray[np.float32]) -> None:
        """The alarm for a last tile that diverged: its own cost was still of the rows before."""
        if not all(np.isfinite(matrix.sum(dtype=np.float64)) for matrix in matrices):
            raise self._diverged("at its end: the vectors are not finite")

    def _add(self, result: tuple[Turn, Totals]) -> None:
        turn, (cost, pairs) = result
        self._cost[turn.epoch, turn.tile] = cost
        self._pairs[turn.epoch] += pairs
        self.done += pairs
        if not np.isfinite(cost):
            raise self._diverged(f"in epoch {turn.epoch + 1}: the cost is {cost:g}")
        if self._pairs[turn.epoch] == len(self.tiles.rows):
            mean = float(self._cost[turn.epoch].sum()) / len(self.tiles.rows)
            if mean > DIVERGED * self.zero_cost:
                raise self._diverged(f"in epoch {turn.epoch + 1}: the cost of a pair is {mean:.3g}")

    def _diverged(self, what: str) -> TrainingError:
        return TrainingError(
            f"training diverged {what}, at a learning rate of {self.learning_rate:.3g}; try a tenth of it",
            field="learning_rate", found=self.learning_rate,
        )  # fmt: skip

    def _progress(self, seconds: float) -> Progress:
        total = self.epochs * len(self.tiles.rows)
        epoch = min(self.epochs - 1, self.done // len(self.tiles.rows))
        newest = epoch if self._pairs[epoch] else max(0, epoch - 1)
        pairs = int(self._pairs[newest])
        return Progress(
            stage="training",
            done=self.done,
            total=total,
            unit="pairs",
            seconds=seconds,
            words=self.done,
            words_per_second=self.done / seconds if seconds > 0 else 0.0,
            epoch=epoch + 1,
            learning_rate=self.learning_rate,
            loss=float(self._cost[newest].sum()) / pairs if pairs else None,
        )
