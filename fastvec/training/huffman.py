"""The Huffman tree of a vocabulary: the path to each word in hierarchical softmax."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Paths = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32], int]


def huffman_paths(counts: NDArray[np.int64]) -> Paths:
    """Return the inner nodes from the root to each word, and the direction at each.

    Huffman (1952), "A Method for the Construction of Minimum-Redundancy Codes"; as in Morin and Bengio (2005),
    "Hierarchical Probabilistic Neural Network Language Model", and word2vec, but a code may be as long as it must.

    Parameters
    ----------
    counts : int64[V]
        In any order; 0 is allowed.

    Returns
    -------
    offsets : int64[V + 1]
        The path to word w is the entries offsets[w] .. offsets[w + 1] of the next two.
    nodes : int32[offsets[V]]
        Inner nodes 0 .. V - 2 in the order they were made, so that the root is V - 2.
    signs : float32[offsets[V]]
        +1 where the code has 0, -1 where it has 1.
    longest : int
        The length of the longest code.

    Examples
    --------
    >>> offsets, nodes, signs, longest = huffman_paths(np.array([5, 2, 1]))
    >>> np.diff(offsets).tolist(), nodes.tolist(), signs.tolist(), longest
    ([1, 2, 2], [1, 1, 0, 1, 0], [-1.0, 1.0, -1.0, 1.0, 1.0], 2)
    """
    parents, turns = _tree(counts)
    lengths = _lengths(parents, len(counts))
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    nodes, signs = np.empty(offsets[-1], np.int32), np.empty(offsets[-1], np.float32)
    words, at = np.arange(len(counts)), np.arange(len(counts))
    last = offsets[1:] - 1
    while True:  # all words climb one step at a time
        climbing = parents[at] >= 0
        words, at = words[climbing], at[climbing]
        if not len(words):
            return offsets, nodes, signs, int(lengths.max(initial=0))
        nodes[last[words]] = parents[at] - len(counts)
        signs[last[words]] = 1 - 2 * turns[at]
        last[words] -= 1
        at = parents[at]


def is_tree_of(counts: NDArray[np.int64], paths: Paths) -> bool:
    """Return whether words of these counts have these paths, so that the row of a node means the same.

    Examples
    --------
    >>> paths = huffman_paths(np.array([5, 2, 1]))
    >>> is_tree_of(np.array([10, 4, 2]), paths), is_tree_of(np.array([5, 1, 2]), paths)
    (True, False)
    """
    if len(counts) != len(paths[0]) - 1:
        return False
    offsets, nodes, signs, _ = huffman_paths(counts)
    same_nodes = np.array_equal(offsets, paths[0]) and np.array_equal(nodes, paths[1])
    return same_nodes and np.array_equal(signs, paths[2])


def _tree(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Return the parent of each node (-1 for the root) and whether it is the second child.

    Two queues, each in rising order: the leaves, sorted, and the inner nodes, which are made in that order. Of
    equal counts the last word comes first, and inner nodes before words, as in word2vec.c and fastText.
    """
    leaves = (len(counts) - 1 - np.argsort(counts[::-1], kind="stable")).tolist()
    weights, n = counts.tolist(), len(counts)  # whole numbers of any size: sums cannot overflow
    parents = np.full(max(2 * n - 1, n), -1, np.int64)
    turns = np.zeros(len(parents), np.int8)
    leaf, inner = 0, n
    for made in range(n, 2 * n - 1):
        weights.append(0)
        for turn in (0, 1):
            if leaf < n and (inner == made or weights[leaves[leaf]] < weights[inner]):
                child, leaf = leaves[leaf], leaf + 1
            else:
                child, inner = inner, inner + 1
            parents[child], turns[child] = made, turn
            weights[made] += weights[child]
    return parents, turns


def _lengths(parents: NDArray[np.int64], leaves: int) -> NDArray[np.int64]:
    depths = np.zeros(len(parents), np.int64)
    for node in range(len(parents) - 2, leaves - 1, -1):  # a parent is made after its children
        depths[node] = depths[parents[node]] + 1
    if len(parents) > leaves:
        depths[:leaves] = depths[parents[:leaves]] + 1
    return depths[:leaves]
