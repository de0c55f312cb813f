"""What a page holds of vectors: the most frequent words, their directions, the course of training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.arrays import check_finite
from fastvec.io.json_values import json_values
from fastvec.vectors.courses import EPOCH, Course, course_over, courses_of
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
    course : Course, optional
        The losses of the training in at most 400 points, if they are known.
    epochs : Course, optional
        Those of its epochs.
    """

    name: str
    words: list[str]
    counts: list[int] | None
    units: NDArray[np.float32]
    n_all: int
    settings: dict[str, Any]
    course: Course | None
    epochs: Course | None

    def about(self) -> dict[str, Any]:
        """Return what the page says about the vectors, as JSON can hold it."""
        return {
            "name": self.name,
            "nWords": len(self.words),
            "nAll": self.n_all,
            "vectorSize": self.units.shape[1],
            "counts": self.counts,
            "settings": self.settings,
            "course": _as_json(self.course),
            "epochs": _as_json(self.epochs),
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
    counts, history = vectors.counts, vectors.history or {}
    ids = vectors.vocabulary.most_frequent(n_words)
    words = [vectors.index_to_key[i] for i in ids]
    rows = vectors.vectors[ids]
    check_finite("vectors", rows, lambda row: repr(words[row]))
    courses = courses_of([history])
    return Contents(
        name,
        words,
        None if counts is None else counts[ids].tolist(),
        unit_rows(rows).astype(np.float32),
        len(vectors),
        {key: json_values(value) for key, value in vectors.settings.items()},
        _thinned(courses[0]) if courses else None,
        course_over(EPOCH, history),
    )


def _thinned(course: Course) -> Course:
    """Return at most POINTS means of the losses of a run, each where its part of the run ends."""
    n = len(course.y)
    starts = np.unique(np.linspace(0, n, min(POINTS, n), endpoint=False).astype(int))
    ends = np.append(starts[1:], n)
    with np.errstate(all="ignore"):  # a loss that is not finite is shown as a gap
        means = np.add.reduceat(course.y, starts) / (ends - starts)
    return course._replace(x=course.x[ends - 1], y=means)


def _as_json(course: Course | None) -> dict[str, Any] | None:
    if course is None:
        return None
    x, y = json_values(course.x.tolist()), json_values(course.y.tolist())
    return {"x": x, "y": y, "xName": course.x_name, "yName": course.y_name}
