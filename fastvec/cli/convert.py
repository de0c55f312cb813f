"""``fastvec convert``: vectors from one file format to another, and transformed."""

from __future__ import annotations

import argparse

from fastvec.cli.neighbors import contexts_of
from fastvec.cli.outputs import add_spaces, check_output
from fastvec.cli.reading import add_vectors, load_model
from fastvec.cli.terminal import say
from fastvec.vectors.combination import COMBINATIONS
from fastvec.vectors.formats import DTYPES, WRITTEN, WRITTEN_SUFFIXES
from fastvec.vectors.formats.writable import check_vectors
from fastvec.vectors.transforms import TRANSFORMS
from fastvec.vectors.word_vectors import WordVectors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("vectors", metavar="A", help="a file of vectors, in any format that fastvec reads, or '-'")
    parser.add_argument(
        "output", metavar="B", help=f"the file to write: {' '.join(WRITTEN_SUFFIXES)}; or a folder"
    )
    parser.add_argument("--format", choices=WRITTEN, help="the format of B (default: that of its suffix)")
    help = "how numbers are stored in .safetensors (and, but for int8, in .npy and folders) (default: float32)"
    parser.add_argument("--dtype", choices=DTYPES, default="float32", help=help)
    parser.add_argument(
        "--contexts", action="store_true", help="write the context vectors: of users and items, those of the items"
    )
    parser.add_argument(
        "--combine", choices=COMBINATIONS,
        help="what the vectors of B are: W_in, W_in + W_out, both side by side, or W_out (default: as in A, which "
        "must have context vectors). .safetensors and fastText's .bin keep both matrices, others what is combined",
    )  # fmt: skip
    add_spaces(parser)
    add_vectors(parser, of="A")
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
    check_output(args.output, inputs, format=args.format, dtype=args.dtype)
    vectors = load_model(args.vectors, args)
    if args.contexts:
        vectors = contexts_of(vectors, args.vectors)
    if args.combine is not None:
        vectors = vectors.combined(args.combine)
    vectors = _transformed(vectors, args)
    buckets = None if vectors.subwords is None else vectors.subwords.settings.buckets
    check_vectors(
        args.output,
        vectors,
        vectors.word_vectors.shape[1],
        format=args.format,
        spaces=args.spaces,
        dtype=args.dtype,
        buckets=buckets,
        combine=vectors.combine,
    )
    vectors.save(args.output, format=args.format, dtype=args.dtype, spaces=args.spaces)
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
