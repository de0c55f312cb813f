"""The settings of a trainer as flags: one flag a dataclass field, its help from the docstring."""

from __future__ import annotations

import argparse
import dataclasses
import inspect
import re
import typing
from typing import Any


def add_settings(parser: argparse.ArgumentParser, trainer: type[Any]) -> None:
    """Add a flag for each setting of ``trainer``, with its type, default and help."""
    group = parser.add_argument_group("settings")
    types, texts = typing.get_type_hints(trainer), documented(trainer.__doc__ or "")
    for field in dataclasses.fields(trainer):
        options: dict[str, Any] = {"default": argparse.SUPPRESS}
        kind = types[field.name]
        default = f"{field.default}".lower() if kind is bool else field.default
        if kind is bool:
            options["action"] = argparse.BooleanOptionalAction
        elif typing.get_origin(kind) is typing.Literal:
            options["choices"] = typing.get_args(kind)
        else:
            options |= {"type": kind, "metavar": "N" if kind is int else "X"}
        text = texts.get(field.name, "").replace("%", "%%")
        group.add_argument(flag(field.name), help=f"{text} (default: {default})".strip(), **options)


def chosen(args: argparse.Namespace, trainer: type[Any]) -> dict[str, Any]:
    """The settings that were given on the command line."""
    return {
        field.name: getattr(args, field.name) for field in dataclasses.fields(trainer) if field.name in args
    }


def flag(name: str) -> str:
    """
    >>> flag("vector_size")
    '--vector-size'
    """
    return "--" + name.replace("_", "-")


def documented(docstring: str) -> dict[str, str]:
    """What a docstring of NumPy style says first about each parameter: a sentence, without citations.

    >>> documented('''Train.
    ...
    ...     Parameters
    ...     ----------
    ...     window : int
    ...         Words on each side, as ever (Mikolov et al. 2013). At least 1.
    ...     ''')
    {'window': 'words on each side, as ever'}
    """
    texts: dict[str, str] = {}
    entries = re.findall(r"^(\w+(?:, \w+)*) : .*\n((?: +.+\n?)+)", inspect.cleandoc(docstring), re.MULTILINE)
    for names, body in entries:
        text = " ".join(body.replace("`", "").split())
        sentence = re.split(r"\.(?= [A-Z]|$)", re.sub(r" \([^()]*\d{4}[^()]*\)", "", text))[0]
        if sentence[1:2].islower():  # not the name of a number, as in "D, the dimensions"
            sentence = sentence[0].lower() + sentence[1:]
        texts |= dict.fromkeys(names.split(", "), sentence)
    return texts
