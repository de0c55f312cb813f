"""``fastvec neighbors``: the words nearest to words."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from fastvec.cli import questions
from fastvec.cli.reading import read_words
from fastvec.cli.terminal import say
from fastvec.errors import SettingError, UnknownWordError
from fastvec.vectors.word_vectors import WordVectors

BATCH = 1024  # words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    help = "by default, those on standard input, or prompts for words"
    questions.add_arguments(parser, words="WORD", help=help, topn=10)
    help = "search only the words of this file, which has white space between them"
    parser.add_argument("--among", metavar="FILE", help=help)
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
    asked_of, answering = (
        contexts_of(vectors, args.vectors) if contexts else vectors
        for contexts in (args.of_contexts, args.contexts)
    )
    among = None if args.among is None else _known(answering, args.among)

    def ask(words: list[str]) -> list[questions.Answers]:
        keys = (
            words if asked_of is answering else [asked_of[word] for word in words]
        )  # a vector leaves nothing out
        return answering.most_similar_batch(keys, topn=args.topn, among=among)

    batches = questions.in_batches(questions.lines_of_words(args.words, "word> "), BATCH)
    return questions.answer(_asked(asked_of, batches, ask), json=args.json)


def contexts_of(vectors: WordVectors, path: str) -> WordVectors:
    """Return the contexts of vectors; raise if there are none."""
    if vectors.contexts is None:
        hint = ".safetensors files that 'fastvec train' writes have them"
        raise SettingError(field="contexts", expected=f"context vectors in {path}", shown="none", hint=hint)
    return vectors.contexts


def _asked(
    vectors: WordVectors, batches: Iterable[list[str]], ask: Callable[[list[str]], list[questions.Answers]]
) -> Iterator[tuple[str, Callable[[], questions.Answers]]]:
    """Yield each word and what gives its answers, which are those of a whole batch; unknown words raise."""
    for words in batches:
        known = [word for word in dict.fromkeys(words) if _has_vector(vectors, word)]
        answers = dict(zip(known, ask(known), strict=True))
        for word in words:
            yield word, partial(_answer, vectors, answers, word)


def _answer(vectors: WordVectors, answers: dict[str, questions.Answers], word: str) -> questions.Answers:
    if word not in answers:
        raise UnknownWordError(word, vectors.index_to_key)
    return answers[word]


def _has_vector(vectors: WordVectors, word: str) -> bool:
    try:
        vectors.get_vector(word)
    except UnknownWordError:
        return False
    return True


def _known(vectors: WordVectors, path: str) -> list[str]:
    words = read_words(path)
    known = [word for word in words if word in vectors]
    if not known:
        raise SettingError(field="among", expected="words of the vocabulary", shown=f"none in {path}")
    if len(known) < len(words):
        say(f"{path}: {len(words) - len(known):,} of {len(words):,} words are out of the vocabulary")
    return known
