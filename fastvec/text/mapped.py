"""Corpora that are mapped from a file, which another program may overwrite at any time."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from fastvec.checks.changes import names_changes
from fastvec.errors import FormatError
from fastvec.io.decompression import content_errors
from fastvec.text.building import Built
from fastvec.text.corpus import Corpus


def naming_file(data: Any) -> AbstractContextManager[None]:
    """Name the file of a corpus, if it is mapped, in the error for a text that changed."""
    return names_changes(data._mapped if isinstance(data, Corpus) else None)


def in_memory(corpus: Corpus) -> Corpus:
    """Return a corpus whose ids and offsets no other program can change: this one, unless it is mapped.

    A copy takes 4 bytes a token and 8 a sentence. It is for what reads ids in any order and more than once; a
    kernel that copies them once checks them as it does.

    Raises
    ------
    FormatError
        If an id or an offset of the copy is out of range.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["a b"], min_count=1)
    >>> in_memory(corpus) is corpus
    True
    """
    if corpus._mapped is None:
        return corpus
    gaps = None if corpus.gaps is None else np.array(corpus.gaps)
    parts = Built(np.array(corpus.ids), np.array(corpus.offsets), corpus.vocabulary, corpus.n_dropped, gaps)
    with content_errors(corpus._mapped):
        parts.check(FormatError)
    return Corpus._of(parts)
