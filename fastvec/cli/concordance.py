"""``fastvec concordance``: the places of a word in a text, with the words around it."""

from __future__ import annotations

import argparse
from itertools import islice

from fastvec.checks.numbers import whole
from fastvec.cli.codes import DONE
from fastvec.cli.reading import add_files, add_json, add_tokens, corpus_of
from fastvec.cli.terminal import columns, print_json, say, shown


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "text", metavar="CORPUS",
        help="a text, one sentence per line: a file (also .gz .bz2 .xz .zst), a pattern or '-' for standard "
        "input; all of its words are kept. Or a corpus encoded by 'fastvec encode', "
        "which shows dropped tokens as _ if it was encoded with --gaps",
    )  # fmt: skip
    parser.add_argument("word", metavar="WORD")
    parser.add_argument("--near", metavar="WORD", help="only places with this word in the words around")
    parser.add_argument("--width", type=int, default=8, metavar="N", help="words to each side (default: 8)")
    parser.add_argument(
        "--vocabulary", metavar="FILE",
        help="show words around it that are not among those of 'fastvec vocab -o FILE' as _",
    )  # fmt: skip
    parser.add_argument("-n", "--lines", type=int, default=20, metavar="N", help="lines to print (default: 20)")
    add_tokens(parser)
    add_files(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    from fastvec.text.vocabulary import Vocabulary

    n_lines = whole("lines", args.lines, 0)
    corpus = corpus_of(args, [args.text], min_count=1)
    vocabulary = None if args.vocabulary is None else Vocabulary.load(args.vocabulary)
    found = corpus.concordance(args.word, near=args.near, width=args.width, vocabulary=vocabulary)
    lines = list(islice(found, n_lines))
    if args.json:
        print_json(
            {"places": len(found), "n_dropped": found.n_dropped, "lines": [line._asdict() for line in lines]}
        )
        return DONE
    sides = [(shown(" ".join(line.left)), shown(" ".join(line.right))) for line in lines]
    widest = max((columns(left) for left, _ in sides), default=0)
    for left, right in sides:
        print(f"{' ' * (widest - columns(left))}{left}  {shown(args.word)}  {right}".rstrip())
    say("; ".join([f"{len(lines):,} of {len(found):,} places", *found.notes()]))
    return DONE
