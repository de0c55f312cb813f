"""The kernel of skip-gram and CBOW with its arguments: all but those of a slice are the same in a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from fastvec.kernels import _word2vec
from fastvec.kernels.random import stream
from fastvec.kernels.reference import word2vec as reference_word2vec
from fastvec.kernels.simd import level_number
from fastvec.text.windows import Context
from fastvec.training.freezing import Frozen
from fastvec.training.initialization import StartingRows
from fastvec.training.inputs import Inputs
from fastvec.training.losses import Loss
from fastvec.training.slice_run import Slice, SliceRun, Totals

if TYPE_CHECKING:
    from fastvec.training.prediction_trainer import PredictionTrainer


@dataclass(frozen=True)
class Model:
    """What predicts which word, as the kernel calls it."""

    name: Literal["window", "pairs", "centre", "bag", "tags", "given"]
    context: Context = "both"
    divide_gradient: bool = False
    sum_inputs: bool = False
    joint: bool = False  # centres of several places may be trained in one step, with the same negatives


PlaceArguments = tuple[int, int, int, int, int]  # start, end, sentence, keep stream, width stream
SliceArguments = Callable[[Slice], tuple[list[PlaceArguments], float, int]]


def kernel_arguments(
    trainer: PredictionTrainer,
    model: Model,
    inputs: Inputs,
    loss: Loss,
    start: StartingRows,
    frozen: Frozen,
    run: SliceRun,
    share_negatives: bool,
) -> dict[str, Any]:
    """Return the kernel's arguments, but for those of a slice."""
    composed = start.composition
    return dict(
        ids=inputs.ids, offsets=inputs.offsets, targets=inputs.targets, weights=inputs.weights,
        keep=inputs.keep, negatives=loss.negatives, paths=loss.paths,
        rows=None if composed is None else (composed.offsets, composed.rows),
        in_rates=frozen.in_rates, out_rates=frozen.out_rates, freeze_outputs=frozen.all_outputs,
        W_in=start.W_in, W_out=start.W_out,
        model=model.name, context=model.context, divide_gradient=model.divide_gradient,
        sum_inputs=model.sum_inputs,
        loss=loss.name, negative=loss.negative, share_negatives=share_negatives,
        window=trainer.window, shrink_windows=trainer.shrink_windows,
        threads=run.threads, stop=run.stop, level=level_number(),
    )  # fmt: skip


def slice_arguments(seed: int) -> SliceArguments:
    """Return what makes the arguments of a slice: its places, its learning rate and its stream of negatives."""

    def arguments(part: Slice) -> tuple[list[PlaceArguments], float, int]:
        streams = partial(stream, seed, part.epoch)
        places = [(*place[1:], streams(place.number, 0), streams(place.number, 1)) for place in part.places]
        return places, part.learning_rate, streams(part.number, 2)

    return arguments


def slice_kernel(
    arguments: dict[str, Any], arguments_of: SliceArguments, backend: Literal["compiled", "numpy"]
) -> Callable[[Slice, int], Totals]:
    """Return what trains a slice."""
    kernel: Callable[..., Totals] = partial(
        (_word2vec if backend == "compiled" else reference_word2vec).word2vec_slice, **arguments
    )

    def train_slice(part: Slice, worker: int) -> Totals:
        places, learning_rate, negative_stream = arguments_of(part)
        return kernel(places=places, learning_rate=learning_rate, negative_stream=negative_stream)

    return train_slice
