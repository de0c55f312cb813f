"""The check of an argument that has to be word vectors."""

from __future__ import annotations

from typing import Any

from fastvec.errors import SettingError
from fastvec.vectors.word_vectors import WordVectors


def checked_vectors(field: str, vectors: Any) -> WordVectors:
    """Return the vectors, if they are WordVectors.

    >>> checked_vectors("init", 3)
    Traceback (most recent call last):
    ...
    fastvec.errors.SettingError: init: expected fastvec.WordVectors, got 3; WordVectors(words, vectors) makes them
    """
    if not isinstance(vectors, WordVectors):
        hint = "WordVectors(words, vectors) makes them"
        raise SettingError(field=field, expected="fastvec.WordVectors", got=vectors, hint=hint)
    return vectors
