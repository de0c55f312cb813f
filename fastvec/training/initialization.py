"""Initialization: rows drawn at random, or those of earlier vectors."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import SettingError
from fastvec.io.decompression import type_of_path
from fastvec.kernels.random import MASK
from fastvec.text.subwords import Subwords
from fastvec.text.vocabulary import Vocabulary
from fastvec.training.composition import Composition, compose
from fastvec.training.huffman import Paths, is_tree_of
from fastvec.training.matrices import check_memory, fill_rows, new_matrix
from fastvec.vectors.combination import Combine
from fastvec.vectors.word_vectors import WordVectors

Init: TypeAlias = "WordVectors | type_of_path"

BLOCK = 4096  # rows copied at a time, so that a copy is never held twice


@dataclass(frozen=True)
class StartingRows:
    """What a run starts from.

    Attributes
    ----------
    words : list of str
        V of them: those trained on in the order of their vocabulary, so that its ids are theirs here too, then the
        old ones that are not among them.
    counts : int64[V]
        How often each occurs in what is trained on; 0 for the others, whose vectors therefore do not change.
    total_counts : int64[V]
        With the counts of the earlier vectors, where they have some, added.
    is_old : bool[V]
        Whether the word had a vector before.
    W_in : float32[V, P], or float32[V + B, P] with subwords
        Old rows, unchanged; new ones uniform in [-0.5, 0.5) / D.
    composition : Composition, optional
        With subwords: what the words are composed of.
    outputs : list of str
        Words (or other contexts) of the rows of W_out: those that are predicted in the order of their vocabulary,
        then the old contexts that are not among them.
    output_counts : int64[len(outputs)]
        How often each is predicted in what is trained on, with the counts of the old contexts, where they have
        some, added: noise words are drawn by these, and a tree is made of them.
    W_out : float32[len(outputs), P]
        The old context vectors, or zeros; for a tree zeros, until :func:`copy_nodes`.
    """

    words: list[str]
    counts: NDArray[np.int64]
    total_counts: NDArray[np.int64]
    is_old: NDArray[np.bool_]
    outputs: list[str]
    output_counts: NDArray[np.int64]
    W_in: NDArray[np.float32]
    W_out: NDArray[np.float32]
    composition: Composition | None


def starting_rows(
    init: Init | None,
    vocabulary: Vocabulary,
    vector_size: int,
    *,
    stream: int,
    contexts: Vocabulary | None = None,
    subwords: Subwords | None = None,
    of_tree: bool = False,
    threads: int = 1,
) -> StartingRows:
    """Return the matrices that training starts from.

    Parameters
    ----------
    init : WordVectors or path, optional
        Vectors of an earlier run, or a file of them in any format that :meth:`fastvec.WordVectors.load` reads. If
        they have no context vectors, W_out starts at zero, as in a first run. None: there are no old rows.
    vocabulary : Vocabulary
        The words trained on.
    vector_size : int
        Dimensions (D).
    stream : int
        The random stream of new rows: row ``i`` is what a run without ``init`` gives the word with the id ``i``.
    contexts : Vocabulary, optional
        The rows of W_out, where they are not those of the words (:class:`fastvec.Pairs`).
    subwords : Subwords, optional
        Rows of n-grams too, behind those of the words. Old vectors must have the same subwords.
    of_tree : bool
        For hierarchical softmax: W_out has room for the inner nodes of a tree of all words, old ones too (or of
        the ``contexts`` alone), and context vectors are ignored.
    threads : int
        Threads that draw the new rows.

    Raises
    ------
    SettingError
        If ``init`` is something else, has another number of dimensions or is not finite.
    FormatError, StorageError
        If a file cannot be read.

    Warns
    -----
    UserWarning
        If none of the old words is among the new ones (most likely one side is in lower case).

    Examples
    --------
    >>> old = WordVectors(["a", "b"], [[1, 2], [3, 4]], counts=[9, 5])
    >>> start = starting_rows(old, Vocabulary(["b", "c"], [7, 1]), 2, stream=1)
    >>> start.words, start.is_old.tolist(), start.counts.tolist(), start.total_counts.tolist()
    (['b', 'c', 'a'], [True, False, True], [7, 1, 0], [12, 1, 9])
    >>> start.W_in[[0, 2], :2].tolist(), start.W_out.any()
    ([[3.0, 4.0], [1.0, 2.0]], np.False_)
    """
    old = None if init is None else vectors_of(init, vector_size)
    words, old_ids = with_old(old, vocabulary.words)
    if old is not None and subwords is None:  # n-grams are carried over, whatever the words
        warn_of_strangers(old, vocabulary.words, old_ids[: len(vocabulary)], stacklevel=5)
    is_old = old_ids >= 0
    counts = np.zeros(len(words), np.int64)
    counts[: len(vocabulary)] = vocabulary.counts
    total_counts = with_counts(old, old_ids, counts)
    old_contexts = None if of_tree or old is None else contexts_of(old)
    outputs, output_ids, output_counts = words, np.full(len(words), -1), total_counts if of_tree else counts
    if contexts is not None or old_contexts is not None:
        predicted = contexts or vocabulary
        outputs, output_ids = with_old(old_contexts, predicted.words)
        of_text = np.zeros(len(outputs), np.int64)
        of_text[: len(predicted)] = predicted.counts
        output_counts = with_counts(old_contexts, output_ids, of_text)
    composition, row_ids = None, old_ids
    if subwords is not None:
        composition, bucket_ids = compose(words, subwords, old)
        row_ids = np.concatenate([old_ids, bucket_ids])
    check_memory(len(row_ids) + len(outputs), vector_size)
    W_in, W_out = new_matrix(len(row_ids), vector_size), new_matrix(len(outputs), vector_size)
    fill_rows(W_in[: len(vocabulary)], vector_size, 0.5 / vector_size, stream, threads)
    fill_rows(W_in[len(words) :], vector_size, 0.5 / vector_size, ~stream & MASK, threads)
    if old is not None:
        composed = old.subwords if subwords is not None else None
        copy_rows("vectors", old, old.word_vectors if composed is None else composed.rows, row_ids, W_in)
    if old_contexts is not None:
        copy_rows("context_vectors", old_contexts, old_contexts.word_vectors, output_ids, W_out)
    return StartingRows(words, counts, total_counts, is_old, outputs, output_counts, W_in, W_out, composition)


def with_counts(old: WordVectors | None, ids: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the counts with those of the old words, whose ids these are, added."""
    total = counts.copy()
    if old is not None and old.counts is not None:
        total[ids >= 0] += old.counts[ids[ids >= 0]]
    return total


