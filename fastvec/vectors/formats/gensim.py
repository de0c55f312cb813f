"""gensim's own files, read without gensim and without running what they say.

``save`` of Word2Vec, FastText, Doc2Vec and KeyedVectors writes a pickle of the object, and beside it a ``.npy``
file for each large array (``model.wv.vectors.npy``; SaveLoad._save_specials of gensim.utils). Where gensim 3 has
other names for attributes (``index2word``, ``vocab``, ``trainables``), these are read too.
"""

from __future__ import annotations

import errno
import os
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError, StorageError
from fastvec.io.decompression import MAGIC, type_of_path
from fastvec.io.limits import BUCKETS
from fastvec.io.npy import map_npy
from fastvec.io.pickles import PickledObject, array_of, read_pickle
from fastvec.text.subwords import Subwords
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors.record import Record
from fastvec.vectors.subwords import SubwordVectors

_CLASSES = {
    "word2vec": ("Word2Vec", "Word2VecVocab", "Word2VecTrainables", "Vocab"),
    "keyedvectors": (
        *("KeyedVectors", "Word2VecKeyedVectors", "EuclideanKeyedVectors", "BaseKeyedVectors", "Vocab"),
        *("WordEmbeddingsKeyedVectors", "FastTextKeyedVectors", "Doc2VecKeyedVectors", "CompatVocab"),
    ),
    "fasttext": ("FastText", "FastTextKeyedVectors", "FastTextVocab", "FastTextTrainables"),
    "doc2vec": (
        *("Doc2Vec", "Doc2VecVocab", "Doc2VecTrainables", "Doctag", "DocvecsArray", "Doc2VecKeyedVectors"),
    ),
    "base_any2vec": ("BaseWordEmbeddingsModel",),
    "deprecated.word2vec": ("Word2Vec", "Vocab"),
    "deprecated.keyedvectors": ("KeyedVectors", "EuclideanKeyedVectors", "FastTextKeyedVectors", "Vocab"),
    "deprecated.fasttext": ("FastText",),
    "deprecated.doc2vec": ("Doc2Vec", "DocvecsArray", "Doctag"),
    "wrappers.fasttext": ("FastText", "FastTextKeyedVectors"),
}
KINDS = frozenset(
    [f"gensim.models.{module}.{name}" for module, names in _CLASSES.items() for name in names]
    + ["gensim.utils.call_on_class_only", "gensim.utils.default_hash"]
    # the random state of a model: kept as a record, never used
    + ["numpy.random._pickle.__randomstate_ctor", "numpy.random._pickle.__bit_generator_ctor"]
    + ["numpy.random._mt19937.MT19937", "numpy.random.__RandomState_ctor", "numpy.random.mtrand.RandomState"]
)
# gensim's settings by fastvec's names
NAMES = {
    "window": ("window",), "epochs": ("epochs", "iter"), "negative": ("negative",), "sample": ("sample",),
    "learning_rate": ("alpha",), "min_learning_rate": ("min_alpha",), "ns_exponent": ("ns_exponent",),
    "min_count": ("min_count",),
}  # fmt: skip


def read(path: type_of_path, *, mmap: bool = True) -> Record:
    """Read a file of gensim's; arrays beside it are mapped, unless ``mmap=False``.

    Raises
    ------
    FormatError
        If it names anything but gensim's classes and NumPy's arrays, is damaged, or holds no word vectors.
    StorageError
        If it, or an array beside it, cannot be read.
    """
    root = read_pickle(path, KINDS)
    if not isinstance(root, PickledObject):
        raise FormatError(path=path, field="pickle", expected="a model or word vectors of gensim", got=type(root))
    if any(name in root.fields for name in ("dv", "docvecs")):
        hint = "DocumentModel.load reads both"
        warnings.warn(f"{path}: the vectors of documents were left out; {hint}", stacklevel=4)
    return record_of(path, root, mmap)


def record_of(path: type_of_path, root: PickledObject, mmap: bool) -> Record:
    """Return the words of a pickle that was read, without tags of documents; see :func:`read`."""
    wv, place = root, ""
    if isinstance(inside := root.fields.get("wv"), PickledObject):
        wv, place = inside, "wv"
    words = _words(path, wv)
    n = len(words)
    of_model = partial(matrix, path, mmap)
    subwords = _subwords(path, of_model, wv, place, n)
    # vectors_vocab are the vectors of a FastText without n-grams, which gensim 4 saves without the composed ones
    names = ("vectors", "syn0", "vectors_vocab")
    vectors = of_model(wv, place, names, n) if subwords is None else subwords.of_words(words)
    if vectors is None:
        raise FormatError(
            path=path, field="vectors", expected="a matrix of word vectors", shown=f"none in {wv.kind}"
        )
    size = vectors.shape[1]
    trainables = root.fields.get("trainables")
    context_vectors = of_model(root, "", ("syn1neg",), n)
    if context_vectors is None and isinstance(trainables, PickledObject):
        context_vectors = of_model(trainables, "trainables", ("syn1neg",), n)
    if context_vectors is not None and context_vectors.shape[1] != size:
        warnings.warn(f"{path}: the output rows of concatenated windows (dm_concat=1) were left out", stacklevel=5)
        context_vectors = None
    return Record(
        Vocabulary(words, _counts(wv, words)),
        vectors,
        context_vectors=context_vectors,
        settings=_settings(root, size),
        subwords=subwords,
    )


