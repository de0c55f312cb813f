"""``fastvec train``: text in, word vectors out."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any

import fastvec
from fastvec.cli.checks import COUNTED, ENCODED, check_encoded_output, check_output
from fastvec.cli.progress import ProgressBars
from fastvec.cli.reading import OPTIONS, add_running, add_text, read_corpus
from fastvec.cli.settings import add_settings, chosen, flag
from fastvec.cli.terminal import duration, millions, print_json
from fastvec.errors import SettingError

if TYPE_CHECKING:
    from fastvec.counting.cooccurrence import CooccurrenceMatrix
    from fastvec.text.corpus import Corpus
    from fastvec.vectors.word_vectors import WordVectors

MODELS = {
    "skipgram": "SkipGram",
    "cbow": "CBOW",
    "glove": "GloVe",
    "log-count": "LogCountFactorization",
    "ppmi-svd": "PPMISVD",
    "lsa": "LSA",
}
OF_COUNTS = ("glove", "log-count", "ppmi-svd")


def trainers() -> dict[str, type[Any]]:
    return {model: getattr(fastvec, name) for model, name in MODELS.items()}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_text(parser, encoded=True)
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE",
        help="the vectors: .safetensors (everything), .bin (word2vec, or fastText with subwords), .txt or .vec",
    )  # fmt: skip
    parser.add_argument(
        "--model", choices=MODELS, default="skipgram",
        help=f"how vectors are made (default: skipgram); {', '.join(OF_COUNTS)} start from co-occurrence counts, "
        f"and take those of 'fastvec count' ({COUNTED}) too in the place of a text",
    )  # fmt: skip
    parser.add_argument(
        "--save-corpus", metavar=f"FILE{ENCODED}", help="keep the encoded text too, to train on it again"
    )
    add_running(parser)
    parser.add_argument("--json", action="store_true", help="print what was done as JSON")
    add_settings(parser, trainers())


def run(args: argparse.Namespace) -> int:
    models = trainers()
    if args.model in OF_COUNTS and "window" in args:
        raise SettingError(
            f"--window: --model {args.model} trains on counts; 'fastvec count --window' writes them ({COUNTED})",
            field="window",
        )
    trainer = models[args.model](**chosen(args, models, args.model))
    check_output(args.output, args.text)
    if args.save_corpus is not None:
        check_encoded_output(args.save_corpus, args.text)
    with ProgressBars(args.quiet) as bars:
        source = _source(args, bars)
        began = time.perf_counter()
        vectors = trainer.train(source, threads=args.threads, on_progress=bars)
        seconds = time.perf_counter() - began
        facts = _facts(vectors, source, seconds)
        bars.say(f"trained {args.model} in {duration(seconds)}{_told(facts)}")
        vectors.save(args.output)
        bars.say(f"wrote {args.output}: {len(vectors):,} words, {vectors.vector_size} dimensions")
    if args.json:
        print_json({
            "output": args.output, "words": len(vectors), "vector_size": vectors.vector_size,
            "seconds": round(seconds, 3), **facts, "settings": vectors.settings,
        })  # fmt: skip
    return 0


def _source(args: argparse.Namespace, bars: ProgressBars) -> Corpus | CooccurrenceMatrix:
    """The counts that the arguments name, or the text."""
    if not any(name.endswith(COUNTED) for name in args.text):
        return read_corpus(args, bars, save_to=args.save_corpus)
    if len(args.text) > 1 or args.model not in OF_COUNTS:
        raise SettingError(
            f"corpus: counts ({COUNTED}) must be the only input, and --model {' or '.join(OF_COUNTS)}; "
            f"{args.model} reads text",
            field="corpus",
        )
    for name in (*OPTIONS, "save_corpus"):
        if getattr(args, name) is not None:
            raise SettingError(f"{flag(name)}: has no effect on text that is counted already", field=name)
    from fastvec.counting.cooccurrence import CooccurrenceMatrix

    return CooccurrenceMatrix.load(args.text[0])


def _facts(vectors: WordVectors, source: Any, seconds: float) -> dict[str, Any]:
    """How fast it was, where the model reads words, and what it reached, where it goes by epochs."""
    history = vectors.history or {}
    facts: dict[str, Any] = {}
    if "words" in history:
        facts["words_per_second"] = round(source.n_words * vectors.settings["epochs"] / seconds)
    return facts | {name: float(history[name][-1]) for name in ("loss", "cost") if name in history}


def _told(facts: dict[str, Any]) -> str:
    speed = [f"{millions(facts['words_per_second'])} words/s"] if "words_per_second" in facts else []
    told = [*speed, *(f"{name} {facts[name]:.4g}" for name in ("loss", "cost") if name in facts)]
    return ": " + ", ".join(told) if told else ""
