"""Settings: dataclass fields that say what they mean and which values they accept."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def setting(
    default: Value, help: str, check: Callable[..., object] | None = None, *bounds: object, **limits: object
) -> Value:
    """Declare a setting: a dataclass field with its help text and its check.

    Parameters
    ----------
    default : object
        The value where none is given.
    help : str
        What the setting means: one phrase without a full stop, which the command line shows.
    check : callable, optional
        Called as ``check(name, value, *bounds, **limits)``, such as those of :mod:`fastvec.checks.numbers`.

    Returns
    -------
    dataclasses.Field
        Typed as the default, as :func:`dataclasses.field` is.

    Examples
    --------
    >>> from fastvec.checks.numbers import whole
    >>> @dataclasses.dataclass
    ... class Settings:
    ...     window: int = setting(5, "words to each side", whole, 1)
    >>> Settings().window, help_texts(Settings)
    (5, {'window': 'words to each side'})
    >>> check_setting(dataclasses.fields(Settings)[0], 0)
    Traceback (most recent call last):
    ...
    fastvec.errors.SettingError: window: expected a whole number of at least 1, got 0
    """

    def checked(name: str, value: object) -> None:
        if check is not None and not (value is None and default is None):
            check(name, value, *bounds, **limits)

    return dataclasses.field(default=default, metadata={"help": help, "check": checked})


def check_setting(field: dataclasses.Field[object], value: object) -> None:
    """Call the check of a setting; None is accepted where it is the default."""
    field.metadata["check"](field.name, value)


def help_texts(settings: type) -> dict[str, str]:
    """Return the help text of each setting of a dataclass, by name."""
    return {field.name: field.metadata["help"] for field in dataclasses.fields(settings)}
