"""Slices in supersteps in plain NumPy: the specification of csrc/superstep.h and kernels/supersteps.pxi."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.reference.held import Floats, Ids, Place
from fastvec.kernels.reference.word2vec import Training, open_slice

Totals = tuple[float, int, int, int]
LONGEST_MOVE = 2.0  # of a row, in the longest of its changes
OPTIONAL = ("targets", "weights", "paths", "rows", "tags", "W_tags", "sum_inputs")


class Shard:
    """A slice that trains on copies of both matrices (the kernel copies only the rows that it uses)."""

    def __init__(self, number: int, training: Training, W_in: Floats, W_out: Floats) -> None:
        self.number, self.training = number, training
        self.copies = W_in, W_out
        self.uses = np.zeros(len(W_in), np.int64), np.zeros(len(W_out), np.int64)
        run = training.run
        run.inputs.uses, run.outputs.uses = self.uses
        if run.held is not None and run.held is not run.inputs:
            run.held.uses = self.uses[1]

    def train(self, matrices: tuple[Floats, Floats], centres: int, most: tuple[int, int]) -> bool:
        """Train from ``matrices`` until ``centres`` are done or too many rows are copied; return whether all are.

        ``most`` rows of each may be in use when a round begins.
        """
        for copy, matrix, uses in zip(self.copies, matrices, self.uses, strict=True):
            copy[:], uses[:] = matrix, 0
        done = 0
        while done < centres and all(np.count_nonzero(uses) <= n for uses, n in zip(self.uses, most, strict=True)):
            trained = self.training.round()
            done += trained
            if not trained:
                break
        self.training.pause()
        return self.training.is_over()


def merge(W: Floats, changes: list[tuple[Floats, Ids, float]], damping: float) -> None:
    """Add to the rows of W what slices changed; of each its copies, the uses of each row and the learning rate.

    Of k slices that used a row, with x = damping * sum(uses * rate), it gets (1 + x / k) / (1 + x) times their
    summed changes: all of it where x is small, their mean where it is large. But it moves at most by LONGEST_MOVE
    times the longest of its changes.
    """
    k = np.sum([uses > 0 for _, uses, _ in changes], axis=0)[:, None]
    x = damping * np.sum([uses * rate for _, uses, rate in changes], axis=0)[:, None]
    scale = (1 + x / np.maximum(k, 1)) / (1 + x)
    each = np.array([(copies - W) * (uses > 0)[:, None] for copies, uses, _ in changes])
    change, longest = each.sum(axis=0), np.linalg.norm(each, axis=2).max(axis=0)
    total = np.linalg.norm(change, axis=1)
    most = np.divide(LONGEST_MOVE * longest, total, out=np.full_like(total, np.inf), where=total > 0)
    W += (np.minimum(scale, most[:, None]) * change).astype(W.dtype)


class Supersteps:
    """As the compiled one, whose arguments are described there; worker 0 does all the work."""

    def __init__(
        self,
        *,
        slices: Iterable[tuple[list[Place], float, int]],
        on_result: Callable[[int, Totals], object],
        shards: int,
        centres: int,
        damping: tuple[float, float],
        places: int,
        reach: int,
        workers: int,
        spin: bool = True,
        **others: Any,
    ) -> None:
        self.slices, self.on_result = iter(slices), on_result
        self.centres, self.damping = centres, damping
        self.others = {name: value for name, value in others.items() if name not in ("stop", "level")}
        self.stop = others["stop"]
        self.matrices: tuple[Floats, Floats] = (others["W_in"], others["W_out"])
        self.shards: list[Shard | None] = [None] * shards
        self.rates = [0.0] * shards
        self.results: dict[int, Totals] = {}
        self.taken = self.given = self.supersteps = 0
        self.over, self.pausing = True, False
        self.lock = threading.Lock()
        self.most = self._most(places * (reach + 1))

    def _most(self, tokens: int) -> tuple[int, int]:
        """Return how many rows of each matrix may be in use when a round begins; it adds those of ``tokens``."""
        paths, rows = self.others.get("paths"), self.others.get("rows")
        predicted = 1 + self.others["negative"] if paths is None else paths[3]
        of_word = 1 if rows is None else int(np.diff(rows[0]).max())
        n_in, n_out = map(len, self.matrices)
        room = 3 * self.centres
        return (
            n_in if min(n_in, tokens * of_word) + room >= n_in else room,
            n_out if min(n_out, tokens * predicted) + room >= n_out else room,
        )

    def work(self, worker: int) -> None:
        """Train until all slices are over, or it pauses."""
        with self.lock:
            while not self.over:
                self._superstep()
                self.supersteps += 1
                self._give_results()
                self.over = bool(self.stop[0]) or self.pausing or not self._take_slices()
                self.pausing = False

    def pause(self) -> None:
        """Let workers return at the end of the superstep; of the next one, if none is at work."""
        self.pausing = True

    def go_on(self) -> bool:
        """Begin, or begin again; return False if all slices are over."""
        self.over = not self._take_slices()
        return not self.over

    def state(self) -> tuple[int, int, NDArray[np.int64], NDArray[np.float64], dict[int, Totals]]:
        """Return where all is."""
        shards, losses = np.full((len(self.shards), 4), (-1, 0, 0, 0), np.int64), np.zeros(len(self.shards))
        for k, shard in enumerate(self.shards):
            if shard is not None:
                losses[k], predictions, centres, _ = shard.training.totals()
                shards[k] = shard.number, centres, predictions, self._sets(shard)
        return self.supersteps, self.given, shards, losses, dict(self.results)

    def restore(
        self, supersteps: int, given: int, shards: NDArray[np.int64], losses: NDArray[np.float64],
        waiting: Mapping[int, Totals],
    ) -> None:  # fmt: skip
        """Go to where ``state()`` was; ValueError, if the slices have no such place."""
        at = {number: k for k, number in enumerate(shards[:, 0].tolist()) if number >= 0}
        self.supersteps, self.taken, self.given, self.results = supersteps, given, given, dict(waiting)
        if set(at) | set(waiting) != set(range(given, given + len(at) + len(waiting))):
            raise ValueError(f"slices of the shards: {sorted(at)}, after {given}")
        for number in range(given, given + len(at) + len(waiting)):
            if (part := next(self.slices, None)) is None:
                raise ValueError(f"slice {number}: there is none")
            if number in at:
                k = at[number]
                _, centres, predictions, sets = shards[k].tolist()
                training = self._open(k, part).training
                training.go_to(centres)
                training.run.predictions, training.run.outputs.total = predictions, float(losses[k])
                training.run.outputs.drawn = sets * training.run.outputs.negative
            self.taken += 1

    def _sets(self, shard: Shard) -> int:
        outputs = shard.training.run.outputs
        return outputs.drawn // max(1, outputs.negative)

    def _open(self, k: int, part: tuple[list[Place], float, int]) -> Shard:
        """Give the next slice to shard k."""
        places, rate, stream = part
        W_in, W_out = (np.empty_like(W) for W in self.matrices)
        given = {name: self.others.get(name) for name in OPTIONAL}
        arguments = {**given, **self.others, "W_in": W_in, "W_out": W_out, "threads": 1}
        training = open_slice(places=places, learning_rate=rate, negative_stream=stream, **arguments)
        self.rates[k] = rate
        self.shards[k] = shard = Shard(self.taken, training, W_in, W_out)
        return shard

    def _take_slices(self) -> bool:
        for k, shard in enumerate(self.shards):
            if shard is None and (part := next(self.slices, None)) is not None:
                self._open(k, part)
                self.taken += 1
        return any(self.shards)

    def _superstep(self) -> None:
        live = [(k, shard) for k, shard in enumerate(self.shards) if shard is not None]
        over = [shard.train(self.matrices, self.centres, self.most) for _, shard in live]
        for side, W in enumerate(self.matrices):
            if side == 0 or not self.others["freeze_outputs"]:
                changes = [(shard.copies[side], shard.uses[side], self.rates[k]) for k, shard in live]
                merge(W, changes, self.damping[side])
        for (k, shard), is_over in zip(live, over, strict=True):
            if is_over:
                self.results[shard.number] = shard.training.totals()
                self.shards[k] = None
        self._give_results()

    def _give_results(self) -> None:
        """Hand on the results of the slices that are over, in their order; of all, if training was stopped."""
        if self.stop[0]:
            self.results |= {shard.number: shard.training.totals() for shard in self.shards if shard is not None}
            self.shards = [None] * len(self.shards)
        while self.given in self.results:
            self.on_result(self.given, self.results.pop(self.given))
            self.given += 1
