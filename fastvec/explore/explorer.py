"""Explorer: vectors as a page to look at, in a browser or a notebook."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import choice, whole
from fastvec.errors import SettingError
from fastvec.explore import parquet
from fastvec.explore.contents import Contents, contents_of
from fastvec.explore.districts import districts_of, names_of
from fastvec.explore.html import escaped, page
from fastvec.explore.packing import packed, packed_vectors, packed_words, script_safe, valid
from fastvec.geometry.projection import METHODS, TITLES, Method, project
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import type_of_path
from fastvec.running.progress import OnProgress, Reporter
from fastvec.vectors.checked import checked_vectors

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

DISTRICTS = 8  # as many colours as colour-blind people can tell apart at a contrast of 3 : 1
HEIGHT = 720  # pixels in a notebook


class Explorer:
    """A page that shows words as a map, and answers in the browser: nearest words, analogies, training pairs.

    It is one HTML file, which needs no server and no network, and sends nothing anywhere. The map has two
    dimensions; all answers come from the full vectors, in float16. In a notebook the object shows the page.

    Parameters
    ----------
    vectors : WordVectors
    other : WordVectors, optional
        Others to compare with: the nearest words of a word in both, side by side.
    n_words : int
        The page has the most frequent words of each, so many of them; the first ones, if counts are not known.
    method : "pca", "umap" or "tsne"
        How words are placed: :func:`fastvec.geometry.project`.
    seed : int
        Of the districts' first centres, of UMAP and t-SNE.
    names : sequence of str, optional
        What the page calls each; by default "vectors" and "others".
    on_progress : callable, optional
        Called with a :class:`fastvec.Progress` at each stage; it stops the work by returning False.

    Attributes
    ----------
    n_words : int
        How many words of ``vectors`` the page has.
    points : float32[N, 2]
        Where they are on the map: from -1 to 1.
    districts : uint8[N]
        The group of each, by k-means of directions (spherical k-means); at most 8.

    Raises
    ------
    SettingError
        If these are not WordVectors, a setting cannot be used, or a vector is not finite.
    MissingPackageError
        If the package of the method is not installed.
    Cancelled
        If ``on_progress`` stops the work.

    Examples
    --------
    >>> from fastvec import WordVectors
    >>> vectors = WordVectors(["king", "queen", "apple"], [[2, 1, 0], [1, 1, 0], [-1, 3, 1]])
    >>> explorer = Explorer(vectors)
    >>> explorer
    Explorer(3 words, 3 dimensions)
    >>> explorer.save("city.html")  # doctest: +SKIP
    """

    def __init__(
        self,
        vectors: WordVectors,
        other: WordVectors | None = None,
        *,
        n_words: int = 20_000,
        method: Method = "pca",
        seed: int = 1,
        names: Sequence[str] | None = None,
        on_progress: OnProgress | None = None,
    ) -> None:
        whole("n_words", n_words, 1)
        choice("method", method, METHODS)
        files = [checked_vectors("vectors", vectors)]
        if other is not None:
            files.append(checked_vectors("other", other))
        if names is None:
            names = ("vectors", "others")[: len(files)]
        if isinstance(names, str) or len(names) != len(files):
            raise SettingError(field="names", expected=f"as many names as files, {len(files)}", got=names)
        self.method = method
        self._contents = [contents_of(file, n_words, name) for file, name in zip(files, names, strict=True)]
        units = self.contents.units
        self._reporter = Reporter(on_progress)
        self._begin("projecting")
        self.points = _placed(units, method, seed)
        self._begin("grouping")
        self.districts = districts_of(units, _n_districts(len(units)), seed)
        self._names = names_of(units, self.districts)

    @property
    def contents(self) -> Contents:
        """What the page has of the vectors: words, counts, directions."""
        return self._contents[0]

    @property
    def n_words(self) -> int:
        """How many words are on the map."""
        return len(self.contents.words)

    def __repr__(self) -> str:
        return f"Explorer({self.n_words} words, {self.contents.units.shape[1]} dimensions)"

    @cached_property
    def html(self) -> str:
        """The page, as text."""
        self._begin("packing")
        about = {
            "files": [each.about() for each in self._contents],
            "method": TITLES[self.method],
            "districts": self._names,
        }
        data = {f"words-{i}": packed_words(each.words) for i, each in enumerate(self._contents)}
        data["points"] = packed(self.points.astype("<f4").tobytes())
        data["districts"] = packed(self.districts.tobytes())
        late = {f"vectors-{i}": packed_vectors(each.units) for i, each in enumerate(self._contents)}
        title = " and ".join(each.name for each in self._contents)
        return page(title, script_safe(about), data, late)

    def save(self, path: type_of_path) -> None:
        """Write the page, all or nothing.

        Parameters
        ----------
        path : path
            Usually with the suffix ``.html``.

        Raises
        ------
        StorageError
            If the file cannot be written.
        """
        content = valid(self.html).encode()
        with atomic_path(path, len(content)) as part:
            part.write_bytes(content)

    def save_parquet(self, path: type_of_path, *, n_neighbors: int = 10) -> None:
        """Write the words, their places, vectors and nearest words as a table, for Embedding Atlas.

        ``embedding-atlas words.parquet --text word --x x --y y --neighbors neighbors`` shows it. Its columns are
        ``word``, ``x``, ``y``, ``district``, ``count`` (if counts are known), ``vector`` (at length 1) and
        ``neighbors`` (``ids``, which are row numbers from 0, and ``distances``, which are 1 - cosine).

        Parameters
        ----------
        path : path
            Usually with the suffix ``.parquet``.
        n_neighbors : int
            How many nearest words of each.

        Raises
        ------
        MissingPackageError
            If pyarrow is not installed.
        StorageError
            If the file cannot be written.
        """
        whole("n_neighbors", n_neighbors, 1)
        self._begin("packing")
        names = [", ".join(self.contents.words[i] for i in ids) for ids in self._names]
        shown = [valid(name) for name in names]
        parquet.write(path, self.contents, self.points, [shown[i] for i in self.districts], n_neighbors)

    def _repr_html_(self) -> str:
        """Show the page in a notebook, in a frame that cannot reach the notebook."""
        return (
            f'<iframe srcdoc="{escaped(self.html)}" sandbox="allow-scripts" title="fastvec explorer" '
            f'width="100%" height="{HEIGHT}" style="border: 1px solid #8888"></iframe>'
        )

    def _begin(self, stage: str) -> None:
        self._reporter.begin(stage, "words", self.n_words)
        self._reporter.report()


def _n_districts(n_words: int) -> int:
    """Return √(n/2), the rule of thumb of Mardia et al. 1979, up to the number of colours."""
    return min(DISTRICTS, max(1, round(math.sqrt(n_words / 2))))


def _placed(units: NDArray[np.float32], method: Method, seed: int) -> NDArray[np.float32]:
    """Return the points of the map, float32[N, 2], centred, the outermost at 1."""
    if len(units) < 2:
        return np.zeros((len(units), 2), np.float32)
    wide = np.pad(units, ((0, 0), (0, max(0, 2 - units.shape[1]))))
    points = project(wide, method=method, seed=seed).astype(np.float64)
    points -= (points.min(axis=0) + points.max(axis=0)) / 2
    placed: NDArray[np.float32] = (points / (np.abs(points).max() or 1)).astype(np.float32)
    return placed
