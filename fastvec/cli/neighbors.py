"""``fastvec neighbors``: the words nearest to a word."""

from __future__ import annotations

import argparse
from itertools import chain

from fastvec.cli import questions
from fastvec.cli.codes import DATA, DONE
from fastvec.cli.terminal import print_json, printable, say
from fastvec.vectors.unknown import UnknownWordError
from fastvec.vectors.word_vectors import WordVectors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    questions.add_arguments(parser, words="WORD", help="prompts for words if there is none", topn=10)


def run(args: argparse.Namespace) -> int:
    vectors = WordVectors.load(args.vectors)
    found: dict[str, questions.Answers] = {}
    code = DONE
    for word in chain.from_iterable(questions.lines_of_words(args.words, "word> ")):
        try:
            found[word] = vectors.most_similar(word, topn=args.topn)
        except UnknownWordError as error:
            say(printable(str(error)))
            code = DATA
            continue
        if not args.json:
            questions.print_answers(word, found[word])
    if args.json:
        print_json(questions.as_json(found))
    return code
