"""Word similarity: how well cosines agree with the judgements of people."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import choice, whole
from fastvec.errors import FormatError, SettingError
from fastvec.evaluation.resampling import RESAMPLES, Comparison, Interval, bootstrap, comparison
from fastvec.evaluation.vocabulary import ScoredVocabulary
from fastvec.io.decompression import type_of_path
from fastvec.io.limits import TEST_COLUMNS, TEST_LINE_BYTES
from fastvec.io.lines import numbered_lines
from fastvec.running.loading import load
from fastvec.vectors.queries import unit

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

Judged: TypeAlias = "tuple[str, str, float]"
OutOfVocabulary: TypeAlias = Literal["skip", "zero", "subwords"]


@dataclass(frozen=True, repr=False)
class SimilarityScore:
    """Judgements and cosines of the same pairs of words.

    Attributes
    ----------
    judgements, cosines : float64[P], read-only
        Of each pair; the cosine of a pair that is left out is NaN.
    groups : int64[P], read-only
        Of each pair the number of its word that is in more pairs. One vector moves all cosines of its word, so
        that intervals and tests draw groups, each with all of its pairs.
    """

    judgements: NDArray[np.float64]
    cosines: NDArray[np.float64]
    groups: NDArray[np.int64]

    def __repr__(self) -> str:
        return f"<SimilarityScore: Spearman {self.spearman:.3f}, {self.n:,} pairs, coverage {self.coverage:.2f}>"

    @property
    def covered(self) -> NDArray[np.bool_]:
        """Which pairs have a cosine, bool[P]."""
        return ~np.isnan(self.cosines)

    @property
    def n(self) -> int:
        """How many pairs have a cosine."""
        return int(self.covered.sum())

    @property
    def coverage(self) -> float:
        """The share of the pairs that have a cosine."""
        return float(self.covered.mean()) if len(self.cosines) else float("nan")

    @property
    def spearman(self) -> float:
        """Spearman's rank correlation of judgements and cosines; ties get their mean rank."""
        return _correlation(_ranks(self.judgements[self.covered]), _ranks(self.cosines[self.covered]))

    @property
    def pearson(self) -> float:
        """Pearson's correlation of judgements and cosines."""
        return _correlation(self.judgements[self.covered], self.cosines[self.covered])

    def interval(self, level: float = 0.95, *, resamples: int = RESAMPLES, seed: int = 1) -> Interval:
        """Return a confidence interval of Spearman's correlation, by the bootstrap over words.

        Parameters
        ----------
        level : float
            The share of resamples inside.
        resamples, seed : int

        Examples
        --------
        >>> score = SimilarityScore(np.arange(50.0), np.arange(50.0) ** 2, np.arange(50))
        >>> low, high = score.interval()
        >>> round(low, 6), round(high, 6)
        (1.0, 1.0)
        """
        gold, model = self.judgements[self.covered], self.cosines[self.covered]
        return bootstrap(
            lambda items: _correlation(_ranks(gold[items]), _ranks(model[items])),
            len(gold), groups=self.groups[self.covered], level=level, resamples=resamples, seed=seed,
        )  # fmt: skip

    def compare(self, other: SimilarityScore, *, level: float = 0.95, resamples: int = RESAMPLES) -> Comparison:
        """Compare with the score of other vectors on the same pairs, where both have a cosine.

        Parameters
        ----------
        other : SimilarityScore
            Of the same test set.
        level : float
            Of the interval of the difference.
        resamples : int

        Returns
        -------
        Comparison
            ``difference`` is the other Spearman correlation less this one. The test swaps the ranks of the two,
            those of a word's pairs together.

        Raises
        ------
        SettingError
            If the other score is of another test set.

        Examples
        --------
        >>> gold, noise, groups = np.arange(50.0), np.random.default_rng(1).random(50), np.arange(50)
        >>> score, other = (SimilarityScore(gold, cosines, groups) for cosines in (noise, gold + noise))
        >>> better = score.compare(other)
        >>> better.difference > 0.5, better.p_value < 0.01, better.n
        (True, True, 50)
        """
        if not isinstance(other, SimilarityScore) or not np.array_equal(self.judgements, other.judgements):
            raise SettingError(field="other", expected="a score of the same pairs", got=other)
        both = self.covered & other.covered
        gold, a, b = (_ranks(values[both]) for values in (self.judgements, self.cosines, other.cosines))

        def difference(items: NDArray[np.int64]) -> float:
            ranks = [_ranks(values[items]) for values in (gold, a, b)]
            return _correlation(ranks[0], ranks[2]) - _correlation(ranks[0], ranks[1])

        def swapped(swap: NDArray[np.bool_]) -> float:
            return _correlation(gold, _ranks(np.where(swap, a, b))) - _correlation(
                gold, _ranks(np.where(swap, b, a))
            )

        return comparison(
            difference, swapped, len(gold), groups=self.groups[both], level=level, resamples=resamples
        )


