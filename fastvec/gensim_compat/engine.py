"""Training of gensim's models by fastvec's kernels: both output layers, lock factors, epoch by epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import SettingError
from fastvec.running.progress import OnProgress, Progress
from fastvec.running.workers import resolve_threads
from fastvec.text.corpus import Corpus
from fastvec.text.vocabulary import Vocabulary
from fastvec.training.composition import Composition
from fastvec.training.freezing import Frozen
from fastvec.training.huffman import Paths
from fastvec.training.initialization import StartingRows
from fastvec.training.inputs import Inputs
from fastvec.training.losses import HierarchicalSoftmax, Loss, NegativeSampling
from fastvec.training.matrices import new_matrix
from fastvec.training.prediction_trainer import PredictionTrainer
from fastvec.training.slice_kernel import kernel_arguments, slice_arguments, slice_kernel
from fastvec.training.slice_run import Slice, SliceRun, Totals
from fastvec.training.subsampling import keep_probabilities, keep_thresholds

JOB = 10_000  # words: a text of fewer is trained by one thread, as in gensim, and so the same each time


@dataclass
class Weights:
    """The matrices that training changes, as gensim has them.

    Attributes
    ----------
    inputs : float32[V, D], or float32[V + B, D] with n-grams
    syn1neg : float32[V, D] or None
        The output rows of words.
    syn1 : float32[V, D] or None
        Those of inner nodes; the last is unused.
    composition : Composition, optional
        With n-grams: what words are composed of.
    lock_factors : float32[V] or float32[1]
        Of the changes of ``inputs``.
    tree : paths, optional
        Those of words to the rows of ``syn1``; None: those of fastvec.
    """

    inputs: NDArray[np.float32]
    syn1neg: NDArray[np.float32] | None
    syn1: NDArray[np.float32] | None
    composition: Composition | None
    lock_factors: NDArray[np.float32]
    tree: Paths | None = None


class Layer:
    """An output layer in training: its padded rows, and the kernel that trains it."""

    def __init__(self, loss: Loss, rows: NDArray[np.float32]) -> None:
        self.loss, self.rows, self.padded = loss, rows, new_matrix(*rows.shape)


class Training:
    """A run of some epochs over a corpus.

    Parameters
    ----------
    trainer : SkipGram or CBOW
        Its settings, but for rates, epochs and loss.
    corpus : Corpus
        Its vocabulary is the model's, with the model's counts.
    weights : Weights
    negative : int
    epochs, rates, workers
        As for training; ``rates`` may rise.
    """

    def __init__(
        self, trainer: PredictionTrainer, corpus: Corpus, weights: Weights, *, negative: int, epochs: int,
        rates: tuple[float, float], workers: int,
    ) -> None:  # fmt: skip
        self.trainer, self.weights = trainer, weights
        words = corpus.vocabulary
        self.layers = _layers(weights, words.counts, negative, trainer.ns_exponent)
        self.inputs = Inputs(words, words, corpus.ids, corpus.offsets, keep=_keep(words, trainer.sample))
        self.W_in = new_matrix(*weights.inputs.shape)
        kernel_model = trainer.model()
        self.run = SliceRun(
            corpus.offsets, epochs, rates, sum(layer.loss.untrained_loss for layer in self.layers),
            places=min(trainer.places(kernel_model, layer.loss, len(words)) for layer in self.layers),
            threads=_threads(workers, corpus.n_tokens),
        )  # fmt: skip
        self.kernels = [self._kernel(layer) for layer in self.layers]
        self.loss, self.trained_words = 0.0, 0

    def _kernel(self, layer: Layer) -> Callable[[Slice, int], Totals]:
        return slice_kernel(self._arguments(layer), slice_arguments(self.trainer.seed), "compiled")

    def _arguments(self, layer: Layer) -> dict[str, Any]:
        """Return the kernel's arguments for an output layer."""
        trainer, words = self.trainer, self.inputs.words
        start = StartingRows(
            words.words, words.counts, words.counts, np.zeros(len(words), np.bool_), words.words, words.counts,
            self.W_in, layer.padded, self.weights.composition,
        )  # fmt: skip
        frozen = Frozen(_rates(self.weights))
        kernel_model = trainer.model()
        share = trainer.shares_negatives(kernel_model, layer.loss)
        return kernel_arguments(trainer, kernel_model, self.inputs, layer.loss, start, frozen, self.run, share)

    def epochs(self, between: Callable[[int], Any] | None, on_progress: OnProgress | None = None) -> None:
        """Train all epochs; ``between(epochs done)`` gets the weights as they are after each one.

        Without it epochs have no barrier between them.
        """
        if not self.run.tokens or not self.layers:
            return
        self._take()

        def after(_: Progress) -> None:
            assert between is not None
            self._give()
            between(self.run.slices_done // len(self.run.parts))
            self._take()

        parts: Iterable[Iterable[Slice]] = [self.run.slices()] if between is None else self.run.slices_by_epoch()
        self.run.over_parts(parts, self._task, on_progress, self._add, None if between is None else after)
        self._give()

    def _task(self, part: Slice, worker: int) -> tuple[Slice, list[Totals]]:
        return part, [kernel(part, worker) for kernel in self.kernels]

    def _add(self, result: tuple[Slice, list[Totals]]) -> None:
        part, totals = result
        loss = sum(each[0] for each in totals)
        self.run.add(part, (loss, *totals[0][1:]))
        self.loss += loss
        self.trained_words += totals[0][2]

    def _take(self) -> None:
        """Copy the weights to the padded rows of the kernels."""
        for padded, rows in self._pairs():
            padded[:, : rows.shape[1]] = rows

    def _give(self) -> None:
        """Copy trained rows to the weights."""
        self.run.check_finite(self.W_in, *(layer.padded for layer in self.layers))
        for padded, rows in self._pairs():
            rows[...] = padded[:, : rows.shape[1]]

    def _pairs(self) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        return [(self.W_in, self.weights.inputs), *((layer.padded, layer.rows) for layer in self.layers)]


def _layers(weights: Weights, counts: NDArray[np.int64], negative: int, exponent: float) -> list[Layer]:
    layers = []
    if weights.syn1 is not None and len(counts) > 1:
        loss = HierarchicalSoftmax(counts)
        loss.paths = weights.tree or loss.paths
        layers.append(Layer(loss, weights.syn1))
    if weights.syn1neg is not None:
        layers.append(Layer(NegativeSampling(counts, negative, exponent), weights.syn1neg))
    return layers


def _keep(words: Vocabulary, sample: float) -> NDArray[np.uint32]:
    """Return the thresholds of subsampling; a ``sample`` of 1 or more is a count, as in gensim."""
    if sample >= 1:
        sample = int(sample * (3 + np.sqrt(5)) / 2) / max(1, words.total)
    return keep_thresholds(keep_probabilities(words.counts, sample))


def _threads(workers: int, tokens: int) -> int:
    return min(resolve_threads(workers), resolve_threads(None), max(1, -(-tokens // JOB)))


def _rates(weights: Weights) -> NDArray[np.float32] | None:
    """Return the factor of each row's change; None: all change freely."""
    factors = np.asarray(weights.lock_factors, np.float32)
    n_words = len(weights.inputs)
    if weights.composition is None and len(factors) not in (1, n_words):
        raise SettingError(field="vectors_lockf", expected=f"float32[{n_words}], or float32[1]", got=factors)
    if (factors == 1).all():
        return None
    if weights.composition is not None:
        raise SettingError(
            field="vectors_lockf", expected="ones, as words share the rows of n-grams", got=factors,
            hint="bucket=0 trains words without n-grams",
        )  # fmt: skip
    return np.broadcast_to(factors, n_words).copy()
