"""The steps of training: batches in BLAS, with blocks of words on several threads; or in plain NumPy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels import nnlm
from fastvec.kernels.reference.nnlm import nnlm_batch
from fastvec.running.workers import new_stop_flag, run
from fastvec.training.nnlm.network import BLOCK, Network

Rows = NDArray[np.float32]
Ids = NDArray[np.int32]
# AdaGrad's sums begin here. Gradients are those of a batch's mean, 1e-3 and less: a sum that begins at 0 would
# make the first step of every rare word, whose gradients are noise, as long as that of a frequent one
START = 1e-6


@dataclass
class Steps:
    """A network in training.

    Parameters
    ----------
    network : Network
        Its matrices are written.
    row_rates : float32[V + 1], optional
        Factors of the learning rate of each row of the embeddings.
    threads : int
        The result does not depend on it: blocks of words are the same, and their parts are summed in order.
    weight_decay : float
    """

    network: Network
    row_rates: Rows | None
    threads: int
    weight_decay: float = 0.0
    squares: list[Rows] = field(init=False)

    def __post_init__(self) -> None:
        self.squares = [np.full_like(matrix, START) for matrix in self._matrices()]
        self.scores: Rows = np.empty((0, 0, 0), np.float32)
        self.starts = range(0, len(self.network.output), BLOCK)

    def in_numpy(self, contexts: Ids, targets: Ids, learning_rate: float) -> float:
        """Take one step by the reference; return the summed loss."""
        embeddings, hidden, output = zip(self._matrices(), self.squares, strict=True)
        return nnlm_batch(
            contexts=contexts, targets=targets, row_rates=self.row_rates, embeddings=embeddings, hidden=hidden,
            output=output, learning_rate=learning_rate, weight_decay=self.weight_decay,
        )  # fmt: skip

    def in_blas(self, contexts: Ids, targets: Ids, learning_rate: float) -> float:
        """Take one step; return the summed loss, -log p of each target before the step."""
        embeddings, hidden, output = map(nnlm.Adaptive, self._matrices(), self.squares)
        made = self.network.features(contexts)
        f = made.features
        if self.scores.shape[1] != len(targets):  # the batches of a text have two sizes
            self.scores = np.empty((len(self.starts), len(targets), BLOCK), np.float32)
        greatest, sums = (np.empty((len(self.starts), len(targets)), np.float32) for _ in range(2))

        def score(block: int, worker: int) -> None:
            rows, scores = self._block(output.values, block)
            greatest[block], sums[block] = nnlm.block_scores(f, rows, scores)

        self._over_blocks(score)
        log_sums = nnlm.log_sums(greatest, sums)
        losses = log_sums - nnlm.target_scores(f, output.values, targets)
        with np.errstate(all="ignore"):
            factors = np.exp(greatest - log_sums).astype(np.float32)
        by_features = np.zeros_like(f)

        def step(block: int, worker: int) -> Rows:
            rows, scores = self._block(output.values, block)
            squares = self._block(output.squares, block)[0]
            here = targets - self.starts[block]
            adaptive = nnlm.Adaptive(rows, squares)
            return nnlm.block_step(f, here, scores, factors[block], adaptive, learning_rate, self.weight_decay)

        self._over_blocks(step, partial(np.add, by_features, out=by_features))
        nnlm.backward(
            by_features, made, contexts, hidden, embeddings, self.row_rates, learning_rate, self.weight_decay
        )
        return float(losses.sum())

    def state(self) -> dict[str, Rows]:
        """Return the matrices and AdaGrad's sums by name, as a checkpoint keeps them."""
        names = ("embeddings", "hidden", "output")
        sums = {f"{name}.squares": rows for name, rows in zip(names, self.squares, strict=True)}
        return {**dict(zip(names, self._matrices(), strict=True)), **sums}

    def _matrices(self) -> tuple[Rows, Rows, Rows]:
        return self.network.embeddings, self.network.hidden, self.network.output

    def _block(self, matrix: Rows, block: int) -> tuple[Rows, Rows]:
        """Return the rows of a block of words, and the room for their scores."""
        rows = matrix[self.starts[block] : self.starts[block] + BLOCK]
        return rows, self.scores[block, :, : len(rows)]

    def _over_blocks(
        self, task: Callable[[int, int], Rows | None], add: Callable[[Any], object] | None = None
    ) -> None:
        """Run ``task(block, worker)`` over all blocks; ``add`` gets the results in order."""
        if len(self.starts) > 1:
            run(task, range(len(self.starts)), threads=self.threads, stop=new_stop_flag(), on_result=add)
            return
        result = task(0, 0)  # without starting a thread
        if add is not None:
            add(result)
