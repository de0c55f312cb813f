"""``fastvec neighbors``: the words nearest to a word."""

from __future__ import annotations

import argparse
from functools import partial
from itertools import chain

from fastvec.cli import questions
from fastvec.errors import SettingError
from fastvec.vectors.word_vectors import WordVectors


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
    vectors = questions.load(args)
    words = chain.from_iterable(questions.lines_of_words(args.words, "word> "))
    asked_of, answering = (
        contexts_of(vectors, args.vectors) if contexts else vectors
        for contexts in (args.of_contexts, args.contexts)
    )
    asked = ((word, partial(_nearest, asked_of, answering, word, args.topn)) for word in words)
    return questions.answer(asked, json=args.json)


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
