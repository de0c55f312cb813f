"""Contexts: the other side of pairs, with vectors and a vocabulary of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import SettingError
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors.neighbors import Neighbors
from fastvec.vectors.record import vocabulary_of
from fastvec.vectors.terms import Term, direction_of


class Contexts(Neighbors):
    """The part of :class:`fastvec.WordVectors` that asks for contexts; see there."""

    @cached_property
    def contexts(self) -> Self | None:
        """The contexts with their vectors; None if there are no context vectors.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> items = {"context_vocabulary": ["tea", "car"], "context_vectors": [[2, 0], [0, 1]]}
        >>> users = WordVectors(["u1", "u2"], [[1, 0], [0, 1]], **items)
        >>> users.contexts.most_similar("tea", topn=1)
        [('car', 0.0)]
        """
        if self.context_vectors is None or self.context_vocabulary is None:
            return None
        made: Callable[[Vocabulary, NDArray[np.float32]], Self] = type(self)  # WordVectors, which has this part
        return made(self.context_vocabulary, self.context_vectors)

    def most_similar_contexts(
        self,
        positive: Term | Iterable[Term] = (),
        negative: Term | Iterable[Term] = (),
        topn: int = 10,
        *,
        restrict_vocab: int | None = None,
    ) -> list[tuple[str, float]]:
        """Return the contexts whose vectors have the highest cosine with a direction: items for a user.

        Skip-gram trains a word's vector and its contexts' vectors towards each other, so that the nearest contexts
        are those that it expects; over a text, the words that stand beside the given ones. None is left out.

        Parameters
        ----------
        positive, negative : word, id, vector[D], or a list of these
            As for :meth:`most_similar`; words, not contexts. Words count with their rows of ``word_vectors``.
        topn : int
            How many contexts to return.
        restrict_vocab : int, optional
            Search only the first contexts, so many of them.

        Returns
        -------
        list of (str, float)
            Contexts and cosines, the highest first; equal ones by id.

        Raises
        ------
        UnknownWordError
            If a word has no vector.
        SettingError
            If there are no context vectors; if nothing is given, or ``topn`` or a vector cannot be used.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> items = {"context_vocabulary": ["tea", "car"], "context_vectors": [[2, 0], [0, 1]]}
        >>> users = WordVectors(["u1", "u2"], [[1, 0.2], [0, 1]], **items)
        >>> [item for item, cosine in users.most_similar_contexts("u1")]
        ['tea', 'car']
        """
        contexts = self.contexts
        if contexts is None:
            hint = "train() makes them, except LSA and hierarchical softmax; .safetensors files keep them"
            raise SettingError(field="contexts", expected="context vectors", shown="none", hint=hint)
        direction, _ = direction_of(self._of_words, positive, negative)
        return contexts.most_similar([direction], topn=topn, restrict_vocab=restrict_vocab)


def contexts_of(words: Vocabulary, given: Sequence[str] | Vocabulary | None) -> Vocabulary:
    """Return the vocabulary of context vectors: that of the words, if none or the same is given."""
    contexts = words if given is None else vocabulary_of(given)
    return words if contexts.words == words.words else contexts
