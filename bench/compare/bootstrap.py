"""What the intervals of fv.bootstrap hold: spread over resamples, over seeds, and over other texts of the source.

    python bench/compare/bootstrap.py wiki-a.txt [--parts 8] [--runs 25]

The lines of the text are dealt at random to disjoint parts, and to contiguous ones. Vectors of each part are those
of another text of the same source, so the standard deviation of a cosine over parts is the truth that the
bootstrap of one part estimates without seeing the others.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

import fastvec as fv
from fastvec.text.resample import document_bounds, resampled


def spreads(runs: fv.Bootstrap, pairs: list[tuple[str, str]]) -> np.ndarray:
    """Return the standard deviation of each pair's cosine."""
    return np.array([runs.similarity(a, b).std for a, b in pairs])


def covered(runs: fv.Bootstrap, pairs: list[tuple[str, str]], truth: np.ndarray) -> float:
    """Return the share of the pairs whose interval holds the mean over other texts."""
    intervals = np.array([runs.similarity(a, b).interval for a, b in pairs])
    return float(((intervals[:, 0] <= truth) & (truth <= intervals[:, 1])).mean())


def of_parts(
    trainer: fv.SkipGram, corpus: fv.Corpus, parts: list[np.ndarray], vocabulary: fv.Vocabulary
) -> fv.Bootstrap:
    """Return the vectors of each part, as if they were runs."""
    vectors, counts = [], []
    for seed, part in enumerate(parts, 1):
        text = resampled(corpus, document_bounds(None, len(corpus)), part)
        found = trainer.replace(seed=seed).train(text)
        rows, times = np.zeros((len(vocabulary), trainer.vector_size)), np.zeros(len(vocabulary), int)
        for i, word in enumerate(vocabulary.words):
            if word in found:
                rows[i], times[i] = found[word], text.vocabulary.counts[text.vocabulary[word]]
        vectors.append(rows)
        counts.append(times)
    return fv.Bootstrap(vocabulary, vectors, counts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text")
    parser.add_argument("--parts", type=int, default=8)
    parser.add_argument("--runs", type=int, default=25)
    args = parser.parse_args()
    corpus = fv.Corpus.from_text(args.text)
    trainer = fv.SkipGram(vector_size=50, epochs=3)
    rng = np.random.default_rng(1)
    kept = fv.Vocabulary(corpus.vocabulary.words[:10_000], corpus.vocabulary.counts[:10_000])
    ids = rng.integers(100, 10_000, (2000, 2))
    dealt = {
        "lines at random": np.array_split(rng.permutation(len(corpus)), args.parts),
        "contiguous": np.array_split(np.arange(len(corpus)), args.parts),
    }
    for name, parts in dealt.items():
        others = of_parts(trainer, corpus, parts, kept)
        pairs = [(kept.words[a], kept.words[b]) for a, b in ids if (others.counts[:, [a, b]] > 0).all()]
        truth = spreads(others, pairs)
        means = np.array([others.similarity(a, b).mean for a, b in pairs])
        text = resampled(corpus, document_bounds(None, len(corpus)), parts[0])
        print(f"{name}: {args.parts} parts, {text.n_tokens:,} tokens in the first, {len(pairs):,} pairs")
        print(f"  over parts: median standard deviation {np.median(truth):.4f}")
        for resample in (True, False):
            began = time.perf_counter()
            runs = fv.bootstrap(trainer, text, args.runs, resample=resample)
            seconds = (time.perf_counter() - began) / args.runs
            in_all = [pair for pair in pairs if all(word in runs.vocabulary for word in pair)]
            found = spreads(runs, in_all)
            places = [pairs.index(pair) for pair in in_all]
            share = covered(runs, in_all, means[places])
            print(
                f"  over {'resamples' if resample else 'seeds'} of part 1: {np.median(found):.4f}, ratio to parts "
                f"{np.median(found / truth[places]):.2f}; intervals hold the mean of the parts for {share:.0%}; "
                f"{seconds:.2f} s a run"
            )


if __name__ == "__main__":
    main()
