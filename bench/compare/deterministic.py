"""``deterministic=True`` beside Hogwild: speed, scores over seeds, and the same bytes on any number of threads.

    python bench/compare/deterministic.py TEXT --questions questions-words.txt --pairs EN-*.txt
    python bench/compare/deterministic.py TEXT --hashes --bytes 3000000

Runs of both alternate, in one process, so that noise of the machine hits both alike. CPU time is that of all
threads. Each finished run is a line of --results and is not repeated.
"""

import hashlib
import json
import sys
import time
from pathlib import Path
from statistics import mean, stdev
from tempfile import TemporaryDirectory

import common

from fastvec import CBOW, Corpus, SkipGram, Subwords, evaluate_analogies, evaluate_similarity
from fastvec.benchmark.figures import plain_text, table

JOBS = {
    "SGNS": lambda **given: SkipGram(**given),
    "SGNS, no shared negatives": lambda **given: SkipGram(negative_sharing="none", **given),
    "CBOW": lambda **given: CBOW(**given),
    "CBOW.recommended": lambda **given: CBOW.recommended(**given),
    "skip-gram, hierarchical softmax": lambda **given: SkipGram(loss="hierarchical_softmax", **given),
    "CBOW, hierarchical softmax": lambda **given: CBOW(loss="hierarchical_softmax", **given),
    "n-grams": lambda **given: SkipGram.fasttext(**given),
    "CBOW, n-grams": lambda **given: CBOW(subwords=Subwords(), **given),
}
THREADS, REPEATS = (1, 2, 3, 4, 8, 16), 3


def arguments():
    made = common.parser(__doc__.splitlines()[0])
    made.add_argument("--jobs", nargs="+", default=["SGNS", "CBOW"], choices=[*JOBS])
    made.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3, 4, 5])
    made.add_argument("--epochs", type=int, default=5)
    made.add_argument("--threads", type=int, default=2)
    made.add_argument("--questions", type=Path, help="analogies")
    made.add_argument("--pairs", nargs="*", type=Path, default=[], help="sets of word pairs with similarities")
    made.add_argument("--results", type=Path, default=Path("deterministic.jsonl"))
    made.add_argument(
        "--hashes", action="store_true", help="compare bytes over threads and runs, and nothing else"
    )
    return made.parse_args()


def main():
    args = arguments()
    with TemporaryDirectory(prefix="fastvec-deterministic-") as folder:
        corpus = Corpus.from_text(plain_text(args.text, Path(folder), args.bytes))
    print(f"{corpus.n_tokens:,} tokens, {len(corpus.vocabulary):,} words", flush=True)
    if args.hashes:
        sys.exit(not all([compare_bytes(job, corpus) for job in args.jobs]))
    for seed in args.seeds:
        for job in args.jobs:
            for deterministic in (False, True):
                measure(job, seed, deterministic, corpus, args)
    print_tables(args)


def compare_bytes(job, corpus):
    found = {}
    for threads in THREADS:
        for _ in range(REPEATS):
            vectors = JOBS[job](deterministic=True, epochs=1).train(corpus, threads=threads)
            found.setdefault(digest(vectors), []).append(threads)
    print(f"{job}: {len(found)} hash of {len(THREADS) * REPEATS} runs: {[*found]}", flush=True)
    return len(found) == 1


def digest(vectors):
    """Return a hash of both matrices and of the history."""
    parts = [vectors.word_vectors, vectors.context_vectors, vectors.output_nodes, *vectors.history.values()]
    return hashlib.sha256(b"".join(part.tobytes() for part in parts if part is not None)).hexdigest()[:16]


def measure(job, seed, deterministic, corpus, args):
    key = {
        "job": job, "seed": seed, "deterministic": deterministic, "epochs": args.epochs,
        "threads": args.threads, "tokens": corpus.n_tokens,
    }  # fmt: skip
    if any(key.items() <= run.items() for run in runs(args)):
        return
    trainer = JOBS[job](deterministic=deterministic, seed=seed, epochs=args.epochs)
    began, cpu = time.perf_counter(), time.process_time()
    vectors = trainer.train(corpus, threads=args.threads)
    seconds = {"wall": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    scores = {"loss": float(vectors.history["epoch_loss"][-1])}
    if args.questions:
        scores["analogies"] = 100 * evaluate_analogies(vectors, args.questions).accuracy
    for path in args.pairs:
        scores[path.stem.removeprefix("EN-")] = 100 * evaluate_similarity(vectors, path).spearman
    with open(args.results, "a") as file:
        file.write(json.dumps({**key, **seconds, "scores": scores}) + "\n")
    print(job, seed, deterministic, seconds, scores, flush=True)


def runs(args):
    return [json.loads(line) for line in args.results.read_text().splitlines()] if args.results.exists() else []


def print_tables(args):
    rows, speeds = [], []
    for job in args.jobs:
        done = [run for run in runs(args) if run["job"] == job and run["seed"] in args.seeds]
        by_kind = [[run for run in done if run["deterministic"] is kind] for kind in (False, True)]
        names = [*by_kind[0][0]["scores"]]
        for kind, found in zip(("Hogwild", "deterministic"), by_kind, strict=True):
            columns = [[run["scores"][name] for run in found] for name in names]
            rows.append([job, kind, *map(spread, columns)])
        ratios = [[old[what] / new[what] for old, new in zip(*by_kind, strict=True)] for what in ("wall", "cpu")]
        speeds.append([job, *map(spread, ratios)])
    print(table([["", "", *names], *rows]))
    print(table([["speed of Hogwild's", "by wall time", "by CPU time"], *speeds]))


def spread(values):
    return f"{mean(values):.2f} ± {stdev(values):.2f}" if len(values) > 1 else f"{values[0]:.2f}"


if __name__ == "__main__":
    main()
