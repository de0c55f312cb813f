"""``fastvec train``: text in, word vectors out."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from fastvec.cli.checks import ENCODED, check_encoded_output, check_output
from fastvec.cli.progress import ProgressBars
from fastvec.cli.reading import add_running, add_text, read_corpus
from fastvec.cli.settings import add_settings, chosen
from fastvec.cli.terminal import duration, millions, print_json

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from fastvec.training.word2vec import SkipGram

    add_text(parser, encoded=True)
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE",
        help="the vectors: .safetensors (everything), .bin, .txt or .vec (word2vec)",
    )  # fmt: skip
    parser.add_argument(
        "--save-corpus", metavar=f"FILE{ENCODED}", help="keep the encoded text too, to train on it again"
    )
    add_running(parser)
    parser.add_argument("--json", action="store_true", help="print what was done as JSON")
    add_settings(parser, SkipGram)


def run(args: argparse.Namespace) -> int:
    from fastvec.training.word2vec import SkipGram

    trainer = SkipGram(**chosen(args, SkipGram))
    check_output(args.output, args.text)
    if args.save_corpus is not None:
        check_encoded_output(args.save_corpus, args.text)
    with ProgressBars(args.quiet) as bars:
        corpus = read_corpus(args, bars, save_to=args.save_corpus)
        began = time.perf_counter()
        vectors = trainer.train(corpus, threads=args.threads, on_progress=bars)
        seconds = time.perf_counter() - began
        speed = corpus.n_words * trainer.epochs / seconds
        assert vectors.history is not None  # training always records it
        loss = float(vectors.history["loss"][-1])
        epochs = "1 epoch" if trainer.epochs == 1 else f"{trainer.epochs} epochs"
        bars.say(f"trained {epochs} in {duration(seconds)}: {millions(speed)} words/s, loss {loss:.4f}")
        vectors.save(args.output)
        bars.say(f"wrote {args.output}: {len(vectors):,} words, {trainer.vector_size} dimensions")
    if args.json:
        print_json(_summary(args.output, vectors, seconds, speed, loss))
    return 0


def _summary(output: str, vectors: WordVectors, seconds: float, speed: float, loss: float) -> dict[str, object]:
    return {
        "output": output,
        "words": len(vectors),
        "vector_size": vectors.vectors.shape[1],
        "seconds": round(seconds, 3),
        "words_per_second": round(speed),
        "loss": loss,
        "settings": vectors.settings,
    }