def _words(path: type_of_path, wv: PickledObject) -> list[str]:
    words = wv.get("index_to_key", "index2word", "index2entity")
    if not isinstance(words, list) or not all(isinstance(word, (str, int)) for word in words) or not words:
        raise FormatError(path=path, field="index_to_key", expected="a list of words", shown=f"none in {wv.kind}")
    return [str(word) for word in words]


def matrix(
    path: type_of_path, mmap: bool, owner: PickledObject, place: str, names: tuple[str, ...], n: int | None
) -> NDArray[np.float32] | None:
    """Return a matrix that is in the pickle or in a file beside it; None if it is in neither."""
    beside = owner.get("__numpys")
    for name in names:
        array = array_of(owner.fields.get(name))
        if array is None and isinstance(beside, list) and name in beside:
            array = _beside(path, mmap, ".".join(part for part in (place, name) if part))
        if array is None:
            continue
        if array.ndim != 2 or n not in (None, len(array)) or array.dtype.kind != "f":
            raise FormatError(path=path, field=name, expected=f"float[{n}, any number]", got=array)
        return np.asarray(array, np.float32)
    return None


def _beside(path: type_of_path, mmap: bool, name: str) -> NDArray[Any]:
    beside = Path(f"{os.fspath(path)}.{name}.npy")
    if beside.exists():
        return map_npy(beside, mmap=mmap)
    message = f"{beside}: no such file; {path} keeps an array there: copy both"
    if Path(path).suffix in MAGIC:
        message = f"{path}: keeps {name} in a compressed .npz file, which is not read; save it uncompressed"
    raise StorageError(message, path=beside, errno=errno.ENOENT)


def _counts(wv: PickledObject, words: list[str]) -> NDArray[np.int64] | None:
    expandos, vocab = wv.get("expandos"), wv.get("vocab")
    found: Any = None
    if isinstance(expandos, dict):
        found = array_of(expandos.get("count"))
    elif isinstance(vocab, dict):
        entries = [vocab.get(word) for word in words]
        found = [entry.get("count") if isinstance(entry, PickledObject) else None for entry in entries]
        found = np.array(found) if all(isinstance(count, int) for count in found) else None
    if found is None or found.shape != (len(words),) or found.dtype.kind not in "iu" or found.min() < 0:
        return None
    return np.asarray(found, np.int64)


def _subwords(
    path: type_of_path, matrix: Callable[..., Any], wv: PickledObject, place: str, n: int
) -> SubwordVectors | None:
    """Return words' own rows and those of n-grams; None if it has no n-grams, or hashes them in another way."""
    of_ngrams = matrix(wv, place, ("vectors_ngrams", "syn0_ngrams"), None)
    of_words = matrix(wv, place, ("vectors_vocab", "syn0_vocab"), n)
    wrapped = "syn0_all" in wv.fields  # a model of the wrapper of fastText's program, up to gensim 3
    if not wrapped and (of_ngrams is None or of_words is None or not len(of_ngrams)):
        return None
    if of_ngrams is None or of_words is None or wv.fields.get("compatible_hash") is not True:
        warnings.warn(
            f"{path}: its n-grams are hashed in gensim's old way and were left out; out-of-vocabulary words have "
            "no vector",
            stacklevel=6,
        )
        return None
    settings = {
        name: wv.get(theirs) for name, theirs in {"buckets": "bucket", "min_n": "min_n", "max_n": "max_n"}.items()
    }
    buckets, rows = _buckets(path, wv, of_ngrams, settings["buckets"])
    if rows.shape[1] != of_words.shape[1] or not all(isinstance(value, int) for value in settings.values()):
        raise FormatError(
            path=path, field="vectors_ngrams", expected=f"float[any number, {of_words.shape[1]}]", got=rows
        )
    return SubwordVectors(Subwords(**settings), np.concatenate([of_words, rows]), buckets)


def _buckets(
    path: type_of_path, wv: PickledObject, of_ngrams: NDArray[np.float32], n: Any
) -> tuple[NDArray[np.int64] | None, NDArray[np.float32]]:
    """Return the buckets that have rows (None: all), and their rows; gensim 3 has only those in use."""
    places = wv.fields.get("hash2index")
    if places is None and len(of_ngrams) == n:
        return None, of_ngrams
    expected = f"a row for each of {n!r:.20} buckets, or those in hash2index"
    wrong = FormatError(path=path, field="vectors_ngrams", expected=expected, got=of_ngrams)
    if not isinstance(places, dict) or not isinstance(n, int) or not len(of_ngrams) <= n <= BUCKETS:
        raise wrong
    if not all(isinstance(i, int) and 0 <= i < n for i in (*places, *places.values())):
        raise wrong
    buckets = np.array(sorted(places), np.int64)
    found = np.array([places[bucket] for bucket in buckets.tolist()], np.int64)
    if len(found) and found.max() >= len(of_ngrams):
        raise FormatError(
            path=path, field="hash2index", expected=f"rows below {len(of_ngrams)}", got=int(found.max())
        )
    return buckets, of_ngrams[found]


def _settings(root: PickledObject, size: int) -> dict[str, Any]:
    settings: dict[str, Any] = {"vector_size": size}
    if isinstance(sg := root.get("sg"), int):
        settings["model"] = "SkipGram" if sg else "CBOW"
    if root.get("hs"):
        settings["loss"] = "hierarchical_softmax"
    for name, theirs in NAMES.items():
        value = root.get(*theirs)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            settings[name] = value
    return settings
