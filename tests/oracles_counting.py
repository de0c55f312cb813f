"""What counting must give, in exact fractions and plain loops. Imports nothing from fastvec."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction


def cooccurrences(sentences, window, weight, context="both"):  # type: ignore[no-untyped-def]
    """{(centre, context): sum of weight(distance)}, without zeros."""
    counts: dict[tuple[int, int], Fraction] = defaultdict(Fraction)
    for sentence in sentences:
        for i, centre in enumerate(sentence):
            for j, word in enumerate(sentence):
                before, after = 0 < i - j <= window, 0 < j - i <= window
                if (before and context != "right") or (after and context != "left"):
                    counts[centre, word] += Fraction(weight(abs(i - j)))
    return {pair: count for pair, count in counts.items() if count}


def inverse(distance: int) -> Fraction:
    return Fraction(1, distance)


def flat(_distance: int) -> Fraction:
    return Fraction(1)
