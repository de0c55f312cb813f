"""The file of a co-occurrence matrix (``.fvm``): a safetensors container, written as cells come, mapped when read.

Tensors, in this order: ``indptr`` int64[V + 1], ``counts`` int64[V], ``data`` float64[nnz], ``indices``
int32[nnz], ``words`` uint8 (UTF-8, joined by newlines). Metadata: format, version, settings as JSON.
"""

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

from fastvec.errors import FormatError, SettingError
from fastvec.io.atomic import atomic_path
from fastvec.io.container import METADATA, map_tensors
from fastvec.io.decompression import type_of_path
from fastvec.text.vocabulary import Vocabulary, join_lines

FORMAT = "fastvec co-occurrences"
VERSION = "1"
MOST = 1 << 62  # cells: as long a number as the header may have to hold
DTYPES = {"indptr": "int64", "counts": "int64", "data": "float64", "indices": "int32", "words": "uint8"}
Cells = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]  # row ends, columns, values
CODES = {"int64": "I64", "float64": "F64", "int32": "I32", "uint8": "U8"}


class MatrixFile:
    """Writes cells in the order of the matrix, whose number need not be known before; all or nothing.

    A context: at its end without :meth:`finish`, or with an error, there is no file. The columns wait in a file
    without a name, which the system removes however the process ends.
    """

    def __init__(self, path: type_of_path, vocabulary: Vocabulary, settings: Mapping[str, Any]) -> None:
        self.path, self.vocabulary = Path(path), vocabulary
        self.words = join_lines(vocabulary.words)
        self.settings = json.dumps(dict(settings), sort_keys=True)
        self.header_bytes = -(-len(self._header(MOST)) // 8) * 8
        self.n_cells = 0
        self.opened = contextlib.ExitStack()

    def __enter__(self) -> MatrixFile:
        with contextlib.ExitStack() as opened:
            part = opened.enter_context(atomic_path(self.path))
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
        """Write what is known at the end: row i is the cells [row_ends[i], row_ends[i + 1])."""
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
        fields = {"format": FORMAT, "version": VERSION, "settings": self.settings}
        header: dict[str, Any] = {"__metadata__": {METADATA: json.dumps(fields, sort_keys=True)}}
        end = 0
        for (name, dtype), length in zip(DTYPES.items(), lengths, strict=True):
            start, end = end, end + length * np.dtype(dtype).itemsize
            header[name] = {"dtype": CODES[dtype], "shape": [length], "data_offsets": [start, end]}
        return json.dumps(header).encode()


def read(path: type_of_path) -> tuple[Cells, Vocabulary, dict[str, Any]]:
    """Map a file: cells, vocabulary, settings. The cells are not looked at."""
    cells, counts, text, settings_text = _checked(path)
    try:
        vocabulary = Vocabulary(text.split("\n") if len(counts) else [], counts)
        settings = json.loads(settings_text)
        if not isinstance(settings, dict):
            raise ValueError(f"settings: not a dict: {settings!r:.80}")
    except (SettingError, ValueError, RecursionError) as error:
        raise FormatError(f"{path}: {error}", path=path, field="words or settings") from error
    return cells, vocabulary, settings


def read_cells(path: type_of_path) -> Cells:
    """Map the cells of a file alone."""
    return _checked(path)[0]


def _checked(path: type_of_path) -> tuple[Cells, NDArray[np.int64], str, str]:
    tensors, metadata = map_tensors(path)
    found = (metadata.get("format"), metadata.get("version"))
    if found != (FORMAT, VERSION):
        raise FormatError(
            f"{path}: expected {FORMAT} of version {VERSION}, got {found[0]!r} of version {found[1]!r}",
            path=path, field="format", expected=(FORMAT, VERSION), got=found,
        )  # fmt: skip
    for name, dtype in DTYPES.items():
        tensor = tensors.get(name)
        if tensor is None or tensor.dtype != dtype or tensor.ndim != 1:
            came = "nothing" if tensor is None else f"{tensor.dtype}{list(tensor.shape)}"
            _refuse(path, name, f"{dtype}, one axis", came)
    n_words, n_cells = len(tensors["counts"]), len(tensors["indices"])
    for name, length in (("indptr", n_words + 1), ("data", n_cells)):
        if len(tensors[name]) != length:
            _refuse(path, name, f"a length of {length}", len(tensors[name]))
    text = tensors["words"].tobytes().decode("utf-8", "surrogateescape")
    cells = tensors["indptr"], tensors["indices"], tensors["data"]
    return cells, tensors["counts"], text, metadata.get("settings", "")


def _refuse(path: type_of_path, name: str, expected: str, found: object) -> None:
    raise FormatError(
        f"{path}: {name}: expected {expected}, got {found}", path=path, field=name, expected=expected, got=found
    )
