"""Peak memory of training above that of ``import numpy``, and its bound: ids, two matrices, words, 64 MiB.

python bench/compare/memory.py TEXT --threads 1 2 --vector-sizes 100 300
"""

import tempfile
from itertools import product
from pathlib import Path

import common
from programs import Settings, measure

from fastvec import Corpus
from fastvec.benchmark.figures import plain_text, table


def bound(n_tokens, n_words, vector_size):
    padded = -(-vector_size // 16) * 16
    return 4 * n_tokens + 2 * n_words * padded * 4 + 200 * n_words + (64 << 20)


def main():
    made = common.parser(__doc__.splitlines()[0])
    made.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    made.add_argument("--vector-sizes", nargs="+", type=int, default=[100, 300])
    made.add_argument("--epochs", type=int, default=1)
    args = made.parse_args()
    rows = [["training on", "vector_size", "threads", "peak MB above import numpy", "bound MB", "within"]]
    with tempfile.TemporaryDirectory(prefix="fastvec-memory-") as name:
        folder = Path(name)
        text = plain_text(args.text, folder, args.bytes)
        corpus = Corpus.from_text(text, save_to=folder / "corpus.fvc")
        bare = measure("bare", text, Settings(), threads=1, save="")["peak"]
        sources = {"encoded corpus": folder / "corpus.fvc", "text, with reading": text}
        for what, size, threads in product(sources, args.vector_sizes, args.threads):
            settings = Settings(vector_size=size, epochs=args.epochs)
            save = folder / "vectors.bin"
            above = measure("fastvec", sources[what], settings, threads=threads, save=save)["peak"] - bare
            limit = bound(corpus.n_tokens, len(corpus.vocabulary), size)
            verdict = "yes" if above <= limit else "no"
            rows.append([what, str(size), str(threads), f"{above / 1e6:.1f}", f"{limit / 1e6:.1f}", verdict])
    print(f"{corpus.n_tokens:,} tokens, {len(corpus.vocabulary):,} words; import numpy: {bare / 1e6:.1f} MB")
    print(table(rows))


if __name__ == "__main__":
    main()
