"""Checks of numbers and choices that a user gave: errors name the argument and what it may be."""

from __future__ import annotations

import math
import numbers
from typing import Any

from fastvec.errors import SettingError

MOST = 2**31 - 1


def whole(name: str, value: Any, least: int, most: int = MOST) -> int:
    """Return the value as an int, if it is a whole number in [least, most].

    >>> whole("epochs", 5, 1)
    5
    >>> whole("epochs", 0, 1)
    Traceback (most recent call last):
    ...
    fastvec.errors.SettingError: epochs: expected a whole number of at least 1, got 0
    """
    is_whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not is_whole or not least <= int(value) <= most:
        two_bounds = most != MOST or (is_whole and int(value) > most)
        bounds = f"from {least} to {most}" if two_bounds else f"of at least {least}"
        raise SettingError(field=name, expected=f"a whole number {bounds}", got=value)
    return int(value)


def real(
    name: str, value: Any, least: float = -math.inf, most: float = math.inf, *, above: float = -math.inf
) -> None:
    """Refuse what is not a finite number in [least, most] and above ``above``."""
    wrong = isinstance(value, bool) or not isinstance(value, numbers.Real)
    if wrong or not math.isfinite(value) or not least <= value <= most or value <= above:
        bound = f" of at least {least:g}" if least > -math.inf else ""
        bound = f" above {above:g}" if above > -math.inf else bound
        if most < math.inf:
            bound = f"{bound} and at most {most:g}" if above > -math.inf else f" from {least:g} to {most:g}"
        raise SettingError(field=name, expected=f"a finite number{bound}", got=value)


def at_most(name: str, value: float, other: str, bound: float) -> None:
    """Refuse more than another setting."""
    if value > bound:
        raise SettingError(field=name, expected=f"at most {other}={bound:g}", got=value)


def choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    """Refuse what is not one of a few words."""
    if not isinstance(value, str) or value not in choices:
        listed = list(map(repr, choices))
        expected = f"one of {', '.join(listed)}" if len(listed) > 3 else " or ".join(listed)
        raise SettingError(field=name, expected=expected, got=value)


def truth(name: str, value: Any) -> None:
    """Refuse what is neither True nor False."""
    if not isinstance(value, bool):
        raise SettingError(field=name, expected="True or False", got=value)
