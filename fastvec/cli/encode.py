"""``fastvec encode``: text to ids, in a file."""

from __future__ import annotations

import argparse

from fastvec.cli.progress import ProgressBars
from fastvec.cli.reading import ENCODED, add_running, add_text, read_corpus
from fastvec.errors import SettingError
from fastvec.files import check_writable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_text(parser, encoded=False)
    parser.add_argument("-o", "--output", required=True, metavar=f"FILE{ENCODED}", help="the encoded corpus")
    add_running(parser)


def run(args: argparse.Namespace) -> int:
    if not args.output.endswith(ENCODED):
        raise SettingError(
            f"--output: expected a name that ends in {ENCODED}, got {args.output!r}",
            field="output", expected=ENCODED, found=args.output,
        )  # fmt: skip
    check_writable(args.output)
    with ProgressBars(args.quiet) as bars:
        read_corpus(args, bars, save_to=args.output)
        bars.say(f"wrote {args.output}")
    return 0
