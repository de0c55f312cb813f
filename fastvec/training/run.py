"""A training run over slices or tiles: progress, the stop flag, the check for divergence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import TrainingError
from fastvec.running.progress import EpochState, OnProgress, Reporter
from fastvec.running.workers import new_stop_flag, run, run_blocks

DIVERGED = 20  # times the loss of an untrained model; a rate of 0.5, far too high for SGNS, reaches 1.3 times
ROWS = 1 << 13  # checked in one go: some milliseconds

Item = TypeVar("Item")
Result = TypeVar("Result")


class TrainingRun:
    """What :class:`SliceRun` and :class:`TileRun` share. Epochs have no barrier.

    Parameters
    ----------
    epochs : int
    learning_rate : float
        At the start, for messages.
    threads : int
    unit : str
        ``"tokens"`` or ``"pairs"``.
    total : int
        Tokens or pairs of all epochs.
    """

    stage = "training"
    partial = True  # a run that is stopped has something to return

    def __init__(self, epochs: int, learning_rate: float, threads: int, unit: str, total: int) -> None:
        self.epochs, self.learning_rate, self.threads = epochs, learning_rate, threads
        self.unit, self.total, self.stop = unit, total, new_stop_flag()

    def n_done(self) -> int:
        """Return how many tokens or pairs are done."""
        raise NotImplementedError

    def epoch_state(self) -> EpochState:
        """Return the epoch, learning rate and loss to report."""
        raise NotImplementedError

    def over(
        self,
        items: Iterable[Item],
        task: Callable[[Item, int], Result],
        on_progress: OnProgress | None,
        on_result: Callable[[Result], object] | None = None,
    ) -> None:
        """Run ``task(item, worker)`` over items; when ``on_progress`` returns False the run ends there."""
        reporter = Reporter(on_progress, partial=self.partial)
        reporter.begin(self.stage, self.unit, self.total, self.n_done, self.epoch_state)
        run(task, items, threads=self.threads, stop=self.stop, on_result=on_result, on_tick=reporter.report)
        reporter.report()

    def check_finite(self, *matrices: NDArray[np.float32]) -> None:
        """Raise if the last slice or tile diverged, whose loss was taken before its steps."""
        sums: list[np.float64] = []

        def add(matrix: NDArray[np.float32], rows: slice) -> None:
            sums.append(matrix[rows].sum(dtype=np.float64))

        for matrix in matrices:
            run_blocks(partial(add, matrix), len(matrix), ROWS, self.threads)
        if not np.isfinite(sums).all():
            raise self.diverged("at its end: the vectors are not finite")

    def diverged(self, what: str, learning_rate: float | None = None) -> TrainingError:
        """Return the error for a loss that is not finite, or too high."""
        rate = self.learning_rate if learning_rate is None else learning_rate
        return TrainingError(
            f"training diverged {what}, at a learning rate of {rate:.3g}; try a tenth of it",
            field="learning_rate",
            got=rate,
        )
