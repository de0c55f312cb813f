"""The arguments of ``train`` for checkpoints, documented once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

Train = TypeVar("Train", bound=Callable[..., Any])

ARGUMENTS = """
checkpoint : path, optional
    A file for the state of the run: all matrices, the optimiser's sums, the place in the run and the history. It
    is written whole or not at all, from time to time, when training is interrupted and at the end; the one before
    it is kept as ``PATH.previous``. Each takes the memory of the matrices once more while it is written, or, if
    that is not free, training waits. One that cannot be written is a warning. They are never removed.
checkpoint_every : str or int
    A time (``"30s"``, ``"5min"``, ``"1h"``), ``"1 epoch"`` or ``"2 epochs"``, or a number of tokens (pairs).
resume : bool
    Go on from the checkpoint, with the same data, settings and arguments (``threads`` and ``on_progress`` may
    differ). Without a file training begins at its start, so the same call serves the first time and later ones; of
    a finished run the vectors are returned. On one thread (trainers of counts, and ``deterministic=True``: on any
    number, which may change) they are the same bytes as without an interruption, on one instruction set. If the
    newest file is damaged, the one before it is used, with a warning. SettingError is raised where there is a
    checkpoint and ``resume`` is False, or where it is of another run; FormatError if both files are damaged;
    StorageError if one cannot be read, or there is no place to write one.
"""


def adds_checkpoints(of: Callable[..., Any]) -> Callable[[Train], Train]:
    """Give a ``train`` the docstring of the one without checkpoints, and these arguments."""

    def documented(train: Train) -> Train:
        doc = inspect.cleandoc(of.__doc__ or "")
        train.__doc__ = doc.replace("\n\nReturns\n", f"\n{ARGUMENTS.strip()}\n\nReturns\n")
        return train

    return documented


def documents_checkpoints(train: Train) -> Train:
    """Put the arguments where the docstring has ``{checkpoints}``."""
    doc = inspect.cleandoc(train.__doc__ or "")
    train.__doc__ = doc.replace("{checkpoints}", ARGUMENTS.strip())
    return train
