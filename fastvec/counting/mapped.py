"""Counts that are mapped from a file, which another program may overwrite at any time."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from fastvec.checks.changes import names_changes
from fastvec.counting.cooccurrence import CooccurrenceMatrix


def naming_file(counts: Any) -> AbstractContextManager[None]:
    """Name the file of counts, if they are mapped, in the error for counts that changed."""
    return names_changes(counts._mapped if isinstance(counts, CooccurrenceMatrix) else None)
