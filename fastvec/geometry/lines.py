"""The table of a diagnosis: each number beside those of random vectors, and what it means."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from fastvec.geometry.space import Space


class Line(NamedTuple):
    """A measure: its attribute of :class:`Space`, its title, how it is written, and what it means."""

    name: str
    title: str
    form: str
    meaning: str


GROUPS = {
    "Angles": [
        Line("mean_cosine", "mean cosine of all pairs", ".4f", "above 0: words share a common direction"),
        Line("mean_absolute_cosine", "mean |cosine| of random pairs", ".4f",
             "how far from a right angle; by chance √(2/(πD))"),
        Line("cosine_spread", "spread of these cosines", ".4f", "their standard deviation; by chance 1/√D"),
        Line("nearly_orthogonal_share", "pairs with |cosine| < 0.1", ".1%", "nearly at right angles"),
        Line("nearest_cosine", "cosine of the nearest word", ".4f",
             "the mean over 5,000 words"),
    ],
    "Lengths": [
        Line("mean_norm", "mean length", ".4g", "random vectors are given the same mean square"),
        Line("norm_spread", "spread of the lengths", ".4f",
             "standard deviation / mean; by chance 1/√(2D): lengths concentrate"),
        Line("norm_frequency_correlation", "length and frequency", ".3f",
             "Spearman's correlation with the counts; 0: unrelated"),
    ],
    "Directions": [
        Line("effective_dimension", "effective dimensions", ".1f", "how many directions share the variance"),
        Line("top_variance_share", "variance of component 1", ".1%", "one strong direction: often frequency"),
        Line("top_10_variance_share", "variance of components 1-10", ".1%", "of the ten strongest together"),
        Line("mean_vector_share", "length in the mean vector", ".1%", "share of the mean square; 0: centred"),
        Line("isotropy", "isotropy", ".4f", "1: all directions alike (Mu and Viswanath 2018)"),
    ],
    "Neighbours": [
        Line("hubness", "hubness", ".2f", "skewness of how often a word is a neighbour; 0: no hubs"),
        Line("greatest_occurrence", "lists with the greatest hub", ",.0f", "of 5,000 lists of 10 neighbours"),
        Line("never_near_share", "words in no list", ".1%", "nobody's neighbour"),
        Line("euclidean_agreement", "Euclidean neighbours", ".1%",
             "share of the nearest by cosine that are also nearest by distance"),
    ],
    "Projection to half of the dimensions": [
        Line("distortion_spread", "spread of squared distances", ".4f",
             "relative, after a random projection to k; by chance √(2/k)"),
    ],
}  # fmt: skip
TITLE, NUMBER = 34, 13


def table(given: Space, random: Space, laws: Mapping[str, float]) -> str:
    """Return the table as a text."""
    lines = [
        f"{given.n_words:,} words, {given.vector_size} dimensions",
        "",
        _row("", "given", "random", "formula").rstrip(),
    ]
    for group, measures in GROUPS.items():
        lines += ["", group]
        for name, title, form, meaning in measures:
            cells = (getattr(given, name), getattr(random, name), laws.get(name))
            lines.append(_row(title, *(_number(cell, form) for cell in cells)).rstrip())
            lines.append(f"    {_of_sample(meaning, given)}")
    return "\n".join([*lines, "", *_facts(given, laws)])


def _row(title: str, *cells: str) -> str:
    return f"  {title:<{TITLE}}" + "".join(f"{cell:>{NUMBER}}" for cell in cells)


def _number(value: float | None, form: str) -> str:
    return "" if value is None or math.isnan(value) else f"{value:{form}}"


def _of_sample(meaning: str, given: Space) -> str:
    """Return what a number means, with the sizes of this sample."""
    return meaning.replace("5,000", f"{len(given.occurrences):,}").replace("of 10 ", f"of {given.k} ")


def _facts(given: Space, laws: Mapping[str, float]) -> list[str]:
    """Return what is true of every space of this size."""
    size, capacity = given.vector_size, laws["capacity"]
    words = f"{capacity:,.0f}" if capacity < 1e9 else f"{capacity:.1e}"
    return [
        f"True of every space of {size} dimensions",
        f"  {laws['outer_shell_share']:.3%} of a ball is in the outer tenth of its radius",
        f"  {words} words or more fit in with no |cosine| above 0.3",
        f"  {laws['johnson_lindenstrauss_bound']:,} dimensions keep all distances of {given.n_words:,} words",
        "    within 10 %, by the bound of Johnson and Lindenstrauss",
        f"  one-hot vectors need {given.n_words:,} dimensions and {_size(laws['one_hot_bytes'])}, not {size} and "
        f"{_size(laws['dense_bytes'])},",
        "    and all have the cosine 0: none is nearer than another",
    ]


def _size(n_bytes: float) -> str:
    """Return a number of bytes with its unit.

    >>> _size(40e9), _size(1200)
    ('40 GB', '1.2 kB')
    """
    power = min(4, int(math.log10(max(n_bytes, 1)) // 3))
    return f"{n_bytes / 1000**power:.3g} {('B', 'kB', 'MB', 'GB', 'TB')[power]}"
