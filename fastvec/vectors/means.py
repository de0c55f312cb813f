"""Means of rows of a matrix, in C, on many threads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels import _subwords
from fastvec.running.ranges import cut
from fastvec.running.workers import new_stop_flag, resolve_threads, run

ROWS = 1 << 16  # row numbers of one turn of a thread: about 5 ms. Fewer take less than the start of a thread may


def means_of(
    W: NDArray[np.float32], offsets: NDArray[np.int64], rows: NDArray[np.int32], *, threads: int | None = None
) -> NDArray[np.float32]:
    """Return the means of some rows, float32[N, D]; that of no row is zero.

    Parameters
    ----------
    W : float32[any number, D]
        It need not be aligned.
    offsets : int64[N + 1]
    rows : int32[...]
        Mean i is that of the rows ``rows[offsets[i] : offsets[i + 1]]`` of W; -1 stands for a row of zeros.
    threads : int, optional
        None: all usable cores. The result does not depend on it.

    Examples
    --------
    >>> W = np.array([[4, 8], [3, 0], [0, 3]], np.float32)
    >>> means_of(W, np.array([0, 2, 2]), np.array([1, 2], np.int32))
    array([[1.5, 1.5],
           [0. , 0. ]], dtype=float32)
    """
    means = np.empty((len(offsets) - 1, W.shape[1]), np.float32)
    as_bytes, stop = W.view(np.uint8), new_stop_flag()

    def part(ends: tuple[int, int], _worker: int = 0) -> None:
        start, end = ends
        _subwords.mean_rows(W=as_bytes, offsets=offsets, rows=rows, start=start, end=end, means=means, stop=stop)

    if len(rows) < ROWS:
        part((0, len(means)))
    else:
        run(part, cut(np.diff(offsets), ROWS), threads=resolve_threads(threads), stop=stop)
    return means
