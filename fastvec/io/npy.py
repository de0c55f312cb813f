"""NumPy's ``.npy`` files: arrays of numbers, mapped after their header was checked against the file's size.

The layout is that of NumPy Enhancement Proposal 1: a magic string, a version, the length of the header, the header
(a dict literal of Python, at most 10,000 bytes here as in NumPy), then the bytes of the array.
"""

from __future__ import annotations

import ast
import math
import os
import re
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.io.decompression import reading_errors, type_of_path
from fastvec.io.limits import AXES, NPY_HEADER_BYTES

MAGIC = b"\x93NUMPY"
PIECE = 1 << 26  # bytes written in one go: some 50 ms, so that Ctrl-C is prompt
NUMBERS = re.compile(r"[<>=|]?[fiu][1248]|\|b1")


def map_npy(path: type_of_path, *, mmap: bool = True) -> NDArray[Any]:
    """Map the array of a ``.npy`` file, read-only; nothing of it is read until it is touched.

    Parameters
    ----------
    path : path
        Not compressed.
    mmap : bool
        False: read it into memory.

    Returns
    -------
    array of numbers
        In the type, byte order and memory order (C or Fortran) of the file.

    Raises
    ------
    FormatError
        If it is no sound file, or one of objects or records.
    StorageError
        If the file cannot be opened.
    """
    with reading_errors(path), open(path, "rb") as file:
        try:
            dtype, shape, is_fortran = _header(file)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
            raise FormatError(f"{path}: is no sound .npy file: {error}", path=path, field="header") from error
        start, size = file.tell(), os.fstat(file.fileno()).st_size
    needed = math.prod(shape) * dtype.itemsize
    if size - start != needed:
        expected, got = f"{needed} bytes for {dtype}{list(shape)}", size - start
        hint = "truncated" if got < needed else ""
        raise FormatError(path=path, offset=start, field="array", expected=expected, got=got, hint=hint)
    order: Literal["C", "F"] = "F" if is_fortran else "C"
    if needed == 0:  # the system refuses an empty map
        return np.empty(shape, dtype, order=order)
    with reading_errors(path):  # no memory, or no room for a map
        mapped = np.memmap(path, dtype, mode="r", offset=start, shape=shape, order=order)
    return mapped.view(np.ndarray) if mmap else np.array(mapped, order=order)


def write_npy(file: BinaryIO, array: NDArray[Any]) -> None:
    """Write an array as ``np.save`` does, but so that a full disk is always an error.

    NumPy's own writes through a C stream of its own: what is left in its buffer of 4 KiB is lost without a word.
    """
    array = np.asarray(array)
    array = array if array.flags.f_contiguous else np.ascontiguousarray(array)
    np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
    data = (array if array.flags.c_contiguous else array.T).reshape(-1).view(np.uint8).data
    for start in range(0, len(data), PIECE):
        file.write(data[start : start + PIECE])


def _header(file: BinaryIO) -> tuple[np.dtype[Any], tuple[int, ...], bool]:
    """Return type, shape and order of the array that follows."""
    start = file.read(8)
    if len(start) < 8 or not start.startswith(MAGIC) or start[6] not in (1, 2, 3):
        raise ValueError(f"expected {MAGIC!r} and version 1, 2 or 3, got {start!r}")
    length = int.from_bytes(file.read(2 if start[6] == 1 else 4), "little")
    data = file.read(min(length, NPY_HEADER_BYTES))
    if len(data) != length:
        raise ValueError(f"expected a header of {length} bytes, at most {NPY_HEADER_BYTES}, got {len(data)}")
    header = ast.literal_eval(data.decode("utf-8" if start[6] == 3 else "latin1").strip())
    if not isinstance(header, dict) or set(header) != {"descr", "fortran_order", "shape"}:
        raise ValueError(f"expected a dict of descr, fortran_order and shape, got {data[:80]!r}")
    descr, is_fortran, shape = header["descr"], header["fortran_order"], header["shape"]
    if not isinstance(descr, str) or not NUMBERS.fullmatch(descr):
        raise ValueError(f"expected an array of numbers, got one of {descr!r:.80}")
    whole = isinstance(shape, tuple) and all(type(n) is int and 0 <= n < 1 << 62 for n in shape)
    if not whole or len(shape) > AXES or not isinstance(is_fortran, bool):
        raise ValueError(f"expected a shape and an order, got {shape!r:.80} and {is_fortran!r:.80}")
    return np.dtype(descr), shape, is_fortran
