"""``fastvec demo``: make a small corpus, train on it, solve analogies."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from fastvec.cli.analogy import formula
from fastvec.cli.codes import DONE, WRONG
from fastvec.cli.outputs import PAGE, check_output
from fastvec.cli.progress import ProgressBars
from fastvec.cli.reading import add_json, add_running
from fastvec.cli.terminal import duration, millions, print_json, print_table, printable
from fastvec.datasets import DemoCorpus, demo_corpus
from fastvec.text.corpus import Corpus
from fastvec.training.word2vec import SkipGram

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

NEAR = ("king", "paris", "walking", "bigger", "puppy")
# a million tokens are few: at the default of 0.025 the smallest margin of the grammar's 12,148 analogies is a
# cosine of 0.03 instead of 0.11 (seeds 0 and 1)
LEARNING_RATE = 0.05


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="seed of the text and of training (default: 1)"
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="save the vectors, for 'fastvec neighbors' and others"
    )
    parser.add_argument(
        "--explore", metavar="FILE", help="write a page with a map of the words, to open in a browser (.html)"
    )
    add_running(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    began = time.perf_counter()
    trainer = SkipGram(learning_rate=LEARNING_RATE, seed=args.seed)
    if args.output is not None:
        check_output(args.output, [])
    if args.explore is not None:
        check_output(args.explore, [], PAGE)
    with ProgressBars(args.quiet) as bars:
        demo = demo_corpus(args.seed)
        corpus = Corpus.from_text(demo.sentences, min_count=1, threads=args.threads, on_progress=bars)
        trained = time.perf_counter()
        vectors = trainer.train(corpus, threads=args.threads, on_progress=bars)
        speed = corpus.n_tokens * trainer.epochs / (time.perf_counter() - trained)
    analogies = _solve(demo, vectors)
    if args.output is not None:
        vectors.save(args.output)
    if args.explore is not None:
        vectors.explore(args.explore, names=["the demo"])
    seconds = time.perf_counter() - began
    if args.json:
        print_json({"analogies": analogies, "seconds": round(seconds, 3), "tokens_per_second": round(speed)})
    else:
        _print_results(demo, corpus, vectors, analogies)
        print(
            f"\n{corpus.n_tokens:,} tokens, {trainer.epochs} epochs: trained {millions(speed)} tokens/s, "
            f"{duration(seconds)} in total"
        )
        if args.explore is not None:
            print(f"\nto look at: {printable(args.explore)}, in a browser")
    return DONE if all(entry["answer"] == entry["expected"] for entry in analogies) else WRONG


def _solve(demo: DemoCorpus, vectors: WordVectors) -> list[dict[str, str]]:
    return [
        {"query": formula(a, b, c), "expected": expected, "answer": vectors.analogy(a, b, c)[0][0]}
        for a, b, c, expected in demo.questions
    ]


def _print_results(
    demo: DemoCorpus, corpus: Corpus, vectors: WordVectors, analogies: list[dict[str, str]]
) -> None:
    print(f"a text of {corpus.n_tokens:,} tokens from a small grammar, for example")
    for sentence in demo.sentences[:3]:
        print(f"  {sentence}")
    print("\nnearest words")
    print_table([(word, *(near for near, _ in vectors.most_similar(word, topn=5))) for word in NEAR], indent="  ")
    print("\nanalogies")
    print_table([(entry["query"], "=", entry["answer"], _mark(entry)) for entry in analogies], indent="  ")


def _mark(entry: dict[str, str]) -> str:
    return "✓" if entry["answer"] == entry["expected"] else f"✗ expected {entry['expected']}"
