"""Random walks over a graph of communities: how many of a node's ten nearest are of its own community.

    python bench/compare/walks.py --nodes 500 2000 8000 --seeds 1 2 3

Communities have 50 nodes; a node has ten neighbours in its own and two elsewhere. 20 walks of 40 steps start at
each node, as node2vec's with p = q = 1 do. Everything trains on one thread; seconds are of the processor.
"""

import argparse
import time
from random import Random
from statistics import mean

import numpy as np

import fastvec as fv
from fastvec.benchmark.figures import table

SIZE, INSIDE, OUTSIDE, LENGTH, STARTS = 50, 10, 2, 40, 20
SETTINGS = {"vector_size": 64, "window": 10, "epochs": 5}


def graph(nodes, random):
    """Return the neighbours of each node; node i is of community i modulo the number of communities."""
    neighbours = [[] for _ in range(nodes)]
    communities = nodes // SIZE
    for node in range(nodes):
        for number in range((INSIDE + OUTSIDE) // 2):
            other = random.randrange(nodes)
            if number < INSIDE // 2:
                other = node % communities + communities * random.randrange(SIZE)
            if other != node:
                neighbours[node].append(other)
                neighbours[other].append(node)
    return neighbours


def walks(neighbours, random):
    """Return sentences of names of nodes."""
    found = []
    for start in list(range(len(neighbours))) * STARTS:
        walk = [start]
        while len(walk) < LENGTH and neighbours[walk[-1]]:
            walk.append(random.choice(neighbours[walk[-1]]))
        found.append([f"n{node}" for node in walk])
    random.shuffle(found)
    return found


def gensim(sentences, seed, **given):
    from gensim.models import Word2Vec

    words = Word2Vec(sentences, min_count=1, workers=1, seed=seed, **SETTINGS, **given).wv
    return fv.WordVectors.from_arrays(words.index_to_key, words.vectors)


def own(trainer, **given):
    def train(sentences, seed):
        corpus = fv.Corpus.from_text(sentences, min_count=1, threads=1)
        return trainer(seed=seed, **SETTINGS, **given).train(corpus, threads=1)

    return train


PROGRAMS = {
    "skip-gram": own(fv.SkipGram),
    'skip-gram, negative_sharing="none"': own(fv.SkipGram, negative_sharing="none"),
    "gensim, skip-gram": lambda sentences, seed: gensim(sentences, seed, sg=1),
    "CBOW, rate 0.025": own(fv.CBOW, learning_rate=0.025),
    "gensim, CBOW": gensim,
    "hierarchical softmax": own(fv.SkipGram, loss="hierarchical_softmax"),
    'hierarchical softmax, negative_sharing="none"': own(
        fv.SkipGram, loss="hierarchical_softmax", negative_sharing="none"
    ),
    "full softmax": own(fv.SkipGram, loss="softmax"),
    "gensim, hierarchical softmax": lambda sentences, seed: gensim(sentences, seed, sg=1, hs=1, negative=0),
}


def share_of_own(vectors, communities):
    """Return the share of the ten nearest that are of the asked node's community."""
    names = vectors.index_to_key
    return mean(
        mean(int(near[1:]) % communities == int(name[1:]) % communities for near, _ in found)
        for name, found in zip(names, vectors.most_similar_batch(names, topn=10), strict=True)
    )


def main():
    made = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    made.add_argument("--nodes", nargs="+", type=int, default=[500, 2000, 8000])
    made.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    made.add_argument("--programs", nargs="+", choices=PROGRAMS, default=[*PROGRAMS], metavar="PROGRAM")
    args = made.parse_args()
    rows = [["nodes", "program", "of its own community", "spread", "seconds"]]
    for nodes in args.nodes:
        random = Random(nodes)
        sentences = walks(graph(nodes, random), random)
        for name in args.programs:
            scores, began = [], time.process_time()
            for seed in args.seeds:
                scores.append(100 * share_of_own(PROGRAMS[name](sentences, seed), nodes // SIZE))
            seconds = (time.process_time() - began) / len(args.seeds)
            rows.append([str(nodes), name, f"{mean(scores):.1f} %", f"{np.std(scores):.1f}", f"{seconds:.1f}"])
            print(*rows[-1], sep=" | ", flush=True)
    print(table(rows))


if __name__ == "__main__":
    main()
