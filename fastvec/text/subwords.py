"""Subwords: the character n-grams of words, and the rows that they share, as in fastText."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import MOST, at_most, whole
from fastvec.checks.settings import setting
from fastvec.errors import SettingError
from fastvec.kernels import _subwords
from fastvec.kernels.reference.subwords import ngrams
from fastvec.text.vocabulary import Vocabulary


@dataclass(frozen=True, kw_only=True)
class Subwords:
    """The character n-grams that a word is composed of, in addition to a row of the word itself.

    The n-grams of ``<word>``, of min_n to max_n characters each, are hashed into buckets (32-bit FNV-1a). Each
    bucket has a row, which its n-grams share (Bojanowski, Grave, Joulin and Mikolov 2017, "Enriching Word Vectors
    with Subword Information", section 3.2). N-grams, their order and their buckets are those of fastText, so its
    models can be read and written. As there, ``</s>``, the end of a line, has no n-grams; a border alone is not an
    n-gram; and bytes that are not UTF-8 are split too.

    Parameters
    ----------
    min_n, max_n : int
        Characters of the shortest and the longest n-gram, including the borders ``<`` and ``>``. ``max_n=0``
        means no n-grams: each word has one row, and there are no buckets. ``min_n=0`` is ``min_n=1``.
    buckets : int
        Number of buckets that n-grams are hashed into. Only those that occur get rows.

    Raises
    ------
    SettingError
        If a setting is out of range, or ``min_n`` is above a ``max_n`` that is not 0.

    Examples
    --------
    >>> subwords = Subwords(min_n=3, max_n=4, buckets=1000)
    >>> subwords.ngrams("word")
    ['<wo', '<wor', 'wor', 'word', 'ord', 'ord>', 'rd>']
    >>> subwords.buckets_of("word").tolist()
    [33, 905, 467, 269, 912, 522, 831]
    """

    min_n: int = setting(3, "characters of the shortest n-gram, the borders < and > included")
    max_n: int = setting(6, "characters of the longest n-gram; 0: no n-grams")
    buckets: int = setting(2_000_000, "how many rows the n-grams are hashed into; only those in use exist")

    def __post_init__(self) -> None:
        for name, least in (("max_n", 0), ("min_n", 0), ("buckets", 1 if self.max_n else 0)):
            object.__setattr__(self, name, whole(name, getattr(self, name), least))
        if self.max_n == 0:
            object.__setattr__(self, "buckets", 0)
        else:
            at_most("min_n", self.min_n, "max_n", self.max_n)

    def ngrams(self, word: str) -> list[str]:
        """Return the n-grams of a word, by where they begin and then by length.

        Parameters
        ----------
        word : str

        Raises
        ------
        SettingError
            If the word is not a str that UTF-8 can hold.

        Examples
        --------
        >>> from fastvec import Subwords
        >>> Subwords(min_n=3, max_n=3).ngrams("word")
        ['<wo', 'wor', 'ord', 'rd>']
        """
        return [
            ngram.decode("utf-8", "surrogateescape") for ngram in ngrams(_marked(word), self.min_n, self.max_n)
        ]

    def buckets_of(self, word: str) -> NDArray[np.int32]:
        """Return the bucket of each n-gram of a word, int32[n].

        Parameters
        ----------
        word : str

        Raises
        ------
        SettingError
            If the word is not a str that UTF-8 can hold.

        Examples
        --------
        >>> from fastvec import Subwords
        >>> Subwords(min_n=3, max_n=3, buckets=1000).buckets_of("word").tolist()
        [33, 467, 912, 831]
        """
        return self.rows([word])[1][1:] - 1

    def rows(self, words: Vocabulary | Sequence[str | bytes]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return the rows that each word is composed of, in a matrix float32[V + buckets, D].

        Parameters
        ----------
        words : Vocabulary or sequence of str or bytes
            V words.

        Returns
        -------
        offsets : int64[V + 1]
        rows : int32[offsets[V]]
            Those of word i are at [offsets[i], offsets[i + 1]): i, then V + the bucket of each n-gram.

        Raises
        ------
        SettingError
            If there are more rows than int32 can number, or UTF-8 cannot hold a word.

        Examples
        --------
        >>> from fastvec import Subwords
        >>> offsets, rows = Subwords(min_n=3, max_n=3, buckets=1000).rows(["a", "word"])
        >>> offsets.tolist(), rows.tolist()
        ([0, 2, 7], [0, 602, 1, 35, 469, 914, 833])
        """
        if isinstance(words, (str, bytes)) or not isinstance(words, Iterable):
            raise SettingError(field="words", expected="a sequence of words", got=words)
        marked = [_marked(word) for word in words]
        starts = np.zeros(len(marked) + 1, np.int64)
        np.cumsum([len(word) for word in marked], out=starts[1:])
        if len(marked) + self.buckets > MOST:
            expected = f"at most {MOST - len(marked)} with {len(marked)} words"
            raise SettingError(field="buckets", expected=expected, got=self.buckets)
        return _subwords.subword_rows(
            text=np.frombuffer(b"".join(marked), np.uint8),
            starts=starts,
            min_n=self.min_n,
            max_n=self.max_n,
            buckets=self.buckets,
        )


def places_of(buckets: NDArray[np.int32], n: int) -> NDArray[np.int32]:
    """Return the index of each of n buckets in an array of some of them, int32[n]; -1 where it is not in it.

    Examples
    --------
    >>> places_of(np.array([1, 4]), 6).tolist()
    [-1, 0, -1, -1, 1, -1]
    """
    places = np.full(n, -1, np.int32)
    places[buckets] = np.arange(len(buckets), dtype=np.int32)
    return places


def _marked(word: str | bytes) -> bytes:
    """Return the bytes of a word between its borders."""
    if not isinstance(word, (str, bytes)):
        raise SettingError(field="words", expected="str or bytes", got=word)
    try:
        return b"<%b>" % (word if isinstance(word, bytes) else word.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError as error:
        raise SettingError(field="words", expected="text that UTF-8 can hold", got=word) from error
