"""What words are composed of, with subwords: a row of their own and those of their n-grams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import SettingError
from fastvec.text.subwords import Subwords, places_of
from fastvec.training.matrices import check_buckets
from fastvec.vectors.word_vectors import WordVectors


def check_subwords(name: str, value: object) -> None:
    """Refuse what is not Subwords."""
    if not isinstance(value, Subwords):
        raise SettingError(field=name, expected="fastvec.Subwords(...) or None", got=value)


@dataclass(frozen=True)
class Composition:
    """The rows that words are composed of; only the n-grams that some word or an old vector has, have rows.

    Attributes
    ----------
    settings : Subwords
    offsets : int64[V + 1]
    rows : int32[offsets[V]]
        Of word i, [offsets[i], offsets[i + 1]): i, then V + the place of each n-gram's bucket among ``buckets``.
    buckets : int32[B]
        Strictly increasing.
    """

    settings: Subwords
    offsets: NDArray[np.int64]
    rows: NDArray[np.int32]
    buckets: NDArray[np.int32]


def compose(
    words: Sequence[str], subwords: Subwords, old: WordVectors | None
) -> tuple[Composition, NDArray[np.int64]]:
    """Return what the words are composed of, and the old row of each bucket with a row, or -1."""
    check_buckets(subwords.buckets)
    old_rows = np.full(subwords.buckets, -1)
    if old is not None:
        _check_subwords(old, subwords)
        if old.subwords is not None:
            old_rows[old.subwords.buckets] = np.arange(len(old), len(old.subwords.rows))
    offsets, rows = subwords.rows(words)
    ngrams = rows >= len(words)
    buckets = rows[ngrams] - len(words)
    used = old_rows >= 0
    used[buckets] = True
    with_rows = np.flatnonzero(used).astype(np.int32)
    rows[ngrams] = len(words) + places_of(with_rows, subwords.buckets)[buckets]
    return Composition(subwords, offsets, rows, with_rows), old_rows[with_rows]


def _check_subwords(old: WordVectors, subwords: Subwords) -> None:
    """Refuse old vectors with other subwords; ``max_n=0`` means none, as in a ``.bin``."""
    found = None if old.subwords is None else old.subwords.settings
    if found != subwords and not (found is None and subwords.max_n == 0):
        raise SettingError(
            field="init", expected=f"vectors with the same subwords, {subwords}", shown=str(found or "none")
        )
