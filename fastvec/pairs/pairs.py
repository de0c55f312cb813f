"""Pairs of a word and a context, given one by one instead of by the windows of a text."""

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
    """Pairs to train on; made by :meth:`from_pairs` or :meth:`from_ids`.

    A pair has a word, whose vector is returned (a row of W_in), and a context (a row of W_out), which may be
    anything. ``("australian", "nmod_scientist")`` has one of the dependency contexts of Levy and Goldberg (2014,
    "Dependency-Based Word Embeddings"); in a graph the context is a neighbour of a node.

    Attributes
    ----------
    vocabulary, context_vocabulary : Vocabulary
        V words and C contexts; their counts are numbers of pairs.
    word_ids, context_ids : int32[N], read-only
        Pair ``i`` is ``vocabulary.words[word_ids[i]]`` with
        ``context_vocabulary.words[context_ids[i]]``.
    weights : float32[N], read-only, or None
        Non-negative weight of each pair; None means 1.
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
        """Read pairs once, and make vocabularies of their words and contexts.

        Parameters
        ----------
        source : str, PathLike, list of PathLike, iterable, or mapping
            A str is a path, a glob pattern or ``"-"`` (standard input), a list of ``Path`` objects is several of
            these, compressed or not. Each line has a word, a context and optionally a weight, separated by a tab
            or spaces, as ``fastvec pairs`` and word2vecf write them; blank lines are ignored. Any other iterable
            gives ``(word, context)`` or ``(word, context, weight)``, whose words may hold spaces, and is read on
            another thread. A mapping, such as a ``Counter`` of pairs, maps ``(word, context)`` to a weight.
            Either all pairs have a weight, or none has.
        min_count : int
            A pair is left out if its word, or its context, occurs in fewer pairs. Weights are ignored here.
        threads : int, optional
            None: all usable cores. The result does not depend on it.
        on_progress : callable, optional
            Gets a :class:`fastvec.Progress` about ten times a second. If it returns False, reading stops and the
            pairs read so far are returned.

        Returns
        -------
        Pairs
            In the order in which they were read. The vocabularies of the pairs that stay are sorted by
            (-count, word).

        Raises
        ------
        FormatError
            If a line is not a pair, or has other fields than the first (the error has its number); if a
            compressed file is truncated or damaged.
        CorpusError
            If an item of an iterable is not such a pair; if there is no pair, or none is left.
        StorageError
            If a path cannot be read.
        SettingError
            If an argument is wrong.

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
        """Make pairs from ids, such as the edges of a graph or the entries of a sparse matrix.

        Parameters
        ----------
        word_ids, context_ids : int[N]
            Each in 0 .. V-1 and 0 .. C-1; any integer type.
        words, contexts : sequence of str
            The names of the ids, V and C distinct ones. ``contexts=None``: the same as ``words``.
        weights : float[N], optional
            Non-negative; None means 1.

        Raises
        ------
        SettingError
            If types or lengths are wrong, words repeat, ids are out of range, or a weight is negative or not
            finite.

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
        """Number of pairs, N."""
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
