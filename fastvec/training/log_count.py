"""Log-count factorisation: the plainest way from counts to vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.checks import numbers as check
from fastvec.kernels import _turns
from fastvec.kernels.random import draws, stream
from fastvec.kernels.reference import log_count as reference_log_count
from fastvec.kernels.simd import level_number
from fastvec.running.progress import OnProgress
from fastvec.text.corpus import Corpus
from fastvec.training.count_trainer import Backend, checked_threads, counts_of, observed_pairs, vectors_of
from fastvec.training.matrices import new_matrix, unpadded
from fastvec.training.settings import knows_other_names
from fastvec.training.tile_run import Kernel, TileRun
from fastvec.training.tiles import cut, sum_over
from fastvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from fastvec.counting.cooccurrence import CooccurrenceMatrix


@knows_other_names
@dataclass(frozen=True, kw_only=True)
class LogCountFactorization:
    """W C^T as near as it gets to log(1 + count), by stochastic gradient descent over the observed pairs.

    The cost of the counts X is the sum over the observed pairs of

        (w_i . c_j - log(1 + X_ij))^2 / 2

    which is GloVe (Pennington, Socher and Manning 2014, "GloVe: Global Vectors for Word Representation", equation
    8) without weights, biases and AdaGrad: small enough to teach, and good enough for small texts.

    Parameters
    ----------
    vector_size : int
        D, the dimensions of a vector.
    learning_rate : float
        The same from beginning to end.
    epochs : int
        Passes over the counts.
    seed : int
        Of every random draw: W and C begin with normal numbers of the standard deviation 0.5 / sqrt(D). One seed
        gives the same bytes every time on any number of threads, on one instruction set.

    Raises
    ------
    SettingError
        A setting out of range, or one under another library's name.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["the king rules", "the queen rules"], min_count=1)
    >>> vectors = fv.LogCountFactorization(vector_size=8).train(corpus)
    >>> W, C = vectors.vectors, vectors.context_vectors
    >>> round(float(W[vectors.get_index("the")] @ C[vectors.get_index("king")]), 3)  # log(1 + 1)
    0.693
    """

    vector_size: int = 16
    learning_rate: float = 0.05
    epochs: int = 300
    seed: int = 1

    def __post_init__(self) -> None:
        check.whole("vector_size", self.vector_size, 1, 1 << 20)
        check.real("learning_rate", self.learning_rate, above=0)
        check.whole("epochs", self.epochs, 1)
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
            ``vectors`` is W, float32[V, D]; ``context_vectors`` is C; ``history`` has the mean cost of a pair in
            each epoch. A word without neighbours keeps the vectors it was drawn.

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
        See :class:`LogCountFactorization`.
        """
        n_threads = checked_threads(threads, backend)
        counts = counts_of(corpus, threads=threads, on_progress=on_progress)
        matrix = observed_pairs(counts)
        W, C = (self._normal_rows(len(counts.vocabulary), stream(self.seed, 3, which)) for which in range(2))
        tiles = cut(matrix, row_bytes=W.strides[0], values_of=_targets, seed=self.seed, threads=n_threads)
        (targets,) = tiles.values
        # a quarter more: where all counts are near 0, the rows that were drawn cost more than zeros would
        zero_cost = 0.5 * (0.25 + sum_over(tiles, lambda targets: targets @ targets, n_threads) / len(targets))
        run = TileRun(tiles, self, zero_cost=zero_cost, threads=n_threads)
        arrays: dict[str, Any] = {
            "rows": tiles.rows, "columns": tiles.columns, "targets": targets, "W": W, "C": C,
            "learning_rate": self.learning_rate, "stop": run.stop,
        }  # fmt: skip
        kernel: Kernel = (
            _turns.log_count(**arrays, level=level_number(None))
            if backend == "compiled"
            else lambda start, end: reference_log_count.log_count_tile(**arrays, start=start, end=end)
        )
        run.run(kernel, on_progress)
        run.check_finite(W, C)
        vectors, context_vectors = (unpadded(rows, self.vector_size) for rows in (W, C))
        return vectors_of(self, counts.vocabulary, vectors, context_vectors=context_vectors, history=run.history())

    def _normal_rows(self, words: int, stream: int) -> NDArray[np.float32]:
        """float32[V, P] drawn from N(0, (0.5 / sqrt(D))^2), by Box and Muller's (1958) transform."""
        n = words * self.vector_size
        uniform = (draws(stream, 0, 2 * n) >> np.uint64(11)) * 2.0**-53  # in [0, 1)
        normal = np.sqrt(-2 * np.log(1 - uniform[:n])) * np.cos(2 * np.pi * uniform[n:])
        rows = new_matrix(words, self.vector_size)
        rows[:, : self.vector_size] = 0.5 / np.sqrt(self.vector_size) * normal.reshape(words, -1)
        return rows


def _targets(counts: NDArray[np.float64]) -> tuple[NDArray[np.float32]]:
    return (np.log1p(counts).astype(np.float32),)
