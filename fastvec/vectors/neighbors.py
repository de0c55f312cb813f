"""Neighbors: the words nearest to words, vectors and sums of these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.numbers import whole
from fastvec.errors import SettingError
from fastvec.vectors import cosmul, queries
from fastvec.vectors.lookup import Key, Lookup
from fastvec.vectors.nearest import nearest
from fastvec.vectors.terms import Term, Word, direction_of, directions_of, rows_among, terms_of, unit_rows

Answers = list[tuple[str, float]]


class Neighbors(Lookup):
    """The part of :class:`fastvec.WordVectors` that searches for near words; see there."""

    @overload
    def most_similar(
        self,
        positive: Term | Iterable[Term] = ...,
        negative: Term | Iterable[Term] = ...,
        topn: int = ...,
        *,
        restrict_vocab: int | None = ...,
        among: Iterable[Key] | None = ...,
    ) -> Answers: ...
    @overload
    def most_similar(
        self,
        positive: Term | Iterable[Term] = ...,
        negative: Term | Iterable[Term] = ...,
        *,
        topn: None,
        restrict_vocab: int | None = ...,
        among: None = ...,
    ) -> NDArray[np.float32]: ...

    def most_similar(
        self,
        positive: Term | Iterable[Term] = (),
        negative: Term | Iterable[Term] = (),
        topn: int | None = 10,
        *,
        restrict_vocab: int | None = None,
        among: Iterable[Key] | None = None,
    ) -> Answers | NDArray[np.float32]:
        """Return the words whose vectors have the highest cosine with a direction.

        The direction is the weighted sum of the given vectors, each at length 1; negative ones have the weight -1.
        Given words and ids are left out of the answer; a given vector leaves no word out.

        Parameters
        ----------
        positive, negative : word, id, vector[D], or an iterable of these
            What to be near to and far from. ``(word, weight)`` gives a weight instead of 1 and -1.
        topn : int or None
            How many words to return. None: the cosines of all words instead.
        restrict_vocab : int, optional
            Search only the first words, so many of them (the most frequent, in vectors that fastvec trained).
        among : iterable of words or ids, optional
            Search only these.

        Returns
        -------
        list of (str, float)
            Words and cosines, the highest first; equal ones by id.
        float32[V] or float32[restrict_vocab], if ``topn=None``
            Cosines by id, exact to 1e-6, those of the given words too; NaN for a row that is not finite.

        Raises
        ------
        UnknownWordError
            If a word has no vector, or one of ``among`` is out of the vocabulary.
        SettingError
            If nothing is given, or an argument or a vector cannot be used.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> rows = [[1, 0, 1], [1, 1, 1], [1, 0, -1], [1, 1, -1]]
        >>> vectors = WordVectors(["man", "king", "woman", "queen"], rows)
        >>> [word for word, cosine in vectors.most_similar(positive=["king", "woman"], negative=["man"])]
        ['queen']
        >>> vectors.most_similar("king", among=["man", "woman"], topn=1)[0][0]
        'man'
        >>> vectors.most_similar("man", topn=None).round(3)
        array([1.   , 0.816, 0.   , 0.   ], dtype=float32)
        """
        direction, left_out = direction_of(self, positive, negative)
        if topn is None:
            cosines: NDArray[np.float32] = self._all_cosines(direction[None], restrict_vocab, among)[0]
            return cosines
        return self._nearest(direction[None], topn, [left_out], restrict_vocab, among)[0]

    @overload
    def most_similar_batch(
        self,
        keys: Iterable[Word] | NDArray[np.floating],
        topn: int = ...,
        *,
        restrict_vocab: int | None = ...,
        among: Iterable[Key] | None = ...,
    ) -> list[Answers]: ...
    @overload
    def most_similar_batch(
        self,
        keys: Iterable[Word] | NDArray[np.floating],
        topn: None,
        *,
        restrict_vocab: int | None = ...,
        among: None = ...,
    ) -> NDArray[np.float32]: ...

    def most_similar_batch(
        self,
        keys: Iterable[Word] | NDArray[np.floating],
        topn: int | None = 10,
        *,
        restrict_vocab: int | None = None,
        among: Iterable[Key] | None = None,
    ) -> list[Answers] | NDArray[np.float32]:
        """Return the nearest words of many words at once, 10 to 50 times as fast as one after the other.

        Parameters
        ----------
        keys : iterable of words, ids or vectors[D], or float[Q, D]
            Q queries. A given word is left out of its own answer.
        topn : int or None
            How many words to return for each. None: the cosines of all words instead.
        restrict_vocab, among
            As for :meth:`most_similar`.

        Returns
        -------
        list of lists of (str, float)
            For each query what :meth:`most_similar` returns.
        float32[Q, V] or float32[Q, restrict_vocab], if ``topn=None``

        Raises
        ------
        UnknownWordError
            If a word has no vector, or one of ``among`` is out of the vocabulary.
        SettingError
            If an argument or a vector cannot be used.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> vectors = WordVectors(["a", "b", "c"], [[2, 1], [1, 1], [-1, 3]])
        >>> [answer[0][0] for answer in vectors.most_similar_batch(["a", "b", "c"], topn=1)]
        ['b', 'a', 'b']
        >>> [answer[0][0] for answer in vectors.most_similar_batch(["a", "b"], topn=1, among=["c"])]
        ['c', 'c']
        """
        asked, left_out = directions_of(self, keys)
        if topn is None:
            return self._all_cosines(asked, restrict_vocab, among)
        return self._nearest(asked, topn, left_out, restrict_vocab, among)

    def most_similar_cosmul(
        self,
        positive: Word | Iterable[Word] = (),
        negative: Word | Iterable[Word] = (),
        topn: int | None = 10,
        *,
        restrict_vocab: int | None = None,
    ) -> Answers | NDArray[np.float64]:
        """Return the words of the highest product of similarities, so that one far word weighs less than in a sum.

        The score of a word x is the product of s(x, p) over the positive words, divided by that of s(x, n) over
        the negative words + 1e-6, where s(x, y) = (1 + cos(x, y)) / 2. With two positive words and a negative one
        this is 3CosMul (Levy and Goldberg 2014, "Linguistic Regularities in Sparse and Explicit Word
        Representations", equation 5).

        Parameters
        ----------
        positive, negative : word, id, vector[D], or an iterable of these
            At least one positive one. Given words and ids are left out of the answer.
        topn : int or None
            How many words to return. None: the scores of all words instead.
        restrict_vocab : int, optional
            As for :meth:`most_similar`.

        Returns
        -------
        list of (str, float)
            Words and scores, the highest first; equal ones by id.
        float64[V] or float64[restrict_vocab], if ``topn=None``
            Scores by id, of cosines exact to 1e-6, those of the given words too; NaN for a row that is not finite.

        Raises
        ------
        UnknownWordError
            If a word has no vector.
        SettingError
            If no positive word is given, a word has a weight, or an argument or a vector cannot be used.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> rows = [[1, 0, 1], [1, 1, 1], [1, 0, -1], [1, 1, -1]]
        >>> vectors = WordVectors(["man", "king", "woman", "queen"], rows)
        >>> vectors.most_similar_cosmul(["king", "woman"], ["man"])[0][0]
        'queen'
        """
        limit = self._limit(restrict_vocab)
        above, below = ([*terms_of(self, given, 1.0)] for given in (positive, negative))
        if not above:
            raise SettingError(field="positive", expected="at least one word or vector", shown="none")
        for term in (*above, *below):
            if term.weight != 1:
                hint = "most_similar takes weights"
                raise SettingError(field="weight", expected="none, in a product", got=term.weight, hint=hint)
        plus, minus = (
            unit_rows("positive, negative", (term.row for term in terms), self.vector_size)
            for terms in (above, below)
        )
        if topn is None:
            return cosmul.scores(self.vectors[:limit], self.norms[:limit], plus, minus)
        left_out = [term.id for term in (*above, *below) if term.id is not None and term.id < limit]
        k = whole("topn", topn, 0)
        best = cosmul.nearest(self.vectors[:limit], self.norms[:limit], plus, minus, k, left_out)
        return [(self.index_to_key[i], score) for i, score in best]

    def similar_by_word(self, word: Key, topn: int = 10, restrict_vocab: int | None = None) -> Answers:
        """Return the nearest words to a word, as :meth:`most_similar` does.

        Parameters
        ----------
        word : str or int
        topn : int
            How many words to return.
        restrict_vocab : int, optional
            As for :meth:`most_similar`.

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
        return self.most_similar([word], topn=topn, restrict_vocab=restrict_vocab)

    def similar_by_vector(self, vector: ArrayLike, topn: int = 10, restrict_vocab: int | None = None) -> Answers:
        """Return the nearest words to a vector, as :meth:`most_similar` does.

        Parameters
        ----------
        vector : float[D]
        topn : int
            How many words to return.
        restrict_vocab : int, optional
            As for :meth:`most_similar`.

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
        return self.most_similar([np.asarray(vector)], topn=topn, restrict_vocab=restrict_vocab)

    def analogy(self, a: Key, b: Key, c: Key, topn: int = 1) -> Answers:
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

    def _limit(self, restrict_vocab: int | None) -> int:
        return len(self) if restrict_vocab is None else whole("restrict_vocab", restrict_vocab, 1)

    def _nearest(
        self,
        asked: NDArray[np.float64],
        topn: int,
        left_out: list[list[int]],
        restrict_vocab: int | None,
        among: Iterable[Key] | None,
    ) -> list[Answers]:
        topn, limit = whole("topn", topn, 0), self._limit(restrict_vocab)
        left_out = [[i for i in ids if i < limit] for ids in left_out]
        rows = rows_among(self, among, limit)
        best = nearest(
            self.vectors[:limit], self.norms[:limit], asked, topn, left_out, rows,
            codes=lambda: self._codes.of(self.vectors, self.norms),
        )  # fmt: skip
        return [
            [(self.index_to_key[i], cosine) for i, cosine in zip(ids, cosines, strict=True) if i >= 0]
            for ids, cosines in zip(best.ids.tolist(), best.cosines.tolist(), strict=True)
        ]

    def _all_cosines(
        self, asked: NDArray[np.float64], restrict_vocab: int | None, among: Iterable[Key] | None
    ) -> NDArray[np.float32]:
        if among is not None:
            hint = "1 - distances(word, others) has the cosines with others"
            raise SettingError(field="topn", expected="a number, with among", got=None, hint=hint)
        limit = self._limit(restrict_vocab)
        return queries.cosines_with_all(self.vectors[:limit], self.norms[:limit], asked)
