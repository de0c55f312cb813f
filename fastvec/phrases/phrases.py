"""Phrases: words that occur together more often than by chance, joined to one token."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CorpusError
from fastvec.phrases.pair_counts import PairCounts, count_pairs
from fastvec.phrases.phrase_text import PhraseText
from fastvec.phrases.settings import PhraseSettings
from fastvec.phrases.table import Phrase, PhraseTable
from fastvec.running.progress import OnProgress
from fastvec.text.corpus import Corpus

# gensim's constant of this name holds the same words
ENGLISH_CONNECTOR_WORDS = frozenset(
    ("a", "an", "the", "at", "by", "for", "from", "in", "of", "on", "to", "with", "without", "and", "or")
)


class Phrases(PhraseSettings):
    """Find phrases such as *new york*, *prime minister* and *state of the art*.

    A pair of neighbours a, b is a phrase if its score is above ``threshold``. With N tokens, c(a) occurrences of a
    and c(ab) of the pair, the scores are

        word2vec    (c(ab) - min_count) * N / (c(a) * c(b))
        npmi        ln(p(ab) / (p(a) * p(b))) / -ln p(ab),        p(x) = c(x) / N

    The first is Mikolov, Sutskever, Chen, Corrado and Dean 2013, "Distributed Representations of Words and Phrases
    and their Compositionality", equation 6, times the number of training words N, as in word2phrase.c. (gensim
    multiplies by the number of different words and pairs instead, so its thresholds are lower.) The second is
    Bouma 2009, "Normalized (Pointwise) Mutual Information in Collocation Extraction", as in gensim: 1 if the words
    occur only together, 0 if they are independent.

    Parameters
    ----------
    min_count : int
        Words and pairs that occur less often are not phrases. With "word2vec" it is also subtracted from the count
        of each pair, against chance neighbours of rare words.
    threshold : float, or sequence of one float a pass, optional
        The score above which a pair is a phrase. None: 100 (as in word2phrase.c) for "word2vec", 0.5 for "npmi".
    scoring : "word2vec" or "npmi"
        How pairs are scored.
    delimiter : str
        The characters between the words of a joined token. A word of the text that is spelled like a joined token
        is the same word.
    connector_words : set of str
        Words that may stand inside a phrase, between its first and last word, which are scored as if they were
        neighbours: *state of the union* with *of* and *the*. No phrase begins or ends with one. The number in a
        row is limited, as they are stored in 32 bits: 8 of 15 (``ENGLISH_CONNECTOR_WORDS``), or 4 of a hundred.
    passes : int
        How often phrases are searched: the second pass finds them in the text that the first has joined, such as
        *new_york* + *times*. Mikolov et al. ran 2 to 4 passes with decreasing thresholds.

    Raises
    ------
    SettingError
        If a setting is out of range.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["new york is big", "york is old", "she left new york"] * 5, min_count=1)
    >>> table = fv.Phrases(threshold=1.5).fit(corpus)
    >>> table.apply(corpus)[0], table.join("in new york")
    (['new_york', 'is', 'big'], 'in new_york')
    """

    def fit(
        self, corpus: Corpus, *, threads: int | None = None, on_progress: OnProgress | None = None
    ) -> PhraseTable:
        """Find the phrases of a corpus.

        In addition to the corpus and its words this needs 8 bytes a token up to 33 million tokens, and 2 bytes a
        token for more than 134 million; with several passes 8 more for the joined text.

        Parameters
        ----------
        corpus : Corpus
            Preferably with all words: ``Corpus.from_text(..., min_count=1)``. Words that are not in the corpus are
            skipped, so the words before and after them count as neighbours.
        threads : int, optional
            None: all usable cores. The result does not depend on it.
        on_progress : callable, optional
            Gets a :class:`fastvec.Progress` about ten times a second (stages ``"compiling"``, the first time in a
            process, ``"counting"`` and ``"joining"``). If it returns False, this raises; no partial result is
            returned.

        Returns
        -------
        PhraseTable
            Its :meth:`PhraseTable.apply` joins the phrases in this corpus or another. It may be empty.

        Raises
        ------
        CorpusError
            If this is not a corpus, or it has no words.
        FormatError
            If a corpus file has ids out of range.
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
            raise CorpusError("corpus: it holds no words", field="corpus")
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

    def _scores(self, pairs: PairCounts, n_tokens: int) -> NDArray[np.float64]:
        count = pairs.counts.astype(np.float64)
        last = (pairs.keys & np.uint64(2**32 - 1)).astype(np.int64)
        product = pairs.words[pairs.first].astype(np.float64) * pairs.words[last]
        if self.scoring == "word2vec":
            return (count - self.min_count) * n_tokens / product
        # at most 1, except for rounding
        return np.minimum(1.0, np.log(count * n_tokens / product) / np.log(n_tokens / count))
