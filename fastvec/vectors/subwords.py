"""The rows of subwords, and the vectors of words composed of them, seen in training or not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.errors import SettingError
from fastvec.kernels import _subwords
from fastvec.running.workers import new_stop_flag, resolve_threads, run
from fastvec.text.subwords import Subwords, places_of
from fastvec.vectors import checks

WORDS = 4096  # of one turn of a thread: 2 to 20 ms
LARGE = 1 << 16  # row numbers: composing fewer takes a millisecond, less than the start of a thread may


class SubwordVectors:
    """The rows that words are composed of: one for each of V words, one for each of B buckets of n-grams.

    Training makes rows for the buckets that its words use: of fastText's two million, the 80,000 words of 100 MB
    of text use 357,000. The n-grams of the others were never seen and count as zeros in a mean.

    Parameters
    ----------
    settings : Subwords
        What the n-grams are.
    rows : float32[V + B, D]
        W_in. Not copied if it is C-contiguous float32, in memory or mapped from any place of a file.
    buckets : int32[B], optional
        Those that the rows behind the words' belong to, ascending. None: all of ``settings.buckets``.

    Attributes
    ----------
    settings, rows, buckets
        As above; read-only views.

    Raises
    ------
    SettingError
        ``settings`` that are no Subwords; fewer rows than buckets, or rows that are no matrix of real numbers;
        buckets that do not ascend or that there are not.

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
    >>> subwords.compose("cat")  # as of a word that was never seen
    array([1., 2.], dtype=float32)
    """

    def __init__(self, settings: Subwords, rows: ArrayLike, buckets: ArrayLike | None = None) -> None:
        if not isinstance(settings, Subwords):
            raise checks.refused("settings", "Subwords", repr(settings)[:80])
        self.settings = settings
        self.rows: NDArray[np.float32] = _matrix_of(rows)
        self.buckets: NDArray[np.int32] = _buckets_of(buckets, settings.buckets)
        if self.n_words < 0:
            raise checks.refused("rows", f"at least the {len(self.buckets)} of the buckets", str(len(self.rows)))

    @property
    def n_words(self) -> int:
        """V."""
        return len(self.rows) - len(self.buckets)

    def __repr__(self) -> str:
        return f"SubwordVectors({self.settings}, {self.rows.dtype}{list(self.rows.shape)})"

    def check_fits(self, vectors: NDArray[np.float32]) -> None:
        """Refuse vectors[V, D] of other words or of another size."""
        if vectors.shape != (self.n_words, self.rows.shape[1]):
            expected = f"float32[{len(vectors)} + {len(self.buckets)}, {vectors.shape[1]}]"
            raise checks.refused("subwords.rows", expected, checks.describe(self.rows))

    def of_words(self, words: Sequence[str], *, threads: int | None = None) -> NDArray[np.float32]:
        """The vectors float32[V, D] of the V words that the first rows belong to.

        The vector of word i is the mean of row i and of the rows of its n-grams.
        """
        if len(words) != self.n_words:
            raise checks.refused("words", f"the {self.n_words} that have rows", f"{len(words)}")
        offsets, rows = self.settings.rows(words)
        if len(self.buckets) < self.settings.buckets:
            ngrams = rows >= self.n_words
            rows[ngrams] = self.rows_of(rows[ngrams] - self.n_words)
        return self.means(offsets, rows, threads=threads)

    def rows_of(self, buckets: NDArray[np.int32]) -> NDArray[np.int32]:
        """The rows of some buckets, -1 for those that have none."""
        if len(self.buckets) == self.settings.buckets:
            return buckets + np.int32(self.n_words)
        places = self._places[buckets]
        return np.where(places < 0, places, places + np.int32(self.n_words))

    def compose(self, word: str) -> NDArray[np.float32] | None:
        """The vector[D] of a word without a row of its own: the mean of its n-grams' rows.

        None where it has no n-gram, or none that was seen.
        """
        try:
            rows = self.rows_of(self.settings.buckets_of(word))
        except SettingError:  # half a surrogate pair: no text holds it
            return None
        if not (rows >= 0).any():
            return None
        mean: NDArray[np.float32] = self.means(np.array([0, len(rows)]), rows)[0]
        return mean

    @cached_property
    def _places(self) -> NDArray[np.int32]:
        return places_of(self.buckets, self.settings.buckets)

    def means(
        self, offsets: NDArray[np.int64], rows: NDArray[np.int32], *, threads: int | None = None
    ) -> NDArray[np.float32]:
        """float32[n, D]: row i is the mean of rows[offsets[i] .. offsets[i + 1]), where -1 names one of zeros."""
        means = np.empty((len(offsets) - 1, self.rows.shape[1]), np.float32)
        W, stop = self.rows.view(np.uint8), new_stop_flag()

        def part(start: int, worker: int = 0) -> None:
            end = min(start + WORDS, len(means))
            _subwords.mean_rows(W=W, offsets=offsets, rows=rows, start=start, end=end, means=means, stop=stop)

        starts = range(0, len(means), WORDS)
        if len(rows) < LARGE:
            for start in starts:
                part(start)
        else:
            run(part, starts, threads=resolve_threads(threads), stop=stop)
        return means


def _buckets_of(buckets: ArrayLike | None, n: int) -> NDArray[np.int32]:
    return np.arange(n, dtype=np.int32) if buckets is None else checks.ascending("buckets", buckets, n)


def _matrix_of(rows: ArrayLike) -> NDArray[np.float32]:
    """As checks.matrix_of has it, but for alignment: a file's matrix begins where its words end."""
    fits = isinstance(rows, np.ndarray) and rows.dtype == np.float32 and rows.ndim == 2 and rows.shape[1] > 0
    if isinstance(rows, np.ndarray) and fits and rows.flags.c_contiguous:
        view = rows.view(np.ndarray)
        view.flags.writeable = False
        return view
    return checks.matrix_of("rows", rows, (None, None))
