"""``fastvec analogy``: man is to king as woman is to ...?"""

from __future__ import annotations

import argparse

from fastvec.cli import questions
from fastvec.cli.codes import DATA, DONE, USAGE
from fastvec.cli.terminal import print_json, printable, say
from fastvec.vectors.unknown import UnknownWordError
from fastvec.vectors.word_vectors import WordVectors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    help = "three words: A is to B as C is to what? Prompts for words if there is none"
    questions.add_arguments(parser, words="A B C", help=help, topn=5)


def run(args: argparse.Namespace) -> int:
    if len(args.words) not in (0, 3):
        say(f"fastvec: error: expected three words, as in 'man king woman', got {len(args.words)}")
        return USAGE
    vectors = WordVectors.load(args.vectors)
    found: dict[str, questions.Answers] = {}
    code = DONE
    for words in questions.lines_of_words(args.words, "a b c> "):
        if len(words) != 3:
            say("three words, please: 'man king woman' asks what woman is to as man is to king")
            code = DATA
            continue
        a, b, c = words
        question = formula(a, b, c)
        try:
            found[question] = vectors.analogy(a, b, c, topn=args.topn)
        except UnknownWordError as error:
            say(printable(str(error)))
            code = DATA
            continue
        if not args.json:
            questions.print_answers(question, found[question])
    if args.json:
        print_json(questions.as_json(found))
    return code


def formula(a: str, b: str, c: str) -> str:
    """
    >>> formula("man", "king", "woman")
    'king - man + woman'
    """
    return f"{b} - {a} + {c}"
