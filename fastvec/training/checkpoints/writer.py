"""Writing states on a thread of its own, while training goes on."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.arrays import first_not_finite
from fastvec.errors import CheckpointWarning
from fastvec.io.decompression import type_of_path
from fastvec.running.memory import available_memory
from fastvec.running.workers import TICK, run_blocks, start_thread
from fastvec.training.checkpoints.files import Arrays, existing, write

ROWS = 1 << 14  # copied in one go


class Writer:
    """Writes one state at a time.

    Parameters
    ----------
    path : path
    keep : bool
        Whether the file that is there now is sound, so that it is kept as the previous one.
    """

    def __init__(self, path: type_of_path, keep: bool) -> None:
        self.path, self.keep = path, keep
        self.written: Mapping[str, Any] | None = None  # the facts of the newest file
        self.idle = threading.Event()  # whether nothing is being written
        self.idle.set()
        self.failed: Exception | None = None

    @property
    def busy(self) -> bool:
        """Whether a state is being written."""
        return not self.idle.is_set()

    def copy_and_write(self, arrays: Arrays, facts: Mapping[str, Any], threads: int) -> None:
        """Copy a state, and write it later; without memory for the copy, or a thread, write it at once."""
        copies = copied(arrays, threads)
        if copies is not None:
            self.idle.clear()
            try:
                start_thread(partial(self.write_beside, copies, facts), "fastvec-checkpoint")
            except RuntimeError:  # the system has no more threads
                copies.clear()
                self.idle.set()
            except BaseException:
                self.idle.set()
                raise
            else:
                return
        self.write(arrays, facts)

    def write_beside(self, copies: dict[str, NDArray[Any]], facts: Mapping[str, Any]) -> None:
        """Write a state on this thread, and say when that is done; the copies are given back first."""
        try:
            if copies:  # else the thread began so late that nobody waited any more
                self.write(copies, facts)
        finally:
            copies.clear()
            self.idle.set()

    def write(self, arrays: Arrays, facts: Mapping[str, Any]) -> None:
        """Write a state, if it is finite; an error is kept for :meth:`tell`."""
        try:
            if not all(map(_is_finite, arrays.values())):  # training is about to find that it diverged
                return
            write(self.path, arrays, facts, keep=self.keep)
            self.keep, self.written = True, facts
        except Exception as error:
            self.failed = error

    def wait(self) -> None:
        """Wait until nothing is being written; Ctrl-C ends the wait."""
        while not self.idle.wait(TICK):
            pass

    def tell(self) -> None:
        """Warn if the last one failed."""
        if self.failed is not None:
            failed, self.failed = self.failed, None
            stands = "; the one before it stands" if self.keep and self.written and existing(self.path) else ""
            warnings.warn(f"no checkpoint: {failed}{stands}", CheckpointWarning, stacklevel=8)


def copied(arrays: Arrays, threads: int) -> dict[str, NDArray[Any]] | None:
    """Return copies of arrays, made by several threads; None if there is no memory for them."""
    there = available_memory()
    if there is not None and sum(array.nbytes for array in arrays.values()) > there:
        return None
    try:
        copies = {name: np.empty_like(array) for name, array in arrays.items()}
    except MemoryError:
        return None
    for name, array in arrays.items():
        source, copy = np.atleast_1d(array), np.atleast_1d(copies[name])
        # a long row is a block of its own
        run_blocks(lambda rows, to=copy, of=source: np.copyto(to[rows], of[rows]), len(copy), ROWS, threads)  # type: ignore[misc]
    return copies


def _is_finite(array: NDArray[Any]) -> bool:
    return array.dtype.kind != "f" or first_not_finite(np.atleast_2d(array)) is None
