"""What Phrases and FrozenPhrases share: joining the phrases of sentences."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sized
from itertools import chain
from typing import Any

from fastvec.errors import CorpusError, SettingError
from fastvec.gensim_compat.text import lists_of_words

Joined = tuple[str, float | None]  # a token, and the score if it is a phrase


class JoinsPhrases(ABC):
    """Joins pairs of words that have a score, from left to right; connector words may be between them."""

    connector_words: frozenset[str]

    @abstractmethod
    def score_candidate(self, word_a: str, word_b: str, in_between: list[str]) -> tuple[str | None, float | None]:
        """Return the joined token and its score, or (None, None) if this is no phrase."""

    def analyze_sentence(self, sentence: Iterable[str]) -> Iterator[Joined]:
        """Yield the tokens of a sentence with phrases joined, each with its score; None: it is no phrase.

        Parameters
        ----------
        sentence : iterable of str

        Returns
        -------
        iterator of (str, float or None)
        """
        held: list[str] = []  # a word that may begin a phrase, and the connector words after it
        for word in sentence:
            if word in self.connector_words:
                if held:
                    held.append(word)
                else:
                    yield word, None
                continue
            token, score = self.score_candidate(held[0], word, held[1:]) if held else (None, None)
            if token is not None:
                yield token, score
                held = []
                continue
            for waiting in held:
                yield waiting, None
            held = [word]
        for waiting in held:
            yield waiting, None

    def find_phrases(self, sentences: Iterable[Iterable[str]]) -> dict[str, float]:
        """Return the phrases that occur in sentences, with their scores.

        Parameters
        ----------
        sentences : iterable of lists of str

        Returns
        -------
        dict of str to float

        Raises
        ------
        CorpusError
            If a sentence is a str.
        """
        tokens = chain.from_iterable(map(self.analyze_sentence, lists_of_words(sentences)))
        return {token: score for token, score in tokens if score is not None}

    def join(self, sentence: Iterable[str]) -> list[str]:
        """Return the tokens of one sentence with phrases joined."""
        return [token for token, _ in self.analyze_sentence(sentence)]

    def __getitem__(self, sentence: Any) -> Any:
        if isinstance(sentence, (str, bytes)) or not isinstance(sentence, Iterable):
            hint = "line.split() makes a list of the words of a line"
            expected = "a list of words, or an iterable of such lists"
            raise SettingError(field="sentence", expected=expected, got=sentence, hint=hint)
        items = iter(sentence)
        first = next(items, None)
        if first is None:
            return []
        if isinstance(first, str):
            return self.join(chain([first], items))
        is_one_shot = items is sentence
        return PhrasedSentences(self, chain([first], items) if is_one_shot else sentence, is_one_shot)


class PhrasedSentences:
    """A corpus whose phrases are joined while it is read, again each time; made by ``phrases[sentences]``.

    Parameters
    ----------
    phrases : JoinsPhrases
    corpus : iterable of lists of str
    is_one_shot : bool
        The corpus can be read once: a second time raises, where it would be empty.
    """

    def __init__(self, phrases: JoinsPhrases, corpus: Iterable[Iterable[str]], is_one_shot: bool = False) -> None:
        self.phrases, self.corpus = phrases, corpus
        self.is_one_shot, self.is_used = is_one_shot, False

    def __iter__(self) -> Iterator[list[str]]:
        if self.is_one_shot and self.is_used:
            hint = "phrases[list(sentences)] can be read as often as one likes"
            raise CorpusError(field="sentences", expected="a list", shown="a generator that is used up", hint=hint)
        self.is_used = True
        return map(self.phrases.join, lists_of_words(self.corpus))

    def __len__(self) -> int:
        if self.is_one_shot or not isinstance(self.corpus, Sized):
            raise TypeError("the sentences come from an iterable without a length")
        return len(self.corpus)
