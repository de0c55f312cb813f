"""Nodes of a graph by walks, as DeepWalk's users write it."""

import random

from gensim.models import KeyedVectors, Word2Vec


def ring_of_cliques(cliques, size):
    neighbors = {}
    for clique in range(cliques):
        nodes = [str(clique * size + i) for i in range(size)]
        for node in nodes:
            neighbors[node] = [other for other in nodes if other != node]
    for clique in range(cliques):
        a, b = str(clique * size), str((clique + 1) % cliques * size + 1)
        neighbors[a].append(b)
        neighbors[b].append(a)
    return neighbors


class Walks:
    """New walks each time, as node2vec's scripts have them."""

    def __init__(self, neighbors, per_node, length, seed):
        self.neighbors, self.per_node, self.length = neighbors, per_node, length
        self.rand = random.Random(seed)

    def __iter__(self):
        nodes = list(self.neighbors)
        for _ in range(self.per_node):
            self.rand.shuffle(nodes)
            for node in nodes:
                walk = [node]
                while len(walk) < self.length:
                    walk.append(self.rand.choice(self.neighbors[walk[-1]]))
                yield walk


def main(folder):
    graph = ring_of_cliques(8, 10)
    walks = Walks(graph, per_node=20, length=20, seed=1)
    model = Word2Vec(vector_size=32, window=5, min_count=0, sg=1, hs=1, negative=0, workers=2, seed=1)
    model.build_vocab(walks)
    for _ in range(5):
        model.train(walks, total_examples=model.corpus_count, epochs=1)
    model.wv.save_word2vec_format(f"{folder}/nodes.txt")
    nodes = KeyedVectors.load_word2vec_format(f"{folder}/nodes.txt")
    right = 0
    for node in graph:
        near = [int(other) // 10 for other, _ in nodes.most_similar(node, topn=5)]
        right += near.count(int(node) // 10)
    return {"nodes": len(nodes), "share of own clique": right / (5 * len(graph))}
