"""The nearest words of a word, or of several, as bars."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral
from typing import Any

from fastvec.checks.numbers import whole
from fastvec.errors import SettingError
from fastvec.show.figures import COLOURS, axes_of, many_axes_of, plain
from fastvec.show.words import keys_of, text_of
from fastvec.vectors.checked import checked_vectors
from fastvec.vectors.lookup import Key
from fastvec.vectors.word_vectors import WordVectors

COLUMNS = 3
MOST = 30  # words, whose figure is 10 rows high


def plot_neighbors(
    vectors: WordVectors, words: Key | Iterable[Key], *, topn: int = 10, title: str = "", ax: Any = None
) -> Any:
    """Draw the nearest words of a word as bars as long as their cosines; of several words, beside each other.

    Parameters
    ----------
    vectors : WordVectors
    words : word or id, or an iterable of at most 30
    topn : int
        How many neighbours of each.
    title : str
        Above the bars of one word, or the whole figure.
    ax : matplotlib.axes.Axes, optional
        Where to draw: one, or as many as there are words; by default on a new figure.

    Returns
    -------
    matplotlib.axes.Axes, or an array of them if an iterable was given
        The axes of cosines are the same for all words.

    Raises
    ------
    UnknownWordError
        If a word has no vector.
    SettingError
        If an argument is out of range, vectors are not finite, or there is no other word.
    MissingPackageError
        If matplotlib is not installed.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(fv.datasets.kingdom(), min_count=1)
    >>> vectors = fv.PPMISVD(vector_size=8).train(corpus)
    >>> ax = fv.plot_neighbors(vectors, "king", topn=5)  # doctest: +SKIP
    >>> several = fv.plot_neighbors(vectors, ["king", "cat", "paris"])  # doctest: +SKIP
    """
    vectors = checked_vectors("vectors", vectors)
    alone = isinstance(words, (str, Integral))
    shown = keys_of(vectors, [words] if alone else words)  # type: ignore[arg-type, list-item]
    if len(shown) > MOST:
        raise SettingError(field="words", expected=f"at most {MOST}", got=len(shown))
    answers = vectors.most_similar_batch(shown, topn=whole("topn", topn, 1))
    if not answers[0]:
        raise SettingError(field="vectors", expected="at least two words", shown=str(len(vectors)))
    height = 1 + 0.24 * max(map(len, answers))
    if alone:
        found: Any = [axes_of(ax, (6, height))]
    else:
        columns = 2 if len(shown) == 4 else min(COLUMNS, len(shown))
        rows = -(-len(shown) // columns)
        found = many_axes_of(ax, len(shown), (1 + 3.6 * columns, height * rows), (rows, columns))
    cosines = [cosine for near in answers for _, cosine in near]
    limits = min(0, *cosines) * 1.2, max(0.05, *cosines) * 1.2  # room for the numbers
    for axes, word, near in zip(found, shown, answers, strict=True):
        _draw(axes, near, limits)
        axes.set_title(text_of(word), parse_math=False, fontsize="medium")
    if title:
        _set_title(found, title, alone=alone)
    return found[0] if alone else found


def _draw(axes: Any, near: list[tuple[str, float]], limits: tuple[float, float]) -> None:
    bars = axes.barh(range(len(near)), [cosine for _, cosine in near], color=COLOURS[0], height=0.75)
    axes.bar_label(bars, [f"{cosine:.2f}" for _, cosine in near], padding=2, fontsize=8)
    axes.set_yticks(range(len(near)), [text_of(word) for word, _ in near], parse_math=False)
    axes.invert_yaxis()
    axes.set(xlim=limits, xlabel="cosine")
    axes.tick_params(axis="y", length=0)
    plain(axes)


def _set_title(found: Any, title: str, *, alone: bool) -> None:
    if alone:
        found[0].set_title(title, parse_math=False, fontsize="medium")
    else:
        found[0].figure.suptitle(title, parse_math=False)
