"""Pairs of a word and a context, given one by one instead of by the windows of a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.arrays import array_of, check_ids, integers
from fastvec.checks.numbers import truth
from fastvec.checks.read_only import ReadOnlyArrays, read_only
from fastvec.errors import SettingError
from fastvec.pairs.blocks import checked_weights
from fastvec.pairs.layout import Fields, Options
from fastvec.pairs.mirroring import Columns, mirrored
from fastvec.pairs.reading import PairReader
from fastvec.running.progress import OnProgress
from fastvec.running.workers import resolve_threads
from fastvec.text.vocabulary import Vocabulary, check_limits

Ids = NDArray[np.int32]


class Pairs(ReadOnlyArrays):
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
    n_skipped : int
        Lines of comments and headers in the files.
    undirected : bool or None
        Whether each edge is there in both directions; None: it was not said.

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
        word_ids: ArrayLike,
        context_ids: ArrayLike,
        weights: ArrayLike | None = None,
        n_dropped: int = 0,
        n_skipped: int = 0,
        *,
        undirected: bool | None = None,
    ) -> None:
        of_words, of_contexts = (
            _ids_of(name, ids, words)
            for name, ids, words in (
                ("word_ids", word_ids, vocabulary),
                ("context_ids", context_ids, context_vocabulary),
            )
        )
        _check_lengths(of_words, of_contexts)
        self.vocabulary, self.context_vocabulary = vocabulary, context_vocabulary
        self.word_ids, self.context_ids = read_only(of_words), read_only(of_contexts)
        self.weights = None if weights is None else read_only(_weights(weights, len(of_words)))
        self.n_dropped, self.n_skipped, self.undirected = n_dropped, n_skipped, undirected

    @classmethod
    def from_pairs(
        cls,
        source: Any,
        *,
        fields: Fields | None = None,
        undirected: bool | None = None,
        separator: str | None = None,
        comments: str | None = None,
        encoding: str | None = None,
        min_count: int = 1,
        threads: int | None = None,
        on_progress: OnProgress | None = None,
    ) -> Pairs:
        """Read pairs once, and make vocabularies of their words and contexts.

        Parameters
        ----------
        source : str, PathLike, list of PathLike, iterable, mapping, table or graph
            A str is a path, a glob pattern or ``"-"`` (standard input), a list of ``Path`` objects is several of
            these, compressed or not. Each line has a word, a context and optionally a weight, as ``fastvec pairs``
            and word2vecf write them, networkx (with ``{'weight': 3.0}`` too), SNAP (with ``#`` comments at the
            top), or Gephi (with a header of ``Source``, ``Target`` and perhaps ``Weight``); blank lines are
            ignored. Any other iterable gives ``(word, context)`` or ``(word, context, weight)``, and is read on
            another thread. A mapping, such as a ``Counter`` of pairs, maps ``(word, context)`` to a weight. A
            graph of networkx gives its edges, with their weights if it has any. Words may be whole numbers, which
            become str. Either all pairs have a weight, or none has.
        fields : tuple of str, or of int, optional
            Which fields are the word, the context and, if there is a third, the weight. Names are those of the
            columns of a table (pandas, polars, pyarrow, a dict of lists), of rows that are dicts, and of files
            with a header (``.csv``, ``.tsv``), of ``.jsonl`` and of ``.parquet``, ``.arrow`` and ``.feather``
            (``pip install 'fastvec[tables]'``). Numbers are places from 0, in lines without a header or in tuples.
        undirected : bool, optional
            True: pairs are edges without a direction; each, given once, counts in both directions, so that every
            node has a vector. A pair of a word with itself counts once. None: as False, but for graphs of networkx
            that have no direction; training then warns of contexts that get no vector.
        separator : str, optional
            What separates the fields of a line: "tab", "comma", "semicolon", "bar" or "whitespace", or one
            character, such as ":". None: the first line of each file decides. Tabs, if it has one; a comma,
            semicolon or bar, if it has no white space but after these, or the file's name ends in ``.csv``; else
            white space. With all but white space, names may hold spaces, and with all but that and tabs they may
            stand in quotes.
        comments : str, optional
            Lines that begin with this are ignored everywhere. None: only the first lines of each file are, if they
            are ``#`` or ``%`` and then white space, punctuation or nothing.
        encoding : str, optional
            Of files, as for :meth:`Corpus.from_text`.
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
            If a line is not a pair, or has other fields than the first (the error has its number); if a file lacks
            one of ``fields``; if a compressed file is truncated or damaged.
        CorpusError
            If an item of an iterable is not such a pair; if there is no pair, or none is left.
        StorageError
            If a path cannot be read.
        MissingPackageError
            If pyarrow is not installed, and a file needs it.
        SettingError
            If an argument is wrong.

        Examples
        --------
        >>> from fastvec import Pairs, training_pairs
        >>> pairs = Pairs.from_pairs(training_pairs("the cat sat on the mat", window=2))
        >>> len(pairs), pairs.vocabulary.words, pairs.vocabulary.counts.tolist()
        (18, ['the', 'on', 'sat', 'cat', 'mat'], [5, 4, 4, 3, 2])
        >>> star = Pairs.from_pairs([("hub", "a"), ("hub", "b")], undirected=True)
        >>> list(star)
        [('hub', 'a'), ('a', 'hub'), ('hub', 'b'), ('b', 'hub')]
        >>> rows = [{"user": "u1", "item": 7, "stars": 5}, {"user": "u2", "item": 7, "stars": 2}]
        >>> list(Pairs.from_pairs(rows, fields=("user", "item", "stars"), undirected=False))
        [('u1', '7', 5.0), ('u2', '7', 2.0)]
        """
        check_limits(min_count, None)
        if undirected is not None:
            truth("undirected", undirected)
        options = Options.checked(fields, separator, comments, encoding)
        reader = PairReader(source, resolve_threads(threads), options, undirected)
        reader.read(on_progress)
        return cls(*reader.numbered(min_count), reader.n_skipped, undirected=reader.undirected)

    @classmethod
    def from_ids(
        cls,
        word_ids: ArrayLike,
        context_ids: ArrayLike,
        words: Sequence[str],
        contexts: Sequence[str] | None = None,
        weights: ArrayLike | None = None,
        *,
        undirected: bool | None = None,
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
        undirected : bool, optional
            As for :meth:`from_pairs`. If ``contexts`` are given, those that are not among the words follow them.

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
        >>> list(Pairs.from_ids([0], [1], ["a", "b"], undirected=True))
        [('a', 'b'), ('b', 'a')]
        """
        if undirected is not None:
            truth("undirected", undirected)
        of_words, words = _checked("word_ids", word_ids, "words", words)
        of_contexts, contexts = _checked("context_ids", context_ids, *_named(words, contexts))
        _check_lengths(of_words, of_contexts)
        checked = None if weights is None else _weights(weights, len(of_words))
        pairs = Columns(of_words, of_contexts, checked)
        if undirected:
            words, pairs = _together(words, contexts, pairs)
            contexts = words
        word_vocabulary, context_vocabulary = (
            Vocabulary(names, np.bincount(ids, minlength=len(names)))
            for names, ids in ((words, pairs.words), (contexts, pairs.contexts))
        )
        if undirected:
            context_vocabulary = word_vocabulary
        return cls(word_vocabulary, context_vocabulary, *pairs, undirected=undirected)

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


