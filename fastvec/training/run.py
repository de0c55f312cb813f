"""A training run over slices or tiles: progress, the stop flag, the check for divergence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import TrainingError
from fastvec.running.progress import EpochState, OnProgress, Reporter, stops
from fastvec.running.workers import new_stop_flag, run, run_blocks
from fastvec.training.checkpoints.checkpoints import Checkpoints
from fastvec.training.checkpoints.files import Arrays
from fastvec.training.checkpoints.identity import Identity

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
        self.checkpoints: Checkpoints | None = None
        self.resumed: int | None = None  # tokens or pairs done before this call

    def n_done(self) -> int:
        """Return how many tokens or pairs are done."""
        raise NotImplementedError

    def step(self) -> int:
        """Return a number that no two places of the run have in common, while no worker is at work."""
        return self.n_done()

    def epoch_state(self) -> EpochState:
        """Return the epoch, learning rate and loss to report."""
        raise NotImplementedError

    def state(self) -> dict[str, NDArray[Any]]:
        """Return where the run is, its history included, while no worker is at work.

        These are arrays by name, the same ones in shape and type at any place of the run.
        """
        raise NotImplementedError

    def restore(self, state: Arrays) -> None:
        """Put back what :meth:`state` returned; ValueError if it is no place of this run."""
        raise NotImplementedError

    def pause(self) -> None:
        """Make workers that take no new item for long return soon, so that a checkpoint can be made."""

    def keep(self, checkpoints: Checkpoints | None, matrices: Arrays, identity: Callable[[], Identity]) -> None:
        """Make checkpoints, if any, of the run and its matrices; or put all back as it was at one.

        ``identity`` reads all data, so it is called only if there are any.
        """
        if checkpoints is not None:
            checkpoints.begin(self, matrices, identity())
            self.checkpoints = checkpoints

    def over(
        self,
        items: Iterable[Item],
        task: Callable[[Item, int], Result],
        on_progress: OnProgress | None,
        on_result: Callable[[Result], object] | None = None,
    ) -> None:
        """Run ``task(item, worker)`` over items; when ``on_progress`` returns False the run ends there."""
        self.over_parts([items], task, on_progress, on_result)

    def over_parts(
        self,
        parts: Iterable[Iterable[Item]],
        task: Callable[[Item, int], Result],
        on_progress: OnProgress | None,
        on_result: Callable[[Result], object] | None = None,
        after: OnProgress | None = None,
    ) -> None:
        """Run over one part after the other; ``after`` each, with no worker at work, False ends the run too."""
        reporter = Reporter(on_progress, partial=self.partial)
        reporter.begin(self.stage, self.unit, self.total, self.n_done, self.epoch_state, self.resumed)
        try:
            for items in parts:
                self._over_part(items, task, reporter, on_result)
                if not self.stop[0] and after is not None and not self._goes_on(reporter, after):
                    self.stop[0] = 1
                if self.stop[0]:
                    break
        finally:
            if self.checkpoints is not None:
                self.checkpoints.close()
        reporter.report()

    def _goes_on(self, reporter: Reporter, after: OnProgress) -> bool:
        """Call ``after``, and ``on_progress`` if it is due: parts may be too short for it."""
        return not stops(after(reporter.now())) and (not reporter.is_due() or reporter.report())

    def _over_part(
        self,
        items: Iterable[Item],
        task: Callable[[Item, int], Result],
        reporter: Reporter,
        on_result: Callable[[Result], object] | None,
    ) -> None:
        kept = self.checkpoints
        if kept is None:
            run(task, items, threads=self.threads, stop=self.stop, on_result=on_result, on_tick=reporter.report)
            return
        run(
            task, kept.between(items), threads=self.threads, stop=self.stop, on_result=kept.counted(on_result),
            on_tick=lambda: kept.tick() and reporter.report(), before_stop=kept.end,
        )  # fmt: skip

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
        anew = "" if self.checkpoints is None else ", without the checkpoints of this run"
        return TrainingError(
            f"training diverged {what}, at a learning rate of {rate:.3g}; try a tenth of it{anew}",
            field="learning_rate",
            got=rate,
        )
