"""A run over the slices of a corpus, epoch after epoch: the schedule and the history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import TrainingError
from fastvec.running.progress import EpochState, OnProgress, Progress
from fastvec.running.ranges import slice_bounds
from fastvec.training.checkpoints.files import Arrays
from fastvec.training.learning_rate import linear
from fastvec.training.run import DIVERGED, TrainingRun

NEWEST = 20  # slices: the loss that progress shows is their mean

Totals = tuple[float, int, int, int]  # loss, predictions, trained words, raw words


class Place(NamedTuple):
    """Tokens [start, end); the first lies in ``sentence``. Places count from 0."""

    number: int
    start: int
    end: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Slice:
    """Places of one epoch, from parts of the text as distant as can be. Epochs and slices count from 0."""

    epoch: int
    number: int
    places: list[Place]
    learning_rate: float


class SliceRun(TrainingRun):
    """The run of a kernel over every slice of every epoch.

    Parameters
    ----------
    offsets : int64[S + 1]
        Where sentences begin and end.
    epochs, threads, unit
        As for :class:`TrainingRun`.
    rates : (float, float)
        The learning rate at the start and at the end.
    untrained_loss : float
        The mean loss of a prediction before training.
    places : int
        Ranges of the text in a slice.
    bounds : int64[S + 1], optional
        Those of the ranges, where they are not :func:`slice_bounds`.
    """

    def __init__(
        self,
        offsets: NDArray[np.int64],
        epochs: int,
        rates: tuple[float, float],
        untrained_loss: float,
        *,
        places: int = 1,
        threads: int = 1,
        unit: str = "tokens",
        bounds: NDArray[np.int64] | None = None,
    ) -> None:
        self.tokens = int(offsets[-1])
        super().__init__(epochs, rates[0], threads, unit, epochs * self.tokens)
        self.rates, self.untrained_loss = rates, untrained_loss
        bounds = slice_bounds(offsets, places) if bounds is None else bounds
        # the last of the sentences that begin there: those before it are empty
        sentences = np.searchsorted(offsets, bounds[:-1], side="right") - 1
        columns = (bounds[:-1].tolist(), bounds[1:].tolist(), sentences.tolist())
        everywhere = [Place(number, *place) for number, place in enumerate(zip(*columns, strict=True))]
        n_slices = -(-len(everywhere) // places)
        self.parts = [everywhere[number::n_slices] for number in range(n_slices)]
        points = epochs * n_slices
        self._seen, self._loss, self._rate = np.zeros(points, np.int64), np.zeros(points), np.zeros(points)
        self._predictions = np.zeros(points, np.int64)
        self._epochs = np.zeros((epochs, 2))  # the summed loss and the predictions
        self.slices_done = self.points = self.seen = 0  # points of the history, and tokens

    def slices(self) -> Iterator[Slice]:
        """Yield the slices that are left, of all epochs, with their learning rates."""
        for of_epoch in self.slices_by_epoch():
            yield from of_epoch

    def slices_by_epoch(self) -> Iterator[Iterator[Slice]]:
        """Yield the slices that are left of each epoch."""
        begun, first = divmod(self.slices_done, len(self.parts))
        for epoch in range(begun, self.epochs):
            yield self._slices_of(epoch, first)
            first = 0

    def _slices_of(self, epoch: int, first: int) -> Iterator[Slice]:
        sizes = [sum(place.end - place.start for place in places) for places in self.parts]
        position = epoch * self.tokens + sum(sizes[:first])
        for number in range(first, len(self.parts)):
            middle = (position + sizes[number] / 2) / self.total
            yield Slice(epoch, number, self.parts[number], linear(*self.rates, middle))
            position += sizes[number]

    def run(
        self,
        kernel: Callable[[Slice, int], Totals],
        on_progress: OnProgress | None,
        on_epoch: OnProgress | None = None,
    ) -> None:
        """Run ``kernel(slice, worker)`` over all slices; with ``on_epoch`` epoch by epoch."""

        def task(part: Slice, worker: int) -> tuple[Slice, Totals]:
            return part, kernel(part, worker)

        def ended(now: Progress) -> Any:
            assert on_epoch is not None
            epoch = self.slices_done // len(self.parts)
            loss, predictions = self._epochs[epoch - 1].tolist()
            return on_epoch(replace(now, epoch=epoch, loss=loss / predictions if predictions else None))

        parts: Iterable[Iterable[Slice]] = [self.slices()] if on_epoch is None else self.slices_by_epoch()
        after = None if on_epoch is None else ended
        self.over_parts(parts, task, on_progress, lambda result: self.add(*result), after)
        self.check_trained()

    def check_trained(self) -> None:
        """Raise if no pair was trained on, though the run came to its end."""
        if not self.points and self.slices_done == len(self._seen):
            raise TrainingError(
                "no pair of words was left to train on: the text is very small, or sample drops all of it; "
                "sample=0 keeps every token",
                field="sample",
            )

    def state(self) -> dict[str, NDArray[Any]]:
        """Return how many slices are done, and the history so far."""
        return {"place": np.array([self.slices_done, self.points, self.seen]), **self._columns()}

    def restore(self, state: Arrays) -> None:
        """Go on after the slices of a state."""
        slices, points, seen = map(int, state["place"])
        if not 0 <= points <= slices <= len(self._seen) or not 0 <= seen <= self.total:
            raise ValueError(f"{slices} slices, {points} points and {seen} {self.unit}")
        self.slices_done, self.points, self.seen = slices, points, seen
        for name, column in self._columns().items():
            np.copyto(column, state[name])

    def _columns(self) -> dict[str, NDArray[Any]]:
        return {
            "seen": self._seen, "loss": self._loss, "learning_rate": self._rate,
            "predictions": self._predictions, "epochs": self._epochs,
        }  # fmt: skip

    def history(self) -> dict[str, NDArray[np.generic]]:
        """Return, by slice, tokens (or pairs) so far, mean loss and learning rate; by epoch, the mean loss."""
        points, begun = self.points, self._epochs[self._epochs[:, 1] > 0]
        return {
            self.unit: self._seen[:points],
            "loss": self._loss[:points],
            "learning_rate": self._rate[:points],
            "epoch_loss": begun[:, 0] / begun[:, 1],
        }

    def add(self, part: Slice, totals: Totals) -> None:
        """Add the totals of a slice to the history."""
        loss, predictions, _, tokens = totals
        self.seen += tokens
        self.slices_done += 1
        if not predictions:  # nothing to take a mean of: its tokens count to the next point
            return
        at, mean = self.points, loss / predictions
        self._seen[at], self._loss[at], self._rate[at] = self.seen, mean, part.learning_rate
        self._predictions[at] = predictions
        self._epochs[part.epoch] += loss, predictions
        self.points += 1
        self._check(part, mean)

    def _check(self, part: Slice, mean: float) -> None:
        """Raise if the mean loss of a slice is not finite, or far too high."""
        if not mean <= DIVERGED * self.untrained_loss:  # NaN too
            place = f"in epoch {part.epoch + 1}, slice {part.number + 1}"
            raise self.diverged(f"{place}: the loss of a prediction is {mean:.3g}", part.learning_rate)

    def n_done(self) -> int:
        """Return how many tokens are done."""
        return min(self.seen, self.total)

    def epoch_state(self) -> EpochState:
        """Return the epoch, and the learning rate and loss of the newest slices."""
        newest = slice(max(0, self.points - NEWEST), self.points)
        predictions = int(self._predictions[newest].sum())
        return EpochState(
            epoch=min(self.epochs, 1 + self.seen // self.tokens),
            learning_rate=float(self._rate[self.points - 1]) if self.points else self.rates[0],
            loss=float(self._loss[newest] @ self._predictions[newest] / predictions) if predictions else None,
        )
