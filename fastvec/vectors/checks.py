"""The check of an argument that must be word vectors."""

from __future__ import annotations

from typing import Any

from fastvec.errors import SettingError
from fastvec.vectors.word_vectors import WordVectors


def check_word_vectors(field: str, value: Any) -> None:
    """Refuse what is not WordVectors.

    Raises
    ------
    SettingError

    Examples
    --------
    >>> check_word_vectors("other", 3)
    Traceback (most recent call last):
    ...
    fastvec.errors.SettingError: other: expected fastvec.WordVectors, got 3; WordVectors(words, vectors) makes them
    """
    if not isinstance(value, WordVectors):
        hint = "WordVectors(words, vectors) makes them"
        raise SettingError(field=field, expected="fastvec.WordVectors", got=value, hint=hint)
