"""Queries of fastvec and of gensim on the same vectors, in one process: medians and ratios.

    python bench/compare/queries.py VECTORS --index

VECTORS is any file of word vectors. Both take all cores. gensim answers one query after the other, so its time for
many is that of --loop queries, scaled. Where both answer, the words must be the same, but for ties.
"""

import argparse
import time
from typing import NamedTuple

import numpy as np

from fastvec import NeighborIndex, WordVectors
from fastvec.benchmark.figures import machine, machine_lines, table

WIDTHS = (50, 100, 200, 400)


class Seconds(NamedTuple):
    """Of the clock, and of all cores: the second says more where a machine has other work."""

    wall: float
    cpu: float

    def times(self, factor):
        return Seconds(self.wall * factor, self.cpu * factor)


def timed(call):
    began = time.perf_counter(), time.process_time()
    result = call()
    return Seconds(time.perf_counter() - began[0], time.process_time() - began[1]), result


def median(call, rounds):
    """Return the median times of some calls, after one that is not timed."""
    call()
    return Seconds(*np.median([timed(call)[0] for _ in range(rounds)], axis=0))


def in_gensim(vectors):
    from gensim.models import KeyedVectors

    made = KeyedVectors(vectors.vector_size)
    made.add_vectors(vectors.index_to_key, np.array(vectors.vectors))
    made.fill_norms()
    return made


def check_same(ours, theirs):
    """Raise if answers differ by more than the rounding of float32."""
    for mine, other in zip(ours, theirs, strict=True):
        scores = [[score for _, score in answer] for answer in (mine, other)]
        np.testing.assert_allclose(*scores, rtol=1e-4, atol=1e-5)
        assert len({word for word, _ in mine} & {word for word, _ in other}) >= len(mine) - 1


def row(name, ours, theirs):
    unit, scale = ("ms", 1e3) if ours.wall < 1 else ("s", 1)
    times = [f"{value * scale:.3g} {unit}" for seconds in (ours, theirs) for value in seconds]
    return [name, *times, f"{theirs.wall / ours.wall:.1f}", f"{theirs.cpu / ours.cpu:.1f}"]


def exact(vectors, theirs, words, args):
    """Yield rows of the table of exact queries."""
    a, b, c = words[:3]
    for name, ask in {
        "one word": lambda v: v.most_similar(a, topn=10),
        "an analogy (3CosAdd)": lambda v: v.most_similar([a, b], [c], topn=10),
        "an analogy (3CosMul)": lambda v: v.most_similar_cosmul([a, b], [c], topn=10),
        "distances to all words": lambda v: v.distances(a),
    }.items():
        answers = ask(vectors), ask(theirs)
        if isinstance(answers[0], list):
            check_same([answers[0]], [answers[1]])
        yield row(name, *(median(lambda v=v, ask=ask: ask(v), args.rounds) for v in (vectors, theirs)))
    loop, expected = timed(lambda: [theirs.most_similar(word, topn=10) for word in words[: args.loop]])
    check_same(vectors.most_similar_batch(words[: args.loop], 10), expected)
    ours = median(lambda: vectors.most_similar_batch(words, 10), 3)
    yield row(f"{len(words):,} words", ours, loop.times(len(words) / args.loop))


def product_alone(vectors, n_queries):
    unit = vectors.get_normed_vectors()
    asked = unit[:n_queries]
    blocks = range(0, len(asked), 1024)
    return median(lambda: [asked[start : start + 1024] @ unit.T for start in blocks], 1)


def approximate(vectors, words):
    """Yield rows of the table of approximate search."""
    build, index = timed(lambda: NeighborIndex(vectors))
    exact_answers = vectors.most_similar_batch(words, 10)
    for width in WIDTHS:
        index.search_width = width
        one = median(lambda: [index.most_similar(word) for word in words[:100]], 3).times(1 / 100)
        many, answers = timed(lambda: index.most_similar_batch(words, 10))
        found = [
            len({word for word, _ in ours} & {word for word, _ in best})
            for ours, best in zip(answers, exact_answers, strict=True)
        ]
        recall = sum(found) / sum(map(len, exact_answers))
        times = [f"{seconds * 1e3:.3g} ms" for seconds in (*one, *many.times(1 / len(words)))]
        yield [str(width), f"{recall:.3f}", *times, f"{build.wall:.0f} s", f"{build.cpu:.0f} s"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vectors", help="a file of word vectors")
    parser.add_argument("--queries", type=int, default=10_000, help="in one batch (default: %(default)s)")
    parser.add_argument("--loop", type=int, default=200, help="of them by gensim (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=11, help="of a single query (default: %(default)s)")
    parser.add_argument("--index", action="store_true", help="measure the approximate search too")
    args = parser.parse_args()
    vectors = WordVectors.load(args.vectors)
    chosen = np.random.default_rng(1).permutation(len(vectors))[: args.queries]
    words = [vectors.index_to_key[i] for i in chosen]
    rows = list(exact(vectors, in_gensim(vectors), words, args))
    print(machine_lines(machine()))
    print(f"{len(vectors):,} words of {vectors.vector_size} dimensions")
    print(table([["query", "fastvec", "CPU", "gensim", "CPU", "ratio", "of CPU"], *rows]))
    alone = product_alone(vectors, len(words))
    print(f"the product alone of {len(words):,} queries: {alone.wall:.2f} s, CPU {alone.cpu:.2f} s")
    if args.index:
        names = ["search_width", "recall@10", "one query", "CPU", "of many, each", "CPU", "build", "CPU"]
        print(table([names, *approximate(vectors, words[:2000])]))


if __name__ == "__main__":
    main()
