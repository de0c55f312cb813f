"""What PPMISVD and LSA share: a truncated singular value decomposition of weighted counts."""

from __future__ import annotations

import warnings
from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from fastvec.errors import CorpusError, SettingError
from fastvec.running.loading import load
from fastvec.running.progress import OnProgress, Reporter
from fastvec.running.workers import new_stop_flag, run
from fastvec.training.count_trainer import Backend, Counts, CountTrainer, Fitted, Rows
from fastvec.training.truncated_svd import Products, Stop, Values, truncated_svd

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, kw_only=True)
class SVDTrainer(CountTrainer[Counts]):
    """Base of PPMISVD and LSA; a subclass weighs the counts and says how singular values scale the vectors."""

    _nothing: ClassVar[str]  # why a matrix of weights has no entry

    def _fit(self, counts: Counts, threads: int, backend: Backend, on_progress: OnProgress | None) -> Fitted:
        return Fitted(*self._sides(counts, threads, backend, on_progress))

    def _sides(
        self, counts: Counts, threads: int, backend: Backend, on_progress: OnProgress | None
    ) -> tuple[Rows, Rows]:
        """Return the vectors of words and of columns."""
        U, sigma, V = self._decomposed(counts, threads, backend, on_progress)
        if len(sigma) < self.vector_size:
            warnings.warn(
                f"vector_size={self.vector_size}, but the matrix has rank {len(sigma)}: "
                "the dimensions past it are 0",
                stacklevel=4,
            )
        of_words, of_columns = self._powers()
        return self._scaled(U, sigma, of_words), self._scaled(V, sigma, of_columns)

    def _decomposed(
        self, counts: Counts, threads: int, backend: Backend, on_progress: OnProgress | None
    ) -> tuple[Values, Values, Values]:
        """Return U[V, R], sigma[R], V[C, R] of the weights; a worker computes them, so that Ctrl-C is seen."""
        stop = new_stop_flag()
        products: list[Products] = []
        found: list[tuple[Values, Values, Values]] = []

        def task(_: None, worker: int) -> tuple[Values, Values, Values]:
            matrix = self._weights(counts, stop)
            if matrix.nnz == 0:
                raise CorpusError(f"data: {self._nothing}, so there is nothing to decompose", field="data")
            products.append(Products(matrix, threads, stop))
            symmetric, dense = self._is_symmetric(counts), backend == "numpy"
            return truncated_svd(
                matrix, self.vector_size, products[0], symmetric=symmetric, dense=dense, seed=self.seed
            )

        reporter = Reporter(on_progress)
        reporter.begin("training", "pairs", None, lambda: sum(each.done * each.nnz for each in products))
        reporter.report()
        load("scipy.sparse")  # by a worker it would be loaded for as long after Ctrl-C as that takes
        run(task, [None], threads=1, stop=stop, on_result=found.append, on_tick=reporter.report)
        reporter.report()
        return found[0]

    def _scaled(self, columns: Values, sigma: Values, power: float) -> Rows:
        """Return columns[V, R] * sigma[R] ** power as float32[V, D]; what is past the rank R is 0."""
        result = np.zeros((len(columns), self.vector_size), np.float32)
        with np.errstate(over="ignore", invalid="ignore"):
            result[:, : len(sigma)] = columns * sigma**power
        if not np.isfinite(result).all():
            raise SettingError(
                f"eigenvalue_power: singular values of {sigma[-1]:.3g} to {sigma[0]:.3g} to the power of "
                f"{power:g} are not finite in float32",
                field="eigenvalue_power", got=power,
            )  # fmt: skip
        return result

    @abstractmethod
    def _weights(self, counts: Counts, stop: Stop) -> csr_array:
        """Return the matrix to decompose, float64[V, C]; raise Cancelled if ``stop`` is set."""

    def _is_symmetric(self, counts: Counts) -> bool:
        """Return whether the matrix of weights is symmetric."""
        return False

    @abstractmethod
    def _powers(self) -> tuple[float, float]:
        """Return the powers of the singular values in the vectors of words and of columns."""
