"""The file of a co-occurrence matrix (``.fvm``): a container, written cell by cell and mapped when read."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.io import container
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import content_errors, type_of_path
from fastvec.text.vocabulary import Vocabulary

WRITTEN = 16  # bytes a cell: column, value, and the column again until they are all written
MOST = 1 << 62  # cells: as long a number as the header may have to hold
Cells = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]  # row ends, columns, values
SCHEMA = container.Schema(
    "fastvec co-occurrences",
    "1",
    {
        "indptr": "int64[V + 1]",
        "counts": "int64[V]",
        "data": "float64[nnz]",
        "indices": "int32[nnz]",
        "words": "uint8[bytes]",
    },
)


class MatrixFile:
    """A file that cells are written to in the order of the matrix, before their number is known; all or nothing.

    ``cells`` is how many there will be at least: there must be room for them.

    A context manager. The columns are kept in a file without a name, which the system removes however the process
    ends.
    """

    def __init__(
        self, path: type_of_path, vocabulary: Vocabulary, settings: Mapping[str, Any], cells: int = 0
    ) -> None:
        self.path, self.vocabulary = Path(path), vocabulary
        self.words = container.join_words(vocabulary.words)
        self.settings = json.dumps(dict(settings), sort_keys=True)
        self.header_bytes = -(-len(self._header(MOST)) // 8) * 8
        self.n_cells, self.n_bytes = 0, WRITTEN * cells
        self.opened = contextlib.ExitStack()

    def __enter__(self) -> MatrixFile:
        with contextlib.ExitStack() as opened:
            part = opened.enter_context(atomic_path(self.path, self.n_bytes))
            self.columns = opened.enter_context(tempfile.TemporaryFile(dir=self.path.parent))
            self.file = opened.enter_context(open(part, "wb"))
            self.file.seek(8 + self.header_bytes + 8 * (2 * len(self.vocabulary) + 1))
            self.opened = opened.pop_all()
        return self

    def __exit__(self, *error: Any) -> None:
        self.opened.__exit__(*error)

    def append(self, columns: NDArray[np.int32], values: NDArray[np.float64]) -> None:
        """Write the next cells."""
        self.columns.write(np.ascontiguousarray(columns).data)
        self.file.write(np.ascontiguousarray(values).data)
        self.n_cells += len(columns)

    def finish(self, row_ends: NDArray[np.integer]) -> None:
        """Write what is known at the end only: row i is the cells [row_ends[i], row_ends[i + 1])."""
        self.columns.seek(0)
        shutil.copyfileobj(self.columns, self.file, 1 << 20)
        self.file.write(self.words)
        self.file.seek(0)
        self.file.write(self.header_bytes.to_bytes(8, "little"))
        self.file.write(self._header(self.n_cells).ljust(self.header_bytes))
        self.file.write(row_ends.astype("<i8").data)
        self.file.write(self.vocabulary.counts.astype("<i8").data)
        self.file.flush()

    def _header(self, n_cells: int) -> bytes:
        n_words = len(self.vocabulary)
        lengths = [n_words + 1, n_words, n_cells, n_cells, len(self.words)]
        return SCHEMA.header(lengths, {"settings": self.settings})


def read(path: type_of_path, *, mmap: bool = True) -> tuple[Cells, Vocabulary, dict[str, Any]]:
    """Map (or read) a file and return its cells, which are not checked, its vocabulary and its settings."""
    file = container.read(path, SCHEMA, mmap=mmap)
    with content_errors(path):
        return _cells(file), Vocabulary(file.words(), file.tensors["counts"]), file.settings()


def read_cells(path: type_of_path) -> Cells:
    """Map the cells of a file alone."""
    return _cells(container.read(path, SCHEMA))


def _cells(file: container.Container) -> Cells:
    return file.tensors["indptr"], file.tensors["indices"], file.tensors["data"]
