"""``fastvec bootstrap``: vectors of resampled documents, to say how sure their neighbours are."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any

from fastvec.cli.codes import DONE
from fastvec.cli.outputs import check_output
from fastvec.cli.progress import ProgressBars
from fastvec.cli.reading import add_json, add_running, add_text, read_corpus
from fastvec.cli.settings import add_settings, chosen
from fastvec.cli.terminal import duration, print_json
from fastvec.cli.train import MODELS, trainers
from fastvec.errors import FormatError
from fastvec.io.atomic import check_room

if TYPE_CHECKING:
    from fastvec.evaluation.stability import Bootstrap

RUNS = 25


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_text(parser, encoded=True)
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE.safetensors",
        help="the vectors of all runs; 'fastvec neighbors' answers from them with intervals",
    )  # fmt: skip
    parser.add_argument("--model", choices=MODELS, default="skipgram", help="the trainer (default: skipgram)")
    parser.add_argument(
        "-n", "--runs", type=int, default=RUNS, metavar="N", help="number of runs (default: %(default)s)"
    )
    parser.add_argument(
        "--resample", action=argparse.BooleanOptionalAction, default=True,
        help="train each run on lines drawn with replacement; --no-resample: on the text, so that only seeds "
        "differ (default: --resample)",
    )  # fmt: skip
    parser.add_argument(
        "--restrict-vocab", type=int, metavar="N", help="keep the vectors of the N most frequent words only"
    )
    add_running(parser)
    add_json(parser)
    add_settings(parser, trainers())


def run(args: argparse.Namespace) -> int:
    """Train all runs and write their vectors."""
    from fastvec.evaluation.bootstrap import bootstrap

    models = trainers()
    trainer = models[args.model](**chosen(args, models, args.model))
    check_output(args.output, args.text, (".safetensors",))
    with ProgressBars(args.quiet) as bars:
        corpus = read_corpus(args, bars)
        _check_room(args, trainer, len(corpus.vocabulary))
        began = time.perf_counter()
        runs = bootstrap(
            trainer, corpus, args.runs, resample=args.resample, restrict_vocab=args.restrict_vocab,
            threads=args.threads, on_progress=bars,
        )  # fmt: skip
        seconds = time.perf_counter() - began
        bars.say(f"trained {args.model} {len(runs):,} times in {duration(seconds)}")
        runs.save(args.output)
        n, n_words, dimensions = runs.vectors.shape
        bars.say(f"wrote {args.output}: {n:,} runs, {n_words:,} words, {dimensions} dimensions")
    if args.json:
        print_json({
            "output": args.output, "runs": n, "words": n_words, "vector_size": dimensions,
            "seconds": round(seconds, 3), "settings": runs.settings,
        })  # fmt: skip
    return DONE


def _check_room(args: argparse.Namespace, trainer: Any, words: int) -> None:
    """Refuse, before the first run, vectors and counts of all runs that the disk has no room for."""
    kept = words if args.restrict_vocab is None else min(words, args.restrict_vocab)
    numbers = trainer.vector_size * (2 if getattr(trainer, "combine", "word") == "concat" else 1)
    check_room(args.output, args.runs * kept * (4 * numbers + 8))


def runs_of(path: str, error: FormatError) -> Bootstrap:
    """Return the runs in a file that was refused as a file of vectors; raise its error again if it has none."""
    from fastvec.evaluation.stability import SCHEMA, Bootstrap

    if error.field != "format" or error.got != SCHEMA.format:
        raise error
    return Bootstrap.load(path)
