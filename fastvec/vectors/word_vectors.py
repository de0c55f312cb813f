"""WordVectors: words, their vectors, and the questions one asks of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.arrays import first_not_finite, matrix, real_array
from fastvec.errors import SettingError
from fastvec.gensim_names import no_attribute
from fastvec.io.decompression import content_errors, type_of_path
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors import conversions, formats
from fastvec.vectors.conversions import Unknown
from fastvec.vectors.neighbors import Neighbors
from fastvec.vectors.record import Record, vocabulary_of
from fastvec.vectors.similarity import Similarity
from fastvec.vectors.subwords import SubwordVectors
from fastvec.vectors.texts import TextVectors
from fastvec.vectors.transforms import Transforms


class _Hints(type):
    """The class of WordVectors: ``WordVectors.load_word2vec_format`` says what to use, too."""

    if not TYPE_CHECKING:

        def __getattr__(cls, name: str) -> NoReturn:
            raise no_attribute(f"class {cls.__name__!r}", name)


class WordVectors(Neighbors, Similarity, TextVectors, Transforms, metaclass=_Hints):
    """Words with a vector each.

    Parameters
    ----------
    words : sequence of str, or Vocabulary
        V distinct words; the id of a word is its position, from 0.
    vectors : float32[V, D]
        A row for each word. Not copied if it is C-contiguous float32, memory-mapped or not; any other array of
        real numbers is converted.
    context_vectors : float32[V, D], optional
        The output matrix (W_out, GloVe's C): the rows of words as something that is predicted.
    output_nodes : float32[V - 1, D], optional
        After hierarchical softmax, the rows of the inner nodes of the Huffman tree of ``counts``, in the order in
        which they are made: the root is the last. The dot product is the log-odds of the first child (word2vec's
        sign; fastText's is the other).
    counts : int64[V], optional
        How often each word occurred.
    history : dict of arrays, optional
        The course of training: ``tokens``, ``loss`` and ``learning_rate`` of equal length, and ``epoch_loss`` for
        each epoch.
    settings : dict, optional
        What the vectors were trained with, as values that JSON can hold.
    subwords : SubwordVectors, optional
        The rows that ``vectors`` are composed of. With them, look-ups and queries take out-of-vocabulary words
        too; ``in``, iteration, ids and answers remain those of the V words.

    Attributes
    ----------
    vocabulary : Vocabulary
        The words, their ids and their counts.
    index_to_key : list of str
        The words in the order of their ids.
    key_to_index : dict
        The id of each word.
    counts : int64[V] or None
    vectors, context_vectors, output_nodes, history, settings, subwords
        As above; the arrays are read-only views.

    Raises
    ------
    SettingError
        If words are repeated, missing or not str, or arrays do not fit or are not real numbers.

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
        words: Sequence[str] | Vocabulary,
        vectors: ArrayLike,
        *,
        context_vectors: ArrayLike | None = None,
        output_nodes: ArrayLike | None = None,
        counts: ArrayLike | None = None,
        history: Mapping[str, ArrayLike] | None = None,
        settings: Mapping[str, Any] | None = None,
        subwords: SubwordVectors | None = None,
    ) -> None:
        self.vocabulary = vocabulary_of(words, counts)
        n_words = len(self.vocabulary)
        self.vectors = matrix("vectors", vectors, (n_words, None))
        self.context_vectors = self.output_nodes = None
        if context_vectors is not None:
            self.context_vectors = matrix("context_vectors", context_vectors, (n_words, self.vector_size))
        if output_nodes is not None:
            self.output_nodes = matrix("output_nodes", output_nodes, (n_words - 1, self.vector_size))
        self.history = None if history is None else _checked_history(history)
        self.settings = _checked_settings(settings or {})
        self.subwords = subwords
        if subwords is not None:
            subwords.check_fits(self.vectors)

    @property
    def counts(self) -> NDArray[np.int64] | None:
        """How often each word occurred, int64[V]; None if it is not known."""
        return self.vocabulary.counts if self.vocabulary.has_counts else None

    def __repr__(self) -> str:
        return f"WordVectors({len(self)} words, {self.vector_size} dimensions)"

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            raise no_attribute("'WordVectors' object", name)

    # --- arrays of neural networks ---

    def to_torch(self, *, freeze: bool = True, padding: bool = True, unk: Unknown = "mean") -> Any:
        """Return the vectors as a ``torch.nn.Embedding``; :meth:`encode` makes its ids from words.

        ====  =======================  ====================================
        row   by default               exists if
        ====  =======================  ====================================
        0     padding, zeros           ``padding``; also its ``padding_idx``
        1     unknown words            ``unk`` is not None
        2...  the words, by their ids  always; next after those above
        ====  =======================  ====================================

        Parameters
        ----------
        freeze : bool
            Whether training leaves the rows unchanged (``requires_grad=False``). The row of padding stays zero.
        padding : bool
            Whether there is a row for the positions after the end of a short sentence.
        unk : "mean", "zeros" or None
            The row for out-of-vocabulary words: the mean of all vectors, zeros, or none.

        Returns
        -------
        torch.nn.Embedding
            float32[V + 2, D] by default, a copy. Only ``padding=False, unk=None, freeze=True`` copies nothing: the
            embedding then uses the memory of these vectors, or of their file, and must not be written to.

        Raises
        ------
        MissingPackageError
            An ImportError, if PyTorch is not installed.
        SettingError
            If an argument cannot be used, or the mean of the vectors is not finite.

        Examples
        --------
        >>> vectors = WordVectors(["king", "queen"], [[1, 2], [3, 4]])
        >>> embedding = vectors.to_torch()                              # doctest: +SKIP
        >>> embedding(torch.from_numpy(vectors.encode("queen dowager")))  # doctest: +SKIP
        tensor([[3., 4.],
                [2., 3.]])
        """
        return conversions.embedding(self.vectors, freeze=freeze, padding=padding, unk=unk)

    def encode(
        self,
        tokens: str | Iterable[str] | Iterable[Iterable[str]],
        *,
        padding: bool = True,
        unk: Unknown = "mean",
    ) -> NDArray[np.int64]:
        """Return the rows of words in the embedding that :meth:`to_torch` makes with the same arguments.

        Parameters
        ----------
        tokens : str, list of str, or list of list of str
            Words with white space between them, a list of words, or several such lists (or a Corpus).
        padding, unk
            As for :meth:`to_torch`.

        Returns
        -------
        int64[N], or int64[B, longest]
            Each of B lists is a row; short ones are filled up with 0, the row of padding. Out-of-vocabulary words
            get the row of unknown words, even if subwords could compose their vectors:
            ``from_arrays(words, vectors[words])`` gives such words rows.

        Raises
        ------
        UnknownWordError
            A KeyError, if a word is out of the vocabulary and ``unk=None``.
        SettingError
            If ``tokens`` are not words, or lists of different lengths with ``padding=False``.

        Examples
        --------
        >>> vectors = WordVectors(["king", "queen"], [[1, 2], [3, 4]])
        >>> vectors.encode(["queen", "of", "king"])
        array([3, 1, 2])
        >>> vectors.encode([["king"], ["queen", "king"]], unk=None)
        array([[1, 0],
               [2, 1]])
        >>> vectors.encode("king queen", padding=False, unk=None)
        array([0, 1])
        """
        return conversions.encode(self.vocabulary, tokens, padding=padding, unk=unk)

    @classmethod
    def from_arrays(
        cls,
        words: Sequence[str] | Mapping[str, int],
        vectors: Any,
        *,
        skip: int = 0,
        context_vectors: Any = None,
        counts: ArrayLike | None = None,
    ) -> WordVectors:
        """Make WordVectors from words and any arrays: NumPy's, PyTorch's, lists.

        Parameters
        ----------
        words : sequence of str, or mapping from str to int
            V distinct words, in the order of their rows; or the row of each (a tokenizer's vocabulary).
        vectors : array[V + skip, D], torch.Tensor, or torch.nn.Embedding
            Finite real numbers of any type and device. C-contiguous float32 in CPU memory is not copied, so that
            later changes to it show here; pass a copy (``.copy()``, ``.clone()``) to prevent that.
        skip : int
            The number of rows at the start that belong to no word: 2 for an embedding from :meth:`to_torch`.
        context_vectors : the same, optional
            The output rows, in the same order.
        counts : int[V], optional
            How often each word occurred, in the order of ``words``; if that is a mapping, by row.

        Raises
        ------
        SettingError
            If words are repeated or not str, shapes do not fit, or values are not finite real numbers.

        Examples
        --------
        >>> WordVectors.from_arrays(["king", "queen"], [[0, 0], [1, 2], [3, 4]], skip=1)["queen"]
        array([3., 4.], dtype=float32)
        >>> WordVectors.from_arrays({"queen": 2, "king": 0}, [[0, 0], [1, 2], [3, 4]])["queen"]
        array([3., 4.], dtype=float32)
        """
        given = {"vectors": vectors} | ({} if context_vectors is None else {"context_vectors": context_vectors})
        vocabulary, rows = conversions.rows_of(words, skip, given, counts)
        made = cls(vocabulary, rows["vectors"], context_vectors=rows.get("context_vectors"))
        made._check_finite()
        return made

    # --- files ---

    def save(self, path: type_of_path, *, format: str | None = None) -> None:
        """Write a file, all or nothing.

        Parameters
        ----------
        path : path
            Its suffix gives the format: ``.safetensors`` (fastvec's own, the only one that holds everything),
            ``.bin`` (fastText's of vectors with subwords, else word2vec binary), ``.txt`` or ``.vec`` (word2vec
            text).
        format : {"safetensors", "word2vec", "word2vec-text", "fasttext", "glove"}, optional
            The format, if the suffix does not give it. GloVe's is text without a header. fastText's holds words,
            vectors, subwords, counts, context vectors or inner nodes, and the settings that it has too; word2vec's
            and GloVe's hold only words without white space and their vectors.

        Raises
        ------
        SettingError
            If no format is given, the format cannot hold a word, or vectors are not finite.
        StorageError
            If the file cannot be written; an older file of that name is unchanged.

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
        self._check_finite()
        record = Record(
            self.vocabulary,
            self.vectors,
            self.context_vectors,
            self.output_nodes,
            self.history,
            self.settings,
            self.subwords,
        )
        write(path, record)

    @classmethod
    def load(cls, path: type_of_path, *, format: str | None = None) -> WordVectors:
        """Read a file that :meth:`save`, word2vec, gensim, GloVe or fastText (``.vec``, ``.bin``) wrote.

        A ``.safetensors`` file is memory-mapped: its vectors are read when they are used. So are the rows of
        n-grams in a ``.bin`` of fastText. If a word occurs twice, the first row is kept, with a warning.

        Parameters
        ----------
        path : path
            It may be compressed (``.gz .bz2 .xz .zst``).
        format : {"safetensors", "word2vec", "word2vec-text", "fasttext", "glove"}, optional
            By default the suffix gives it, or else the content, which also distinguishes text with and without a
            header, and the ``.bin`` of word2vec and of fastText.

        Raises
        ------
        FormatError
            If the file is truncated or damaged, or of another format.
        StorageError
            If the file cannot be read.

        Examples
        --------
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "two.vec")
        ...     WordVectors(["a", "b"], [[1, 2], [3, 4]]).save(path)
        ...     WordVectors.load(path)
        WordVectors(2 words, 2 dimensions)
        """
        record = formats.read(path, format)
        with content_errors(path):
            return cls(
                record.vocabulary,
                record.vectors,
                context_vectors=record.context_vectors,
                output_nodes=record.output_nodes,
                history=record.history,
                settings=record.settings,
                subwords=record.subwords,
            )

    def _check_finite(self) -> None:
        """Refuse a matrix with a row that is not finite."""
        rows = None if self.subwords is None else self.subwords.rows
        matrices = {
            "vectors": self.vectors,
            "context_vectors": self.context_vectors,
            "output_nodes": self.output_nodes,
            "subwords.rows": rows,
        }
        for field, values in matrices.items():
            row = None if values is None else first_not_finite(values)
            if row is not None:
                shown = f"nan or inf in the row of {self._owner(field, row)}"
                raise SettingError(field=field, expected="finite numbers", shown=shown)

    def _owner(self, field: str, row: int) -> str:
        """Return what a row belongs to."""
        if field == "output_nodes":
            return f"inner node {row}"
        if row < len(self):
            return repr(self.index_to_key[row])
        return f"bucket {self.subwords.buckets[row - len(self)]}" if self.subwords is not None else str(row)


def _checked_history(history: Mapping[str, ArrayLike]) -> dict[str, NDArray[Any]]:
    """Return read-only float64 or int64 arrays: some have an entry for each slice, some for each epoch."""
    checked: dict[str, NDArray[Any]] = {}
    for name, values in history.items():
        dtype = np.int64 if np.asarray(values).dtype.kind in "iu" else np.float64
        checked[name] = real_array(f"history[{name!r}]", values, dtype, (None,))
    return checked


def _checked_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy, if JSON can hold it."""
    try:
        checked = dict(settings)
        json.dumps(checked)
    except (TypeError, ValueError) as error:
        expected = "a dict of values that JSON can hold"
        raise SettingError(field="settings", expected=expected, got=settings) from error
    return checked
