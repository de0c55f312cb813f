"""Concordance: the places of a word in a text, with the words around it."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import whole
from fastvec.errors import SettingError, UnknownWordError
from fastvec.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from fastvec.text.corpus import Corpus

SHOWN = 20  # lines that are printed
GAP = "_"  # in the place of a word that is not in a given vocabulary


class ConcordanceLine(NamedTuple):
    """One place of a word: the words before and after it in its sentence, and the number of the sentence."""

    left: tuple[str, ...]
    word: str
    right: tuple[str, ...]
    sentence: int


class Concordance:
    """The places of a word in a corpus, in the order of the text; made by :meth:`fastvec.Corpus.concordance`.

    ``len``, iterating and ``[]`` give :class:`ConcordanceLine`; str() is the first twenty lines, aligned.

    Attributes
    ----------
    word : str
    positions : int64[N]
        The places of the word among the tokens of the corpus.
    n_dropped : int
        Tokens of the text that the corpus lacks, because of ``min_count`` or a given vocabulary. Where they were
        is not stored, so that words which stand together here may have had others between them; str() says so. A
        corpus read with ``min_count=1`` lacks none.

    Examples
    --------
    >>> import fastvec as fv
    >>> found = fv.Corpus.from_text(["the king rules", "long live the king"], min_count=1).concordance("king")
    >>> len(found), found[0].left, found[1].left, found.positions.tolist()
    (2, ('the',), ('long', 'live', 'the'), [1, 6])
    """

    def __init__(
        self, corpus: Corpus, word: str, near: str | None, width: int, vocabulary: Vocabulary | None = None
    ) -> None:
        self._corpus, self.word, self._width = corpus, word, whole("width", width, 0)
        if vocabulary is not None and not isinstance(vocabulary, Vocabulary):
            raise SettingError(field="vocabulary", expected="a Vocabulary", got=vocabulary)
        self._vocabulary = vocabulary
        self.n_dropped = corpus.n_dropped
        self.positions = _places(corpus, word)
        if near is not None:
            self.positions = self.positions[self._has_near(near)]

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, number: int) -> ConcordanceLine:
        position = self.positions[operator.index(number)]
        sentence, start, end = map(int, self._sentences(position))
        position = int(position)
        left = self._words(max(start, position - self._width), position)
        right = self._words(position + 1, min(end, position + 1 + self._width))
        return ConcordanceLine(left, self.word, right, sentence)

    def __iter__(self) -> Iterator[ConcordanceLine]:
        return (self[number] for number in range(len(self)))

    def __repr__(self) -> str:
        return f"<Concordance of {self.word!r}: {len(self):,} lines>"

    def __str__(self) -> str:
        lines = [(" ".join(line.left), line.word, " ".join(line.right)) for line in islice(self, SHOWN)]
        width = max((len(left) for left, _, _ in lines), default=0)
        shown = [f"{left:>{width}}  {word}  {right}".rstrip() for left, word, right in lines]
        more = [f"and {len(self) - SHOWN:,} more lines"] if len(self) > SHOWN else []
        return "\n".join([*shown, *more, *self.notes()])

    def notes(self) -> list[str]:
        """Return what a reader of the lines must know: whether words are missing in them."""
        if not self.n_dropped:
            return []
        return [
            f"{self.n_dropped:,} tokens of the text are not in the corpus, and where they were is not known: "
            "words that stand together here may have had others between them"
        ]

    def _words(self, start: int, end: int) -> tuple[str, ...]:
        words, known = self._corpus.vocabulary.words, self._vocabulary
        found = (words[i] for i in self._corpus.ids[start:end].tolist())
        return tuple(word if known is None or word in known else GAP for word in found)

    def _has_near(self, near: str) -> NDArray[np.bool_]:
        """Return at which positions the other word, at another place, is at most ``width`` tokens away."""
        others = _places(self._corpus, near)
        _, starts, ends = self._sentences(self.positions)
        first = np.maximum(starts, self.positions - self._width)
        last = np.minimum(ends, self.positions + self._width + 1)
        found = np.searchsorted(others, last) - np.searchsorted(others, first)
        near_it: NDArray[np.bool_] = found > (near == self.word)
        return near_it

    def _sentences(self, positions: Any) -> tuple[Any, Any, Any]:
        """Return the sentence of each position, where it begins and where it ends."""
        offsets = self._corpus.offsets
        sentences = np.searchsorted(offsets, positions, side="right") - 1
        return sentences, offsets[sentences], offsets[sentences + 1]


def _places(corpus: Corpus, word: str) -> NDArray[np.int64]:
    if not isinstance(word, str) or word not in corpus.vocabulary:
        raise UnknownWordError(word, corpus.vocabulary.words, "not in the corpus:")
    return np.flatnonzero(corpus.ids == corpus.vocabulary[word])
