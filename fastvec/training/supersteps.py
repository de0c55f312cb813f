"""Training in supersteps, which gives the same bytes on any number of threads: ``deterministic=True``."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, Literal

from fastvec.kernels import _word2vec
from fastvec.kernels.reference import supersteps as reference_supersteps
from fastvec.running.progress import OnProgress
from fastvec.running.workers import resolve_threads
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


def run_supersteps(
    run: SliceRun,
    arguments: dict[str, Any],
    arguments_of: SliceArguments,
    backend: Literal["compiled", "numpy"],
    on_progress: OnProgress | None,
) -> None:
    """Train all slices of a run.

    Parameters
    ----------
    run : SliceRun
    arguments, arguments_of
        The kernel's, and what makes those of a slice.
    backend : "compiled" or "numpy"
    on_progress : callable, optional
    """
    due: deque[Slice] = deque()  # slices whose results have not come yet

    def slices() -> Iterator[tuple[list[PlaceArguments], float, int]]:
        for part in run.slices():
            due.append(part)
            yield arguments_of(part)

    def on_result(number: int, totals: Totals) -> None:
        run.add(due.popleft(), totals)

    window = arguments["window"] if arguments["targets"] is None else 0
    longest = max(place.end - place.start for part in run.parts for place in part)
    places = max(len(part) for part in run.parts)
    inputs, outputs = predictions_of_a_use(arguments, places)
    workers = min(run.threads, SHARDS)
    supersteps = _word2vec.Supersteps if backend == "compiled" else reference_supersteps.Supersteps
    steps = supersteps(
        slices=slices(), on_result=on_result, shards=SHARDS,
        centres=min(CENTRES, max(LEAST, run.tokens // A_PART)), damping=(DAMPING * inputs, DAMPING * outputs),
        places=places, reach=min(2 * window + 1, longest), workers=workers, spin=workers <= resolve_threads(None),
        **{**arguments, "threads": 1},
    )  # fmt: skip
    run.over(range(workers), lambda _, worker: steps.work(worker), on_progress)
    run.check_trained()


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
