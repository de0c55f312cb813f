"""The flags of ``fastvec train --pairs``, and the reading of pairs."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastvec.cli.outputs import ignored
from fastvec.cli.progress import ProgressBars
from fastvec.cli.reading import OPTIONS
from fastvec.cli.terminal import duration, millions
from fastvec.errors import SettingError

if TYPE_CHECKING:
    from fastvec.pairs.pairs import Pairs

OF_PAIRS = ("undirected", "fields", "separator", "comments")


def add_pairs(parser: argparse.ArgumentParser) -> None:
    """Add the flags that say how pairs are laid out."""
    group = parser.add_argument_group("reading pairs (--pairs)")
    group.add_argument(
        "--undirected", action=argparse.BooleanOptionalAction, default=None,
        help="pairs are edges without a direction: each counts both ways, and every node gets a vector; "
        "--no-undirected: they are not, and no warning says what has no vector",
    )  # fmt: skip
    group.add_argument(
        "--fields", metavar="A,B[,C]",
        help="the columns of word, context and weight: names in files with a header (.csv, .tsv) and in .jsonl, "
        ".parquet, .arrow and .feather; or places from 0",
    )  # fmt: skip
    group.add_argument(
        "--separator", metavar="NAME",
        help="what separates fields: tab, comma, semicolon, bar, whitespace, or a character (default: the first "
        "line shows it)",
    )  # fmt: skip
    group.add_argument(
        "--comments", metavar="MARK",
        help="ignore all lines that begin with this (default: lines with # or %% at the top of a file)",
    )  # fmt: skip


def given_for_pairs(args: argparse.Namespace) -> dict[str, Any]:
    """Return the flags of pairs that were given."""
    return {name: getattr(args, name) for name in OF_PAIRS if getattr(args, name) is not None}


def fields_of(text: str) -> tuple[str, ...] | tuple[int, ...]:
    """Return the fields that a flag names.

    >>> fields_of("user,item"), fields_of("0,2")
    (('user', 'item'), (0, 2))
    """
    names = tuple(name.strip() for name in text.split(","))
    return tuple(map(int, names)) if all(name.isascii() and name.isdigit() for name in names) else names


def read_pairs(args: argparse.Namespace, bars: ProgressBars) -> Pairs:
    """Read the pairs in the files that the arguments name."""
    from fastvec.pairs.pairs import Pairs

    given = given_for_pairs(args)
    if "fields" in given:
        given["fields"] = fields_of(args.fields)
    if args.field is not None:
        raise SettingError("--field: needs a text; pairs have --fields", field="field")
    for name in ({*OPTIONS} - {"min_count", "encoding"}) | {"save_corpus"}:
        if getattr(args, name) is not None:
            raise ignored(name, "pairs")
    began = time.perf_counter()
    source = args.text[0] if len(args.text) == 1 else [Path(name) for name in args.text]
    least = 1 if args.min_count is None else args.min_count
    pairs = Pairs.from_pairs(
        source, **given, encoding=args.encoding, min_count=least, threads=args.threads, on_progress=bars
    )
    seconds = time.perf_counter() - began
    dropped = f" ({millions(pairs.n_dropped)} more dropped)" if pairs.n_dropped else ""
    dropped += f" ({pairs.n_skipped:,} lines of comments and headers skipped)" if pairs.n_skipped else ""
    distinct = f"{len(pairs.vocabulary):,} words and {len(pairs.context_vocabulary):,} contexts"
    bars.say(f"read {millions(len(pairs))} pairs{dropped} of {distinct} in {duration(seconds)}")
    return pairs
