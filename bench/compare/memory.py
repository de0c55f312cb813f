"""Peak memory of training above a bare ``import numpy``, against its bound: ids, two matrices, words, 64 MiB.

python bench/compare/memory.py TEXT --threads 1 2 --vector-sizes 100 300
"""

import tempfile
from itertools import product
from pathlib import Path

import common

from fastvec import Corpus
from fastvec.benchmark.programs import Settings, measure
from fastvec.benchmark.rounds import plain_text, table


def bound(n_words, vocabulary, vector_size):
    padded = -(-vector_size // 16) * 16
    return 4 * n_words + 2 * vocabulary * padded * 4 + 200 * vocabulary + (64 << 20)


def main():
    made = common.parser("peak memory of training")
    made.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    made.add_argument("--vector-sizes", nargs="+", type=int, default=[100, 300])
    made.add_argument("--epochs", type=int, default=1)
    args = made.parse_args()
    rows = [["training on", "vector_size", "threads", "peak MB above bare numpy", "bound MB", "within"]]
    with tempfile.TemporaryDirectory(prefix="fastvec-memory-") as name:
        folder = Path(name)
        text = plain_text(args.text, folder, args.bytes)
        corpus = Corpus.from_text(text, save_to=folder / "corpus.fvc")
        bare = measure("bare", text, Settings(), threads=1, save="")["peak"]
        sources = {"encoded corpus": folder / "corpus.fvc", "text, reading included": text}
        for what, size, threads in product(sources, args.vector_sizes, args.threads):
            settings = Settings(vector_size=size, epochs=args.epochs)
            save = folder / "vectors.bin"
            above = measure("fastvec", sources[what], settings, threads=threads, save=save)["peak"] - bare
            limit = bound(corpus.n_tokens, len(corpus.vocabulary), size)
            verdict = "yes" if above <= limit else "no"
            rows.append([what, str(size), str(threads), f"{above / 1e6:.1f}", f"{limit / 1e6:.1f}", verdict])
    print(f"{corpus.n_tokens:,} words, {len(corpus.vocabulary):,} different; bare numpy: {bare / 1e6:.1f} MB")
    print(table(rows))


if __name__ == "__main__":
    main()
