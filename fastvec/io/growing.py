"""An array that grows block by block and is then rewritten block by block, in memory or in a file."""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from fastvec.errors import StorageError
from fastvec.io.decompression import type_of_path

PAGES_BYTES = 1 << 16  # less than this is not worth pages


class Spool:
    """Blocks appended in order, then read once in order while a shorter array takes their place.

    In memory a block is freed when it has been read, and in a file the new array overwrites it, so the peak
    is one copy (and some blocks), not two.

    Parameters
    ----------
    dtype : dtype
    beside : path, optional
        Where the array will be saved: the blocks go to a file without a name in that folder, which the system
        removes however the process ends. None keeps them in memory.
    """

    def __init__(self, dtype: DTypeLike, beside: type_of_path | None = None) -> None:
        self.dtype = np.dtype(dtype)
        self.beside = beside
        self.file = None if beside is None else tempfile.TemporaryFile(dir=Path(beside).parent)
        self.starts = [0]
        self.parts: list[NDArray[Any] | None] = []
        self.map: NDArray[Any] | None = None

    @property
    def length(self) -> int:
        """The number of values appended."""
        return self.starts[-1]

    def append(self, block: NDArray[Any]) -> None:
        """Add a block, made by :func:`own_pages`, to the end: in memory it is kept as it is."""
        self.starts.append(self.starts[-1] + len(block))
        if self.file is None:
            self.parts.append(block)
        else:
            with self._writing():
                self.file.write(block.data)

    def take(self, index: int) -> NDArray[Any]:
        """Block ``index``, for the caller to change; it can be taken once."""
        if self.map is not None:
            return np.array(self.map[self.starts[index] : self.starts[index + 1]])
        part, self.parts[index] = self.parts[index], None
        assert part is not None
        return part

    def rewrite(self, length: int) -> NDArray[Any]:
        """End appending; return the array to write to, never beyond the blocks that have been taken."""
        if self.file is None:
            return np.empty(length, self.dtype)
        with self._writing():
            self.file.flush()
        if self.starts[-1] == 0:
            self.map = np.empty(0, self.dtype)
        else:
            self.map = np.memmap(self.file, self.dtype, mode="r+", shape=self.starts[-1]).view(np.ndarray)
        return self.map[:length]

    def close(self) -> None:
        """Close the file; what is mapped of it stays."""
        if self.file is not None:
            with contextlib.suppress(OSError):  # a full disk, already told
                self.file.close()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StorageError(
                f"{self.beside}: {error.strerror or error}",
                path=self.beside,
                errno=error.errno,
            ) from error


def own_pages(array: NDArray[Any]) -> NDArray[Any]:
    """A copy in pages of its own, where it is worth them."""
    if array.nbytes < PAGES_BYTES:
        return array.copy()
    copy = pages(array.nbytes, array.dtype)
    copy[:] = array
    return copy


def pages(n_bytes: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """An array in pages of its own: what malloc frees it may keep, and the peak of a spool would be two copies."""
    options: dict[str, int] = {}
    if os.name == "posix":
        options["flags"] = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    try:
        return np.frombuffer(mmap.mmap(-1, n_bytes, **options), dtype, n_bytes // dtype.itemsize)
    except OSError as error:
        if error.errno != errno.ENOMEM:
            raise
        raise MemoryError(f"no room for {n_bytes:,} bytes") from error
