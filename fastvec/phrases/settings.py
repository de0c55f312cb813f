"""The settings by which phrases are found, and which a table of phrases keeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from fastvec.checks import numbers as check
from fastvec.checks.settings import setting
from fastvec.errors import SettingError

THRESHOLDS = {"word2vec": 100.0, "npmi": 0.5}


@dataclass(frozen=True, kw_only=True)
class PhraseSettings:
    """The settings of :class:`fastvec.Phrases`, which explains them."""

    min_count: int = setting(5, "words and pairs that occur less often make no phrase")
    threshold: float | tuple[float, ...] | None = setting(
        None, "score above which a pair is a phrase: one number, or one for each pass"
    )
    scoring: Literal["word2vec", "npmi"] = setting("word2vec", "how pairs are scored")
    delimiter: str = setting("_", "text between the words of a joined token")
    connector_words: frozenset[str] = setting(
        frozenset(), "words that may occur inside a phrase, between its first and last word"
    )
    passes: int = setting(1, "how often phrases are looked for; later passes join longer ones")

    def __post_init__(self) -> None:
        object.__setattr__(self, "min_count", check.whole("min_count", self.min_count, 1))
        object.__setattr__(self, "passes", check.whole("passes", self.passes, 1, 100))
        check.choice("scoring", self.scoring, tuple(THRESHOLDS))
        _check_delimiter(self.delimiter)
        object.__setattr__(self, "connector_words", _words(self.connector_words))
        if self.threshold is not None:
            several = isinstance(self.threshold, Iterable) and not isinstance(self.threshold, str)
            thresholds = self.thresholds
            object.__setattr__(self, "threshold", thresholds if several else thresholds[0])

    @property
    def thresholds(self) -> tuple[float, ...]:
        """Threshold of each pass."""
        given: Any = THRESHOLDS[self.scoring] if self.threshold is None else self.threshold
        if isinstance(given, str) or not isinstance(given, Iterable):
            given = [given] * self.passes
        given = list(given)
        if len(given) != self.passes:
            expected = f"one number, or one for each of {self.passes} passes"
            raise SettingError(field="threshold", expected=expected, got=len(given))
        for threshold in given:
            check.real("threshold", threshold, *((0,) if self.scoring == "word2vec" else (-1, 1)))
        return tuple(map(float, given))


def _check_delimiter(delimiter: Any) -> None:
    if not isinstance(delimiter, str) or not delimiter or any(char.isspace() for char in delimiter):
        raise SettingError(field="delimiter", expected="characters other than white space", got=delimiter)


def _words(words: Any) -> frozenset[str]:
    """Return an iterable of words as a frozen set."""
    wrong = words if isinstance(words, (str, bytes)) or not isinstance(words, Iterable) else None
    if wrong is None:
        words = list(words)
        wrong = next((word for word in words if not isinstance(word, str) or not word), None)
    if wrong is not None:
        raise SettingError(field="connector_words", expected="a set of words", got=wrong)
    return frozenset(words)
