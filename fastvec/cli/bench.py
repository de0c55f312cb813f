"""``fastvec bench``: how fast fastvec is on this machine."""

from __future__ import annotations

import argparse

from fastvec.cli.reading import add_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("text", nargs="?", metavar="TEXT", help="train on this text (default: that of the demo)")
    parser.add_argument("--threads", type=counts, metavar="N,...", help="thread counts (default: 1 and all cores)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="runs of each case (default: 3)")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    from fastvec.benchmark import run as measure

    return measure(args.text, threads=args.threads, rounds=args.rounds, as_json=args.json)


def counts(text: str) -> list[int]:
    """Return the numbers of a list with commas.

    >>> counts("1,2")
    [1, 2]
    """
    return [int(count) for count in text.split(",")]
