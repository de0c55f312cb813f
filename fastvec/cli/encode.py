"""``fastvec encode``: text to ids, in a file."""

from __future__ import annotations

import argparse

from fastvec.cli.outputs import ENCODED, check_output
from fastvec.cli.progress import ProgressBars
from fastvec.cli.reading import add_running, add_text, read_corpus
from fastvec.errors import SettingError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_text(parser, encoded=False)
    parser.add_argument("-o", "--output", required=True, metavar=f"FILE{ENCODED}", help="the encoded corpus")
    parser.add_argument(
        "--gaps", action="store_true",
        help="keep where tokens were dropped, which 'fastvec concordance' shows as _ (8 bytes each)",
    )  # fmt: skip
    add_running(parser)


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    check_output(args.output, args.text, (ENCODED,))
    for name in args.text:
        if name.endswith(ENCODED):
            raise SettingError(f"{name}: is already encoded", field="text", got=name)
    with ProgressBars(args.quiet) as bars:
        read_corpus(args, bars, save_to=args.output, gaps=args.gaps)
        bars.say(f"wrote {args.output}")
    return 0
