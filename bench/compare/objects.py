"""Texts that are Python objects already: how fast they enter, beside gensim's build_vocab and Counter.

    python bench/compare/objects.py TEXT

Each way gets the same tokens; a round runs all of them. fastvec counts and encodes, the others only count. Fresh
strings are those that ``split`` just made; the second time Python has kept their hash, which helps Counter.
"""

import importlib.util
import tempfile
import time
from collections import Counter
from itertools import chain
from pathlib import Path

import common

from fastvec import Corpus
from fastvec.benchmark.figures import plain_text, spread, table


def ways_of(path, threads):
    """Return the name of each way, with a function that makes its input and one that is timed."""

    def lines():
        return path.read_text(encoding="utf-8").splitlines()

    def lists():
        return [line.split(" ") for line in lines()]

    def count(sentences):
        return Counter(chain.from_iterable(sentences))

    ways = {"a loop with Counter": (lists, count)}
    if importlib.util.find_spec("gensim"):
        from gensim.models import Word2Vec

        ways["gensim's build_vocab"] = (lists, lambda sentences: Word2Vec(min_count=5).build_vocab(sentences))
    for n in threads:

        def read(source, n=n):
            return Corpus.from_text(source, threads=n)

        ways[f"lists of str, {n} thread(s)"] = (lists, read)
        ways[f"an iterator of lines, {n} thread(s)"] = (lambda: iter(lines()), read)
        if importlib.util.find_spec("pyarrow"):
            import pyarrow

            ways[f"a column of Arrow, {n} thread(s)"] = (lambda: pyarrow.array(lines()), read)
    return ways


def main():
    made = common.parser(__doc__.splitlines()[0])
    made.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    made.add_argument("--rounds", type=int, default=5)
    args = made.parse_args()
    with tempfile.TemporaryDirectory(prefix="fastvec-objects-") as folder:
        text = plain_text(args.text, Path(folder), args.bytes)
        compare(text, args.threads, args.rounds)


def compare(text, threads, rounds):
    ways = ways_of(text, threads)
    seconds = {name: [] for name in ways}
    n_tokens = sum(len(line.split(" ")) for line in text.read_text(encoding="utf-8").splitlines())
    for _ in range(rounds):
        for name, (make, run) in ways.items():
            source = make()
            began = time.perf_counter()
            run(source)
            seconds[name].append(time.perf_counter() - began)
            del source
    rows = [["", "M tokens/s", "range", "its time / that of gensim"]]
    for name, times in seconds.items():
        found = spread([n_tokens / second / 1e6 for second in times])
        gensim = seconds.get("gensim's build_vocab")
        ratios = (
            ""
            if gensim is None
            else f"{spread([a / b for a, b in zip(times, gensim, strict=True)])['median']:.3f}"
        )
        rows.append([name, f"{found['median']:.1f}", f"{found['low']:.1f} to {found['high']:.1f}", ratios])
    print(table(rows))


if __name__ == "__main__":
    main()
