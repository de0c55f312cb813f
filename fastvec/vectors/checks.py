"""What WordVectors is given, checked once at the door: words, arrays, settings, terms of a query."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.numbers import whole as whole
from fastvec.errors import SettingError


def refused(field: str, expected: str, found: str) -> SettingError:
    """The error for an argument, in the words of all of fastvec's."""
    message = f"{field}: expected {expected}, got {found}"
    return SettingError(message, field=field, expected=expected, got=found)


def describe(value: object) -> str:
    """An array by its type and shape, anything else as Python shows it."""
    return f"{value.dtype}{list(value.shape)}" if isinstance(value, np.ndarray) else repr(value)[:80]


def words_of(words: Sequence[str]) -> list[str]:
    """The words as a list of at least one str; see :func:`index_of` for repeated ones."""
    checked = list(words) if isinstance(words, Iterable) and not isinstance(words, str) else []
    if not checked:
        raise refused("words", "a sequence of at least one word", repr(words))
    for word in checked:
        if not isinstance(word, str):
            raise refused("words", "str", repr(word))
    return checked


def index_of(words: list[str]) -> dict[str, int]:
    """Word to id, if the words are distinct."""
    index = {word: i for i, word in enumerate(words)}
    if len(index) < len(words):
        repeated = next(word for i, word in enumerate(words) if index[word] != i)
        raise refused("words", "distinct words", f"{repeated!r} twice")
    return index


def _real_array(field: str, values: ArrayLike, dtype: type, kinds: str, shape: tuple[int | None, ...]) -> Any:
    """The values as a read-only, aligned, C-contiguous array; copied only if they are not one already."""
    try:
        array = np.asarray(values)
    except ValueError as error:  # rows of different lengths
        raise refused(field, f"an array of {dtype.__name__}", f"{error}") from error
    wanted = ", ".join("any number" if n is None else str(n) for n in shape)
    fits = array.ndim == len(shape) and all(n in (None, m) for n, m in zip(shape, array.shape, strict=True))
    if array.dtype.kind not in kinds or not fits:
        raise refused(field, f"{dtype.__name__}[{wanted}]", f"{array.dtype}{list(array.shape)}")
    try:
        with np.errstate(over="raise"):
            array = np.require(array, dtype, ["C", "ALIGNED", "ENSUREARRAY"]).view()
    except FloatingPointError as error:
        raise refused(field, f"numbers within the range of {dtype.__name__}", "larger ones") from error
    array.flags.writeable = False
    return array


def matrix_of(field: str, values: ArrayLike, shape: tuple[int | None, int | None]) -> NDArray[np.float32]:
    """A read-only float32 matrix of this shape (None is any number, of columns any but 0)."""
    matrix = _real_array(field, values, np.float32, "fiu", shape)
    if matrix.shape[1] == 0:
        raise refused(field, "at least one dimension", "none")
    return matrix  # type: ignore[no-any-return]


def matrix_or_none(field: str, values: ArrayLike | None, shape: tuple[int, int]) -> NDArray[np.float32] | None:
    """A matrix that may be left out."""
    return None if values is None else matrix_of(field, values, shape)


def ascending(field: str, values: ArrayLike, n: int) -> NDArray[np.int32]:
    """Read-only int32[any number]: distinct places among n, in their order."""
    places = _real_array(field, values, np.int64, "iu", (None,))
    if len(places) and not (places[0] >= 0 and places[-1] < n and (np.diff(places) > 0).all()):
        raise refused(field, f"ascending numbers from 0 to {n - 1}", "others")
    return _real_array(field, places, np.int32, "i", (None,))  # type: ignore[no-any-return]


def check_finite(
    field: str,
    matrix: NDArray[np.float32],
    words: list[str],
    which: str = "",
    buckets: Sequence[int] | NDArray[np.int32] | None = None,
    kind: str = "bucket",
) -> None:
    """Refuse a matrix that is not finite, naming the first such row.

    The first are those of the words, the others those of something else (``kind``), counted or with a number each.
    """
    for start in range(0, len(matrix), 4096):  # rows whose masks are in memory at a time
        finite = np.isfinite(matrix[start : start + 4096]).all(axis=1)
        if not finite.all():
            i = start + int(finite.argmin())
            behind = i - len(words)
            number = behind if buckets is None else buckets[behind]
            row = repr(words[i]) if behind < 0 else f"{kind} {number}"
            raise refused(field, f"finite numbers{which}", f"nan or inf in the row of {row}")


def counts_of(counts: ArrayLike, n_words: int) -> NDArray[np.int64]:
    """A read-only int64[n_words], none of them negative."""
    array = _real_array("counts", counts, np.int64, "iu", (n_words,))
    if array.min() < 0:
        raise refused("counts", "no negative count", str(array.min()))
    return array  # type: ignore[no-any-return]


def history_of(history: Mapping[str, ArrayLike]) -> dict[str, NDArray[Any]]:
    """Read-only float64 or int64 arrays: some have an entry for each slice, some for each epoch."""
    checked: dict[str, NDArray[Any]] = {}
    for name, values in history.items():
        dtype = np.int64 if np.asarray(values).dtype.kind in "iu" else np.float64
        checked[name] = _real_array(f"history[{name!r}]", values, dtype, "fiu", (None,))
    return checked


def settings_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """A copy, if JSON can hold it."""
    try:
        checked = dict(settings)
        json.dumps(checked)
    except (TypeError, ValueError) as error:
        raise refused("settings", "a dict of values that JSON can hold", repr(settings)[:80]) from error
    return checked


def terms_of(given: Any) -> list[Any]:
    """A list of terms: one term, a pair of a key and a weight, an array of vectors, or such a list itself."""
    if isinstance(given, (str, Integral)) or (isinstance(given, np.ndarray) and given.ndim == 1):
        return [given]
    if isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], float):
        return [given]
    if given is None:
        return []
    if not (given.ndim == 2 if isinstance(given, np.ndarray) else isinstance(given, Sequence)):
        raise refused("positive, negative", "words, ids, vectors, or a list of these", describe(given))
    return list(given)


def query_vector(vector: NDArray[Any], vector_size: int) -> NDArray[np.floating]:
    """The vector, if it is vector_size finite real numbers."""
    if vector.shape != (vector_size,) or vector.dtype.kind not in "fiu":
        raise refused("vector", f"real numbers[{vector_size}]", describe(vector))
    if not np.isfinite(vector).all():
        raise refused("vector", "finite numbers", "nan or inf")
    return vector
