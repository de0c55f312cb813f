"""``fastvec vocab``: the words of a text and their counts."""

from __future__ import annotations

import argparse

from fastvec.cli.outputs import ANY, check_output
from fastvec.cli.progress import ProgressBars
from fastvec.cli.reading import add_running, add_text, read_corpus
from fastvec.cli.terminal import shown


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_text(parser, encoded=True)
    parser.add_argument("-o", "--output", metavar="FILE", help="write to this file (default: standard output)")
    add_running(parser)


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    if args.output is not None:
        check_output(args.output, args.text, ANY)
    with ProgressBars(args.quiet) as bars:
        vocabulary = read_corpus(args, bars).vocabulary
    if args.output is not None:
        vocabulary.save(args.output)
        return 0
    for word, count in zip(vocabulary.words, vocabulary.counts.tolist(), strict=True):
        print(shown(word), count)
    return 0
