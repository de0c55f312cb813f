"""The error for a word that is not known, which offers the closest spellings."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from itertools import islice

from fastvec.errors import FastvecError


class UnknownWordError(FastvecError, KeyError):
    """A word (or an id) without a vector, or not in a vocabulary; shown, it offers the words spelled most like it.

    The look for them (0.1 s in half a million words) waits until the message is asked for, so code that
    catches the error and goes on pays nothing.

    Examples
    --------
    >>> print(UnknownWordError("pariss", ["paris", "rome"]))
    no vector for 'pariss'; did you mean 'paris'?
    """

    def __init__(self, word: object, words: Sequence[str], what: str = "no vector for") -> None:
        super().__init__(f"{what} this word", field="word", expected="a known word", found=word)
        self.word, self.what = word, what
        self._words = words

    def __reduce__(self) -> tuple[type[UnknownWordError], tuple[object, list[str], str]]:
        """To another process goes the hint, not the vocabulary."""
        spellings = closest_spellings(self.word, self._words) if isinstance(self.word, str) else []
        return UnknownWordError, (self.word, spellings, self.what)

    def __str__(self) -> str:
        if not isinstance(self.word, str):
            return f"{self.what} the id {self.word!r}: ids go from 0 to {len(self._words) - 1}"
        spellings = closest_spellings(self.word, self._words)
        hint = f"; did you mean {' or '.join(map(repr, spellings))}?" if spellings else ""
        return f"{self.what} {self.word!r}{hint}"


def closest_spellings(word: str, words: Sequence[str], count: int = 3) -> list[str]:
    """Up to ``count`` of ``words`` spelled most like ``word``, whatever its case, the closest first.

    Only the first 500,000 words are looked at: the frequent ones, where words are sorted by frequency.
    """
    folded = word.casefold()
    letters, shortest, longest = set(folded), len(folded) - 1, len(folded) + 1
    # difflib takes 5 us a word: it sees 5,000 at most, all of about this length and these letters
    searched = islice(words, 500_000)
    likely = (w for w in searched if shortest <= len(w) <= longest and len(letters ^ set(w)) <= 2)
    return difflib.get_close_matches(folded, islice(likely, 5000), count)
