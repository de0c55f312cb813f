"""Files of vectors: fastvec's own, and gensim's pickles, which are read as data."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from fastvec import gensim_compat
from fastvec.io.decompression import type_of_path
from fastvec.vectors import formats
from fastvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from fastvec.gensim_compat.keyedvectors import KeyedVectors

    Vectors = TypeVar("Vectors", bound=KeyedVectors)

FIELD = "gensim_compat"  # in the settings of a file: what only gensim's classes have


def save_vectors(
    kv: KeyedVectors,
    path: type_of_path,
    of_model: dict[str, Any] | None = None,
    beside: dict[str, Any] | None = None,
    **more: Any,
) -> None:
    """Write vectors, and of a model its output rows and settings, as a .safetensors of fastvec.

    Parameters
    ----------
    kv : KeyedVectors
    path : path
    of_model : dict, optional
        What only gensim's classes have.
    beside : dict, optional
        What a Record has and WordVectors have not.
    **more
        As for WordVectors.
    """
    settings = dict(more.pop("settings", {}))
    settings[FIELD] = {"vectors": described(kv)} | (of_model or {})
    vectors = WordVectors(kv.names(), kv.vectors, counts=kv._counts(), settings=settings, **more)
    formats.writer(path, "safetensors")(path, replace(vectors._record(), **(beside or {})))


def described(kv: KeyedVectors) -> dict[str, Any]:
    """Return what a file of fastvec has no place for."""
    found: dict[str, Any] = {"dtype": kv.vectors.dtype.name}
    if any(not isinstance(key, str) for key in kv.index_to_key):
        found["whole_keys"] = [i for i, key in enumerate(kv.index_to_key) if not isinstance(key, str)]
    if len(kv.vectors_lockf) > 1:
        found["vectors_lockf"] = kv.vectors_lockf.tolist()
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
    return found | ({"expandos": expandos} if expandos else {})


def load_vectors(cls: type[Vectors], path: type_of_path, mmap: str | None) -> Vectors:
    """Return the vectors of a file, of a model too; those with n-grams as FastTextKeyedVectors."""
    found = WordVectors.load(path, mmap=mmap is not None)
    if found.subwords is None:
        return vectors_of(cls, found, mmap)
    with_ngrams = gensim_compat.FastTextKeyedVectors  # imported when used: it needs this module
    kind = cls if issubclass(cls, with_ngrams) else with_ngrams
    return vectors_of(cast("type[Vectors]", kind), found, mmap)


def vectors_of(cls: type[Vectors], found: WordVectors, mmap: str | None = None) -> Vectors:
    """Return what a file holds, as gensim's class; without ``mmap`` its arrays can be written to."""
    kv = cls._of(found)
    known = found.settings.get(FIELD, {}).get("vectors", {})
    dtype = np.dtype(known.get("dtype", "float32"))
    kv.vectors = kv.vectors if mmap and dtype == kv.vectors.dtype else np.array(kv.vectors, dtype)
    whole = set(known.get("whole_keys", ()))
    kv.index_to_key = [int(word) if i in whole else word for i, word in enumerate(found.index_to_key)]
    kv.key_to_index = {key: i for i, key in enumerate(kv.index_to_key)}
    if found.counts is not None:
        kv.expandos["count"] = np.array(found.counts)
    for name, column in known.get("expandos", {}).items():
        kv.expandos[name] = np.array(column["values"], np.dtype(column["dtype"]))
    if "vectors_lockf" in known:
        kv.vectors_lockf = np.array(known["vectors_lockf"], np.float32)
    return kv
