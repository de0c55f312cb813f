"""The questions that KeyedVectors answer, as in gensim: by fastvec's own, in cosines of float32."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.errors import UnknownWordError
from fastvec.gensim_compat import evaluations
from fastvec.gensim_compat.names import ArgumentTypeError, tell_renamed
from fastvec.vectors import movers, queries
from fastvec.vectors.word_vectors import WordVectors

Answers = list[tuple[Any, float]]


def is_key(value: Any) -> bool:
    """Return whether a value is one key, or an id, and not several."""
    return isinstance(value, (str, int, np.integer))


class Questions:
    """The part of KeyedVectors that is asked; a key may always be an id, and in most questions a vector."""

    index_to_key: list[Any]
    key_to_index: dict[Any, int]
    vector_size: int

    if TYPE_CHECKING:

        @property
        def fastvec(self) -> WordVectors:
            """See KeyedVectors."""

        def __len__(self) -> int: ...

        def forget(self) -> None:
            """See KeyedVectors."""

        def has_index_for(self, key: Any) -> bool:
            """See KeyedVectors."""

        def get_index(self, key: Any, default: int | None = None) -> int:
            """See KeyedVectors."""

        def get_vector(self, key: Any, norm: bool = False) -> NDArray[np.float32]:
            """See KeyedVectors."""

    # --- near keys ---

    def most_similar(
        self,
        positive: Any = None,
        negative: Any = None,
        topn: int | None = 10,
        clip_start: int = 0,
        clip_end: int | None = None,
        restrict_vocab: int | None = None,
        indexer: Any = None,
    ) -> Answers | NDArray[np.float32]:
        """Return the keys whose vectors have the highest cosine with a direction.

        Parameters
        ----------
        positive, negative : key, vector[D], (key, weight), or a list of these
            What to be near to and far from.
        topn : int or None
            How many keys to return; None: the cosines of all instead.
        clip_start, clip_end : int
            Only keys with ids from ``clip_start`` up to, but not with, ``clip_end``.
        restrict_vocab : int, optional
            Only the first so many keys.
        indexer : object, optional
            Its ``most_similar(vector, topn)`` finds the answers.

        Raises
        ------
        UnknownWordError
            A KeyError, if a key has no vector.
        SettingError
            A ValueError, if nothing is given.
        """
        plus, out = self._terms(positive)
        minus, out_minus = self._terms(negative, -1.0)
        out |= out_minus
        if indexer is not None and topn is not None:
            return [pair for pair in indexer.most_similar(_direction(plus + minus), topn) if pair[0] not in out]
        end = len(self) if restrict_vocab is None and clip_end is None else restrict_vocab or clip_end
        if topn is None:
            cosines: NDArray[np.float32] = self.fastvec.most_similar(plus, minus, topn=None)
            return cosines[clip_start:end]
        if topn < 1:
            return []
        among = None if clip_start == 0 else range(clip_start, min(len(self), end or 0))
        found = self.fastvec.most_similar(
            plus, minus, int(topn) + len(out), restrict_vocab=None if among is not None else end, among=among
        )
        return self._answers(found, out)[:topn]

    def most_similar_cosmul(
        self,
        positive: Any = None,
        negative: Any = None,
        topn: int | None = 10,
        restrict_vocab: int | None = None,
    ) -> Answers | NDArray[np.float64]:
        """Return the keys of the highest product of similarities; the arguments are those of most_similar."""
        plus, out = self._terms(positive)
        minus, out_minus = self._terms(negative, -1.0)
        out |= out_minus
        above, below = [row for row, _ in plus], [row for row, _ in minus]
        if topn is None:
            scores: Any = self.fastvec.most_similar_cosmul(above, below, None, restrict_vocab=restrict_vocab)
            return scores  # type: ignore[no-any-return]
        found: Any = self.fastvec.most_similar_cosmul(
            above, below, int(topn) + len(out), restrict_vocab=restrict_vocab
        )
        return self._answers(found, out)[: max(0, topn)]

    def similar_by_key(self, key: Any, topn: int | None = 10, restrict_vocab: int | None = None) -> Any:
        """Return the nearest keys to a key."""
        return self.most_similar(positive=[key], topn=topn, restrict_vocab=restrict_vocab)

    def similar_by_word(self, word: Any, topn: int | None = 10, restrict_vocab: int | None = None) -> Any:
        """Return the nearest keys to a key."""
        return self.similar_by_key(word, topn, restrict_vocab)

    def similar_by_vector(
        self, vector: ArrayLike, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Any:
        """Return the nearest keys to a vector."""
        return self.most_similar(positive=[np.asarray(vector)], topn=topn, restrict_vocab=restrict_vocab)

    def most_similar_to_given(self, key1: Any, keys_list: Sequence[Any]) -> Any:
        """Return the one of some keys that is nearest to a key."""
        return keys_list[int(np.argmax([self.similarity(key1, key) for key in keys_list]))]

    def closer_than(self, key1: Any, key2: Any) -> list[Any]:
        """Return the keys that are nearer to one key than another one is."""
        own = self.get_index(key1, -1)
        query = queries.unit(self.get_vector(key1))
        cosine = float(queries.cosines(self.get_vector(key2)[None], query)[0])
        nearer = queries.nearer(self.fastvec.vectors, self.fastvec.norms, query, cosine)
        return [self.index_to_key[i] for i in nearer.tolist() if i != own]

    def words_closer_than(self, word1: Any, word2: Any) -> list[Any]:
        """Return what :meth:`closer_than` returns."""
        tell_renamed("words_closer_than", "closer_than")
        return self.closer_than(word1, word2)

    def rank(self, key1: Any, key2: Any) -> int:
        """Return the position of one key among the nearest to another, 1 for the nearest."""
        return 1 + len(self.closer_than(key1, key2))

    # --- how near ---

    def similarity(self, w1: Any, w2: Any) -> float:
        """Return the cosine between two keys."""
        return float(np.float32(queries.cosines(self.get_vector(w1)[None], self.get_vector(w2))[0]))

    def distance(self, w1: Any, w2: Any) -> float:
        """Return 1 - :meth:`similarity`."""
        return 1 - self.similarity(w1, w2)

    def distances(self, word_or_vector: Any, other_words: Iterable[Any] = ()) -> NDArray[np.float32]:
        """Return 1 - cosine between a key or a vector and some keys; all of them, if none is given."""
        row = self.get_vector(word_or_vector) if is_key(word_or_vector) else np.asarray(word_or_vector)
        others = list(other_words)
        rows = self._rows(others) if others else self.fastvec.vectors
        return (1 - queries.cosines(rows, row)).astype(np.float32)

    @staticmethod
    def cosine_similarities(vector_1: ArrayLike, vectors_all: ArrayLike) -> NDArray[np.float32]:
        """Return the cosine of a vector[D] with each of some rows[N, D]."""
        return queries.cosines(np.asarray(vectors_all), np.asarray(vector_1)).astype(np.float32)

    def n_similarity(self, ws1: Sequence[Any], ws2: Sequence[Any]) -> float:
        """Return the cosine between the means of two lists of keys.

        Raises
        ------
        ZeroDivisionError
            If a list is empty.
        """
        if not (len(ws1) and len(ws2)):
            raise ZeroDivisionError("n_similarity: expected two lists of words, got an empty one")
        means = [self._rows(self._known(words)).mean(axis=0, dtype=np.float64) for words in (ws1, ws2)]
        return float(np.float32(queries.cosines(means[0][None], means[1])[0]))

    def relative_cosine_similarity(self, wa: Any, wb: Any, topn: int = 10) -> float:
        """Return the cosine between two keys, divided by the sum of those of the nearest keys to the first."""
        nearest: Any = self.similar_by_key(wa, topn)
        if not nearest:
            raise ValueError("relative_cosine_similarity: expected at least one near key, got none")
        return self.similarity(wa, wb) / float(sum(cosine for _, cosine in nearest))

    def wmdistance(self, document1: Sequence[Any], document2: Sequence[Any], norm: bool = True) -> float:
        """Return the Word Mover's Distance of two documents; see :meth:`fastvec.WordVectors.wmdistance`."""
        lookup: Any = self  # it asks for nothing but get_vector
        return movers.distance(lookup, document1, document2, norm=norm)

    # --- groups ---

    def get_mean_vector(
        self,
        keys: Any,
        weights: ArrayLike | None = None,
        pre_normalize: bool = True,
        post_normalize: bool = False,
        ignore_missing: bool = True,
    ) -> NDArray[np.float32]:
        """Return the weighted mean of the vectors of some keys, zeros if none has a vector.

        Parameters
        ----------
        keys : list of keys or vectors
        weights : float[N], optional
            1 for each. The sum is divided by that of the absolute weights.
        pre_normalize, post_normalize : bool
            Whether the vectors of keys, and the mean, are scaled to length 1.
        ignore_missing : bool
            Leave keys out that have no vector; else they are a KeyError.
        """
        listed = [keys] if is_key(keys) else list(keys)
        given = np.ones(len(listed)) if weights is None else np.asarray(weights, np.float64)
        if not listed or given.shape != (len(listed),):
            raise ValueError(f"keys: expected at least one, and a weight for each, got {len(listed)} of them")
        total, divisor = np.zeros(self.vector_size), 0.0
        for key, weight in zip(listed, given.tolist(), strict=True):
            if isinstance(key, np.ndarray):
                row: NDArray[Any] = key
            elif key in self:  # type: ignore[operator]
                row = self.get_vector(key, pre_normalize)
            elif ignore_missing:
                continue
            else:
                self.get_index(key)  # raises
            total += weight * row
            divisor += abs(weight)
        mean = total / divisor if divisor else total
        return (queries.unit(mean) if post_normalize else mean).astype(np.float32)

    def rank_by_centrality(self, words: Iterable[Any], use_norm: bool = True) -> list[tuple[float, Any]]:
        """Return known words with their dot products with the mean of all, the greatest first."""
        known = self._known(words)
        if not known:
            raise ValueError("words: expected at least one with a vector, got none")
        rows = np.array([self.get_vector(word, use_norm) for word in known])
        mean = queries.unit(rows.mean(axis=0)) if use_norm else rows.mean(axis=0)
        return sorted(zip((rows @ mean).tolist(), known, strict=True), reverse=True)

    def doesnt_match(self, words: Iterable[Any]) -> Any:
        """Return the word that is furthest from the mean of all; words without a vector are left out, and told."""
        listed = list(words)
        known = self._known(listed)
        if len(known) < len(listed):
            warnings.warn(f"doesnt_match: no vector for {sorted(set(listed) - set(known))}", stacklevel=2)
        return self.rank_by_centrality(known)[-1][1]

    # --- test sets ---

    def evaluate_word_analogies(
        self,
        analogies: Any,
        restrict_vocab: int | None = 300_000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
        similarity_function: str = "most_similar",
    ) -> tuple[float, list[dict[str, Any]]]:
        """Return the accuracy on a file of analogies, and right and wrong questions by section.

        See :func:`fastvec.evaluate_analogies`; ``similarity_function`` may be "most_similar_cosmul".
        """
        return evaluations.analogies(
            self.fastvec, analogies, restrict_vocab, case_insensitive, dummy4unknown, similarity_function
        )

    def evaluate_word_pairs(
        self,
        pairs: Any,
        delimiter: str = "\t",
        encoding: str = "utf8",
        restrict_vocab: int | None = 300_000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
    ) -> tuple[Any, Any, float]:
        """Return Pearson's and Spearman's correlation with judgements, and the percentage of pairs left out.

        See :func:`fastvec.evaluate_similarity`. Both correlations are those of SciPy, with ``statistic`` and
        ``pvalue``.
        """
        return evaluations.pairs(
            self.fastvec, pairs, delimiter, encoding, restrict_vocab, case_insensitive, dummy4unknown
        )

    # --- inside ---

    def unit_row(self, row: NDArray[Any]) -> NDArray[np.float32]:
        """Return a row at length 1."""
        return queries.unit(row).astype(np.float32)

    def _rows(self, keys: Iterable[Any]) -> NDArray[np.float32]:
        """Return the rows[N, D] of keys."""
        if not isinstance(keys, Iterable):
            raise ArgumentTypeError(field="key", expected="a key, or a list of keys", got=keys)
        rows = [self.get_vector(key) for key in keys]
        return np.array(rows) if rows else np.empty((0, self.vector_size), np.float32)

    def _known(self, words: Iterable[Any]) -> list[Any]:
        """Return the words that have a vector."""
        found = []
        for word in words:
            try:
                self.get_vector(word)
            except UnknownWordError:
                continue
            found.append(word)
        return found

    def _terms(self, given: Any, default: float = 1.0) -> tuple[list[tuple[NDArray[Any], float]], set[Any]]:
        """Return rows with weights (those of keys at length 1, in float32, as gensim's), and which keys they are.

        A word and its normed vector thus have the very same neighbors.
        """
        terms, keys = [], set()
        for term in _listed(given):
            key, weight = term if isinstance(term, tuple) and len(term) == 2 else (term, default)
            if isinstance(key, np.ndarray) and key.ndim:
                terms.append((key, float(weight)))
                continue
            terms.append((self.get_vector(key, norm=True), float(weight)))
            i = self.get_index(key, -1)
            if i >= 0:
                keys.add(self.index_to_key[i])
        return terms, keys

    def _answers(self, found: Iterable[tuple[str, float]], out: set[Any]) -> Answers:
        """Return answers by keys, without those that were asked with; numbers are of float32."""
        index = self.fastvec.key_to_index
        named = ((self.index_to_key[index[name]], float(np.float32(number))) for name, number in found)
        return [(key, number) for key, number in named if key not in out]


def _listed(given: Any) -> list[Any]:
    if given is None:
        return []
    if is_key(given) or (isinstance(given, np.ndarray) and given.ndim == 1):
        return [given]
    return list(given)


def _direction(terms: list[tuple[NDArray[Any], float]]) -> NDArray[np.float32]:
    """Return the weighted sum of rows, each at length 1, as a unit vector."""
    return queries.unit(np.sum([weight * queries.unit(row) for row, weight in terms], axis=0)).astype(np.float32)
