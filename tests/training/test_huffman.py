"""The Huffman tree of hierarchical softmax, against a heap and against the entropy."""

from __future__ import annotations

import heapq
from itertools import pairwise

import numpy as np
import pytest

from fastvec.training.huffman import huffman_paths


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


def test_one_word_has_no_way_and_words_of_no_count_have_one():
    assert codes_of([5]) == [([], [])]
    assert sorted(len(nodes) for nodes, _ in codes_of([0, 0, 0, 0])) == [1, 2, 3, 3]
