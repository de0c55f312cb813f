r"""TensorBoard's Embedding Projector: vectors and metadata, two files of values between tabs.

``vectors.tsv`` has a row of numbers for each word. ``metadata.tsv`` has a word a line; if it has more columns, its
first line names them, as the projector wants it (``Word\tCount`` here, where counts are known). Either name finds
the other file; ``x.tsv`` goes with ``x.metadata.tsv``, ``x_tensor.tsv`` with ``x_metadata.tsv``.
"""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError, StorageError
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import MAGIC, open_decompressed, reading_errors, type_of_path
from fastvec.io.growing import grow, trim
from fastvec.io.limits import DIMENSIONS, LINE_BYTES
from fastvec.vectors.formats.beside import distinct, encoded_lines, lines_of
from fastvec.vectors.formats.rows import FIRST_BYTES, check_dimensions
from fastvec.vectors.record import Record

# names of the two files, or what their names end in
VECTORS = {
    "vectors": "metadata",
    "tensor": "metadata",
    "tensors": "metadata",
    "embeddings": "metadata",
    "vecs": "meta",
}
METADATA = {"metadata": "vectors", "meta": "vecs"}
PARTS = re.compile(r"(.*[._-])?([^._-]+)")
WORD_COLUMNS = ("word", "token", "label", "name", "title")
COUNT_COLUMNS = ("count", "counts", "frequency")


def files(path: type_of_path) -> list[Path]:
    """Return the two files that are written, vectors and metadata, given the name of either.

    >>> [file.name for file in files("x.tsv")], [file.name for file in files("metadata.tsv")]
    (['x.tsv', 'x.metadata.tsv'], ['vectors.tsv', 'metadata.tsv'])
    """
    path = Path(path)
    start, last = _parts(path)
    if last in METADATA:
        stem = start[:-1] if start.endswith(".") else start + METADATA[last]
        return [path.with_name(stem + path.suffix), path]
    stem = start + VECTORS[last] if last in VECTORS else f"{start}{last}.metadata"
    return [path, path.with_name(stem + path.suffix)]


def found(path: type_of_path) -> list[Path] | None:
    """Return the two files that exist, given the name of either; None if there is no other."""
    path = Path(path)
    packed = path.suffix if path.suffix.lower() in MAGIC else ""
    bare = path.with_suffix("") if packed else path
    start, last = _parts(bare)
    is_metadata = last in METADATA
    stems = [start + name for name in METADATA]
    if is_metadata:
        stems = [start[:-1], *(start + name for name in VECTORS)]
    elif last not in VECTORS:
        stems = [*(f"{start}{last}{sign}{name}" for sign in "._-" for name in METADATA), *stems]
    own = files(bare)[0 if is_metadata else 1].name
    names = [own, *(stem + bare.suffix for stem in [*stems, *METADATA] if stem)]
    others = [path.with_name(name + more) for name in names for more in ("", packed)]
    other = next((other for other in others if other != path and other.is_file()), None)
    if other is None:
        return None
    return [other, path] if is_metadata else [path, other]


def is_part(path: type_of_path) -> bool:
    """Whether a file is one of a pair, or has only numbers in its first line; others have words in it."""
    if found(path) is not None:
        return True
    with reading_errors(path), open_decompressed(path) as stream:
        values = stream.readline(LINE_BYTES).split()
    try:
        return all(float(value) is not None for value in values[:DIMENSIONS])
    except ValueError:
        return False


def _parts(path: Path) -> tuple[str, str]:
    """Return the beginning of a name with its last separator, and its last part, without the suffix."""
    match = PARTS.fullmatch(path.stem)
    return (match[1] or "", match[2]) if match else ("", path.stem)


