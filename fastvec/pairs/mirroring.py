"""Edges of an undirected graph: each as two pairs, one from either end."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Columns(NamedTuple):
    """Pairs: word ids int32[N], context ids int32[N], weights float32[N] or None."""

    words: NDArray[np.int32]
    contexts: NDArray[np.int32]
    weights: NDArray[np.float32] | None


def mirrored(pairs: Columns) -> Columns:
    """Return each pair (a, b) and then (b, a), with its weight; (a, a) once.

    The ids of words and contexts must be of one vocabulary.

    >>> pairs = mirrored(Columns(np.array([0, 1]), np.array([2, 1]), None))
    >>> pairs.words.tolist(), pairs.contexts.tolist()
    ([0, 2, 1], [2, 0, 1])
    """
    stays = np.ones(2 * len(pairs.words), bool)
    stays[1::2] = pairs.words != pairs.contexts
    words, contexts = (
        np.column_stack(ends).ravel()[stays]
        for ends in ((pairs.words, pairs.contexts), (pairs.contexts, pairs.words))
    )
    return Columns(words, contexts, None if pairs.weights is None else np.repeat(pairs.weights, 2)[stays])
