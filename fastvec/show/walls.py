"""The wall: a small vocabulary's counts, and the product of two thin matrices that stands for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import whole
from fastvec.counting.cooccurrence import CooccurrenceMatrix
from fastvec.counting.mapped import naming_file
from fastvec.counting.matrix_checks import own_cells
from fastvec.errors import SettingError
from fastvec.show.figures import HEAT, axes_of, many_axes_of
from fastvec.show.similarities import name_cells
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors.checked import checked_vectors
from fastvec.vectors.lookup import Key
from fastvec.vectors.terms import list_of_words
from fastvec.vectors.word_vectors import WordVectors


def plot_counts(
    counts: CooccurrenceMatrix,
    vectors: WordVectors | None = None,
    words: Iterable[Key] | None = None,
    *,
    n: int = 150,
    title: str = "",
    ax: Any = None,
) -> Any:
    """Draw log(1 + count) of each pair of words; beside it, the product W C^T that vectors made of it.

    A pair that never occurred is a cell too. Factorisations of counts learn from pairs that occurred, so the
    cells that are dark on the left and bright on the right are what the vectors guess.

    Parameters
    ----------
    counts : CooccurrenceMatrix
    vectors : WordVectors, optional
        With context vectors C, as :class:`fastvec.LogCountFactorization` makes them, whose W C^T approximates
        log(1 + count). Those of other trainers approximate something else: GloVe's leave its biases out.
    words : iterable of words or ids, optional
        By default the ``n`` most frequent ones.
    n : int
    title : str
    ax : matplotlib.axes.Axes, optional
        Where to draw: one, or two with ``vectors``; by default on a new figure.

    Returns
    -------
    matplotlib.axes.Axes, or an array of two with ``vectors``
        The titles count the cells, and the numbers that stand for them.

    Raises
    ------
    UnknownWordError
        If a word is not in the counts or has no vector.
    SettingError
        If an argument is of the wrong kind, the vectors have no context vectors, or numbers are not finite.
    MissingPackageError
        If matplotlib is not installed.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(fv.datasets.kingdom(), min_count=1)
    >>> counts = fv.count_cooccurrences(corpus)
    >>> vectors = fv.LogCountFactorization().train(counts)
    >>> axes = fv.plot_counts(counts, vectors)  # doctest: +SKIP
    """
    if not isinstance(counts, CooccurrenceMatrix):
        hint = "fastvec.count_cooccurrences makes one"
        raise SettingError(field="counts", expected="a CooccurrenceMatrix", got=counts, hint=hint)
    shown, ids = _words(counts, words, whole("n", n, 1))
    targets = np.log1p(_among(counts, ids))
    product = None if vectors is None else _product(checked_vectors("vectors", vectors), shown)
    side = float(np.clip(2 + 0.06 * len(shown), 5, 9))
    if product is None:
        axes = axes_of(ax, (side + 1, side + 0.5))
        found = [axes]
    else:
        axes = many_axes_of(ax, 2, (2 * side + 1.5, side + 0.2), (1, 2), "compressed")
        found = list(axes)
    highest = float(targets.max()) or 1.0
    image = _draw(found[0], targets, shown, highest, title or _cells(len(shown)))
    extend = "neither"
    if product is not None and vectors is not None:
        caption = _caption(len(shown), vectors.word_vectors.shape[1], targets, product)
        _draw(found[1], product, shown, highest, caption)
        extend = "both" if product.min() < 0 or product.max() > highest else extend
    found[0].figure.colorbar(image, ax=found, label="log(1 + count), nats", shrink=0.8, extend=extend)
    return axes


def _among(counts: CooccurrenceMatrix, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the counts of some words with each other."""
    rows = counts.to_csr()[ids]
    with naming_file(counts):
        rows.indices, rows.data = own_cells(rows.indices, rows.data, rows.shape[1])
    among: NDArray[np.float64] = rows[:, ids].toarray()
    return among


def _words(counts: CooccurrenceMatrix, words: Iterable[Key] | None, n: int) -> tuple[list[str], NDArray[np.int64]]:
    """Return words and their ids in the counts."""
    vocabulary = counts.vocabulary
    if words is None:
        ids = vocabulary.most_frequent(n)
    else:
        ids = np.array([_id(vocabulary, word) for word in dict.fromkeys(list_of_words("words", words))])
    return [vocabulary.words[i] for i in ids.tolist()], ids


def _id(vocabulary: Vocabulary, word: Key) -> int:
    return vocabulary[word] if isinstance(word, str) else whole("words", word, 0, len(vocabulary) - 1)


def _product(vectors: WordVectors, words: list[str]) -> NDArray[np.float64]:
    """Return w . c of each pair of words, if there are contexts of each."""
    if vectors.context_vectors is None or vectors.context_vocabulary is None:
        hint = "vectors have them after training, and in .safetensors files"
        raise SettingError(field="vectors", expected="vectors with context vectors", shown="none", hint=hint)
    contexts = vectors.contexts
    assert contexts is not None
    W = vectors.word_vectors[[vectors.get_index(word) for word in words]].astype(np.float64)
    C = vectors.context_vectors[[contexts.get_index(word) for word in words]].astype(np.float64)
    with np.errstate(all="ignore"):
        product: NDArray[np.float64] = W @ C.T
    if not np.isfinite(product).all():
        raise SettingError(field="vectors", expected="finite vectors", shown="nan or inf in them")
    return product


def _draw(axes: Any, values: NDArray[np.float64], words: list[str], highest: float, caption: str) -> Any:
    image = axes.imshow(values, cmap=HEAT, vmin=0, vmax=highest, interpolation="nearest")
    name_cells(axes, words, "context word", "word")
    axes.set_title(caption, parse_math=False, fontsize="medium")
    return image


def _cells(n: int) -> str:
    """Return what there is to store.

    >>> _cells(111)
    'Counts: 111 × 111 = 12,321 cells'
    """
    return f"Counts: {n:,} × {n:,} = {n * n:,} cells"


def _caption(n: int, size: int, targets: NDArray[np.float64], product: NDArray[np.float64]) -> str:
    """Return how many numbers stand for the cells, and how far they are off where words occurred together."""
    seen = targets > 0
    off = f"\nroot mean square error of the {seen.sum():,} cells that are not 0: "
    off += f"{np.sqrt(((product - targets)[seen] ** 2).mean()):.2g}" if seen.any() else "none"
    return f"W·Cᵀ: {n:,} × {size} × 2 = {2 * n * size:,} numbers" + off
