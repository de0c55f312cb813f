"""Sentences of ids, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import SettingError


def flattened(sentences: Any) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the ids of sentences one after the other, and their offsets, int64[S + 1].

    Raises
    ------
    SettingError
        If these are not whole numbers, or one list of them and not several.

    Examples
    --------
    >>> ids, offsets = flattened([[0, 2], [], [1]])
    >>> ids.tolist(), offsets.tolist()
    ([0, 2, 1], [0, 2, 2, 3])
    """
    if isinstance(sentences, np.ndarray) and sentences.ndim == 2:
        n, length = sentences.shape
        return sentences.ravel(), np.arange(n + 1, dtype=np.int64) * length
    expected, hint = "a matrix, or a list of lists, of ids", "a flat array of ids needs offsets"
    if isinstance(sentences, (str, bytes)) or not isinstance(sentences, Iterable):
        raise SettingError(field="ids", expected=expected, got=sentences, hint=hint)
    parts = [np.asarray(sentence) for sentence in sentences]
    for part in parts:
        if part.ndim != 1 or (len(part) and part.dtype.kind not in "iu"):
            raise SettingError(field="ids", expected=expected, got=part, hint=hint)
    lengths = [len(part) for part in parts]
    ids = np.concatenate([part for part in parts if len(part)]) if sum(lengths) else np.empty(0, np.int32)
    return ids, np.cumsum([0, *lengths])
