"""SubwordVectors: the rows of words and n-grams, and the vectors composed of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.arrays import ascending, matrix
from fastvec.checks.numbers import MOST
from fastvec.checks.read_only import ReadOnlyArrays
from fastvec.errors import SettingError
from fastvec.text.subwords import Subwords, places_of
from fastvec.vectors.means import means_of


class SubwordVectors(ReadOnlyArrays):
    """The rows that vectors are composed of: one for each of V words, then one for each of B buckets of n-grams.

    Training makes rows only for the buckets that its words use: of fastText's two million, the 80,000 words of
    100 MB of text use 357,000. Buckets without a row count as zeros in a mean.

    Parameters
    ----------
    settings : Subwords
        The n-grams.
    rows : float32[V + B, D]
        W_in. Not copied if it is C-contiguous float32, in memory or mapped from a file.
    buckets : int32[B], optional
        The buckets that have a row, strictly increasing. None: all of ``settings.buckets``.

    Attributes
    ----------
    settings, rows, buckets
        As above; read-only views.

    Raises
    ------
    SettingError
        If ``settings`` is not a Subwords, ``rows`` is not a matrix of real numbers with a row for each bucket, or
        ``buckets`` is not strictly increasing or holds a bucket out of range.

    Examples
    --------
    >>> from fastvec import Subwords
    >>> import numpy as np
    >>> settings = Subwords(min_n=3, max_n=3, buckets=2)
    >>> settings.rows(["cat"])[1].tolist()  # the row of the word, those of <ca, cat and at>
    [0, 2, 2, 1]
    >>> subwords = SubwordVectors(settings, [[4, 8], [3, 0], [0, 3]])
    >>> subwords.of_words(["cat"])
    array([[1.75, 3.5 ]], dtype=float32)
    >>> subwords.compose("cat")  # as if it were out of the vocabulary
    array([1., 2.], dtype=float32)
    """

    def __init__(self, settings: Subwords, rows: ArrayLike, buckets: ArrayLike | None = None) -> None:
        if not isinstance(settings, Subwords):
            raise SettingError(field="settings", expected="Subwords", got=settings)
        self.settings = settings
        self.rows: NDArray[np.float32] = _matrix_of(rows)
        self.buckets: NDArray[np.int32] = _buckets_of(buckets, settings.buckets)
        if self.n_words < 0:
            expected = f"at least {len(self.buckets)} rows, one for each bucket"
            raise SettingError(field="rows", expected=expected, got=len(self.rows))
        if (
            max(1, self.n_words) + settings.buckets > MOST
        ):  # else it would be told by the first word that is asked for
            expected = f"at most {MOST - max(1, self.n_words)} with {self.n_words} words"
            raise SettingError(field="buckets", expected=expected, got=settings.buckets)

    @property
    def n_words(self) -> int:
        """The number of words that have a row, V."""
        return len(self.rows) - len(self.buckets)

    def __repr__(self) -> str:
        return f"SubwordVectors({self.settings}, {self.rows.dtype}{list(self.rows.shape)})"

    def check_fits(self, vectors: NDArray[np.float32]) -> None:
        """Raise if these vectors[V, D] do not belong to the rows.

        Parameters
        ----------
        vectors : float32[V, D]

        Raises
        ------
        SettingError
            If V or D is another.

        Examples
        --------
        >>> import fastvec as fv
        >>> subwords = fv.SubwordVectors(fv.Subwords(buckets=2), [[4, 8], [3, 0], [0, 3]])
        >>> subwords.check_fits(subwords.of_words(["cat"]))
        """
        if vectors.shape != (self.n_words, self.rows.shape[1]):
            expected = f"float32[{len(vectors)} + {len(self.buckets)}, {vectors.shape[1]}]"
            raise SettingError(field="subwords.rows", expected=expected, got=self.rows)

    def of_words(self, words: Sequence[str], *, threads: int | None = None) -> NDArray[np.float32]:
        """Return the vectors of the words that have a row: word i is the mean of row i and of its n-grams' rows.

        Parameters
        ----------
        words : sequence of str
            V words, in the order of their rows.
        threads : int, optional
            None: all usable cores. The result does not depend on it.

        Returns
        -------
        float32[V, D]

        Raises
        ------
        SettingError
            If there are more or fewer words than rows.

        Examples
        --------
        >>> import fastvec as fv
        >>> subwords = fv.SubwordVectors(fv.Subwords(min_n=3, max_n=3, buckets=2), [[4, 8], [3, 0], [0, 3]])
        >>> subwords.of_words(["cat"])
        array([[1.75, 3.5 ]], dtype=float32)
        """
        if len(words) != self.n_words:
            raise SettingError(field="words", expected=f"the {self.n_words} that have rows", got=len(words))
        offsets, rows = self.settings.rows(words)
        if len(self.buckets) < self.settings.buckets:
            ngrams = rows >= self.n_words
            rows[ngrams] = self.rows_of(rows[ngrams] - self.n_words)
        return self.means(offsets, rows, threads=threads)

    def rows_of(self, buckets: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the rows of some buckets, -1 for those that have none.

        Parameters
        ----------
        buckets : int32[N]

        Returns
        -------
        int32[N]

        Examples
        --------
        >>> import fastvec as fv
        >>> subwords = fv.SubwordVectors(fv.Subwords(buckets=5), [[4, 8], [3, 0], [0, 3]], buckets=[1, 4])
        >>> subwords.rows_of(np.array([0, 1, 4], np.int32))
        array([-1,  1,  2], dtype=int32)
        """
        if len(self.buckets) == self.settings.buckets:
            return buckets + np.int32(self.n_words)
        places = self._places[buckets]
        return np.where(places < 0, places, places + np.int32(self.n_words))

    def compose(self, word: str) -> NDArray[np.float32] | None:
        """Return the vector of an out-of-vocabulary word, the mean of its n-grams' rows.

        Parameters
        ----------
        word : str

        Returns
        -------
        float32[D] or None
            None if it has no n-gram, or only such that have no row.

        Examples
        --------
        >>> import fastvec as fv
        >>> fv.SubwordVectors(fv.Subwords(min_n=3, max_n=3, buckets=2), [[4, 8], [3, 0], [0, 3]]).compose("cat")
        array([1., 2.], dtype=float32)
        """
        composed, has_vector = self.compose_many([word])
        return composed[0] if has_vector[0] else None

    def compose_many(
        self, words: Sequence[str], *, threads: int | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return the vectors of out-of-vocabulary words, as :meth:`compose` does of one.

        Parameters
        ----------
        words : sequence of str
            N words.
        threads : int, optional
            None: all usable cores. The result does not depend on it.

        Returns
        -------
        vectors : float32[N, D]
            Zeros for a word that has none.
        has_vector : bool[N]
            False for a word that has no n-gram, or only such that have no row.

        Examples
        --------
        >>> import fastvec as fv
        >>> subwords = fv.SubwordVectors(fv.Subwords(min_n=3, max_n=3, buckets=2), [[4, 8], [3, 0], [0, 3]])
        >>> vectors, has_vector = subwords.compose_many(["cat", ""])
        >>> vectors.tolist(), has_vector.tolist()
        ([[1.0, 2.0], [0.0, 0.0]], [True, False])
        """
        # </s>, which has no n-grams, stands for half a surrogate pair, which no text holds
        offsets, rows = self.settings.rows([word if _has_bytes(word) else "</s>" for word in words])
        ngrams = rows >= len(words)
        offsets -= np.arange(len(offsets))  # without the rows of the words themselves
        rows = self.rows_of(rows[ngrams] - np.int32(len(words)))
        found = np.append(0, np.cumsum(rows >= 0))[offsets]
        return self.means(offsets, rows, threads=threads), np.diff(found) > 0

    @cached_property
    def _places(self) -> NDArray[np.int32]:
        return places_of(self.buckets, self.settings.buckets)

    def means(
        self, offsets: NDArray[np.int64], rows: NDArray[np.int32], *, threads: int | None = None
    ) -> NDArray[np.float32]:
        """Return the means of some rows.

        Parameters
        ----------
        offsets : int64[N + 1]
        rows : int32[...]
            -1 stands for a row of zeros.
        threads : int, optional
            None: all usable cores. The result does not depend on it.

        Returns
        -------
        float32[N, D]
            Row i is the mean of the rows ``rows[offsets[i] : offsets[i + 1]]``.

        Examples
        --------
        >>> import fastvec as fv
        >>> subwords = fv.SubwordVectors(fv.Subwords(buckets=2), [[4, 8], [3, 0], [0, 3]])
        >>> subwords.means(np.array([0, 2]), np.array([1, 2], np.int32))
        array([[1.5, 1.5]], dtype=float32)
        """
        return means_of(self.rows, offsets, rows, threads=threads)


def _has_bytes(word: str) -> bool:
    try:
        word.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def _buckets_of(buckets: ArrayLike | None, n: int) -> NDArray[np.int32]:
    return np.arange(n, dtype=np.int32) if buckets is None else ascending("buckets", buckets, n)


def _matrix_of(rows: ArrayLike) -> NDArray[np.float32]:
    """As :func:`matrix`, but a float32 matrix need not be aligned: in a file it begins where the words end."""
    fits = isinstance(rows, np.ndarray) and rows.dtype == np.float32 and rows.ndim == 2 and rows.shape[1] > 0
    if isinstance(rows, np.ndarray) and fits and rows.flags.c_contiguous:
        view = rows.view(np.ndarray)
        view.flags.writeable = False
        return view
    return matrix("rows", rows, (None, None))
