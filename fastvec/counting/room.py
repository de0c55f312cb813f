"""The room on the disk that counts will need, told before they are counted."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fastvec.counting.matrix_file import WRITTEN
from fastvec.counting.memory_plan import MemoryPlan
from fastvec.io.atomic import warn_of_room
from fastvec.io.decompression import type_of_path

CLASSES = 8  # of counts, for each doubling
SPILLED = 12  # bytes a cell of a run: column and sum


def expected_pairs(counts: NDArray[np.int64], width: int) -> int:
    """Return how many different pairs a text would have if its words came independently of each other.

    A pair of words with counts a and b is expected a b ``width`` / N times, and so is there at least once with the
    probability 1 - exp(-a b width / N). Real texts repeat themselves, and have fewer pairs.

    Parameters
    ----------
    counts : int64[V]
        Of the words; they sum to N.
    width : int
        Neighbours of a token.

    Examples
    --------
    >>> expected_pairs(np.array([1000, 1000]), 10), expected_pairs(np.array([1] * 1000), 2)
    (4, 1998)
    """
    found = counts[counts > 0].astype(float)
    if not len(found):
        return 0
    classes = np.rint(CLASSES * np.log2(found)).astype(np.int64)
    words = np.bincount(classes)
    mean = np.bincount(classes, found)[words > 0] / words[words > 0]
    words = words[words > 0]
    pairs = -np.expm1(-mean[:, None] * mean * (width / found.sum()))
    return int(words @ pairs @ words)


def warn_of_pairs(path: type_of_path, counts: NDArray[np.int64], width: int, pair_bytes: int) -> None:
    """Warn if a file of pairs, each with so many bytes, may need more room than its folder has."""
    warn_of_room(path, Path(path).resolve().parent, pair_bytes * expected_pairs(counts, width))


def warn_of_counting(
    save_to: type_of_path | None, counts: NDArray[np.int64], width: int, plan: MemoryPlan
) -> None:
    """Warn if a disk may have too little room for the counts of the parts of a text, and for the result."""
    parts = len(plan.bounds) - 1
    needed = 0 if save_to is None else WRITTEN * expected_pairs(counts, width)
    if parts > 1:
        needed += SPILLED * parts * expected_pairs(-(-counts // parts), width)
    if needed:
        folder = tempfile.gettempdir() if save_to is None else Path(save_to).resolve().parent
        warn_of_room(folder if save_to is None else save_to, folder, needed)
