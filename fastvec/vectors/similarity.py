"""Similarity: which words are near to which, by the cosine of their vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from numbers import Integral
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.arrays import matrix
from fastvec.checks.numbers import real, whole
from fastvec.errors import SettingError
from fastvec.vectors import queries
from fastvec.vectors.batch import nearest_of_many
from fastvec.vectors.lookup import Key, Lookup

Term: TypeAlias = "Key | NDArray[np.floating] | tuple[Key | NDArray[np.floating], float]"


class Similarity(Lookup):
    """The part of :class:`fastvec.WordVectors` that compares vectors; see there."""

    def similarity(self, a: Key, b: Key) -> float:
        """Return the cosine between two words or ids, in [-1, 1]; 0 if either vector is zero.

        Parameters
        ----------
        a, b : str or int

        Raises
        ------
        UnknownWordError
            If a word has no vector.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> vectors = WordVectors(["a", "b", "zero"], [[1, 0], [1, 1], [0, 0]])
        >>> round(vectors.similarity("a", "b"), 4), vectors.similarity("a", "zero")
        (0.7071, 0.0)
        """
        return float(queries.cosines(self[[a]], self.get_vector(b))[0])

    def distance(self, a: Key, b: Key) -> float:
        """Return 1 - :meth:`similarity`.

        Parameters
        ----------
        a, b : str or int

        Raises
        ------
        UnknownWordError
            If a word has no vector.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> WordVectors(["a", "b"], [[1, 0], [0, 1]]).distance("a", "b")
        1.0
        """
        return 1 - self.similarity(a, b)

    def n_similarity(self, a: Sequence[Key], b: Sequence[Key]) -> float:
        """Return the cosine between the means of two lists of words.

        Parameters
        ----------
        a, b : list of str or int
            At least one word or id each.

        Raises
        ------
        UnknownWordError
            If a word has no vector.
        SettingError
            If a list is empty.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> vectors = WordVectors(["a", "b", "c"], [[1, 0], [0, 1], [2, 2]])
        >>> round(vectors.n_similarity(["a", "b"], ["c"]), 4)
        1.0
        """
        for name, words in (("a", a), ("b", b)):
            if isinstance(words, str):
                raise SettingError(field=name, expected="a list of words", got=words, hint=f"give [{words!r:.80}]")
        if not len(a) or not len(b):
            raise SettingError(field="words", expected="two lists of at least one word", got=(a, b))
        mean_a, mean_b = (self[list(words)].mean(axis=0, dtype=np.float64) for words in (a, b))
        return float(queries.cosines(mean_a[None], mean_b)[0])

    def most_similar(
        self,
        positive: Term | Sequence[Term] = (),
        negative: Term | Sequence[Term] = (),
        topn: int = 10,
        *,
        restrict_vocab: int | None = None,
    ) -> list[tuple[str, float]]:
        """Return the words whose vectors have the highest cosine with a direction.

        The direction is the weighted sum of the given vectors, each at length 1; negative ones have the weight -1.
        Given words and ids are left out of the answer; a given vector leaves no word out.

        Parameters
        ----------
        positive, negative : word, id, vector[D], or a list of these
            What to be near to and far from. ``(word, weight)`` gives a weight instead of 1 and -1.
        topn : int
            How many words to return.
        restrict_vocab : int, optional
            Search only the first words, so many of them (the most frequent, in vectors that fastvec trained).

        Returns
        -------
        list of (str, float)
            Words and cosines, the highest first; equal ones by id.

        Raises
        ------
        UnknownWordError
            If a word has no vector.
        SettingError
            If nothing is given, or ``topn`` or a vector cannot be used.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> rows = [[1, 0, 1], [1, 1, 1], [1, 0, -1], [1, 1, -1]]
        >>> vectors = WordVectors(["man", "king", "woman", "queen"], rows)
        >>> [word for word, cosine in vectors.most_similar(positive=["king", "woman"], negative=["man"])]
        ['queen']
        """
        topn = whole("topn", topn, 0)
        limit = len(self) if restrict_vocab is None else whole("restrict_vocab", restrict_vocab, 1)
        direction, left_out = self._direction(positive, negative)
        best = queries.nearest(self.vectors[:limit], self.norms[:limit], queries.unit(direction), topn, left_out)
        return [(self.index_to_key[i], cosine) for i, cosine in best]

    def _direction(
        self, positive: Term | Sequence[Term], negative: Term | Sequence[Term]
    ) -> tuple[NDArray[np.float64], list[int]]:
        """Return the weighted sum of what is given, and the ids among that."""
        terms = [*self._terms(positive, 1.0), *self._terms(negative, -1.0)]
        if not terms:
            raise SettingError(field="positive", expected="at least one word or vector", shown="none")
        direction = np.zeros(self.vector_size)
        for row, weight, _ in terms:
            direction += weight * queries.unit(row)
        if not np.isfinite(direction).all():
            raise SettingError(field="positive, negative", expected="finite vectors", shown="nan or inf in them")
        return direction, [i for _, _, i in terms if i is not None]

    def most_similar_batch(
        self, keys: Sequence[Key] | NDArray[np.floating], topn: int = 10, *, restrict_vocab: int | None = None
    ) -> list[list[tuple[str, float]]]:
        """Return the nearest words of many words at once, 10 to 50 times as fast as one after the other.

        Parameters
        ----------
        keys : sequence of words or ids, or float[Q, D]
            Q queries. A given word is left out of its own answer.
        topn : int
            How many words to return for each.
        restrict_vocab : int, optional
            As for :meth:`most_similar`.

        Returns
        -------
        list of lists of (str, float)
            For each query what :meth:`most_similar` returns.

        Raises
        ------
        UnknownWordError
            If a word has no vector.
        SettingError
            If ``topn``, ``restrict_vocab`` or a vector cannot be used.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> vectors = WordVectors(["a", "b", "c"], [[2, 1], [1, 1], [-1, 3]])
        >>> [answer[0][0] for answer in vectors.most_similar_batch(["a", "b", "c"], topn=1)]
        ['b', 'a', 'b']
        """
        topn = whole("topn", topn, 0)
        limit = len(self) if restrict_vocab is None else whole("restrict_vocab", restrict_vocab, 1)
        if isinstance(keys, np.ndarray) and keys.dtype.kind == "f":
            rows = matrix("keys", keys, (None, self.vector_size))
            found: list[tuple[NDArray[np.float32], int | None]] = [(row, None) for row in rows]
        elif isinstance(keys, str) or not isinstance(keys, (Sequence, np.ndarray)):
            raise SettingError(field="keys", expected="a list of words or ids, or float[any number, D]", got=keys)
        else:
            found = [self._look_up(key) for key in keys]
        asked = np.array([queries.unit(row) for row, _ in found]).reshape(-1, self.vector_size)
        if not np.isfinite(asked).all():
            raise SettingError(field="keys", expected="finite vectors", shown="nan or inf in them")
        left_out: list[list[int]] = [[] if i is None or i >= limit else [i] for _, i in found]
        best = nearest_of_many(self.vectors[:limit], self.norms[:limit], asked, topn, left_out)
        return [
            [(self.index_to_key[i], cosine) for i, cosine in zip(ids, cosines, strict=True) if i >= 0]
            for ids, cosines in zip(best.ids.tolist(), best.cosines.tolist(), strict=True)
        ]

    def similar_by_word(self, word: Key, topn: int = 10) -> list[tuple[str, float]]:
        """Return the nearest words to a word, as :meth:`most_similar` does.

        Parameters
        ----------
        word : str or int
        topn : int
            How many words to return.

        Raises
        ------
        UnknownWordError
            If the word has no vector.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> WordVectors(["a", "b", "c"], [[1, 0], [0, 1], [2, 0]]).similar_by_word("a", topn=1)
        [('c', 1.0)]
        """
        return self.most_similar([word], topn=topn)

    def similar_by_vector(self, vector: NDArray[np.floating], topn: int = 10) -> list[tuple[str, float]]:
        """Return the nearest words to a vector, as :meth:`most_similar` does.

        Parameters
        ----------
        vector : float[D]
        topn : int
            How many words to return.

        Raises
        ------
        SettingError
            If it is not a vector of D finite numbers.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> WordVectors(["a", "b", "c"], [[1, 0], [0, 1], [2, 2]]).similar_by_vector([0, 3], topn=1)
        [('b', 1.0)]
        """
        return self.most_similar([np.asarray(vector)], topn=topn)

    def analogy(self, a: Key, b: Key, c: Key, topn: int = 1) -> list[tuple[str, float]]:
        """Return what is to ``c`` as ``b`` is to ``a``: the nearest words to b - a + c, without these three.

        Parameters
        ----------
        a, b, c : str or int
        topn : int
            How many words to return.

        Raises
        ------
        UnknownWordError
            If a word has no vector.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> rows = [[1, 0, 1], [1, 1, 1], [1, 0, -1], [1, 1, -1]]
        >>> vectors = WordVectors(["man", "king", "woman", "queen"], rows)
        >>> vectors.analogy("man", "king", "woman")[0][0]
        'queen'
        """
        return self.most_similar([b, c], [a], topn)

    def doesnt_match(self, words: Sequence[Key]) -> str:
        """Return the word of a list that is furthest from the mean of their vectors, each at length 1.

        Parameters
        ----------
        words : list of str or int

        Raises
        ------
        UnknownWordError
            If a word has no vector.
        SettingError
            If the list is empty.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> vectors = WordVectors(["tea", "milk", "car"], [[1, 0.1], [1, 0.2], [0, 1]])
        >>> vectors.doesnt_match(["tea", "car", "milk"])
        'car'
        """
        if isinstance(words, str) or len(words) == 0:
            raise SettingError(field="words", expected="a list of at least one word", got=words)
        rows = self[list(words)]
        mean = sum(map(queries.unit, rows), np.zeros(self.vector_size))
        furthest = words[int(queries.cosines(rows, mean).argmin())]
        return furthest if isinstance(furthest, str) else self.index_to_key[furthest]

    def rank(self, a: Key, b: Key) -> int:
        """Return the position of ``b`` among the words nearest to ``a``, 1 for the nearest.

        Parameters
        ----------
        a : str or int
        b : str or int
            In the vocabulary.

        Raises
        ------
        UnknownWordError
            If ``a`` has no vector, or ``b`` is out of the vocabulary.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> WordVectors(["a", "b", "c"], [[1, 0], [0, 1], [2, 0]]).rank("a", "b")
        2
        """
        row, i = self._look_up(a)
        scores = queries.scores(self.vectors, self.norms, queries.unit(row))
        score = scores[self.get_index(b)]
        scores[[] if i is None else i] = -np.inf
        return 1 + int((scores > score).sum())

    def _terms(
        self, given: Term | Sequence[Term], default: float
    ) -> Iterator[tuple[NDArray[np.floating], float, int | None]]:
        """Yield each given row, its weight, and its id (None for a vector and an out-of-vocabulary word)."""
        for term in _listed(given):
            key, weight = term if isinstance(term, tuple) and len(term) == 2 else (term, default)
            real("weight", weight)
            if isinstance(key, np.ndarray):
                yield _query_vector(key, self.vector_size), float(weight), None
            else:
                row, i = self._look_up(key)
                yield row, float(weight), i


def _listed(given: Any) -> list[Any]:
    """Return a list of terms, given one term, a pair of a key and a weight, an array of vectors, or a list."""
    if isinstance(given, (str, Integral)) or (isinstance(given, np.ndarray) and given.ndim == 1):
        return [given]
    if isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], float):
        return [given]
    if given is None:
        return []
    if not (given.ndim == 2 if isinstance(given, np.ndarray) else isinstance(given, Sequence)):
        expected = "words, ids, vectors, or a list of these"
        raise SettingError(field="positive, negative", expected=expected, got=given)
    return list(given)


def _query_vector(vector: NDArray[Any], vector_size: int) -> NDArray[np.floating]:
    if vector.shape != (vector_size,) or vector.dtype.kind not in "fiu":
        raise SettingError(field="vector", expected=f"real numbers[{vector_size}]", got=vector)
    if not np.isfinite(vector).all():
        raise SettingError(field="vector", expected="finite numbers", got=vector, shown="nan or inf")
    return vector
