"""``fastvec diagnose``: the geometry of vectors, beside that of random ones of the same size."""

from __future__ import annotations

import argparse
import os

from fastvec.cli.outputs import check_output
from fastvec.cli.reading import add_json, add_vectors, load_vectors
from fastvec.cli.terminal import print_json, printable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("vectors", metavar="VECTORS", help="a file of vectors, of any format")
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="of the samples and the random vectors (default: 1)"
    )
    parser.add_argument(
        "--plot", metavar="FILE",
        help="draw cosines, lengths, variances and distances after projection (.png, .svg or .pdf)",
    )  # fmt: skip
    add_json(parser)
    add_vectors(parser)


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    from fastvec.geometry.diagnosis import diagnose

    if args.plot is not None:
        from fastvec.show.figures import require_matplotlib

        check_output(args.plot, [args.vectors], (".png", ".svg", ".pdf"))
        require_matplotlib()  # a missing package is said before the work
    found = diagnose(load_vectors(args.vectors, args), seed=args.seed)
    if args.plot is not None:
        from fastvec.show.figures import off_screen, save
        from fastvec.show.geometry import plot_geometry

        name, given = printable(os.path.basename(args.vectors)), found.given
        with off_screen():
            title = f"{name}: {given.n_words:,} words, {given.vector_size} dimensions"
            save(plot_geometry(found, title=title)[0].figure, args.plot)
    if args.json:
        print_json({"file": args.vectors, **found.as_dict()})
    else:
        print(f"{printable(args.vectors)}: {found.table()}")
        if found.given.counts is None:
            print("\nThe file has no counts, so that length and frequency cannot be compared.")
    return 0
