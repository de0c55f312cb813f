"""One query in a quarter of the memory traffic: cosines from 8 bits a number, with a bound on their error.

A single query reads every row once, so that memory is its limit: 100,000 x 300 floats are 120 MB, 5 ms of BLAS.
The codes are 30 MB. What they cannot rule out is computed exactly, so that the answers are those of the floats.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels import _codes
from fastvec.running.workers import resolve_threads, run_blocks
from fastvec.vectors.queries import SLACK

BLOCK = 16_384  # rows that a thread takes at a time
LARGE = 1 << 22  # numbers: 16 MB, more than the caches of most cores hold
USED = 3  # queries after which the codes are made: they cost as much as ten
GREATEST = 2047  # of the codes of a query: 127 * 2,047 * D fits in 32 bits
MOST_DIMENSIONS = 8192


class Codes:
    """The rows of a matrix as scale * int8, and how far that is from each.

    With a row x = s c + e and a unit query u = t q + f, c and q whole numbers, x . u differs from s t (c . q) by
    at most (|x| + |e|) |f| + |e| (Cauchy and Schwarz).

    Parameters
    ----------
    vectors : float32[V, D]
    norms : float32[V]
        The lengths of the rows, 1 for a row of zeros.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.array([[3, 4], [0, 2], [-1, 0]], np.float32)
    >>> low, high = Codes(rows, np.array([5, 2, 1], np.float32)).bounds(np.array([0, 1.0]))
    >>> bool((low <= [0.8, 1, 0]).all() and (high >= [0.8, 1, 0]).all())
    True
    """

    def __init__(self, vectors: NDArray[np.float32], norms: NDArray[np.float32]) -> None:
        n_rows = len(vectors)
        self.codes = np.empty(vectors.shape, np.int8)
        scales, errors = np.empty(n_rows, np.float32), np.empty(n_rows, np.float32)

        def encode(part: slice) -> None:
            rows = np.ascontiguousarray(vectors[part])
            _codes.encode(rows=rows, codes=self.codes[part], scales=scales[part], errors=errors[part])

        run_blocks(encode, n_rows, BLOCK, resolve_threads(None))
        with np.errstate(all="ignore"):  # a row that is not finite may be anywhere: its error is infinite
            self.scales, self.errors = np.nan_to_num(scales / norms), errors / norms
            self.errors[np.isnan(self.errors)] = np.inf

    def bounds(
        self, query: NDArray[np.float64], limit: int | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return what the cosine of a unit query[D] with each of the first rows is at least and at most, float32.

        Parameters
        ----------
        query : float64[D]
            At length 1.
        limit : int, optional
            How many rows; None: all.
        """
        scale = float(np.abs(query).max()) / GREATEST or 1.0
        rounded = np.rint(query / scale).astype(np.int16)
        lost = np.float32(np.linalg.norm(query - scale * rounded) + SLACK)
        codes, scales, errors = self.codes[:limit], self.scales[:limit], self.errors[:limit]
        low, high = np.empty((2, len(codes)), np.float32)
        products = np.empty(len(codes), np.int32)

        def bound(part: slice) -> None:
            _codes.dots(codes=codes[part], query=rounded, products=products[part])
            cosines = products[part].astype(np.float32)
            cosines *= scales[part] * np.float32(scale)
            error = errors[part] * (1 + lost)
            error += lost
            np.subtract(cosines, error, out=low[part])
            np.add(cosines, error, out=high[part])

        run_blocks(bound, len(codes), BLOCK, resolve_threads(None) if len(codes) > 2 * BLOCK else 1)
        return low, high


class CodesWhenAsked:
    """The codes of a matrix, made at its third single query, for a matrix so large that they pay.

    A copy or a pickle starts anew: codes are no part of what is saved.
    """

    def __init__(self) -> None:
        self._asked = 0
        self._codes: Codes | None = None

    def __reduce__(self) -> tuple[type[CodesWhenAsked], tuple[()]]:
        return CodesWhenAsked, ()

    def of(self, vectors: NDArray[np.float32], norms: NDArray[np.float32]) -> Codes | None:
        """Return the codes, or None while the vectors themselves are to be used."""
        if vectors.size < LARGE or vectors.shape[1] > MOST_DIMENSIONS:
            return None
        self._asked += 1
        if self._codes is None and self._asked >= USED:
            self._codes = Codes(vectors, norms)
        return self._codes
