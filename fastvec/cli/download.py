"""``fastvec download``: fetch a data set by name."""

from __future__ import annotations

import argparse

from fastvec.cli.terminal import print_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="the data set; without a name they are listed")
    parser.add_argument(
        "--folder", metavar="DIR", help="where to keep it (default: $FASTVEC_DATA, or the system's cache folder)"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="draw no progress bar")


def run(args: argparse.Namespace) -> int:
    """Print the path of the data set."""
    from fastvec.datasets import DATA_SETS, fetch

    if args.name is None:
        print_table([(name, data.about) for name, data in DATA_SETS.items()])
    else:
        print(fetch(args.name, folder=args.folder, progress=not args.quiet))
    return 0
