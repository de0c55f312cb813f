"""``fastvec analogy``: the word that completes an analogy."""

from __future__ import annotations

import argparse
from functools import partial

from fastvec.cli import questions
from fastvec.cli.codes import USAGE
from fastvec.cli.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    help = "three words: A is to B as C is to what? By default, prompts for them"
    questions.add_arguments(parser, words="A B C", help=help, topn=5)


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    if len(args.words) not in (0, 3):
        say(f"fastvec: error: words: expected three, as in 'man king woman', got {len(args.words)}")
        return USAGE
    vectors = questions.load(args)

    def ask(*words: str) -> questions.Answers:
        if len(words) != 3:
            raise questions.NoQuestion(
                "expected three words, as in 'man king woman': man is to king as woman to what?"
            )
        a, b, c = words
        return vectors.analogy(a, b, c, topn=args.topn)

    lines = questions.lines_of_words(args.words, "a b c> ")
    return questions.answer(((formula(*words), partial(ask, *words)) for words in lines), json=args.json)


def formula(a: str, b: str = "?", c: str = "?", *_: str) -> str:
    """Return the formula of an analogy.

    >>> formula("man", "king", "woman")
    'king - man + woman'
    """
    return f"{b} - {a} + {c}"