def evaluate_similarity(
    vectors: WordVectors,
    pairs: type_of_path | Iterable[Judged],
    *,
    restrict_vocab: int | None = None,
    ignore_case: bool = True,
    oov: OutOfVocabulary = "skip",
) -> SimilarityScore:
    """Score word vectors on word similarity: cosines beside the judgements of people.

    Parameters
    ----------
    vectors : WordVectors
    pairs : path, or iterable of (word, word, judgement)
        A file with two words and a number a line, with tabs, commas or spaces between them; columns between the
        words and the number (SimLex-999's part of speech), columns after it and a header are ignored.
    restrict_vocab : int or None
        Only the first so many words, the most frequent ones; None: all. gensim's default is 300,000.
    ignore_case : bool
        Fold the case of words.
    oov : "skip", "zero" or "subwords"
        What a pair with an out-of-vocabulary word is: left out, of cosine 0 (gensim's ``dummy4unknown``), or
        composed of its n-grams, where the vectors have subwords.

    Returns
    -------
    SimilarityScore

    Raises
    ------
    FormatError
        If a line of a file after the first has no two words and a number, and it names the line; or no line has.
    StorageError
        If the file cannot be read.
    SettingError
        If a setting is out of range, vectors are not finite, or ``oov="subwords"`` and they have none.

    Examples
    --------
    >>> import fastvec as fv
    >>> vectors = fv.WordVectors(["cup", "mug", "car", "tea"], [[1, 0], [1, 0.1], [0, 1], [1, 0.5]])
    >>> pairs = [("cup", "mug", 9), ("cup", "tea", 5), ("car", "cup", 1), ("cup", "coffee", 6)]
    >>> score = fv.evaluate_similarity(vectors, pairs)
    >>> round(score.spearman, 3), score.coverage
    (1.0, 0.75)
    """
    choice("oov", oov, ("skip", "zero", "subwords"))
    limit = None if restrict_vocab is None else whole("restrict_vocab", restrict_vocab, 1)
    vocabulary = ScoredVocabulary(vectors, limit, ignore_case)
    if oov == "subwords" and vectors._ngrams is None:
        raise SettingError(field="oov", expected="'skip' or 'zero' for vectors without subwords", got=oov)
    judged = read_judgements(pairs)
    ids = np.array([[vocabulary(a), vocabulary(b)] for a, b, _ in judged], np.int64).reshape(-1, 2)
    known = (ids >= 0).all(axis=1)
    cosines = np.full(len(judged), np.nan)
    # in float64: rows of length 1 in float32 would let pairs with nearly the same cosine change places
    a, b = (vectors.vectors[ids[known, side]].astype(np.float64) for side in (0, 1))
    lengths = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    cosines[known] = (a * b).sum(axis=1) / np.where(lengths > 0, lengths, 1)
    if oov == "zero":
        cosines[~known] = 0
    elif oov == "subwords":
        for i in np.flatnonzero(~known):
            cosines[i] = _composed_cosine(vectors, vocabulary, judged[i])
    judgements = np.array([judgement for *_, judgement in judged], np.float64)
    return SimilarityScore(judgements, cosines, _by_word(judged, ignore_case))


def read_judgements(source: type_of_path | Iterable[Judged]) -> list[Judged]:
    """Return the pairs of a file or an iterable; see :func:`evaluate_similarity`."""
    if not isinstance(source, (str, os.PathLike)):
        if not isinstance(source, Iterable):
            raise SettingError(field="pairs", expected="a path, or pairs of words and a number", got=source)
        return [_judged(f"pairs[{i}]", pair) for i, pair in enumerate(source)]
    judged: list[Judged] = []
    for number, data in numbered_lines(source, TEST_LINE_BYTES):
        line = data.decode("utf-8", "surrogateescape").strip()
        if not line or line.startswith("#"):
            continue
        fields = [field.strip() for field in re.split(r"\t|,|;", line, maxsplit=TEST_COLUMNS)]
        if len(fields) < 3:
            fields = line.split(None, TEST_COLUMNS)
        value = next((float(field) for field in fields[2:] if _is_number(field)), None)
        if value is not None:
            judged.append((fields[0], fields[1], value))
        elif judged or number > 1:  # else it is a header
            raise FormatError(
                path=source, field=f"line {number}", expected="two words and a number", got=line[:200]
            )
    if not judged:
        raise FormatError(path=source, field="pairs", expected="lines of two words and a number", shown="none")
    return judged


def _judged(field: str, pair: object) -> Judged:
    found = tuple(pair) if isinstance(pair, (list, tuple)) else ()
    if len(found) != 3 or not all(isinstance(word, str) for word in found[:2]) or not _is_number(found[2]):
        raise SettingError(field=field, expected="two words and a number", got=pair)
    return found[0], found[1], float(found[2])


def _is_number(value: object) -> bool:
    try:
        return bool(np.isfinite(float(value)))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def _by_word(judged: list[Judged], ignore_case: bool) -> NDArray[np.int64]:
    """Return the number of the word of each pair that is in more pairs, of equal ones the first."""
    pairs = [(a.lower(), b.lower()) if ignore_case else (a, b) for a, b, _ in judged]
    counts = Counter(word for pair in pairs for word in pair)
    numbers = {word: i for i, word in enumerate(counts)}
    return np.array([numbers[max(pair, key=counts.__getitem__)] for pair in pairs], np.int64)


def _composed_cosine(vectors: WordVectors, vocabulary: ScoredVocabulary, pair: Judged) -> float:
    """Return the cosine of a pair, with words composed of their n-grams; NaN where one has none."""
    rows = []
    for word in pair[:2]:
        i = vocabulary(word)
        row = vocabulary.unit[i] if i >= 0 else vectors._compose(word)
        if row is None:
            return float("nan")
        rows.append(unit(row))
    return float(rows[0] @ rows[1])


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    ranks: NDArray[np.float64] = load("scipy.stats").rankdata(values)
    return ranks


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Pearson's correlation; NaN for fewer than two values, or where one side is constant."""
    if len(a) < 2:
        return float("nan")
    a, b = a - a.mean(), b - b.mean()
    norm = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / norm) if norm > 0 else float("nan")
