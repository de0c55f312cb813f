"""Corpus: a text as ids of words, in memory or mapped from a file."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from fastvec.checks.arrays import check_ids, check_offsets, integers
from fastvec.checks.numbers import truth
from fastvec.checks.read_only import ReadOnlyArrays, read_only
from fastvec.errors import CorpusError, FormatError, SettingError
from fastvec.io.atomic import check_writable
from fastvec.io.decompression import content_errors, type_of_path
from fastvec.running.progress import OnProgress
from fastvec.running.workers import resolve_threads
from fastvec.text.advice import warn_of_odd_words
from fastvec.text.building import Built, TextSettings, build
from fastvec.text.concordance import Concordance
from fastvec.text.corpus_file import read_parts, write_parts
from fastvec.text.flattening import flattened
from fastvec.text.pruning import Normalize
from fastvec.text.reading import Source, check_not_read
from fastvec.text.tokens import Tokens
from fastvec.text.vocabulary import Vocabulary


class Corpus(ReadOnlyArrays):
    """A text as ids of a vocabulary; made by :meth:`from_text`, :meth:`from_ids` or :meth:`load`.

    Called directly, it takes and checks the attributes up to ``gaps``, except for counts.

    Attributes
    ----------
    ids : int32[N], read-only
        The tokens of all sentences, one after the other, as ids in ``vocabulary``.
    offsets : int64[S + 1], read-only
        Sentence ``s`` is ``ids[offsets[s]:offsets[s + 1]]``; empty sentences are kept.
    vocabulary : Vocabulary
    n_tokens, n_sentences : int
        N and S.
    n_dropped : int
        Tokens of the text that are not in the vocabulary.
    gaps : int64[G] or None, read-only
        Where they were, if ``from_text`` was to keep that: for each, the tokens of the corpus and the ends of
        sentences before it, together.

    ``len(corpus)`` is the number of sentences; iterating and indexing give sentences as lists of words.

    Raises
    ------
    SettingError
        If ids, offsets or gaps are no whole numbers or out of range, or there is no vocabulary.

    Examples
    --------
    >>> from fastvec import Corpus
    >>> corpus = Corpus.from_text(["the cat sat", "the dog"], min_count=1)
    >>> corpus
    <Corpus: 5 tokens in 2 sentences, vocabulary of 4; 0 tokens dropped>
    >>> corpus.ids.tolist(), corpus.offsets.tolist(), corpus[1]
    ([0, 1, 3, 0, 2], [0, 3, 5], ['the', 'dog'])
    """

    def __init__(
        self,
        ids: ArrayLike,
        offsets: ArrayLike,
        vocabulary: Vocabulary,
        n_dropped: int = 0,
        gaps: ArrayLike | None = None,
    ) -> None:
        self._set(Built.of(ids, offsets, vocabulary, n_dropped, gaps))

    _mapped: str | None = None  # the file that ids and offsets are read from when they are used

    @classmethod
    def _of(cls, parts: Built) -> Corpus:
        """Trust the parts: those of a file are checked when they are used."""
        corpus = cls.__new__(cls)
        corpus._set(parts)
        return corpus

    def _set(self, parts: Built) -> None:
        self.ids = read_only(parts.ids)
        self.offsets = read_only(parts.offsets)
        self.vocabulary = parts.vocabulary
        self.n_dropped = parts.n_dropped
        self.gaps = None if parts.gaps is None else read_only(parts.gaps)

    @classmethod
    def from_text(
        cls,
        source: Source,
        *,
        min_count: int = 5,
        max_size: int | None = None,
        tokens: Tokens = "whitespace",
        field: str | None = None,
        encoding: str | None = None,
        lowercase: bool = False,
        normalize: Normalize | None = None,
        vocabulary: Vocabulary | None = None,
        gaps: bool = False,
        save_to: type_of_path | None = None,
        threads: int | None = None,
        on_progress: OnProgress | None = None,
    ) -> Corpus:
        """Read a text once: count its words and encode its tokens.

        Parameters
        ----------
        source : str, PathLike, list of PathLike, or iterable
            A str is a path, a glob pattern or ``"-"`` (standard input). A list of ``Path`` objects is several
            of these. Any other iterable, even one that can be read only once, gives lines (str or bytes) or
            lists of tokens, and is read on another thread. So a list of str is a list of lines. A token is a
            str or a whole number, which becomes its name: 7 is the word "7". Files may be compressed
            (``.gz .bz2 .xz .zst``). A line, or a list of tokens, is a sentence. A table needs ``field``.
        min_count : int
            Words that occur less often are left out.
        max_size : int, optional
            At most this many words, the most frequent ones.
        tokens : "whitespace", "words" or callable
            What a token is. "whitespace": the text between ASCII white space. "words": a run of letters, digits
            and combining marks of any script, with underscores inside, as in new_york; everything else is left
            out. Both leave lists of tokens as they are. A function: each item that ``tokens(item)`` returns for a
            line, as str, or for whatever the source has (a list, a row); it is called from one thread, not the
            calling one. Empty tokens count as dropped.
        field : str, optional
            Read this column of a table: of ``.csv`` and ``.tsv`` files with a header, ``.jsonl``, ``.parquet``,
            ``.arrow`` and ``.feather`` files (the last three by ``pip install fastvec[tables]``), of a data frame,
            an Arrow table or a data set of Hugging Face, or this key of each row of an iterable of dicts. Each
            value is a line or a list of tokens. Columns of Arrow are read without making Python strings.
        encoding : str, optional
            Of files, such as "latin-1". None: UTF-8, or UTF-16 or UTF-32 if a mark says so.
        lowercase : bool
            Convert each word to lower case.
        normalize : callable, optional
            Gets each distinct word (after ``lowercase``) and returns its replacement, or None to drop it.
        vocabulary : Vocabulary, optional
            Use its ids. ``min_count`` and ``max_size`` are ignored then, and its counts do not change.
        gaps : bool
            Keep where tokens were dropped, so that :meth:`concordance` shows them: 8 bytes each. Training does not
            see them.
        save_to : path, optional
            Write the corpus to this file (``.fvc``) without ever holding it in memory, and map the result from
            it. The folder must have room for it twice.
        threads : int, optional
            None: all usable cores. The result does not depend on it.
        on_progress : callable, optional
            Gets a :class:`fastvec.Progress` about ten times a second. If it returns False, reading stops and
            the corpus read so far is returned.

        Returns
        -------
        Corpus
            Its vocabulary is sorted by (-count, word).

        Raises
        ------
        CorpusError
            If no word is left, an item of an iterable is not text, or a table is given without ``field``.
        FormatError
            If a file is not text, or not in this encoding; if a compressed file is truncated, damaged or
            mislabelled; the error names the file.
        StorageError
            If a path cannot be read, or ``save_to`` cannot be written.
        SettingError
            If an argument is wrong.

        Examples
        --------
        >>> from fastvec import Corpus
        >>> corpus = Corpus.from_text(["To be, or not to be!"], tokens="words", lowercase=True, min_count=2)
        >>> list(corpus), corpus.n_dropped
        ([['to', 'be', 'to', 'be']], 2)
        """
        settings = TextSettings(
            min_count, max_size, tokens, lowercase, normalize, vocabulary, resolve_threads(threads), field,
            encoding, gaps,
        )  # fmt: skip
        settings.check()
        if save_to is not None:
            check_writable(save_to)
            check_not_read(save_to, source)
        built = build(source, settings, on_progress, save_to)
        corpus = cls._of(built)
        if vocabulary is None:
            warn_of_odd_words(built.vocabulary)
        if save_to is None:
            return corpus
        corpus.save(save_to)
        return cls.load(save_to)

    @classmethod
    def from_ids(
        cls,
        ids: Any,
        offsets: ArrayLike | None = None,
        words: Sequence[str] | None = None,
        counts: ArrayLike | None = None,
    ) -> Corpus:
        """Make a corpus from ids: of words, nodes of a graph, items of baskets.

        Parameters
        ----------
        ids : int[N], int[S, L] or iterable of int[L]
            Each in 0 .. V-1; any integer type. A matrix, or several arrays or lists, are sentences, such as random
            walks.
        offsets : int[S + 1], optional
            Sentence ``s`` is ``ids[offsets[s]:offsets[s + 1]]``; from 0 to N, never decreasing. Only and always
            for ``ids`` of one dimension.
        words : sequence of str, optional
            The names of the ids, V distinct ones. None: ``str(i)`` for each i up to the largest id.
        counts : int[V], optional
            None: how often each id occurs.

        Raises
        ------
        SettingError
            If types or lengths are wrong, words repeat, or ids or offsets are out of range.

        Examples
        --------
        >>> from fastvec import Corpus
        >>> Corpus.from_ids([0, 1, 1], [0, 2, 3], ["tea", "milk"])[0]
        ['tea', 'milk']
        >>> list(Corpus.from_ids([[0, 2], [2, 1]]))
        [['0', '2'], ['2', '1']]
        """
        flat, ends = flattened(ids) if offsets is None else (ids, offsets)
        whole = integers("ids", flat, np.int32)
        starts = integers("offsets", ends, np.int64)
        check_offsets(starts, len(whole), SettingError)
        names = [str(i) for i in range(int(whole.max(initial=-1)) + 1)] if words is None else list(words)
        check_ids(whole, len(names), SettingError)
        found = np.bincount(whole, minlength=len(names)) if counts is None else counts
        return cls(whole, starts, Vocabulary(names, found), 0)

    @classmethod
    def load(cls, path: type_of_path, *, mmap: bool = True) -> Corpus:
        """Map a corpus that :meth:`save` wrote; nothing is read until it is used.

        Parameters
        ----------
        path : path
        mmap : bool
            False: read it into memory and :meth:`validate` it at once. A mapped file must not change while it is
            in use (:meth:`save` replaces files and changes none): one that another program cuts or writes to
            in place ends the process, or training goes wrong.

        Raises
        ------
        StorageError
            If the file cannot be opened.
        FormatError
            If it is not a sound corpus of fastvec. :meth:`validate`, which training calls, checks that ids and
            offsets are in range.

        Examples
        --------
        >>> import tempfile
        >>> from fastvec import Corpus
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Corpus.from_text(["a b a"], min_count=1).save(f"{folder}/small.fvc")
        ...     print(Corpus.load(f"{folder}/small.fvc")[0])
        ['a', 'b', 'a']
        """
        truth("mmap", mmap)
        corpus = cls._of(read_parts(path, mmap=mmap))
        corpus._mapped = str(path) if mmap else None
        with content_errors(path):
            return corpus if mmap else corpus.validate()

    def save(self, path: type_of_path) -> None:
        """Write the corpus (``.fvc``, a safetensors container), all or nothing.

        Parameters
        ----------
        path : path

        Raises
        ------
        CorpusError
            If a word holds a line end.
        StorageError
            If the file cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> from fastvec import Corpus
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Corpus.from_text(["a b a"], min_count=1).save(f"{folder}/small.fvc")
        """
        write_parts(path, Built(self.ids, self.offsets, self.vocabulary, self.n_dropped, self.gaps))

    def concordance(
        self, word: str, *, near: str | None = None, width: int = 8, vocabulary: Vocabulary | None = None
    ) -> Concordance:
        """Return the places of a word, each with the words around it.

        Parameters
        ----------
        word : str
        near : str, optional
            Only places that have this word, too, at most ``width`` tokens away in the same sentence.
        width : int
            Tokens to each side.
        vocabulary : Vocabulary, optional
            Words around it that are not in this one are shown as ``_`` too.

        Returns
        -------
        Concordance
            A sequence of lines. A dropped token is shown as ``_``, and counts in ``width``, if the corpus was read
            with ``gaps=True``; otherwise it leaves no visible gap, and str() says how many there can be.

        Raises
        ------
        UnknownWordError
            If a word is out of the vocabulary.
        SettingError
            If the width is no whole number, or ``vocabulary`` is something else.
        FormatError
            If a corpus file has ids out of range.

        Examples
        --------
        >>> import fastvec as fv
        >>> corpus = fv.Corpus.from_text(["the king and the queen rule", "a king sleeps"], min_count=1)
        >>> print(corpus.concordance("king", width=2))
        the  king  and the
          a  king  sleeps
        >>> corpus.concordance("king", near="queen", width=3)[0].right
        ('and', 'the', 'queen')
        >>> trained = fv.Corpus.from_text(["the king and the queen rule", "a king sleeps"], min_count=2, gaps=True)
        >>> print(trained.concordance("king"))
        the  king  _ the _ _
          _  king  _
        """
        return Concordance(self.validate(), word, near, width, vocabulary)

    def validate(self) -> Corpus:
        """Check that every id, offset and gap is in range (1 ms a million), and return the corpus.

        Raises
        ------
        FormatError
            If one is not, as in a damaged file.

        Examples
        --------
        >>> from fastvec import Corpus
        >>> Corpus.from_text(["a b a"], min_count=1).validate().n_tokens
        3
        """
        with nullcontext() if self._mapped is None else content_errors(self._mapped):
            Built(self.ids, self.offsets, self.vocabulary, self.n_dropped, self.gaps).check(FormatError)
        return self

    @property
    def n_tokens(self) -> int:
        """Number of tokens, N."""
        return len(self.ids)

    @property
    def n_sentences(self) -> int:
        """Number of sentences, S."""
        return len(self.offsets) - 1

    def __len__(self) -> int:
        return self.n_sentences

    def __getitem__(self, sentence: int) -> list[str]:
        sentence = range(len(self))[operator.index(sentence)]
        ids, words = self.ids[self.offsets[sentence] : self.offsets[sentence + 1]], self.vocabulary.words
        check_ids(ids, len(words), FormatError)
        return [words[i] for i in ids.tolist()]

    def __iter__(self) -> Iterator[list[str]]:
        return (self[sentence] for sentence in range(len(self)))

    def __repr__(self) -> str:
        return (
            f"<Corpus: {self.n_tokens:,} tokens in {self.n_sentences:,} sentences, "
            f"vocabulary of {len(self.vocabulary):,}; {self.n_dropped:,} tokens dropped>"
        )


def check_corpus(corpus: Any, name: str = "corpus") -> None:
    """Raise CorpusError if this argument is not a Corpus, FormatError if its ids or offsets are out of range."""
    if not isinstance(corpus, Corpus):
        hint = "Corpus.from_text(...) makes one"
        raise CorpusError(field=name, expected="a fastvec.Corpus", got=corpus, hint=hint)
    corpus.validate()
