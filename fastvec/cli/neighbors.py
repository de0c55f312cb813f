"""``fastvec neighbors``: the words nearest to a word."""

from __future__ import annotations

import argparse

from fastvec.cli import questions
from fastvec.cli.terminal import print_json
from fastvec.vectors.word_vectors import WordVectors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    questions.add_arguments(parser, words="WORD", help="prompts for words if there is none", topn=10)


def run(args: argparse.Namespace) -> int:
    vectors = WordVectors.load(args.vectors)
    found: dict[str, list[tuple[str, float]]] = {}

    def answer(words: list[str]) -> None:
        for word in words:
            found[word] = vectors.most_similar(word, topn=args.topn)
            if not args.json:
                questions.print_words(word, found[word])

    code = questions.ask(args.words, "word> ", answer)
    if args.json:
        print_json(found)
    return code
