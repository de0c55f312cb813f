"""``fastvec convert``: vectors from one file format to another."""

from __future__ import annotations

import argparse

from fastvec.cli.neighbors import contexts_of
from fastvec.cli.outputs import add_spaces, check_output
from fastvec.cli.reading import add_vectors, load_model
from fastvec.cli.terminal import say
from fastvec.vectors.combination import COMBINATIONS
from fastvec.vectors.formats import DTYPES, WRITTEN, WRITTEN_SUFFIXES
from fastvec.vectors.formats.writable import check_vectors


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


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    check_output(args.output, [args.vectors], format=args.format, dtype=args.dtype)
    vectors = load_model(args.vectors, args)
    if args.contexts:
        vectors = contexts_of(vectors, args.vectors)
    if args.combine is not None:
        vectors = vectors.combined(args.combine)
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
