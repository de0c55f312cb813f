"""Texts and counts that change while they are in use: a file that is mapped and overwritten."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from fastvec.errors import CorpusError


def text_changed(what: str = "an id or an offset is out of range, and was not") -> CorpusError:
    """Return the error for a text that was sound when it was checked.

    >>> print(text_changed())
    the corpus changed while it was in use: an id or an offset is out of range, and was not; a mapped file must \
stay as it is, Corpus.load(path, mmap=False) reads it into memory
    """
    hint = "a mapped file must stay as it is, Corpus.load(path, mmap=False) reads it into memory"
    return CorpusError(f"the corpus changed while it was in use: {what}; {hint}", field="corpus")


def counts_changed() -> CorpusError:
    """Return the error for counts that were sound when they were checked.

    >>> print(counts_changed())
    the counts changed while they were in use: a column or a count is out of range, and was not; a mapped file \
must stay as it is, CooccurrenceMatrix.load(path, mmap=False) reads it into memory
    """
    what = "a column or a count is out of range, and was not"
    hint = "a mapped file must stay as it is, CooccurrenceMatrix.load(path, mmap=False) reads it into memory"
    return CorpusError(f"the counts changed while they were in use: {what}; {hint}", field="counts")


@contextmanager
def names_changes(path: str | os.PathLike[str] | None) -> Iterator[None]:
    """Name the file in an error of :func:`text_changed` or :func:`counts_changed`; None: it is in memory."""
    try:
        yield
    except CorpusError as error:
        if path is None or error.path is not None or error.field not in ("corpus", "counts"):
            raise
        raise CorpusError(f"{os.fspath(path)}: {error}", path=path, field=error.field) from error
