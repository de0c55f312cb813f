"""A run over the slices of a corpus, epoch after epoch: the schedule, the history, the progress, the alarm."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import TrainingError
from fastvec.running.progress import OnProgress, Progress
from fastvec.running.ranges import slice_bounds
from fastvec.running.workers import new_stop_flag, run, run_blocks
from fastvec.training.learning_rate import linear

DIVERGED = 20  # times the loss of an untrained model; a rate of 0.5, far too high, reaches 1.3 times
ROWS = 1 << 13  # looked at in one go: some milliseconds
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


class SlicedRun:
    """Runs a kernel over every slice of every epoch. Epochs have no barrier."""

    def __init__(
        self,
        offsets: NDArray[np.int64],
        epochs: int,
        rates: tuple[float, float],
        untrained_loss: float,
        places: int = 1,
    ) -> None:
        self.epochs, self.rates, self.untrained_loss = epochs, rates, untrained_loss
        self.tokens = int(offsets[-1])
        bounds = slice_bounds(offsets, places)
        # the last of the sentences that begin there: those before it are empty
        sentences = np.searchsorted(offsets, bounds[:-1], side="right") - 1
        columns = (bounds[:-1].tolist(), bounds[1:].tolist(), sentences.tolist())
        everywhere = [Place(number, *place) for number, place in enumerate(zip(*columns, strict=True))]
        n_slices = -(-len(everywhere) // places)
        self.parts = [everywhere[number::n_slices] for number in range(n_slices)]
        self.stop = new_stop_flag()
        points = epochs * n_slices
        self._seen, self._loss, self._rate = np.zeros(points, np.int64), np.zeros(points), np.zeros(points)
        self._predictions = np.zeros(points, np.int64)
        self._epochs = np.zeros((epochs, 2))  # the summed loss and the predictions
        self.done = self.words = 0

    def slices(self) -> Iterator[Slice]:
        position, total = 0, self.epochs * self.tokens
        for epoch in range(self.epochs):
            for number, places in enumerate(self.parts):
                tokens = sum(place.end - place.start for place in places)
                middle = (position + tokens / 2) / total
                yield Slice(epoch, number, places, linear(*self.rates, middle))
                position += tokens

    def run(self, kernel: Callable[[Slice, int], Totals], threads: int, on_progress: OnProgress | None) -> None:
        """Run ``kernel(slice, worker)`` over all slices; see :func:`fastvec.running.workers.run`."""
        began = time.perf_counter()

        def report() -> object:
            return on_progress(self._progress(time.perf_counter() - began)) if on_progress else None

        def task(part: Slice, worker: int) -> tuple[Slice, Totals]:
            return part, kernel(part, worker)

        run(task, self.slices(), threads=threads, stop=self.stop, on_result=self._add, on_tick=report)
        report()
        if not self.done and not self.stop[0]:
            raise TrainingError(
                "no pair of words was left to train on: the text is very small, or sample drops all of it; "
                "sample=0 keeps every token",
                field="sample",
            )

    def history(self) -> dict[str, NDArray[np.generic]]:
        """By slice: the words seen, the mean loss of a prediction, the learning rate. By epoch: the mean loss."""
        done, begun = self.done, self._epochs[self._epochs[:, 1] > 0]
        return {
            "words": self._seen[:done],
            "loss": self._loss[:done],
            "learning_rate": self._rate[:done],
            "epoch_loss": begun[:, 0] / begun[:, 1],
        }

    def _add(self, result: tuple[Slice, Totals]) -> None:
        part, (loss, predictions, _, tokens) = result
        self.words += tokens
        if not predictions:  # nothing to take a mean of: its words count to the next point
            return
        at, mean = self.done, loss / predictions
        self._seen[at], self._loss[at], self._rate[at] = self.words, mean, part.learning_rate
        self._predictions[at] = predictions
        self._epochs[part.epoch] += loss, predictions
        self.done += 1
        self._check(part, mean)

    def check_finite(self, *matrices: NDArray[np.float32], threads: int = 1) -> None:
        """The alarm for a last slice that diverged: its own loss was still of the rows before."""
        sums: list[np.float64] = []

        def add(matrix: NDArray[np.float32], rows: slice) -> None:
            sums.append(matrix[rows].sum(dtype=np.float64))

        for matrix in matrices:
            run_blocks(partial(add, matrix), len(matrix), ROWS, threads)
        if not np.isfinite(sums).all():
            raise TrainingError(
                f"training diverged at its end: vectors are not finite at a learning rate of {self.rates[0]:.3g}; "
                f"try a tenth of it",
                field="learning_rate", got=self.rates[0],
            )  # fmt: skip

    def _check(self, part: Slice, mean: float) -> None:
        if not mean <= DIVERGED * self.untrained_loss:  # NaN too
            raise TrainingError(
                f"training diverged in epoch {part.epoch + 1}, slice {part.number + 1}: the loss of a prediction "
                f"is {mean:.3g} at a learning rate of {part.learning_rate:.3g}; try a tenth of it",
                field="learning_rate", got=part.learning_rate,
            )  # fmt: skip

    def _progress(self, seconds: float) -> Progress:
        newest = slice(max(0, self.done - NEWEST), self.done)
        predictions = int(self._predictions[newest].sum())
        done = min(self.words, self.epochs * self.tokens)
        return Progress(
            stage="training",
            done=done,
            total=self.epochs * self.tokens,
            unit="words",
            seconds=seconds,
            words=self.words,
            words_per_second=self.words / seconds if seconds > 0 else 0.0,
            epoch=min(self.epochs, 1 + self.words // self.tokens),
            learning_rate=float(self._rate[self.done - 1]) if self.done else self.rates[0],
            loss=float(self._loss[newest] @ self._predictions[newest] / predictions) if predictions else None,
        )
