"""Pairs: words with a context each, and perhaps a weight, in the place of a text and its windows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.arrays import array_of, check_ids, integers
from fastvec.errors import SettingError
from fastvec.pairs.blocks import checked_weights
from fastvec.pairs.reading import PairReader
from fastvec.running.progress import OnProgress
from fastvec.running.workers import resolve_threads
from fastvec.text.reading import Source
from fastvec.text.vocabulary import Vocabulary, check_limits, read_only

Ids = NDArray[np.int32]


class Pairs:
    """Given pairs to train on: made by :meth:`from_pairs` or :meth:`from_ids`.

    A pair has a word, whose vector is kept (a row of W_in), and a context, a row of W_out, which need be no word:
    ``("australian", "nmod_scientist")`` is one of the dependency contexts of Levy and Goldberg (2014,
    "Dependency-Based Word Embeddings"); the next node of a walk over a graph is another.

    Attributes
    ----------
    vocabulary, context_vocabulary : Vocabulary
        V words and C contexts, and in how many pairs each comes.
    word_ids, context_ids : int32[N], read-only
        Pair ``i`` is ``vocabulary.words[word_ids[i]]`` with
        ``context_vocabulary.words[context_ids[i]]``.
    weights : float32[N], read-only, or None
        What each pair counts, finite and at least 0; None: 1 each.
    n_pairs : int
        N, also ``len(pairs)``.
    n_dropped : int
        Pairs that ``min_count`` left out.

    Iterating gives (word, context) or (word, context, weight).

    Examples
    --------
    >>> from fastvec import Pairs
    >>> pairs = Pairs.from_pairs([("tea", "hot", 2), ("milk", "cold", 1), ("tea", "cold", 0.5)])
    >>> pairs
    <Pairs: 3 with weights, of 2 words and 2 contexts; 0 dropped>
    >>> pairs.vocabulary.words, pairs.context_vocabulary.words, pairs.weights.tolist()
    (['tea', 'milk'], ['cold', 'hot'], [2.0, 1.0, 0.5])
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        context_vocabulary: Vocabulary,
        word_ids: Ids,
        context_ids: Ids,
        weights: NDArray[np.float32] | None = None,
        n_dropped: int = 0,
    ) -> None:
        self.vocabulary, self.context_vocabulary = vocabulary, context_vocabulary
        self.word_ids, self.context_ids = read_only(word_ids), read_only(context_ids)
        self.weights = None if weights is None else read_only(weights)
        self.n_dropped = n_dropped

    @classmethod
    def from_pairs(
        cls,
        source: Source | Mapping[tuple[str, str], float],
        *,
        min_count: int = 1,
        threads: int | None = None,
        on_progress: OnProgress | None = None,
    ) -> Pairs:
        """Read pairs once and number their words and contexts.

        Parameters
        ----------
        source : str, PathLike, list of PathLike, iterable, or mapping
            A str is a path, a glob pattern or ``"-"`` (standard input), a list of ``Path`` objects several of
            these, compressed or not: a pair a line, as word, context and perhaps weight, with a tab or spaces
            between them, as ``fastvec pairs`` and word2vecf write them; blank lines are passed over. Any other
            iterable gives ``(word, context)`` or ``(word, context, weight)``, whose words may hold spaces, and is
            read on another thread; a mapping, as a ``Counter`` of pairs, has ``(word, context)`` as keys and
            weights as values. All pairs have a weight, or none has.
        min_count : int
            A pair is left out if its word, or its context, comes in fewer pairs, weights aside.
        threads : int, optional
            None: all usable cores. The result does not depend on it.
        on_progress : callable, optional
            Gets a :class:`fastvec.Progress` about ten times a second, whose ``words`` are pairs; when it returns
            False, reading ends there and the pairs read so far are returned.

        Returns
        -------
        Pairs
            In the order read; its vocabularies, of the pairs that stay, are sorted by (-count, word).

        Raises
        ------
        FormatError
            A line that is no pair, or none like the others, by its number; a truncated or damaged archive.
        CorpusError
            The same of an item of an iterable; no pair at all, or none left.
        StorageError
            A path that cannot be read.
        SettingError
            A bad argument.

        Examples
        --------
        >>> from fastvec import Pairs, training_pairs
        >>> pairs = Pairs.from_pairs(training_pairs("the cat sat on the mat", window=2))
        >>> len(pairs), pairs.vocabulary.words, pairs.vocabulary.counts.tolist()
        (18, ['the', 'on', 'sat', 'cat', 'mat'], [5, 4, 4, 3, 2])
        """
        check_limits(min_count, None)
        reader = PairReader(source, resolve_threads(threads))
        reader.read(on_progress)
        return cls(*reader.numbered(min_count))

    @classmethod
    def from_ids(
        cls,
        word_ids: ArrayLike,
        context_ids: ArrayLike,
        words: Sequence[str],
        contexts: Sequence[str] | None = None,
        weights: ArrayLike | None = None,
    ) -> Pairs:
        """Make pairs of numbered things, as the edges of a graph or the cells of a sparse matrix.

        Parameters
        ----------
        word_ids, context_ids : int[N]
            Each in 0 .. V-1 and 0 .. C-1; any integer type.
        words, contexts : sequence of str
            What the ids stand for, V and C distinct ones; ``contexts=None``: the words.
        weights : float[N], optional
            None: 1 each.

        Raises
        ------
        SettingError
            Wrong types or lengths, repeated words, ids out of range, weights that are not finite or below 0.

        Examples
        --------
        >>> from fastvec import Pairs
        >>> list(Pairs.from_ids([0, 1], [1, 0], ["a", "b"], weights=[1, 0.5]))
        [('a', 'b', 1.0), ('b', 'a', 0.5)]
        """
        columns = []
        for name, ids, names in (
            ("word_ids", word_ids, words),
            ("context_ids", context_ids, words if contexts is None else contexts),
        ):
            column = integers(name, ids, np.int32)
            if isinstance(names, (str, bytes)) or not isinstance(names, Iterable):
                field = "words" if names is words else "contexts"
                raise SettingError(field=field, expected="a sequence of str", got=names)
            names = list(names)
            check_ids(column, len(names), SettingError, name)
            columns.append((column, Vocabulary(names, np.bincount(column, minlength=len(names)))))
        (of_words, word_vocabulary), (of_contexts, context_vocabulary) = columns
        if len(of_words) != len(of_contexts):
            expected = f"{len(of_words)}, one for each of word_ids"
            raise SettingError(field="context_ids", expected=expected, got=len(of_contexts))
        checked = None if weights is None else _weights(weights, len(of_words))
        return cls(word_vocabulary, context_vocabulary, of_words, of_contexts, checked)

    @property
    def n_pairs(self) -> int:
        return len(self.word_ids)

    def __len__(self) -> int:
        return self.n_pairs

    def __iter__(self) -> Iterator[tuple[str, str] | tuple[str, str, float]]:
        words, contexts = self.vocabulary.words, self.context_vocabulary.words
        for start in range(0, len(self), 4096):
            part = slice(start, start + 4096)
            ids = [self.word_ids[part].tolist(), self.context_ids[part].tolist()]
            if self.weights is None:
                yield from ((words[w], contexts[c]) for w, c in zip(*ids, strict=True))
            else:
                weighted = zip(*ids, self.weights[part].tolist(), strict=True)
                yield from ((words[w], contexts[c], weight) for w, c, weight in weighted)

    def __repr__(self) -> str:
        weighted = "" if self.weights is None else " with weights"
        return (
            f"<Pairs: {len(self):,}{weighted}, of {len(self.vocabulary):,} words and "
            f"{len(self.context_vocabulary):,} contexts; {self.n_dropped:,} dropped>"
        )


def _weights(weights: ArrayLike, n_pairs: int) -> NDArray[np.float32]:
    found = array_of("weights", weights, f"float[{n_pairs}]")
    if found.shape != (n_pairs,) or found.dtype.kind not in "fiu":
        raise SettingError(field="weights", expected=f"float[{n_pairs}]", got=found)
    try:
        return checked_weights(found)
    except ValueError:
        wrong = found[~(np.isfinite(found) & (found >= 0) & (found <= np.finfo(np.float32).max))][0]
        raise SettingError(field="weights", expected="finite numbers of at least 0", got=float(wrong)) from None
