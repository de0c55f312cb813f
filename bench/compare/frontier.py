"""Scores against seconds: the means of several test sets for some settings, with the two matrices combined.

    python bench/compare/frontier.py TEXT --on questions-words.txt EN-WS-353-ALL.txt EN-MEN-TR-3k.txt ... --seeds 3

Seconds are those of train() on an encoded corpus. One training gives the scores of W_in alone and of W_in + W_out.
A row is printed after each run, and a table of means at the end.
"""

import time
from statistics import mean, stdev

import common

import fastvec as fv
from fastvec.benchmark.figures import table
from fastvec.training.word2vec import RECOMMENDED

BEST_CBOW = {**RECOMMENDED, "combine": "word"}
SETTINGS = {
    "skip-gram": (fv.SkipGram, {}),
    "skip-gram, window 10": (fv.SkipGram, {"window": 10}),
    "CBOW": (fv.CBOW, {}),
    "CBOW, recommended": (fv.CBOW, BEST_CBOW),
    "CBOW, recommended, 10 negatives, 10 epochs": (fv.CBOW, {**BEST_CBOW, "negative": 10, "epochs": 10}),
    "CBOW, recommended, but word2vec's gradient and rate": (
        fv.CBOW,
        {**BEST_CBOW, "context_gradient": "sum", "learning_rate": 0.05},
    ),
}
COMBINED = ("word", "sum")


def score(vectors, paths):
    """Return the accuracy or the Spearman correlation on each test set, times 100."""
    scores = []
    for path in paths:
        if "questions" in path:
            scores.append(100 * fv.evaluate_analogies(vectors, path).accuracy)
        else:
            scores.append(100 * fv.evaluate_similarity(vectors, path).spearman)
    return scores


def main():
    made = common.parser(__doc__.splitlines()[0])
    made.add_argument("--on", nargs="+", required=True, metavar="FILE", help="test sets")
    made.add_argument("--seeds", type=int, default=3)
    made.add_argument("--threads", type=int, default=2)
    made.add_argument("--vector-size", type=int, default=100)
    made.add_argument("--only", nargs="+", choices=SETTINGS, default=[*SETTINGS], help="of the settings")
    args = made.parse_args()
    corpus = fv.Corpus.from_text(args.text)
    seconds = {name: [] for name in args.only}
    scores = {(name, combine): [] for name in args.only for combine in COMBINED}
    for seed in range(1, args.seeds + 1):
        for name in args.only:
            trainer, settings = SETTINGS[name]
            began = time.perf_counter()
            vectors = trainer(**settings, vector_size=args.vector_size, seed=seed).train(
                corpus, threads=args.threads
            )
            seconds[name].append(time.perf_counter() - began)
            for combine in COMBINED:
                scores[name, combine].append(score(vectors.combined(combine), args.on))
                print(
                    seed,
                    name,
                    combine,
                    f"{seconds[name][-1]:.1f} s",
                    *map("{:.1f}".format, scores[name, combine][-1]),
                )
    rows = [
        [
            "settings",
            "vectors",
            "seconds",
            "mean",
            "spread of seeds",
            *(path.rpartition("/")[2] for path in args.on),
        ]
    ]
    for (name, combine), runs in scores.items():
        means = [mean(run) for run in runs]
        spread = f"{stdev(means):.2f}" if len(means) > 1 else ""
        each = [f"{mean(column):.1f}" for column in zip(*runs, strict=True)]
        rows.append([name, combine, f"{mean(seconds[name]):.1f}", f"{mean(means):.1f}", spread, *each])
    print(table(rows))


if __name__ == "__main__":
    main()
