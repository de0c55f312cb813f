"""``fastvec neighbors``: the words nearest to a word."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from fastvec.cli import questions
from fastvec.cli.bootstrap import runs_of
from fastvec.cli.outputs import ignored
from fastvec.cli.terminal import print_table, say, shown
from fastvec.errors import FormatError, SettingError
from fastvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from fastvec.evaluation.stability import Bootstrap, Neighbor

# flags of other files, with their defaults
IGNORED = {"contexts": False, "of_contexts": False, "limit": None, "on_error": "raise"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    questions.add_arguments(parser, words="WORD", help="by default, prompts for words", topn=10)
    parser.add_argument(
        "--contexts", action="store_true",
        help="answer with contexts: the items near a user, after training on --pairs of users and items",
    )  # fmt: skip
    parser.add_argument(
        "--of-contexts", action="store_true",
        help="the WORDs are contexts: with --contexts the items near an item, else the users near it",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    try:
        vectors = questions.load(args)
    except FormatError as error:
        return _run_on_runs(args, runs_of(args.vectors, error))
    words = _words(args)
    asked_of, answering = (
        contexts_of(vectors, args.vectors) if contexts else vectors
        for contexts in (args.of_contexts, args.contexts)
    )
    asked = ((word, partial(_nearest, asked_of, answering, word, args.topn)) for word in words)
    return questions.answer(asked, json=args.json)


def _words(args: argparse.Namespace) -> Iterator[str]:
    return chain.from_iterable(questions.lines_of_words(args.words, "word> "))


def _run_on_runs(args: argparse.Namespace, runs: Bootstrap) -> int:
    """Answer from the vectors of several runs, with intervals."""
    for name, default in IGNORED.items():
        if getattr(args, name) != default:
            raise ignored(name, "the file of a bootstrap")
    if not args.json:
        say(
            f"mean cosine of {len(runs):,} runs, its 95% interval, and the share of the runs in which it is "
            f"among the nearest {args.topn}"
        )
    asked = ((word, partial(runs.most_similar, word, args.topn)) for word in _words(args))
    return questions.answer_with(asked, _show, _packed, json=args.json)


def _show(word: str, near: list[Neighbor]) -> None:
    """Print the mean, the interval and the share of the runs that agree."""
    print(shown(word))
    rows = [
        (
            shown(each.word),
            f"{each.similarity:.4f}",
            f"{each.interval.low:.4f} to {each.interval.high:.4f}",
            f"{each.agreement:.0%}",
        )
        for each in near
    ]
    print_table(rows, indent="  ")


def _packed(found: dict[str, list[Neighbor]]) -> dict[str, list[dict[str, object]]]:
    return {
        word: [{**each._asdict(), "interval": each.interval._asdict()} for each in near]
        for word, near in found.items()
    }


def contexts_of(vectors: WordVectors, path: str) -> WordVectors:
    """Return the contexts of vectors; raise if there are none."""
    if vectors.contexts is None:
        hint = ".safetensors files that 'fastvec train' writes have them"
        raise SettingError(field="contexts", expected=f"context vectors in {path}", shown="none", hint=hint)
    return vectors.contexts


def _nearest(asked_of: WordVectors, answering: WordVectors, word: str, topn: int) -> questions.Answers:
    if asked_of is answering:
        return answering.most_similar(word, topn=topn)
    return answering.most_similar([asked_of[word]], topn=topn)
