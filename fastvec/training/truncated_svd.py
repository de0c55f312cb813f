"""The truncated SVD of a sparse matrix by SciPy's ARPACK, in a way that threads speed up and anyone can stop."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import Cancelled, CorpusError, SettingError, TrainingError
from fastvec.kernels.random import stream
from fastvec.running.progress import OnProgress, Reporter
from fastvec.running.ranges import cut
from fastvec.running.workers import new_stop_flag, run
from fastvec.training.count_trainer import Backend

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Values: TypeAlias = NDArray[np.float64]

SMALL = 1 << 20  # cells: up to here LAPACK on the dense matrix is as fast
BLOCKS = 8  # of rows, whatever the number of threads, so that sums are the same for any
SPLIT = 1 << 17  # entries in a block at the least: 0.1 ms of work, about what starting a thread costs
NOISE = 1e-7  # of the greatest singular value: below this, one of A^T A in float64 cannot be told from 0


class Products:
    """A x and A^T y of a sparse matrix, in blocks of rows on several threads; counts the products.

    Parameters
    ----------
    matrix : csr_array float64[M, N]
    threads : int
        The result does not depend on it.
    stop : uint8[1]
        Once it is 1, products raise :class:`fastvec.Cancelled`.
    """

    def __init__(self, matrix: csr_array, threads: int, stop: NDArray[np.uint8]) -> None:
        self.shape, self.nnz, self.threads, self.stop = matrix.shape, matrix.nnz, threads, stop
        self.done = 0
        entries = max(SPLIT, -(-matrix.nnz // BLOCKS))
        self.blocks = [(slice(a, b), _rows(matrix, a, b)) for a, b in cut(np.diff(matrix.indptr), entries)]

    def times(self, x: Values) -> Values:
        """A x, float64[M]."""
        result = np.empty(self.shape[0])

        def task(block: tuple[slice, csr_array], worker: int) -> None:
            rows, part = block
            result[rows] = part @ x.reshape(-1)

        self._each(task, None)
        return result

    def transposed_times(self, y: Values) -> Values:
        """A^T y, float64[N]."""
        result = np.zeros(self.shape[1])

        def task(block: tuple[slice, csr_array], worker: int) -> Values:
            rows, part = block
            partial: Values = part.T @ y.reshape(-1)[rows]
            return partial

        def add(partial: Values) -> None:
            np.add(result, partial, out=result)

        self._each(task, add)
        return result

    def _each(self, task: Callable[..., Any], on_result: Callable[[Values], Any] | None) -> None:
        run(task, self.blocks, threads=self.threads, stop=self.stop, on_result=on_result)
        self.check()
        self.done += 1

    def check(self) -> None:
        """Raise :class:`fastvec.Cancelled` if it is time."""
        if self.stop[0]:
            raise Cancelled(
                f"stopped after {self.done} products of the matrix; a decomposition has no vectors before its end"
            )


def truncated_svd(
    matrix: csr_array, size: int, products: Products, *, symmetric: bool, dense: bool, seed: int
) -> tuple[Values, Values, Values]:
    """The greatest ``size`` singular values and their vectors: U[M, R], sigma[R] descending, V[N, R].

    R is ``size``, or the rank of the matrix if that is less. Signs are such that in each column of U the first
    entry of at least half its greatest is positive.

    Parameters
    ----------
    matrix : csr_array float64[M, N]
    size : int
    products : Products
        Of the matrix.
    symmetric : bool
        The matrix is: an eigendecomposition of it, rather than one of A^T A.
    dense : bool
        LAPACK on the dense matrix, as for small ones.
    seed : int
        Of the vector that ARPACK starts from. It shows only where singular values are equal, and in rounding.

    Notes
    -----
    Lehoucq, Sorensen and Yang 1998, "ARPACK Users' Guide". Randomized SVD is faster by its few passes and wrong
    at the tail of spectra that fall as slowly as those of word counts.
    """
    products.check()
    if dense or matrix.shape[0] * matrix.shape[1] <= SMALL or size >= min(matrix.shape):
        U, sigma, Vt = np.linalg.svd(matrix.toarray(), full_matrices=False)
    else:
        U, sigma, Vt = _by_arpack(products, size, symmetric, seed)
    rank = min(size, int((sigma > NOISE * sigma.max(initial=0)).sum()))
    U, sigma, Vt = U[:, :rank], sigma[:rank], Vt[:rank]
    U[np.diff(matrix.indptr) == 0] = 0  # rows of zeros: what rounding left there would still point somewhere
    V = Vt.T
    V[np.bincount(matrix.indices, minlength=matrix.shape[1]) == 0] = 0
    size_of = np.abs(U)
    first = (size_of >= size_of.max(axis=0, initial=0) / 2).argmax(axis=0)
    signs = np.sign(U[first, np.arange(rank)])
    return U * signs, sigma, V * signs


def _by_arpack(products: Products, size: int, symmetric: bool, seed: int) -> tuple[Values, Values, Values]:
    from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh, svds

    operator = LinearOperator(
        products.shape, matvec=products.times, rmatvec=products.transposed_times, dtype=np.float64
    )
    start = np.random.default_rng(stream(seed)).standard_normal(min(products.shape))
    try:
        if symmetric:
            values, vectors = eigsh(operator, k=size, which="LM", v0=start)
            order = np.argsort(-np.abs(values), kind="stable")
            values, vectors = values[order], vectors[:, order]
            return vectors, np.abs(values), (vectors * np.sign(values)).T
        U, sigma, Vt = svds(operator, k=size, v0=start, solver="arpack")
    except ArpackError as error:
        raise TrainingError(f"no decomposition after {products.done} products of the matrix: {error}") from error
    return U[:, ::-1], sigma[::-1], Vt[::-1]


def _rows(matrix: csr_array, first: int, last: int) -> csr_array:
    """Rows [first, last) in the same memory."""
    from scipy.sparse import csr_array

    inside = slice(matrix.indptr[first], matrix.indptr[last])
    indptr = matrix.indptr[first : last + 1] - matrix.indptr[first]
    shape = (last - first, matrix.shape[1])
    return csr_array((matrix.data[inside], matrix.indices[inside], indptr), shape=shape, copy=False)


class Decomposer(Protocol):
    """What a decomposition reads off the settings of :class:`fastvec.PPMISVD` and :class:`fastvec.LSA`."""

    @property
    def vector_size(self) -> int: ...
    @property
    def seed(self) -> int: ...
    @property
    def _nothing(self) -> str: ...


def decompose(
    trainer: Decomposer,
    weigh: Callable[[], csr_array],
    symmetric: bool,
    threads: int,
    backend: Backend,
    on_progress: OnProgress | None,
) -> tuple[Values, Values, Values]:
    """U[V, R], sigma[R], V[C, R] of the matrix that ``weigh`` makes: on a worker, so that Ctrl-C is seen."""
    stop = new_stop_flag()
    products: list[Products] = []
    found: list[tuple[Values, Values, Values]] = []

    def task(_: None, worker: int) -> tuple[Values, Values, Values]:
        matrix = weigh()
        if matrix.nnz == 0:
            raise CorpusError(f"corpus: {trainer._nothing}, so there is nothing to decompose", field="corpus")
        products.append(Products(matrix, threads, stop))
        return truncated_svd(
            matrix, trainer.vector_size, products[0],
            symmetric=symmetric, dense=backend == "numpy", seed=trainer.seed,
        )  # fmt: skip

    reporter = Reporter(on_progress)
    reporter.begin("training", "pairs", None, lambda: sum(each.done * each.nnz for each in products))
    reporter.report()
    run(task, [None], threads=1, stop=stop, on_result=found.append, on_tick=reporter.report)
    reporter.report()
    rank = len(found[0][1])
    if rank < trainer.vector_size:
        warnings.warn(
            f"vector_size={trainer.vector_size}, but the matrix has rank {rank}: the dimensions past it are 0",
            stacklevel=3,
        )
    return found[0]


def scaled(columns: Values, sigma: Values, power: float, size: int) -> NDArray[np.float32]:
    """columns[V, R] * sigma[R] ** power as float32[V, size]; what is past the rank R is 0."""
    result = np.zeros((len(columns), size), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        result[:, : len(sigma)] = columns * sigma**power
    if not np.isfinite(result).all():
        raise SettingError(
            "eigenvalue_power: expected one that leaves vectors finite in float32; singular values of "
            f"{sigma[-1]:.3g} to {sigma[0]:.3g} to the power of {power:g} do not",
            field="eigenvalue_power", expected="finite vectors", got=power,
        )  # fmt: skip
    return result
