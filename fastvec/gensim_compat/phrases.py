"""gensim's Phrases and FrozenPhrases, counted by fastvec."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from fastvec.checks.numbers import real, whole
from fastvec.errors import SettingError
from fastvec.gensim_compat import phrase_files
from fastvec.gensim_compat.phrase_counts import count_spellings, prune
from fastvec.gensim_compat.phrase_joining import JoinsPhrases, PhrasedSentences
from fastvec.gensim_compat.phrase_scores import Scorer, npmi_scorer, original_scorer, scorer_of
from fastvec.io.decompression import type_of_path
from fastvec.phrases.phrases import ENGLISH_CONNECTOR_WORDS

__all__ = [
    "ENGLISH_CONNECTOR_WORDS",
    "FrozenPhrases",
    "PhrasedSentences",
    "Phraser",
    "Phrases",
    "npmi_scorer",
    "original_scorer",
]


class Phrases(JoinsPhrases):
    """Find words that occur together often, as gensim's class of this name does.

    Words and pairs are counted in compiled code, on all cores. Two faults of gensim's are not here: of phrases of
    more than two words (a second pass) :meth:`export_phrases`, and so :class:`FrozenPhrases`, finds all that
    ``phrases[sentence]`` joins, and a str in the place of a sentence is an error, not a list of letters.

    Parameters
    ----------
    sentences : iterable of lists of str, optional
        Read once. None: :meth:`add_vocab` brings them.
    min_count : float
        Pairs that occur less often are no phrases.
    threshold : float
        The score above which a pair is a phrase.
    max_vocab_size : int
        If there are more different words and pairs after counting, the rarest are taken out.
    delimiter : str
        Between the words of a joined token.
    progress_per : int
        Ignored.
    scoring : "default", "npmi" or callable
        A function gets ``worda_count``, ``wordb_count``, ``bigram_count``, ``len_vocab``, ``min_count`` and
        ``corpus_word_count``.
    connector_words : set of str
        Words that may be inside a phrase, and at none of its ends; ``ENGLISH_CONNECTOR_WORDS`` for English.

    Attributes
    ----------
    vocab : dict of str to int
        How often each word, and each joined pair, occurs.
    corpus_word_count : int
        The number of tokens.

    Raises
    ------
    SettingError
        If a setting is out of range.
    CorpusError
        If the sentences have no word, or one of them is a str.

    Examples
    --------
    >>> phrases = Phrases([["in", "new", "york"], ["new", "york"], ["a", "york"]], min_count=1, threshold=1)
    >>> phrases[["to", "new", "york"]], phrases.export_phrases()
    (['to', 'new_york'], {'new_york': 1.1666666666666665})
    """

    def __init__(
        self,
        sentences: Iterable[Any] | None = None,
        min_count: float = 5,
        threshold: float = 10.0,
        max_vocab_size: int = 40_000_000,
        delimiter: str = "_",
        progress_per: int = 10_000,
        scoring: Literal["default", "npmi"] | Scorer = "default",
        connector_words: Iterable[str] = frozenset(),
        common_terms: Iterable[str] | None = None,
    ) -> None:
        if common_terms is not None:
            warnings.warn("common_terms= is connector_words= since gensim 4", DeprecationWarning, stacklevel=2)
            connector_words = common_terms
        self.connector_words = _words(connector_words)
        self.scoring: Scorer = scorer_of(scoring)
        real("min_count", min_count, above=0)
        _check_threshold(threshold, self.scoring)
        self.min_count, self.threshold = min_count, threshold
        self.max_vocab_size = whole("max_vocab_size", max_vocab_size, 1, 2**62)
        self.delimiter = _delimiter(delimiter)
        self.progress_per = progress_per
        self.vocab: dict[str, int] = {}
        self.min_reduce, self.corpus_word_count = 1, 0
        if sentences is not None:
            self.add_vocab(sentences)

    def add_vocab(self, sentences: Iterable[Any]) -> None:
        """Count more sentences.

        Parameters
        ----------
        sentences : iterable of lists of str

        Raises
        ------
        CorpusError
            If they have no word, or one of them is a str.
        """
        counts, n_tokens = count_spellings(sentences, self.delimiter, self.connector_words)
        self.corpus_word_count += n_tokens
        if self.vocab:
            for token, count in counts.items():
                self.vocab[token] = self.vocab.get(token, 0) + count
        else:
            self.vocab = counts
        self.min_reduce = prune(self.vocab, self.max_vocab_size, self.min_reduce)

    def score_candidate(self, word_a: str, word_b: str, in_between: list[str]) -> tuple[str | None, float | None]:
        """Return the joined token and its score, or (None, None) if this is no phrase.

        Parameters
        ----------
        word_a, word_b : str
        in_between : list of str
            The connector words between them.
        """
        token = self.delimiter.join([word_a, *in_between, word_b])
        score = self._score(word_a, word_b, token)
        return (None, None) if score is None else (token, score)

    def _score(self, first: str, last: str, token: str) -> float | None:
        get = self.vocab.get
        counts = get(first, 0), get(last, 0), get(token, 0)
        if not all(counts):
            return None
        score = self.scoring(
            worda_count=counts[0], wordb_count=counts[1], bigram_count=counts[2], len_vocab=len(self.vocab),
            min_count=self.min_count, corpus_word_count=self.corpus_word_count,
        )  # fmt: skip
        return score if score > self.threshold else None

    def export_phrases(self) -> dict[str, float]:
        """Return all phrases with their scores.

        A token that can be taken apart in several ways (*new_york* + *times*, *new* + *york_times*) has the best
        of their scores.

        Returns
        -------
        dict of str to float
        """
        is_known = self.scoring is npmi_scorer or (self.scoring is original_scorer and self.threshold >= 0)
        rarest = self.min_count if is_known else 0  # what is rarer has no score above the threshold
        found = {}
        for token, count in self.vocab.items():
            if count >= rarest and self.delimiter in token:
                scores = [self._score(first, last, token) for first, last in self._ends(token)]
                best = max((score for score in scores if score is not None), default=None)
                if best is not None:
                    found[token] = best
        return found

    def _ends(self, token: str) -> Iterator[tuple[str, str]]:
        """Yield the first and the last word of a token, in all ways in which it can have been joined."""
        pieces, join = token.split(self.delimiter), self.delimiter.join
        for end in range(1, len(pieces)):
            first, start = join(pieces[:end]), end
            yield first, join(pieces[start:])
            while start < len(pieces) - 1 and pieces[start] in self.connector_words:
                start += 1
                yield first, join(pieces[start:])

    def freeze(self) -> FrozenPhrases:
        """Return the phrases without the counts: smaller and faster.

        Returns
        -------
        FrozenPhrases
        """
        return FrozenPhrases(self)

    def save(self, path: type_of_path, *_: Any, **__: Any) -> None:
        """Write the counts and settings to one file of any suffix; nothing of it is run when it is read.

        Parameters
        ----------
        path : path

        Raises
        ------
        SettingError
            If ``scoring`` is a function without a name in its module.
        StorageError
            If the file cannot be written.
        """
        names = "min_count", "threshold", "max_vocab_size", "min_reduce", "progress_per", "corpus_word_count"
        settings = {name: getattr(self, name) for name in names} | _shared(self)
        phrase_files.write(path, phrase_files.COUNTED, self.vocab, settings)

    @classmethod
    def load(cls, path: type_of_path, mmap: str | None = None, *, scoring: Scorer | None = None) -> Phrases:
        """Read what :meth:`save` wrote, or gensim's own file, safely.

        Parameters
        ----------
        path : path
        mmap : str, optional
            Ignored.
        scoring : callable, optional
            The function that the phrases were saved with, if its module is not imported.

        Raises
        ------
        FormatError
            If it is no such file, or names a function that is not there.
        StorageError
            If it cannot be read.
        """
        vocab, settings = phrase_files.read(path, phrase_files.COUNTED, scoring)
        model = cls.__new__(cls)
        model.__dict__ |= {"max_vocab_size": 40_000_000, "min_reduce": 1, "progress_per": 10_000}
        model.__dict__ |= {"corpus_word_count": 0, "vocab": vocab, **settings}
        return model

    def __repr__(self) -> str:
        return f"Phrases<{len(self.vocab)} vocab, min_count={self.min_count}, threshold={self.threshold}>"


class FrozenPhrases(JoinsPhrases):
    """The phrases of a :class:`Phrases`, without its counts.

    Parameters
    ----------
    phrases_model : Phrases

    Attributes
    ----------
    phrasegrams : dict of str to float
        The score of each joined token.

    Raises
    ------
    SettingError
        If this is no Phrases.

    Examples
    --------
    >>> phrases = Phrases([["in", "new", "york"], ["new", "york"], ["a", "york"]], min_count=1, threshold=1)
    >>> list(FrozenPhrases(phrases)[[["to", "new", "york"], ["york"]]])
    [['to', 'new_york'], ['york']]
    """

    def __init__(self, phrases_model: Phrases) -> None:
        if not isinstance(phrases_model, Phrases):
            raise SettingError(field="phrases_model", expected="Phrases", got=phrases_model)
        self.__dict__ |= _shared(phrases_model)
        self.min_count, self.threshold = phrases_model.min_count, phrases_model.threshold
        self.phrasegrams = phrases_model.export_phrases()

    delimiter: str
    scoring: Scorer

    def score_candidate(self, word_a: str, word_b: str, in_between: list[str]) -> tuple[str | None, float | None]:
        """Return the joined token and its score, or (None, None) if this is no phrase.

        Parameters
        ----------
        word_a, word_b : str
        in_between : list of str
            The connector words between them.
        """
        token = self.delimiter.join([word_a, *in_between, word_b])
        score = self.phrasegrams.get(token)
        return (None, None) if score is None or score <= self.threshold else (token, score)

    def save(self, path: type_of_path, *_: Any, **__: Any) -> None:
        """Write the phrases to one file of any suffix; see :meth:`Phrases.save`.

        Parameters
        ----------
        path : path
        """
        settings = {"min_count": self.min_count, "threshold": self.threshold} | _shared(self)
        phrase_files.write(path, phrase_files.FROZEN, self.phrasegrams, settings)

    @classmethod
    def load(cls, path: type_of_path, mmap: str | None = None, *, scoring: Scorer | None = None) -> FrozenPhrases:
        """Read what :meth:`save` wrote, or gensim's own file, safely; see :meth:`Phrases.load`.

        Parameters
        ----------
        path : path
        mmap : str, optional
            Ignored.
        scoring : callable, optional
        """
        phrasegrams, settings = phrase_files.read(path, phrase_files.FROZEN, scoring)
        model = cls.__new__(cls)
        model.__dict__ |= {"phrasegrams": phrasegrams, **settings}
        return model

    def __repr__(self) -> str:
        n, settings = len(self.phrasegrams), f"min_count={self.min_count}, threshold={self.threshold}"
        return f"FrozenPhrases<{n} phrases, {settings}>"


Phraser = FrozenPhrases


def _shared(model: Phrases | FrozenPhrases) -> dict[str, Any]:
    return {name: getattr(model, name) for name in ("delimiter", "scoring", "connector_words")}


def _check_threshold(threshold: Any, scoring: Scorer) -> None:
    if scoring is npmi_scorer:
        real("threshold", threshold, -1, 1)
    else:
        real("threshold", threshold, above=0 if scoring is original_scorer else -math.inf)


def _words(words: Any) -> frozenset[str]:
    if isinstance(words, (str, bytes)) or not isinstance(words, Iterable):
        raise SettingError(field="connector_words", expected="a set of words", got=words)
    return frozenset(word.decode("utf-8") if isinstance(word, bytes) else word for word in words)


def _delimiter(delimiter: Any) -> str:
    if isinstance(delimiter, bytes):
        warnings.warn("delimiter= is a str since gensim 4", DeprecationWarning, stacklevel=3)
        delimiter = delimiter.decode("utf-8")
    if not isinstance(delimiter, str) or not delimiter:
        raise SettingError(field="delimiter", expected="text", got=delimiter)
    return delimiter
