"""Files of models and vectors: fastvec's own, and gensim's pickles, which are read as data."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.io.decompression import type_of_path
from fastvec.io.pickles import PickledObject, read_pickle
from fastvec.vectors.formats.gensim import KINDS
from fastvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from fastvec.gensim_compat.keyedvectors import KeyedVectors

    Vectors = TypeVar("Vectors", bound=KeyedVectors)

FIELD = "gensim_compat"  # in the settings of a file: what only gensim's classes have


class NoModelError(FormatError, AttributeError):
    """A file of vectors where a model was to be; an AttributeError, as in gensim."""


def save_vectors(
    kv: KeyedVectors, path: type_of_path, of_model: dict[str, Any] | None = None, **more: Any
) -> None:
    """Write vectors, and of a model its output rows and settings, as a .safetensors of fastvec."""
    settings = dict(more.pop("settings", {}))
    settings[FIELD] = {"vectors": _described(kv)} | ({} if of_model is None else {"model": of_model})
    vectors = WordVectors(kv.names(), kv.vectors, counts=kv._counts(), settings=settings, **more)
    vectors.save(path, format="safetensors")


def _described(kv: KeyedVectors) -> dict[str, Any]:
    """Return what a file of fastvec has no place for."""
    described: dict[str, Any] = {"dtype": kv.vectors.dtype.name}
    if any(not isinstance(key, str) for key in kv.index_to_key):
        described["whole_keys"] = [i for i, key in enumerate(kv.index_to_key) if not isinstance(key, str)]
    if len(kv.vectors_lockf) > 1:
        described["vectors_lockf"] = kv.vectors_lockf.tolist()
    expandos = {}
    for name, values in kv.expandos.items():
        if name == "count":
            continue
        try:
            json.dumps(values.tolist())
            expandos[name] = {"dtype": values.dtype.str, "values": values.tolist()}
        except TypeError:
            warnings.warn(f"save: the attribute {name!r} of keys is left out: it is not made of numbers or text",
                          stacklevel=4)  # fmt: skip
    return described | ({"expandos": expandos} if expandos else {})


def load_vectors(cls: type[Vectors], path: type_of_path, mmap: str | None) -> Vectors:
    """Return the vectors of a file, of a model too."""
    found = WordVectors.load(path, mmap=mmap is not None)
    return vectors_of(cls, found, mmap)


def vectors_of(cls: type[Vectors], found: WordVectors, mmap: str | None = None) -> Vectors:
    """Return what a file holds, as gensim's class; without ``mmap`` its arrays can be written to."""
    kv = cls._of(found)
    described = found.settings.get(FIELD, {}).get("vectors", {})
    dtype = np.dtype(described.get("dtype", "float32"))
    kv.vectors = kv.vectors if mmap and dtype == kv.vectors.dtype else np.array(kv.vectors, dtype)
    whole = set(described.get("whole_keys", ()))
    kv.index_to_key = [int(word) if i in whole else word for i, word in enumerate(found.index_to_key)]
    kv.key_to_index = {key: i for i, key in enumerate(kv.index_to_key)}
    if found.counts is not None:
        kv.expandos["count"] = np.array(found.counts)
    for name, column in described.get("expandos", {}).items():
        kv.expandos[name] = np.array(column["values"], np.dtype(column["dtype"]))
    if "vectors_lockf" in described:
        kv.vectors_lockf = np.array(described["vectors_lockf"], np.float32)
    return kv


def load_model(
    path: type_of_path, mmap: str | None
) -> tuple[WordVectors, dict[str, Any], NDArray[np.float32] | None]:
    """Return the vectors of a saved model, its settings by gensim's names, and the rows of its inner nodes.

    Raises
    ------
    NoModelError
        If the file has vectors alone.
    """
    found = WordVectors.load(path, mmap=mmap is not None)
    with open(path, "rb") as file:
        start = file.read(9)
    is_pickle = start[:1] == b"\x80" and start[8:] != b"{"  # the size of a header may begin so too
    if not is_pickle:
        settings = found.settings.get(FIELD, {}).get("model")
        if settings is None:
            raise NoModelError(
                path=path, field="model", expected="a saved model", shown="vectors alone",
                hint="KeyedVectors.load reads them",
            )  # fmt: skip
        return found, settings, found.output_nodes
    root = read_pickle(path, KINDS)
    if not isinstance(root, PickledObject) or "wv" not in root.fields:
        raise NoModelError(path=path, field="wv", expected="a saved model of gensim", shown="vectors alone")
    return found, _scalars(root), _nodes(path, root, found)


def _scalars(root: PickledObject) -> dict[str, Any]:
    """Return the settings of a model of gensim: numbers, str and None; gensim 3 has them in parts."""
    parts = [root, *(root.fields.get(name) for name in ("vocabulary", "trainables"))]
    settings: dict[str, Any] = {}
    for part in parts:
        if isinstance(part, PickledObject):
            settings |= {k: v for k, v in part.fields.items() if v is None or isinstance(v, (int, float, str))}
    old = {"iter": "epochs", "size": "vector_size"}
    return {old.get(name, name): value for name, value in settings.items()}


def _nodes(path: type_of_path, root: PickledObject, found: WordVectors) -> NDArray[np.float32] | None:
    """Return the rows of the inner nodes that a model of gensim has, float32[V - 1, D]."""
    from fastvec.vectors.formats.gensim import _matrix

    trainables = root.fields.get("trainables")
    for owner, place in ((root, ""), (trainables, "trainables")):
        if isinstance(owner, PickledObject):
            rows = _matrix(path, False, owner, place, ("syn1",), len(found))
            if rows is not None:
                return rows[: len(found) - 1]
    return None
