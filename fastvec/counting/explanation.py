"""Why two words are similar: the contexts that they share, each with its part of the cosine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import choice
from fastvec.counting.association import shifted_pmi
from fastvec.counting.cooccurrence import CooccurrenceMatrix
from fastvec.counting.mapped import naming_file
from fastvec.counting.matrix_checks import own_cells
from fastvec.errors import SettingError, UnknownWordError

Weights = Literal["ppmi", "pmi", "log_counts", "counts"]
WEIGHTS: tuple[Weights, ...] = ("ppmi", "pmi", "log_counts", "counts")
Row = tuple[NDArray[np.integer], NDArray[np.float64]]  # columns, in order, and their weights
SHOWN = 10  # contexts in a printed explanation


class SharedContext(NamedTuple):
    """A context of both words.

    Attributes
    ----------
    context : str
    share : float
        Its part of the cosine: the product of the two weights, divided by the lengths of both rows.
    weights : (float, float)
        How strongly each word is associated with it.
    counts : (float, float)
        How often each word occurred with it, as the matrix counts.
    """

    context: str
    share: float
    weights: tuple[float, float]
    counts: tuple[float, float]


@dataclass(frozen=True)
class Explanation:
    """The cosine of two rows of weighted counts, context by context.

    Iterating, ``len`` and ``[]`` give the shared contexts, those with the greatest share first; str() is a table
    of the first ten.

    Attributes
    ----------
    words : (str, str)
    cosine : float
        Of the two rows; the sum of all shares, up to rounding. 0 if a row has no weight.
    contexts : tuple of SharedContext
    n_contexts : (int, int)
        How many contexts each word has, shared or not: those with a weight other than 0.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(["a cat sleeps", "a dog sleeps", "a dog barks"], min_count=1)
    >>> print(fv.explain(fv.count_cooccurrences(corpus, window=1), "cat", "dog", weights="counts"))
    cat and dog: cosine 0.866; 2 shared contexts, of 2 and 3
    context    share   weights:      cat      dog   counts:      cat      dog
    a         0.5774               1.000    2.000                1.0      2.0
    sleeps    0.2887               1.000    1.000                1.0      1.0
    """

    words: tuple[str, str]
    cosine: float
    contexts: tuple[SharedContext, ...]
    n_contexts: tuple[int, int]

    def __len__(self) -> int:
        return len(self.contexts)

    def __iter__(self) -> Iterator[SharedContext]:
        return iter(self.contexts)

    def __getitem__(self, number: int) -> SharedContext:
        return self.contexts[number]

    def __str__(self) -> str:
        (a, b), (n_a, n_b) = self.words, self.n_contexts
        head = f"{a} and {b}: cosine {self.cosine:.3f}; {len(self)} shared contexts, of {n_a} and {n_b}"
        shown = self.contexts[:SHOWN]
        if not shown:
            return head
        width = max(len("context"), *(len(context.context) for context in shown))
        i, j = max(8, len(a)), max(8, len(b))
        names = f"{'context':<{width}}    share   weights: {a:>{i}} {b:>{j}}   counts: {a:>{i}} {b:>{j}}"
        lines = [
            f"{context:<{width}}  {share:7.4f}   {of_a:{9 + i}.3f} {of_b:{j}.3f}   {n_a:{8 + i}.1f} {n_b:{j}.1f}"
            for context, share, (of_a, of_b), (n_a, n_b) in shown
        ]
        left = self.contexts[SHOWN:]
        rest = [f"and {len(left)} more: {sum(context.share for context in left):.4f}"] if left else []
        return "\n".join([head, names, *lines, *rest])


def explain(
    counts: CooccurrenceMatrix,
    word: str,
    other: str,
    *,
    weights: Weights = "ppmi",
    negative: float = 1,
    context_smoothing: float = 1.0,
) -> Explanation:
    """Return the shared contexts that make two words similar.

    The cosine of the rows of two words is the sum, over the contexts of both, of the product of their weights,
    divided by the lengths of the rows. Each summand is the share of one context. (Vectors of a few dimensions have
    no such contexts: their cosine is near this one only as far as they keep what the counts say.)

    Parameters
    ----------
    counts : CooccurrenceMatrix
        As :func:`fastvec.count_cooccurrences` returns it.
    word, other : str
    weights : "ppmi", "pmi", "log_counts" or "counts"
        What the rows hold: :func:`fastvec.ppmi`, :func:`fastvec.pmi` (0 where a pair was not observed),
        :func:`fastvec.log_counts`, or the counts themselves.
    negative, context_smoothing : float
        As for :func:`fastvec.ppmi`; pmi has no ``negative``, and the others have neither.

    Returns
    -------
    Explanation

    Raises
    ------
    UnknownWordError
        If a word is out of the vocabulary.
    SettingError
        If ``counts`` is something else, or an argument is out of range.
    FormatError
        If the counts are a damaged file.

    Examples
    --------
    >>> import fastvec as fv
    >>> corpus = fv.Corpus.from_text(fv.datasets.kingdom(), min_count=1)
    >>> counts = fv.count_cooccurrences(corpus, window=3)
    >>> found = fv.explain(counts, "king", "queen")
    >>> found[0].context, len(found), abs(sum(context.share for context in found) - found.cosine) < 1e-12
    ('wise', 18, True)

    References
    ----------
    Levy and Goldberg 2014, "Linguistic Regularities in Sparse and Explicit Word Representations", who
    multiply explicit vectors context by context to see what two words share.
    """
    if not isinstance(counts, CooccurrenceMatrix):
        hint = "count_cooccurrences(corpus) makes one"
        raise SettingError(field="counts", expected="a CooccurrenceMatrix", got=counts, hint=hint)
    choice("weights", weights, WEIGHTS)
    ids = [_id(counts, each) for each in (word, other)]
    rows = _weighed_rows(counts, ids, weights, negative, context_smoothing)
    lengths = [float(np.sqrt((values * values).sum())) for _, values in rows]
    (a_columns, a), (b_columns, b) = rows
    shared, at_a, at_b = np.intersect1d(a_columns, b_columns, assume_unique=True, return_indices=True)
    products = a[at_a] * b[at_b] / (lengths[0] * lengths[1] or 1)
    names, cells = counts.vocabulary.words, counts.to_csr()
    found = []
    for i in np.argsort(-products, kind="stable").tolist():
        column = int(shared[i])
        seen = (float(cells[ids[0], column]), float(cells[ids[1], column]))
        pair = (float(a[at_a[i]]), float(b[at_b[i]]))
        found.append(SharedContext(names[column], float(products[i]), pair, seen))
    return Explanation((word, other), float(products.sum()), tuple(found), (len(a), len(b)))


def _id(counts: CooccurrenceMatrix, word: str) -> int:
    if not isinstance(word, str) or word not in counts.vocabulary:
        raise UnknownWordError(word, counts.vocabulary.words, "no counts for")
    return counts.vocabulary[word]


def _weighed_rows(
    counts: CooccurrenceMatrix, ids: list[int], weights: Weights, negative: float, context_smoothing: float
) -> list[Row]:
    """Return the weights of each row that are not 0, by column."""
    csr, k = counts.to_csr(), negative if weights == "ppmi" else 1
    weight = shifted_pmi(counts.row_sums, counts.column_sums, k, context_smoothing)  # checks both numbers
    rows: list[Row] = []
    for row in ids:
        inside = slice(csr.indptr[row], csr.indptr[row + 1])
        with naming_file(counts):
            columns, values = own_cells(csr.indices[inside], csr.data[inside], csr.shape[1])
        if weights in ("ppmi", "pmi"):
            values = weight(values, np.full(len(values), row), columns)
            values = np.maximum(values, 0) if weights == "ppmi" else values
        elif weights == "log_counts":
            values = np.log1p(values)
        kept = values != 0
        rows.append((columns[kept], values[kept]))
    return rows
