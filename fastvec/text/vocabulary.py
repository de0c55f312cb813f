"""Vocabulary: the words of a corpus, their counts and their ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.arrays import array_of
from fastvec.checks.numbers import whole
from fastvec.checks.read_only import ReadOnlyArrays, read_only
from fastvec.errors import FormatError, SettingError, UnknownWordError
from fastvec.io.atomic import atomic_path
from fastvec.io.container import join_words
from fastvec.io.decompression import content_errors, type_of_path
from fastvec.io.lines import numbered_lines
from fastvec.kernels._text import frequency_order as by_frequency
from fastvec.text.words import Words


class Vocabulary(ReadOnlyArrays):
    """Distinct words in a fixed order; the id of a word is its position.

    Parameters
    ----------
    words : sequence of str
        V distinct words. Bytes that were not UTF-8 are lone surrogates in them (surrogateescape).
    counts : array of int[V], optional
        How often each word occurs. None: not known, as with word vectors from most files.

    Attributes
    ----------
    words : list of str
    counts : int64[V], read-only
        Zeros if they are not known.
    has_counts : bool
        Whether the counts are known.
    index : dict from word to id, built when first used
    total : int
        The sum of the counts.

    Raises
    ------
    SettingError
        If a word is repeated or not a str, or the counts do not fit the words.
    UnknownWordError
        From ``vocabulary[word]``, if the word is out of the vocabulary.

    Examples
    --------
    >>> from fastvec import Vocabulary
    >>> vocabulary = Vocabulary.from_counts({"the": 5, "cat": 2, "a": 5})
    >>> vocabulary.words, vocabulary["cat"], "dog" in vocabulary, vocabulary.total
    (['a', 'the', 'cat'], 2, False, 12)
    """

    def __init__(self, words: Iterable[str], counts: ArrayLike | None = None) -> None:
        if isinstance(words, (str, set, frozenset)) or not isinstance(words, Iterable):
            shown = "a set, which has no order" if isinstance(words, (set, frozenset)) else None
            raise SettingError(field="words", expected="a sequence of words", got=words, shown=shown)
        self.words = list(words)
        if not set(map(type, self.words)) <= {str}:  # not all(): a large vocabulary is checked with each training
            self.words = [_as_str(word) for word in self.words]
        if len(set(self.words)) < len(self.words):
            found = _first_repeated(self.words)
            raise SettingError(field="words", expected="distinct words", got=found, shown=f"{found!r:.80} twice")
        self.has_counts = counts is not None
        self.counts = _checked_counts(
            np.zeros(len(self.words), int) if counts is None else counts, len(self.words)
        )

    @classmethod
    def from_counts(
        cls,
        counts: Mapping[str, int] | Iterable[tuple[str, int]],
        *,
        min_count: int = 1,
        max_size: int | None = None,
    ) -> Vocabulary:
        """Make a vocabulary from counts, sorted by (-count, word).

        Parameters
        ----------
        counts : mapping from word to count, or iterable of (word, count)
            For example a ``collections.Counter``.
        min_count : int
            Words that occur less often are left out.
        max_size : int, optional
            At most this many words are kept, the most frequent ones.

        Raises
        ------
        SettingError
            If ``min_count`` or ``max_size`` is wrong, or a count is not a whole number of at least 0.

        Examples
        --------
        >>> from fastvec import Vocabulary
        >>> Vocabulary.from_counts({"a": 3, "b": 1, "c": 2}, min_count=2).words
        ['a', 'c']
        """
        check_limits(min_count, max_size)
        pairs = list(counts.items() if isinstance(counts, Mapping) else counts)
        words = [word for word, _ in pairs]
        all_counts = cls(words, [count for _, count in pairs]).counts
        order = frequency_order(words, all_counts, min_count, max_size)
        return cls([words[i] for i in order], all_counts[order])

    @classmethod
    def load(cls, path: type_of_path) -> Vocabulary:
        """Read lines of a word, a space and its count (UTF-8), in their order; a word may hold spaces.

        Parameters
        ----------
        path : path
            It may be compressed.

        Raises
        ------
        StorageError
            If the file cannot be read.
        FormatError
            If a line is not a word, a space and a count, or too long (the message names it), or a word occurs
            twice.

        Examples
        --------
        >>> import tempfile
        >>> from fastvec import Vocabulary
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Vocabulary(["the", "cat"], [5, 2]).save(f"{folder}/vocabulary.txt")
        ...     print(Vocabulary.load(f"{folder}/vocabulary.txt"))
        <Vocabulary: 2 words ('the', 'cat'), counts sum to 7>
        """
        words, counts = [], []
        for number, line in numbered_lines(path):
            word, space, count = line.removesuffix(b"\n").removesuffix(b"\r").rpartition(b" ")
            if not (space and count.isdigit() and len(count) <= 18):
                expected = "a word, a space and a count"
                raise FormatError(path=path, field=f"line {number}", expected=expected, got=line[:200])
            words.append(word.decode("utf-8", "surrogateescape"))
            counts.append(int(count))
        with content_errors(path):
            return cls(words, counts)

    @classmethod
    def _of_distinct(cls, words: list[str], counts: NDArray[np.int64] | None) -> Vocabulary:
        """Trust that the words are distinct and the counts are theirs: checking 80,000 takes 20 ms."""
        vocabulary = cls.__new__(cls)
        vocabulary.words, vocabulary.has_counts = words, counts is not None
        vocabulary.counts = np.zeros(len(words), np.int64) if counts is None else counts
        vocabulary.counts.flags.writeable = False
        return vocabulary

    def save(self, path: type_of_path) -> None:
        """Write lines of a word, a space and its count (UTF-8), all or nothing.

        Parameters
        ----------
        path : path

        Raises
        ------
        CorpusError
            If a word holds a line end.
        StorageError
            If the file cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> from fastvec import Vocabulary
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Vocabulary(["the", "cat"], [5, 2]).save(f"{folder}/vocabulary.txt")
        """
        lines = [f"{word} {count}" for word, count in zip(self.words, self.counts.tolist(), strict=True)]
        data = join_words(lines) + b"\n" * bool(lines)
        with atomic_path(path) as part:
            part.write_bytes(data)

    @cached_property
    def index(self) -> dict[str, int]:
        """Id of each word."""
        return {word: i for i, word in enumerate(self.words)}

    def most_frequent(self, n: int) -> NDArray[np.int64]:
        """Return the ids of the n most frequent words, int64[at most n]; if counts are not known, the first n.

        Parameters
        ----------
        n : int
            Words that are equally frequent come in their order.

        Raises
        ------
        SettingError
            If ``n`` is not a whole number of at least 0.

        Examples
        --------
        >>> from fastvec import Vocabulary
        >>> Vocabulary(["a", "b", "c"], [1, 5, 3]).most_frequent(2)
        array([1, 2])
        """
        most = whole("n", n, 0)
        order = np.argsort(-self.counts, kind="stable") if self.has_counts else np.arange(len(self))
        return order[:most]

    @property
    def total(self) -> int:
        """Sum of the counts."""
        return int(self.counts.sum())

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.index

    def __getitem__(self, word: str) -> int:
        try:
            return self.index[word]
        except KeyError:
            raise UnknownWordError(str(word), self.words, "not in the vocabulary:") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __repr__(self) -> str:
        first = ", ".join([*map(repr, self.words[:3]), "..."][: len(self)])
        return f"<Vocabulary: {len(self):,} words ({first}), counts sum to {self.total:,}>"


def check_limits(min_count: Any, max_size: Any) -> None:
    """Raise if a limit is not a whole number of at least 1; ``max_size`` may be None."""
    whole("min_count", min_count, 1)
    if max_size is not None:
        whole("max_size", max_size, 1)


def frequency_order(
    words: Sequence[str], counts: NDArray[np.int64], min_count: int = 1, max_size: int | None = None
) -> NDArray[np.int64]:
    """Return the positions of the words that stay, sorted by (-count, word)."""
    kept = np.flatnonzero(counts >= min_count)
    found = Words.of([words[i] for i in kept.tolist()])
    return kept[by_frequency(counts[kept], found.starts, found.text)][:max_size]


def _checked_counts(counts: ArrayLike, n_words: int) -> NDArray[np.int64]:
    found = array_of("counts", counts, f"int64[{n_words}]")
    if found.size == 0:
        found = found.astype(np.int64)
    if found.dtype.kind not in "iu" or found.shape != (n_words,):
        raise SettingError(field="counts", expected=f"int64[{n_words}], one for each word", got=found)
    if found.size and (int(found.min()) < 0 or int(found.max()) > np.iinfo(np.int64).max):
        shown = f"{found.min()} to {found.max()}"
        raise SettingError(field="counts", expected="whole numbers of at least 0", got=found, shown=shown)
    return read_only(np.array(found, np.int64))


def _as_str(word: object) -> str:
    if not isinstance(word, str):
        raise SettingError(field="words", expected="str", got=word)
    return str(word)  # NumPy's str takes more memory


def _first_repeated(words: Sequence[str]) -> str:
    seen: set[str] = set()
    return next(word for word in words if word in seen or seen.add(word))  # type: ignore[func-returns-value]
