"""Similarity: how near words are to each other, by the cosine of their vectors."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.arrays import real_array
from fastvec.checks.numbers import truth
from fastvec.errors import SettingError, UnknownWordError
from fastvec.vectors import movers, queries
from fastvec.vectors.lookup import Key, Lookup
from fastvec.vectors.terms import Word, list_of_words, row_of, unit_rows


class Similarity(Lookup):
    """The part of :class:`fastvec.WordVectors` that compares words; see there."""

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

    def distances(self, word: Word, other_words: Iterable[Key] = ()) -> NDArray[np.float64]:
        """Return 1 - cosine between a word and each of some others, float64[N].

        Parameters
        ----------
        word : str, int or float[D]
            A word, an id or a vector.
        other_words : iterable of str or int
            N words or ids. None of them: all V words of the vocabulary, in the order of their ids, to 1e-6.

        Raises
        ------
        UnknownWordError
            If a word has no vector.
        SettingError
            If ``other_words`` is a lone word, or a vector is not one of D finite numbers.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> vectors = WordVectors(["a", "b", "c"], [[1, 0], [0, 1], [-2, 0]])
        >>> vectors.distances("a"), vectors.distances("a", ["c", "a"])
        (array([0., 1., 2.]), array([2., 0.]))
        """
        row, _ = row_of(self, word)
        others = list_of_words("other_words", () if other_words is None else other_words, or_none=True)
        if others:
            return 1 - queries.cosines(self[others], row)
        (cosines,) = queries.cosines_with_all(self.vectors, self.norms, queries.unit(row)[None])
        distances: NDArray[np.float64] = 1 - cosines.astype(np.float64)
        return distances

    def n_similarity(self, a: Iterable[Key], b: Iterable[Key]) -> float:
        """Return the cosine between the means of two lists of words.

        Parameters
        ----------
        a, b : iterable of str or int
            At least one word or id each.

        Raises
        ------
        UnknownWordError
            If a word has no vector.
        SettingError
            If a list is empty, or a lone word.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> vectors = WordVectors(["a", "b", "c"], [[1, 0], [0, 1], [2, 2]])
        >>> round(vectors.n_similarity(["a", "b"], ["c"]), 4)
        1.0
        """
        lists = list_of_words("a", a), list_of_words("b", b)
        mean_a, mean_b = (self[words].mean(axis=0, dtype=np.float64) for words in lists)
        return float(queries.cosines(mean_a[None], mean_b)[0])

    def get_mean_vector(
        self,
        keys: Iterable[Word],
        weights: ArrayLike | None = None,
        pre_normalize: bool = True,
        post_normalize: bool = False,
        ignore_missing: bool = True,
    ) -> NDArray[np.float32]:
        """Return the weighted mean of the vectors of some words, float32[D].

        Parameters
        ----------
        keys : iterable of str, int or float[D]
            N words, ids or vectors.
        weights : float[N], optional
            By default 1 for each; the sum of the weighted vectors is divided by that of the absolute weights.
        pre_normalize : bool
            Whether each vector is scaled to length 1 first. (gensim does not scale those that are given as such.)
        post_normalize : bool
            Whether the mean is scaled to length 1.
        ignore_missing : bool
            Leave words out that have no vector, as gensim does by default; False: raise an error.

        Raises
        ------
        UnknownWordError
            If a word has no vector and ``ignore_missing=False``, or if none has one.
        SettingError
            If ``keys`` is empty or a lone word, there are other than N weights, or they are all 0.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> vectors = WordVectors(["a", "b"], [[2, 0], [0, 4]])
        >>> vectors.get_mean_vector(["a", "b", "unknown"]), vectors.get_mean_vector(["a", "b"], [3, -1], False)
        (array([0.5, 0.5], dtype=float32), array([ 1.5, -1. ], dtype=float32))
        """
        for name, value in (("pre_normalize", pre_normalize), ("post_normalize", post_normalize)):
            truth(name, value)
        truth("ignore_missing", ignore_missing)
        listed = list_of_words("keys", keys)
        all_weights = np.ones(len(listed)) if weights is None else _weights(weights, len(listed))
        total, divisor, missing = np.zeros(self.vector_size), 0.0, None
        for key, weight in zip(listed, all_weights.tolist(), strict=True):
            try:
                row, _ = row_of(self, key)
            except UnknownWordError as error:
                missing = missing or error
                if not ignore_missing:
                    raise
                continue
            total += weight * (queries.unit(row) if pre_normalize else row)
            divisor += abs(weight)
        if divisor == 0:
            if missing is not None:
                raise missing
            raise SettingError(field="weights", expected="at least one that is not 0", got=weights)
        mean = total / divisor
        return (queries.unit(mean) if post_normalize else mean).astype(np.float32)

    def wmdistance(self, a: Iterable[str], b: Iterable[str], norm: bool = True) -> float:
        """Return the Word Mover's Distance between two documents: how far the words of one travel to the other.

        It is the least cost of moving the mass of document a, 1 / len(a) at each token, to that of b, where moving
        from one word to another costs the Euclidean distance between their vectors (Kusner, Sun, Kolkin and
        Weinberger 2015, "From Word Embeddings To Document Distances"). Words without a vector are left out.

        Parameters
        ----------
        a, b : iterable of str
            The tokens of two documents.
        norm : bool
            Whether vectors are scaled to length 1 first.

        Returns
        -------
        float
            Infinity if a document has no word that has a vector, as gensim returns. (gensim also returns it for
            documents whose words differ but have equal vectors; their distance is 0 here.)

        Raises
        ------
        MissingPackageError
            An ImportError, if POT is not installed: ``pip install 'fastvec[wmd]'``.
        SettingError
            If a document is a lone str, or a vector is not finite.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> vectors = WordVectors(["king", "queen", "tea"], [[1, 0], [0, 1], [-1, 0]])
        >>> round(vectors.wmdistance(["king", "tea"], ["queen", "tea"]), 4)   # doctest: +SKIP
        0.7071
        """
        truth("norm", norm)
        return movers.distance(self, a, b, norm=norm)

    def doesnt_match(self, words: Iterable[Key]) -> str:
        """Return the word of a list that is furthest from the mean of their vectors, each at length 1.

        Parameters
        ----------
        words : iterable of str or int

        Raises
        ------
        UnknownWordError
            If a word has no vector.
        SettingError
            If the list is empty, or a lone word.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> vectors = WordVectors(["tea", "milk", "car"], [[1, 0.1], [1, 0.2], [0, 1]])
        >>> vectors.doesnt_match(["tea", "car", "milk"])
        'car'
        """
        words = list_of_words("words", words)
        rows = self[words]
        mean = sum(map(queries.unit, rows), np.zeros(self.vector_size))
        furthest = words[int(queries.cosines(rows, mean).argmin())]
        return furthest if isinstance(furthest, str) else self.index_to_key[furthest]

    def most_similar_to_given(self, word: Key, others: Iterable[Key]) -> Key:
        """Return the one of some words that is nearest to a word; of equal ones the first.

        Parameters
        ----------
        word : str or int
        others : iterable of str or int
            At least one word or id.

        Raises
        ------
        UnknownWordError
            If a word has no vector.
        SettingError
            If ``others`` is empty, or a lone word.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> WordVectors(["a", "b", "c"], [[1, 0], [0, 1], [2, 1]]).most_similar_to_given("a", ["b", "c"])
        'c'
        """
        listed: list[Key] = list_of_words("others", others)
        return listed[int(queries.cosines(self[listed], self.get_vector(word)).argmax())]

    def closer_than(self, a: Key, b: Key) -> list[str]:
        """Return the words that are nearer to ``a`` than ``b`` is, in the order of their ids.

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
        >>> WordVectors(["a", "b", "c"], [[1, 0], [0, 1], [2, 1]]).closer_than("a", "b")
        ['c']
        """
        return [self.index_to_key[i] for i in self._closer_than(a, b)]

    def _closer_than(self, a: Key, b: Key) -> list[int]:
        row, i = self._look_up(a)
        (query,) = unit_rows("a", [row], self.vector_size)
        (cosine,) = queries.cosines(self[[b]], query)
        nearer = queries.nearer(self.vectors, self.norms, query, float(cosine))
        return [j for j in nearer.tolist() if j != i]

    def rank(self, a: Key, b: Key) -> int:
        """Return the position of ``b`` among the words nearest to ``a``, 1 for the nearest.

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
        >>> WordVectors(["a", "b", "c"], [[1, 0], [0, 1], [2, 0]]).rank("a", "b")
        2
        """
        return 1 + len(self._closer_than(a, b))


def _weights(weights: ArrayLike, n: int) -> NDArray[np.float64]:
    checked: NDArray[np.float64] = real_array("weights", weights, np.float64, (n,))
    if not np.isfinite(checked).all():
        raise SettingError(field="weights", expected="finite numbers", got=checked, shown="nan or inf")
    return checked
