"""Numbers and choices as a user gives them: right, or an error that names the argument and what it may be."""

from __future__ import annotations

import math
import numbers
from typing import Any

from fastvec.errors import SettingError

MOST = 2**31 - 1


def whole(name: str, value: Any, least: int, most: int = MOST) -> int:
    """The value as an int, if it is a whole number in [least, most].

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
        raise _refused(name, f"a whole number {bounds}", value)
    return int(value)


def real(name: str, value: Any, least: float = -math.inf, *, above: float = -math.inf) -> None:
    """Refuse what is no finite number of at least ``least`` and above ``above``."""
    wrong = isinstance(value, bool) or not isinstance(value, numbers.Real)
    if wrong or not math.isfinite(value) or value < least or value <= above:
        bound = (
            f" above {above:g}" if above > -math.inf else f" of at least {least:g}" if least > -math.inf else ""
        )
        raise _refused(name, f"a finite number{bound}", value)


def at_most(name: str, value: float, other: str, bound: float) -> None:
    """Refuse more than another setting."""
    if value > bound:
        raise _refused(name, f"at most {other}={bound:g}", value)


def choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    """Refuse what is none of a few words."""
    if not isinstance(value, str) or value not in choices:
        raise _refused(name, " or ".join(map(repr, choices)), value)


def truth(name: str, value: Any) -> None:
    """Refuse what is neither True nor False."""
    if not isinstance(value, bool):
        raise _refused(name, "True or False", value)


def _refused(name: str, expected: str, found: Any) -> SettingError:
    message = f"{name}: expected {expected}, got {found!r:.80}"
    return SettingError(message, field=name, expected=expected, got=found)
