"""Matrices as the kernels want them: rows padded to whole cache lines, on huge pages where the system has them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import SettingError
from fastvec.kernels import _sampling
from fastvec.kernels.random import GAMMA, MASK
from fastvec.running.memory import memory_of_the_machine
from fastvec.running.workers import new_stop_flag, run

LINE = 16  # floats in a cache line
ROWS = 1 << 11  # that a thread fills at a time: about a millisecond


def padded(columns: int) -> int:
    """Return P, the columns rounded up to a multiple of 16."""
    return -(-columns // LINE) * LINE


def check_memory(rows: int, columns: int) -> None:
    """Refuse matrices that this machine could not hold: the system would grant them and then end the process.

    Raises
    ------
    SettingError
        If the rows take more than the memory of the machine.
    """
    needed = rows * padded(columns) * 4
    if _lacks(needed):
        raise SettingError(
            f"vector_size: {rows:,} rows of {columns:,} dimensions take {_of_the_machine(needed)}; a smaller "
            f"vector_size, fewer words (min_count, max_size) or fewer buckets of subwords would fit",
            field="vector_size",
            got=columns,
        )


def check_buckets(n: int) -> None:
    """Refuse tables of n buckets that this machine could not hold: up to 16 bytes a bucket."""
    if _lacks(16 * n):
        raise SettingError(
            f"buckets: the tables of {n:,} take {_of_the_machine(16 * n)}; fewer would fit",
            field="buckets",
            got=n,
        )


def check_scores(words: int, batch_size: int) -> None:
    """Refuse batches whose scores of all words this machine could not hold."""
    needed = 4 * words * batch_size
    if _lacks(needed):
        raise SettingError(
            f"batch_size: the scores of {words:,} words for {batch_size:,} tokens take {_of_the_machine(needed)}; "
            "a smaller batch would fit",
            field="batch_size",
            got=batch_size,
        )


def _lacks(needed: int) -> bool:
    there = memory_of_the_machine()
    return there is not None and needed > there


def _of_the_machine(needed: int) -> str:
    return f"{needed / 2**30:,.1f} GiB, and this machine has {(memory_of_the_machine() or 0) / 2**30:,.1f}"


def new_matrix(rows: int, columns: int) -> NDArray[np.float32]:
    """Return zeros, float32[rows, P], 64-byte aligned; NumPy asks for huge pages itself."""
    stride = padded(columns)
    memory = np.zeros(rows * stride + LINE, np.float32)
    first = -memory.ctypes.data // 4 % LINE
    return memory[first : first + rows * stride].reshape(rows, stride)


def unpadded(matrix: NDArray[np.float32], columns: int) -> NDArray[np.float32]:
    """Return float32[rows, columns] in the same memory: rows move in place, so that nothing is held twice."""
    rows, stride = matrix.shape
    flat = matrix.reshape(-1)
    block = 4096  # rows at a time: what NumPy copies where source and target overlap
    if stride != columns:
        for row in range(0, rows, block):
            part = matrix[row : row + block, :columns]
            flat[row * columns : row * columns + part.size] = part.reshape(-1)
    return flat[: rows * columns].reshape(rows, columns)


def taken(matrix: NDArray[np.float32], columns: int) -> NDArray[np.float32]:
    """Return float32[rows, columns], a copy."""
    return matrix[:, :columns].copy()


def fill_rows(rows: NDArray[np.float32], columns: int, half: float, draws_of: int, threads: int) -> None:
    """Fill rows[:, :columns] with the draws of a stream, uniform in [-half, half), and the rest with 0.

    The same on any number of threads: from its place k on, a stream is the stream k * GAMMA further. Threads share
    the drawing and, which takes longer, the first touch of the memory.
    """

    def fill(first: int, _worker: int) -> None:
        later = (draws_of + first * columns * GAMMA) & MASK
        _sampling.fill_uniform(rows[first : first + ROWS], columns, half, later)

    run(fill, range(0, len(rows), ROWS), threads=threads, stop=new_stop_flag())