def _named(words: list[str], contexts: Sequence[str] | None) -> tuple[str, Sequence[str]]:
    """Return the argument that names the contexts, and the names."""
    return ("words", words) if contexts is None else ("contexts", contexts)


def _ids_of(name: str, ids: ArrayLike, vocabulary: Vocabulary) -> Ids:
    if not isinstance(vocabulary, Vocabulary):
        expected = f"a fastvec.Vocabulary for {name}"
        raise SettingError(field="vocabulary", expected=expected, got=vocabulary)
    column: Ids = integers(name, ids, np.int32)
    check_ids(column, len(vocabulary), SettingError, name)
    return column


def _check_lengths(of_words: Ids, of_contexts: Ids) -> None:
    if len(of_words) != len(of_contexts):
        expected = f"{len(of_words)}, one for each of word_ids"
        raise SettingError(field="context_ids", expected=expected, got=len(of_contexts))


def _checked(name: str, ids: ArrayLike, field: str, names: Sequence[str]) -> tuple[Ids, list[str]]:
    column = integers(name, ids, np.int32)
    if isinstance(names, (str, bytes)) or not isinstance(names, Iterable):
        raise SettingError(field=field, expected="a sequence of str", got=names)
    names = list(names)
    check_ids(column, len(names), SettingError, name)
    return column, names


def _together(words: list[str], contexts: list[str], pairs: Columns) -> tuple[list[str], Columns]:
    """Return the names of both sides, and the pairs in both directions."""
    if words != contexts:
        for names in (words, contexts):
            Vocabulary(names)  # refuses what is not distinct
        index = {name: i for i, name in enumerate(dict.fromkeys([*words, *contexts]))}
        places = np.array([index[name] for name in contexts], np.int32)
        words, pairs = list(index), pairs._replace(contexts=places[pairs.contexts])
    return words, mirrored(pairs)


def _weights(weights: ArrayLike, n_pairs: int) -> NDArray[np.float32]:
    found = array_of("weights", weights, f"float[{n_pairs}]")
    if found.shape != (n_pairs,) or found.dtype.kind not in "fiu":
        raise SettingError(field="weights", expected=f"float[{n_pairs}]", got=found)
    try:
        return checked_weights(found)
    except ValueError:
        wrong = found[~(np.isfinite(found) & (found >= 0) & (found <= np.finfo(np.float32).max))][0]
        raise SettingError(field="weights", expected="finite numbers of at least 0", got=float(wrong)) from None
