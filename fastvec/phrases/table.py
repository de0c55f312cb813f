"""PhraseTable: the phrases that were found, which it joins in other texts."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Literal, overload

from fastvec.checks.numbers import choice, whole
from fastvec.errors import FormatError, SettingError
from fastvec.io.decompression import type_of_path
from fastvec.phrases import file
from fastvec.phrases.phrase_text import PhraseText, max_connectors
from fastvec.phrases.settings import PhraseSettings
from fastvec.running.progress import OnProgress
from fastvec.text.corpus import Corpus

FIELDS = {"level": "level", "words": "parts", "count": "count", "score": "score"}  # in a file, of a Phrase
BLANKS = re.compile(r"[ \t\n\r\v\f]+")  # where Corpus.from_text cuts lines, and at no other white space


@dataclasses.dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase: words that are joined to one token.

    Attributes
    ----------
    token : str
        The joined token.
    score : float
    count : int
        How often they occurred together in the text where they were found, after the earlier passes.
    parts : tuple of str
        The words; some of them may be phrases of an earlier pass.
    level : int
        The pass that joins them, from 1.

    Examples
    --------
    >>> Phrase("new_york", score=0.7, count=9, parts=("new", "york"), level=1).token
    'new_york'
    """

    token: str
    score: float
    count: int
    parts: tuple[str, ...]
    level: int


