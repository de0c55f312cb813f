"""Checkpoints of a run: where its threads wait for each other, what is kept then, and how it goes on from that."""

from __future__ import annotations

import json
import os
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

import fastvec
from fastvec.checks.numbers import truth
from fastvec.errors import CheckpointWarning, FormatError, SettingError
from fastvec.io.decompression import type_of_path
from fastvec.kernels.simd import simd_level
from fastvec.running.workers import TICK
from fastvec.training.checkpoints.files import Arrays, Saved, check_place, existing, newest
from fastvec.training.checkpoints.identity import Identity, differences
from fastvec.training.checkpoints.schedule import EVERY, Schedule
from fastvec.training.checkpoints.writer import Writer

if TYPE_CHECKING:
    from fastvec.training.run import TrainingRun

PATIENCE = 2.0  # seconds that a run which is stopped has for the end of its slices; these take some 20 ms
HEADER = 1 << 16  # bytes of a file that are not arrays

Item = TypeVar("Item")


class Checkpoints:
    """The checkpoints of one run.

    Parameters
    ----------
    path : path
    every : str or int
    resume : bool
    """

    def __init__(self, path: type_of_path, every: str | int, resume: bool) -> None:
        self.path, self.resume, self.schedule = path, resume, Schedule.of(every)
        self.changed = threading.Condition()
        self.taken = self.finished = 0  # items, while the run goes on
        self.ending = self.settled = False
        self.resumed: int | None = None  # the step of the run there

    @classmethod
    def of(cls, path: type_of_path | None, every: str | int = EVERY, resume: bool = False) -> Checkpoints | None:
        """Return the checkpoints that the arguments of ``train`` ask for, or None.

        Raises
        ------
        SettingError
            If an argument is wrong, or if there is a checkpoint and ``resume`` is False.
        StorageError
            If the file cannot be written.
        """
        truth("resume", resume)
        made = cls("" if path is None else path, every, resume)
        if path is None:
            given = "resume" if resume else "checkpoint_every" if every != EVERY else None
            if given is not None:
                raise SettingError(f"{given}: needs checkpoint, the path of a file", field=given)
            return None
        if not isinstance(path, (str, os.PathLike)) or "\0" in os.fspath(path) or not os.fspath(path):
            raise SettingError(field="checkpoint", expected="the path of a file", got=path)
        check_place(path)
        if not resume and (there := existing(path)):
            files = " and ".join(map(str, there))
            raise SettingError(
                f"checkpoint: there is {files} already; resume goes on from it; or delete what is there",
                field="checkpoint",
            )
        return made

    def begin(self, run: TrainingRun, matrices: Arrays, identity: Identity) -> None:
        """Take the run, whose matrices these are; with ``resume`` put both as they were at the checkpoint.

        Raises
        ------
        SettingError
            If the checkpoint is of another run.
        FormatError
            If it is damaged.
        StorageError
            If it cannot be read, or the disk has too little room for more of them.
        """
        self.run, self.matrices = run, matrices
        self.identity: Identity = json.loads(json.dumps(identity))  # as it is read: tuples are lists
        saved = newest(self.path) if self.resume else None
        if saved is not None:
            self._restore(saved)
        n_bytes = sum(array.nbytes for array in self._arrays().values()) + HEADER
        check_place(self.path, n_bytes)
        self.writer = Writer(self.path, keep=saved is None or saved.path == existing(self.path)[0])
        self.schedule.begin(run.n_done(), run.total // run.epochs)

    def between(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield items; where a checkpoint is due, those before are waited for and the state is copied."""
        for item in items:
            if self.ending:
                break
            if self.is_due():
                if not self.settle():
                    return
                self.writer.copy_and_write(self._arrays(), self._facts(), self.run.threads)
                self.schedule.taken(self.run.n_done())
            self.taken += 1
            yield item
        self.settled = self.settle()

    def settle(self) -> bool:
        """Wait until all items taken are finished; return False if the run was stopped."""
        with self.changed:
            while self.finished < self.taken and not self.run.stop[0]:
                self.changed.wait(TICK)
        return not self.run.stop[0]

    def counted(self, on_result: Callable[[Any], object] | None) -> Callable[[Any], None]:
        """Return an ``on_result`` that also counts what is finished."""

        def add(result: Any) -> None:
            if on_result is not None:
                on_result(result)
            with self.changed:
                self.finished += 1
                self.changed.notify_all()

        return add

    def is_due(self) -> bool:
        """Return whether a checkpoint is due and can be written now."""
        return self.schedule.is_due(self.run.n_done()) and not self.writer.busy

    def tick(self) -> bool:
        """Do what the main thread does ten times a second; True."""
        self.writer.tell()
        if self.is_due():
            self.run.pause()
        return True

    def end(self, done: threading.Event) -> None:
        """Let workers finish their items and end, before the run is stopped."""
        self.ending, latest = True, time.monotonic() + PATIENCE
        self.run.pause()
        while not done.wait(TICK) and time.monotonic() < latest:
            pass

    def close(self) -> None:
        """Write the last state, after the workers have ended."""
        self.writer.wait()
        if self.settled:
            written = (self.writer.written or {}).get("step", self.resumed)
            if self.run.step() != written:
                self.writer.write(self._arrays(), self._facts())
        elif self.ending:
            warnings.warn(
                "no checkpoint of where training was stopped, as the slices did not end within "
                f"{PATIENCE:g} seconds; the one before it stands",
                CheckpointWarning,
                stacklevel=6,
            )
        self.writer.tell()

    def _arrays(self) -> dict[str, NDArray[Any]]:
        state = {f"run.{name}": array for name, array in self.run.state().items()}
        return {**self.matrices, **state}

    def _facts(self) -> dict[str, Any]:
        run = self.run
        return {
            "fastvec": fastvec.__version__, "simd": simd_level(), "done": run.n_done(), "step": run.step(),
            "total": run.total, "unit": run.unit, "identity": self.identity,
        }  # fmt: skip

    def _restore(self, saved: Saved) -> None:
        if found := differences(saved.facts["identity"], self.identity):
            raise SettingError(
                f"resume: {saved.path} is of another run ({'; '.join(found)}); give what it had, or another "
                "file for checkpoints",
                field="resume",
            )
        for what, there, now in (
            ("fastvec", saved.facts["fastvec"], fastvec.__version__),
            ("the instruction set", saved.facts.get("simd", simd_level()), simd_level()),
        ):
            if there != now:
                warnings.warn(
                    f"{saved.path}: of {what} {there}, and this is {now}: training goes on, perhaps not with the "
                    "same bytes",
                    CheckpointWarning,
                    stacklevel=5,
                )
        here = self._arrays()
        for name, array in here.items():
            old = saved.arrays.get(name)
            if old is None or old.shape != array.shape or old.dtype != array.dtype:
                expected = f"{array.dtype}{list(array.shape)}"
                raise FormatError(path=saved.path, field=name, expected=expected, got=old)
        for name, array in self.matrices.items():
            np.copyto(array, saved.arrays[name])
        of_run = {name[4:]: array for name, array in saved.arrays.items() if name.startswith("run.")}
        try:
            self.run.restore(of_run)
        except ValueError as error:
            raise FormatError(
                path=saved.path, field="place", expected="a place of this run", shown=str(error)
            ) from error
        self.run.resumed, self.resumed = self.run.n_done(), self.run.step()
