"""Questions to a file of vectors: from the command line or, when it has none, from a prompt."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable

from fastvec.cli.codes import DATA, DONE
from fastvec.cli.terminal import print_table, printable, say, shown
from fastvec.vectors.unknown import UnknownWordError


def add_arguments(parser: argparse.ArgumentParser, *, words: str, help: str, topn: int) -> None:
    """Add what all questions have."""
    parser.add_argument(
        "vectors", metavar="VECTORS", help="a file of vectors, of any format that fastvec reads"
    )
    parser.add_argument("words", nargs="*", metavar=words, help=help)
    parser.add_argument(
        "-n", "--topn", type=int, default=topn, metavar="N", help="how many (default: %(default)s)"
    )
    parser.add_argument(
        "--json", action="store_true", help="print JSON: for each question, pairs of word and cosine"
    )


def ask(words: list[str], prompt: str, answer: Callable[[list[str]], None]) -> int:
    """Answer ``words``, or else lines of words from standard input until an empty one; return the exit code.

    An unknown word ends the program when it came as an argument; at a prompt it is told, and the next asked.
    """
    if words:
        answer(words)
        return DONE
    if sys.stdin.isatty():
        with contextlib.suppress(ImportError):  # Windows has none
            import readline  # noqa: F401  (with it, input() edits and remembers lines)
        say("an empty line ends")
    else:
        prompt = ""
    code = DONE
    with contextlib.suppress(EOFError):
        while words := input(prompt).split():
            try:
                answer(words)
            except UnknownWordError as error:
                say(printable(str(error)))
                code = DONE if sys.stdin.isatty() else DATA
    return code


def print_words(title: str, words: list[tuple[str, float]]) -> None:
    """A title, and under it words with their cosines."""
    print(shown(title))
    print_table([(shown(word), f"{cosine:.4f}") for word, cosine in words], indent="  ")
