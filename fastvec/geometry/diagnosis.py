"""Diagnosis: the geometry of given vectors beside that of random ones of the same size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from fastvec.checks.numbers import whole
from fastvec.geometry import laws
from fastvec.geometry.frequency import counts_for
from fastvec.geometry.lines import table
from fastvec.geometry.matrices import Vectors, norms_of, random_vectors, rows_of
from fastvec.geometry.space import Space, measure

K = 10
CAPACITY_COSINE = 0.3
EPSILON = 0.1
SHELL = 0.1


@dataclass(frozen=True, eq=False, repr=False)
class Diagnosis:
    """The geometry of vectors, and of random ones with as many words, dimensions and the same mean square.

    Attributes
    ----------
    given, random : Space
    """

    given: Space
    random: Space

    def __repr__(self) -> str:
        given = self.given
        return f"<Diagnosis: {given.n_words:,} words, {given.vector_size} dimensions, hubness {given.hubness:.2f}>"

    @cached_property
    def laws(self) -> dict[str, float]:
        """What the formulas say for so many words and dimensions, by name.

        Those that are also names of measures are what random vectors have on average. The others are:
        ``outer_shell_share`` (of a ball's volume, in the outer tenth of its radius), ``capacity`` (words with no
        |cosine| above 0.3), ``johnson_lindenstrauss_bound`` (dimensions that keep all distances to 10 %),
        ``one_hot_dimensions``, ``one_hot_bytes`` and ``dense_bytes`` (float32).
        """
        words, size = self.given.n_words, self.given.vector_size
        return {
            "mean_cosine": 0.0,
            "mean_absolute_cosine": laws.expected_absolute_cosine(size),
            "cosine_spread": size**-0.5,
            "nearly_orthogonal_share": 1 - laws.pair_probability(size, 0.1) if size > 1 else 0.0,
            "norm_spread": laws.expected_norm_spread(size),
            "distortion_spread": float(np.sqrt(2 / self.given.half)),
            "outer_shell_share": laws.outer_shell_share(size, SHELL),
            "capacity": laws.capacity(size, CAPACITY_COSINE) if size > 1 else 1.0,
            "johnson_lindenstrauss_bound": laws.johnson_lindenstrauss_bound(words, EPSILON),
            "one_hot_dimensions": words,
            "one_hot_bytes": 4 * words * words,
            "dense_bytes": 4 * words * size,
        }

    def as_dict(self) -> dict[str, Any]:
        """Return all numbers: ``words``, ``dimensions``, and by name ``given``, ``random`` and ``laws``."""
        return {
            "words": self.given.n_words,
            "dimensions": self.given.vector_size,
            "given": self.given.as_dict(),
            "random": self.random.as_dict(),
            "laws": self.laws,
        }

    def table(self) -> str:
        """Return the numbers as a text of 80 columns, each with a line that says what it means."""
        return table(self.given, self.random, self.laws)


def diagnose(vectors: Vectors, counts: ArrayLike | None = None, *, seed: int = 1) -> Diagnosis:
    """Measure the geometry of vectors, beside random ones of the same size.

    Angles are those of 100,000 random pairs, neighbours (10 of each word) those among 5,000 random words. 100,000
    words of 300 dimensions take some ten seconds.

    Parameters
    ----------
    vectors : WordVectors, or real numbers[V, D]
        At least two rows.
    counts : int[V], optional
        How often each word occurs; by default the counts of the vectors, if they have any.
    seed : int
        Of the samples and of the random vectors.

    Returns
    -------
    Diagnosis
        ``print(diagnosis.table())`` shows it, ``as_dict()`` has the numbers, ``given`` and ``random`` also the
        arrays behind them; :func:`fastvec.show.geometry.plot_geometry` draws them.

    Raises
    ------
    SettingError
        If there are fewer than two rows, counts do not fit, or the vectors are not finite real numbers.

    Examples
    --------
    >>> import fastvec as fv
    >>> demo = fv.Corpus.from_text(fv.datasets.demo_corpus().sentences[:5000], min_count=1)
    >>> vectors = fv.SkipGram(vector_size=20, epochs=1).train(demo, threads=1)
    >>> found = fv.geometry.diagnose(vectors)
    >>> round(found.random.mean_absolute_cosine, 2), round(found.laws["mean_absolute_cosine"], 2)
    (0.18, 0.18)
    >>> found.given.effective_dimension < found.random.effective_dimension
    True
    """
    rows = rows_of(vectors)
    found = counts_for(vectors, counts, len(rows))
    size, half = rows.shape[1], (rows.shape[1] + 1) // 2
    sizes = sorted({half, *(2**i for i in range(2, 11))})
    options: dict[str, Any] = {"k": K, "sizes": sizes, "half": half, "seed": whole("seed", seed, 0, 2**63)}
    given = measure(rows, found, **options)
    scale = float(np.sqrt((norms_of(rows) ** 2).mean() / size)) or 1.0
    noise = random_vectors(len(rows), size, scale=scale, seed=seed + 1)  # not the stream of the samples
    return Diagnosis(given, measure(noise, None, **options))
