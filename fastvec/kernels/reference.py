"""Random draws in plain NumPy: what csrc/random.h and csrc/sampling.h draw, a whole array at a time.

The files reference_*.py have the kernels: the specification, and ``backend="numpy"``. Each function there has the
signature of its compiled twin and makes the same draws, so that the two differ by rounding only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def draws(stream: int, start: int, n: int) -> NDArray[np.uint64]:
    """Draws start .. start + n - 1 of a stream: SplitMix64 (Steele, Lea and Flood 2014), read by place."""
    with np.errstate(over="ignore"):
        z = np.uint64(stream) + np.arange(start + 1, start + n + 1, dtype=np.uint64) * GOLDEN
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def below(drawn: NDArray[np.uint64], n: int) -> NDArray[np.int64]:
    """A whole number in [0, n) from the high half of each draw."""
    return (((drawn >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32)).astype(np.int64)


def alias_draws(table: NDArray[np.uint64], drawn: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The word of each draw: its slot's own if the draw's low half is below the threshold, else the alias."""
    slots = below(drawn, len(table))
    low = np.uint64(0xFFFFFFFF)
    entries = table[slots]
    return np.where((drawn & low) < (entries & low), slots, (entries >> np.uint64(32)).astype(np.int64))
