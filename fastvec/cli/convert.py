"""``fastvec convert``: vectors from one file format to another, and transformed."""

from __future__ import annotations

import argparse

from fastvec.cli.outputs import check_output
from fastvec.cli.terminal import say
from fastvec.vectors.formats import WRITTEN, WRITTEN_SUFFIXES
from fastvec.vectors.transforms import TRANSFORMS
from fastvec.vectors.word_vectors import WordVectors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("vectors", metavar="A", help="a file of vectors, in any format that fastvec reads")
    parser.add_argument("output", metavar="B", help=f"the file to write: {' '.join(WRITTEN_SUFFIXES)}")
    parser.add_argument("--format", choices=WRITTEN, help="the format of B (default: that of its suffix)")
    group = parser.add_argument_group("changing the vectors, in this order")
    either = group.add_mutually_exclusive_group()
    either.add_argument("--centre", action="store_true", help="subtract the mean")
    help = "subtract the mean, and take the first K principal components out (all-but-the-top)"
    either.add_argument("--without-top", type=int, metavar="K", help=help)
    group.add_argument("--normalize", action="store_true", help="scale each vector to length 1")
    help = "rotate the vectors into the space of those in FILE, by the words of both (orthogonal Procrustes)"
    group.add_argument("--align-to", metavar="FILE", help=help)


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    inputs = [args.vectors, *([args.align_to] if args.align_to else [])]
    check_output(args.output, inputs, format=args.format)
    vectors = _transformed(WordVectors.load(args.vectors), args)
    vectors.save(args.output, format=args.format)
    say(f"wrote {args.output}: {len(vectors):,} words, {vectors.vector_size} dimensions")
    return 0


def _transformed(vectors: WordVectors, args: argparse.Namespace) -> WordVectors:
    if args.centre:
        vectors = vectors.centred()
    if args.without_top is not None:
        vectors = vectors.without_top(args.without_top)
    if args.normalize:
        vectors = vectors.normalized()
    if args.align_to is not None:
        vectors = vectors.align(WordVectors.load(args.align_to))
        say(f"aligned by {vectors.settings[TRANSFORMS][-1]['words']:,} words")
    return vectors
