"""PhraseTable: the phrases that were found, and what joins them in other texts."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Literal, overload

from fastvec.checks.numbers import choice, whole
from fastvec.errors import FormatError, SettingError
from fastvec.io.decompression import type_of_path
from fastvec.phrases import file
from fastvec.phrases.joining import PhraseText, most_between
from fastvec.running.progress import OnProgress
from fastvec.text.corpus import Corpus

if TYPE_CHECKING:
    from fastvec.phrases.phrases import Phrases

FIELDS = {"level": "level", "words": "parts", "count": "count", "score": "score"}  # in a file, of a Phrase
BLANKS = re.compile(r"[ \t\n\r\v\f]+")  # where Corpus.from_text cuts lines, and at no other white space


@dataclasses.dataclass(frozen=True, slots=True)
class Phrase:
    """Words that are joined.

    Attributes
    ----------
    token : str
        What they are joined to.
    score : float
    count : int
        How often they stood together in the text that they were found in, those of the levels before joined.
    parts : tuple of str
        The words; some of them may be phrases of a level before.
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
    """Phrases to join, as :meth:`fastvec.Phrases.fit` finds and :meth:`load` reads them.

    ``len(table)`` is their number, iterating gives them level by level, each from the highest score on, and ``in``
    says whether words are joined to some token.

    Parameters
    ----------
    phrases : iterable of Phrase
    settings : Phrases
        The settings that they were found by; joining needs ``delimiter`` and ``connector_words``.

    Raises
    ------
    SettingError
        A phrase twice, of a level beyond ``settings.passes``, with a connector word at an end or another word
        between the ends, or whose token is not its parts, joined.

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
    settings: Phrases

    def __post_init__(self) -> None:
        if not hasattr(self.settings, "connector_words"):  # Phrases, which imports this file
            raise SettingError(
                f"settings: expected Phrases, got {self.settings!r:.80}", field="settings", got=self.settings
            )
        phrases = self.phrases if isinstance(self.phrases, Iterable) else (self.phrases,)
        for phrase in phrases:
            if not isinstance(phrase, Phrase):
                raise SettingError(f"phrases: expected Phrase, got {phrase!r:.80}", field="phrases", got=phrase)
        ordered = sorted(phrases, key=lambda phrase: (phrase.level, -phrase.score, phrase.parts))
        object.__setattr__(self, "phrases", tuple(ordered))
        seen: set[tuple[int, tuple[str, ...]]] = set()
        most = most_between(len(self.settings.connector_words))
        for phrase in ordered:
            wrong = _wrong(phrase, self.settings, most)
            if (phrase.level, phrase.parts) in seen:
                wrong = wrong or "stands there twice"
            if wrong:
                raise SettingError(f"phrases: {phrase!r:.120}: {wrong}", field="phrases", got=phrase)
            seen.add((phrase.level, phrase.parts))

    def top(self, n: int = 10, by: Literal["score", "count"] = "score") -> list[Phrase]:
        """The phrases with the highest scores (mostly names of rare words), or the most frequent ones.

        Raises
        ------
        SettingError
            A bad argument.

        Examples
        --------
        See :class:`PhraseTable`.
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

        Pass after pass, from the left to the right of each sentence, each phrase that begins at a word which was
        not joined yet; as word2phrase and gensim do. No phrase reaches over the end of a sentence.

        Parameters
        ----------
        corpus : Corpus
            Any one.
        min_count : int
            A phrase that was joined less often comes apart again, into the words and phrases that it was joined
            from. Words that then come less often are left out, and counted in ``n_dropped``; 1 leaves out none.
        threads : int, optional
            None: all usable cores. The result does not depend on it.
        on_progress : callable, optional
            Gets a :class:`fastvec.Progress` about ten times a second (stages ``"compiling"``, the first time in a
            process, ``"joining"`` and ``"numbering"``); when it returns False, it ends with an error.

        Returns
        -------
        Corpus
            With a vocabulary of its own, of words and phrases, sorted by (-count, word).

        Raises
        ------
        CorpusError
            No corpus, or ``min_count`` leaves no word.
        FormatError
            A corpus file with ids out of range.
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
            A line, whose words are cut at white space, or a list of tokens.

        Returns
        -------
        str, or list of str
            A line, with one space between two words, or a list of tokens.

        Raises
        ------
        SettingError
            Something else.

        Examples
        --------
        See :class:`PhraseTable`.
        """
        if isinstance(sentence, str):
            return " ".join(self.join([token for token in BLANKS.split(sentence) if token]))
        tokens = list(sentence) if isinstance(sentence, Iterable) else [sentence]
        if not all(isinstance(token, str) for token in tokens):
            found = next(token for token in tokens if not isinstance(token, str))
            raise SettingError(
                f"sentence: expected a line or a list of str, got {found!r:.80}"
                + ("; for several sentences there is join_all" if isinstance(found, (list, tuple)) else ""),
                field="sentence", expected="str or list of str", got=found,
            )  # fmt: skip
        for phrases in self._levels:
            tokens = _joined(tokens, phrases, self.settings.connector_words)
        return tokens

    def join_all(self, sentences: Iterable[str | Iterable[str]]) -> Iterator[str | list[str]]:
        """Join the phrases in one sentence after the other, as :meth:`join` does, when they are asked for.

        Parameters
        ----------
        sentences : iterable of lines or of lists of tokens

        Raises
        ------
        SettingError
            One str, whose letters are hardly sentences; or see :meth:`join`.

        Examples
        --------
        >>> from fastvec import Corpus, Phrases
        >>> table = Phrases(threshold=0.5).fit(Corpus.from_text(["new york", "york"] * 9, min_count=1))
        >>> list(table.join_all(["in new york", ["york"]]))
        ['in new_york', ['york']]
        """
        if isinstance(sentences, str) or not isinstance(sentences, Iterable):
            raise SettingError(
                f"sentences: expected an iterable of sentences, got {sentences!r:.80}",
                field="sentences", expected="iterable", got=sentences,
            )  # fmt: skip
        return map(self.join, sentences)

    def save(self, path: type_of_path) -> None:
        """Write the phrases as JSON, one a line, all or nothing.

        Raises
        ------
        StorageError
            The file cannot be written.

        Examples
        --------
        See :meth:`load`.
        """
        settings = dataclasses.asdict(self.settings) | {"connector_words": sorted(self.settings.connector_words)}
        file.write(path, settings, ({name: getattr(p, f) for name, f in FIELDS.items()} for p in self.phrases))

    @classmethod
    def load(cls, path: type_of_path) -> PhraseTable:
        """Read a table that :meth:`save` wrote.

        Raises
        ------
        StorageError
            The file cannot be read.
        FormatError
            It is no table of phrases, or not a sound one.

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
        from fastvec.phrases.phrases import Phrases

        settings, phrases = file.read(path)
        try:
            made = Phrases(**settings)
            delimiter = made.delimiter
            return cls(
                tuple(
                    Phrase(delimiter.join(p["words"]), p["score"], p["count"], tuple(p["words"]), p["level"])
                    for p in phrases
                ),
                made,
            )
        except (SettingError, TypeError) as error:  # TypeError: a setting of another version
            raise FormatError(f"{path}: {error}", path=path, field=getattr(error, "field", "settings")) from error

    @cached_property
    def _levels(self) -> list[dict[tuple[str, ...], str]]:
        """The phrases of each level: what they are joined to, by their parts."""
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


def _joined(tokens: list[str], phrases: dict[tuple[str, ...], str], connectors: frozenset[str]) -> list[str]:
    """The tokens with phrases joined, greedily from left to right."""
    joined, start = [], 0
    while start < len(tokens):
        end = start + 1
        while end < len(tokens) and tokens[end] in connectors:
            end += 1
        token = phrases.get(tuple(tokens[start : end + 1]))
        joined.append(token or tokens[start])
        start = end + 1 if token else start + 1
    return joined


def _wrong(phrase: Phrase, settings: Phrases, most: int) -> str:
    """What is wrong with a phrase of a table with these settings; empty: nothing."""
    parts, connectors = phrase.parts, settings.connector_words
    if len(parts) < 2 or "" in parts:
        return "expected two words at least, and none empty"
    if phrase.token != settings.delimiter.join(parts):
        return f"expected the token {settings.delimiter.join(parts)!r:.80}"
    if not 1 <= phrase.level <= settings.passes:
        return f"expected a level from 1 to {settings.passes}"
    if {parts[0], parts[-1]} & connectors or not connectors.issuperset(parts[1:-1]):
        return "expected connector words between its first word and its last, and nowhere else"
    return f"expected at most {most} connector words" if len(parts) - 2 > most else ""
