"""WordVectors: words, their vectors, and the questions one asks of them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.arrays import check_finite, matrix
from fastvec.checks.read_only import ReadOnlyArrays
from fastvec.errors import SettingError
from fastvec.gensim_names import no_attribute
from fastvec.io.decompression import content_errors, type_of_path
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors import conversions, formats
from fastvec.vectors.combination import Combine, check_combination
from fastvec.vectors.contexts import Contexts, contexts_of
from fastvec.vectors.conversions import Unknown
from fastvec.vectors.exploring import Exploring
from fastvec.vectors.formats.compact import DType
from fastvec.vectors.formats.loaded import note_not_finite
from fastvec.vectors.formats.reading import UTF_8, Reading
from fastvec.vectors.formats.spaces import without_spaces
from fastvec.vectors.pretrained import Pretrained
from fastvec.vectors.record import Record, checked_history, checked_settings, vocabulary_of
from fastvec.vectors.similarity import Similarity
from fastvec.vectors.subwords import SubwordVectors
from fastvec.vectors.texts import TextVectors
from fastvec.vectors.transforms import Transforms


class _Hints(type):
    """The class of WordVectors: ``WordVectors.load_word2vec_format`` says what to use, too."""

    if not TYPE_CHECKING:

        def __getattr__(cls, name: str) -> NoReturn:
            raise no_attribute(f"class {cls.__name__!r}", name)


class WordVectors(
    Contexts, Similarity, TextVectors, Transforms, Pretrained, Exploring, ReadOnlyArrays, metaclass=_Hints
):
    """Words with a vector each.

    Parameters
    ----------
    words : sequence of str, or Vocabulary
        V distinct words; the id of a word is its position, from 0.
    vectors : float32[V, D]
        A row for each word: W_in, which is ``word_vectors`` afterwards. Not copied if it is C-contiguous float32,
        memory-mapped or not; any other array of real numbers is converted.
    context_vectors : float32[V, D], or float32[C, D], optional
        The output matrix (W_out, GloVe's C): the rows of words as something that is predicted, or of contexts.
    context_vocabulary : sequence of str, or Vocabulary, optional
        The C contexts that ``context_vectors`` are of, if they are not the words: the items of pairs of a user and
        an item.
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
        The rows that ``word_vectors`` are composed of. With them, look-ups and queries take out-of-vocabulary
        words too; ``in``, iteration, ids and answers remain those of the V words.
    combine : "word", "sum", "concat" or "context"
        What ``vectors`` are, from which queries answer: ``word_vectors``, their sum with ``context_vectors``, both
        side by side, or ``context_vectors``. See :meth:`combined`.

    Attributes
    ----------
    vocabulary : Vocabulary
        The words, their ids and their counts.
    index_to_key : list of str
        The words in the order of their ids.
    key_to_index : dict
        The id of each word.
    counts : int64[V] or None
    vectors : float32[V, vector_size]
        What queries answer from: ``word_vectors``, unless ``combine`` says otherwise. A sum or both side by side
        are made when they are first used.
    word_vectors : float32[V, D]
        W_in, the ``vectors`` that were given.
    context_vectors, output_nodes, history, settings, subwords, combine
        As above; all arrays are read-only views.
    context_vocabulary : Vocabulary or None
        Of the rows of ``context_vectors``; that of the words, unless another was given.
    contexts : WordVectors or None
        The contexts with their vectors, to ask them what words are asked.

    Raises
    ------
    SettingError
        If words are repeated, missing or not str, or arrays do not fit or are not real numbers; if vectors are
        combined with context vectors that are missing or not those of the words.

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
        context_vocabulary: Sequence[str] | Vocabulary | None = None,
        output_nodes: ArrayLike | None = None,
        counts: ArrayLike | None = None,
        history: Mapping[str, ArrayLike] | None = None,
        settings: Mapping[str, Any] | None = None,
        subwords: SubwordVectors | None = None,
        combine: Combine = "word",
    ) -> None:
        self.vocabulary = vocabulary_of(words, counts)
        n_words = len(self.vocabulary)
        self.word_vectors = matrix("vectors", vectors, (n_words, None))
        size = self.word_vectors.shape[1]
        self.context_vectors = self.context_vocabulary = self.output_nodes = None
        if context_vectors is not None:
            self.context_vocabulary = contexts_of(self.vocabulary, context_vocabulary)
            shape = (len(self.context_vocabulary), size)
            self.context_vectors = matrix("context_vectors", context_vectors, shape)
        elif context_vocabulary is not None:
            raise SettingError(
                field="context_vocabulary", expected="None without context_vectors", got=context_vocabulary
            )
        if output_nodes is not None:
            self.output_nodes = matrix("output_nodes", output_nodes, (n_words - 1, size))
        self.history = None if history is None else checked_history(history)
        self.settings = checked_settings(settings or {})
        self.subwords = subwords
        if subwords is not None:
            subwords.check_fits(self.word_vectors)
        self.combine = check_combination(combine, self.vocabulary, self.context_vocabulary)

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

    def to_gensim(self) -> Any:
        """Return the vectors as gensim's own KeyedVectors, for tools that ask for its type.

        With n-grams it is a FastTextKeyedVectors, unless the vectors are combined with the context vectors; it
        holds a row for each bucket, so two million need 0.8 GB at 100 dimensions, as always in gensim.

        Returns
        -------
        gensim.models.KeyedVectors
            A copy, with the counts.

        Raises
        ------
        MissingPackageError
            An ImportError, if gensim is not installed. :mod:`fastvec.gensim_compat` needs none.

        Examples
        --------
        >>> vectors = WordVectors(["king", "queen"], [[1, 2], [3, 4]])
        >>> vectors.to_gensim().most_similar("king")  # doctest: +SKIP
        [('queen', 0.9838699102401733)]
        """
        subwords = self.subwords if self.combine == "word" else None
        return conversions.keyed_vectors(self.vocabulary, self.vectors, self.counts, subwords)

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
        made = WordVectors(vocabulary, rows["vectors"], context_vectors=rows.get("context_vectors"))
        made._check_finite()
        return made

    # --- files ---

    def save(
        self,
        path: type_of_path,
        *,
        format: str | None = None,
        dtype: DType = "float32",
        spaces: str | None = None,
    ) -> None:
        """Write a file, all or nothing.

        Parameters
        ----------
        path : path
            Its suffix gives the format: ``.safetensors`` (fastvec's own, the only one that holds everything),
            ``.bin`` (fastText's of vectors with subwords, else word2vec binary), ``.txt`` or ``.vec`` (word2vec
            text), ``.npy`` (NumPy's, with the words in ``.vocab.txt`` beside it), ``.tsv`` (for TensorBoard's
            projector, with ``metadata.tsv`` beside it).
        format : str, optional
            The format, if the suffix does not give it: also ``"glove"`` (text without a header) and
            ``"huggingface"`` (a folder; see :meth:`save_pretrained`). fastText's holds words, vectors, subwords,
            counts, context vectors or inner nodes, and the settings that it has too, but not ``combine``;
            word2vec's and GloVe's hold only words without white space and their vectors.
        dtype : {"float32", "float16", "int8"}
            How numbers are stored. ``.safetensors`` has all three, ``.npy`` and folders the first two. float16 is
            half as large and rounds to 11 bits. int8 is a quarter as large: whole numbers from -127 to 127, with a
            scale for each row. When read, both become float32 in memory.
        spaces : str, optional
            What to write in the place of white space in words, and of the empty word: ``spaces="_"`` writes
            "new york" as "new_york". None: such words are an error in word2vec's and GloVe's formats.

        Raises
        ------
        SettingError
            If no format is given, the format cannot hold a word or has no such ``dtype``, ``spaces`` makes two
            words the same or changes n-grams, or vectors are not finite or too large for float16.
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
        name = formats.format_to_write(path, format, subwords=self.subwords is not None)
        vocabulary = self.vocabulary
        if spaces is not None:
            vocabulary = Vocabulary(without_spaces(vocabulary, spaces), self.counts)
            same = vocabulary.words == self.index_to_key
            if self.subwords is not None and name in formats.WITH_SUBWORDS and not same:
                expected = f"None in the format {name}: other words have other n-grams"
                raise SettingError(field="spaces", expected=expected, got=spaces)
        record = self._record() if name in formats.WITH_CONTEXTS else self._combined_record()
        formats.writer(path, name, dtype=dtype)(path, replace(record, vocabulary=vocabulary))

    @classmethod
    def load(
        cls,
        path: type_of_path,
        *,
        format: str | None = None,
        limit: int | None = None,
        on_error: str = "raise",
        encoding: str | None = None,
        mmap: bool = True,
    ) -> Self:
        """Read a file that :meth:`save`, word2vec, gensim, GloVe or fastText (``.vec``, ``.bin``) wrote.

        A ``.safetensors`` or ``.npy`` file in float32 is memory-mapped: its vectors are read when they are used.
        So are the rows of n-grams in a ``.bin`` of fastText. Text is parsed on all cores.

        Parameters
        ----------
        path : path
            It may be compressed (``.gz .bz2 .xz .zst``), unless it is mapped, or a pipe; ``"-"`` is standard
            input. Of a pair of ``.tsv`` files, either; of Hugging Face's layout, the folder.
        format : str, optional
            One of :meth:`save`, or ``"gensim"``. By default the content gives it, or else the suffix. The content
            also distinguishes text with and without a header, and the ``.bin`` of word2vec and of fastText.
        limit : int, optional
            Only the first ``limit`` rows are read, those of the most frequent words in most files.
        on_error : {"raise", "skip"}
            What happens to a row that cannot be read: it has too few numbers, something else or too large ones, or
            is cut short at the end. "skip" leaves it out, and a warning counts such rows, by reason. For
            word2vec's and GloVe's formats; damage to others is an error.
        encoding : str, optional
            Of the words, for word2vec's and GloVe's formats: "latin-1", "cp1252" or another that extends ASCII.
            None: UTF-8.
        mmap : bool
            False: read what would be mapped into memory. A mapped file must not change while it is in use
            (:meth:`save` replaces files and changes none): one that another program cuts ends the process.

        Warns
        -----
        UserWarning
            One of each kind: a header that declares another number of rows, blank lines, rows without a word (read
            as the empty word), words that end in a number, repeated words (the first row is kept), rows left out,
            and vectors in memory with NaN or infinity in them.

        Raises
        ------
        FormatError
            If the file is truncated or damaged, or of another format.
        StorageError
            If the file cannot be read.
        SettingError
            If an argument cannot be used.

        Examples
        --------
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "two.vec")
        ...     WordVectors(["a", "b"], [[1, 2], [3, 4]]).save(path)
        ...     WordVectors.load(path), WordVectors.load(path, limit=1)
        (WordVectors(2 words, 2 dimensions), WordVectors(1 words, 2 dimensions))
        """
        reading = Reading(limit, on_error, UTF_8 if encoding is None else encoding, mmap)
        record = formats.read(path, format, reading)
        with content_errors(path):
            made = cls._of(record)
        note_not_finite(path, record, reading)
        for note in reading.notes:
            warnings.warn(note, stacklevel=2)
        return made

    @classmethod
    def _of(cls, record: Record) -> Self:
        """Make vectors of what a file holds."""
        return cls(record.vocabulary, record.vectors, **record.others())

    def _record(self) -> Record:
        """Return what is saved; vectors that are not finite are refused."""
        self._check_finite()
        return self._held()

    def _combined_record(self) -> Record:
        """Return what formats of one matrix save: the combined vectors in the place of W_in."""
        record = self._record()
        if self.combine == "word":
            return record
        self._check_rows("vectors", self.vectors)  # a sum may overflow
        return replace(record, vectors=self.vectors)

    def _check_finite(self) -> None:
        """Refuse a matrix with a row that is not finite."""
        rows = None if self.subwords is None else self.subwords.rows
        matrices = {
            "vectors": self.word_vectors,
            "context_vectors": self.context_vectors,
            "output_nodes": self.output_nodes,
            "subwords.rows": rows,
        }
        for field, values in matrices.items():
            if values is not None:
                self._check_rows(field, values)

    def _check_rows(self, field: str, values: NDArray[np.float32]) -> None:
        check_finite(field, values, lambda row: self._owner(field, row))

    def _owner(self, field: str, row: int) -> str:
        """Return what a row belongs to."""
        if field == "output_nodes":
            return f"inner node {row}"
        if field == "context_vectors" and self.context_vocabulary is not None:
            return repr(self.context_vocabulary.words[row])
        if row < len(self):
            return repr(self.index_to_key[row])
        return f"bucket {self.subwords.buckets[row - len(self)]}" if self.subwords is not None else str(row)
