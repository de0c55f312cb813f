"""Files that are written completely or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastvec.errors import StorageError
from fastvec.io.decompression import type_of_path

fcntl: Any = None
with contextlib.suppress(ImportError):  # Windows has none
    import fcntl

STEM = 25  # characters of a name that its temporary file repeats, 100 bytes at most: 137 with the rest


def check_writable(path: type_of_path, n_bytes: int = 0) -> None:
    """Raise now, not after hours of training, if ``path`` cannot be written.

    What saves to it left behind when their process was killed is removed.

    Parameters
    ----------
    path : path
    n_bytes : int
        The room that the file needs, as far as it is known.

    Raises
    ------
    StorageError
        If the folder is missing, not writable or has too little room, or ``path`` is not a regular file or not a
        name that the system allows.
    """
    path = Path(path)
    kind = _kind_of(path)
    if kind == stat.S_IFDIR:
        raise StorageError(f"{path}: is a folder; name a file in it", path=path, writing=True)
    if kind not in (0, stat.S_IFREG):
        raise StorageError(f"{path}: is not a regular file, and would be replaced by one", path=path, writing=True)
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise StorageError.of(path, error, "cannot write there: ", writing=True) from error
    target = path.resolve()
    _remove_leftovers(target)
    if n_bytes:
        check_room(path, n_bytes)


def check_room(path: type_of_path, n_bytes: int) -> None:
    """Raise StorageError if a file needs more room than its folder has; a link's is that of what it points to."""
    try:
        free = shutil.disk_usage(Path(path).resolve().parent).free
    except OSError as error:
        raise StorageError.of(path, error, "cannot write there: ", writing=True) from error
    if n_bytes > free:
        message = f"{path}: needs {n_bytes:,} bytes, and there is room for {free:,}; choose another disk"
        raise StorageError(message, path=path, errno=errno.ENOSPC, writing=True)


def warn_of_room(path: type_of_path, folder: type_of_path, n_bytes: int, stacklevel: int = 4) -> None:
    """Warn if a folder has less room than a file may need, whose size nobody knows yet."""
    free = shutil.disk_usage(folder).free
    if n_bytes > free:
        message = f"{path}: may need {n_bytes:,} bytes for a while, and there is room for {free:,}"
        warnings.warn(message, stacklevel=stacklevel)


def _kind_of(path: Path) -> int:
    """Return the kind of a file, as the system numbers it; 0: there is none."""
    try:
        return stat.S_IFMT(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError as error:  # a name that is too long, a link to itself
        raise StorageError.of(path, error, "cannot write there: ", writing=True) from error


@contextlib.contextmanager
def atomic_path(path: type_of_path, n_bytes: int = 0, previous: type_of_path | None = None) -> Iterator[Path]:
    """Yield a temporary file beside ``path`` to write to, and on success rename it to ``path``.

    If anything fails inside, ``path`` keeps its old content and the temporary file is removed. If ``path`` is a
    link, the file it points to is replaced, not the link. A process that is killed leaves its temporary file, no
    longer locked, and the next check of the same path removes it.

    Parameters
    ----------
    path : path
    n_bytes : int
        As for :func:`check_writable`.
    previous : path, optional
        The name that the old file gets, in the same folder. One of both is there at any time.
    """
    check_writable(path, n_bytes)
    target = Path(path).resolve()
    part, handle = None, -1
    try:
        part, handle = _new_part(target)
        yield part
        os.fsync(handle)
        if fcntl is None:  # where an open file cannot be renamed, nobody can lock it either
            os.close(handle)
            handle = -1
        if previous is not None:
            _rename_old(target, Path(previous))
        os.replace(part, target)
        _sync_folder(target.parent)
    except OSError as error:
        if isinstance(error, StorageError):
            raise
        raise StorageError.of(path, error, writing=True) from error
    finally:
        if handle >= 0:
            os.close(handle)
        if part is not None:
            part.unlink(missing_ok=True)


def _part_name(target: Path) -> Path:
    """Return a new name for a temporary file, which :func:`_remove_leftovers` recognises."""
    return target.with_name(f".{target.name[:STEM]}.{os.getpid()}-{time.monotonic_ns()}.part")


def _rename_old(target: Path, previous: Path) -> None:
    """Give a file that is about to be replaced another name, if it is there."""
    link = _part_name(target)
    try:
        os.link(target, link)
        os.replace(link, previous)
    except FileNotFoundError:
        pass
    except OSError:  # a file system without links
        os.replace(target, previous)
    finally:
        link.unlink(missing_ok=True)  # it stays where both names are those of one file


def _new_part(target: Path) -> tuple[Path, int]:
    """Return a new temporary file for ``target``, open and locked."""
    while True:
        part = _part_name(target)
        handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
        if fcntl is not None:
            with contextlib.suppress(OSError):  # a file system without locks
                fcntl.flock(handle, fcntl.LOCK_EX)
        if part.exists():
            return part, handle
        os.close(handle)  # before it was locked, another process took it for a leftover


def _remove_leftovers(target: Path) -> None:
    """Remove temporary files for ``target`` that no process holds locked."""
    pattern = re.compile(rf"\.{re.escape(target.name[:STEM])}\.\d+-\d+\.part")
    if fcntl is not None:
        with contextlib.suppress(OSError), os.scandir(target.parent) as entries:
            for path in [entry.path for entry in entries if pattern.fullmatch(entry.name)]:
                _remove_if_left(path)


def _remove_if_left(path: str) -> None:
    with contextlib.suppress(OSError):  # gone meanwhile, another user's, or locked
        handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(path)
        finally:
            os.close(handle)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
