"""An analogy as a parallelogram, with the answer and those that came near it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import whole
from fastvec.errors import SettingError
from fastvec.show.figures import COLOURS, GREY, axes_of, plain
from fastvec.show.labels import place_labels
from fastvec.show.words import rows_of_words, text_of
from fastvec.vectors.checked import checked_vectors
from fastvec.vectors.lookup import Key
from fastvec.vectors.word_vectors import WordVectors

BLUE, VERMILION, GREEN = COLOURS[:3]


class Answer(NamedTuple):
    """A word that might complete the analogy."""

    word: str
    cosine: float  # with b - a + c


def plot_analogy(
    vectors: WordVectors,
    a: Key,
    b: Key,
    c: Key,
    *,
    expected: Key | None = None,
    topn: int = 5,
    title: str = "",
    ax: Any = None,
) -> Any:
    """Draw a is to b as c is to what: the parallelogram of a, b, c and b - a + c, and the words near its corner.

    The plane is that of a, b and c at length 1, in which b - a + c lies too. Answers are projected to it, so they
    may look nearer to the corner than they are; their cosines say how near they are.

    Parameters
    ----------
    vectors : WordVectors
    a, b, c : str or int
        Three different words.
    expected : str or int, optional
        The answer that should come out; if another one does, the title says so, with the place of this one.
    topn : int
        How many answers to draw: the found one and its runners-up.
    title : str
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default on a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    UnknownWordError
        If a word has no vector, or the expected one is out of the vocabulary.
    SettingError
        If words are equal, the expected one is among them, vectors are not finite, or there is no fourth word.
    MissingPackageError
        If matplotlib is not installed.

    References
    ----------
    Mikolov, Yih and Zweig 2013, "Linguistic Regularities in Continuous Space Word Representations".

    Examples
    --------
    >>> import fastvec as fv
    >>> rows = [[1, 0, 1], [1, 1, 1], [1, 0, -1], [1, 1, -1], [0, 1, 0]]
    >>> vectors = fv.WordVectors(["man", "king", "woman", "queen", "rule"], rows)
    >>> ax = fv.plot_analogy(vectors, "man", "king", "woman", expected="queen")  # doctest: +SKIP
    """
    vectors = checked_vectors("vectors", vectors)
    words = [key if isinstance(key, str) else vectors.index_to_key[vectors.get_index(key)] for key in (a, b, c)]
    if len(set(words)) < 3:
        raise SettingError(field="a, b, c", expected="three different words", got=tuple(words))
    rows = rows_of_words(vectors, words)
    answers = [Answer(*found) for found in vectors.most_similar(words[1:], words[:1], whole("topn", topn, 1))]
    if not answers:
        raise SettingError(field="vectors", expected="a word besides these three", shown=f"{len(vectors)} words")
    verdict, wanted = _verdict(vectors, words, answers, expected)
    drawn = [*answers, *([wanted] if wanted and wanted.word not in {answer.word for answer in answers} else [])]
    candidates = rows_of_words(vectors, [answer.word for answer in drawn])
    target = rows[1] - rows[0] + rows[2]
    plane = _plane(rows)
    points = (np.vstack([rows, target, candidates]) - rows[0]) @ plane
    axes = axes_of(ax, (8, 6.5))
    _draw(axes, points, drawn, wanted)
    question = f"{text_of(words[0])} : {text_of(words[1])} = {text_of(words[2])} : ?"
    axes.set_title(f"{title or question}\n{verdict}", parse_math=False, fontsize="medium")
    axes.set(xlabel=f"along {text_of(words[1])} - {text_of(words[0])} (vectors have length 1)")
    axes.set_ylabel("across it, in the plane of the three words")
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set_parse_math(False)
    _label(axes, points, words, drawn, wanted)
    return axes


def _verdict(
    vectors: WordVectors, words: list[str], answers: list[Answer], expected: Key | None
) -> tuple[str, Answer | None]:
    """Return what is said about the answer, and the expected one with its cosine."""
    found = f"answer: {text_of(answers[0].word)}, cosine {answers[0].cosine:.2f}"
    if expected is None:
        return found, None
    i = vectors.get_index(expected)
    word = vectors.index_to_key[i]
    if word in words:
        raise SettingError(field="expected", expected="another word than a, b and c", got=word)
    a, b, c = words
    cosines = vectors.most_similar([b, c], [a], topn=None)
    wanted = Answer(word, float(cosines[i]))
    if answers[0].word == word:
        return f"{found}, as expected", wanted
    others = np.delete(np.arange(len(cosines)), [vectors.key_to_index[w] for w in words if w in vectors])
    place = 1 + int((cosines[others] > cosines[i]).sum())
    return f"{found}; expected: {text_of(word)}, place {place:,}, cosine {wanted.cosine:.2f}", wanted


def _plane(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return two directions, float64[D, 2]: along b - a, and across it to the side of c."""
    along, side = rows[1] - rows[0], rows[2] - rows[0]
    found = np.zeros((2, rows.shape[1]))
    for i, direction in enumerate((along, side)):
        rest = direction - found[:i].T @ (found[:i] @ direction)
        length = np.sqrt(rest @ rest)
        if length > 1e-6:  # else the words are on one line
            found[i] = rest / length
    return found.T


