"""Output of the commands: text for a terminal, JSON, tables, numbers with units."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from fastvec.io.json_values import json_values


def use_utf8() -> None:
    """Make words pass through standard input and output as the same bytes, also those that are not UTF-8."""
    for stream in (sys.stdin, sys.stdout):
        if hasattr(stream, "reconfigure"):  # not in the capture of a test
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")


def printable(text: str) -> str:
    r"""Escape what could control a terminal: control characters, undecodable bytes.

    >>> printable("caf\x1b[31m")
    'caf\\x1b[31m'
    """
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def shown(word: str) -> str:
    """Return a word for standard output: escaped for a terminal, unchanged for a file or a pipe."""
    return printable(word) if sys.stdout.isatty() else word


def say(message: str) -> None:
    """Print a line on standard error, above the progress bar if there is one."""
    tqdm = sys.modules.get("tqdm")
    write = tqdm.tqdm.write if tqdm else print
    write(message, file=sys.stderr)


def print_json(value: Any) -> None:
    """Print JSON in ASCII, so that undecodable bytes in words (lone surrogates) stay valid.

    Numbers that are not finite, which JSON does not have, are null.
    """
    print(json.dumps(json_values(value), indent=2, allow_nan=False))


def print_table(rows: Iterable[Sequence[str]], *, indent: str = "") -> None:
    """Print aligned columns, numbers to the right."""
    table = [[*row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = [
            cell.rjust(width) if _is_number(cell) else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        ]
        print((indent + "  ".join(cells)).rstrip())


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", ""))
    except ValueError:
        return False
    return True


def columns(text: str) -> int:
    """Return the number of terminal columns of a printable text.

    >>> columns("cafe\u0301"), columns("東京")
    (4, 4)
    """
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def in_colour() -> bool:
    """Return whether standard output shows colours and the user wants them (https://no-color.org)."""
    shows = (
        sys.stdout.isatty()
        and os.environ.get("TERM") != "dumb"
        and (os.name != "nt" or "WT_SESSION" in os.environ)
    )
    return shows and not os.environ.get("NO_COLOR")


def size(n_bytes: int) -> str:
    """Return a number of bytes with its unit.

    >>> size(35_200_000)
    '35.2 MB'
    """
    value, units = float(n_bytes), ["B", "kB", "MB", "GB", "TB"]
    while value >= 999.5 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{value:.3g} {units[0]}"


def millions(count: float) -> str:
    """Return a number, in millions if it is that large.

    >>> millions(5_312_345), millions(4_200)
    ('5.31 M', '4,200')
    """
    return f"{count / 1e6:.3g} M" if count >= 1e6 else f"{count:,.0f}"


def duration(seconds: float) -> str:
    """Return a duration with two or three digits.

    >>> duration(0.0312), duration(12.34)
    ('0.031 s', '12.3 s')
    """
    return f"{seconds:.1f} s" if seconds >= 10 else f"{seconds:.2g} s"


def say_how_slow(method: str | None) -> None:
    """Say that a projection takes long, which shows no progress."""
    if method in ("umap", "tsne"):
        first = ", and more the first time, to compile" if method == "umap" else ""
        say(f"placing words by {method}: seconds for a thousand, minutes for 20,000{first}")
