"""Training in supersteps, which gives the same bytes on any number of threads: ``deterministic=True``."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels import _word2vec
from fastvec.kernels.reference import supersteps as reference_supersteps
from fastvec.running.progress import OnProgress
from fastvec.running.workers import resolve_threads
from fastvec.training.checkpoints.checkpoints import Checkpoints
from fastvec.training.checkpoints.files import Arrays
from fastvec.training.losses import HierarchicalSoftmax
from fastvec.training.slice_kernel import PlaceArguments, SliceArguments
from fastvec.training.slice_run import Slice, SliceRun, Totals

SHARDS = 16  # slices at a time, and so the most threads that train; the result depends on it
CENTRES = (
    128  # of each in a superstep: with 256 vectors are worse after one epoch, with 64 threads wait more often
)
LEAST = 8  # in a small text ...
A_PART = 20_000  # ... where a shard's part of a superstep is at most one in so many tokens
DAMPING = 0.07  # of each prediction; docs/deterministic.md has others


class SuperstepRun(SliceRun):
    """The run of slices that train side by side, in supersteps; its arguments are those of a :class:`SliceRun`."""

    def prepare(
        self, arguments: dict[str, Any], arguments_of: SliceArguments, backend: Literal["compiled", "numpy"]
    ) -> None:
        """Make the kernel.

        Parameters
        ----------
        arguments, arguments_of
            The kernel's, and what makes those of a slice.
        backend : "compiled" or "numpy"
        """
        self.arguments_of = arguments_of
        self.due: deque[Slice] = deque()  # slices whose results have not come yet
        window = arguments["window"] if arguments["targets"] is None else 0
        longest = max(place.end - place.start for part in self.parts for place in part)
        places = max(len(part) for part in self.parts)
        inputs, outputs = predictions_of_a_use(arguments, places)
        self.workers = min(self.threads, SHARDS)
        supersteps = _word2vec.Supersteps if backend == "compiled" else reference_supersteps.Supersteps
        self.steps = supersteps(
            slices=self._taken_slices(), on_result=self._on_result, shards=SHARDS,
            centres=min(CENTRES, max(LEAST, self.tokens // A_PART)), damping=(DAMPING * inputs, DAMPING * outputs),
            places=places, reach=min(2 * window + 1, longest), workers=self.workers,
            spin=self.workers <= resolve_threads(None), **{**arguments, "threads": 1},
        )  # fmt: skip

    def train(self, on_progress: OnProgress | None) -> None:
        """Train all slices that are left."""
        try:
            self.over(self._parts(), lambda number, _: self.steps.work(number), on_progress)
        finally:
            del self.steps  # which refers to the run: its copies of rows need not wait for the garbage collector
        self.check_trained()

    def pause(self) -> None:
        """Let workers return after the superstep."""
        self.steps.pause()

    def go_on(self) -> bool:
        """Begin, or begin again; return False if all slices are over."""
        return self.steps.go_on()

    def step(self) -> int:
        """Return how many supersteps are done."""
        return self.steps.state()[0]

    def state(self) -> dict[str, NDArray[Any]]:
        """Return also where each shard is, and the results that wait for those of earlier slices."""
        supersteps, _, shards, losses, waiting = self.steps.state()
        early = np.full((len(self._seen), 4), -1.0)
        for number, totals in waiting.items():
            early[number] = totals
        return {
            **super().state(), "supersteps": np.array([supersteps]), "shards": shards, "losses": losses,
            "early": early,
        }  # fmt: skip

    def restore(self, state: Arrays) -> None:
        """Go on after the superstep of a state."""
        super().restore(state)
        rows = enumerate(state["early"].tolist())
        waiting = {
            number: (loss, int(predictions), int(trained), int(tokens))
            for number, (loss, predictions, trained, tokens) in rows
            if tokens >= 0
        }
        self.steps.restore(
            int(state["supersteps"][0]), self.slices_done, state["shards"], state["losses"], waiting
        )

    def _parts(self) -> Iterable[int]:
        """Yield the workers; with checkpoints again and again, whenever they have returned."""
        if self.checkpoints is not None:
            return self._by_parts(self.checkpoints)
        return range(self.workers) if self.go_on() else ()

    def _by_parts(self, checkpoints: Checkpoints) -> Iterator[int]:
        while self.go_on():
            yield from range(self.workers)
            if not checkpoints.settle():
                return

    def _taken_slices(self) -> Iterator[tuple[list[PlaceArguments], float, int]]:
        for part in self.slices():
            self.due.append(part)
            yield self.arguments_of(part)

    def _on_result(self, number: int, totals: Totals) -> None:
        self.add(self.due.popleft(), totals)
        if self.checkpoints is not None and self.checkpoints.is_due():
            self.steps.pause()


def predictions_of_a_use(arguments: dict[str, Any], places: int) -> tuple[float, float]:
    """Return about how many predictions, of one output by one input, a use of a row stands for: in W_in, in W_out.

    A use of a row of W_in is that of a token, in all windows that have it and against all outputs of each. A use
    of one of W_out is its place among the outputs of a step, with all inputs of the step: the mean over a word and
    its negatives, or its path.

    Examples
    --------
    >>> settings = {"model": "window", "loss": "negative_sampling", "context": "both", "window": 5, "negative": 5}
    >>> predictions_of_a_use({**settings, "shrink_windows": True, "share_negatives": True}, places=4)
    (36.0, 16.0)
    """
    sides = 2 if arguments["context"] == "both" else 1
    window = sides * ((arguments["window"] + 1) / 2 if arguments["shrink_windows"] else arguments["window"])
    negatives, model = arguments["negative"], arguments["model"]
    outputs = 1.0 + negatives
    if arguments["loss"] == HierarchicalSoftmax.name:
        offsets, nodes, *_ = arguments["paths"]
        outputs, negatives = len(nodes) / (len(offsets) - 1), 0
    windows = 1.0 if model == "given" or (model == "bag" and arguments["divide_gradient"]) else window
    shared = (1 + negatives) / (1 + negatives / places) if arguments["share_negatives"] else 1.0
    return windows * outputs, (window if model == "window" else 1.0) * shared
