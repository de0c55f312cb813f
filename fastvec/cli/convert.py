"""``fastvec convert``: vectors from one file format to another."""

from __future__ import annotations

import argparse

from fastvec.cli.checks import check_output
from fastvec.cli.terminal import say
from fastvec.vectors.formats import SUFFIXES, WRITERS
from fastvec.vectors.word_vectors import WordVectors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("vectors", metavar="A", help="a file of vectors, of any format that fastvec reads")
    parser.add_argument("output", metavar="B", help=f"the file to write: {' '.join(SUFFIXES)}")
    parser.add_argument("--format", choices=list(WRITERS), help="the format of B, if not that of its suffix")


def run(args: argparse.Namespace) -> int:
    check_output(args.output, [args.vectors], args.format)
    vectors = WordVectors.load(args.vectors)
    vectors.save(args.output, format=args.format)
    say(f"wrote {args.output}: {len(vectors):,} words, {vectors.vector_size} dimensions")
    return 0
