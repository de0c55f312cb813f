"""``fastvec analogy``: man is to king as woman is to ...?"""

from __future__ import annotations

import argparse

from fastvec.cli import questions
from fastvec.cli.codes import USAGE
from fastvec.cli.terminal import print_json, say
from fastvec.vectors.word_vectors import WordVectors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    help = "three words: A is to B as C is to what? Prompts for words if there is none"
    questions.add_arguments(parser, words="A B C", help=help, topn=5)


def run(args: argparse.Namespace) -> int:
    if len(args.words) not in (0, 3):
        say(f"fastvec: error: expected three words, as in 'man king woman', got {len(args.words)}")
        return USAGE
    vectors = WordVectors.load(args.vectors)
    found: dict[str, list[tuple[str, float]]] = {}

    def answer(words: list[str]) -> None:
        if len(words) != 3:
            say("three words, please: a b c asks what c is to as a is to b")
            return
        a, b, c = words
        query = query_of(a, b, c)
        found[query] = vectors.analogy(a, b, c, topn=args.topn)
        if not args.json:
            questions.print_words(query, found[query])

    code = questions.ask(args.words, "a b c> ", answer)
    if args.json:
        print_json(found)
    return code


def query_of(a: str, b: str, c: str) -> str:
    """
    >>> query_of("man", "king", "woman")
    'king - man + woman'
    """
    return f"{b} - {a} + {c}"
