"""The eigenvectors of a large symmetric matrix by Lanczos' method, in steps short enough to stop between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import TrainingError

Values: TypeAlias = NDArray[np.float64]

CONVERGED = 1e-12  # a residual, relative to its eigenvalue: far below what float32 vectors can show
NOTHING = 1e-13  # of the greatest product: what is left of one that the basis spans, but for rounding
RESTARTS = 10_000
FEW = 200  # vectors beyond the wanted ones; the eigenvectors of 601 x 601 take 0.1 s, of 2001 x 2001 7 s
COLUMNS = 1 << 13  # rotated at a time: some 20 ms


def eigenvectors(
    times: Callable[[Values], Values], n: int, size: int, start: np.random.Generator, check: Callable[[], None]
) -> tuple[Values, Values]:
    """Return the ``size`` eigenvalues greatest in absolute value, descending, and their vectors, [size, n].

    Thick-restart Lanczos with full reorthogonalisation (Wu and Simon 2000, "Thick-Restart Lanczos Method for Large
    Symmetric Eigenvalue Problems"): a basis grows by the product of its newest vector until it is full; then the
    best approximations to eigenvectors in it are kept, and it grows again. It needs as many products as ARPACK,
    which does the same in single calls that last up to several seconds.

    Parameters
    ----------
    times : callable
        The product of the matrix with a vector.
    n : int
        Rows of the matrix.
    size : int
        At most n.
    start : Generator
        Draws the first vector, and another where the basis can grow no more.
    check : callable
        Raises to end the call; called between any two steps, which take milliseconds.

    Raises
    ------
    TrainingError
        If the vectors do not converge.

    Examples
    --------
    >>> diagonal = np.array([3.0, -5, 1, 2])
    >>> values, vectors = eigenvectors(lambda x: diagonal * x, 4, 2, np.random.default_rng(1), lambda: None)
    >>> values.round(6).tolist(), np.abs(vectors).round(6).tolist()
    ([-5.0, 3.0], [[0.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]])
    """
    full = min(n, max(size + min(size, FEW) + 1, 20))
    basis = np.empty((full + 1, n))  # one vector a row
    projected = np.zeros((full, full))  # basis A basis^T
    basis[0] = _orthogonal(start.standard_normal(n), basis[:0])
    kept, least = 0, np.finfo(float).eps
    for _ in range(RESTARTS):
        for newest in range(kept, full):
            check()
            rest, known = times(basis[newest]), basis[: newest + 1]
            coefficients = np.zeros(newest + 1)
            for _again in range(2):  # rounding leaves some of the known vectors the first time
                part = known @ rest
                coefficients += part
                rest = rest - part @ known
            projected[newest, : newest + 1] = projected[: newest + 1, newest] = coefficients
            left = float(np.linalg.norm(rest))
            if newest + 1 == n or left <= NOTHING * np.abs(projected).max():
                left = 0.0  # the products stay in the space of the basis: any vector outside of it will do
                rest = _orthogonal(start.standard_normal(n), known) if newest + 1 < n else rest
            basis[newest + 1] = rest / (left or 1)
        values, rotation = np.linalg.eigh(projected)
        best = np.argsort(-np.abs(values), kind="stable")
        values, rotation = values[best], rotation[:, best]
        residuals = left * np.abs(rotation[-1])
        bounds = np.maximum(CONVERGED * np.abs(values), least * np.abs(values[0]))
        converged = int((residuals <= bounds)[:size].sum())
        kept = size if converged == size else size + min(converged, (full - size) // 2)
        _rotate(basis[:full], rotation[:, :kept], check)
        if converged == size:
            return values[:size], basis[:size]
        basis[kept] = basis[full]
        projected[:] = 0
        projected[np.arange(kept), np.arange(kept)] = values[:kept]
    raise TrainingError(f"no decomposition: the vectors did not converge after {RESTARTS:,} restarts")


def _orthogonal(vector: Values, basis: Values) -> Values:
    """Return the part of a vector that is orthogonal to a basis, of length 1."""
    for _ in range(2):
        vector = vector / np.linalg.norm(vector)
        vector = vector - (basis @ vector) @ basis
    return vector / np.linalg.norm(vector)


def _rotate(basis: Values, rotation: Values, check: Callable[[], None]) -> None:
    """Replace the first vectors by combinations of all, in place."""
    kept = rotation.shape[1]
    for first in range(0, basis.shape[1], COLUMNS):
        check()
        columns = slice(first, first + COLUMNS)
        basis[:kept, columns] = rotation.T @ basis[:, columns]
