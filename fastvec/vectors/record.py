"""Record: word vectors as readers of files return them and writers take them; checks of its parts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.arrays import real_array
from fastvec.errors import SettingError
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors.subwords import SubwordVectors

NOT_OTHERS = ("vocabulary", "vectors", "network", "documents")


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """What a file of word vectors holds; the attributes are those of :class:`fastvec.WordVectors`.

    ``vectors`` is W_in (``word_vectors``); for writers of formats that hold one matrix, what is combined.

    ``network`` has the other matrices of a model that the vectors are a part of, by name. The shapes of what a
    reader returns are checked when WordVectors are made of it.
    """

    vocabulary: Vocabulary
    vectors: NDArray[np.float32]
    context_vectors: NDArray[np.float32] | None = None
    output_nodes: NDArray[np.float32] | None = None
    history: Mapping[str, NDArray[Any]] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    subwords: SubwordVectors | None = None
    context_vocabulary: Vocabulary | None = None  # if it is not that of the words
    network: Mapping[str, NDArray[np.float32]] | None = None
    combine: str = "word"
    documents: tuple[Vocabulary, NDArray[np.float32]] | None = None  # the tags of a model of documents

    @property
    def counts(self) -> NDArray[np.int64] | None:
        """How often each word occurred, int64[V]; None if it is not known."""
        return self.vocabulary.counts if self.vocabulary.has_counts else None

    def others(self) -> dict[str, Any]:
        """Return what WordVectors hold besides words and vectors, by name."""
        names = [entry.name for entry in fields(self) if entry.name not in NOT_OTHERS]
        return {name: getattr(self, name) for name in names}


def vocabulary_of(words: Iterable[str], counts: ArrayLike | None = None) -> Vocabulary:
    """Return the vocabulary of at least one word; a Vocabulary is kept as it is, unless there are other counts."""
    vocabulary = words if isinstance(words, Vocabulary) and counts is None else Vocabulary(words, counts)
    if not len(vocabulary):
        raise SettingError(field="words", expected="at least one word", got=words)
    return vocabulary


def checked_history(history: Mapping[str, ArrayLike]) -> dict[str, NDArray[Any]]:
    """Return read-only float64 or int64 arrays: some have an entry for each slice, some for each epoch."""
    checked: dict[str, NDArray[Any]] = {}
    for name, values in history.items():
        dtype = np.int64 if np.asarray(values).dtype.kind in "iu" else np.float64
        checked[name] = real_array(f"history[{name!r}]", values, dtype, (None,))
    return checked


def checked_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy, if JSON can hold it."""
    try:
        checked = dict(settings)
        json.dumps(checked)
    except (TypeError, ValueError) as error:
        expected = "a dict of values that JSON can hold"
        raise SettingError(field="settings", expected=expected, got=settings) from error
    return checked
