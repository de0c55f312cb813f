"""Questions to a file of vectors: from the command line or, when it has none, from a prompt."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator

from fastvec.cli.codes import DATA, DONE
from fastvec.cli.terminal import print_json, print_table, printable, say, shown
from fastvec.errors import FastvecError, UnknownWordError

Answers = list[tuple[str, float]]


class NoQuestion(FastvecError):
    """A line that cannot be asked."""


def add_arguments(parser: argparse.ArgumentParser, *, words: str, help: str, topn: int) -> None:
    """Add what all questions have."""
    parser.add_argument("vectors", metavar="VECTORS", help="a file of vectors, of any format that fastvec reads")
    parser.add_argument("words", nargs="*", metavar=words, help=help)
    parser.add_argument(
        "-n", "--topn", type=int, default=topn, metavar="N", help="how many (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object: the answers to each question")


def lines_of_words(words: list[str], prompt: str) -> Iterator[list[str]]:
    """``words`` if there are any, or else lines of words from standard input: typed ones until one is empty."""
    if words:
        yield words
        return
    if sys.stdin.isatty() and sys.stdout.isatty():
        with contextlib.suppress(ImportError):  # Windows has none
            import readline  # noqa: F401  (with it, input() edits and remembers lines)
        say("an empty line ends")
    else:
        prompt = ""
    try:
        while (words := input(prompt).split()) or not prompt:
            if words:
                yield words
    except (EOFError, KeyboardInterrupt) as end:
        if prompt:
            print()  # the prompt's line is not ended yet
        if isinstance(end, KeyboardInterrupt):
            raise


def answer(questions: Iterable[tuple[str, Callable[[], Answers]]], *, json: bool) -> int:
    """Print the answers as they come (JSON at the end); unknown words are told on standard error.

    Returns
    -------
    int
        The exit code: whether every question had an answer.
    """
    found: dict[str, Answers] = {}
    code = DONE
    for question, ask in questions:
        try:
            found[question] = ask()
        except (UnknownWordError, NoQuestion) as error:
            say(printable(str(error)))
            code = DATA
            continue
        if not json:
            print_answers(question, found[question])
    if json:
        print_json(as_json(found))
    return code


def print_answers(question: str, answers: Answers) -> None:
    """A question, and under it the words with their similarities."""
    print(shown(question))
    print_table([(shown(word), f"{similarity:.4f}") for word, similarity in answers], indent="  ")


def as_json(found: dict[str, Answers]) -> dict[str, list[dict[str, object]]]:
    """
    >>> as_json({"king": [("queen", 0.75)]})
    {'king': [{'word': 'queen', 'similarity': 0.75}]}
    """
    return {
        question: [{"word": word, "similarity": similarity} for word, similarity in answers]
        for question, answers in found.items()
    }