def vectors_of(init: Init, vector_size: int) -> WordVectors:
    """Return the earlier vectors, or those of a file; they must have this number of dimensions."""
    if isinstance(init, (str, os.PathLike)):
        init = WordVectors.load(init)
    if not isinstance(init, WordVectors):
        raise SettingError(
            field="init",
            expected="WordVectors or a path to a file of vectors",
            got=init,
            hint="WordVectors.from_arrays(words, vectors) takes arrays",
        )
    size = init.word_vectors.shape[1]
    if size != vector_size:
        raise SettingError(
            field="init",
            expected=f"vectors of {vector_size} dimensions, which is the vector_size",
            got=size,
            hint=f"vector_size={size} fits these",
        )
    return init


def check_combines(start: StartingRows, combine: Combine) -> None:
    """Refuse, before training, to combine the rows of words with those of contexts that are not words.

    >>> user, item = Vocabulary(["u"], [1]), Vocabulary(["tea"], [1])
    >>> check_combines(starting_rows(None, user, 2, stream=1, contexts=item), "word")
    """
    if combine == "word":
        return
    words = set(start.words)
    other = next((name for name in start.outputs if name not in words), None)
    if other is not None:
        expected = f"'word', as contexts such as {other!r:.80} are not words"
        hint = "vectors.contexts has their vectors; undirected=True gives each node of a graph both"
        raise SettingError(field="combine", expected=expected, got=combine, hint=hint)


def contexts_of(old: WordVectors) -> WordVectors | None:
    """Return the old contexts with their vectors; None if there are none of words (or other contexts)."""
    # files that an earlier fastvec converted from a .bin have the rows of inner nodes as context vectors
    of_tree = old.settings.get("loss") == "hierarchical_softmax" and old.output_nodes is None
    return None if of_tree else old.contexts


def with_old(old: WordVectors | None, words: Sequence[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the words, then the old ones that are not among them; and the old id of each, or -1."""
    if old is None:
        return list(words), np.full(len(words), -1)
    ids = np.array([old.key_to_index.get(word, -1) for word in words], np.int64)
    absent = np.setdiff1d(np.arange(len(old)), ids)
    return [*words, *(old.index_to_key[i] for i in absent.tolist())], np.concatenate([ids, absent])


def copy_rows(
    name: str,
    old: WordVectors,
    source: NDArray[np.float32],
    ids: NDArray[np.int64],
    matrix: NDArray[np.float32],
) -> None:
    """Copy row ids[i] of one of the old matrices, if it is not -1, to row i of the new one."""
    to = np.flatnonzero(ids >= 0)
    for start in range(0, len(to), BLOCK):
        some = to[start : start + BLOCK]
        rows = source[ids[some]]
        finite = np.isfinite(rows).all(axis=1)
        if not finite.all():
            row = int(ids[some[int(finite.argmin())]])
            whose = repr(old.index_to_key[row]) if row < len(old) else "an n-gram"
            if name == "output_nodes":
                whose = f"inner node {row}"
            raise SettingError(field="init", expected=f"finite {name}", shown=f"nan or inf in the row of {whose}")
        matrix[some, : rows.shape[1]] = rows


def copy_nodes(old: WordVectors, start: StartingRows, tree: Paths) -> None:
    """Start from the old rows of inner nodes, if the tree of the predicted words is that of the old ones.

    It is if the words are the same in the same order, and their counts make the same paths.

    Warns
    -----
    UserWarning
        If it is another, so that its nodes start at zero.
    """
    if old.output_nodes is None:
        return
    if old.counts is not None and old.index_to_key == start.outputs and is_tree_of(old.counts, tree):
        copy_rows("output_nodes", old, old.output_nodes, np.arange(len(start.outputs) - 1), start.W_out)
        return
    warnings.warn(
        "init: its words and counts make another Huffman tree than those with the words trained on: the inner "
        "nodes (output_nodes) start at zero",
        stacklevel=4,
    )


def in_order_of(words: list[str], outputs: list[str], W_out: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Return the rows of W_out by word, zero for a word without one; None if a row is not that of a word."""
    if outputs == words:
        return W_out
    ids = {word: i for i, word in enumerate(words)}
    if not all(output in ids for output in outputs):
        return None
    ordered = np.zeros((len(words), W_out.shape[1]), np.float32)
    ordered[[ids[output] for output in outputs]] = W_out
    return ordered


def warn_of_strangers(old: WordVectors, words: Sequence[str], ids: NDArray[np.int64], stacklevel: int = 4) -> None:
    """Warn if no word has an earlier vector."""
    if len(words) and ids.max() < 0:
        warnings.warn(
            f"init: none of its {len(old):,} words, such as {old.index_to_key[0]!r}, is among the {len(words):,} "
            f"words trained on, such as {words[0]!r}: nothing is carried over",
            stacklevel=stacklevel,
        )
