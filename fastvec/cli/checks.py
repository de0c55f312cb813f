"""What is refused about an output before any work is done for it."""

from __future__ import annotations

import os
from collections.abc import Iterable

from fastvec.errors import SettingError
from fastvec.io.atomic import check_writable

ENCODED = ".fvc"
COUNTED = ".fvm"
TRIPLES = ".bin"


def check_output(path: str, inputs: Iterable[str], format: str | None = None) -> None:
    """Refuse a file of vectors whose suffix names no format, that cannot be written, or that is an input."""
    from fastvec.vectors.formats import writer

    writer(path, format)
    _refuse_inputs(path, inputs)
    check_writable(path)


def check_encoded_output(path: str, inputs: Iterable[str]) -> None:
    """Refuse an encoded corpus that ``train`` would take for text, that cannot be written, or that is an input."""
    _refuse_inputs(path, inputs)
    if not path.endswith(ENCODED):
        raise SettingError(
            f"{path}: expected a name that ends in {ENCODED} for an encoded corpus",
            field="output", expected=ENCODED, got=path,
        )  # fmt: skip
    check_writable(path)


def check_counts_output(path: str, inputs: Iterable[str]) -> None:
    """Refuse a file of counts whose suffix names no format, that cannot be written, or that is an input."""
    if not path.endswith((COUNTED, TRIPLES)):
        raise SettingError(
            f"{path}: expected a name that ends in {COUNTED} or {TRIPLES}",
            field="output", expected=(COUNTED, TRIPLES), got=path,
        )  # fmt: skip
    _refuse_inputs(path, inputs)
    check_writable(path)


def check_plain_output(path: str, inputs: Iterable[str]) -> None:
    """Refuse any other file that cannot be written, or that is an input."""
    _refuse_inputs(path, inputs)
    check_writable(path)


def _refuse_inputs(path: str, inputs: Iterable[str]) -> None:
    path = os.path.realpath(path)  # as it will be written: without the .. behind a folder that is not there
    for name in inputs:
        if os.path.exists(path) and os.path.exists(name) and os.path.samefile(path, name):
            raise SettingError(
                f"{path}: would be read and then lost; name another output",
                field="output",
                got=path,
            )