def _draw(axes: Any, points: NDArray[np.float64], drawn: list[Answer], wanted: Answer | None) -> None:
    a, b, c, target = points[:4]
    for start, end, colour in ((a, b, BLUE), (c, target, BLUE), (a, c, GREY), (b, target, GREY)):
        arrow: dict[str, Any] = {
            "arrowstyle": "-|>" if colour == BLUE else "-",
            "color": colour,
            "shrinkA": 4,
            "shrinkB": 4,
        }
        arrow |= {"linestyle": "-" if start is a else "--", "linewidth": 1.5}
        axes.annotate("", end, start, arrowprops=arrow, zorder=2)
    axes.plot(*points[:3].T, "o", color=BLUE, markersize=7, zorder=3)
    axes.plot(*target, "x", color="black", markersize=9, zorder=3)
    for answer, point in zip(drawn, points[4:], strict=True):
        marker, colour = _style(answer, drawn, wanted)
        axes.plot(*point, marker, color=colour, markersize=8 if marker != "." else 7, zorder=3)
    axes.margins(0.2)
    axes.set_aspect("equal", adjustable="datalim")
    plain(axes, grid="both")


def _style(answer: Answer, drawn: list[Answer], wanted: Answer | None) -> tuple[str, str]:
    """Return the marker and the colour of an answer: the found one, right or not; the expected one; others."""
    if wanted is not None and answer.word == wanted.word:
        return "*", GREEN
    if answer is drawn[0]:
        return "D", BLUE if wanted is None else VERMILION
    return ".", GREY


def _label(
    axes: Any, points: NDArray[np.float64], words: list[str], drawn: list[Answer], wanted: Answer | None
) -> None:
    a, b, c = map(text_of, words)
    names = [a, b, c, f"{b} - {a} + {c}"[:70]]
    # the cosine stays, however long the word is
    names += [f"{text_of(answer.word)} {answer.cosine:.2f}" for answer in drawn]
    colours = [BLUE, BLUE, BLUE, "black"]
    colours += [_style(answer, drawn, wanted)[1] for answer in drawn]
    first = [0, 1, 2, 4, len(names) - 1, 3]  # the last may be the expected one
    order = list(dict.fromkeys([*first, *range(len(names))]))
    corners = points[[0, 1, 3, 2, 0]]
    edges = np.vstack([np.linspace(start, end, 100) for start, end in pairwise(corners)])
    placed = place_labels(
        axes, points, names, order=order, colours=colours, size=10, marker=8, rings=(1, 5, 10, 16),
        avoid=edges,
    )  # fmt: skip
    missing = len(names) - len(placed)
    if missing:
        axes.annotate(
            f"{missing} labels have no room", (1, 0), xycoords="axes fraction", ha="right", va="bottom",
            fontsize=8, color=GREY,
        )  # fmt: skip
