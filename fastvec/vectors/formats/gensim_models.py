"""What a model that gensim saved has beside its words: the tags of documents, inner nodes and their tree."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError, SettingError
from fastvec.io.decompression import open_decompressed, reading_errors, type_of_path
from fastvec.io.pickles import PickledObject, array_of, read_pickle
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors.formats import gensim
from fastvec.vectors.record import Record

Paths = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32], int]  # as of training/huffman.py
KEYS = ("dv", "docvecs")  # gensim 4, and before


class Tags(NamedTuple):
    """The tags of documents.

    Attributes
    ----------
    keys : list of int or str
    vectors : float32[M, D]
    columns : dict of int64[M]
        ``doc_count`` and ``word_count``, where they are known.
    """

    keys: list[Any]
    vectors: NDArray[np.float32]
    columns: dict[str, NDArray[np.int64]]


def is_pickle(path: type_of_path) -> bool:
    """Return whether a file, which may be compressed, begins as a pickle, and not as a .safetensors."""
    with reading_errors(path), open_decompressed(path) as file:
        start = file.read(9)
    return start[:1] == b"\x80" and start[8:] != b"{"  # the size of a header may begin so too


def read_root(path: type_of_path) -> PickledObject:
    """Return a model as its attributes.

    Raises
    ------
    FormatError
        If it is no pickle of a model, or names anything but gensim's classes and NumPy's arrays.
    StorageError
        If it cannot be read.
    """
    root = read_pickle(path, gensim.KINDS)
    if not isinstance(root, PickledObject):
        raise FormatError(path=path, field="pickle", expected="a model of gensim", got=type(root))
    return root


def read_documents(path: type_of_path, *, mmap: bool = True) -> tuple[Record, Paths | None]:
    """Return a model of documents, and the tree that its inner nodes are of.

    Parameters
    ----------
    path : path
    mmap : bool
        Map the arrays beside it.

    Raises
    ------
    FormatError, StorageError
        As for :func:`read_root`; and if it has no tags.
    """
    root = read_root(path)
    tags = tags_of(path, root, mmap)
    if tags is None:
        raise FormatError(path=path, field="dv", expected="a model of Doc2Vec", shown=f"none in {root.kind}")
    record = gensim.record_of(path, root, mmap)
    try:
        vocabulary = Vocabulary([str(key) for key in tags.keys], tags.columns.get("doc_count"))
    except SettingError as error:
        raise FormatError(path=path, field="dv", expected="different tags", shown=str(error)) from error
    nodes = inner_nodes(path, root, len(record.vocabulary), mmap)
    settings = dict(record.settings) | _mode(root)
    if not settings.get("negative"):
        settings.pop("negative", None)
    made = replace(record, output_nodes=nodes, documents=(vocabulary, tags.vectors), settings=settings)
    return made, tree_of(root, record.vocabulary.words)


def _mode(root: PickledObject) -> dict[str, Any]:
    """Return the settings of fastvec.DocumentVectors that gensim's model has."""
    if not root.get("sg"):
        return {"model": "DocumentVectors", "mode": "dm", "bag": "mean" if root.get("cbow_mean") else "sum"}
    return {"model": "DocumentVectors", "mode": "dbow", "dbow_words": bool(root.get("dbow_words"))}


def tags_of(path: type_of_path, root: PickledObject, mmap: bool) -> Tags | None:
    """Return the tags of a model and their vectors; None if it is no model of documents."""
    place = next((name for name in KEYS if isinstance(root.fields.get(name), PickledObject)), None)
    if place is None:
        return None
    owner: PickledObject = root.fields[place]
    rows = gensim.matrix(path, mmap, owner, place, ("vectors", "vectors_docs", "doctag_syn0"), None)
    if rows is None:
        raise FormatError(path=path, field=place, expected="vectors of tags", shown=f"none in {owner.kind}")
    keys = owner.get("index_to_key", "offset2doctag", "index2doctag", "index2entity")
    if not isinstance(keys, list) or not all(isinstance(key, (str, int)) for key in keys):
        raise FormatError(path=path, field=place, expected="a list of tags", got=keys)
    if "index_to_key" not in owner.fields:  # up to gensim 3 numbers come first, and are not listed
        keys = [*range(len(rows) - len(keys)), *keys]
    if len(keys) != len(rows):
        raise FormatError(path=path, field=place, expected=f"{len(rows)} tags, as there are rows", got=len(keys))
    expandos = owner.get("expandos")
    columns = {}
    for name in ("doc_count", "word_count"):
        found = array_of(expandos.get(name)) if isinstance(expandos, dict) else None
        if found is not None and found.shape == (len(keys),) and found.dtype.kind in "iu" and (found >= 0).all():
            columns[name] = np.asarray(found, np.int64)
    return Tags(keys, rows, columns)


def inner_nodes(path: type_of_path, root: PickledObject, n: int, mmap: bool) -> NDArray[np.float32] | None:
    """Return the rows of the inner nodes, float32[V - 1, D] of V words; None if there are none."""
    trainables = root.fields.get("trainables")  # of gensim 3
    for owner, place in ((root, ""), (trainables, "trainables")):
        if isinstance(owner, PickledObject):
            rows = gensim.matrix(path, mmap, owner, place, ("syn1",), n)
            if rows is not None:
                return rows[: n - 1]
    return None


def tree_of(root: PickledObject, words: list[str]) -> Paths | None:
    """Return the paths of words in the tree of the model: nodes from the root on, +1 where the code has 0.

    gensim breaks ties between counts as Python's heap does, so that its trees are seldom those of word2vec.
    None: it has none, or one that cannot be used.
    """
    wv = root.fields.get("wv")
    owner = wv if isinstance(wv, PickledObject) else root
    expandos, vocab = owner.get("expandos"), owner.get("vocab")
    codes: Any = None
    points: Any = None
    if isinstance(expandos, dict):
        codes, points = (getattr(expandos.get(name), "values", None) for name in ("code", "point"))
    elif isinstance(vocab, dict):
        entries = [entry for word in words if isinstance(entry := vocab.get(word), PickledObject)]
        if len(entries) == len(words):
            codes, points = ([entry.fields.get(name) for entry in entries] for name in ("code", "point"))
    if not isinstance(codes, list) or not isinstance(points, list) or not len(codes) == len(points) == len(words):
        return None
    return _paths([array_of(code) for code in codes], [array_of(point) for point in points])


def _paths(codes: list[Any], points: list[Any]) -> Paths | None:
    n_nodes = len(codes) - 1
    for code, point in zip(codes, points, strict=True):
        if code is None or point is None or code.shape != point.shape or code.ndim != 1:
            return None
    lengths = np.array([len(code) for code in codes], np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    bits = np.fromiter(chain.from_iterable(code.tolist() for code in codes), np.float64, int(offsets[-1]))
    nodes = np.fromiter(chain.from_iterable(point.tolist() for point in points), np.float64, int(offsets[-1]))
    if not len(nodes) or not ((bits == 0) | (bits == 1)).all() or nodes.min() < 0 or nodes.max() >= n_nodes:
        return None
    return offsets, nodes.astype(np.int32), (1 - 2 * bits).astype(np.float32), int(lengths.max())
