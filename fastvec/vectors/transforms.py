"""Transforms: new vectors from old ones, centred, scaled, without their common directions, or rotated."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.arrays import check_finite
from fastvec.checks.numbers import whole
from fastvec.errors import SettingError
from fastvec.vectors import components, queries
from fastvec.vectors.lookup import Lookup
from fastvec.vectors.subwords import SubwordVectors
from fastvec.vectors.terms import list_of_words

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

TRANSFORMS = "transforms"  # the setting that says what was done, in order


class Transforms(Lookup):
    """The part of :class:`fastvec.WordVectors` that makes new vectors; see there."""

    settings: dict[str, Any]
    history: dict[str, NDArray[Any]] | None
    context_vectors: NDArray[np.float32] | None
    output_nodes: NDArray[np.float32] | None

    def centred(self) -> WordVectors:
        """Return these vectors minus their mean.

        Returns
        -------
        WordVectors
            Without context vectors and inner nodes, which belong to the old ones. ``settings["transforms"]`` says
            what was done. The rows of n-grams are centred alike, so that a word that is out of the vocabulary is
            too; a bucket without a row then counts as the mean.

        Raises
        ------
        SettingError
            If a vector is not finite.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> WordVectors(["a", "b"], [[1, 0], [3, 2]]).centred().vectors
        array([[-1., -1.],
               [ 1.,  1.]], dtype=float32)
        """
        self._check_transformable()
        centre = components.mean_row(self.vectors)
        return self._without(centre, np.empty((0, self.vector_size)), {"name": "centred"})

    def without_top(self, k: int) -> WordVectors:
        """Return these vectors minus their mean, and without their first k principal components.

        These mostly encode how frequent a word is (Mu and Viswanath 2018, "All-but-the-Top: Simple and Effective
        Postprocessing for Word Representations", algorithm 1).

        Parameters
        ----------
        k : int
            Less than D; the paper recommends about D / 100.

        Returns
        -------
        WordVectors
            As from :meth:`centred`.

        Raises
        ------
        SettingError
            If k is out of range, or a vector is not finite.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> WordVectors(["a", "b", "c"], [[9, 1], [-9, 1], [0, 4]]).without_top(1).vectors.round(3)
        array([[ 0., -1.],
               [ 0., -1.],
               [ 0.,  2.]], dtype=float32)
        """
        k = whole("k", k, 0, self.vector_size - 1)
        self._check_transformable()
        centre = components.mean_row(self.vectors)
        _, vectors = components.directions(self.vectors, centre)
        return self._without(centre, vectors[:k], {"name": "without_top", "k": k})

    def normalized(self) -> WordVectors:
        """Return these vectors, each scaled to length 1; a zero vector stays zero.

        Returns
        -------
        WordVectors
            Without context vectors, inner nodes and subwords (with a warning): the length of a mean of n-grams is
            not the mean of lengths.

        Raises
        ------
        SettingError
            If a vector is not finite.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> WordVectors(["a", "b"], [[3, 4], [0, 2]]).normalized().vectors
        array([[0.6, 0.8],
               [0. , 1. ]], dtype=float32)
        """
        self._check_transformable()
        if self.subwords is not None:
            warnings.warn("n-grams are left out: out-of-vocabulary words have no vector any more", stacklevel=2)
        return self._made(self.get_normed_vectors(), {"name": "normalized"})

    def align(self, other: Lookup, words: Iterable[str] | Mapping[str, str] | None = None) -> WordVectors:
        """Return these vectors rotated into the space of others, so that vectors of the two can be compared.

        The rotation is the orthogonal matrix R that brings A R nearest to B, the unit vectors of the same words
        here and there: R = U V^T, where U S V^T = A^T B (Schönemann 1966, "A Generalized Solution of the
        Orthogonal Procrustes Problem"; Hamilton, Leskovec and Jurafsky 2016, "Diachronic Word Embeddings Reveal
        Statistical Laws of Semantic Change"). Cosines between these vectors do not change.

        Parameters
        ----------
        other : WordVectors
            Of the same number of dimensions.
        words : iterable of str, or mapping from str to str, optional
            The words to align by; a mapping gives the word of ``other`` for each (a dictionary of two languages).
            By default all words that are in both vocabularies.

        Returns
        -------
        WordVectors
            Context vectors, inner nodes and the rows of n-grams are rotated too.

        Raises
        ------
        UnknownWordError
            If one of ``words`` is out of a vocabulary.
        SettingError
            If D differs, no word is shared, or a vector is not finite.

        Warns
        -----
        UserWarning
            If there are fewer words than dimensions: other rotations are as good.

        Examples
        --------
        >>> from fastvec import WordVectors
        >>> old = WordVectors(["tea", "milk", "wireless"], [[1, 0], [0, 1], [3, 4]])
        >>> new = WordVectors(["milk", "tea", "radio"], [[2, 0], [0, 2], [4, 3]])
        >>> old.align(new)["wireless"].round(6)
        array([4., 3.], dtype=float32)
        """
        if not isinstance(other, Lookup):
            raise SettingError(field="other", expected="WordVectors", got=other)
        if other.vector_size != self.vector_size:
            expected = f"vectors of {self.vector_size} dimensions"
            raise SettingError(field="other", expected=expected, got=other, shown=str(other.vector_size))
        pairs = _shared(self, other, words)
        self._check_transformable()
        rotation, step = _rotation(self, other, pairs), {"name": "align", "words": len(pairs)}

        def rotated(rows: NDArray[np.float32] | None) -> NDArray[np.float32] | None:
            return None if rows is None else rows @ rotation.astype(np.float32)

        if self.combine == "concat":
            self._warn_of_ngrams()
            return self._made(self.vectors @ rotation.astype(np.float32), step)
        turned = rotated(self.word_vectors)
        assert turned is not None
        more: dict[str, Any] = {
            "context_vectors": rotated(self.context_vectors),
            "output_nodes": rotated(self.output_nodes),
        }
        if more["context_vectors"] is not None:
            more |= {"context_vocabulary": self.context_vocabulary, "combine": self.combine}
        return self._made(turned, step, subwords=_mapped(self.subwords, rotated), **more)

    def _without(
        self, centre: NDArray[np.float64], common: NDArray[np.float64], step: dict[str, Any]
    ) -> WordVectors:
        def changed(rows: NDArray[np.float32]) -> NDArray[np.float32]:
            return components.subtract(rows, centre, common)

        if self.combine != "word":
            self._warn_of_ngrams()
            return self._made(changed(self.vectors), step)
        return self._made(changed(self.vectors), step, subwords=_mapped(self.subwords, changed))

    def _warn_of_ngrams(self) -> None:
        """Warn if there are n-grams, which compose W_in and not what was combined."""
        if self.subwords is not None:
            hint = "so out-of-vocabulary words have no vector; combined('word') keeps them"
            warnings.warn(f"the n-grams were left out, as combine={self.combine!r}, {hint}", stacklevel=4)

    def _made(self, rows: NDArray[np.float32], step: dict[str, Any], **more: Any) -> WordVectors:
        settings = self.settings | {TRANSFORMS: [*self.settings.get(TRANSFORMS, ()), step]}
        if "combine" in settings:
            settings["combine"] = more.get("combine", "word")
        made: WordVectors = type(self)(  # type: ignore[call-arg,assignment]
            self.vocabulary, rows, history=self.history, settings=settings, **more
        )
        return made

    def _check_transformable(self) -> None:
        check_finite("vectors", self.vectors, lambda row: repr(self.index_to_key[row]))


def _mapped(subwords: SubwordVectors | None, change: Any) -> SubwordVectors | None:
    """Return subwords whose rows are changed, so that their means are changed alike: the map is affine."""
    return None if subwords is None else SubwordVectors(subwords.settings, change(subwords.rows), subwords.buckets)


def _shared(a: Lookup, b: Lookup, words: Iterable[str] | Mapping[str, str] | None) -> list[tuple[int, int]]:
    """Return the ids here and there of the words to align by."""
    if words is None:
        there = b.key_to_index
        pairs = [(i, there[word]) for i, word in enumerate(a.index_to_key) if word in there]
    elif isinstance(words, Mapping):
        pairs = [(a.get_index(word), b.get_index(other)) for word, other in words.items()]
    else:
        pairs = [(a.get_index(word), b.get_index(word)) for word in list_of_words("words", words, or_none=True)]
    if not pairs:
        hint = "give words={here: there} if the vocabularies are of two languages"
        raise SettingError(field="other", expected="words that both have", shown="none", hint=hint)
    if len(pairs) < a.vector_size:
        warnings.warn(
            f"{len(pairs)} words for {a.vector_size} dimensions: other rotations align them as well",
            stacklevel=3,
        )
    return pairs


def _rotation(a: Lookup, b: Lookup, pairs: list[tuple[int, int]]) -> NDArray[np.float64]:
    """Return the orthogonal matrix[D, D] that brings the unit rows of a nearest to those of b."""
    here, there = np.array(pairs, np.int64).T
    product = np.zeros((a.vector_size, a.vector_size))
    for start in range(0, len(here), components.BLOCK):
        rows, others = (
            queries.unit_rows(vectors.vectors[ids[start : start + components.BLOCK]])
            for vectors, ids in ((a, here), (b, there))
        )
        product += rows.T @ others
    if not np.isfinite(product).all():
        raise SettingError(field="other", expected="finite vectors", shown="nan or inf in them")
    left, _, right = np.linalg.svd(product)
    rotation: NDArray[np.float64] = left @ right
    return rotation
