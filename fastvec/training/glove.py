"""GloVe: word vectors from co-occurrence counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from fastvec.checks import numbers as check
from fastvec.kernels import _turns
from fastvec.kernels.random import stream
from fastvec.kernels.reference import glove as reference_glove
from fastvec.kernels.simd import level_number
from fastvec.running.progress import OnProgress
from fastvec.running.workers import run_blocks
from fastvec.text.corpus import Corpus
from fastvec.training.count_trainer import Backend, checked_threads, counts_of, observed_pairs, vectors_of
from fastvec.training.matrices import fill_rows, new_matrix, padded
from fastvec.training.settings import knows_other_names
from fastvec.training.tile_run import Kernel, TileRun
from fastvec.training.tiles import cut, sum_over
from fastvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from fastvec.counting.cooccurrence import CooccurrenceMatrix

BLOCK = 2048  # rows that a thread fills or copies at a time
HELD = 1e30  # an accumulator so large that no step moves its number, such as the constant 1


@knows_other_names
@dataclass(frozen=True, kw_only=True)
class GloVe:
    """GloVe: weighted least squares on the logarithms of co-occurrence counts, by AdaGrad.

    The cost of the counts X is the sum over the observed pairs of

        f(X_ij) (w_i . c_j + b_i + b~_j - log X_ij)^2 / 2,        f(x) = min(1, (x / x_max)^alpha)

    (Pennington, Socher and Manning 2014, "GloVe: Global Vectors for Word Representation", equation 8). Steps are
    those of the authors' program: a number moves by g / sqrt(G), and then G, which began at 1, grows by g^2, where
    g is the rate times the gradient. (The program cuts gradients at 100; here a cost that grows ends the run.)

    Parameters
    ----------
    vector_size : int
        D, the dimensions of a vector.
    x_max : float
        The count from which on a pair weighs 1.
    alpha : float
        The exponent of the weight of lower counts.
    learning_rate : float
        The rate before AdaGrad lowers it, number by number.
    bias_learning_rate : float, optional
        The same for the biases; ``learning_rate`` when not given. Today's program has 1.0, its version of 2014
        ``learning_rate``.
    epochs : int
        Passes over the counts.
    combine : "sum", "word", "context" or "concat"
        What is kept as the vectors: W + C, W, C, or both side by side (2 D dimensions).
    seed : int
        Of every random draw. One seed gives the same bytes every time on any number of threads, on one instruction
        set.

    Raises
    ------
    SettingError
        A setting out of range, or one under another library's name.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["the king rules", "the queen rules"] * 50, min_count=1)
    >>> vectors = fv.GloVe(vector_size=8, epochs=20).train(corpus)
    >>> vectors.vectors.shape
    (4, 8)
    >>> bool(vectors.history["cost"][-1] < vectors.history["cost"][0])
    True
    """

    vector_size: int = 100
    x_max: float = 100.0
    alpha: float = 0.75
    learning_rate: float = 0.05
    bias_learning_rate: float | None = None
    epochs: int = 25
    combine: Literal["sum", "word", "context", "concat"] = "sum"
    seed: int = 1

    def __post_init__(self) -> None:
        check.whole("vector_size", self.vector_size, 1, 1 << 20)
        check.real("x_max", self.x_max, above=0)
        check.real("alpha", self.alpha, 0)
        check.real("learning_rate", self.learning_rate, above=0)
        if self.bias_learning_rate is not None:
            check.real("bias_learning_rate", self.bias_learning_rate, above=0)
        check.whole("epochs", self.epochs, 1)
        check.choice("combine", self.combine, ("sum", "word", "context", "concat"))
        check.whole("seed", self.seed, 0, (1 << 64) - 1)

    def train(
        self,
        corpus: Corpus | CooccurrenceMatrix,
        *,
        threads: int | None = None,
        backend: Backend = "compiled",
        on_progress: OnProgress | None = None,
    ) -> WordVectors:
        """Train on co-occurrence counts.

        Parameters
        ----------
        corpus : Corpus or CooccurrenceMatrix
            V words; a corpus is counted first, with the defaults of :func:`fastvec.count_cooccurrences`.
        threads : int, optional
            None: all usable cores. The result does not depend on it.
        backend : "compiled" or "numpy"
            The NumPy reference differs by rounding; it is far slower.
        on_progress : callable, optional
            Gets a :class:`fastvec.Progress` about ten times a second (epoch, pairs, pairs/s, cost); when it
            returns False, training ends there and the vectors so far are returned.

        Returns
        -------
        WordVectors
            ``vectors`` as ``combine`` says, float32[V, D] (or [V, 2 D]); ``context_vectors`` is C (W where the
            vectors are C, none where they are both); ``history`` has the mean cost of a pair in each epoch. A word
            without neighbours keeps the vectors it was drawn.

        Raises
        ------
        CorpusError
            No pair was observed.
        TrainingError
            If the cost diverged, because of the learning rate.
        Cancelled
            If ``on_progress`` returned False while a corpus was counted.

        Examples
        --------
        See :class:`GloVe`.
        """
        n_threads = checked_threads(threads, backend)
        counts = counts_of(corpus, threads=threads, on_progress=on_progress)
        matrix = observed_pairs(counts)
        W, C = (self._new_rows(len(counts.vocabulary), which, n_threads) for which in range(2))
        tiles = cut(
            matrix,
            row_bytes=W.strides[0],
            values_of=self._targets,
            seed=self.seed,
            threads=n_threads,
        )
        log_counts, weights = tiles.values
        total = sum_over(tiles, lambda log_counts, weights: weights @ (1 + log_counts**2), n_threads)
        zero_cost = 0.5 * total / len(weights)
        run = TileRun(tiles, self, zero_cost=zero_cost, threads=n_threads)
        arrays: dict[str, Any] = {
            "rows": tiles.rows, "columns": tiles.columns, "log_counts": log_counts, "weights": weights,
            "W": W, "C": C, "learning_rate": self.learning_rate, "stop": run.stop,
        }  # fmt: skip
        kernel: Kernel = (
            _turns.glove(**arrays, level=level_number(None))
            if backend == "compiled"
            else lambda start, end: reference_glove.glove_tile(**arrays, start=start, end=end)
        )
        run.run(kernel, on_progress)
        run.check_finite(W, C)
        vectors, context_vectors = self._combined(W, C, n_threads)
        return vectors_of(self, counts.vocabulary, vectors, context_vectors=context_vectors, history=run.history())

    def _new_rows(self, words: int, which: int, threads: int) -> NDArray[np.float32]:
        """float32[V, 2 P]: [w | b | 1 | 0 ..] in W and [c | 1 | b~ | 0 ..] in C, so that w.c + b + b~ is one dot
        product; then as many accumulators. A bias at a rate of its own is one at the learning rate whose
        accumulator begins at (rate / own rate)^2 and not at 1."""
        D, P = self.vector_size, padded(self.vector_size + 2)
        rows = new_matrix(words, 2 * P)
        fill_rows(rows, D, 0.5 / D, stream(self.seed, 3, which), threads)
        bias, one = D + which, D + 1 - which
        ratio = self.learning_rate / (self.bias_learning_rate or self.learning_rate)
        accumulators = np.ones(P, np.float32)
        accumulators[[one, bias]] = HELD, min(ratio, HELD**0.5) ** 2

        def fill(part: slice) -> None:
            rows[part, one] = 1
            rows[part, P:] = accumulators

        run_blocks(fill, words, BLOCK, threads)
        return rows

    def _targets(self, counts: NDArray[np.float64]) -> tuple[NDArray[np.float32], ...]:
        """log X and f(X)."""
        weights = np.minimum(1, counts / self.x_max) ** self.alpha
        return np.log(counts).astype(np.float32), weights.astype(np.float32)

    def _combined(
        self, W: NDArray[np.float32], C: NDArray[np.float32], threads: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """The vectors and the context vectors that are returned; copies, so that the accumulators are let go."""
        D = self.vector_size
        vectors = np.empty((len(W), 2 * D if self.combine == "concat" else D), np.float32)
        context_vectors = None if self.combine == "concat" else np.empty((len(W), D), np.float32)

        def combine(part: slice) -> None:
            w, c = W[part, :D], C[part, :D]
            if context_vectors is None:
                vectors[part, :D], vectors[part, D:] = w, c
                return
            vectors[part] = w + c if self.combine == "sum" else w if self.combine == "word" else c
            context_vectors[part] = w if self.combine == "context" else c

        run_blocks(combine, len(W), BLOCK, threads)
        return vectors, context_vectors