def read(path: type_of_path) -> Record:
    """Read both files, given the name of either.

    Raises
    ------
    FormatError
        If there are more or fewer words than rows, or a row is damaged.
    StorageError
        If one of the two is missing.
    """
    pair = found(path)
    if pair is None:
        missing = files(path)[_parts(Path(path))[1] not in METADATA]
        message = f"{missing}: no such file; {path} is one of two: vectors, and metadata with their words"
        raise StorageError(message, path=missing, errno=errno.ENOENT)
    vectors_path, metadata_path = pair
    with reading_errors(vectors_path), open_decompressed(vectors_path) as stream, np.errstate(over="raise"):
        vectors = _vectors(vectors_path, stream)
    lines = [line for line in lines_of(metadata_path, len(vectors) + 1) if line]
    words, counts = _columns(metadata_path, lines, len(vectors))
    if len(words) != len(vectors):
        expected = f"{len(vectors)} words, for the rows of {vectors_path}"
        raise FormatError(path=metadata_path, field="words", expected=expected, shown=f"{len(words)} words")
    return distinct(metadata_path, words, vectors, counts)


def _vectors(path: Path, stream: BinaryIO) -> NDArray[np.float32]:
    vectors, n = np.empty((0, 0), np.float32), 0
    number = 0
    while line := stream.readline(LINE_BYTES + 1):
        number += 1
        numbers = line.split() if len(line) <= LINE_BYTES else []
        if not numbers and not line.strip():
            continue
        if n == 0:
            size = max(1, len(numbers))
            vectors = np.empty((FIRST_BYTES // (4 * size) + 1, size), np.float32)
        expected = f"{vectors.shape[1] if n else f'1 to {DIMENSIONS}'} numbers between tabs"
        if not 1 <= len(numbers) <= DIMENSIONS or len(numbers) != vectors.shape[1]:
            shown = f"{len(numbers)} values"
            raise FormatError(path=path, field=f"line {number}", expected=expected, got=line[:40], shown=shown)
        if n == len(vectors):
            grow(vectors, n + 1)
        try:
            vectors[n] = numbers
        except (ValueError, FloatingPointError):
            raise FormatError(path=path, field=f"line {number}", expected=expected, got=line[:40]) from None
        n += 1
    if not n:
        raise FormatError(path=path, field="line 1", expected="numbers between tabs", shown="an empty file")
    trim(vectors, n)
    return vectors


def _columns(path: Path, lines: list[str], n: int) -> tuple[list[str], NDArray[np.int64] | None]:
    """Return the words, and their counts if there is a column of them."""
    header = [name.strip().lower() for name in lines[0].split("\t")] if lines else []
    if len(header) < 2:  # the projector wants no header then; some write one
        extra = len(lines) == n + 1 and header[0] in WORD_COLUMNS
        return lines[1:] if extra else lines, None
    rows = [line.split("\t") for line in lines[1:]]
    place = next((header.index(name) for name in WORD_COLUMNS if name in header), 0)
    for i, row in enumerate(rows):
        if len(row) != len(header):
            expected, got = f"{len(header)} values between tabs, as in line 1", len(row)
            raise FormatError(path=path, field=f"line {i + 2}", expected=expected, got=got)
    at = next((header.index(name) for name in COUNT_COLUMNS if name in header), None)
    counted = at is not None and all(re.fullmatch(r"[0-9]{1,18}", row[at]) for row in rows)
    counts = np.array([int(row[at]) for row in rows], np.int64) if at is not None and counted else None
    return [row[place] for row in rows], counts


def write(path: type_of_path, record: Record) -> None:
    """Write both files, given the name of either; each all or nothing.

    Raises
    ------
    SettingError
        If a word is empty or holds a tab or a line end, or there are too many dimensions.
    """
    check_dimensions(record.vectors.shape[1])
    words = encoded_lines(record.vocabulary, "\t\r\n")
    vectors_path, metadata_path = files(path)
    numbers = "\t".join(["%.9g"] * record.vectors.shape[1]) + "\n"
    with atomic_path(vectors_path) as vectors, atomic_path(metadata_path) as metadata:
        with open(vectors, "w", encoding="ascii", newline="", buffering=1 << 20) as text:
            text.writelines(numbers % tuple(row.tolist()) for row in record.vectors)
        with open(metadata, "wb") as file:
            if record.counts is None:
                file.writelines(word + b"\n" for word in words)
            else:
                file.write(b"Word\tCount\n")
                file.writelines(b"%b\t%d\n" % row for row in zip(words, record.counts.tolist(), strict=True))
