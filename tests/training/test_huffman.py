"""The Huffman tree of hierarchical softmax, against a heap and against the entropy."""

from __future__ import annotations

import heapq
from itertools import pairwise

import numpy as np
import pytest

from fastvec.training.huffman import huffman_paths, is_tree_of


def total_length_by_heap(counts: list[int]) -> int:
    """The sum of count times code length of the best code: that of all inner nodes' weights."""
    heap, total = list(counts), 0
    heapq.heapify(heap)
    while len(heap) > 1:
        merged = heapq.heappop(heap) + heapq.heappop(heap)
        total += merged
        heapq.heappush(heap, merged)
    return total


def codes_of(counts):
    offsets, nodes, signs, longest = huffman_paths(np.array(counts))
    ways = [(nodes[a:b].tolist(), signs[a:b].tolist()) for a, b in pairwise(offsets)]
    assert longest == max(len(nodes) for nodes, _ in ways)
    return ways


@pytest.mark.parametrize("words", [2, 3, 4, 7, 100, 5000])
def test_codes_are_the_shortest_there_are(words):
    counts = np.random.default_rng(words).integers(0, 1000, words)
    ways = codes_of(counts)
    lengths = np.array([len(nodes) for nodes, _ in ways])
    assert counts @ lengths == total_length_by_heap(counts.tolist())
    assert sum(2.0**-lengths) == 1, "Kraft: every turn leads to a word"


def test_a_way_leads_from_the_root_by_one_turn_a_node():
    counts = np.random.default_rng(0).zipf(1.5, 300)
    ways = codes_of(counts)
    turns = {}  # (node, sign) -> the next node or the word
    for word, (nodes, signs) in enumerate(ways):
        assert nodes[0] == 298, "the root was made last"
        assert set(signs) <= {-1.0, 1.0}
        for node, sign, after in zip(nodes, signs, [*nodes[1:], f"word {word}"], strict=True):
            assert turns.setdefault((node, sign), after) == after
    assert len(turns) == 2 * 299
    assert len(set(turns.values())) == len(turns)


def test_fibonacci_counts_make_codes_longer_than_forty():
    counts = [1, 1]
    while len(counts) < 88:  # the 88th is the last whose sum an int64 can hold
        counts.append(counts[-1] + counts[-2])
    lengths = [len(nodes) for nodes, _ in codes_of(counts[::-1])]
    assert max(lengths) == 87
    assert lengths[:3] == [1, 2, 3]


@pytest.mark.parametrize("words", [1, 2, 5, 300])
def test_a_tree_is_known_again(words):
    counts = np.random.default_rng(words).zipf(1.5, words)
    paths = huffman_paths(counts)
    assert is_tree_of(counts, paths)
    assert is_tree_of(3 * counts, paths)
    assert not is_tree_of(np.append(counts, 1), paths)
    assert not is_tree_of(counts[:-1], paths)


def test_other_trees():
    """Where only a turn differs, a row of the node would mean its opposite."""
    paths = huffman_paths(np.array([9, 2, 1]))
    assert is_tree_of(np.array([8, 4, 3]), paths), "the same with other counts"
    for other in ([9, 1, 2], [2, 9, 1], [1, 2, 9]):
        assert not is_tree_of(np.array(other), paths)
    same_nodes = huffman_paths(np.array([1, 2])), huffman_paths(np.array([2, 1]))
    assert (same_nodes[0][1] == same_nodes[1][1]).all()
    assert not is_tree_of(np.array([1, 2]), same_nodes[1])


def test_inner_nodes_are_numbered_as_fasttexts(tmp_path):
    """Its probabilities, from its output matrix along our paths; with the other sign, see formats/fasttext.py."""
    fasttext = pytest.importorskip("fasttext")
    draw = np.random.default_rng(0)
    labels = draw.permutation(np.repeat(np.arange(11), [30, 17, 9, 9, 9, 4, 4, 2, 1, 1, 1]))  # with equal counts
    lines = (f"__label__{i} w{i} w{i * 7 % 5} x{draw.integers(9)}\n" for i in labels)
    (tmp_path / "text").write_text("".join(lines))
    theirs = fasttext.train_supervised(
        str(tmp_path / "text"), loss="hs", dim=6, epoch=5, lr=0.2, minCount=1, thread=12, verbose=0
    )
    names, counts = theirs.get_labels(include_freq=True)
    offsets, nodes, signs, _ = huffman_paths(counts)
    rows = theirs.get_output_matrix()
    words = ["w3", "x2", "</s>"]
    hidden = np.mean([theirs.get_input_vector(theirs.get_word_id(word)) for word in words], axis=0)
    expected = {name: p for p, name in theirs.f.predict("w3 x2\n", -1, 0.0, "strict")}
    assert len(expected) == 11
    for name, (a, b) in zip(names, pairwise(offsets), strict=True):
        turns = 1 / (1 + np.exp(signs[a:b] * (rows[nodes[a:b]] @ hidden)))
        assert np.prod(turns) == pytest.approx(expected[name], abs=1e-4)


def test_one_word_has_no_way_and_words_of_no_count_have_one():
    assert codes_of([5]) == [([], [])]
    assert sorted(len(nodes) for nodes, _ in codes_of([0, 0, 0, 0])) == [1, 2, 3, 3]