@dataclasses.dataclass(frozen=True, repr=False)
class PhraseTable:
    """Phrases to join; made by :meth:`fastvec.Phrases.fit` or :meth:`load`.

    ``len(table)`` is their number. Iterating gives them level by level, from the highest score on. ``in`` says
    whether a token is a phrase.

    Parameters
    ----------
    phrases : iterable of Phrase
    settings : Phrases
        The settings that they were found by. Joining needs ``delimiter`` and ``connector_words``.

    Raises
    ------
    SettingError
        If a phrase is repeated, its level is above ``settings.passes``, a connector word is at one of its ends,
        another word is between them, or its token is not its joined parts.

    Examples
    --------
    >>> from fastvec import Corpus, Phrases
    >>> table = Phrases(threshold=0.5).fit(Corpus.from_text(["new york", "york"] * 9, min_count=1))
    >>> table
    <PhraseTable: 1 phrase ('new_york'), scoring='word2vec'>
    >>> table.top(1)
    [Phrase(token='new_york', score=0.6666666666666666, count=9, parts=('new', 'york'), level=1)]
    >>> "new_york" in table, table.join(["new", "york", "new"])
    (True, ['new_york', 'new'])
    """

    phrases: tuple[Phrase, ...]
    settings: PhraseSettings

    def __post_init__(self) -> None:
        if not isinstance(self.settings, PhraseSettings):
            raise SettingError(field="settings", expected="Phrases", got=self.settings)
        object.__setattr__(self, "settings", PhraseSettings(**dataclasses.asdict(self.settings)))
        phrases = self.phrases if isinstance(self.phrases, Iterable) else (self.phrases,)
        for phrase in phrases:
            if not isinstance(phrase, Phrase):
                raise SettingError(field="phrases", expected="Phrase", got=phrase)
        ordered = sorted(phrases, key=lambda phrase: (phrase.level, -phrase.score, phrase.parts))
        object.__setattr__(self, "phrases", tuple(ordered))
        seen: set[tuple[int, tuple[str, ...]]] = set()
        most = max_connectors(len(self.settings.connector_words))
        for phrase in ordered:
            expected = _expected(phrase, self.settings, most)
            if (phrase.level, phrase.parts) in seen:
                expected = expected or "distinct phrases"
            if expected:
                raise SettingError(field="phrases", expected=expected, got=phrase)
            seen.add((phrase.level, phrase.parts))

    def top(self, n: int = 10, by: Literal["score", "count"] = "score") -> list[Phrase]:
        """Return the phrases with the highest scores (mostly rare names), or the most frequent ones.

        Parameters
        ----------
        n : int
        by : "score" or "count"

        Returns
        -------
        list of Phrase

        Raises
        ------
        SettingError
            If an argument is wrong.

        Examples
        --------
        >>> from fastvec import Corpus, Phrases
        >>> table = Phrases(threshold=0.5).fit(Corpus.from_text(["new york", "york"] * 9, min_count=1))
        >>> [phrase.token for phrase in table.top(5, by="count")]
        ['new_york']
        """
        whole("n", n, 0)
        choice("by", by, ("score", "count"))
        return sorted(self.phrases, key=lambda phrase: (-getattr(phrase, by), phrase.parts))[:n]

    def apply(
        self,
        corpus: Corpus,
        *,
        min_count: int = 1,
        threads: int | None = None,
        on_progress: OnProgress | None = None,
    ) -> Corpus:
        """Join the phrases in a corpus.

        Pass after pass, each sentence is read from left to right, and every phrase that begins at a word which is
        not joined yet is joined, as in word2phrase and gensim. A phrase never crosses the end of a sentence.

        Parameters
        ----------
        corpus : Corpus
        min_count : int
            A phrase that occurs less often is split again into the words and phrases that it was joined from.
            Words that then occur less often are left out, and counted in ``n_dropped``; 1 leaves out none.
        threads : int, optional
            None: all usable cores. The result does not depend on it.
        on_progress : callable, optional
            Gets a :class:`fastvec.Progress` about ten times a second (stages ``"compiling"``, the first time in a
            process, ``"joining"`` and ``"numbering"``). If it returns False, this raises; no partial result is
            returned.

        Returns
        -------
        Corpus
            Its vocabulary is a new one, of words and phrases, sorted by (-count, word).

        Raises
        ------
        CorpusError
            If this is not a corpus, or ``min_count`` leaves no word.
        FormatError
            If a corpus file has ids out of range.
        Cancelled
            If ``on_progress`` returned False.

        Examples
        --------
        >>> from fastvec import Corpus, Phrases
        >>> corpus = Corpus.from_text(["new york city", "york", "new york"] * 3, min_count=1)
        >>> joined = Phrases(min_count=3, threshold=0.5).fit(corpus).apply(corpus)
        >>> joined.vocabulary.words, joined[0]
        (['new_york', 'city', 'york'], ['new_york', 'city'])
        """
        whole("min_count", min_count, 1)
        settings = self.settings
        text = PhraseText(corpus, settings.delimiter, settings.connector_words, threads, on_progress)
        for level in self._levels:
            text.join(text.nodes.find(level))
        return text.corpus(min_count)

    @overload
    def join(self, sentence: str) -> str: ...  # type: ignore[overload-overlap]

    @overload
    def join(self, sentence: Iterable[str]) -> list[str]: ...

    def join(self, sentence: str | Iterable[str]) -> str | list[str]:
        """Join the phrases in a sentence, as :meth:`apply` does.

        Parameters
        ----------
        sentence : str, or iterable of str
            A line, which is split at white space, or a list of tokens.

        Returns
        -------
        str, or list of str
            A line with one space between two tokens, or a list of tokens.

        Raises
        ------
        SettingError
            If this is not a sentence.

        Examples
        --------
        >>> from fastvec import Corpus, Phrases
        >>> table = Phrases(threshold=0.5).fit(Corpus.from_text(["new york", "york"] * 9, min_count=1))
        >>> table.join("in new york"), table.join(["new", "york", "new"])
        ('in new_york', ['new_york', 'new'])
        """
        if isinstance(sentence, str):
            return " ".join(self.join([token for token in BLANKS.split(sentence) if token]))
        tokens = list(sentence) if isinstance(sentence, Iterable) else [sentence]
        if not all(isinstance(token, str) for token in tokens):
            found = next(token for token in tokens if not isinstance(token, str))
            hint = "join_all joins several sentences" if isinstance(found, (list, tuple)) else ""
            raise SettingError(field="sentence", expected="a line or a list of str", got=found, hint=hint)
        for phrases in self._levels:
            tokens = _join_tokens(tokens, phrases, self.settings.connector_words)
        return tokens

    def join_all(self, sentences: Iterable[str | Iterable[str]]) -> Iterator[str | list[str]]:
        """Join the phrases in sentences, one by one as they are asked for; see :meth:`join`.

        Parameters
        ----------
        sentences : iterable of lines or of lists of tokens

        Returns
        -------
        iterator of str or list of str

        Raises
        ------
        SettingError
            If this is one str or not an iterable; while iterating, if an item is not a sentence.

        Examples
        --------
        >>> from fastvec import Corpus, Phrases
        >>> table = Phrases(threshold=0.5).fit(Corpus.from_text(["new york", "york"] * 9, min_count=1))
        >>> list(table.join_all(["in new york", ["york"]]))
        ['in new_york', ['york']]
        """
        if isinstance(sentences, str) or not isinstance(sentences, Iterable):
            raise SettingError(field="sentences", expected="an iterable of sentences", got=sentences)
        return map(self.join, sentences)

    def save(self, path: type_of_path) -> None:
        """Write the phrases as JSON, one on each line; a write that fails leaves the older file as it was.

        Parameters
        ----------
        path : path

        Raises
        ------
        StorageError
            If the file cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> from fastvec import Corpus, Phrases
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Phrases().fit(Corpus.from_text(["new york"], min_count=1)).save(f"{folder}/phrases.json")
        """
        settings = dataclasses.asdict(self.settings) | {"connector_words": sorted(self.settings.connector_words)}
        file.write(path, settings, ({name: getattr(p, f) for name, f in FIELDS.items()} for p in self.phrases))

    @classmethod
    def load(cls, path: type_of_path) -> PhraseTable:
        """Read a table that :meth:`save` wrote.

        Parameters
        ----------
        path : path

        Raises
        ------
        StorageError
            If the file cannot be read.
        FormatError
            If it is not a table of phrases, or is damaged.

        Examples
        --------
        >>> import tempfile
        >>> from fastvec import Corpus, Phrases, PhraseTable
        >>> table = Phrases(threshold=0.5).fit(Corpus.from_text(["new york", "york"] * 9, min_count=1))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     table.save(f"{folder}/phrases.json")
        ...     PhraseTable.load(f"{folder}/phrases.json") == table
        True
        """
        words: dict[str, str] = {}  # most are in several phrases

        def phrase_of(found: dict[str, Any]) -> Phrase:
            parts = tuple(words.setdefault(word, word) for word in found["words"])
            return Phrase(made.delimiter.join(parts), found["score"], found["count"], parts, found["level"])

        with file.reading(path) as (settings, phrases):
            try:
                made = PhraseSettings(**settings)
                return cls(tuple(map(phrase_of, phrases)), made)
            except (SettingError, TypeError) as error:  # TypeError: a setting of another version
                field = getattr(error, "field", "settings")
                raise FormatError(f"{path}: {error}", path=path, field=field) from error

    @cached_property
    def _levels(self) -> list[dict[tuple[str, ...], str]]:
        """The token of each phrase by its parts, for each level."""
        levels: list[dict[tuple[str, ...], str]] = [{} for _ in range(self.settings.passes)]
        for phrase in self.phrases:
            levels[phrase.level - 1][phrase.parts] = phrase.token
        return levels

    @cached_property
    def _tokens(self) -> frozenset[str]:
        return frozenset(phrase.token for phrase in self.phrases)

    def __contains__(self, token: object) -> bool:
        return token in self._tokens

    def __len__(self) -> int:
        return len(self.phrases)

    def __iter__(self) -> Iterator[Phrase]:
        return iter(self.phrases)

    def __repr__(self) -> str:
        first = ", ".join([*(repr(phrase.token) for phrase in self.phrases[:3]), "..."][: len(self)])
        noun = "phrase" if len(self) == 1 else "phrases"
        return f"<PhraseTable: {len(self):,} {noun} ({first}), scoring={self.settings.scoring!r}>"


def _join_tokens(tokens: list[str], phrases: dict[tuple[str, ...], str], connectors: frozenset[str]) -> list[str]:
    """Return the tokens with phrases joined, greedily from left to right."""
    joined, start = [], 0
    while start < len(tokens):
        end = start + 1
        while end < len(tokens) and tokens[end] in connectors:
            end += 1
        token = phrases.get(tuple(tokens[start : end + 1]))
        joined.append(token or tokens[start])
        start = end + 1 if token else start + 1
    return joined


def _expected(phrase: Phrase, settings: PhraseSettings, most: int) -> str:
    """Return what a phrase of a table with these settings must be and this one is not, or ''."""
    parts, connectors = phrase.parts, settings.connector_words
    if len(parts) < 2 or "" in parts:
        return "at least two words, none of them empty"
    if phrase.token != settings.delimiter.join(parts):
        return f"the token {settings.delimiter.join(parts)!r:.80}"
    if not 1 <= phrase.level <= settings.passes:
        return f"a level from 1 to {settings.passes}"
    if {parts[0], parts[-1]} & connectors or not connectors.issuperset(parts[1:-1]):
        return "connector words between the first word and the last, and nowhere else"
    return f"at most {most} connector words" if len(parts) - 2 > most else ""
