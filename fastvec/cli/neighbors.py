"""``fastvec neighbors``: the words nearest to a word."""

from __future__ import annotations

import argparse
from functools import partial
from itertools import chain

from fastvec.cli import questions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    questions.add_arguments(parser, words="WORD", help="by default, prompts for words", topn=10)


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    vectors = questions.load(args)
    words = chain.from_iterable(questions.lines_of_words(args.words, "word> "))
    asked = ((word, partial(vectors.most_similar, word, topn=args.topn)) for word in words)
    return questions.answer(asked, json=args.json)
