"""Checks of numbers and choices that a user gives; the error names the argument and what it must be."""

from __future__ import annotations

import math
import numbers
from typing import Any

from fastvec.errors import SettingError

MOST = 2**31 - 1


def whole(name: str, value: Any, least: int, most: int = MOST) -> int:
    """Return the value as an int; raise if it is not a whole number in [least, most].

    >>> whole("epochs", 5, 1)
    5
    >>> whole("epochs", 0, 1)
    Traceback (most recent call last):
    ...
    fastvec.errors.SettingError: epochs: expected a whole number of at least 1, got 0
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or not least <= int(value) <= most:
        told = most != MOST or (isinstance(value, numbers.Integral) and int(value) > most)
        bounds = f"from {least} to {most}" if told else f"of at least {least}"
        raise SettingError(field=name, expected=f"a whole number {bounds}", got=value)
    return int(value)


def real(name: str, value: Any, least: float = -math.inf, *, above: float = -math.inf) -> None:
    """Raise if the value is not a finite number, is below ``least``, or is not above ``above``."""
    wrong = isinstance(value, bool) or not isinstance(value, numbers.Real)
    if wrong or not math.isfinite(value) or value < least or value <= above:
        bound = (
            f" above {above:g}" if above > -math.inf else f" of at least {least:g}" if least > -math.inf else ""
        )
        raise SettingError(field=name, expected=f"a finite number{bound}", got=value)


def at_most(name: str, value: float, other: str, bound: float) -> None:
    """Raise if the value is above another setting."""
    if value > bound:
        raise SettingError(field=name, expected=f"at most {other}={bound:g}", got=value)


def choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    """Raise if the value is not one of the choices."""
    if not isinstance(value, str) or value not in choices:
        raise SettingError(field=name, expected=" or ".join(map(repr, choices)), got=value)


def truth(name: str, value: Any) -> None:
    """Raise if the value is neither True nor False."""
    if not isinstance(value, bool):
        raise SettingError(field=name, expected="True or False", got=value)
