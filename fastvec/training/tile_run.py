"""A run over the tiles of a matrix, epoch after epoch, in the order of kernels/_turns.pyx."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels._turns import TileKernel, Turns
from fastvec.kernels.random import stream
from fastvec.running.progress import EpochState, OnProgress
from fastvec.training.checkpoints.checkpoints import Checkpoints
from fastvec.training.checkpoints.files import Arrays
from fastvec.training.run import DIVERGED, TrainingRun
from fastvec.training.tiles import Tiles

Totals = tuple[float, int]  # cost, pairs
Kernel = TileKernel | Callable[[int, int], Totals]


class TileRun(TrainingRun):
    """The run of a kernel over every tile of every epoch.

    Parameters
    ----------
    tiles : Tiles
    epochs, seed, threads : int
    learning_rate : float
    zero_cost : float
        The mean cost of a pair where all vectors are zero.
    """

    def __init__(
        self, tiles: Tiles, epochs: int, learning_rate: float, seed: int, *, zero_cost: float, threads: int
    ) -> None:
        self.n_pairs, self.groups, self.worst = len(tiles.rows), tiles.groups, DIVERGED * zero_cost
        # a row group is due again after half of them
        threads = min(threads, (tiles.groups + 1) // 2)
        super().__init__(epochs, learning_rate, threads, "pairs", epochs * self.n_pairs)
        self.turns = Turns(
            bounds=tiles.bounds,
            groups=tiles.groups,
            epochs=epochs,
            stream=stream(seed, 2),
            threads=threads,
            worst=self.worst,
            stop=self.stop,
        )

    def run(self, kernel: Kernel, on_progress: OnProgress | None) -> None:
        """Run ``kernel(start, end)`` over all tiles of all epochs."""
        self.over(self._workers(), lambda number, _: self.turns.work(number, kernel), on_progress)
        self._check()

    def pause(self) -> None:
        """Let workers finish their turns."""
        self.turns.pause()

    def state(self) -> dict[str, NDArray[Any]]:
        """Return the next turn, the order of its epoch, and the costs so far."""
        turns = self.turns
        return {"turn": np.array([turns.turn]), "order": turns.order, "cost": turns.cost, "pairs": turns.pairs}

    def restore(self, state: Arrays) -> None:
        """Go on with the turn of a state."""
        for name in ("order", "cost", "pairs"):
            np.copyto(getattr(self.turns, name), state[name])
        self.turns.go_on_from(int(state["turn"][0]))

    def _workers(self) -> Iterable[int]:
        return range(self.threads) if self.checkpoints is None else self._by_parts(self.checkpoints)

    def _by_parts(self, checkpoints: Checkpoints) -> Iterator[int]:
        """Yield all workers for a part of the turns, and again when they are over."""
        turns = self.turns
        while turns.turn < turns.n_turns:
            mark = checkpoints.schedule.mark
            last = turns.n_turns if mark is None else -(-mark * self.groups // self.n_pairs)
            turns.run_until(max(turns.turn + 1, last))
            yield from range(self.threads)
            if not checkpoints.settle():
                return

    def history(self) -> dict[str, NDArray[np.generic]]:
        """Return the epochs that ended and the mean cost of a pair in each."""
        ended = int((self.turns.pairs == self.n_pairs).sum())
        return {"epoch": np.arange(1, ended + 1), "cost": self.turns.cost[:ended].sum(axis=1) / self.n_pairs}

    def _check(self) -> None:
        """Raise if a cost was not finite or too high, which ended the turns."""
        costs, ended = self.turns.cost.sum(axis=1), self.turns.pairs == self.n_pairs
        for epoch in np.flatnonzero(~np.isfinite(costs) | (ended & (costs > self.worst * self.n_pairs)))[:1]:
            cost = costs[epoch] / self.n_pairs
            raise self.diverged(f"in epoch {epoch + 1}: the cost of a pair is {cost:.3g}")

    def n_done(self) -> int:
        """Return how many pairs are done."""
        return int(self.turns.pairs.sum())

    def epoch_state(self) -> EpochState:
        """Return the newest epoch and its mean cost so far."""
        epoch = max(0, int(np.count_nonzero(self.turns.pairs)) - 1)  # the newest one that a pair was trained in
        pairs = int(self.turns.pairs[epoch])
        cost = float(self.turns.cost[epoch].sum()) / pairs if pairs else None
        return EpochState(epoch + 1, self.learning_rate, cost)
