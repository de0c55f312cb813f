"""``fastvec neighbors``: the words nearest to words."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from fastvec.cli import questions
from fastvec.cli.bootstrap import runs_of
from fastvec.cli.outputs import ignored
from fastvec.cli.reading import read_words
from fastvec.cli.terminal import print_table, say, shown
from fastvec.errors import FormatError, SettingError, UnknownWordError
from fastvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from fastvec.evaluation.stability import Bootstrap, Neighbor

BATCH = 1024  # words
# flags of other files, with their defaults
IGNORED = {"contexts": False, "of_contexts": False, "among": None, "limit": None, "on_error": "raise"}


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
    try:
        vectors = questions.load(args)
    except FormatError as error:
        return _run_on_runs(args, runs_of(args.vectors, error))
    asked_of, answering = (
        contexts_of(vectors, args.vectors) if contexts else vectors
        for contexts in (args.of_contexts, args.contexts)
    )
    among = None if args.among is None else _known(answering, args.among)

    def ask(words: list[str]) -> list[questions.Answers]:
        # a vector leaves nothing out of the answer, a word itself
        keys = words if asked_of is answering else [asked_of[word] for word in words]
        return answering.most_similar_batch(keys, topn=args.topn, among=among)

    batches = questions.in_batches(questions.lines_of_words(args.words, "word> "), BATCH)
    return questions.answer(_asked(asked_of, batches, ask), json=args.json)


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
