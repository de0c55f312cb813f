"""A map of words: their vectors as points, near words near each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import choice, whole
from fastvec.errors import SettingError
from fastvec.geometry.projection import METHODS, TITLES, Method, project
from fastvec.show.figures import (
    GREY,
    axes_of,
    darker,
    name_entries,
    plain,
    require_matplotlib,
    style_of,
    whole_figure,
)  # fmt: skip
from fastvec.show.labels import place_labels
from fastvec.show.words import frequencies, keys_of, rows_of_words, text_of
from fastvec.vectors.checked import checked_vectors
from fastvec.vectors.lookup import Key
from fastvec.vectors.word_vectors import WordVectors

OTHER = "other words"
FEW = 60  # words, whose labels may stand apart, at the end of a line


class Group(NamedTuple):
    """Words of one colour, and how they are drawn."""

    name: str
    words: list[str]
    colour: str
    marker: str


def plot_map(
    vectors: WordVectors,
    words: Iterable[Key] | None = None,
    *,
    n: int = 200,
    method: Method = "pca",
    groups: Mapping[str, Iterable[Key]] | None = None,
    seed: int = 1,
    title: str = "",
    ax: Any = None,
) -> Any:
    """Draw words as points of a plane, near words near each other.

    The vectors are taken at length 1, so that distances are those of cosines, and projected by
    :func:`fastvec.geometry.project`. Labels never overlap: the most frequent words get theirs first, and a word
    without room for its label is a point only; a line below the title says how many have one.

    Parameters
    ----------
    vectors : WordVectors
    words : iterable of words or ids, optional
        Which words; by default those of the groups, or the ``n`` most frequent ones (without counts, the first).
    n : int
        How many words, if neither words nor groups are given.
    method : "pca", "umap" or "tsne"
        PCA shows the two directions in which these words vary most; UMAP (umap-learn) and t-SNE (scikit-learn)
        show who is near whom, and their axes mean nothing.
    groups : mapping of str to iterable of words, optional
        Each has a colour, a marker and a line of the legend. A word is in one group at most; those of ``words``
        that are in none are grey.
    seed : int
        Of UMAP and t-SNE.
    title : str
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default on a new figure. Make its other axes first: labels fit the room of now.

    Returns
    -------
    matplotlib.axes.Axes
        ``ax.figure.savefig("map.png")`` saves it.

    Raises
    ------
    UnknownWordError
        If a word has no vector.
    SettingError
        If an argument is out of range, a group is empty, a word is in two groups, or vectors are not finite.
    MissingPackageError
        If matplotlib, or the package of the method, is not installed.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(fv.datasets.kingdom(), min_count=2)
    >>> vectors = fv.PPMISVD(vector_size=8).train(corpus)
    >>> groups = {"people": ["king", "queen", "man", "woman"], "animals": ["cat", "dog"]}
    >>> ax = fv.plot_map(vectors, groups=groups)  # doctest: +SKIP
    """
    vectors = checked_vectors("vectors", vectors)
    choice("method", method, METHODS)
    drawn = _groups(vectors, words, groups, whole("n", n, 1))
    require_matplotlib()  # a missing package is said before the work
    shown = [word for group in drawn for word in group.words]
    rows = rows_of_words(vectors, shown)
    points = project(rows.astype(np.float32), method=method, seed=seed)
    axes = axes_of(ax, _size(len(shown)))
    _draw_points(axes, drawn, points, own=ax is None)
    _name_axes(axes, method, rows, points)
    heading = title or f"{len(shown):,} word{'s' * (len(shown) != 1)}, {TITLES[method]}"
    axes.set_title(f"{heading}\n ", parse_math=False, fontsize="medium")  # keeps the room of the second line
    legend = axes.get_legend()
    whole_figure(axes).draw_without_rendering()  # puts the legend where it stays
    size, marker = _sizes(len(shown))
    order = np.argsort(-frequencies(vectors, shown), kind="stable")
    labels = place_labels(
        axes, points, [text_of(word) for word in shown], order=order,
        colours=[darker(group.colour) if group.name else "black" for group in drawn for _ in group.words],
        size=size, marker=marker, rings=(1, 4, 8, 13, 19) if len(shown) <= FEW else (1,),
        taken=[legend.get_window_extent()] if legend else [],
    )  # fmt: skip
    note = "" if len(labels) == len(shown) else f"{len(labels):,} of them have room for a label"
    axes.set_title(f"{heading}\n{note}".strip(), parse_math=False, fontsize="medium")
    return axes


def _groups(
    vectors: WordVectors, words: Iterable[Key] | None, groups: Mapping[str, Iterable[Key]] | None, n: int
) -> list[Group]:
    """Return the groups, and the words that are in none: before the groups, so that these lie above them."""
    if groups is None:
        chosen = keys_of(vectors, vectors.vocabulary.most_frequent(n) if words is None else words)
        return [Group("", chosen, *style_of(0)[:2])]
    if not isinstance(groups, Mapping) or not groups:
        raise SettingError(field="groups", expected="a mapping of names to words", got=groups)
    found: list[Group] = []
    owner: dict[str, str] = {}
    for number, (name, members) in enumerate(groups.items()):
        listed = keys_of(vectors, members, f"groups[{name!r:.40}]")
        for word in listed:
            if owner.setdefault(word, name) != name:
                shown = f"{word!r:.40} in {owner[word]!r:.40} and {name!r:.40}"
                raise SettingError(field="groups", expected="each word in one group", shown=shown)
        found.append(Group(str(name), listed, *style_of(number)[:2]))
    others = [] if words is None else [word for word in keys_of(vectors, words) if word not in owner]
    return [Group(OTHER, others, GREY, "."), *found] if others else found


def _sizes(n: int) -> tuple[float, float]:
    """Return the size of letters and of markers, in points."""
    return (10, 6) if n <= FEW else (8, 4) if n <= 300 else (7, 3)


def _size(n: int) -> tuple[float, float]:
    """Return the size of a figure of n words, in inches."""
    return (8, 6) if n <= FEW else (10, 7.5) if n <= 300 else (12.5, 10.5)


def _draw_points(axes: Any, drawn: list[Group], points: NDArray[np.float32], *, own: bool) -> None:
    start, handles = 0, []
    marker = _sizes(len(points))[1]
    for group in drawn:
        part = points[start : start + len(group.words)]
        start += len(group.words)
        handles += axes.plot(
            part[:, 0], part[:, 1], group.marker, color=group.colour, markersize=marker, alpha=0.8,
            markeredgewidth=0, linestyle="none",
        )  # fmt: skip
    axes.margins(0.08)
    axes.set_aspect("equal", adjustable="datalim")
    plain(axes)
    if drawn[-1].name:
        place = {"loc": "upper left", "bbox_to_anchor": (1, 1)} if own else {"loc": _emptiest_corner(points)}
        numbers = [str(i) for i in range(len(drawn))]
        legend = axes.legend(handles, numbers, frameon=False, fontsize="small", **place)
        name_entries(legend, [text_of(group.name) for group in drawn])


def _emptiest_corner(points: NDArray[np.float32]) -> str:
    """Return the corner that is farthest from all points; matplotlib's "best" moves when labels are added.

    >>> _emptiest_corner(np.array([[0, 0], [0, 1], [1, 1], [0.5, 0.4]]))
    'lower right'
    """
    corners = {"upper left": (0, 1), "upper right": (1, 1), "lower left": (0, 0), "lower right": (1, 0)}
    spread = np.ptp(points, axis=0)
    unit = (points - points.min(axis=0)) / np.where(spread > 0, spread, 1)
    return max(corners, key=lambda name: float(np.abs(unit - corners[name]).max(axis=1).min()))


def _name_axes(axes: Any, method: Method, rows: NDArray[np.float64], points: NDArray[np.float32]) -> None:
    if method != "pca":
        name = TITLES[method]
        axes.set(xlabel=f"{name} 1 (no unit)", ylabel=f"{name} 2 (no unit)", xticks=[], yticks=[])
        return
    total = rows.var(axis=0).sum()
    shares = points.var(axis=0, dtype=np.float64) / total if total > 0 else np.zeros(2)
    x, y = (f"principal component {i + 1} ({100 * share:.0f} % of the variance)" for i, share in enumerate(shares))
    axes.set(xlabel=x, ylabel=y)
