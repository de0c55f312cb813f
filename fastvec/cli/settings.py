"""The settings of the trainers as flags: one for each dataclass field, with the help text of the field.

A setting that is a dataclass itself (subwords) is switched on by its own flag, or by one of any of its fields.
"""

from __future__ import annotations

import argparse
import dataclasses
import re
import typing
from collections.abc import Mapping
from typing import Any, TypeAlias

from fastvec.checks.settings import help_texts
from fastvec.errors import SettingError

Trainers: TypeAlias = "Mapping[str, type[Any]]"  # by the name of the model


def add_settings(parser: argparse.ArgumentParser, trainers: Trainers, title: str = "settings") -> None:
    """Add a flag for each setting that a trainer has, with its type, defaults and help."""
    group = parser.add_argument_group(title)
    names = dict.fromkeys(field.name for trainer in trainers.values() for field in dataclasses.fields(trainer))
    for name in names:
        owners = {model: trainer for model, trainer in trainers.items() if name in _fields(trainer)}
        text = _texts(name, owners, of_all=len(owners) == len(trainers))
        reading = _reading([*dict.fromkeys(_kind(trainer, name) for trainer in owners.values())])
        group.add_argument(flag(name), default=argparse.SUPPRESS, help=text.replace("%", "%%"), **reading)
        for nested in {kind for trainer in owners.values() if has_settings(kind := _kind(trainer, name))}:
            add_settings(parser, {flag(name): nested}, f"settings of {flag(name)}, each of which switches it on")


def option_of(name: str) -> str:
    """Return fastvec's flag for an option of another library, or "".

    >>> option_of("size"), option_of("minn"), option_of("nonsense")
    ('--vector-size', '--min-n', '')
    """
    from fastvec.training.settings import OTHER_NAMES  # loads NumPy, which most wrong arguments need not wait for

    here = OTHER_NAMES.get(name.replace("-", "_"), "")
    found = re.search(r"\w+(?==\.\.\.)", here) or re.match(r"\w+", here)
    return flag(found[0]) if found else ""


def chosen(args: argparse.Namespace, trainers: Trainers, model: str) -> dict[str, Any]:
    """Return the settings given on the command line, if they are the model's."""
    known = _flags_of(trainers[model])
    for name in dict.fromkeys(name for trainer in trainers.values() for name in _flags_of(trainer)):
        if name in args and name not in known:
            raise SettingError(f"{flag(name)}: not a setting of --model {model}", field=name)
    settings: dict[str, Any] = {}
    for name in _fields(trainers[model]):
        kind = _kind(trainers[model], name)
        if not has_settings(kind):
            settings |= {name: getattr(args, name)} if name in args else {}
        elif any(nested in args for nested in (name, *_fields(kind))):
            settings[name] = kind(**{nested: getattr(args, nested) for nested in _fields(kind) if nested in args})
    return settings


def has_settings(kind: Any) -> bool:
    """Return whether the type of a setting has settings of its own: Subwords."""
    return isinstance(kind, type) and dataclasses.is_dataclass(kind)


def _flags_of(trainer: type[Any]) -> list[str]:
    """Return the names of its settings, and of the settings of those."""
    kinds = {name: _kind(trainer, name) for name in _fields(trainer)}
    return [*kinds, *(name for kind in kinds.values() if has_settings(kind) for name in _fields(kind))]


def _fields(trainer: type[Any]) -> dict[str, Any]:
    return {field.name: field.default for field in dataclasses.fields(trainer)}


def _kind(trainer: type[Any], name: str) -> Any:
    """Return the type of a setting, without None."""
    kind = typing.get_type_hints(trainer)[name]
    return next((part for part in typing.get_args(kind) if isinstance(part, type)), kind)


def _reading(kinds: list[Any]) -> dict[str, Any]:
    """Return argparse's options for a setting that has one of these types, model by model."""
    if all(typing.get_origin(kind) is typing.Literal for kind in kinds):  # a model refuses those of another
        return {"choices": list(dict.fromkeys(choice for kind in kinds for choice in typing.get_args(kind)))}
    kind = kinds[0] if len(kinds) == 1 else number
    if kind is bool:
        return {"action": argparse.BooleanOptionalAction}
    if has_settings(kind):
        return {"action": "store_true"}
    return {"type": kind, "metavar": "N" if kind is int else "X"}


def number(text: str) -> int | float:
    """Return a whole number as an int and any other as a float.

    >>> number("5"), number("0.5")
    (5, 0.5)
    """
    return int(text) if text.isdigit() else float(text)


def _texts(name: str, owners: Trainers, of_all: bool) -> str:
    """Return what the setting means and its default, model by model where they differ."""
    texts: dict[str, list[str]] = {}
    defaults: dict[str, list[str]] = {}
    for model, trainer in owners.items():
        texts.setdefault(help_texts(trainer)[name], []).append(model)
        default = _fields(trainer)[name]
        shown = "none" if default is None else f"{default}".lower() if isinstance(default, bool) else f"{default}"
        defaults.setdefault(shown, []).append(model)
    text = "; ".join(f"{', '.join(models)}: {text}" if len(texts) > 1 else text for text, models in texts.items())
    default = "; ".join(f"{', '.join(m)} {d}" if len(defaults) > 1 else d for d, m in defaults.items())
    whose = "" if of_all or len(texts) > 1 else f"{', '.join(owners)}: "
    return f"{whose}{text} (default: {default})"


def flag(name: str) -> str:
    """Return the flag of a setting.

    >>> flag("vector_size")
    '--vector-size'
    """
    return "--" + name.replace("_", "-")
