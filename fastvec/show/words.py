"""Words in pictures: which ones, their vectors, their text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from fastvec.vectors.lookup import Key
from fastvec.vectors.terms import list_of_words, unit_rows
from fastvec.vectors.word_vectors import WordVectors

LONGEST = 24  # characters of a word


def text_of(word: object) -> str:
    r"""Return a word as a picture shows it: without control characters, cut to 24 characters.

    >>> text_of("a" * 30), text_of("a\tb")
    ('aaaaaaaaaaaaaaaaaaaaaaa…', 'a\\tb')
    """
    text = str(word)[: LONGEST + 1]
    cut = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in cut)


def keys_of(vectors: WordVectors, words: Iterable[Key], field: str = "words") -> list[str]:
    """Return words, given words or ids, each once; an unknown id raises, an unknown word when its row is taken."""
    listed = list_of_words(field, words)
    names = (key if isinstance(key, str) else vectors.index_to_key[vectors.get_index(key)] for key in listed)
    return list(dict.fromkeys(names))


def rows_of_words(vectors: WordVectors, words: Sequence[str]) -> NDArray[np.float64]:
    """Return the rows of words at length 1, float64[n, D], if they are finite."""
    return unit_rows("vectors", vectors[list(words)], vectors.vector_size)


def frequencies(vectors: WordVectors, words: Sequence[str]) -> NDArray[np.int64]:
    """Return numbers that are larger for more frequent words: counts, or else places in the file from its end."""
    index, counts = vectors.key_to_index, vectors.counts
    places = (index.get(word) for word in words)  # a word that n-grams compose has none
    ranks = [-1 if i is None else len(vectors) - i if counts is None else int(counts[i]) for i in places]
    return np.array(ranks, np.int64)
