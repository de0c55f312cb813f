"""The truncated SVD of a sparse matrix, in steps that several threads share and that can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import Cancelled
from fastvec.kernels.random import stream
from fastvec.running.ranges import cut
from fastvec.running.workers import run
from fastvec.training.lanczos import eigenvectors

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Values: TypeAlias = NDArray[np.float64]
Stop: TypeAlias = NDArray[np.uint8]
Product: TypeAlias = Callable[[Values], Values]

SMALL = 1 << 18  # cells: up to here LAPACK on the dense matrix takes at most 0.3 s, which cannot be stopped
BLOCKS = 8  # of rows, whatever the number of threads, so that sums are the same for any
SPLIT = 1 << 17  # entries in a block at the least: 0.1 ms of work, about what starting a thread costs
NOISE = 1e-7  # of the greatest singular value: below this, one of A^T A in float64 cannot be distinguished from 0


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

    def __init__(self, matrix: csr_array, threads: int, stop: Stop) -> None:
        self.shape, self.nnz, self.threads, self.stop = matrix.shape, matrix.nnz, threads, stop
        self.done = 0
        entries = max(SPLIT, -(-matrix.nnz // BLOCKS))
        self.blocks = [(slice(a, b), _rows(matrix, a, b)) for a, b in cut(np.diff(matrix.indptr), entries)]

    def times(self, x: Values) -> Values:
        """Return A x, float64[M]."""
        result = np.empty(self.shape[0])

        def task(block: tuple[slice, csr_array], worker: int) -> None:
            rows, part = block
            result[rows] = part @ x.reshape(-1)

        self._each(task, None)
        return result

    def transposed_times(self, y: Values) -> Values:
        """Return A^T y, float64[N]."""
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
        """Raise :class:`fastvec.Cancelled` if the stop flag is set."""
        if self.stop[0]:
            raise Cancelled(
                f"stopped after {self.done} products of the matrix; a decomposition has no vectors before its end"
            )


def truncated_svd(
    matrix: csr_array, size: int, products: Products, *, symmetric: bool, dense: bool, seed: int
) -> tuple[Values, Values, Values]:
    """Return the ``size`` greatest singular values and their vectors: U[M, R], sigma[R] descending, V[N, R].

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
        Seed of the first vector. It matters only where singular values are equal, and for rounding.

    Notes
    -----
    Randomized SVD needs fewer passes, and is wrong at the tail of spectra that fall as slowly as those of word
    counts.
    """
    products.check()
    if dense or matrix.shape[0] * matrix.shape[1] <= SMALL:
        U, sigma, Vt = np.linalg.svd(matrix.toarray(), full_matrices=False)
    else:
        U, sigma, Vt = _by_lanczos(products, min(size, *matrix.shape), symmetric, seed)
        products.check()
    rank = min(size, int((sigma > NOISE * sigma.max(initial=0)).sum()))
    U, sigma, Vt = U[:, :rank], sigma[:rank], Vt[:rank]
    U[np.diff(matrix.indptr) == 0] = 0  # rows of zeros: what rounding left there would still point somewhere
    V = Vt.T
    V[np.bincount(matrix.indices, minlength=matrix.shape[1]) == 0] = 0
    size_of = np.abs(U)
    first = (size_of >= size_of.max(axis=0, initial=0) / 2).argmax(axis=0)
    signs = np.sign(U[first, np.arange(rank)])
    return U * signs, sigma, V * signs


def _by_lanczos(products: Products, size: int, symmetric: bool, seed: int) -> tuple[Values, Values, Values]:
    rng, (rows, columns) = np.random.default_rng(stream(seed)), products.shape
    if symmetric:
        values, vectors = eigenvectors(products.times, rows, size, rng, products.check)
        return vectors.T, np.abs(values), vectors * np.sign(values)[:, None]
    if rows < columns:
        V, sigma, Ut = _of_gram(products.transposed_times, products.times, rows, size, rng, products.check)
        return Ut.T, sigma, V.T
    return _of_gram(products.times, products.transposed_times, columns, size, rng, products.check)


def _of_gram(
    times: Product,
    transposed_times: Product,
    n: int,
    size: int,
    rng: np.random.Generator,
    check: Callable[[], None],
) -> tuple[Values, Values, Values]:
    """Return U, sigma and V^T of a matrix A by the eigenvectors of A^T A, float64[n, n].

    In the space of these vectors it is the decomposition of A itself, so that singular values lose no digits.
    """
    _, vectors = eigenvectors(lambda x: transposed_times(times(x)), n, size, rng, check)
    images = np.array([times(vector) for vector in vectors])  # one a row, nearly orthogonal
    sizes = np.linalg.norm(images, axis=1)
    kept = sizes > NOISE * sizes.max()
    vectors, sizes = vectors[kept], sizes[kept, None]
    images = images[kept] / sizes
    check()
    triangle = np.linalg.cholesky(images @ images.T)  # images = triangle @ orthogonal rows
    W, sigma, Zt = np.linalg.svd(sizes * triangle)
    check()
    return images.T @ np.linalg.solve(triangle.T, Zt.T), sigma, W.T @ vectors


def _rows(matrix: csr_array, first: int, last: int) -> csr_array:
    """Rows [first, last) in the same memory."""
    from scipy.sparse import csr_array

    inside = slice(matrix.indptr[first], matrix.indptr[last])
    indptr = matrix.indptr[first : last + 1] - matrix.indptr[first]
    shape = (last - first, matrix.shape[1])
    return csr_array((matrix.data[inside], matrix.indices[inside], indptr), shape=shape, copy=False)
