"""safetensors files: arrays and text fields, written in pieces and mapped (or read) when they are loaded.

The format: the length of the header in 8 bytes (little-endian), the header in JSON, and the bytes of the arrays in
its order, without gaps (https://github.com/huggingface/safetensors#format).
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError, SettingError
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import reading_errors, type_of_path
from fastvec.io.limits import AXES, CELLS, HEADER_BYTES, TENSORS

METADATA = "fastvec"  # the field of a safetensors file that holds all of fastvec's, as JSON
# in the order of the library, which writes the last ones first: then each array is aligned
DTYPES = {
    "U8": "uint8", "I8": "int8", "F16": "float16", "I32": "int32", "F32": "float32", "F64": "float64",
    "I64": "int64", "U64": "uint64",
}  # fmt: skip
CODES = {dtype: code for code, dtype in DTYPES.items()}
ALIGNMENT = 8  # bytes: the length of a header is a multiple
PIECE = 1 << 26  # bytes written or read in one go: some 50 ms, so that Ctrl-C is prompt


def header_of(shapes: Mapping[str, tuple[str, Sequence[int]]], fields: Mapping[str, str]) -> bytes:
    """Return the header of a file of tensors, each with its dtype and shape, in this order, and text fields.

    Raises
    ------
    SettingError
        If the fields are longer, or the tensors more, than a reader accepts.
    """
    if len(shapes) > TENSORS:
        raise SettingError(field="tensors", expected=f"at most {TENSORS:,} arrays in a file", got=len(shapes))
    # one field: the order of several would be that of a hash in files of the safetensors library
    packed = json.dumps(dict(fields), sort_keys=True)
    entries: dict[str, object] = {"__metadata__": {METADATA: packed}}
    end = 0
    for name, (dtype, shape) in shapes.items():
        start, end = end, end + math.prod(shape) * np.dtype(dtype).itemsize
        entries[name] = {"dtype": CODES[dtype], "shape": list(shape), "data_offsets": [start, end]}
    header = json.dumps(entries, separators=(",", ":")).encode()
    header = header.ljust(-(-len(header) // ALIGNMENT) * ALIGNMENT)
    if len(header) > HEADER_BYTES:
        expected = f"settings and names of arrays of at most {HEADER_BYTES:,} bytes of JSON"
        raise SettingError(field="settings", expected=expected, shown=f"{len(header):,}")
    return header


def save_tensors(
    path: type_of_path,
    tensors: Mapping[str, NDArray[Any]],
    fields: Mapping[str, str],
    previous: type_of_path | None = None,
) -> None:
    """Write arrays and text fields as one safetensors file, all or nothing.

    ``previous`` is the name that the file gets which was there, if it is kept.

    Raises
    ------
    SettingError
        If a reader would not accept them; see :func:`header_of`.
    StorageError
        If the file cannot be written.
    """
    kinds = list(CODES)
    order = sorted(tensors, key=lambda name: (-kinds.index(tensors[name].dtype.name), name))
    arrays = {name: np.ascontiguousarray(tensors[name]) for name in order}
    header = header_of({name: (array.dtype.name, array.shape) for name, array in arrays.items()}, fields)
    size = 8 + len(header) + sum(array.nbytes for array in arrays.values())
    with atomic_path(path, size, previous) as part, open(part, "wb", buffering=0) as file:
        _write(file, memoryview(len(header).to_bytes(8, "little") + header))
        for array in arrays.values():
            little = array.astype(array.dtype.newbyteorder("<"), copy=False)
            _write(file, little.reshape(-1).view(np.uint8).data)


def _write(file: Any, data: memoryview) -> None:
    while len(data):
        data = data[file.write(data[:PIECE]) :]


def map_tensors(path: type_of_path, *, mmap: bool = True) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Map the arrays of a safetensors file, read-only, and read its text fields.

    The safetensors library checks the header (sizes against the file, no overlap, no gap) before anything
    is mapped; nothing is read until it is touched.

    Parameters
    ----------
    path : path
    mmap : bool
        False: read the arrays into memory.

    Raises
    ------
    StorageError
        If the file cannot be opened.
    FormatError
        If it is not a sound safetensors file, or its header is beyond the limits.
    """
    from safetensors import SafetensorError, safe_open

    with reading_errors(path), open(path, "rb") as file:  # what the system says of a missing file is clear
        size = os.fstat(file.fileno()).st_size
        length = int.from_bytes(file.read(8), "little")
        if HEADER_BYTES < length <= size - 8:
            raise FormatError(path=path, field="header", expected=f"at most {HEADER_BYTES:,} bytes", got=length)
        try:
            with safe_open(path, framework="np") as checked:
                fields = _unpacked(path, dict(checked.metadata() or {}))
        except SafetensorError as error:
            hint = "; Corpus.from_text reads texts, WordVectors.load files of other programs"
            raise FormatError(f"{path}: not a sound safetensors file: {error}{hint}", path=path) from error
        entries = _entries(path, file.read(length))
        if len(entries) > TENSORS:
            expected, got = f"at most {TENSORS:,} arrays", len(entries)
            raise FormatError(path=path, field="header", expected=expected, got=got)
        of = _Tensors(path, file, 8 + length, mmap)
        return {name: of.array(name, entry) for name, entry in entries.items()}, fields


