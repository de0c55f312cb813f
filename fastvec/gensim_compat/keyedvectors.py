"""KeyedVectors, as in gensim.models.keyedvectors: a matrix, its keys, and what is known of each key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from fastvec.errors import UnknownWordError
from fastvec.gensim_compat import storage, word2vec_files
from fastvec.gensim_compat.names import old_attribute, tell_renamed
from fastvec.gensim_compat.questions import is_key
from fastvec.gensim_compat.rows import Rows
from fastvec.io.decompression import type_of_path
from fastvec.training.huffman import Paths
from fastvec.vectors.word_vectors import WordVectors


class KeyedVectors(Rows):
    """Vectors by key, which can be written to and grow; questions are answered by :class:`fastvec.WordVectors`.

    Parameters
    ----------
    vector_size : int
        Dimensions (D).
    count : int
        Rows that are there from the start, zeros without a key; the first keys that are added get them.
    dtype : dtype
        Of the vectors.

    Attributes
    ----------
    vectors : float32[V, D]
        After rows were written to, ``fill_norms(force=True)`` lets questions see it.
    index_to_key : list
    key_to_index : dict
    expandos : dict of arrays[V]
        What is known of each key, such as its ``count``.
    vectors_lockf : float32[V] or float32[1]
        Factors of the changes of rows in training; 0 keeps a row.
    tree : paths or None
        Those in the tree of hierarchical softmax of a model that gensim trained; None: fastvec's, by counts.

    Examples
    --------
    >>> from fastvec.gensim_compat import KeyedVectors
    >>> kv = KeyedVectors(2)
    >>> kv.add_vectors(["king", "queen"], [[2, 1], [1, 1]])
    >>> kv["apple"] = [-1, 3]
    >>> kv.index_to_key, kv.most_similar("king", topn=1)[0][0]
    (['king', 'queen', 'apple'], 'queen')
    """

    def __init__(
        self, vector_size: int, count: int = 0, dtype: DTypeLike = np.float32, mapfile_path: Any = None
    ) -> None:
        self.vector_size = vector_size
        self.index_to_key: list[Any] = [None] * count
        self.key_to_index: dict[Any, int] = {}
        self.expandos: dict[str, NDArray[Any]] = {}
        self.vectors: NDArray[Any] = np.zeros((count, vector_size), dtype)
        self.vectors_lockf = np.ones(1, np.float32)
        self.norms: NDArray[np.float32] | None = None
        self.mapfile_path = mapfile_path
        self.tree: Paths | None = None
        self._room: NDArray[Any] | None = None  # what `vectors` are the first rows of

    # --- keys ---

    def __len__(self) -> int:
        return len(self.index_to_key)

    def __str__(self) -> str:
        return f"{type(self).__name__}<vector_size={self.vector_size}, {len(self)} keys>"

    def __contains__(self, key: Any) -> bool:
        return self.has_index_for(key)

    def has_index_for(self, key: Any) -> bool:
        """Return whether a key, or an id, has a row."""
        return self.get_index(key, -1) >= 0

    def get_index(self, key: Any, default: int | None = None) -> int:
        """Return the id of a key; an id that is no key stays as it is. KeyError if there is no ``default``."""
        found = self.key_to_index.get(key)
        if found is not None:
            return found
        if isinstance(key, (int, np.integer)) and 0 <= key < len(self):
            return int(key)
        if default is None:
            raise UnknownWordError(key, self.names(), "Key not present:")
        return default

    def __getitem__(self, key_or_keys: Any) -> NDArray[np.float32]:
        """Return the row[D] of a key or an id, or the rows[N, D] of several."""
        return self.get_vector(key_or_keys) if is_key(key_or_keys) else self._rows(key_or_keys)

    def get_vector(self, key: Any, norm: bool = False) -> NDArray[np.float32]:
        """Return the row[D] of a key or an id, read-only; ``norm``: at length 1."""
        i = self.get_index(key)
        row: NDArray[np.float32] = self.unit_row(self.vectors[i]) if norm else self.vectors[i]
        row.flags.writeable = False
        return row

    # --- others of these ---

    def vectors_for_all(
        self, keys: Iterable[Any], allow_inference: bool = True, copy_vecattrs: bool = False
    ) -> KeyedVectors:
        """Return the vectors of those of some keys that have one, each once, in their order.

        Parameters
        ----------
        keys : iterable of keys
        allow_inference : bool
            Whether keys count that have no row, but n-grams.
        copy_vecattrs : bool
            Whether attributes are copied; without it ``count`` falls from the number of keys to 1.
        """
        there = self if allow_inference else self.key_to_index
        found = [key for key in dict.fromkeys(keys) if key in there]
        made = KeyedVectors(self.vector_size, 0, self.vectors.dtype)
        made.add_vectors(found, self._rows(found), {"count": np.arange(len(found), 0, -1)})
        if copy_vecattrs:
            for attr, values in self.expandos.items():
                made.expandos[attr] = np.zeros(len(found), values.dtype)
                for i, key in enumerate(found):
                    if key in self.key_to_index:
                        made.expandos[attr][i] = values[self.key_to_index[key]]
        return made

    # --- lengths ---

    def fill_norms(self, force: bool = False) -> None:
        """Compute the length of each row, if it is not known; ``force``: look at what has been written, too."""
        if force:
            self.forget()
        if self.norms is None:
            self.norms = np.linalg.norm(self.vectors, axis=1)

    def get_normed_vectors(self) -> NDArray[np.float32]:
        """Return a copy of the vectors[V, D], each row at length 1."""
        return self.fastvec.get_normed_vectors()

    def unit_normalize_all(self) -> None:
        """Scale each row to length 1."""
        self.vectors[...] = self.get_normed_vectors()
        self.forget()

    def init_sims(self, replace: bool = False) -> None:
        """Do what gensim 3 did under this name: compute the lengths, or scale all rows."""
        tell_renamed("init_sims(replace=)", "fill_norms() or unit_normalize_all()")
        if replace:
            self.unit_normalize_all()
        else:
            self.fill_norms()

    # --- fastvec's own ---

    def names(self) -> list[str]:
        """Return the keys as str."""
        return [str(key) for key in self.index_to_key]

    @property
    def fastvec(self) -> WordVectors:
        """These vectors as :class:`fastvec.WordVectors`, which share the memory of float32 rows."""
        known = self.__dict__.get("_fastvec")
        if known is None or known[0] is not self.vectors or known[1] != len(self):
            known = self.vectors, len(self), WordVectors(self.names(), self.vectors, counts=self._counts())
            self.__dict__["_fastvec"] = known
        found: WordVectors = known[2]
        return found

    def _counts(self) -> NDArray[np.int64] | None:
        counts = self.expandos.get("count")
        return None if counts is None or counts.dtype.kind not in "iu" else np.asarray(counts, np.int64)

    def forget(self) -> None:
        """Compute lengths, and what is made of the vectors for questions, anew when they are next used."""
        self.norms = None
        self.__dict__.pop("_fastvec", None)

    # --- files ---

    def save(self, fname: type_of_path, *_: Any, **__: Any) -> None:
        """Write one file, all or nothing: a .safetensors of fastvec, whatever its suffix.

        gensim's further arguments, which say how it spreads a pickle over files, change nothing.
        """
        storage.save_vectors(self, fname)

    @classmethod
    def load(cls, fname: type_of_path, mmap: str | None = None, **_: Any) -> Self:
        """Read a file of :meth:`save`, of gensim's own ``save``, or of :meth:`fastvec.WordVectors.save`.

        Parameters
        ----------
        fname : path
        mmap : str, optional
            Map the vectors, read-only, and do not read them.

        Raises
        ------
        FormatError
            If it is damaged, or another file. A pickle is read, never run.
        StorageError
            If it cannot be read.
        """
        return storage.load_vectors(cls, fname, mmap)

    def save_word2vec_format(
        self, fname: type_of_path, fvocab: type_of_path | None = None, binary: bool = False,
        total_vec: int | None = None, write_header: bool = True, prefix: str = "", append: bool = False,
        sort_attr: str = "count",
    ) -> None:  # fmt: skip
        """Write word2vec's format, the keys with the greatest ``sort_attr`` first.

        Parameters
        ----------
        fname : path
            ``.gz``, ``.bz2`` and ``.xz`` are compressed.
        fvocab : path, optional
            Write each word and its count to it.
        binary : bool
        total_vec : int, optional
            The number of rows that the header declares.
        write_header : bool
            Text without one is GloVe's.
        prefix : str
            Put before each word.
        append : bool
            Write behind what the file has.
        sort_attr : str
        """
        word2vec_files.save(self, fname, fvocab, binary, total_vec, write_header, prefix, append, sort_attr)

    @classmethod
    def load_word2vec_format(
        cls, fname: type_of_path, fvocab: type_of_path | None = None, binary: bool = False,
        encoding: str = "utf8", unicode_errors: str = "strict", limit: int | None = None,
        datatype: DTypeLike = np.float32, no_header: bool = False,
    ) -> KeyedVectors:  # fmt: skip
        """Read word2vec's format, or GloVe's (``no_header``); see :meth:`fastvec.WordVectors.load`.

        Parameters
        ----------
        fname : path
        fvocab : path, optional
            A file of words and counts; without it ``count`` falls from the number of words to 1.
        binary : bool
        encoding, unicode_errors : str
            Of words.
        limit : int, optional
            Read the first rows only.
        datatype : dtype
            Of the vectors in memory.
        no_header : bool
        """
        return word2vec_files.load(
            KeyedVectors, fname, fvocab, binary, encoding, unicode_errors, limit, datatype, no_header
        )

    def intersect_word2vec_format(
        self, fname: type_of_path, lockf: float = 0.0, binary: bool = False, encoding: str = "utf8",
        unicode_errors: str = "strict",
    ) -> None:  # fmt: skip
        """Replace the rows of those keys that a file of word2vec's format has, and set their lock factors."""
        other = word2vec_files.load(
            KeyedVectors, fname, None, binary, encoding, unicode_errors, None, np.float32, False
        )
        both = [key for key in other.index_to_key if key in self.key_to_index]
        if len(self.vectors_lockf) != len(self):
            self.vectors_lockf = np.full(len(self), self.vectors_lockf[0], np.float32)
        self.vectors_lockf[[self.key_to_index[key] for key in both]] = lockf
        self.add_vectors(both, other._rows(both), replace=True)

    @classmethod
    def _of(cls, found: WordVectors) -> Self:
        """Return vectors whose rows are those of fastvec's, without keys."""
        kv = cls(found.word_vectors.shape[1])
        kv.vectors = found.word_vectors
        return kv

    # --- gensim 3's names ---

    index2word = old_attribute("index2word", "index_to_key")
    index2entity = old_attribute("index2entity", "index_to_key")
    syn0 = old_attribute("syn0", "vectors")
    vectors_norm = old_attribute("vectors_norm", "get_normed_vectors()", lambda self: self.get_normed_vectors())
    syn0norm = old_attribute("syn0norm", "get_normed_vectors()", lambda self: self.get_normed_vectors())
    vocab = old_attribute("vocab", "key_to_index, and get_vecattr(key, 'count')", lambda self: OldVocabulary(self))

    def word_vec(self, word: Any, use_norm: bool = False) -> NDArray[np.float32]:
        """Return what :meth:`get_vector` returns."""
        tell_renamed("word_vec", "get_vector")
        return self.get_vector(word, use_norm)

    add = Rows.add_vectors


class OldWord:
    """What gensim 3's ``vocab[word]`` was: ``index`` and ``count``."""

    def __init__(self, index: int, count: int) -> None:
        self.index, self.count = index, count


class OldVocabulary(Mapping[Any, OldWord]):
    """gensim 3's ``wv.vocab``, as a view of the keys."""

    def __init__(self, kv: KeyedVectors) -> None:
        self._kv = kv

    def __getitem__(self, key: Any) -> OldWord:
        i = self._kv.key_to_index[key]
        counts = self._kv.expandos.get("count")
        return OldWord(i, 0 if counts is None else int(counts[i]))

    def __iter__(self) -> Any:
        return iter(self._kv.key_to_index)

    def __len__(self) -> int:
        return len(self._kv.key_to_index)


Word2VecKeyedVectors = EuclideanKeyedVectors = Doc2VecKeyedVectors = KeyedVectors
load_word2vec_format = KeyedVectors.load_word2vec_format
