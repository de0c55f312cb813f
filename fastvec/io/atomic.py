"""Files that are written completely or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from fastvec.errors import StorageError
from fastvec.io.decompression import type_of_path


def check_writable(path: type_of_path) -> None:
    """Raise now, not after hours of training, if ``path`` cannot be written.

    Raises
    ------
    StorageError
        If the folder is missing or not writable, or ``path`` is not a regular file.
    """
    path = Path(path)
    if path.is_dir():
        raise StorageError(f"{path}: is a folder; name a file in it", path=path, writing=True)
    if path.exists() and not path.is_file():
        raise StorageError(f"{path}: is not a regular file, and would be replaced by one", path=path, writing=True)
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise StorageError.of(path, error, "cannot write there: ", writing=True) from error


@contextlib.contextmanager
def atomic_path(path: type_of_path) -> Iterator[Path]:
    """Yield a temporary file beside ``path`` to write to, and on success rename it to ``path``.

    If anything fails inside, ``path`` keeps its old content and the temporary file is removed. If ``path`` is a
    link, the file it points to is replaced, not the link.
    """
    check_writable(path)
    target = Path(path).resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}-{time.monotonic_ns()}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        mode = part.stat().st_mode
        yield part
        os.chmod(part, stat.S_IMODE(mode))  # safetensors puts a file there that only its owner may read
        with open(part, "rb+") as written:
            os.fsync(written.fileno())
        os.replace(part, target)
        _sync_folder(target.parent)
    except OSError as error:
        if isinstance(error, StorageError):
            raise
        raise StorageError.of(path, error, writing=True) from error
    finally:
        part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
