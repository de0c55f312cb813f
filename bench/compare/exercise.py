"""The exercise of many courses: a small and a larger corpus, neighbours of *paris*, and king - man + woman.

    python bench/compare/exercise.py TEXT

Window 5, 100 dimensions, 5 negatives, 3 epochs; on the first 2 million tokens, then on all.
"""

import tempfile
from pathlib import Path

import common

from fastvec import Corpus, SkipGram
from fastvec.benchmark.figures import plain_text


def first_tokens(text, n_tokens, path):
    with open(text, "rb") as source, open(path, "wb") as target:
        for line in source:
            tokens = line.split()[:n_tokens]
            n_tokens -= len(tokens)
            target.write(b" ".join(tokens) + b"\n")
            if n_tokens == 0:
                return path
    raise SystemExit(f"{text}: has {n_tokens:,} tokens too few")


def answer(text, args):
    corpus = Corpus.from_text(text, min_count=args.min_count, threads=args.threads)
    model = SkipGram(vector_size=100, window=5, negative=5, epochs=3, seed=args.seed)
    vectors = model.train(corpus, threads=args.threads)
    print(f"{corpus.n_tokens + corpus.n_dropped:,} tokens, {len(corpus.vocabulary):,} words")
    near = ", ".join(f"{word} {cosine:.2f}" for word, cosine in vectors.most_similar("paris", topn=5))
    print(f"  nearest paris: {near}")
    ranked = [word for word, _ in vectors.analogy("man", "king", "woman", topn=len(corpus.vocabulary) - 3)]
    print(f"  king - man + woman: {', '.join(ranked[:5])}; rank of queen: {ranked.index('queen') + 1}")


def main():
    made = common.parser(__doc__.splitlines()[0])
    made.add_argument("--tokens", type=int, default=2_000_000)
    made.add_argument("--min-count", type=int, default=5)
    made.add_argument("--threads", type=int)
    made.add_argument("--seed", type=int, default=1)
    args = made.parse_args()
    with tempfile.TemporaryDirectory(prefix="fastvec-exercise-") as name:
        text = plain_text(args.text, Path(name), args.bytes)
        answer(first_tokens(text, args.tokens, Path(name, "start.txt")), args)
        answer(text, args)


if __name__ == "__main__":
    main()
