"""Queries of fastvec and of gensim on the same vectors, in one process: medians and ratios.

    python bench/compare/queries.py VECTORS --index

VECTORS is any file of word vectors. Both take all cores. gensim answers one query after the other, so its time for
many is that of --loop queries, scaled. Where both answer, the words must be the same, but for ties.
"""

import argparse
import time

import numpy as np

from fastvec import NeighborIndex, WordVectors
from fastvec.benchmark.figures import machine, machine_lines, table

WIDTHS = (50, 100, 200, 400)


def median_seconds(call, rounds):
    """Return the median of the times of some calls, after one that is not timed."""
    call()
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return float(np.median(seconds))


def once(call):
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


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
    return [name, f"{ours * 1e3:.3g} ms", f"{theirs * 1e3:.3g} ms", f"{theirs / ours:.1f}"]


def exact(vectors, theirs, words, args):
    """Yield rows of the table of exact queries, and return what the product alone takes."""
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
        yield row(name, *(median_seconds(lambda v=v, ask=ask: ask(v), args.rounds) for v in (vectors, theirs)))
    loop, expected = once(lambda: [theirs.most_similar(word, topn=10) for word in words[: args.loop]])
    check_same(vectors.most_similar_batch(words[: args.loop], 10), expected)
    ours = median_seconds(lambda: vectors.most_similar_batch(words, 10), 3)
    yield row(f"{len(words):,} words", ours, loop * len(words) / args.loop)


def product_alone(vectors, n_queries):
    unit = vectors.get_normed_vectors()
    asked = unit[:n_queries]
    blocks = range(0, len(asked), 1024)
    return median_seconds(lambda: [asked[start : start + 1024] @ unit.T for start in blocks], 1)


def approximate(vectors, words):
    """Yield rows of the table of approximate search."""
    build, index = once(lambda: NeighborIndex(vectors))
    exact_answers = vectors.most_similar_batch(words, 10)
    for width in WIDTHS:
        index.search_width = width
        one = median_seconds(lambda: [index.most_similar(word) for word in words[:100]], 3) / 100
        many, answers = once(lambda: index.most_similar_batch(words, 10))
        found = [
            len({word for word, _ in ours} & {word for word, _ in best})
            for ours, best in zip(answers, exact_answers, strict=True)
        ]
        recall = sum(found) / sum(map(len, exact_answers))
        yield [str(width), f"{recall:.3f}", f"{one * 1e3:.3g} ms", f"{len(words) / many:,.0f}", f"{build:.0f} s"]


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
    print(table([["query", "fastvec", "gensim", "ratio"], *rows]))
    print(f"the product alone of {len(words):,} queries: {product_alone(vectors, len(words)):.2f} s")
    if args.index:
        names = ["search_width", "recall@10", "one query", "queries/s", "build"]
        print(table([names, *approximate(vectors, words[:2000])]))


if __name__ == "__main__":
    main()
