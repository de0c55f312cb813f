"""The memory plan: how much of a corpus is counted at once, by how many threads, within ``max_memory``."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastvec.counting.postings import LONGEST
from fastvec.counting.rows import CELL_BYTES
from fastvec.errors import SettingError

TASK = 1 << 18  # cells: some 10 ms of counting
TOKEN_BYTES = 12  # in the text, among the places, and in a mapped corpus
SENTENCE_BYTES = 32  # its gap, its offset, and the search for empty ones
FREQUENT = 64  # rows, 8 bytes a word each
WAITING = 4  # results for each thread that may wait for their turn in running.workers
SIZES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "ki": 1 << 10, "mi": 1 << 20, "gi": 1 << 30}


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """Tokens [bounds[k], bounds[k + 1]) are counted at once; a buffer for rows has ``task_cells``.

    The rows of up to ``frequent_rows`` words may be counted in pieces.
    """

    bounds: list[int]
    threads: int
    task_cells: int
    frequent_rows: int = 0


def memory_bytes(max_memory: int | str | None) -> int | None:
    """Return a number of bytes, given as a number or with a unit.

    >>> memory_bytes("256MiB"), memory_bytes("1.5 GB"), memory_bytes(None)
    (268435456, 1500000000, None)
    """
    if max_memory is None:
        return None
    if isinstance(max_memory, str):
        found = re.fullmatch(r"(\d+(?:\.\d+)?) *([kmg]i?)?b?", max_memory.strip().lower())
        if found:
            return int(float(found[1]) * SIZES[found[2] or ""])
    elif isinstance(max_memory, (int, np.integer)) and not isinstance(max_memory, bool) and max_memory > 0:
        return int(max_memory)
    expected = 'a number of bytes above 0, or one with a unit like "256MiB"'
    raise SettingError(field="max_memory", expected=expected, got=max_memory)


def plan_memory(
    offsets: NDArray[np.int64], n_words: int, window: int, threads: int, max_memory: int | None, loading: int = 0
) -> MemoryPlan:
    """Divide a corpus so that counting a part takes at most ``max_memory``, with fewer threads if they need more.

    The result does not depend on the parts. ``loading`` bytes of the memory, at most half of it, are for
    libraries.
    """
    if max_memory is None:
        bounds = [*range(0, int(offsets[-1]), LONGEST), int(offsets[-1])]
        return MemoryPlan(bounds, threads, max(TASK, 2 * n_words), FREQUENT)
    given, max_memory = max_memory, max_memory - min(loading, max_memory // 2)
    task_cells = max(min(TASK // 8, max_memory >> 8), 2 * n_words)
    frequent = min(FREQUENT, (max_memory >> 6) // max(1, 8 * n_words))
    for n_threads in range(threads, 0, -1):
        # a worker: a row's sums, tallies, cursors; its own cells, those it merges, results that wait
        worker = 26 * n_words + (2 + WAITING) * CELL_BYTES * task_cells
        left = max_memory - n_threads * worker - (64 + 8 * frequent) * n_words - 8 * window
        if left >= max_memory // 2 or (n_threads == 1 and left >= 1 << 16):
            return MemoryPlan(_bounds(offsets, left), n_threads, task_cells, frequent)
    least = worker + 64 * n_words + 8 * window + (1 << 16)
    least += min(loading, least)
    expected = f"at least {-(-least >> 20)} MiB for {n_words:,} words and this window"
    raise SettingError(field="max_memory", expected=expected, got=given)


def _bounds(offsets: NDArray[np.int64], room: int) -> list[int]:
    """Return the bounds of the longest parts whose tokens and sentences take at most ``room`` bytes."""

    def cost(token: int) -> int:
        return token * TOKEN_BYTES + int(np.searchsorted(offsets, token)) * SENTENCE_BYTES

    bounds, total = [0], int(offsets[-1])
    while bounds[-1] < total:
        start = bounds[-1]
        last = min(total, start + LONGEST)
        end = bisect_right(range(last + 1), cost(start) + room, lo=start + 1, key=cost) - 1
        bounds.append(max(end, start + 1))
    return bounds
