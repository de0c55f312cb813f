"""What GloVe and log-count factorisation share: stochastic gradient descent over the tiles of counts."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from fastvec.checks import numbers as check
from fastvec.checks.settings import setting
from fastvec.counting.mapped import naming_file
from fastvec.io.decompression import type_of_path
from fastvec.kernels._turns import TileKernel
from fastvec.kernels.simd import level_number
from fastvec.running.progress import OnProgress
from fastvec.text.corpus import Corpus
from fastvec.training.checkpoints.arguments import adds_checkpoints
from fastvec.training.checkpoints.checkpoints import Checkpoints
from fastvec.training.checkpoints.identity import of_counts
from fastvec.training.checkpoints.schedule import EVERY
from fastvec.training.count_trainer import Backend, CountTrainer, Fitted, Rows, cooccurrences, observed_pairs
from fastvec.training.tile_run import Kernel, TileRun, Totals
from fastvec.training.tiles import Tiles, cut, sum_over
from fastvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from fastvec.counting.cooccurrence import CooccurrenceMatrix


@dataclass(frozen=True, kw_only=True)
class TileTrainer(CountTrainer["CooccurrenceMatrix"]):
    """Base of GloVe and LogCountFactorization; a subclass has its targets, its rows and its kernel."""

    learning_rate: float = setting(0.05, "learning rate (GloVe: before AdaGrad lowers it)", check.real, above=0)
    epochs: int = setting(25, "passes over the counts", check.whole, 1)

    _values: ClassVar[tuple[str, ...]]  # what the kernel calls the arrays of _targets
    _compiled: ClassVar[Callable[..., TileKernel]]
    _reference: ClassVar[Callable[..., Totals]]

    @adds_checkpoints(CountTrainer.train)
    def train(
        self,
        data: Corpus | CooccurrenceMatrix,
        *,
        threads: int | None = None,
        backend: Backend = "compiled",
        on_progress: OnProgress | None = None,
        checkpoint: type_of_path | None = None,
        checkpoint_every: str | int = EVERY,
        resume: bool = False,
    ) -> WordVectors:
        """Train on counts, with checkpoints."""
        checkpoints = Checkpoints.of(checkpoint, checkpoint_every, resume)
        counts, n_threads = self._prepare(data, threads, backend, on_progress)
        return self._vectors(counts, self._fit(counts, n_threads, backend, on_progress, checkpoints))

    def _counts(
        self, data: Corpus | CooccurrenceMatrix, threads: int | None, on_progress: OnProgress | None
    ) -> CooccurrenceMatrix:
        return cooccurrences(data, threads, on_progress)

    def _fit(
        self,
        counts: CooccurrenceMatrix,
        threads: int,
        backend: Backend,
        on_progress: OnProgress | None,
        checkpoints: Checkpoints | None = None,
    ) -> Fitted:
        matrix = observed_pairs(counts)
        W, C = (self._new_rows(len(counts.vocabulary), which, threads) for which in range(2))
        with naming_file(counts):
            tiles = cut(matrix, row_bytes=W.strides[0], values_of=self._targets, seed=self.seed, threads=threads)
        zero_cost = sum_over(tiles, self._zero_costs, threads) / len(tiles.rows)
        run = TileRun(tiles, self.epochs, self.learning_rate, self.seed, zero_cost=zero_cost, threads=threads)
        run.keep(
            checkpoints, {"W": W, "C": C},
            lambda: of_counts(self._settings(), backend, counts.vocabulary, matrix),
        )  # fmt: skip
        run.run(self._kernel(backend, tiles, W, C, run.stop), on_progress)
        run.check_finite(W, C)
        return Fitted(*self._finished(W, C, threads), run.history())

    def _kernel(self, backend: Backend, tiles: Tiles, W: Rows, C: Rows, stop: NDArray[np.uint8]) -> Kernel:
        arrays = {
            "rows": tiles.rows, "columns": tiles.columns, **dict(zip(self._values, tiles.values, strict=True)),
            "W": W, "C": C, "learning_rate": self.learning_rate, "stop": stop,
        }  # fmt: skip
        if backend == "compiled":
            return self._compiled(**arrays, level=level_number())
        return lambda start, end: self._reference(**arrays, start=start, end=end)

    @abstractmethod
    def _new_rows(self, words: int, which: int, threads: int) -> Rows:
        """Return the initial rows of W (``which`` = 0) or C (1), as the kernel takes them."""

    @abstractmethod
    def _targets(self, counts: NDArray[np.float64]) -> tuple[Rows, ...]:
        """Return what the kernel needs to know of each count: an array for each of ``_values``."""

    @abstractmethod
    def _zero_costs(self, *values: Rows) -> float:
        """Return the sum of the costs of pairs with these targets where all vectors are zero."""

    @abstractmethod
    def _finished(self, W: Rows, C: Rows, threads: int) -> tuple[Rows, Rows | None]:
        """Return the vectors and the context vectors."""
