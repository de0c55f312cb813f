"""Edges without a direction: every node has a vector; what has none is told."""

import warnings

import numpy as np
import pytest

import fastvec as fv
from fastvec import Pairs

# Zachary (1977), "An Information Flow Model for Conflict and Fission in Small Groups": each member's later friends
KARATE = {
    0: (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 17, 19, 21, 31), 1: (2, 3, 7, 13, 17, 19, 21, 30),
    2: (3, 7, 8, 9, 13, 27, 28, 32), 3: (7, 12, 13), 4: (6, 10), 5: (6, 10, 16), 6: (16,), 8: (30, 32, 33),
    9: (33,), 13: (33,), 14: (32, 33), 15: (32, 33), 18: (32, 33), 19: (33,), 20: (32, 33), 22: (32, 33),
    23: (25, 27, 29, 32, 33), 24: (25, 27, 31), 25: (31,), 26: (29, 33), 27: (33,), 28: (31, 33), 29: (32, 33),
    30: (32, 33), 31: (32, 33), 32: (33,),
}  # fmt: skip
CLUB = [(a, b) for a, others in KARATE.items() for b in others]
STAR = [(0, leaf) for leaf in range(1, 21)]
TINY = {"vector_size": 4, "epochs": 1}


def from_file(edges, tmp_path, **arguments):
    (tmp_path / "edges").write_text("".join(f"{a} {b}\n" for a, b in edges))
    return Pairs.from_pairs(tmp_path / "edges", **arguments)


def from_items(edges, _, **arguments):
    return Pairs.from_pairs(edges, **arguments)


def from_ids(edges, _, **arguments):
    ids = np.array(edges)
    return Pairs.from_ids(ids[:, 0], ids[:, 1], list(map(str, range(ids.max() + 1))), **arguments)


@pytest.mark.parametrize("make", [from_file, from_items, from_ids])
@pytest.mark.parametrize(("edges", "n_nodes", "n_trained"), [(STAR, 21, 1), (CLUB, 34, 26)])
def test_every_node_has_a_vector(tmp_path, make, edges, n_nodes, n_trained):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pairs = make(edges, tmp_path, undirected=True)
        directed = make(edges, tmp_path, undirected=False)
        vectors = fv.SkipGram(**TINY).train(pairs)
    assert len(vectors) == len(vectors.contexts) == n_nodes
    assert pairs.context_vocabulary is pairs.vocabulary
    assert len(pairs) == 2 * len(edges)
    assert np.count_nonzero(directed.vocabulary.counts) == n_trained
    assert make(edges, tmp_path).undirected is None


def test_what_is_mirrored():
    edges = [("a", "b", 2.0), ("c", "c", 3.0), ("b", "a", 4.0), ("a", "d", 0.5)]
    pairs = Pairs.from_pairs(edges, undirected=True)
    expected = [
        ("a", "b", 2.0), ("b", "a", 2.0), ("c", "c", 3.0), ("b", "a", 4.0), ("a", "b", 4.0), ("a", "d", 0.5),
        ("d", "a", 0.5),
    ]  # fmt: skip
    assert list(pairs) == expected
    assert dict(zip(pairs.vocabulary, pairs.vocabulary.counts.tolist(), strict=True)) == {
        "a": 3,
        "b": 2,
        "c": 1,
        "d": 1,
    }
    assert list(Pairs.from_pairs([("a", "b")], undirected=False)) == [("a", "b")]


def test_min_count_is_the_degree():
    edges = [("a", "b"), ("a", "c"), ("b", "c"), ("c", "d")]
    pairs = Pairs.from_pairs(edges, undirected=True, min_count=2)
    assert sorted(pairs) == [("a", "b"), ("a", "c"), ("b", "a"), ("b", "c"), ("c", "a"), ("c", "b")]
    assert pairs.n_dropped == 2
    assert pairs.vocabulary.words == pairs.context_vocabulary.words == ["a", "b", "c"]


def test_ids_of_two_sides_become_one():
    pairs = Pairs.from_ids([0, 1, 0], [0, 1, 2], ["a", "b"], ["x", "b", "a"], [1, 2, 3], undirected=True)
    assert list(pairs) == [("a", "x", 1.0), ("x", "a", 1.0), ("b", "b", 2.0), ("a", "a", 3.0)]
    assert pairs.vocabulary.words == ["a", "b", "x"]
    with pytest.raises(fv.SettingError, match="expected distinct words, got 'x' twice"):
        Pairs.from_ids([0], [0], ["a"], ["x", "x"], undirected=True)
    with pytest.raises(fv.SettingError, match="undirected: expected True or False"):
        Pairs.from_ids([0], [0], ["a"], undirected=1)
