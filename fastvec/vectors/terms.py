"""Terms: what a query is asked with, words, ids and vectors, each with a weight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from numbers import Integral
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.arrays import matrix
from fastvec.checks.numbers import real
from fastvec.errors import SettingError
from fastvec.vectors import queries
from fastvec.vectors.lookup import Key, Lookup

Word: TypeAlias = "Key | NDArray[np.floating]"
Term: TypeAlias = "Word | tuple[Word, float]"


class TermRow(NamedTuple):
    """The row[D] of a term, its weight, and its id: None for a vector and an out-of-vocabulary word."""

    row: NDArray[np.floating]
    weight: float
    id: int | None


def terms_of(vectors: Lookup, given: Term | Iterable[Term] | None, default: float) -> Iterator[TermRow]:
    """Yield each given term; ``default`` is the weight of those without one."""
    for term in _listed(given):
        key, weight = term if isinstance(term, tuple) and len(term) == 2 else (term, default)
        real("weight", weight)
        row, i = row_of(vectors, key)
        yield TermRow(row, float(weight), i)


def row_of(vectors: Lookup, key: Word) -> tuple[NDArray[np.floating], int | None]:
    """Return the row[D] and the id of a word, an id or a vector; the last has none."""
    if isinstance(key, np.ndarray) and key.ndim:
        return _query_vector(key, vectors.vector_size), None
    return vectors._look_up(key)  # type: ignore[arg-type]


def list_of_words(field: str, words: Iterable[Any], *, or_none: bool = False) -> list[Any]:
    """Return a list of words, given any iterable but a lone word; an empty one only if ``or_none``.

    >>> list_of_words("words", "cat")
    Traceback (most recent call last):
    ...
    fastvec.errors.SettingError: words: expected a list of words, got 'cat'; give ['cat']
    """
    if isinstance(words, (str, bytes)) or not isinstance(words, Iterable):
        hint = f"give [{words!r:.80}]" if isinstance(words, str) else ""
        raise SettingError(field=field, expected="a list of words", got=words, hint=hint)
    listed = list(words)
    if not listed and not or_none:
        raise SettingError(field=field, expected="at least one word", got=words, shown="none")
    return listed


def unit_rows(field: str, rows: Iterable[NDArray[np.floating]], vector_size: int) -> NDArray[np.float64]:
    """Return rows at length 1, float64[N, D], if they are finite."""
    unit = np.array([queries.unit(row) for row in rows]).reshape(-1, vector_size)
    if not np.isfinite(unit).all():
        raise SettingError(field=field, expected="finite vectors", shown="nan or inf in them")
    return unit


def direction_of(
    vectors: Lookup, positive: Term | Iterable[Term] | None, negative: Term | Iterable[Term] | None
) -> tuple[NDArray[np.float64], list[int]]:
    """Return the weighted sum of terms, each at length 1, as a unit vector[D], and the ids among the terms."""
    terms = [*terms_of(vectors, positive, 1.0), *terms_of(vectors, negative, -1.0)]
    if not terms:
        raise SettingError(field="positive", expected="at least one word or vector", shown="none")
    units = unit_rows("positive, negative", (term.row for term in terms), vectors.vector_size)
    direction = queries.unit(np.array([term.weight for term in terms]) @ units)
    return direction, [term.id for term in terms if term.id is not None]


def directions_of(
    vectors: Lookup, keys: Iterable[Word] | NDArray[np.floating]
) -> tuple[NDArray[np.float64], list[list[int]]]:
    """Return the unit vector[Q, D] of each of many words, ids or vectors, and the ids of each, one or none."""
    if isinstance(keys, np.ndarray) and keys.dtype.kind == "f":
        rows = matrix("keys", keys, (None, vectors.vector_size))
        return unit_rows("keys", rows, vectors.vector_size), [[] for _ in rows]
    found = [row_of(vectors, key) for key in list_of_words("keys", keys, or_none=True)]
    asked = unit_rows("keys", (row for row, _ in found), vectors.vector_size)
    return asked, [[] if i is None else [i] for _, i in found]


def rows_among(vectors: Lookup, among: Iterable[Key] | None, limit: int) -> NDArray[np.int64] | None:
    """Return the rows that may be answers, int64[any number] strictly increasing; None: all below ``limit``."""
    if among is None:
        return None
    ids = np.unique(
        np.array([vectors.get_index(key) for key in list_of_words("among", among, or_none=True)], np.int64)
    )
    return ids[ids < limit]


def _listed(given: Any) -> list[Any]:
    """Return a list of terms, given one term, a pair of a key and a weight, an array of vectors, or a list."""
    if isinstance(given, (str, Integral)) or (isinstance(given, np.ndarray) and given.ndim == 1):
        return [given]
    if isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], float):
        return [given]
    if given is None:
        return []
    if isinstance(given, bytes) or not (
        given.ndim == 2 if isinstance(given, np.ndarray) else isinstance(given, Iterable)
    ):
        expected = "words, ids, vectors, or a list of these"
        raise SettingError(field="positive, negative", expected=expected, got=given)
    return list(given)


def _query_vector(vector: NDArray[Any], vector_size: int) -> NDArray[np.floating]:
    if vector.shape != (vector_size,) or vector.dtype.kind not in "fiu":
        raise SettingError(field="vector", expected=f"real numbers[{vector_size}]", got=vector)
    if not np.isfinite(vector).all():
        raise SettingError(field="vector", expected="finite numbers", got=vector, shown="nan or inf")
    return vector
