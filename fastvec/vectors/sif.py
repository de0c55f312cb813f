"""SIF: texts as weighted means of word vectors, without what all texts have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.arrays import real_array
from fastvec.checks.numbers import real, whole
from fastvec.checks.read_only import ReadOnlyArrays
from fastvec.checks.settings import setting
from fastvec.errors import SettingError
from fastvec.running.progress import OnProgress
from fastvec.text.tokens import Tokens
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors import components
from fastvec.vectors.bags import Bags, Texts, bags_of
from fastvec.vectors.lookup import Lookup

Frequencies = Literal["counts", "zipf"] | Vocabulary


def _check_frequencies(name: str, value: object) -> None:
    if not isinstance(value, Vocabulary) and value not in ("counts", "zipf"):
        raise SettingError(field=name, expected="'counts', 'zipf' or a Vocabulary with counts", got=value)
    if isinstance(value, Vocabulary) and not (value.has_counts and value.total):
        raise SettingError(field=name, expected="a Vocabulary with counts", got=value)


@dataclass(frozen=True, kw_only=True)
class SIF:
    """Smooth inverse frequency: rare words weigh more, and the common component of all texts is taken out.

    The vector of a text is the mean over its tokens of a / (a + p(word)) * vector[word], minus its projections on
    the first right singular vectors of the matrix of all of these (Arora, Liang and Ma 2017, "A Simple but
    Tough-to-Beat Baseline for Sentence Embeddings", algorithm 1).

    Parameters
    ----------
    a : float
        The smaller, the less frequent words weigh. The paper's a is between 1e-4 and 1e-3.
    components : int
        How many common components are taken out: 1 in the paper, 0 for weights alone.
    frequencies : "counts", "zipf" or Vocabulary
        Where p(word) comes from. "counts": the counts of the vectors' words. "zipf": 1 / rank, scaled to a sum of
        1, for vectors without counts whose words are sorted by frequency, as those of most files are. A
        Vocabulary: its counts. A word that is not counted there has p = 0, and so the weight 1.

    Raises
    ------
    SettingError
        If a setting is out of range.

    Examples
    --------
    >>> import fastvec as fv
    >>> vectors = fv.WordVectors(["the", "cat", "dog"], [[9, 1], [1, 2], [1, 3]], counts=[90, 5, 5])
    >>> fitted = fv.SIF().fit(vectors, ["the cat", "the dog", "the cat cat"])
    >>> abs(fitted.common).round(2)  # the sign has no meaning
    array([[0.51, 0.86]])
    >>> fitted.transform(["cat", "a dog"]).round(4)
    array([[-0.0026,  0.0015],
           [-0.0112,  0.0066]], dtype=float32)
    """

    a: float = setting(1e-3, "weight of a word: a / (a + its frequency)", real, above=0)
    components: int = setting(1, "common components that are taken out", whole, 0)
    frequencies: Frequencies = setting("counts", "where the frequencies of words come from", _check_frequencies)

    def __post_init__(self) -> None:
        real("a", self.a, above=0)
        whole("components", self.components, 0)
        _check_frequencies("frequencies", self.frequencies)

    def fit(
        self,
        vectors: Lookup,
        texts: Texts,
        *,
        tokens: Tokens = "whitespace",
        lowercase: bool = False,
        threads: int | None = None,
        on_progress: OnProgress | None = None,
    ) -> FittedSIF:
        """Find the common components of some texts.

        Parameters
        ----------
        vectors : WordVectors
        texts, tokens, lowercase, threads, on_progress
            As for :meth:`fastvec.WordVectors.embed`.

        Returns
        -------
        FittedSIF
            Embeds these and other texts, all without the components of these.

        Raises
        ------
        SettingError
            If the vectors have no counts, or there are too few texts for so many components.

        Examples
        --------
        >>> import fastvec as fv
        >>> vectors = fv.WordVectors(["the", "cat", "dog"], [[9, 1], [1, 2], [1, -3]])
        >>> fv.SIF(frequencies="zipf").fit(vectors, [["the", "cat"], ["the", "dog"]]).common.shape
        (1, 2)
        """
        fitted, _ = self._fit(
            vectors, texts, tokens=tokens, lowercase=lowercase, threads=threads, on_progress=on_progress
        )
        return fitted

    def _fit(
        self,
        vectors: Lookup,
        texts: Texts,
        *,
        tokens: Tokens,
        lowercase: bool,
        threads: int | None,
        on_progress: OnProgress | None,
    ) -> tuple[FittedSIF, tuple[NDArray[np.float32], NDArray[np.int64]]]:
        """Return what :meth:`fit` does, and the texts' own vectors and numbers of unknown tokens."""
        self._check_counts(vectors)
        bags = bags_of(
            vectors, texts, tokens=tokens, lowercase=lowercase, threads=threads, on_progress=on_progress
        )
        means = bags.means(self._weights_of(vectors, bags), threads=threads)
        common = _common_components(means, self.components)
        fitted = FittedSIF(vectors, common, self, tokens=tokens, lowercase=lowercase)
        return fitted, (_without(means, common), bags.n_unknown)

    def _check_counts(self, vectors: Lookup) -> None:
        vocabulary = vectors.vocabulary
        if self.frequencies == "counts" and not (vocabulary.has_counts and vocabulary.total):
            hint = "SIF(frequencies='zipf') takes the ranks of the words, a Vocabulary other counts"
            shown = "vectors without counts"
            raise SettingError(field="vectors", expected="the counts of their words", shown=shown, hint=hint)

    def _weights_of(self, vectors: Lookup, bags: Bags) -> NDArray[np.float64]:
        """Return a / (a + p) of each row of the bags."""
        weights: NDArray[np.float64] = self.a / (self.a + self._p(vectors, bags))
        return weights

    def _p(self, vectors: Lookup, bags: Bags) -> NDArray[np.float64]:
        in_vocabulary = bags.ids >= 0
        p = np.zeros(len(bags.ids))
        ids = bags.ids[in_vocabulary]
        if isinstance(self.frequencies, Vocabulary):
            index, counts = self.frequencies.index, self.frequencies.counts
            other = np.array([index.get(vectors.index_to_key[i], -1) for i in ids.tolist()], np.int64)
            p[in_vocabulary] = np.where(other >= 0, counts[other], 0) / self.frequencies.total
        elif self.frequencies == "counts":
            p[in_vocabulary] = vectors.vocabulary.counts[ids] / vectors.vocabulary.total
        else:
            p[in_vocabulary] = 1 / (1 + ids) / (1 / np.arange(1, len(vectors) + 1)).sum()
        return p


class FittedSIF(ReadOnlyArrays):
    """Embeds texts by :class:`SIF`, without the common components of the texts that it was fitted to.

    Parameters
    ----------
    vectors : WordVectors
    common : float64[K, D]
        The common components, orthogonal and of length 1. To keep a FittedSIF, save these (``np.save``).
    settings : SIF
    tokens, lowercase
        How texts are split, as for :meth:`fastvec.WordVectors.embed`.

    Attributes
    ----------
    vectors, common, settings, tokens, lowercase
        As above.

    Raises
    ------
    SettingError
        If there are other than ``settings.components`` of D numbers.

    Examples
    --------
    >>> import fastvec as fv
    >>> vectors = fv.WordVectors(["the", "cat"], [[9, 1], [1, 2]], counts=[90, 10])
    >>> FittedSIF(vectors, [[1, 0]], SIF()).transform(["the cat"]).round(4)
    array([[0.    , 0.0105]], dtype=float32)
    """

    def __init__(
        self,
        vectors: Lookup,
        common: ArrayLike,
        settings: SIF,
        *,
        tokens: Tokens = "whitespace",
        lowercase: bool = False,
    ) -> None:
        self.vectors, self.settings = vectors, settings
        shape = (settings.components, vectors.vector_size)
        self.common: NDArray[np.float64] = real_array("common", common, np.float64, shape)
        self.tokens, self.lowercase = tokens, lowercase
        settings._check_counts(vectors)

    def __repr__(self) -> str:
        return f"FittedSIF({self.vectors}, {self.settings})"

    def transform(
        self, texts: Texts, *, threads: int | None = None, on_progress: OnProgress | None = None
    ) -> NDArray[np.float32]:
        """Return the vectors of texts, float32[n, D]; a text without a known word gets zeros.

        Parameters
        ----------
        texts, threads, on_progress
            As for :meth:`fastvec.WordVectors.embed`.

        Raises
        ------
        SettingError
            If the texts are a lone str, or a vector is not finite.

        Examples
        --------
        >>> import fastvec as fv
        >>> vectors = fv.WordVectors(["the", "cat"], [[9, 1], [1, 2]], counts=[90, 10])
        >>> fv.SIF(components=0).fit(vectors, []).transform(["cat", "rat"]).round(4)
        array([[0.0099, 0.0198],
               [0.    , 0.    ]], dtype=float32)
        """
        bags = bags_of(
            self.vectors,
            texts,
            tokens=self.tokens,
            lowercase=self.lowercase,
            threads=threads,
            on_progress=on_progress,
        )
        return _without(bags.means(self.settings._weights_of(self.vectors, bags), threads=threads), self.common)


def _common_components(means: NDArray[np.float32], k: int) -> NDArray[np.float64]:
    """Return the first k right singular vectors of a matrix [n, D], float64[k, D]."""
    values, vectors = components.directions(means)
    rank = int((values > max(values[0], 0) * 1e-10).sum())
    if k and rank <= k:  # nothing, or nothing but rounding, would be left of any text
        expected = f"texts in more directions than the {k} common component{'s' * (k > 1)} that are taken out"
        hint = "fit SIF to many texts and transform few, or take components=0"
        raise SettingError(field="texts", expected=expected, shown=f"{rank} in {len(means)} texts", hint=hint)
    return vectors[:k]


def _without(means: NDArray[np.float32], common: NDArray[np.float64]) -> NDArray[np.float32]:
    return components.subtract(means, np.zeros(means.shape[1]), common) if len(common) else means
