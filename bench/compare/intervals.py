"""What intervals and paired tests of scores hold: false alarms between seeds, and coverage, by simulation.

    python bench/compare/intervals.py TEXT --bytes 10000000 --on questions-words.txt EN-MEN-TR-3k.txt ...

False alarms: skip-gram with its defaults and --seeds seeds; for pairs of seeds, how often the paired test calls
them different at 5 %, when items are swapped one by one, and in groups as fastvec swaps them (the questions of an
answer, the pairs of a word).

Coverage: the items of a test set and their scores with the vectors of the first seed are the population. Samples
of it are drawn with replacement, as single items and as whole groups; how often does the 95 % interval of a sample
hold the score of the population?
"""

import itertools
from dataclasses import replace

import common
import numpy as np

import fastvec as fv
from fastvec.benchmark.figures import table
from fastvec.evaluation.analogies import AnalogyScore
from fastvec.evaluation.sets import evaluate
from fastvec.evaluation.similarity import SimilarityScore


def arguments():
    made = common.parser(__doc__.splitlines()[0])
    common.add_test_sets(made, required=True)
    made.add_argument("--seeds", type=int, default=24)
    made.add_argument("--threads", type=int, default=1, help="1: a seed gives the same vectors every time")
    made.add_argument("--pairs", type=int, default=100, help="of seeds that are compared, drawn at random")
    made.add_argument("--resamples", type=int, default=200, help="of each interval and each test")
    made.add_argument("--samples", type=int, default=500, help="of each population")
    made.add_argument("--items", type=int, default=350, help="of a sample; as many questions, ten times")
    return made.parse_args()


def corpus_of(args):
    with open(args.text, "rb") as file:
        return fv.Corpus.from_text(file.read(args.bytes or -1).split(b"\n"))


def is_analogies(score):
    return isinstance(score, AnalogyScore)


def value(score):
    return score.accuracy if is_analogies(score) else score.spearman


def one_by_one(score):
    """Return the score with each item as a group of its own."""
    return replace(score, groups=np.arange(len(score.groups)))


def false_alarms(scores, args):
    """Return the share of the pairs of seeds that the test calls different, and the spread of the scores."""
    pairs, found = np.array([*itertools.combinations(range(len(scores)), 2)]), []
    pairs = np.random.default_rng(1).permutation(pairs)[: args.pairs].tolist()
    for form in (one_by_one, lambda score: score):
        forms = [form(score) for score in scores]
        called = [forms[a].compare(forms[b], resamples=args.resamples).p_value <= 0.05 for a, b in pairs]
        found.append(np.mean(called))
    return [*(f"{100 * share:.1f} %" for share in found), f"{100 * np.std([*map(value, scores)], ddof=1):.2f}"]


def population(score):
    """Return a function from numbers and groups of scored items to their score, and the groups of all."""
    which = score.asked if is_analogies(score) else score.covered
    groups = score.groups[which]
    if is_analogies(score):
        right = score.correct[which]

        def of(items, groups):
            n = len(items)
            return AnalogyScore(("",), np.zeros(n, np.int64), np.ones(n, np.bool_), right[items], groups)
    else:
        gold, model = score.judgements[which], score.cosines[which]

        def of(items, groups):
            return SimilarityScore(gold[items], model[items], groups)

    return of, np.unique(groups, return_inverse=True)[1]


def coverage(score, args):
    """Return the shares of the samples whose interval holds the score: drawn by item, and by group."""
    of, groups = population(score)
    n, n_groups, truth = len(groups), groups.max() + 1, value(score)
    size = min(n, 10 * args.items if is_analogies(score) else args.items)
    draw, members = np.random.default_rng(1), [np.flatnonzero(groups == i) for i in range(n_groups)]
    held = np.zeros((2, 2))
    for _ in range(args.samples):
        items = draw.integers(0, n, size)
        drawn = [members[i] for i in draw.integers(0, n_groups, round(n_groups * size / n))]
        whole = np.repeat(np.arange(len(drawn)), [len(some) for some in drawn])
        samples = (of(items, groups[items]), of(np.concatenate(drawn), whole))
        for row, sample in enumerate(samples):
            for column, form in enumerate((one_by_one(sample), sample)):
                low, high = form.interval(resamples=args.resamples)
                held[row, column] += low <= truth <= high
    return [f"{100 * share:.0f} %" for share in (held / args.samples).ravel()]


def main():
    args = arguments()
    corpus, scores = corpus_of(args), {path: [] for path in args.on}
    for seed in range(1, args.seeds + 1):
        vectors = fv.SkipGram(seed=seed).train(corpus, threads=args.threads)
        for path in args.on:
            scores[path].append(evaluate(vectors, path, analogies={"restrict_vocab": common.TOP}))
    report(scores, args)


def report(scores, args):
    alarms = [["false alarms at 5 %", "items", "groups", "one by one", "by group", "deviation of seeds"]]
    held = [["held by 95 % intervals", "items: one by one", "by group", "groups: one by one", "by group"]]
    for path, found in scores.items():
        _, groups = population(found[0])
        row = [path.stem, f"{len(groups):,}", f"{groups.max() + 1:,}", *false_alarms(found, args)]
        print(*row, flush=True)
        alarms.append(row)
        held.append([path.stem, *coverage(found[0], args)])
        print(*held[-1], flush=True)
    print(f"{table(alarms)}\n\n{table(held)}")


if __name__ == "__main__":
    main()
