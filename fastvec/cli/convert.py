"""``fastvec convert``: vectors from one file format to another."""

from __future__ import annotations

import argparse

from fastvec.cli.outputs import check_output
from fastvec.cli.reading import load_model
from fastvec.cli.terminal import say
from fastvec.vectors.formats import WRITTEN, WRITTEN_SUFFIXES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("vectors", metavar="A", help="a file of vectors, in any format that fastvec reads")
    parser.add_argument("output", metavar="B", help=f"the file to write: {' '.join(WRITTEN_SUFFIXES)}")
    parser.add_argument("--format", choices=WRITTEN, help="the format of B (default: that of its suffix)")


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    check_output(args.output, [args.vectors], format=args.format)
    vectors = load_model(args.vectors)
    vectors.save(args.output, format=args.format)
    say(f"wrote {args.output}: {len(vectors):,} words, {vectors.vector_size} dimensions")
    return 0
