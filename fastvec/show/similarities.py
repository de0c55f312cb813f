"""The cosines of some words with each other, as a heat map."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import truth
from fastvec.show.figures import HEAT, axes_of, whole_figure
from fastvec.show.words import keys_of, rows_of_words, text_of
from fastvec.vectors.checked import checked_vectors
from fastvec.vectors.lookup import Key
from fastvec.vectors.word_vectors import WordVectors

SMALLEST = 6  # points: smaller numbers are not read
SMALLEST_NAME = 3.2  # points: names may be smaller than numbers, as one can enlarge a picture
LINE = 1.2  # heights of letters between two names


def plot_similarity(
    vectors: WordVectors, words: Iterable[Key], *, clustered: bool = False, title: str = "", ax: Any = None
) -> Any:
    """Draw the cosine of each word with each, as a heat map.

    Parameters
    ----------
    vectors : WordVectors
    words : iterable of words or ids
        Where there are more than 120, only some have their name beside the map.
    clustered : bool
        Put near words beside each other: by average linkage of 1 - cosine, in the order of leaves in which the
        distances of neighbours are least.
    title : str
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default on a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Cells have their number where it fits.

    Raises
    ------
    UnknownWordError
        If a word has no vector.
    SettingError
        If there is no word, or vectors are not finite.
    MissingPackageError
        If matplotlib is not installed.

    References
    ----------
    Bar-Joseph, Gifford and Jaakkola 2001, "Fast optimal leaf ordering for hierarchical clustering".

    Examples
    --------
    >>> import fastvec as fv
    >>> vectors = fv.WordVectors(["king", "queen", "mouse"], [[3, 1], [2, 1], [-1, 5]])
    >>> ax = fv.plot_similarity(vectors, ["king", "mouse", "queen"], clustered=True)  # doctest: +SKIP
    """
    vectors = checked_vectors("vectors", vectors)
    truth("clustered", clustered)
    shown = keys_of(vectors, words)
    rows = rows_of_words(vectors, shown)
    cosines = np.clip(rows @ rows.T, -1, 1)
    if clustered and len(shown) > 2:
        order = _leaves(cosines)
        shown, cosines = [shown[i] for i in order], cosines[np.ix_(order, order)]
    side = min(13, 2.2 + 0.42 * len(shown))
    axes = axes_of(ax, (side + 1, side))
    image = axes.imshow(cosines, cmap=HEAT, vmin=min(0, cosines.min()), vmax=1)
    axes.figure.colorbar(image, ax=axes, label="cosine", shrink=0.8)
    name_cells(axes, shown)
    axes.set_title(title or f"Cosines of {len(shown):,} words", parse_math=False, fontsize="medium")
    write_numbers(axes, image, cosines)
    return axes


def name_cells(axes: Any, words: list[str], of_columns: str = "", of_rows: str = "") -> None:
    """Write words along both axes of a heat map, each one or every second, third, ... one."""
    extent = axes.get_window_extent()
    side = min(extent.width, extent.height) * 72 / whole_figure(axes).dpi  # points
    step = max(1, int(np.ceil(len(words) * LINE * SMALLEST_NAME / side)))
    size = min(9.0, side / len(words[::step]) / LINE)
    names = [text_of(word) for word in words[::step]]
    for axis, what in ((axes.xaxis, of_columns), (axes.yaxis, of_rows)):
        axis.set_ticks(range(0, len(words), step), names, fontsize=size, parse_math=False)
        some = f"one of {step} has its name" if step > 1 else ""
        axis.set_label_text(": ".join(part for part in (what, some) if part))
    axes.tick_params(axis="x", rotation=90)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def write_numbers(axes: Any, image: Any, values: NDArray[np.float64]) -> None:
    """Write two digits into each cell, if they fit in letters that can be read."""
    figure = whole_figure(axes)
    figure.draw_without_rendering()
    cell = axes.get_window_extent().width / values.shape[1] * 72 / figure.dpi
    size = min(9, cell / 2.8)  # "-0.12" is 2.6 times as wide as its letters are high
    if size < SMALLEST:
        return
    for (row, column), value in np.ndenumerate(values):
        red, green, blue, _ = image.cmap(image.norm(value))
        light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        number = axes.text(
            column, row, f"{round(value, 2) + 0:.2f}", ha="center", va="center", fontsize=size,
            color="black" if light > 0.45 else "white",
        )  # fmt: skip
        number.set_in_layout(False)


def _leaves(cosines: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the order of the words in a dendrogram."""
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    distances = 1 - (cosines + cosines.T) / 2
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances.clip(min=0)), "average", optimal_ordering=True)
    order: NDArray[np.int64] = leaves_list(tree)
    return order
