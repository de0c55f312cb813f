"""Association weights: how much more often a word and a context occur together than by chance.

Matrices are sparse. An entry that is not stored is a count of 0; its weight is not stored either.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import real
from fastvec.counting.cooccurrence import CooccurrenceMatrix
from fastvec.counting.mapped import naming_file
from fastvec.counting.matrix_checks import blocks, column_sums, row_sums
from fastvec.errors import Cancelled, SettingError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Counts: TypeAlias = "CooccurrenceMatrix | Any"  # Any: a SciPy sparse matrix or array
Values: TypeAlias = NDArray[np.float64]
Ids: TypeAlias = NDArray[np.integer]
Stop: TypeAlias = NDArray[np.uint8]

BLOCK = 1 << 20  # entries weighted at a time: some 50 MB of temporary arrays


def log_counts(counts: Counts) -> csr_array:
    """Return log(1 + x) of each entry.

    Parameters
    ----------
    counts : CooccurrenceMatrix or SciPy sparse [V, C]
        Finite and non-negative.

    Returns
    -------
    csr_array float64[V, C]

    Raises
    ------
    SettingError
        If this is not a sparse matrix, or a value is negative or not finite.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> log_counts(csr_array([[0, 1], [3, 0]])).toarray().round(3)
    array([[0.   , 0.693],
           [1.386, 0.   ]])
    """
    with naming_file(counts):
        return _weighed(_checked(counts), lambda x, rows, columns: np.log1p(x))


def pmi(counts: Counts, *, context_smoothing: float = 1.0) -> csr_array:
    """Return the pointwise mutual information of observed pairs, in nats: log(P(w, c) / (P(w) P(c))).

    A pair that was never observed has minus infinity and is not stored. An observed pair is stored even if its PMI
    is 0.

    Parameters
    ----------
    counts : CooccurrenceMatrix or SciPy sparse [V, C]
        Finite and non-negative.
    context_smoothing : float
        a in P(c) = count(c) ** a / sum of count ** a. Below 1 it lowers the PMI of rare contexts; 0.75 is the
        exponent of word2vec's noise.

    Returns
    -------
    csr_array float64[V, C]

    Raises
    ------
    SettingError
        If this is not a sparse matrix, a value is negative or not finite, or the smoothing is negative.

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
    with naming_file(counts):
        checked = _checked(counts)
        return _weighed(checked, shifted_pmi(*_sums(counts, checked), 1, context_smoothing))


def ppmi(
    counts: Counts, *, negative: float = 1, context_smoothing: float = 1.0, stop: Stop | None = None
) -> csr_array:
    """Return shifted positive PMI: max(PMI - log k, 0).

    Parameters
    ----------
    counts, context_smoothing
        As for :func:`pmi`.
    negative : float
        k. 1 is PPMI without a shift; k is what skip-gram with k negative samples factorises (Levy and Goldberg
        2014, "Neural Word Embedding as Implicit Matrix Factorization", equation 11).
    stop : uint8[1], optional
        Once it is 1, :class:`fastvec.Cancelled` is raised.

    Returns
    -------
    csr_array float64[V, C]
        Only values above 0 are stored.

    Raises
    ------
    SettingError
        As for :func:`pmi`, or if ``negative`` is not above 0.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> ppmi(csr_array([[2, 2], [4, 0]])).toarray().round(3)
    array([[0.   , 0.693],
           [0.288, 0.   ]])
    """
    with naming_file(counts):
        checked = _checked(counts)
        weight = shifted_pmi(*_sums(counts, checked), negative, context_smoothing)
        return _weighed(checked, weight, above=0.0, stop=stop)


def tf_idf(counts: Counts, *, sublinear: bool = False, stop: Stop | None = None) -> csr_array:
    """Return term frequency times inverse document frequency: x * log(S / df).

    Parameters
    ----------
    counts : SciPy sparse [V, S]
        How often each of V terms (rows) occurs in each of S documents (columns). df is the number of documents
        that have the term.
    sublinear : bool
        Use log(1 + x) instead of x.
    stop : uint8[1], optional
        As for :func:`ppmi`.

    Returns
    -------
    csr_array float64[V, S]
        Only values above 0 are stored: a term that is in every document has weight 0.

    Raises
    ------
    SettingError
        As for :func:`log_counts`.

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


def shifted_pmi(
    words: Values, contexts: Values, negative: float, context_smoothing: float
) -> Callable[[Values, Ids, Ids], Values]:
    """Return the function that gives PMI - log k of counts x in given rows and columns.

    ``words`` and ``contexts`` are the sums of the rows and of the columns of the matrix.
    """
    real("context_smoothing", context_smoothing, 0)
    real("negative", negative, above=0)
    smoothed = np.zeros(len(contexts))
    np.power(contexts / (contexts.max(initial=0) or 1), context_smoothing, out=smoothed, where=contexts > 0)
    log_row, log_context = _log(words), _log(smoothed) - _log(smoothed.sum())
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
    """Return weight(x, rows, columns) of each entry where it is above ``above``."""
    from scipy.sparse import csr_array

    # full length, but pages are only used once they are written
    data, indices = np.empty(counts.nnz), np.empty(counts.nnz, counts.indices.dtype)
    kept_of_row = np.zeros(counts.shape[0] + 1, np.int64)
    end = 0
    for first, last, columns, x in blocks(counts, BLOCK):
        if stop is not None and stop[0]:
            raise Cancelled("stopped while weighting; no partial result is returned")
        rows = np.repeat(np.arange(first, last), np.diff(counts.indptr[first : last + 1]))
        weights = weight(x, rows, columns)
        kept = weights > above
        begin, end = end, end + int(kept.sum())
        data[begin:end] = weights[kept]
        indices[begin:end] = columns[kept]
        kept_of_row[first + 1 : last + 1] = np.bincount(rows[kept] - first, minlength=last - first)
    return csr_array((data[:end], indices[:end], np.cumsum(kept_of_row)), shape=counts.shape)


def _sums(counts: Counts, checked: csr_array) -> tuple[Values, Values]:
    """Return the sums of the rows and of the columns of a matrix, which counts of our own know already."""
    if isinstance(counts, CooccurrenceMatrix):
        return counts.row_sums, counts.column_sums
    return row_sums(checked), column_sums(checked)


def _checked(counts: Counts) -> csr_array:
    """Return the counts as float64 CSR with sorted rows, no duplicates and no zeros; copy only if needed."""
    from scipy.sparse import csr_array, issparse

    if isinstance(counts, CooccurrenceMatrix):
        return counts.to_csr()
    if not issparse(counts) or counts.ndim != 2 or counts.dtype.kind not in "biuf":
        expected = "a CooccurrenceMatrix or a SciPy sparse matrix of real numbers"
        shown = None if issparse(counts) else type(counts).__name__
        raise SettingError(field="counts", expected=expected, got=counts, shown=shown)
    matrix = csr_array(counts, dtype=np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        total = matrix.data.sum()
    if not math.isfinite(total):
        raise SettingError(field="counts", expected="finite values with a finite sum", got=float(total))
    if matrix.data.min(initial=0) < 0:
        raise SettingError(field="counts", expected="no negative value", got=float(matrix.data.min()))
    if not matrix.has_canonical_format or (matrix.data == 0).any():
        matrix = matrix.copy()
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
    return matrix


def _log(values: Any) -> Values:
    """Return log(x), and 0 for x = 0: a row of zeros has no entry that would use it."""
    result: Values = np.log(values, out=np.zeros_like(values), where=values > 0)
    return result
