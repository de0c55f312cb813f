"""Word Mover's Distance: the least cost of moving the words of one document to those of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import MissingPackageError, SettingError, UnknownWordError
from fastvec.vectors import queries
from fastvec.vectors.lookup import Lookup
from fastvec.vectors.terms import list_of_words


def distance(vectors: Lookup, a: Iterable[str], b: Iterable[str], *, norm: bool) -> float:
    """Return the distance of two documents; see :meth:`fastvec.WordVectors.wmdistance`."""
    mass_a, rows_a = _weighted_rows(vectors, "a", a, norm)
    mass_b, rows_b = _weighted_rows(vectors, "b", b, norm)
    if not (len(rows_a) and len(rows_b)):
        return float("inf")
    from scipy.spatial.distance import cdist  # most programs never ask

    return float(_optimal_transport()(mass_a, mass_b, cdist(rows_a, rows_b)))


def _weighted_rows(
    vectors: Lookup, field: str, words: Iterable[str], norm: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share of each distinct word of a document that has a vector, and its row[D]."""
    counts, rows = [], []
    for word, count in Counter(list_of_words(field, words, or_none=True)).items():
        try:
            row = vectors.get_vector(word)
        except UnknownWordError:
            continue
        if not np.isfinite(row).all():
            shown = f"nan or inf in that of {word!r:.80}"
            raise SettingError(field=field, expected="words with finite vectors", shown=shown)
        counts.append(count)
        rows.append(queries.unit(row) if norm else row.astype(np.float64))
    return np.array(counts) / max(1, sum(counts)), np.array(rows)


def _optimal_transport() -> Any:
    """Return POT's solver of the exact transport problem."""
    try:
        return import_module("ot").emd2
    except ModuleNotFoundError as error:
        if error.name != "ot":
            raise
        raise MissingPackageError.of("Word Mover's distances", "fastvec[wmd]") from error
