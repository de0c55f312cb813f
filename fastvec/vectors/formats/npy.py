"""A matrix in NumPy's ``.npy``, with the words in a text file beside it, one a line.

The words of ``x.npy`` are in ``x.vocab.txt``. These names are read too: ``x.vocab``, ``x.words.txt``, ``x.words``,
``x.txt``, and ``vocab.txt`` or ``words.txt`` in the same folder.
"""

from __future__ import annotations

import errno
from pathlib import Path

from fastvec.errors import FormatError, StorageError
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import type_of_path
from fastvec.io.npy import map_npy, write_npy
from fastvec.vectors.formats.beside import distinct, encoded_lines, lines_of
from fastvec.vectors.formats.compact import DType, float16
from fastvec.vectors.record import Record

WRITTEN = ".vocab.txt"
READ = (WRITTEN, ".vocab", ".words.txt", ".words", ".txt")
OF_A_FOLDER = ("vocab.txt", "words.txt")


def files(path: type_of_path) -> list[Path]:
    """Return the two files of a matrix and its words.

    >>> [file.as_posix() for file in files("models/x.npy")]
    ['models/x.npy', 'models/x.vocab.txt']
    """
    return [Path(path), Path(path).with_suffix(WRITTEN)]


def read(path: type_of_path, *, mmap: bool = True) -> Record:
    """Map a matrix (or read it), and read its words; one that is not float32 in C order is converted.

    Raises
    ------
    FormatError
        If it is no matrix of real numbers, or there are more or fewer words than rows.
    StorageError
        If there is no file of words.
    """
    vectors = map_npy(path, mmap=mmap)
    if vectors.ndim != 2 or vectors.dtype.kind not in "fiu" or not vectors.size:
        raise FormatError(path=path, field="array", expected="a matrix of real numbers, float[V, D]", got=vectors)
    names = [Path(path).with_suffix(suffix) for suffix in READ]
    names += [Path(path).with_name(name) for name in OF_A_FOLDER]
    beside = next((name for name in names if name.is_file()), None)
    if beside is None:
        message = f"{names[0]}: no such file; it should have the words of {path}, one a line"
        raise StorageError(message, path=names[0], errno=errno.ENOENT)
    n_words, vector_size = vectors.shape
    words = lines_of(beside, n_words)
    if len(words) != n_words:
        expected = f"{n_words} words, one a line, for the rows of {path}"
        raise FormatError(path=beside, field="words", expected=expected, shown=f"{len(words)} lines")
    if len(words[0].split()) > vector_size > 1:
        expected = f"a word a line, for the rows of {path}"
        raise FormatError(path=beside, field="line 1", expected=expected, got=words[0][:40])
    return distinct(beside, words, vectors)


def write(path: type_of_path, record: Record, *, dtype: DType = "float32") -> None:
    """Write a matrix, and its words beside it; each of the two files all or nothing.

    Raises
    ------
    SettingError
        If a word is empty or holds a line end, or a number is too large for ``dtype``.
    """
    words = encoded_lines(record.vocabulary, "\r\n")
    vectors = record.vectors if dtype == "float32" else float16("vectors", record.vectors)
    matrix_path, words_path = files(path)
    with atomic_path(matrix_path, vectors.nbytes) as matrix, atomic_path(words_path) as beside:
        with open(matrix, "wb") as file:
            little = vectors.astype(vectors.dtype.newbyteorder("<"), copy=False)
            write_npy(file, little)
        with open(beside, "wb") as file:
            file.writelines(word + b"\n" for word in words)
