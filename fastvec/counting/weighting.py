"""Weights of distances as whole numbers, whose sums are the same in any order."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.numbers import choice, whole
from fastvec.errors import CorpusError, SettingError
from fastvec.text.windows import CONTEXTS, Context

Weighting = Literal["inverse", "flat"] | ArrayLike | Callable[[int], float]

WIDEST = 1 << 20
EXACT_INVERSE = 22  # lcm(1..22) = 232,792,560; the next ones would leave too few of 64 bits
FRACTION = 1 << 32  # other weights are rounded to multiples of this part of the greatest one
LIMIT = 1 << 64
GREATEST = 1e200  # a weight: sums stay finite


@dataclass(frozen=True)
class Weights:
    """Weights by distance: ``units[d - 1] * factor / divisor`` at distance d, on each side.

    Attributes
    ----------
    left, right : uint64[window] or uint64[0]
        Of the tokens before and after the centre, the nearest first.
    divisor, factor : float
        The unit is factor / divisor; dividing by lcm(1..window) rounds once.
    """

    left: NDArray[np.uint64]
    right: NDArray[np.uint64]
    divisor: float
    factor: float

    @property
    def width(self) -> int:
        """How many neighbours a token can have."""
        return len(self.left) + len(self.right)

    def values(self, sums: NDArray[np.uint64], out: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Convert sums of units to float64."""
        values = np.divide(sums, self.divisor, out=out)
        if self.factor != 1:
            values *= self.factor
        return values

    def described(self) -> list[float]:
        """Return the weights as numbers, for the settings of a file."""
        described: list[float] = self.values(self.right if len(self.right) else self.left).tolist()
        return described

    def check_overflow(self, greatest_count: int) -> None:
        """Raise if the sums in the row of the most frequent word could exceed 64 bits."""
        units = sum(map(int, self.left)) + sum(map(int, self.right))
        if units * greatest_count >= LIMIT:
            raise CorpusError(
                field="corpus",
                expected=f"words with at most {(LIMIT - 1) // units:,} tokens, for exact sums in 64 bits",
                got=greatest_count,
                hint="weighting='flat' and narrower windows allow more",
            )


def fixed_point(window: int, weighting: Weighting, context: Context) -> Weights:
    """Return weights as whole multiples of a unit.

    The unit is 1/lcm(1..window) for 1/distance up to window 22, 1 for "flat", and else the greatest weight *
    2**-32, to which weights are rounded.
    """
    divisor, factor = 1.0, 1.0
    whole("window", window, 1, WIDEST)
    choice("context", context, CONTEXTS)
    if isinstance(weighting, str) and weighting == "flat":
        units = np.ones(window, np.uint64)
    elif isinstance(weighting, str) and weighting == "inverse" and window <= EXACT_INVERSE:
        common = math.lcm(*range(1, window + 1))
        units, divisor = np.array([common // d for d in range(1, window + 1)], np.uint64), float(common)
    else:
        given = _given(window, weighting)
        divisor, factor = float(FRACTION), float(given.max())
        units = np.rint(given / factor * FRACTION).astype(np.uint64)
    none = np.empty(0, np.uint64)
    return Weights(none if context == "right" else units, none if context == "left" else units, divisor, factor)


def _given(window: int, weighting: Any) -> NDArray[np.float64]:
    if isinstance(weighting, str):
        if weighting != "inverse":
            expected = "'inverse', 'flat', an array or a function of the distance"
            raise SettingError(field="weighting", expected=expected, got=weighting)
        return 1 / np.arange(1, window + 1)
    found = [weighting(d) for d in range(1, window + 1)] if callable(weighting) else weighting
    try:
        weights = np.array(found, np.float64)
    except (TypeError, ValueError):
        raise SettingError(field="weighting", expected="numbers", got=found) from None
    if weights.ndim != 1 or len(weights) != window:
        expected = f"one weight for each distance 1 .. {window}"
        raise SettingError(field="weighting", expected=expected, got=found)
    if not (weights >= 0).all() or not 0 < weights.max() <= GREATEST:
        expected = f"weights from 0 to {GREATEST:g}, at least one above 0"
        raise SettingError(field="weighting", expected=expected, got=weights, shown=f"{found!r:.200}")
    return weights
