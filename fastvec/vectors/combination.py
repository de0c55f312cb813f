"""Combination: what of the two matrices, W_in and W_out, the vectors of words are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import choice
from fastvec.errors import SettingError
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors.record import Record
from fastvec.vectors.subwords import SubwordVectors

Combine = Literal["word", "sum", "concat", "context"]
COMBINATIONS: tuple[Combine, ...] = ("word", "sum", "concat", "context")
WHAT_IT_IS = "what the vectors are: W_in, W_in + W_out, both side by side, or W_out (GloVe: W and C)"


class Combination:
    """The part of :class:`fastvec.WordVectors` that combines the two matrices; see there."""

    vocabulary: Vocabulary
    word_vectors: NDArray[np.float32]  # [V, D]
    context_vectors: NDArray[np.float32] | None
    context_vocabulary: Vocabulary | None
    output_nodes: NDArray[np.float32] | None
    history: Mapping[str, NDArray[Any]] | None
    subwords: SubwordVectors | None
    settings: dict[str, Any]
    combine: Combine

    @cached_property
    def vectors(self) -> NDArray[np.float32]:
        """What queries answer from, float32[V, D], read-only; with ``combine="concat"`` float32[V, 2 D].

        For "word" and "context" it is ``word_vectors`` or ``context_vectors`` itself. Otherwise it is made when it
        is first used, and kept.
        """
        # two threads may both make it; they make the same numbers, and one is kept
        if self.combine == "word" or self.context_vectors is None:
            return self.word_vectors
        if self.combine == "context":
            return self.context_vectors
        with np.errstate(over="ignore", invalid="ignore"):  # a row that is not finite is nobody's neighbour
            both = (self.word_vectors, self.context_vectors)
            made: NDArray[np.float32] = np.add(*both) if self.combine == "sum" else np.concatenate(both, axis=1)
        made.flags.writeable = False
        return made

    @property
    def vector_size(self) -> int:
        """The number of dimensions of ``vectors``: D, or 2 D with ``combine="concat"``."""
        return int(self.word_vectors.shape[1]) * (2 if self.combine == "concat" else 1)

    def combined(self, combine: Combine) -> Self:
        """Return the same words with vectors that combine the two matrices in another way.

        Both matrices are kept and shared. So ``init=``, the held-out loss, ``contexts`` and files go on seeing
        each of them, whatever the vectors are.

        Parameters
        ----------
        combine : "word", "sum", "concat" or "context"
            W_in; W_in + W_out, which GloVe's authors found slightly better than W_in; both side by side (2 D
            dimensions); or W_out. (GloVe calls them W and C.) An out-of-vocabulary word that n-grams compose has
            no context vector. It counts as zeros in "sum" and "concat"; in "context" such a word has no vector.

        Returns
        -------
        WordVectors
            With ``settings["combine"]`` of that name, if there is such a setting. These vectors themselves, if
            they are combined like that already.

        Raises
        ------
        SettingError
            If there are no context vectors, or they are those of other words (items of pairs of a user and an
            item); if these are vectors of GloVe that an earlier fastvec stored combined, without W.

        References
        ----------
        Pennington, Socher and Manning 2014, "GloVe: Global Vectors for Word Representation", section 4.2. Levy,
        Goldberg and Dagan 2015, "Improving Distributional Similarity with Lessons Learned from Word Embeddings",
        section 3.3, of skip-gram: "w+c".

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> vectors = WordVectors(["a", "b"], [[1, 2], [3, 4]], context_vectors=[[1, 0], [0, 1]])
        >>> vectors.combined("sum").vectors.tolist()
        [[2.0, 2.0], [3.0, 5.0]]
        >>> vectors.combined("concat")["b"].tolist()
        [3.0, 4.0, 0.0, 1.0]
        >>> vectors.combined("sum").combined("word").vectors.tolist()
        [[1.0, 2.0], [3.0, 4.0]]
        """
        choice("combine", combine, COMBINATIONS)
        if combine == self.combine:
            return self
        check_combination(combine, self.vocabulary, self.context_vocabulary)
        stored = self.settings.get("combine", self.combine)
        if stored != self.combine:
            expected = f"{self.combine!r}, as these vectors were stored as {stored!r}, by an earlier version"
            hint = "train again to have both matrices"
            raise SettingError(field="combine", expected=expected, got=combine, hint=hint)
        settings = self.settings | ({"combine": combine} if "combine" in self.settings else {})
        record = replace(self._held(), settings=settings, combine=combine)
        made: Callable[..., Self] = type(self)
        return made(record.vocabulary, record.vectors, **record.others())

    def _held(self) -> Record:
        """Return what these vectors hold."""
        contexts = None if self.context_vocabulary is self.vocabulary else self.context_vocabulary
        return Record(
            self.vocabulary,
            self.word_vectors,
            self.context_vectors,
            self.output_nodes,
            self.history,
            self.settings,
            self.subwords,
            contexts,
            combine=self.combine,
        )

    @cached_property
    def _of_words(self) -> Self:
        """The same words with W_in as their vectors."""
        return self.combined("word")

    @property
    def _ngrams(self) -> SubwordVectors | None:
        """What composes vectors of out-of-vocabulary words: n-grams, which only W_in has."""
        return None if self.combine == "context" else self.subwords

    def _beside_zeros(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return rows[..., D] that n-grams compose, as vectors[..., vector_size]: their context vectors are 0."""
        if self.combine != "concat":
            return rows
        wide = np.zeros((*rows.shape[:-1], self.vector_size), np.float32)
        wide[..., : rows.shape[-1]] = rows
        return wide


def check_combination(combine: Combine, words: Vocabulary, contexts: Vocabulary | None) -> Combine:
    """Return the combination, or refuse one that needs context vectors of the words; None: there are none.

    >>> check_combination("sum", Vocabulary(["a"]), None)
    Traceback (most recent call last):
    ...
    fastvec.errors.SettingError: combine: expected 'word' without context vectors, got 'sum'; train() makes them, \
except LSA, NNLM and hierarchical softmax; .safetensors files keep them
    """
    choice("combine", combine, COMBINATIONS)
    if combine == "word" or contexts is words:
        return combine
    expected, hint = (
        "'word' without context vectors",
        ("train() makes them, except LSA, NNLM and hierarchical softmax; .safetensors files keep them"),
    )
    if contexts is not None:
        expected, hint = "'word', as the contexts are not the words", "vectors.contexts has their vectors"
    raise SettingError(field="combine", expected=expected, got=combine, hint=hint)
