"""Phrases: words that stand together more often than chance has it, joined to one token."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fastvec.checks import numbers as check
from fastvec.checks.settings import setting
from fastvec.errors import CorpusError, SettingError
from fastvec.phrases.counting import Pairs, count_pairs
from fastvec.phrases.joining import PhraseText
from fastvec.phrases.table import Phrase, PhraseTable
from fastvec.running.progress import OnProgress
from fastvec.text.corpus import Corpus

# gensim's constant of this name holds the same words
ENGLISH_CONNECTOR_WORDS = frozenset(
    ("a", "an", "the", "at", "by", "for", "from", "in", "of", "on", "to", "with", "without", "and", "or")
)

THRESHOLDS = {"word2vec": 100.0, "npmi": 0.5}


@dataclass(frozen=True, kw_only=True)
class Phrases:
    r"""Find pairs of words that are one: *new york*, *prime minister*, *state of the art*.

    A pair of neighbours a, b is a phrase where its score is above ``threshold``. Over N tokens, of which a comes
    c(a) times and the pair c(ab) times, the scores are

        word2vec    (c(ab) - min_count) * N / (c(a) * c(b))
        npmi        ln(p(ab) / (p(a) * p(b))) / -ln p(ab),        p(x) = c(x) / N

    The first is Mikolov, Sutskever, Chen, Corrado and Dean 2013, "Distributed Representations of Words and Phrases
    and their Compositionality", equation 6, times the number of training words N, as in word2phrase.c. (gensim
    multiplies by the number of different words and pairs instead, so its thresholds are lower by as much.) The
    second is Bouma 2009, "Normalized (Pointwise) Mutual Information in Collocation Extraction", and the same as
    gensim's: 1 where the words come only together, 0 where they are independent.

    Parameters
    ----------
    min_count : int
        Words and pairs that come less often make no phrase. By "word2vec" it is also taken off the count of each
        pair, against chance neighbours of rare words.
    threshold : float, or sequence of one float a pass, optional
        The score above which a pair is a phrase. None: 100 (word2phrase.c's) for "word2vec", 0.5 for "npmi".
    scoring : "word2vec" or "npmi"
        How pairs are scored.
    delimiter : str
        What stands between the words of a joined token. A word of the text that looks like a joined token is the
        same word.
    connector_words : set of str
        Words that may stand inside a phrase, between its first and last word, which are scored as if they were
        neighbours: *state of the union* with *of* and *the*. No phrase begins or ends with one. As many may stand
        in a row as 32 bits tell apart: 8 of 15, as in ``ENGLISH_CONNECTOR_WORDS``, or 4 of a hundred.
    passes : int
        How often phrases are looked for: the second pass finds them in the text that the first has joined, such as
        *new_york* + *times*. Mikolov et al. ran 2 to 4 passes with falling thresholds.

    Raises
    ------
    SettingError
        A setting out of range.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["new york is big", "york is old", "she left new york"] * 5, min_count=1)
    >>> table = fv.Phrases(threshold=1.5).fit(corpus)
    >>> table.apply(corpus)[0], table.join("in new york")
    (['new_york', 'is', 'big'], 'in new_york')
    """

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
        """The threshold of each pass."""
        given: Any = THRESHOLDS[self.scoring] if self.threshold is None else self.threshold
        if isinstance(given, str) or not isinstance(given, Iterable):
            given = [given] * self.passes
        given = list(given)
        if len(given) != self.passes:
            raise SettingError(
                f"threshold: expected one number, or one for each of {self.passes} passes, got {len(given)}",
                field="threshold", expected=self.passes, got=len(given),
            )  # fmt: skip
        for threshold in given:
            check.real("threshold", threshold, 0 if self.scoring == "word2vec" else -1)
            if self.scoring == "npmi" and threshold > 1:
                raise SettingError(
                    f"threshold: expected a number from -1 to 1 with scoring='npmi', got {threshold!r}",
                    field="threshold", expected="-1 to 1", got=threshold,
                )  # fmt: skip
        return tuple(map(float, given))

    def fit(
        self, corpus: Corpus, *, threads: int | None = None, on_progress: OnProgress | None = None
    ) -> PhraseTable:
        """Find the phrases of a corpus.

        Beside the corpus and what the words themselves take it needs 8 bytes a token up to 33 million tokens, 2
        bytes a token for more than 134 million; and with several passes 8 more for the joined text.

        Parameters
        ----------
        corpus : Corpus
            Best of all words: ``Corpus.from_text(..., min_count=1)``. Words that a corpus has left out are not
            seen, so that those before and after count as neighbours.
        threads : int, optional
            None: all usable cores. The result does not depend on it.
        on_progress : callable, optional
            Gets a :class:`fastvec.Progress` about ten times a second (stages ``"compiling"``, the first time in a
            process, ``"counting"`` and ``"joining"``); when it returns False, it ends with an error.

        Returns
        -------
        PhraseTable
            Which :meth:`PhraseTable.apply` joins in this corpus or another. It may be empty.

        Raises
        ------
        CorpusError
            No corpus, or one without words.
        FormatError
            A corpus file with ids out of range.
        Cancelled
            If ``on_progress`` returned False.

        Examples
        --------
        >>> import fastvec as fv
        >>> lines = ["the state of the union"] * 3 + ["the union and a state"] * 3
        >>> corpus = fv.Corpus.from_text(lines, min_count=1)
        >>> words = fv.ENGLISH_CONNECTOR_WORDS
        >>> table = fv.Phrases(scoring="npmi", threshold=0.2, min_count=2, connector_words=words).fit(corpus)
        >>> [phrase.token for phrase in table]
        ['state_of_the_union', 'union_and_a_state']
        """
        text = PhraseText(corpus, self.delimiter, self.connector_words, threads, on_progress)
        if not len(text.ids):
            raise CorpusError("corpus: it holds no words", field="corpus", expected="words", got=0)
        phrases: list[Phrase] = []
        for level, threshold in enumerate(self.thresholds, 1):
            pairs = count_pairs(text, self.min_count)
            scores = self._scores(pairs, len(text.ids))
            kept = np.flatnonzero(scores > threshold)
            found = [
                text.nodes.parts_of(first, key)
                for first, key in zip(pairs.first[kept].tolist(), pairs.keys[kept].tolist(), strict=True)
            ]
            tokens = text.nodes.tokens
            for nodes, score, count in zip(found, scores[kept].tolist(), pairs.counts[kept].tolist(), strict=True):
                parts = tuple([tokens[node] for node in nodes])
                phrases.append(Phrase(self.delimiter.join(parts), score, count, parts, level))
            if level < self.passes:
                text.join(found)
        return PhraseTable(tuple(phrases), self)

    def _scores(self, pairs: Pairs, n_tokens: int) -> NDArray[np.float64]:
        count = pairs.counts.astype(np.float64)
        last = (pairs.keys & np.uint64(2**32 - 1)).astype(np.int64)
        product = pairs.words[pairs.first].astype(np.float64) * pairs.words[last]
        if self.scoring == "word2vec":
            return (count - self.min_count) * n_tokens / product
        # at most 1, but for the last bit
        return np.minimum(1.0, np.log(count * n_tokens / product) / np.log(n_tokens / count))


def _check_delimiter(delimiter: Any) -> None:
    if not isinstance(delimiter, str) or not delimiter or any(char.isspace() for char in delimiter):
        raise SettingError(
            f"delimiter: expected some characters, none of them white space, got {delimiter!r:.80}",
            field="delimiter", expected="str without white space", got=delimiter,
        )  # fmt: skip


def _words(words: Any) -> frozenset[str]:
    """Any set of words as a frozen one."""
    wrong = words if isinstance(words, (str, bytes)) or not isinstance(words, Iterable) else None
    if wrong is None:
        words = list(words)
        wrong = next((word for word in words if not isinstance(word, str) or not word), None)
    if wrong is not None:
        raise SettingError(
            f"connector_words: expected a set of words, got {wrong!r:.80}",
            field="connector_words", expected="set of str", got=wrong,
        )  # fmt: skip
    return frozenset(words)
