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
from fastvec.text.gaps import TextPlaces
from fastvec.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from fastvec.text.corpus import Corpus

SHOWN = 20  # lines that are printed
GAP = "_"  # in the place of a token that was dropped, or is not in a given vocabulary


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
        Tokens of the text that the corpus lacks, because of ``min_count`` or a given vocabulary. A corpus read
        with ``gaps=True`` knows where they were, and they are shown as ``_``. Otherwise words which stand together
        here may have had others between them; str() says so.

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
        self._places = TextPlaces(corpus)
        self.positions = _places(corpus, word)
        if near is not None:
            self.positions = self.positions[self._has_near(near)]

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, number: int) -> ConcordanceLine:
        position = self.positions[operator.index(number)]
        sentence, place = self._places.sentences(position), int(self._places.of(position))
        start, end = map(int, self._places.bounds(sentence))
        first, last = max(start, place - self._width), min(end, place + 1 + self._width)
        words = self._words(int(position), sentence, first, last)
        return ConcordanceLine(words[: place - first], self.word, words[place - first + 1 :], int(sentence))

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
        lost = self.n_dropped - (0 if self._corpus.gaps is None else len(self._corpus.gaps))
        if lost <= 0:
            return []
        return [
            f"{lost:,} tokens of the text are not in the corpus, and where they were is not known: "
            "words that stand together here may have had others between them; a corpus read with gaps=True "
            "(fastvec encode --gaps) shows them as _"
        ]

    def _words(self, position: int, sentence: Any, first: int, last: int) -> tuple[str, ...]:
        """Return the words of the places ``first`` to ``last`` of the text, which ``position`` is among."""
        offsets, names, known = self._corpus.offsets, self._corpus.vocabulary.words, self._vocabulary
        start = max(int(offsets[sentence]), position - self._width)
        positions = np.arange(start, min(int(offsets[sentence + 1]), position + self._width + 1))
        words = [GAP] * (last - first)
        for i, place in zip(self._corpus.ids[positions].tolist(), self._places.of(positions), strict=True):
            if first <= place < last and (known is None or names[i] in known):
                words[place - first] = names[i]
        return tuple(words)

    def _has_near(self, near: str) -> NDArray[np.bool_]:
        """Return at which positions the other word, at another place, is at most ``width`` tokens away."""
        others = self._places.of(_places(self._corpus, near))
        places = self._places.of(self.positions)
        starts, ends = self._places.bounds(self._places.sentences(self.positions))
        first = np.maximum(starts, places - self._width)
        last = np.minimum(ends, places + self._width + 1)
        found = np.searchsorted(others, last) - np.searchsorted(others, first)
        near_it: NDArray[np.bool_] = found > (near == self.word)
        return near_it


def _places(corpus: Corpus, word: str) -> NDArray[np.int64]:
    if not isinstance(word, str) or word not in corpus.vocabulary:
        raise UnknownWordError(word, corpus.vocabulary.words, "not in the corpus:")
    return np.flatnonzero(corpus.ids == corpus.vocabulary[word])
