"""Questions to a file of vectors: from the command line or, when it has none, from a prompt."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from fastvec.cli.codes import DATA, DONE
from fastvec.cli.reading import add_json, add_vectors, load_vectors
from fastvec.cli.terminal import print_json, print_table, printable, say, shown
from fastvec.errors import FastvecError, SettingError, UnknownWordError

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

Answers = list[tuple[str, float]]
Found = TypeVar("Found")


class NoQuestion(FastvecError):
    """A line of input that is not a question."""


def add_arguments(
    parser: argparse.ArgumentParser, *, words: str, help: str, topn: int, reading: bool = True
) -> None:
    """Add the arguments of all questions, and how the file is read."""
    parser.add_argument(
        "vectors",
        metavar="VECTORS",
        help="a file of vectors, in any format that fastvec reads; '-' is standard input",
    )
    parser.add_argument("words", nargs="*", metavar=words, help=help)
    parser.add_argument(
        "-n", "--topn", type=int, default=topn, metavar="N", help="number of answers (default: %(default)s)"
    )
    add_json(parser)
    if reading:
        add_vectors(parser)


def load(args: argparse.Namespace) -> WordVectors:
    """Read the file of vectors; standard input cannot have the words too."""
    if args.vectors == "-" and not args.words:
        raise SettingError("words: expected some, as standard input has the vectors", field="words")
    return load_vectors(args.vectors, args)


def lines_of_words(words: list[str], prompt: str) -> Iterator[list[str]]:
    """Yield ``words`` or, if there are none, the lines of standard input; a prompt ends at an empty line."""
    if words:
        yield words
        return
    if _is_prompt():
        with contextlib.suppress(ImportError):  # not on Windows
            import readline  # noqa: F401  (gives input() line editing and a history)
        say("an empty line ends the program")
    else:
        prompt = ""
    try:
        while (words := input(prompt).split()) or not prompt:
            if words:
                yield words
    except (EOFError, KeyboardInterrupt) as end:
        if prompt:
            print()  # ends the line of the prompt
        if isinstance(end, KeyboardInterrupt):
            raise


def in_batches(lines: Iterable[list[str]], size: int) -> Iterator[list[str]]:
    """Yield the words of some lines together, at most ``size`` or those of one line; a prompt gets each line."""
    if _is_prompt():
        yield from lines
        return
    batch: list[str] = []
    for words in lines:
        if batch and len(batch) + len(words) > size:
            yield batch
            batch = []
        batch += words
    if batch:
        yield batch


def _is_prompt() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def answer(
    questions: Iterable[tuple[str, Callable[[], Answers]]], *, json: bool, measure: str = "similarity"
) -> int:
    """Print each answer at once (JSON at the end), and unknown words on standard error; return the exit code."""
    return answer_with(questions, print_answers, partial(as_json, measure=measure), json=json)


def answer_with(
    questions: Iterable[tuple[str, Callable[[], Found]]],
    show: Callable[[str, Found], None],
    packed: Callable[[dict[str, Found]], object],
    *,
    json: bool,
) -> int:
    """Do what :func:`answer` does for answers of another kind, which these two show."""
    found: dict[str, Found] = {}
    code = DONE
    for question, ask in questions:
        try:
            found[question] = ask()
        except (UnknownWordError, NoQuestion) as error:
            say(printable(str(error)))
            code = DATA
            continue
        if not json:
            show(question, found[question])
    if json:
        print_json(packed(found))
    return code


def print_answers(question: str, answers: Answers) -> None:
    """Print a question, and below it the words with their similarities."""
    print(shown(question))
    print_table([(shown(word), f"{similarity:.4f}") for word, similarity in answers], indent="  ")


def as_json(found: dict[str, Answers], measure: str = "similarity") -> dict[str, list[dict[str, object]]]:
    """Return the answers in the form of ``--json``.

    >>> as_json({"king": [("queen", 0.75)]})
    {'king': [{'word': 'queen', 'similarity': 0.75}]}
    """
    return {
        question: [{"word": word, measure: value} for word, value in answers]
        for question, answers in found.items()
    }
