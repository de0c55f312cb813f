"""What a page holds of vectors: the most frequent words, their directions, the course of training."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.arrays import check_finite
from fastvec.vectors.queries import unit_rows

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

POINTS = 400  # of the loss curve: a screen shows no more


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """The most frequent words of some vectors.

    Attributes
    ----------
    name : str
        What the page calls them.
    words : list of str
        N words, the most frequent first; without counts, in the order of the file.
    counts : list of int, or None
    units : float32[N, D]
        Their vectors at length 1; zeros stay zeros.
    n_all : int
        How many words there are in all.
    settings : dict
    history : dict
        ``loss``: [tokens, loss] of at most 400 points; ``epoch_loss``. Each only if it is known.
    """

    name: str
    words: list[str]
    counts: list[int] | None
    units: NDArray[np.float32]
    n_all: int
    settings: dict[str, Any]
    history: dict[str, Any]

    def about(self) -> dict[str, Any]:
        """Return what the page says about the vectors, as JSON can hold it."""
        return {
            "name": self.name,
            "nWords": len(self.words),
            "nAll": self.n_all,
            "vectorSize": self.units.shape[1],
            "counts": self.counts,
            "settings": self.settings,
            "history": self.history,
        }


def contents_of(vectors: WordVectors, n_words: int, name: str) -> Contents:
    """Return the contents of the ``n_words`` most frequent words.

    Raises
    ------
    SettingError
        If one of their vectors is not finite.

    Examples
    --------
    >>> from fastvec import WordVectors
    >>> vectors = WordVectors(["a", "b", "c"], [[3, 4], [0, 2], [1, 0]], counts=[1, 7, 5])
    >>> found = contents_of(vectors, 2, "letters")
    >>> found.words, found.units.tolist(), found.n_all
    (['b', 'c'], [[0.0, 1.0], [1.0, 0.0]], 3)
    """
    counts = vectors.counts
    order = np.arange(len(vectors)) if counts is None else np.argsort(-counts, kind="stable")
    ids = order[:n_words]
    words = [vectors.index_to_key[i] for i in ids]
    rows = vectors.vectors[ids]
    check_finite("vectors", rows, lambda row: repr(words[row]))
    return Contents(
        name,
        words,
        None if counts is None else counts[ids].tolist(),
        unit_rows(rows).astype(np.float32),
        len(vectors),
        {key: _plain(value) for key, value in vectors.settings.items()},
        _course(vectors.history or {}),
    )


def _course(history: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """Return the loss of each epoch, and that of training in at most POINTS means."""
    course: dict[str, Any] = {}
    tokens, loss = history.get("tokens"), history.get("loss")
    if tokens is not None and loss is not None and len(tokens) == len(loss) and len(loss):
        starts = np.unique(np.linspace(0, len(loss), min(POINTS, len(loss)), endpoint=False).astype(int))
        sizes = np.diff(np.append(starts, len(loss)))
        with np.errstate(all="ignore"):  # a loss that is not finite is shown as a gap
            means = np.add.reduceat(loss.astype(np.float64), starts) / sizes
        ends = tokens[np.append(starts[1:], len(loss)) - 1]
        course["loss"] = [ends.tolist(), _plain(means.tolist())]
    if "epoch_loss" in history:
        course["epoch_loss"] = _plain(history["epoch_loss"].tolist())
    return course


def _plain(value: Any) -> Any:
    """Return a copy with None for NaN and infinity, which JSON does not have."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value
