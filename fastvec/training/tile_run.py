"""A run over the tiles of a matrix, epoch after epoch: the history, the progress, the alarm.

Whose turn it is, is decided in kernels/_turns.pyx.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import TrainingError
from fastvec.kernels._turns import TileKernel, Turns
from fastvec.kernels.random import stream
from fastvec.running.progress import OnProgress, Progress
from fastvec.running.workers import new_stop_flag, run, run_blocks
from fastvec.training.tiles import Tiles

BLOCK = 4096  # rows that a thread looks at together
DIVERGED = 20  # times the cost of vectors that are zero

Totals = tuple[float, int]  # cost, pairs
Kernel = TileKernel | Callable[[int, int], Totals]


class Trainer(Protocol):
    """What a run reads off the settings."""

    @property
    def epochs(self) -> int: ...
    @property
    def learning_rate(self) -> float: ...
    @property
    def seed(self) -> int: ...


class TiledRun:
    """Runs a kernel over every tile of every epoch. Epochs have no barrier."""

    def __init__(self, tiles: Tiles, trainer: Trainer, *, zero_cost: float, threads: int) -> None:
        self.epochs, self.learning_rate = trainer.epochs, trainer.learning_rate
        self.n_pairs, self.worst, self.stop = len(tiles.rows), DIVERGED * zero_cost, new_stop_flag()
        # a row group is due again after half of them
        self.threads = min(threads, (tiles.groups + 1) // 2)
        self.turns = Turns(
            bounds=tiles.bounds, groups=tiles.groups, epochs=self.epochs, stream=stream(trainer.seed, 2),
            threads=self.threads, worst=self.worst, stop=self.stop,
        )  # fmt: skip

    def run(self, kernel: Kernel, on_progress: OnProgress | None) -> None:
        """Run ``kernel(start, end)`` over all tiles of all epochs; see :func:`fastvec.running.workers.run`."""
        began = time.perf_counter()

        def report() -> object:
            return on_progress(self._progress(time.perf_counter() - began)) if on_progress else None

        def work(_: int, worker: int) -> None:
            self.turns.work(worker, kernel)

        run(work, range(self.threads), threads=self.threads, stop=self.stop, on_tick=report)
        report()
        self._check()

    def history(self) -> dict[str, NDArray[np.generic]]:
        """The epochs that ended and the mean cost of a pair in each."""
        ended = int((self.turns.pairs == self.n_pairs).sum())
        return {"epoch": np.arange(1, ended + 1), "cost": self.turns.cost[:ended].sum(axis=1) / self.n_pairs}

    def check_finite(self, *matrices: NDArray[np.float32]) -> None:
        """The alarm for a last tile that diverged: its own cost was still of the rows before."""
        finite: list[bool] = []
        for matrix in matrices:

            def look(part: slice, matrix: NDArray[np.float32] = matrix) -> None:
                finite.append(bool(np.isfinite(matrix[part].sum(dtype=np.float64))))

            run_blocks(look, len(matrix), BLOCK, self.threads)
        if not all(finite):
            raise self._diverged("at its end: the vectors are not finite")

    def _check(self) -> None:
        """What made the turns stop: a cost that is not finite, or an epoch that cost too much."""
        costs, ended = self.turns.cost.sum(axis=1), self.turns.pairs == self.n_pairs
        for epoch in np.flatnonzero(~np.isfinite(costs) | (ended & (costs > self.worst * self.n_pairs)))[:1]:
            if np.isfinite(costs[epoch]):
                raise self._diverged(
                    f"in epoch {epoch + 1}: the cost of a pair is {costs[epoch] / self.n_pairs:.3g}"
                )
            raise self._diverged(f"in epoch {epoch + 1}: the cost is {costs[epoch]:g}")

    def _diverged(self, what: str) -> TrainingError:
        return TrainingError(
            f"training diverged {what}, at a learning rate of {self.learning_rate:.3g}; try a tenth of it",
            field="learning_rate", got=self.learning_rate,
        )  # fmt: skip

    def _epoch(self) -> int:
        """The newest one that a pair was trained in."""
        return max(0, int(np.count_nonzero(self.turns.pairs)) - 1)

    def _progress(self, seconds: float) -> Progress:
        epoch, done = self._epoch(), int(self.turns.pairs.sum())
        pairs = int(self.turns.pairs[epoch])
        return Progress(
            stage="training",
            done=done,
            total=self.epochs * self.n_pairs,
            unit="pairs",
            seconds=seconds,
            words=done,
            words_per_second=done / seconds if seconds > 0 else 0.0,
            epoch=epoch + 1,
            learning_rate=self.learning_rate,
            loss=float(self.turns.cost[epoch].sum()) / pairs if pairs else None,
        )
