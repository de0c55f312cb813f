"""CooccurrenceMatrix: how often each pair of words occurs within a window."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.changes import names_changes
from fastvec.checks.numbers import truth, whole
from fastvec.counting import matrix_checks, matrix_file, triples
from fastvec.counting.matrix_checks import BLOCK, check_cells, check_row_ends, cleaned, own_cells
from fastvec.errors import FormatError, SettingError
from fastvec.io.decompression import type_of_path
from fastvec.running.loading import load
from fastvec.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from scipy.sparse import csr_array


class CooccurrenceMatrix:
    """A sparse matrix of co-occurrence counts; made by :func:`fastvec.count_cooccurrences` or from your matrix.

    Rows are centre words and columns are context words, both by id.

    Parameters
    ----------
    matrix : scipy.sparse matrix or array, [V, V]
        Finite numbers of at least 0. A float64 CSR with sorted rows, without duplicates and zeros, is not copied.
        Duplicates are summed and zeros are dropped.
    vocabulary : Vocabulary
        V words.
    settings : mapping, optional
        How it was counted; kept in files.

    Attributes
    ----------
    vocabulary : Vocabulary
    settings : dict
    shape : (int, int)
        (V, V).
    nnz : int
        Number of non-zeros.
    total : float
        The sum of all counts.
    row_sums, column_sums : float64[V]
        The marginals.
    is_symmetric : bool

    Raises
    ------
    SettingError
        If ``vocabulary`` is not a Vocabulary, or the matrix has another shape, ids out of range, or NaN, infinite
        or negative values.
    UnknownWordError
        From ``counts[word_a, word_b]``, if a word is out of the vocabulary.

    Examples
    --------
    >>> from fastvec import Corpus, count_cooccurrences
    >>> counts = count_cooccurrences(Corpus.from_text(["the cat sat", "the cat ran"], min_count=1), window=2)
    >>> counts
    <CooccurrenceMatrix: 10 pairs of 4 words, counts sum to 10>
    >>> counts["the", "cat"], counts["the", "ran"], counts["sat", "ran"]
    (2.0, 0.5, 0.0)
    """

    def __init__(self, matrix: Any, vocabulary: Vocabulary, settings: Mapping[str, Any] | None = None) -> None:
        if not isinstance(vocabulary, Vocabulary):
            hint = "Vocabulary(words, counts) makes one"
            raise SettingError(field="vocabulary", expected="a fastvec.Vocabulary", got=vocabulary, hint=hint)
        csr = cleaned(matrix, len(vocabulary))
        self._set(csr.indptr, csr.indices, csr.data, vocabulary, settings)
        check_cells(self._row_ends, self._columns, self._values, len(vocabulary), SettingError)
        self._is_valid, self._was_counted = True, False

    @classmethod
    def load(cls, path: type_of_path, *, mmap: bool = True) -> CooccurrenceMatrix:
        """Map a file that :meth:`save` wrote; it is read and checked when it is first used.

        Parameters
        ----------
        path : path
        mmap : bool
            False: read it into memory and check it at once. A mapped file must not change while it is in use
            (:meth:`save` replaces files and changes none).

        Raises
        ------
        StorageError
            If the file cannot be opened.
        FormatError
            If it is not a sound co-occurrence matrix of fastvec.

        Examples
        --------
        >>> import tempfile
        >>> from fastvec import CooccurrenceMatrix, Corpus, count_cooccurrences
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     corpus = Corpus.from_text(["a b a"], min_count=1)
        ...     count_cooccurrences(corpus).save(f"{folder}/small.fvm")
        ...     print(CooccurrenceMatrix.load(f"{folder}/small.fvm")["a", "b"])
        2.0
        """
        truth("mmap", mmap)
        cells, vocabulary, settings = matrix_file.read(path, mmap=mmap)
        matrix = cls._of(*cells, vocabulary, settings, is_valid=False, path=path, mapped=mmap)
        if not mmap:
            matrix._validate()
        return matrix

    @classmethod
    def read_triples(cls, path: type_of_path, vocabulary: Vocabulary) -> CooccurrenceMatrix:
        """Read the binary triples of GloVe's ``cooccur`` or ``shuffle``: int32 row, int32 column, float64 value.

        Parameters
        ----------
        path : path
            Records in any order, ids from 1; the values of a repeated pair are summed. May be compressed.
        vocabulary : Vocabulary
            In GloVe's order (``Vocabulary.load`` of its vocab.txt).

        Raises
        ------
        FormatError
            If the file is truncated, ids are out of range, or values are NaN, infinite or negative; the error
            names the record.
        StorageError
            If the file cannot be read.

        Examples
        --------
        >>> import tempfile
        >>> import numpy as np
        >>> from fastvec import CooccurrenceMatrix, Vocabulary
        >>> record = np.dtype([("row", "<i4"), ("column", "<i4"), ("value", "<f8")])
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     np.array([(1, 2, 0.5)], record).tofile(file.name)
        ...     CooccurrenceMatrix.read_triples(file.name, Vocabulary(["a", "b"], [1, 1]))["a", "b"]
        0.5
        """
        return cls(triples.read(path, len(vocabulary)), vocabulary)

    @classmethod
    def _of(
        cls,
        row_ends: NDArray[np.integer],
        columns: NDArray[np.int32],
        values: NDArray[np.float64],
        vocabulary: Vocabulary,
        settings: Mapping[str, Any],
        *,
        is_valid: bool = True,
        path: type_of_path | None = None,
        mapped: bool = False,
    ) -> CooccurrenceMatrix:
        matrix = cls.__new__(cls)
        matrix._set(row_ends, columns, values, vocabulary, settings)
        matrix._is_valid, matrix._was_counted, matrix._path = is_valid, True, path
        matrix._mapped = path if mapped else None
        return matrix

    def _set(
        self,
        row_ends: NDArray[np.integer],
        columns: NDArray[np.int32],
        values: NDArray[np.float64],
        vocabulary: Vocabulary,
        settings: Mapping[str, Any] | None,
    ) -> None:
        self._row_ends, self._columns, self._values = row_ends, columns, values
        self.vocabulary = vocabulary
        self.settings = dict(settings or {})
        self._path: type_of_path | None = None
        self._mapped: type_of_path | None = None  # the file that another program may overwrite at any time

    def to_csr(self) -> csr_array:
        """Return the counts as a SciPy CSR array, float64[V, V], with sorted rows and no zeros.

        It is not a copy: do not change it.

        Raises
        ------
        FormatError
            If a mapped file is damaged; it is checked once.

        Examples
        --------
        >>> from fastvec import Corpus, count_cooccurrences
        >>> count_cooccurrences(Corpus.from_text(["a b"], min_count=1)).to_csr().toarray()
        array([[0., 1.],
               [1., 0.]])
        """
        return self._csr

    @cached_property
    def _csr(self) -> csr_array:
        csr_array = load("scipy.sparse").csr_array
        self._validate()
        # SciPy needs one type for both: int32, if it suffices, saves a copy of the columns
        kind = np.int32 if self.nnz < 2**31 else np.int64
        return csr_array((self._values, self._columns, self._row_ends.astype(kind)), shape=self.shape)

    def _validate(self) -> None:
        if not self._is_valid:
            n_words = len(self.vocabulary)
            try:
                check_row_ends(self._row_ends, len(self._columns), FormatError)
                check_cells(self._row_ends, self._columns, self._values, n_words, FormatError)
            except FormatError as error:
                raise FormatError(f"{self._path}: {error}", path=self._path, field=error.field) from error
            self._is_valid = True

    @property
    def shape(self) -> tuple[int, int]:
        """The pair (V, V)."""
        return len(self.vocabulary), len(self.vocabulary)

    @property
    def nnz(self) -> int:
        """Number of non-zeros."""
        return len(self._columns)

    @cached_property
    def total(self) -> float:
        """Sum of all counts."""
        return float(self.row_sums.sum())

    @cached_property
    def row_sums(self) -> NDArray[np.float64]:
        """Sum of each row, float64[V]."""
        with names_changes(self._mapped):
            return matrix_checks.row_sums(self._csr)

    @cached_property
    def column_sums(self) -> NDArray[np.float64]:
        """Sum of each column, float64[V]."""
        if self.is_symmetric:
            return self.row_sums
        with names_changes(self._mapped):
            return matrix_checks.column_sums(self._csr)

    @cached_property
    def is_symmetric(self) -> bool:
        """Whether the matrix is its own transpose."""
        if self._was_counted and "context" in self.settings:
            return bool(self.settings["context"] == "both")
        with names_changes(self._mapped):
            columns, values = own_cells(self._csr.indices, self._csr.data, self.shape[1])
        transposed = (
            load("scipy.sparse").csr_array((values, columns, self._csr.indptr), shape=self.shape).T.tocsr()
        )
        own = {"indptr": self._csr.indptr, "indices": columns, "data": values}
        return all(np.array_equal(getattr(transposed, part), array) for part, array in own.items())

    __iter__ = None  # or Python would iterate with [0], [1], ...

    def __getitem__(self, pair: tuple[str, str]) -> float:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise SettingError(field="pair", expected="two words, as in counts['tea', 'cup']", got=pair)
        row, column = (self.vocabulary[word] for word in pair)
        self._validate()
        start, end = int(self._row_ends[row]), int(self._row_ends[row + 1])
        place = start + int(np.searchsorted(self._columns[start:end], column))
        return float(self._values[place]) if place < end and self._columns[place] == column else 0.0

    def top_pairs(self, n: int = 10) -> list[tuple[str, str, float]]:
        """Return the n greatest counts as (word, word, count), the greatest first.

        A symmetric matrix gives each pair once, the word with the smaller id first. Ties are sorted by ids.

        Parameters
        ----------
        n : int

        Returns
        -------
        list of (str, str, float)

        Raises
        ------
        SettingError
            If n is not a whole number of at least 0.

        Examples
        --------
        >>> from fastvec import Corpus, count_cooccurrences
        >>> count_cooccurrences(Corpus.from_text(["red tea", "green tea", "red tea"], min_count=1)).top_pairs(2)
        [('tea', 'red', 2.0), ('tea', 'green', 1.0)]
        """
        whole("n", n, 0)
        self._validate()
        best: list[tuple[float, int, int]] = []
        for start in range(0, self.nnz, BLOCK):
            part = slice(start, start + BLOCK)
            with names_changes(self._mapped):
                columns, values = own_cells(self._columns[part], self._values[part], self.shape[1])
            rows = np.searchsorted(self._row_ends, np.arange(start, start + len(values)), side="right") - 1
            if self.is_symmetric:
                once = columns >= rows
                values, rows, columns = values[once], rows[once], columns[once]
            order = np.argsort(-values, kind="stable")[:n]
            found = zip((-values[order]).tolist(), rows[order].tolist(), columns[order].tolist(), strict=True)
            best = sorted([*best, *found])[:n]
        words = self.vocabulary.words
        return [(words[row], words[column], -value) for value, row, column in best]

    def save(self, path: type_of_path) -> None:
        """Write the matrix (``.fvm``, a safetensors container), all or nothing.

        Parameters
        ----------
        path : path

        Raises
        ------
        CorpusError
            If a word has a line end in it.
        StorageError
            If the file cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> from fastvec import CooccurrenceMatrix, Corpus, count_cooccurrences
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     corpus = Corpus.from_text(["a b a"], min_count=1)
        ...     count_cooccurrences(corpus).save(f"{folder}/small.fvm")
        ...     print(CooccurrenceMatrix.load(f"{folder}/small.fvm"))
        <CooccurrenceMatrix: 3 pairs of 2 words, counts sum to 5>
        """
        self._validate()
        with matrix_file.MatrixFile(path, self.vocabulary, self.settings, self.nnz) as file:
            for start in range(0, self.nnz, BLOCK):
                part = slice(start, start + BLOCK)
                file.append(self._columns[part], self._values[part])
            file.finish(self._row_ends)

    def write_triples(self, path: type_of_path) -> None:
        """Write the triples that GloVe's programs read: int32 row, int32 column (both from 1), float64 value.

        Parameters
        ----------
        path : path

        Raises
        ------
        StorageError
            If the file cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> from fastvec import CooccurrenceMatrix, Corpus, count_cooccurrences
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     counts = count_cooccurrences(Corpus.from_text(["a b a"], min_count=1))
        ...     counts.write_triples(f"{folder}/cooccurrence.bin")
        ...     print(CooccurrenceMatrix.read_triples(f"{folder}/cooccurrence.bin", counts.vocabulary).nnz)
        3
        """
        self._validate()
        triples.write(path, self._row_ends, self._columns, self._values)

    def __repr__(self) -> str:
        return (
            f"<CooccurrenceMatrix: {self.nnz:,} pairs of {len(self.vocabulary):,} words, "
            f"counts sum to {self.total:,.6g}>"
        )
