"""Association weights: how much more two things occur together than their counts alone would have it.

Sparse in, sparse out. An entry that is not stored is a count of 0; its weight is not stored either.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import real
from fastvec.counting.cooccurrence import CooccurrenceMatrix
from fastvec.errors import Cancelled, SettingError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Counts: TypeAlias = "CooccurrenceMatrix | Any"  # Any: a SciPy sparse matrix or array
Values: TypeAlias = NDArray[np.float64]
Ids: TypeAlias = NDArray[np.integer]
Stop: TypeAlias = NDArray[np.uint8]

BLOCK = 1 << 20  # entries weighed at a time, so that what is temporary stays at some 50 MB


def log_counts(counts: Counts) -> csr_array:
    """log(1 + x), entry by entry.

    Parameters
    ----------
    counts : CooccurrenceMatrix or SciPy sparse [V, C]
        None negative, none infinite or NaN.

    Returns
    -------
    csr_array float64[V, C]

    Raises
    ------
    SettingError
        No sparse matrix, or values that are no counts.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> log_counts(csr_array([[0, 1], [3, 0]])).toarray().round(3)
    array([[0.   , 0.693],
           [1.386, 0.   ]])
    """
    return _weighed(_checked(counts), lambda x, rows, columns: np.log1p(x))


def pmi(counts: Counts, *, context_smoothing: float = 1.0) -> csr_array:
    """Pointwise mutual information of the observed pairs, in nats: log(P(w, c) / (P(w) P(c))).

    Of a pair that was never observed it is minus infinity; such pairs are not stored, as are all of a row or
    column of zeros. An observed pair keeps its place even where its PMI is 0.

    Parameters
    ----------
    counts : CooccurrenceMatrix or SciPy sparse [V, C]
        None negative, none infinite or NaN.
    context_smoothing : float
        a in P(c) = count(c) ** a / sum of count ** a. Below 1 it lowers the PMI of rare contexts; 0.75 is
        that of word2vec's noise.

    Returns
    -------
    csr_array float64[V, C]

    Raises
    ------
    SettingError
        As :func:`log_counts`; a smoothing that is not finite.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> pmi(csr_array([[2, 2], [4, 0]])).toarray().round(3)
    array([[-0.405,  0.693],
           [ 0.288,  0.   ]])

    References
    ----------
    Church and Hanks 1990, "Word Association Norms, Mutual Information, and Lexicography". The smoothing: Levy,
    Goldberg and Dagan 2015, "Improving Distributional Similarity with Lessons Learned from Word Embeddings",
    section 3.2.
    """
    checked = _checked(counts)
    return _weighed(checked, _shifted_pmi(checked, 1, context_smoothing))


def ppmi(
    counts: Counts, *, negative: float = 1, context_smoothing: float = 1.0, stop: Stop | None = None
) -> csr_array:
    """Positive PMI, shifted: max(PMI - log k, 0).

    Parameters
    ----------
    counts, context_smoothing
        As :func:`pmi`.
    negative : float
        k. 1 is PPMI as it is; k is what skip-gram with k negative samples factorises (Levy and Goldberg 2014,
        "Neural Word Embedding as Implicit Matrix Factorization", equation 11).
    stop : uint8[1], optional
        Once it is 1, weighing raises :class:`fastvec.Cancelled`.

    Returns
    -------
    csr_array float64[V, C]
        Only what is above 0 is stored.

    Raises
    ------
    SettingError
        As :func:`pmi`; ``negative`` not above 0.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> ppmi(csr_array([[2, 2], [4, 0]])).toarray().round(3)
    array([[0.   , 0.693],
           [0.288, 0.   ]])
    """
    checked = _checked(counts)
    return _weighed(checked, _shifted_pmi(checked, negative, context_smoothing), above=0.0, stop=stop)


def tf_idf(counts: Counts, *, sublinear: bool = False, stop: Stop | None = None) -> csr_array:
    """Term frequency times inverse document frequency: x * log(S / df).

    Parameters
    ----------
    counts : SciPy sparse [V, S]
        How often each of V terms (rows) comes in each of S documents (columns). df is the number of documents
        that have the term.
    sublinear : bool
        log(1 + x) in the place of x.
    stop : uint8[1], optional
        As for :func:`ppmi`.

    Returns
    -------
    csr_array float64[V, S]
        Only what is above 0 is stored: a term of every document tells none from another and weighs nothing.

    Raises
    ------
    SettingError
        As :func:`log_counts`.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> tf_idf(csr_array([[2, 0], [1, 1]])).toarray().round(3)
    array([[1.386, 0.   ],
           [0.   , 0.   ]])

    References
    ----------
    Salton and Buckley 1988, "Term-weighting approaches in automatic text retrieval".
    """
    checked = _checked(counts)
    documents = np.diff(checked.indptr)
    idf = np.log(checked.shape[1] / np.maximum(documents, 1))

    def weight(x: Values, rows: Ids, columns: Ids) -> Values:
        tf = np.log1p(x) if sublinear else x
        weights: Values = tf * idf[rows]
        return weights

    return _weighed(checked, weight, above=0.0, stop=stop)


def row_blocks(indptr: NDArray[np.integer], entries: int) -> Iterator[tuple[int, int]]:
    """Ranges of rows of a CSR matrix with about so many entries each, all rows covered.

    Examples
    --------
    >>> list(row_blocks(np.array([0, 5, 6, 7, 20, 20]), 6))
    [(0, 2), (2, 4), (4, 5)]
    """
    first, rows = 0, len(indptr) - 1
    while first < rows:
        last = int(np.searchsorted(indptr, int(indptr[first]) + entries))
        last = min(max(last, first + 1), rows)
        yield first, last
        first = last


def _shifted_pmi(
    counts: csr_array, negative: float, context_smoothing: float
) -> Callable[[Values, Ids, Ids], Values]:
    real("context_smoothing", context_smoothing, 0)
    real("negative", negative, above=0)
    contexts = counts.sum(axis=0)
    smoothed = np.zeros(len(contexts))
    np.power(contexts / (contexts.max(initial=0) or 1), context_smoothing, out=smoothed, where=contexts > 0)
    log_row, log_context = _log(counts.sum(axis=1)), _log(smoothed) - _log(smoothed.sum())
    log_k = math.log(negative)

    def weight(x: Values, rows: Ids, columns: Ids) -> Values:
        # P(w, c) / P(w) is x / row: the total cancels
        weights: Values = np.log(x) - log_row[rows] - log_context[columns] - log_k
        return weights

    return weight


def _weighed(
    counts: csr_array,
    weight: Callable[[Values, Ids, Ids], Values],
    above: float = -math.inf,
    stop: Stop | None = None,
) -> csr_array:
    """weight(x, rows, columns) of each entry, where that is above ``above``."""
    from scipy.sparse import csr_array

    # full length, but memory is used as it is written
    data, indices = np.empty(counts.nnz), np.empty(counts.nnz, counts.indices.dtype)
    kept_of_row = np.zeros(counts.shape[0] + 1, np.int64)
    end = 0
    for first, last in row_blocks(counts.indptr, BLOCK):
        if stop is not None and stop[0]:
            raise Cancelled("stopped while weighing; no partial result is returned")
        inside = slice(counts.indptr[first], counts.indptr[last])
        rows = np.repeat(np.arange(first, last), np.diff(counts.indptr[first : last + 1]))
        weights = weight(counts.data[inside], rows, counts.indices[inside])
        kept = weights > above
        begin, end = end, end + int(kept.sum())
        data[begin:end] = weights[kept]
        indices[begin:end] = counts.indices[inside][kept]
        kept_of_row[first + 1 : last + 1] = np.bincount(rows[kept] - first, minlength=last - first)
    return csr_array((data[:end], indices[:end], np.cumsum(kept_of_row)), shape=counts.shape)


def _checked(counts: Counts) -> csr_array:
    """The counts as CSR in float64, sorted, each pair once, no zero stored; a copy only where they are not so."""
    from scipy.sparse import csr_array, issparse

    if isinstance(counts, CooccurrenceMatrix):
        return counts.to_csr()
    if not issparse(counts) or counts.ndim != 2 or counts.dtype.kind not in "biuf":
        raise _refused(
            "counts", "a CooccurrenceMatrix or a SciPy sparse matrix of real numbers", type(counts).__name__
        )
    matrix = csr_array(counts, dtype=np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        total = matrix.data.sum()
    if not math.isfinite(total):
        raise _refused("counts", "finite values of a finite sum", total)
    if matrix.data.min(initial=0) < 0:
        raise _refused("counts", "no negative value", matrix.data.min())
    if not matrix.has_canonical_format or (matrix.data == 0).any():
        matrix = matrix.copy()
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
    return matrix


def _refused(field: str, expected: str, found: object) -> SettingError:
    return SettingError(f"{field}: expected {expected}, got {found}", field=field, expected=expected, got=found)


def _log(values: Any) -> Values:
    """log(x), and 0 for x = 0: a row of zeros has no entry that would use it."""
    result: Values = np.log(values, out=np.zeros_like(values), where=values > 0)
    return result
