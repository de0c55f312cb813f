"""Rows of KeyedVectors: added, replaced, put in another order, with what is known of their keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.errors import SettingError
from fastvec.gensim_compat.questions import Questions, is_key
from fastvec.training.huffman import Paths, huffman_paths


class Rows(Questions):
    """The part of KeyedVectors that is changed."""

    expandos: dict[str, NDArray[Any]]
    vectors: NDArray[Any]
    vectors_lockf: NDArray[np.float32]
    vector_size: int
    tree: Paths | None
    _room: NDArray[Any] | None  # what `vectors` are the first rows of

    # --- what is known of keys ---

    def get_vecattr(self, key: Any, attr: str) -> Any:
        """Return an attribute of a key: its ``count``, or, once a model has them, its Huffman ``code``, ``point``.

        Raises
        ------
        KeyError
            If there is no such key, or no such attribute.
        """
        i = self.get_index(key)
        if attr in ("code", "point") and attr not in self.expandos and "count" in self.expandos:
            counts = np.asarray(self.expandos["count"], np.int64)
            offsets, nodes, signs, _ = huffman_paths(counts) if self.tree is None else self.tree
            way = slice(int(offsets[i]), int(offsets[i + 1]))
            return (signs[way] < 0).astype(np.uint8) if attr == "code" else nodes[way].astype(np.uint32)
        return self.expandos[attr][i]

    def set_vecattr(self, key: Any, attr: str, val: Any) -> None:
        """Set an attribute of a key; other keys that have none get 0 (or None)."""
        self.allocate_vecattrs([attr], [type(val)])
        self.expandos[attr][self.get_index(key)] = val

    def allocate_vecattrs(self, attrs: Sequence[str] | None = None, types: Sequence[Any] | None = None) -> None:
        """Make room for attributes of all keys, zeros at first."""
        if attrs is None or types is None:
            attrs, types = list(self.expandos), [values.dtype for values in self.expandos.values()]
        for attr, kind in zip(attrs, types, strict=True):
            old = self.expandos.get(attr)
            if old is not None and len(old) == len(self):
                continue
            numeric = kind if isinstance(kind, np.dtype) or kind in (int, float, bool) else object
            new = np.zeros(len(self), numeric if old is None else old.dtype)
            if old is not None:
                new[: len(old)] = old[: len(new)]
            self.expandos[attr] = new

    # --- rows that are added, replaced, put in another order ---

    def add_vector(self, key: Any, vector: ArrayLike) -> int:
        """Add one key, or replace its row; return its id."""
        self.add_vectors([key], np.asarray(vector)[None], replace=True)
        return self.get_index(key)

    def add_vectors(
        self,
        keys: Any,
        weights: ArrayLike,
        extras: Mapping[str, ArrayLike] | None = None,
        replace: bool = False,
    ) -> None:
        """Add keys with their rows.

        Parameters
        ----------
        keys : key or list of keys
        weights : float[N, D], or float[D] of one key
        extras : dict of arrays[N], optional
            Attributes of the keys.
        replace : bool
            Whether keys that are there already get the new row (and attributes); else they stay as they are.

        Raises
        ------
        SettingError
            If there is not a row of D numbers for each key.
        """
        listed = [keys] if is_key(keys) else list(keys)
        rows = np.asarray(weights)
        rows = rows[None] if rows.ndim == 1 and is_key(keys) else rows
        if rows.shape != (len(listed), self.vector_size):
            expected = f"float[{len(listed)}, {self.vector_size}], a row for each key"
            raise SettingError(field="weights", expected=expected, got=rows)
        known = np.array([key in self.key_to_index for key in listed], np.bool_)
        ids = [self.key_to_index.get(key, -1) for key in listed]
        free = [i for i in range(len(self.key_to_index), len(self)) if self.index_to_key[i] is None]
        for position in np.flatnonzero(~known).tolist():
            key = listed[position]
            if key not in self.key_to_index:
                self.key_to_index[key] = free.pop(0) if free else len(self.index_to_key)
                if self.key_to_index[key] == len(self.index_to_key):
                    self.index_to_key.append(key)
                else:
                    self.index_to_key[self.key_to_index[key]] = key
            ids[position] = self.key_to_index[key]
        self._grow()
        written = np.flatnonzero(~known | replace)
        to = np.array(ids, np.int64)[written]
        self.vectors[to] = rows[written]
        for attr, values in (extras or {}).items():
            self.allocate_vecattrs([attr], [np.asarray(values).dtype])
            self.expandos[attr][to] = np.asarray(values)[written]
        self.forget()

    def __setitem__(self, keys: Any, weights: ArrayLike) -> None:
        """Add or replace the rows of keys; an id that is no key is that row."""
        if isinstance(keys, (int, np.integer)) and keys not in self.key_to_index and self.has_index_for(keys):
            keys = self.index_to_key[keys]
        self.add_vectors(keys, weights, replace=True)

    def _grow(self) -> None:
        """Make ``vectors`` and attributes as long as there are keys; half as many rows more are held."""
        n, old = len(self.index_to_key), self.vectors
        if n > len(old):
            room = self._room
            if room is None or old.base is not room or len(room) < n:
                room = self._room = np.zeros((n + n // 2, self.vector_size), old.dtype)
                room[: len(old)] = old
            room[len(old) : n] = 0
            self.vectors = room[:n]
        if len(self.vectors_lockf) > 1:
            more = np.ones(n - len(self.vectors_lockf), np.float32)
            self.vectors_lockf = np.concatenate([self.vectors_lockf, more])
        self.allocate_vecattrs()

    def resize_vectors(self, seed: int = 0) -> None:
        """Give keys that were appended to ``index_to_key`` rows of zeros."""
        self._grow()
        self.forget()

    def sort_by_descending_frequency(self) -> None:
        """Put the most frequent keys first, by the attribute ``count``."""
        if not len(self):
            return
        order = np.argsort(-np.asarray(self.expandos["count"], np.int64), kind="stable")
        self._reorder(order)
        self.index_to_key = [self.index_to_key[i] for i in order.tolist()]
        self.key_to_index = {key: i for i, key in enumerate(self.index_to_key)}
        self.forget()

    def _reorder(self, order: NDArray[np.int64]) -> None:
        self.tree = None
        self.vectors = self.vectors[order]
        self.expandos = {attr: values[order] for attr, values in self.expandos.items()}
        if len(self.vectors_lockf) > 1:
            self.vectors_lockf = self.vectors_lockf[order]
