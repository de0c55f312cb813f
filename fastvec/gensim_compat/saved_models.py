"""Saved models: fastvec's files, which gensim's settings are in, and gensim's own pickles, read as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.gensim_compat.keyedvectors import KeyedVectors
from fastvec.gensim_compat.storage import FIELD, vectors_of
from fastvec.io.decompression import content_errors, type_of_path
from fastvec.io.pickles import PickledObject
from fastvec.training.huffman import Paths, is_tree_of
from fastvec.vectors import formats
from fastvec.vectors.formats import gensim_models
from fastvec.vectors.formats.gensim import record_of
from fastvec.vectors.formats.reading import Reading
from fastvec.vectors.word_vectors import WordVectors


class NoModelError(FormatError, AttributeError):
    """A file of vectors where a model was to be; an AttributeError, as in gensim."""


class Saved(NamedTuple):
    """A saved model.

    Attributes
    ----------
    vectors : WordVectors
    settings : dict
        By gensim's names.
    nodes : float32[V - 1, D] or None
        The rows of its inner nodes.
    tree : paths or None
        Those of words in the tree of hierarchical softmax, if it is not fastvec's.
    tags : KeyedVectors or None
        Of a model of documents.
    own : dict
        Attributes that a user set.
    """

    vectors: WordVectors
    settings: dict[str, Any]
    nodes: NDArray[np.float32] | None
    tree: Paths | None
    tags: KeyedVectors | None
    own: dict[str, Any]


def load_model(path: type_of_path, mmap: str | None) -> Saved:
    """Return what a saved model holds.

    Raises
    ------
    NoModelError
        If the file has vectors alone.
    """
    if gensim_models.is_pickle(path):
        return _of_gensim(path, mmap)
    record = formats.read(path, None, Reading(mmap=mmap is not None))
    found = WordVectors._of(record)
    described = found.settings.get(FIELD, {})
    if described.get("model") is None:
        raise NoModelError(
            path=path, field="model", expected="a saved model", shown="vectors alone",
            hint="KeyedVectors.load reads them",
        )  # fmt: skip
    network = record.network or {}
    tree = None if "tree.nodes" not in network else _tree_of(network)
    tags = None
    if described.get("tags") is not None and record.documents is not None:
        vocabulary, rows = record.documents
        fields = {FIELD: {"vectors": described["tags"]}}
        tags = without_numbers(
            vectors_of(KeyedVectors, WordVectors(vocabulary.words, rows, settings=fields), mmap)
        )
    return Saved(found, described["model"], network.get("syn1", found.output_nodes), tree, tags,
                 described.get("own", {}))  # fmt: skip


def without_numbers(tags: KeyedVectors) -> KeyedVectors:
    """Return tags of which only names are keys; numbers are ids."""
    tags.key_to_index = {key: i for key, i in tags.key_to_index.items() if isinstance(key, str)}
    return tags


def network_of(nodes: NDArray[np.float32], tree: Paths) -> dict[str, NDArray[np.float32]]:
    """Return the matrices of a tree that is not fastvec's, as a file has them."""
    offsets, points, signs, _ = tree
    lengths = np.diff(offsets).astype(np.float32)
    return {"syn1": nodes, "tree.lengths": lengths, "tree.nodes": points.astype(np.float32), "tree.signs": signs}


def _tree_of(network: Mapping[str, NDArray[np.float32]]) -> Paths:
    lengths = network["tree.lengths"].astype(np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    return offsets, network["tree.nodes"].astype(np.int32), np.array(network["tree.signs"]), int(lengths.max())


def _of_gensim(path: type_of_path, mmap: str | None) -> Saved:
    root = gensim_models.read_root(path)
    if "wv" not in root.fields and "window" not in root.fields:  # up to gensim 0.12 words are those of the model
        raise NoModelError(path=path, field="wv", expected="a saved model of gensim", shown="vectors alone",
                           hint="KeyedVectors.load reads them")  # fmt: skip
    with content_errors(path):
        found = WordVectors._of(record_of(path, root, mmap is not None))
        nodes = gensim_models.inner_nodes(path, root, len(found), mmap is not None)
        tree = None if nodes is None else gensim_models.tree_of(root, list(found.index_to_key))
        if nodes is not None and (tree is None or is_tree_of(found.vocabulary.counts, tree)):
            tree = None
        read = gensim_models.tags_of(path, root, mmap is not None)
    tags = None
    if read is not None:
        tags = KeyedVectors(read.vectors.shape[1])
        tags.vectors = read.vectors if mmap else np.array(read.vectors)
        tags.index_to_key, tags.expandos = read.keys, read.columns
        tags.key_to_index = {key: i for i, key in enumerate(read.keys)}
        without_numbers(tags)
    return Saved(found, _scalars(root), nodes, tree, tags, {})


def _scalars(root: PickledObject) -> dict[str, Any]:
    """Return the settings of a model of gensim: numbers, str and None; gensim 3 has them in parts."""
    parts = [root, *(root.fields.get(name) for name in ("vocabulary", "trainables"))]
    settings: dict[str, Any] = {}
    for part in parts:
        if isinstance(part, PickledObject):
            settings |= {k: v for k, v in part.fields.items() if v is None or isinstance(v, (int, float, str))}
    old = {"iter": "epochs", "size": "vector_size"}
    return {old.get(name, name): value for name, value in settings.items()}
