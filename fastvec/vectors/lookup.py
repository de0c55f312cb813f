"""Lookup: the vectors of words and ids, one or many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from numbers import Integral
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import SettingError, UnknownWordError
from fastvec.vectors import queries
from fastvec.vectors.codes import CodesWhenAsked
from fastvec.vectors.combination import Combination

Key: TypeAlias = "str | int"


class Lookup(Combination):
    """The part of :class:`fastvec.WordVectors` that looks words up; see there."""

    @property
    def index_to_key(self) -> list[str]:
        """The words in the order of their ids."""
        return self.vocabulary.words

    @property
    def key_to_index(self) -> dict[str, int]:
        """The id of each word."""
        return self.vocabulary.index

    def __len__(self) -> int:
        return len(self.index_to_key)

    def __iter__(self) -> Iterator[str]:
        return iter(self.index_to_key)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and word in self.key_to_index

    def __getitem__(self, keys: Key | slice | Iterable[Key] | NDArray[Any]) -> NDArray[np.float32]:
        """Return the row[D] of a word or an id, or the rows[N, D] of a slice, or of any iterable of them."""
        if isinstance(keys, slice):
            return self.vectors[keys]
        if isinstance(keys, (str, Integral)):
            return self.get_vector(keys)
        if isinstance(keys, np.ndarray) and keys.dtype.kind in "iu":
            wrong = keys[(keys < 0) | (keys >= len(self))]
            if wrong.size:
                raise UnknownWordError(int(wrong.flat[0]), self.index_to_key)
            rows: NDArray[np.float32] = self.vectors[keys]
        elif isinstance(keys, Iterable) and not (isinstance(keys, np.ndarray) and keys.dtype.kind not in "UO"):
            keys = list(keys)
            rows = np.empty((len(keys), self.vector_size), np.float32)
            for i, key in enumerate(keys):
                rows[i], _ = self._look_up(key)
        else:
            expected = "a word, an id, a slice, or a list or array of words or ids"
            raise SettingError(field="key", expected=expected, got=keys)
        return rows

    def get_index(self, key: Key) -> int:
        """Return the id of a word; an id is returned as it is, if it is one.

        Parameters
        ----------
        key : str or int

        Raises
        ------
        UnknownWordError
            A KeyError, if the word is out of the vocabulary; the message offers the closest spellings.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> WordVectors(["king", "queen"], [[3, 4], [0, 1]]).get_index("queen")
        1
        """
        if isinstance(key, str):
            try:
                return self.vocabulary.index[key]
            except KeyError:
                raise UnknownWordError(key, self.index_to_key) from None
        if isinstance(key, Integral) and not isinstance(key, bool):
            if 0 <= key < len(self):
                return int(key)
            raise UnknownWordError(int(key), self.index_to_key)
        raise SettingError(field="key", expected="a word or an id", got=key)

    def has_index_for(self, word: str) -> bool:
        """Return whether the word is in the vocabulary; the same as ``word in vectors``.

        Parameters
        ----------
        word : str

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> WordVectors(["king", "queen"], [[3, 4], [0, 1]]).has_index_for("pawn")
        False
        """
        return word in self

    def get_vector(self, key: Key, norm: bool = False) -> NDArray[np.float32]:
        """Return the vector[D] of a word or an id.

        Parameters
        ----------
        key : str or int
            With subwords, also an out-of-vocabulary word.
        norm : bool
            Scale it to length 1; a zero vector stays zero.

        Raises
        ------
        UnknownWordError
            If the word has no vector.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> WordVectors(["king", "queen"], [[3, 4], [0, 1]]).get_vector("king", norm=True)
        array([0.6, 0.8], dtype=float32)
        """
        row, _ = self._look_up(key)
        return queries.unit(row).astype(np.float32) if norm else row

    def _look_up(self, key: Key) -> tuple[NDArray[np.float32], int | None]:
        """Return the row[D] and the id of a word or an id; an out-of-vocabulary word has no id, only n-grams."""
        if isinstance(key, str) and key not in self.key_to_index:
            composed = self._compose(key)
            if composed is not None:
                return composed, None
        i = self.get_index(key)
        return self.vectors[i], i

    def _compose(self, word: str) -> NDArray[np.float32] | None:
        """Return the vector[D] that n-grams compose; None if the word has none of them with a row."""
        composed = None if self._ngrams is None else self._ngrams.compose(word)
        return None if composed is None else self._beside_zeros(composed)

    @cached_property
    def norms(self) -> NDArray[np.float32]:
        """The length of each row, float32[V], 1 for a zero row; computed when it is first used."""
        return queries.row_norms(self.vectors)

    @cached_property
    def _codes(self) -> CodesWhenAsked:
        return CodesWhenAsked()

    def get_normed_vectors(self) -> NDArray[np.float32]:
        """Return a copy of the vectors[V, D], each row scaled to length 1; a zero row stays zero.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> WordVectors(["king", "queen"], [[3, 4], [0, 2]]).get_normed_vectors()
        array([[0.6, 0.8],
               [0. , 1. ]], dtype=float32)
        """
        return self.vectors / self.norms[:, None]
