"""The binary triples of GloVe: int32 row, int32 column, float64 value, ids from 1, no header."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import open_decompressed, reading_errors, type_of_path
from fastvec.running.loading import load

if TYPE_CHECKING:
    from scipy.sparse import coo_array

RECORD = np.dtype([("row", "<i4"), ("column", "<i4"), ("value", "<f8")])
BLOCK = 1 << 20  # records: 16 MB


def read(path: type_of_path, n_words: int) -> coo_array:
    """Read and check all records; return them in their order, with ids from 0. Pairs may repeat."""
    load("scipy.sparse")
    from scipy.sparse import coo_array

    parts, n_read = [np.empty(0, RECORD)], 0
    with open_decompressed(path) as file, reading_errors(path):
        while data := file.read(BLOCK * RECORD.itemsize):
            if len(data) % RECORD.itemsize:
                record, rest = divmod(len(data), RECORD.itemsize)
                message = f"{path}: truncated: record {n_read + record + 1} has {rest} bytes of {RECORD.itemsize}"
                raise FormatError(message, path=path, offset=n_read * RECORD.itemsize + len(data))
            records = np.frombuffer(data, RECORD)
            _check(path, records, n_read, n_words)
            parts.append(records)
            n_read += len(records)
    rows, columns, values = (np.concatenate([part[name] for part in parts]) for name in RECORD.names or ())
    return coo_array((values, (rows - np.int32(1), columns - np.int32(1))), shape=(n_words, n_words))


def _check(path: type_of_path, records: NDArray[np.void], first: int, n_words: int) -> None:
    for name in ("row", "column"):
        sound = (records[name] >= 1) & (records[name] <= n_words)
        _check_all(path, records, sound, first, name, f"an id from 1 to {n_words}, the size of the vocabulary")
    sound = np.isfinite(records["value"]) & (records["value"] >= 0)
    _check_all(path, records, sound, first, "value", "a finite number of at least 0")


def _check_all(
    path: type_of_path, records: NDArray[np.void], sound: NDArray[np.bool_], first: int, name: str, expected: str
) -> None:
    if not sound.all():
        at = int(np.argmin(sound))
        found, offset = records[name][at].item(), (first + at) * RECORD.itemsize
        field = f"record {first + at + 1}: {name}"
        raise FormatError(path=path, offset=offset, field=field, expected=expected, got=found)


def write(
    path: type_of_path, row_ends: NDArray[np.integer], columns: NDArray[np.int32], values: NDArray[np.float64]
) -> None:
    """Write all non-zeros in the order of the matrix, all or nothing."""
    with atomic_path(path, RECORD.itemsize * len(columns)) as part, open(part, "wb") as file:
        for start in range(0, len(columns), BLOCK):
            end = min(start + BLOCK, len(columns))
            records = np.empty(end - start, RECORD)
            records["row"] = np.searchsorted(row_ends, np.arange(start, end), side="right")  # from 1
            records["column"] = columns[start:end]
            records["column"] += 1
            records["value"] = values[start:end]
            file.write(records.data)
