"""Arrays that grow: in place, or as blocks in memory or in a file that are rewritten one by one."""

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


def grow(array: NDArray[Any], length: int) -> None:
    """Lengthen an array in place, to ``length`` and a quarter more; no view of it may exist.

    (NumPy calls realloc, which moves large blocks without a copy, so the peak is one array, not two.)

    >>> array = np.arange(4)
    >>> grow(array, 8)
    >>> len(array), array[:4]
    (10, array([0, 1, 2, 3]))
    """
    trim(array, length + length // 4)


def trim(array: NDArray[Any], length: int) -> None:
    """Cut an array to ``length`` in place; no view of it may exist."""
    array.resize((length, *array.shape[1:]), refcheck=False)


class Spool:
    """Blocks that are appended in order, and then read once in order while a shorter array replaces them.

    In memory a block is freed when it has been read; in a file the new array overwrites it. So the peak is one
    copy and some blocks, not two copies.

    Parameters
    ----------
    dtype : dtype
    beside : path, optional
        Where the array will be saved. The blocks go to a file without a name in that folder, which the system
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
        """Append a block that :func:`own_pages` made; in memory it is not copied."""
        self.starts.append(self.starts[-1] + len(block))
        if self.file is None:
            self.parts.append(block)
        else:
            with self._writing():
                self.file.write(block.data)

    def take(self, index: int) -> NDArray[Any]:
        """Return block ``index``, for the caller to change; each can be taken once."""
        if self.map is not None:
            return np.array(self.map[self.starts[index] : self.starts[index + 1]])
        part, self.parts[index] = self.parts[index], None
        assert part is not None
        return part

    def rewrite(self, length: int) -> NDArray[Any]:
        """Return the array to write to, never beyond the blocks that were taken; no block can be appended now."""
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
        """Close the file; what is mapped of it stays valid."""
        if self.file is not None:
            with contextlib.suppress(OSError):  # of a full disk, already reported
                self.file.close()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StorageError.of(self.beside or "", error, writing=True) from error


def own_pages(array: NDArray[Any]) -> NDArray[Any]:
    """Return a copy, in pages that nothing else uses if it is large enough."""
    if array.nbytes < PAGES_BYTES:
        return array.copy()
    copy = pages(array.nbytes, array.dtype)
    copy[:] = array
    return copy


def pages(n_bytes: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return an array in pages that nothing else uses: malloc may keep freed memory, which would double a peak."""
    options: dict[str, int] = {}
    if os.name == "posix":
        options["flags"] = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    try:
        return np.frombuffer(mmap.mmap(-1, n_bytes, **options), dtype, n_bytes // dtype.itemsize)
    except OSError as error:
        if error.errno != errno.ENOMEM:
            raise
        raise MemoryError(f"no room for {n_bytes:,} bytes") from error
