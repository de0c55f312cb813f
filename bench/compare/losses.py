"""The three losses on a small vocabulary: loss by epoch, speed, quality of the vectors.

    python bench/compare/losses.py TEXT --max-size 3000 --on questions-words.txt EN-*.txt

The other two losses approximate full softmax, which goes over the whole vocabulary at every prediction; so the
vocabulary is small. Its loss and that of hierarchical softmax are -log p of the word, in nats. That of negative
sampling is the sum over K + 1 binary decisions, and can only be compared with itself. The entropy is that of the
words' counts after subsampling: the loss of a model that ignores the context.
"""

import tempfile
import time
from pathlib import Path

import common
import numpy as np

from fastvec import CBOW, Corpus, SkipGram
from fastvec.benchmark.figures import plain_text, table
from fastvec.training.subsampling import keep_probabilities

TRAINERS = {"SkipGram": SkipGram, "CBOW": CBOW}
LOSSES = ["softmax", "hierarchical_softmax", "negative_sampling"]


def arguments():
    made = common.parser(__doc__.splitlines()[0])
    made.add_argument("--max-size", type=int, default=3000, help="size of the vocabulary")
    made.add_argument("--epochs", type=int, default=5)
    made.add_argument("--vector-size", type=int, default=100)
    made.add_argument("--threads", type=int, default=1)
    common.add_test_sets(made)
    return made.parse_args()


def entropy(corpus, sample):
    counts = corpus.vocabulary.counts
    p = counts * keep_probabilities(counts, sample)
    p = p[p > 0] / p.sum()
    return float(-(p * np.log(p)).sum())


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="fastvec-losses-") as name:
        corpus = Corpus.from_text(plain_text(args.text, Path(name), args.bytes), max_size=args.max_size)
        nats = entropy(corpus, sample=1e-3)
        print(f"{corpus.n_tokens:,} tokens, {len(corpus.vocabulary):,} words; entropy {nats:.3f} nats")
        rows, scored = [], []
        for trainer in TRAINERS:
            for loss in LOSSES:
                row, scores = run(trainer, loss, corpus, args)
                rows.append([trainer, loss, *row])
                scored.append([trainer, loss, *(f"{value:.1f}" for value in scores.values())])
                print(*rows[-1], flush=True)
        print(table([["", "loss", "M raw tokens/s", *(f"epoch {k + 1}" for k in range(args.epochs))], *rows]))
        if args.on:
            print(table([["", "loss", *scores], *scored]))


def run(trainer, loss, corpus, args):
    settings = {"loss": loss, "epochs": args.epochs, "vector_size": args.vector_size}
    began = time.perf_counter()
    vectors = TRAINERS[trainer](**settings).train(corpus, threads=args.threads)
    rate = corpus.n_tokens * args.epochs / (time.perf_counter() - began)
    scores = common.score(vectors, args.on)
    return [f"{rate / 1e6:.3f}", *(f"{value:.3f}" for value in vectors.history["epoch_loss"])], scores


if __name__ == "__main__":
    main()
