"""The neural language model beside skip-gram on one text: cost a token, held-out perplexity, scores.

    python bench/compare/nnlm.py TEXT --questions questions-words.txt --similarity EN-MEN-TR-3k.txt

Both are trained on the first --tokens tokens with the same vocabulary; the next --held-out tokens are predicted
only. Skip-gram runs with each number of --epochs, so that the table shows which cost buys which scores. Costs are
those of a token in one epoch, by the clock and in CPU time: the sum over threads, which says more on a machine
that others use too. Figures are medians over --rounds rounds, in which the runs take turns. Round k has the seed
k.
"""

import time
from pathlib import Path
from statistics import median

import common

import fastvec as fv
from fastvec.benchmark.figures import table
from fastvec.io.decompression import open_decompressed


def arguments():
    made = common.parser(__doc__.splitlines()[0])
    made.add_argument("--tokens", type=int, default=1_000_000, help="to train on")
    made.add_argument("--held-out", type=int, default=100_000, help="tokens to predict")
    made.add_argument("--min-count", type=int, default=5)
    made.add_argument("--max-size", type=int, default=10_000, help="size of the vocabulary")
    made.add_argument("--vector-size", type=int, default=100)
    made.add_argument("--nnlm-epochs", type=int, nargs="+", default=[3])
    made.add_argument("--epochs", type=int, nargs="+", default=[1, 3, 5, 10, 20], help="of skip-gram")
    made.add_argument("--settings", nargs="*", default=[], help="of NNLM, as name=number")
    made.add_argument("--threads", type=int, default=2)
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--questions", type=Path, nargs="*", default=[], help="files of analogies")
    made.add_argument("--similarity", type=Path, nargs="*", default=[], help="files of word pairs")
    return made.parse_args()


def texts(args):
    """Return the corpus to train on and the one to predict."""
    parts, wanted = ([], []), (args.tokens, args.held_out)
    left, which = wanted[0], 0
    with open_decompressed(args.text) as file:
        for line in file:
            parts[which].append(line)
            left -= len(line.split())
            if left <= 0:
                which += 1
                if which == len(parts):
                    break
                left = wanted[which]
    corpus = fv.Corpus.from_text(parts[0], min_count=args.min_count, max_size=args.max_size)
    return corpus, fv.Corpus.from_text(parts[1], vocabulary=corpus.vocabulary)


def trainers(args):
    """Return the trainers by name."""
    given = dict(pair.split("=") for pair in args.settings)
    settings = {name: float(value) if "." in value else int(value) for name, value in given.items()}
    size = {"vector_size": args.vector_size}
    return {
        **{f"NNLM, {n} epochs": fv.NNLM(**size, **settings, epochs=n) for n in args.nnlm_epochs},
        **{f"SkipGram, {n} epochs": fv.SkipGram(**size, epochs=n) for n in args.epochs},
    }


def measured(trainer, corpus, held_out, args):
    """Return the figures of a run by name."""
    began, cpu = time.perf_counter(), time.process_time()
    vectors = trainer.train(corpus, threads=args.threads)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    tokens = corpus.n_tokens * trainer.epochs
    figures = {"M tokens/s": tokens / seconds / 1e6, "CPU us a token": cpu / tokens * 1e6, "CPU s in all": cpu}
    figures["held-out loss"] = fv.evaluate_loss(vectors, held_out)
    is_model = isinstance(vectors, fv.NeuralLanguageModel)
    figures["perplexity"] = vectors.perplexity(held_out) if is_model else float("nan")
    for path in args.questions:
        figures[path.stem] = 100 * fv.evaluate_analogies(vectors, path).accuracy
    for path in args.similarity:
        figures[path.stem] = 100 * fv.evaluate_similarity(vectors, path).spearman
    return figures


def main():
    args = arguments()
    corpus, held_out = texts(args)
    print(
        f"{corpus.n_tokens:,} tokens of {len(corpus.vocabulary):,} words; held out {held_out.n_tokens:,}",
        flush=True,
    )
    runs = {name: [] for name in trainers(args)}
    for seed in range(1, args.rounds + 1):
        for name, trainer in trainers(args).items():
            runs[name].append(measured(trainer.replace(seed=seed), corpus, held_out, args))
            print(f"{name}, seed {seed}: {runs[name][-1]}", flush=True)
    names = list(next(iter(runs.values()))[0])
    rows = [
        [name, *(shown(median(run[column] for run in found)) for column in names)] for name, found in runs.items()
    ]
    print(table([["median", *names], *rows]))


def shown(value):
    return "" if value != value else f"{value:.3g}" if value < 100 else f"{value:,.0f}"


if __name__ == "__main__":
    main()
