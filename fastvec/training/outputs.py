"""The output rows that vectors keep: those that were trained, and those of another loss that were there before."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.text.vocabulary import Vocabulary
from fastvec.training.huffman import huffman_paths, is_tree_of
from fastvec.training.initialization import StartingRows, contexts_of, in_order_of
from fastvec.training.losses import Loss
from fastvec.vectors.word_vectors import WordVectors


def output_rows(
    start: StartingRows, loss: Loss, old: WordVectors | None, W_out: NDArray[np.float32]
) -> dict[str, Any]:
    """Return the context vectors, their vocabulary and the output nodes, as WordVectors take them.

    Parameters
    ----------
    start : StartingRows
    loss : Loss
    old : WordVectors, optional
        What training went on from. It may have rows of another loss: they stay as they are.
    W_out : float32[len(start.outputs), D]
    """
    if loss.paths is None:
        return {
            **_contexts(start, start.outputs, start.output_counts, W_out),
            "output_nodes": _old_nodes(start, old),
        }
    contexts = None if old is None else contexts_of(old)
    kept = {} if contexts is None else _contexts(start, contexts.index_to_key, contexts.counts, contexts.vectors)
    # else they are those of a tree over other words
    same = np.array_equal(start.output_counts, start.total_counts)
    of_words = start.outputs == start.words and (same or is_tree_of(start.total_counts, loss.paths))
    return {**kept, "output_nodes": W_out[:-1] if of_words else None}


def _contexts(
    start: StartingRows, outputs: list[str], counts: NDArray[np.int64] | None, rows: NDArray[np.float32]
) -> dict[str, Any]:
    """Return rows by word where all outputs are words, or else with a vocabulary of their own."""
    by_word = in_order_of(start.words, outputs, rows)
    if by_word is not None:
        return {"context_vectors": by_word}
    return {"context_vectors": rows, "context_vocabulary": Vocabulary(outputs, counts)}


def _old_nodes(start: StartingRows, old: WordVectors | None) -> NDArray[np.float32] | None:
    """Return the inner nodes of earlier vectors, if the words make the same tree now."""
    if old is None or old.output_nodes is None or old.counts is None or old.index_to_key != start.words:
        return None
    return old.output_nodes if is_tree_of(start.total_counts, huffman_paths(old.counts)) else None
