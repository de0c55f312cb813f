"""WordVectors: words, their vectors, and the questions one asks of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from numbers import Integral, Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.errors import FormatError, SettingError, UnknownWordError
from fastvec.io.decompression import type_of_path
from fastvec.vectors import checks, conversions, formats, queries
from fastvec.vectors.subwords import SubwordVectors

Key: TypeAlias = "str | int"
Term: TypeAlias = "Key | NDArray[np.floating] | tuple[Key | NDArray[np.floating], float]"


class WordVectors:
    """Words with a vector each.

    Parameters
    ----------
    words : sequence of str
        V distinct words; the id of a word is its place here, from 0.
    vectors : float32[V, D]
        One row a word. Not copied if it is C-contiguous float32, memory-mapped or not; any other array of
        real numbers is converted.
    context_vectors : float32[V, D], optional
        The rows of the words as what is predicted: the output matrix (W_out, GloVe's C), where there is one.
    output_nodes : float32[V - 1, D], optional
        After hierarchical softmax, which predicts turns in place of words, the rows of the inner nodes of the
        Huffman tree of ``counts``, in the order they are made in: the root's is the last. The dot product is the
        log-odds of the first child (word2vec's sign; fastText's is the other).
    counts : int64[V], optional
        How often each word occurred.
    history : dict of arrays, optional
        The course of training, arrays of equal length: ``words``, ``loss``, ``learning_rate``; and by epoch
        ``epoch_loss``, where the trainer goes by slices of a text.
    settings : dict, optional
        What the vectors were trained with, as values that JSON can hold.
    subwords : SubwordVectors, optional
        The rows that ``vectors`` are composed of. With them, look-ups and queries take words that were never
        seen; ``in``, iteration, ids and answers remain those of the V words.

    Attributes
    ----------
    index_to_key : list of str
        The words in the order of their ids.
    key_to_index : dict
        Word to id.
    vectors, context_vectors, output_nodes, counts, history, settings, subwords
        As above; the arrays are read-only views.

    Raises
    ------
    SettingError
        Words that are repeated, none or not str; arrays whose shapes do not fit or that are not real numbers.

    Examples
    --------
    >>> import numpy as np
    >>> vectors = WordVectors(["king", "queen", "apple"], np.array([[2, 1], [1, 1], [-1, 3]]))
    >>> vectors
    WordVectors(3 words, 2 dimensions)
    >>> vectors["queen"]
    array([1., 1.], dtype=float32)
    >>> [(word, round(cosine, 3)) for word, cosine in vectors.most_similar("king", topn=2)]
    [('queen', 0.949), ('apple', 0.141)]
    """

    def __init__(
        self,
        words: Sequence[str],
        vectors: ArrayLike,
        *,
        context_vectors: ArrayLike | None = None,
        output_nodes: ArrayLike | None = None,
        counts: ArrayLike | None = None,
        history: Mapping[str, ArrayLike] | None = None,
        settings: Mapping[str, Any] | None = None,
        subwords: SubwordVectors | None = None,
    ) -> None:
        self.index_to_key: list[str] = checks.words_of(words)
        self.key_to_index: dict[str, int] = checks.index_of(self.index_to_key)
        n_words = len(self.index_to_key)
        self.vectors: NDArray[np.float32] = checks.matrix_of("vectors", vectors, (n_words, None))
        size = self.vector_size
        self.context_vectors = checks.matrix_or_none("context_vectors", context_vectors, (n_words, size))
        self.output_nodes = checks.matrix_or_none("output_nodes", output_nodes, (n_words - 1, size))
        self.counts: NDArray[np.int64] | None = None if counts is None else checks.counts_of(counts, n_words)
        self.history: dict[str, NDArray[Any]] | None = None if history is None else checks.history_of(history)
        self.settings: dict[str, Any] = checks.settings_of(settings or {})
        self.subwords: SubwordVectors | None = subwords
        if subwords is not None:
            subwords.check_fits(self.vectors)

    # --- look-up ---

    @property
    def vector_size(self) -> int:
        """The number of dimensions, D."""
        return int(self.vectors.shape[1])

    def __len__(self) -> int:
        return len(self.index_to_key)

    def __iter__(self) -> Iterator[str]:
        return iter(self.index_to_key)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and word in self.key_to_index

    def __repr__(self) -> str:
        return f"WordVectors({len(self)} words, {self.vector_size} dimensions)"

    def __getitem__(self, keys: Key | slice | Sequence[Key] | NDArray[Any]) -> NDArray[np.float32]:
        """The row[D] of a word or an id; the rows[N, D] of a slice, or of a list or array of words or ids."""
        if isinstance(keys, slice):
            return self.vectors[keys]
        if isinstance(keys, (str, Integral)):
            return self.get_vector(keys)
        if isinstance(keys, np.ndarray) and keys.dtype.kind in "iu":
            wrong = keys[(keys < 0) | (keys >= len(self))]
            if wrong.size:
                raise UnknownWordError(int(wrong.flat[0]), self.index_to_key)
            rows: NDArray[np.float32] = self.vectors[keys]
        elif isinstance(keys, (list, tuple)) or (isinstance(keys, np.ndarray) and keys.dtype.kind in "UO"):
            rows = np.empty((len(keys), self.vector_size), np.float32)
            for i, key in enumerate(keys):
                rows[i], _ = self._look_up(key)
        else:
            expected = "a word, an id, a slice, or a list or array of words or ids"
            raise checks.refused("key", expected, checks.describe(keys))
        return rows

    def get_index(self, key: Key) -> int:
        """The id of a word (or of an id, which must be one).

        Raises
        ------
        UnknownWordError
            A KeyError: no such word; its message offers the closest spellings.
        """
        if isinstance(key, str):
            try:
                return self.key_to_index[key]
            except KeyError:
                raise UnknownWordError(key, self.index_to_key) from None
        if isinstance(key, Integral) and not isinstance(key, bool):
            if 0 <= key < len(self):
                return int(key)
            raise UnknownWordError(int(key), self.index_to_key)
        raise checks.refused("key", "a word or an id", checks.describe(key))

    def _look_up(self, key: Key) -> tuple[NDArray[np.float32], int | None]:
        """The row[D] and the id of a word or id; a word that was never seen has no id, only n-grams."""
        if self.subwords is not None and isinstance(key, str) and key not in self.key_to_index:
            composed = self.subwords.compose(key)
            if composed is not None:
                return composed, None
        i = self.get_index(key)
        return self.vectors[i], i

    def has_index_for(self, word: str) -> bool:
        """Whether the word has an id and so a row of its own; the same as ``word in vectors``."""
        return word in self

    def get_vector(self, key: Key, norm: bool = False) -> NDArray[np.float32]:
        """The row[D] of a word or id; with ``norm``, at length 1 (a zero row stays zero)."""
        row, _ = self._look_up(key)
        return queries.unit(row).astype(np.float32) if norm else row

    @cached_property
    def norms(self) -> NDArray[np.float32]:
        """The length of each row, float32[V], 1 for a zero row; worked out when first asked for."""
        return queries.row_norms(self.vectors)

    def get_normed_vectors(self) -> NDArray[np.float32]:
        """A copy of the vectors[V, D] with each row at length 1 (a zero row stays zero)."""
        return self.vectors / self.norms[:, None]

    # --- similarity ---

    def similarity(self, a: Key, b: Key) -> float:
        """The cosine between two words or ids, in [-1, 1]; 0 if either vector is zero.

        Examples
        --------
        >>> vectors = WordVectors(["a", "b", "zero"], [[1, 0], [1, 1], [0, 0]])
        >>> round(vectors.similarity("a", "b"), 4), vectors.similarity("a", "zero")
        (0.7071, 0.0)
        """
        return float(queries.cosines(self[[a]], self.get_vector(b))[0])

    def distance(self, a: Key, b: Key) -> float:
        """1 - similarity."""
        return 1 - self.similarity(a, b)

    def n_similarity(self, a: Sequence[Key], b: Sequence[Key]) -> float:
        """The cosine between the means of two lists of words."""
        means = [self[list(words)].mean(axis=0, dtype=np.float64)[None] for words in (a, b) if len(words)]
        if len(means) < 2:
            raise checks.refused("words", "two lists of at least one word", "an empty one")
        return float(queries.cosines(means[0], means[1][0])[0])

    def most_similar(
        self,
        positive: Term | Sequence[Term] = (),
        negative: Term | Sequence[Term] = (),
        topn: int = 10,
        *,
        restrict_vocab: int | None = None,
    ) -> list[tuple[str, float]]:
        """The words whose vectors point most nearly where the given ones do.

        The direction is the mean of the given vectors, each at length 1, the negative ones turned round.
        Words and ids that are given are left out of the answer; a vector that is given leaves nothing out.

        Parameters
        ----------
        positive, negative : word, id, vector[D], or a list of these
            What to be near to and far from. ``(word, weight)`` gives a weight in the place of 1 and -1.
        topn : int
            How many words to return.
        restrict_vocab : int, optional
            Look among the first so many words only (the most frequent, in vectors that fastvec trained).

        Returns
        -------
        list of (str, float)
            Words and cosines, the highest first; equal ones by id.

        Raises
        ------
        UnknownWordError
            A word without a vector: unknown, and without subwords or without an n-gram that was seen.
        SettingError
            Nothing given, or ``topn`` or a vector that cannot be used.

        Examples
        --------
        >>> rows = [[1, 0, 1], [1, 1, 1], [1, 0, -1], [1, 1, -1]]
        >>> vectors = WordVectors(["man", "king", "woman", "queen"], rows)
        >>> [word for word, cosine in vectors.most_similar(positive=["king", "woman"], negative=["man"])]
        ['queen']
        """
        topn = checks.whole("topn", topn, 0)
        limit = len(self) if restrict_vocab is None else checks.whole("restrict_vocab", restrict_vocab, 1)
        terms = [*self._terms(positive, 1.0), *self._terms(negative, -1.0)]
        if not terms:
            raise checks.refused("positive", "at least one word or vector", "none")
        direction = np.zeros(self.vector_size)
        for row, weight, _ in terms:
            direction += weight * queries.unit(row)
        if not np.isfinite(direction).all():
            raise checks.refused("positive, negative", "finite vectors", "nan or inf in them")
        left_out = [i for _, _, i in terms if i is not None]
        best = queries.nearest(self.vectors[:limit], self.norms[:limit], queries.unit(direction), topn, left_out)
        return [(self.index_to_key[i], cosine) for i, cosine in best]

    def similar_by_word(self, word: Key, topn: int = 10) -> list[tuple[str, float]]:
        """The nearest words to a word: ``most_similar(word, topn=topn)``."""
        return self.most_similar([word], topn=topn)

    def similar_by_vector(self, vector: NDArray[np.floating], topn: int = 10) -> list[tuple[str, float]]:
        """The nearest words to a vector[D], leaving none out."""
        return self.most_similar([np.asarray(vector)], topn=topn)

    def analogy(self, a: Key, b: Key, c: Key, topn: int = 1) -> list[tuple[str, float]]:
        """What is to ``c`` as ``b`` is to ``a``: the nearest to b - a + c (unit vectors), the three left out.

        Examples
        --------
        >>> rows = [[1, 0, 1], [1, 1, 1], [1, 0, -1], [1, 1, -1]]
        >>> vectors = WordVectors(["man", "king", "woman", "queen"], rows)
        >>> vectors.analogy("man", "king", "woman")[0][0]
        'queen'
        """
        return self.most_similar([b, c], [a], topn)

    def doesnt_match(self, words: Sequence[Key]) -> str:
        """The word of a list that is furthest from the mean of them all (unit vectors).

        Examples
        --------
        >>> vectors = WordVectors(["tea", "milk", "car"], [[1, 0.1], [1, 0.2], [0, 1]])
        >>> vectors.doesnt_match(["tea", "car", "milk"])
        'car'
        """
        if isinstance(words, str) or len(words) == 0:
            raise checks.refused("words", "a list of at least one word", repr(words))
        rows = self[list(words)]
        mean = sum(map(queries.unit, rows), np.zeros(self.vector_size))
        furthest = words[int(queries.cosines(rows, mean).argmin())]
        return furthest if isinstance(furthest, str) else self.index_to_key[furthest]

    def rank(self, a: Key, b: Key) -> int:
        """The place of ``b``, which has an id, among the words nearest to ``a``: 1 for the nearest."""
        row, i = self._look_up(a)
        scores = queries.scores(self.vectors, self.norms, queries.unit(row))
        score = scores[self.get_index(b)]
        scores[[] if i is None else i] = -np.inf
        return 1 + int((scores > score).sum())

    def _terms(
        self, given: Term | Sequence[Term], default: float
    ) -> Iterator[tuple[NDArray[np.floating], float, int | None]]:
        """Each row that is given, its weight, and its id (None for a vector and a word never seen)."""
        for term in checks.terms_of(given):
            key, weight = term if isinstance(term, tuple) and len(term) == 2 else (term, default)
            if not isinstance(weight, Real) or not np.isfinite(float(weight)):
                raise checks.refused("weight", "a finite number", repr(weight))
            if isinstance(key, np.ndarray):
                yield checks.query_vector(key, self.vector_size), float(weight), None
            else:
                row, i = self._look_up(key)
                yield row, float(weight), i

    # --- other people's arrays ---

    to_torch = conversions.to_torch
    encode = conversions.encode
    from_arrays = classmethod(conversions.from_arrays)

    # --- files ---

    def save(self, path: type_of_path, *, format: str | None = None) -> None:
        """Write a file, all or nothing.

        Parameters
        ----------
        path : path
            Its suffix names the format: ``.safetensors`` (fastvec's own, which alone holds everything), ``.bin``
            (fastText's of vectors with subwords, else word2vec binary), ``.txt`` or ``.vec`` (word2vec text).
        format : {"safetensors", "word2vec", "word2vec-text", "fasttext", "glove"}, optional
            The format, whatever the suffix; GloVe's text (no header) is written only when asked for here.
            fastText's holds words, vectors, subwords, counts, context vectors or inner nodes, and settings as far
            as it knows them; word2vec's and GloVe's hold words without white space and their vectors alone.

        Raises
        ------
        SettingError
            No format known; a word that the format cannot hold; vectors that are not finite.
        StorageError
            The file cannot be written; an older file of that name is as it was.

        Examples
        --------
        >>> import os, tempfile
        >>> vectors = WordVectors(["a", "b"], [[1, 2], [3, 4]])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     vectors.save(os.path.join(folder, "two.bin"))
        ...     WordVectors.load(os.path.join(folder, "two.bin"))
        WordVectors(2 words, 2 dimensions)
        """
        write = formats.writer(path, format, subwords=self.subwords is not None)
        checks.check_finite("vectors", self.vectors, self.index_to_key, " in what is saved")
        if self.context_vectors is not None:
            checks.check_finite("context_vectors", self.context_vectors, self.index_to_key, " in what is saved")
        if self.output_nodes is not None:
            checks.check_finite("output_nodes", self.output_nodes, [], " in what is saved", kind="inner node")
        if self.subwords is not None:
            own = self.subwords
            checks.check_finite("subwords.rows", own.rows, self.index_to_key, " in what is saved", own.buckets)
        write(path, self)

    @classmethod
    def load(cls, path: type_of_path, *, format: str | None = None) -> WordVectors:
        """Read a file that :meth:`save`, word2vec, gensim, GloVe or fastText (``.vec``, ``.bin``) wrote.

        The suffix tells the format, or else the content; text with and without a header is told apart, as are
        the ``.bin`` of word2vec and fastText, and ``.gz .bz2 .xz .zst`` are decompressed. A ``.safetensors`` file
        is memory-mapped: its vectors are read as they are used; of a fastText ``.bin`` the rows of n-grams are.
        Of a word that comes again the first row is kept, with a warning.

        Raises
        ------
        FormatError
            The file is not what it claims to be: truncated, mislabelled, rows of the wrong length.
        StorageError
            The file cannot be read.
        """
        contents = formats.read(path, format)
        try:
            return cls(**contents)
        except SettingError as error:
            raise FormatError(
                f"{path}: {error}", path=path, field=error.field, expected=error.expected, got=error.got
            ) from error
