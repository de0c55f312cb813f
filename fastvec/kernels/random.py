"""Random numbers: streams and their draws, the same as in csrc/random.h and csrc/sampling.h.

Draw k of a stream depends on the stream and on k alone (counter-based), so that NumPy makes the same draws as C, a
whole array at a time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15  # between two states of SplitMix64


def stream(seed: int, *place: int) -> int:
    """Return the random stream of a place in a run, such as (epoch, slice, purpose), by SplitMix64's mixer.

    Examples
    --------
    >>> stream(1, 0, 0) != stream(1, 0, 1) != stream(2, 0, 1)
    True
    """
    state = seed & MASK
    for number in (0, *place):
        state = (state + (number + 1) * GAMMA) & MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & MASK
        state ^= state >> 31
    return state


def draws(stream: int, start: int, n: int) -> NDArray[np.uint64]:
    """Return draws start .. start + n - 1 of a stream of SplitMix64 (Steele, Lea and Flood 2014)."""
    with np.errstate(over="ignore"):
        z = np.uint64(stream) + np.arange(start + 1, start + n + 1, dtype=np.uint64) * np.uint64(GAMMA)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def below(drawn: NDArray[np.uint64], n: int) -> NDArray[np.int64]:
    """Return a whole number in [0, n) from the high half of each draw."""
    return (((drawn >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32)).astype(np.int64)


def alias_draws(table: NDArray[np.uint64], drawn: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the word of each draw: its slot if its low half is below the threshold, else the alias."""
    slots = below(drawn, len(table))
    low = np.uint64(0xFFFFFFFF)
    entries = table[slots]
    return np.where((drawn & low) < (entries & low), slots, (entries >> np.uint64(32)).astype(np.int64))
