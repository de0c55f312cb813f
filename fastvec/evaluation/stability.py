"""Bootstrap: the vectors of several runs, and questions whose answers have intervals."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.checks.arrays import real_array
from fastvec.checks.numbers import real, truth, whole
from fastvec.checks.read_only import ReadOnlyArrays
from fastvec.errors import SettingError
from fastvec.evaluation.estimate import Estimate, estimate, mean_of
from fastvec.evaluation.resampling import Interval
from fastvec.io import container
from fastvec.io.decompression import content_errors, type_of_path
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors import queries
from fastvec.vectors.nearest import nearest
from fastvec.vectors.record import checked_settings
from fastvec.vectors.word_vectors import WordVectors

SCHEMA = container.Schema(
    "fastvec bootstrap",
    "1",
    {
        "vectors": "float32[n, V, D]",
        "counts": "int64[n, V]",
        "seeds": "uint64[n]?",
        "vocabulary.counts": "int64[V]?",
        "words": "uint8[bytes]",
        "word_lengths": "int64[V]?",
    },
)
LEAST_RUNS = 0.5  # of those with the word: a neighbour in fewer runs would have a mean of few numbers


class Neighbor(NamedTuple):
    """A word near another one.

    Attributes
    ----------
    word : str
    similarity : float
        The mean of its cosines.
    interval : Interval
        Of the cosines.
    agreement : float
        The share of the runs with the other word in which this one is among the ``topn`` nearest.
    runs : int
        Runs that have both words.
    """

    word: str
    similarity: float
    interval: Interval
    agreement: float
    runs: int


class Bootstrap(ReadOnlyArrays):
    """The vectors of n runs, made by :func:`fastvec.bootstrap`; ``bootstrap[i]`` are those of run i.

    Parameters
    ----------
    words : sequence of str, or Vocabulary
        V distinct words.
    vectors : float32[n, V, D]
        Not copied if it is a C-contiguous float32 array, memory-mapped or not.
    counts : int[n, V], optional
        How often each word occurred in each run. A word that did not has no vector in that run. None: each run
        has all words.
    seeds : uint64[n], optional
        Of the runs.
    settings : dict, optional
        Of the trainer and the resampling, as values that JSON can hold.

    Attributes
    ----------
    vocabulary : Vocabulary
    vectors, counts, seeds, settings
        As above; the arrays are read-only. ``counts`` and ``seeds`` may be None.

    Raises
    ------
    SettingError
        If words are repeated, or arrays do not fit.

    Examples
    --------
    >>> import fastvec as fv
    >>> runs = fv.Bootstrap(["a", "b", "c"], [[[1, 0], [1, 1], [0, 1]], [[1, 0], [1, 0], [0, 1]]])
    >>> round(runs.similarity("a", "b").mean, 3), len(runs), runs[1].similarity("a", "c")
    (0.854, 2, 0.0)
    """

    def __init__(
        self,
        words: Sequence[str] | Vocabulary,
        vectors: ArrayLike,
        counts: ArrayLike | None = None,
        *,
        seeds: ArrayLike | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self.vocabulary = words if isinstance(words, Vocabulary) else Vocabulary(words)
        n_words = len(self.vocabulary)
        self.vectors: NDArray[np.float32] = real_array("vectors", vectors, np.float32, (None, n_words, None))
        n, _, dimensions = self.vectors.shape
        if n == 0 or dimensions == 0:
            raise SettingError(field="vectors", expected="at least one run and one dimension", got=self.vectors)
        self.counts = self.seeds = None
        if counts is not None:
            self.counts = real_array("counts", counts, np.int64, (n, n_words), "iu")
            if self.counts.min(initial=0) < 0:
                raise SettingError(field="counts", expected="numbers of at least 0", got=int(self.counts.min()))
        if seeds is not None:
            self.seeds = real_array("seeds", seeds, np.uint64, (n,), "iu")
        self.settings = checked_settings(settings or {})

    def similarity(self, a: str, b: str, *, level: float = 0.95) -> Estimate:
        """Return the cosine of two words over the runs that have both.

        Parameters
        ----------
        a, b : str
        level : float
            Of the interval.

        Raises
        ------
        UnknownWordError
            If a word is out of the vocabulary.
        SettingError
            If no run has both words, or ``level`` is not from 0 to 1.

        Examples
        --------
        >>> import fastvec as fv
        >>> runs = fv.Bootstrap(["a", "b"], [[[1, 0], [1, 0]], [[1, 0], [0, 1]], [[1, 0], [-1, 0]]])
        >>> runs.similarity("a", "b")
        <Estimate: 0, -0.95 to 0.95 at level 0.95, 3 runs>
        """
        real("level", level, 0, 1)
        first, second = self.vocabulary[a], self.vocabulary[b]
        runs = self._runs_with(first, second)
        if not len(runs):
            raise SettingError(
                field="a, b", expected="words that occur in one run", shown=f"{a!r} and {b!r}, which do not"
            )
        return estimate(self._cosines(runs, first, np.array([second]))[:, 0], level)

    def most_similar(self, word: str, topn: int = 10, *, level: float = 0.95) -> list[Neighbor]:
        """Return the words with the highest mean cosine with a word.

        Parameters
        ----------
        word : str
        topn : int
            How many words to return; and how many are near in a run, for ``agreement``.
        level : float
            Of the intervals.

        Returns
        -------
        list of Neighbor
            The highest mean first; equal ones by id. The mean is over the runs that have both words. Words that
            are in fewer than half of the runs with ``word`` are left out.

        Raises
        ------
        UnknownWordError
            If the word is out of the vocabulary.
        SettingError
            If no run has the word, or a number is out of range.

        Examples
        --------
        >>> import fastvec as fv
        >>> runs = fv.Bootstrap(["a", "b", "c"], [[[1, 0], [1, 1], [0, 1]], [[1, 0], [1, 0], [0, 1]]])
        >>> [(near.word, near.agreement) for near in runs.most_similar("a", topn=2)]
        [('b', 1.0), ('c', 1.0)]
        >>> [(near.word, near.agreement) for near in runs.most_similar("c", topn=1)]
        [('b', 0.5)]
        """
        topn = whole("topn", topn, 0)
        real("level", level, 0, 1)
        asked = self.vocabulary[word]
        runs = self._runs_with(asked)
        if not len(runs):
            raise SettingError(field="word", expected="a word that occurs in one run", got=word)
        times, mean = np.zeros(len(self.vocabulary), np.int64), np.zeros(len(self.vocabulary))
        seen = np.zeros(len(self.vocabulary), np.int64)
        for run in runs.tolist():
            query, rows, norms = queries.unit(self.vectors[run, asked])[None], self.vectors[run], self._norms[run]
            near = nearest(rows, norms, query, topn, [[asked]]).ids[0]
            times[near[near >= 0]] += 1
            cosines = queries.cosines_with_all(rows, norms, query)[0]
            sound = ~np.isnan(cosines)
            seen += sound
            mean += np.where(sound, cosines, 0)
        mean = np.where(seen >= max(1, LEAST_RUNS * len(runs)), mean / np.maximum(seen, 1), -np.inf)
        mean[asked] = -np.inf
        return [
            Neighbor(
                self.vocabulary.words[i], found.mean, found.interval, float(times[i] / len(runs)), int(seen[i])
            )
            for i, found in self._best(runs, asked, mean, topn, level)
        ]

    def _best(
        self, runs: NDArray[np.int64], asked: int, rough: NDArray[np.float64], topn: int, level: float
    ) -> list[tuple[int, Estimate]]:
        """Return the ids with the highest mean cosines; ``rough`` has these to about 1e-6, -inf: left out."""
        k = min(topn, int((rough > -np.inf).sum()))
        if k == 0:
            return []
        kth = np.partition(rough, len(rough) - k)[len(rough) - k]
        candidates = np.flatnonzero(rough >= kth - queries.SLACK)
        cosines = self._cosines(runs, asked, candidates)
        exact = [mean_of(column) for column in cosines.T]
        best = np.argsort(-np.array(exact), kind="stable")[:k]
        return [(int(candidates[i]), estimate(cosines[:, i], level)) for i in best]

    def evaluate(self, function: Callable[[WordVectors], float], *, level: float = 0.95) -> Estimate:
        """Return a number that a function makes of the vectors of each run.

        Parameters
        ----------
        function : callable
            Takes the WordVectors of a run, which have the words that occurred in it, and returns a number. One
            that is NaN is left out of the mean and of the interval.
        level : float
            Of the interval.

        Raises
        ------
        SettingError
            If the function returns something else, or ``level`` is not from 0 to 1.

        Examples
        --------
        >>> import fastvec as fv
        >>> runs = fv.Bootstrap(["a", "b", "c"], [[[1, 0], [1, 1], [0, 1]], [[1, 0], [1, 0], [0, 1]]])
        >>> runs.evaluate(lambda vectors: vectors.rank("a", "b")).mean
        1.0
        """
        real("level", level, 0, 1)
        values: list[float] = []
        for run, vectors in enumerate(self):
            value = function(vectors)
            if isinstance(value, bool) or not isinstance(value, Real):
                raise SettingError(field="function", expected=f"a number of run {run}", got=value)
            values.append(float(value))
        return estimate(np.array(values), level)

    def save(self, path: type_of_path) -> None:
        """Write all runs as one file (``.safetensors``), all or nothing.

        Parameters
        ----------
        path : path

        Raises
        ------
        StorageError
            If the file cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> import fastvec as fv
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     fv.Bootstrap(["a"], [[[1.0]], [[2.0]]]).save(f"{folder}/runs.safetensors")
        ...     print(fv.Bootstrap.load(f"{folder}/runs.safetensors"))
        <Bootstrap: 2 runs, 1 words, 1 dimensions>
        """
        counts = np.ones(self.vectors.shape[:2], np.int64) if self.counts is None else self.counts
        tensors = {"vectors": self.vectors, "counts": counts, "seeds": self.seeds}
        if self.vocabulary.has_counts:
            tensors["vocabulary.counts"] = self.vocabulary.counts
        fields = {"settings": json.dumps(self.settings), "has_counts": str(int(self.counts is not None))}
        container.write(path, SCHEMA, self.vocabulary.words, tensors, fields)

    @classmethod
    def load(cls, path: type_of_path, *, mmap: bool = True) -> Bootstrap:
        """Map a file that :meth:`save` wrote; vectors are read when they are used.

        Parameters
        ----------
        path : path
        mmap : bool
            False: read it into memory. A mapped file must not change while it is in use.

        Raises
        ------
        StorageError
            If the file cannot be opened.
        FormatError
            If it is not a sound file of these.

        Examples
        --------
        >>> import tempfile
        >>> import fastvec as fv
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     fv.Bootstrap(["a"], [[[1.0]], [[2.0]]]).save(f"{folder}/runs.safetensors")
        ...     print(fv.Bootstrap.load(f"{folder}/runs.safetensors").vectors.tolist())
        [[[1.0]], [[2.0]]]
        """
        truth("mmap", mmap)
        file = container.read(path, SCHEMA, mmap=mmap)
        tensors = file.tensors
        with content_errors(path):
            vocabulary = Vocabulary(file.words(), tensors.get("vocabulary.counts"))
            counts = tensors["counts"] if file.number("has_counts") else None
            seeds = tensors.get("seeds")
            return cls(vocabulary, tensors["vectors"], counts, seeds=seeds, settings=file.settings())

    def __len__(self) -> int:
        return len(self.vectors)

    def __getitem__(self, run: int) -> WordVectors:
        run = range(len(self))[operator.index(run)]
        settings = {**self.settings, **({} if self.seeds is None else {"seed": int(self.seeds[run])})}
        words, rows, counts = self.vocabulary.words, self.vectors[run], None
        if self.counts is not None:
            counts = self.counts[run]
            if not counts.all():
                there = np.flatnonzero(counts)
                words, rows, counts = [words[i] for i in there.tolist()], rows[there], counts[there]
        return WordVectors(words, rows, counts=counts, settings=settings)

    def __iter__(self) -> Iterator[WordVectors]:
        return (self[run] for run in range(len(self)))

    def __repr__(self) -> str:
        n, n_words, dimensions = self.vectors.shape
        return f"<Bootstrap: {n:,} runs, {n_words:,} words, {dimensions} dimensions>"

    @cached_property
    def _norms(self) -> NDArray[np.float32]:
        """The length of each row, float32[n, V]; NaN where a run has no vector, so that queries leave it out."""
        norms = np.stack([queries.row_norms(rows) for rows in self.vectors])
        if self.counts is not None:
            norms[self.counts == 0] = np.nan
        return norms

    def _runs_with(self, *ids: int) -> NDArray[np.int64]:
        """Return the runs that have all of these words."""
        if self.counts is None:
            return np.arange(len(self))
        return np.flatnonzero((self.counts[:, list(ids)] > 0).all(axis=1))

    def _cosines(self, runs: NDArray[np.int64], asked: int, ids: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return float64[R, I]; NaN where a run lacks a word."""
        found = np.empty((len(runs), len(ids)))
        for row, run in enumerate(runs.tolist()):
            found[row] = queries.cosines(self.vectors[run, ids], queries.unit(self.vectors[run, asked]))
            if self.counts is not None:
                found[row, self.counts[run, ids] == 0] = np.nan
        return found
