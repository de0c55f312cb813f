"""Quality and training time of count-based vectors and of skip-gram, over seeds.

    python bench/compare/counts_quality.py TEXT --on questions-words.txt EN-*.txt --results counts-quality.jsonl

A run is MODEL[:setting=value]..., with the models and settings of ``fastvec train``; other settings have their
defaults (100 dimensions here). MODEL*1 is the first seed only, for models without random draws. Co-occurrences are
counted once, with --window. Seconds are those of train() on the counts (skip-gram and LSA: on the corpus); CPU
seconds are the sum over threads.

As in quality.py, each finished run is a line of --results and is not repeated, so an interrupted study can be
resumed. For seconds worth quoting, nothing else may run on the machine.
"""

import tempfile
import time
from functools import cached_property
from pathlib import Path

import common
import quality

from fastvec import Corpus, count_cooccurrences, simd_level
from fastvec.benchmark.figures import plain_text
from fastvec.cli.settings import number
from fastvec.cli.train import trainers

RUNS = [
    "skipgram", "skipgram:window=10",
    *(f"glove:x_max={x_max}:epochs={epochs}" for x_max in (10, 100) for epochs in (15, 30)),
    *(f"ppmi-svd:eigenvalue_power={power}*1" for power in (0, 0.5, 1)),
    "lsa*1",
]  # fmt: skip
SECONDS = ["seconds", "CPU seconds"]


class Texts:
    """The corpus and its counts, each made when first used."""

    def __init__(self, text, args):
        self.text, self.args = text, args

    @cached_property
    def corpus(self):
        return Corpus.from_text(self.text, min_count=self.args.min_count)

    @cached_property
    def counts(self):
        began = time.perf_counter()
        counts = count_cooccurrences(self.corpus, window=self.args.window, threads=self.args.threads)
        print(f"{counts.nnz:,} pairs in {time.perf_counter() - began:.1f} s", flush=True)
        return counts


def arguments():
    made = common.parser(__doc__.splitlines()[0])
    made.add_argument("--runs", nargs="+", default=RUNS)
    made.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    made.add_argument("--threads", type=int, default=2)
    made.add_argument("--window", type=int, default=10, help="window of the counts")
    made.add_argument("--vector-size", type=int, default=100)
    made.add_argument("--min-count", type=int, default=5)
    common.add_test_sets(made, required=True)
    common.add_results(made)
    made.add_argument("--figures", nargs="+", help="what to print, by name; default: all")
    made.set_defaults(baselines=["skipgram:window=10"])
    return made.parse_args()


def trainer_of(run, seed, size):
    model, *given = run.split(":")
    settings = {}
    for name, value in (part.split("=") for part in given):
        try:
            settings[name] = number(value)
        except ValueError:
            settings[name] = value
    return model, trainers()[model](vector_size=size, seed=seed, **settings)


def train_and_score(run, seed, texts):
    model, trainer = trainer_of(run, seed, texts.args.vector_size)
    source = texts.corpus if model in ("skipgram", "lsa") else texts.counts
    began, cpu = time.perf_counter(), time.process_time()
    vectors = trainer.train(source, threads=texts.args.threads)
    seconds = dict(zip(SECONDS, (time.perf_counter() - began, time.process_time() - cpu), strict=True))
    scores = common.score(vectors, texts.args.on)
    return {"train": seconds["seconds"], "simd": simd_level(), "scores": {**seconds, **scores}}


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="fastvec-quality-") as name:
        texts = Texts(plain_text(args.text, Path(name), args.bytes), args)
        shared = {name: getattr(args, name) for name in ("threads", "window", "vector_size", "min_count")}
        origin = {"text": args.text.name, "bytes": texts.text.stat().st_size, **shared}
        origin["on"] = [path.name for path in args.on]
        wanted = []
        for run in args.runs:
            run, _, first = run.partition("*")
            for seed in args.seeds[: int(first) if first else None]:
                trainer_of(run, seed, args.vector_size)  # raises now, not after hours of work
                wanted.append({**origin, "program": run, "seed": seed})
        for key in wanted:
            if quality.find(args.results, key) is None:
                quality.append(args.results, {**key, **train_and_score(key["program"], key["seed"], texts)})
    quality.print_study([quality.find(args.results, key) for key in wanted], args)


if __name__ == "__main__":
    main()