def _entries(path: type_of_path, header: bytes) -> dict[str, Any]:
    """Return the entries of a header that the library has checked; of two with one name it checked only one."""

    def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(found := dict(pairs)) < len(pairs):
            raise FormatError(path=path, field="header", expected="distinct names", shown="a name twice")
        return found

    entries: dict[str, Any] = json.loads(header, object_pairs_hook=distinct)
    entries.pop("__metadata__", None)
    return entries


def read_into(path: type_of_path, file: BinaryIO, array: NDArray[Any]) -> None:
    """Fill a contiguous array from an open file.

    Raises
    ------
    FormatError
        If the file ends too early: it was cut meanwhile.
    """
    memory = array.reshape(-1).view(np.uint8).data
    filled = 0
    while filled < len(memory):
        count = file.readinto(memory[filled : filled + PIECE])  # type: ignore[attr-defined]
        if not count:
            expected, got = f"{len(memory):,} bytes", f"{filled:,}: it was cut while it was read"
            raise FormatError(path=path, field="data", expected=expected, shown=got)
        filled += count


class _Tensors:
    """The arrays of an open file whose data begin at ``start``."""

    def __init__(self, path: type_of_path, file: BinaryIO, start: int, mmap: bool) -> None:
        self.path, self.file, self.start, self.mmap = path, file, start, mmap

    def array(self, name: str, entry: Mapping[str, Any]) -> NDArray[Any]:
        """Map or read one array."""
        code, shape = entry["dtype"], tuple(entry["shape"])
        if code not in DTYPES:
            raise FormatError(path=self.path, field=name, expected=f"one of {', '.join(DTYPES)}", shown=code)
        if len(shape) > AXES or math.prod(length or 1 for length in shape) > CELLS:
            expected = f"at most {AXES} axes and {CELLS:,} cells"
            raise FormatError(path=self.path, field=name, expected=expected, got=shape)
        dtype, offset = np.dtype(DTYPES[code]).newbyteorder("<"), self.start + entry["data_offsets"][0]
        if 0 in shape:  # the system refuses an empty map
            return np.empty(shape, dtype)
        if self.mmap:
            # each has a map of its own: SciPy copies what is a small part of a larger array
            return np.memmap(self.file, dtype, mode="r", offset=offset, shape=shape).view(np.ndarray)
        self.file.seek(offset)
        array = np.empty(shape, dtype)
        read_into(self.path, self.file, array)
        array.flags.writeable = False
        return array


def _unpacked(path: type_of_path, metadata: dict[str, str]) -> dict[str, str]:
    """Return the text fields that save_tensors packed into one; other programs' stay as they are."""
    if METADATA not in metadata:
        return metadata
    try:
        fields = json.loads(metadata[METADATA])
        if all(isinstance(value, str) for value in fields.values()):
            return dict(fields)
    except (ValueError, AttributeError, RecursionError):
        pass
    raise FormatError(path=path, field="metadata", expected="text fields", got=metadata[METADATA])
