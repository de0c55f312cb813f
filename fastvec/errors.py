"""What can go wrong, as types: every error that fastvec raises on purpose is a FastvecError."""

from __future__ import annotations

import os
from typing import Any


class FastvecError(Exception):
    """The root of fastvec's errors.

    Parameters
    ----------
    message : str
        What went wrong and what to do about it.
    path, offset, field, expected, found : optional
        Where it went wrong: the file, the byte in it, the field or argument, what was to stand there and
        what did. Each is an attribute too.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str | os.PathLike[str] | None = None,
        offset: int | None = None,
        field: str | None = None,
        expected: Any = None,
        found: Any = None,
    ) -> None:
        super().__init__(message)
        self.path = None if path is None else os.fspath(path)
        self.offset = offset
        self.field = field
        self.expected = expected
        self.found = found


class SettingError(FastvecError, ValueError):
    """An argument that cannot be used; the message names it."""


class FormatError(FastvecError, ValueError):
    """A file that is not what it claims to be: truncated, mislabelled, inconsistent."""


class CorpusError(FastvecError, ValueError):
    """Text or ids that cannot be trained on: empty, one-shot where a second pass is needed, out of range."""


class TrainingError(FastvecError, RuntimeError):
    """Training that went wrong: a learning rate that diverges."""


class StorageError(FastvecError, OSError):
    """A path that cannot be read or written: missing, not permitted, full."""


class MissingPackageError(FastvecError, ImportError):
    """A package that only this call needs is not installed; the message has the command."""
