"""Outputs and flags, checked before any work."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable

from fastvec.cli.settings import flag
from fastvec.errors import SettingError
from fastvec.io.atomic import check_writable

ENCODED = ".fvc"
COUNTED = ".fvm"
TRIPLES = ".bin"
PAGE = (".html", ".htm")
TABLE = (".parquet",)
ANY = ("",)


def check_output(
    path: str,
    inputs: Iterable[str],
    suffixes: tuple[str, ...] | None = None,
    format: str | None = None,
    dtype: str = "float32",
) -> None:
    """Check that an output has one of the suffixes, is not an input, and can be written.

    Without ``suffixes`` it is a file of vectors, in ``format`` or in that of its suffix, with what is written
    beside it.
    """
    files = [path]
    if suffixes is None:
        from fastvec.vectors.formats import writer, written_files

        writer(path, format, dtype=dtype)
        files = [os.fspath(file) for file in written_files(path, format)]
    elif not path.endswith(suffixes):
        raise SettingError(field="output", expected=f"a name that ends in {' or '.join(suffixes)}", got=path)
    for file in files:
        target = os.path.realpath(file)  # as it will be written: without the .. after a folder that does not exist
        for name in inputs:
            if os.path.exists(target) and os.path.exists(name) and os.path.samefile(target, name):
                raise SettingError(f"{file}: output would overwrite an input; choose another path", field="output")
        check_writable(file)


def add_spaces(parser: argparse.ArgumentParser) -> None:
    """Add what stands for white space in words."""
    parser.add_argument(
        "--spaces", metavar="TEXT",
        help="what to write in the place of white space in words, such as _; without it, such a word is an error "
        "in the formats in which white space separates",
    )  # fmt: skip


def ignored(name: str, what: str) -> SettingError:
    """Return the error for a flag that would be ignored.

    >>> print(ignored("min_count", "an encoded corpus"))
    --min-count is ignored for an encoded corpus; leave it out
    """
    return SettingError(f"{flag(name)} is ignored for {what}; leave it out", field=name)
