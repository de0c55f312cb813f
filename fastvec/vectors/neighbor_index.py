"""NeighborIndex: approximate search for near words, by faiss."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.arrays import check_finite
from fastvec.checks.numbers import whole
from fastvec.errors import FormatError, MissingPackageError, SettingError, StorageError
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import type_of_path
from fastvec.running.workers import resolve_threads
from fastvec.vectors import queries
from fastvec.vectors.lookup import Lookup
from fastvec.vectors.terms import Term, Word, direction_of, directions_of

ROWS = 1 << 16  # added at a time: 79 MB with 300 dimensions
CHECKSUM = 32  # bytes, after those of the graph
COMPARED = 100  # rows of a file, to see whether it belongs to the vectors


class NeighborIndex:
    """Finds nearly all of the nearest words in a fraction of the time, by a graph of near words (HNSW).

    The graph is faiss's (``pip install "fastvec[ann]"``), by Malkov and Yashunin (2018, "Efficient and Robust
    Approximate Nearest Neighbor Search Using Hierarchical Navigable Small World Graphs"). It needs the memory of
    a copy of the vectors; docs/speed.md says how long it takes to build, and how many neighbors it finds.
    Queries of :class:`fastvec.WordVectors` are exact.

    Parameters
    ----------
    vectors : WordVectors
    links : int
        Links of a word on each level of the graph (M). More find more, in more memory.
    build_width : int
        How many candidates are kept for a word that is added (efConstruction). More find more, and take longer.
    search_width : int
        How many candidates a query keeps (efSearch), at least the number of answers. It can be set later.
    threads : int, optional
        For building; None: all usable cores. On several the graph differs from run to run.

    Attributes
    ----------
    vectors : WordVectors
    search_width : int

    Raises
    ------
    MissingPackageError
        An ImportError, if faiss is not installed.
    SettingError
        If a setting is out of range, or a vector is not finite.

    Examples
    --------
    >>> import fastvec as fv
    >>> vectors = fv.WordVectors(["a", "b", "c"], [[2, 1], [1, 1], [-1, 3]])
    >>> index = fv.NeighborIndex(vectors)                      # doctest: +SKIP
    >>> index.most_similar("a", topn=1)                        # doctest: +SKIP
    [('b', 0.9486832980505138)]
    """

    def __init__(
        self,
        vectors: Lookup,
        *,
        links: int = 16,
        build_width: int = 200,
        search_width: int = 100,
        threads: int | None = None,
    ) -> None:
        self._check(vectors, search_width)
        faiss = _faiss()
        graph = faiss.IndexHNSWFlat(vectors.vector_size, whole("links", links, 2, 512), faiss.METRIC_INNER_PRODUCT)
        graph.hnsw.efConstruction = whole("build_width", build_width, 1)
        with _threads(faiss, threads):
            for start in range(0, len(vectors), ROWS):
                part = slice(start, start + ROWS)
                graph.add(vectors.vectors[part] / vectors.norms[part, None])
        self._graph = graph

    def _check(self, vectors: Lookup, search_width: int) -> None:
        if not isinstance(vectors, Lookup):
            raise SettingError(field="vectors", expected="WordVectors", got=vectors)
        check_finite("vectors", vectors.vectors, lambda row: repr(vectors.index_to_key[row]))
        self.vectors, self.search_width = vectors, whole("search_width", search_width, 1)

    def __repr__(self) -> str:
        return f"NeighborIndex({self.vectors}, search_width={self.search_width})"

    def most_similar(
        self,
        positive: Term | Iterable[Term] = (),
        negative: Term | Iterable[Term] = (),
        topn: int = 10,
    ) -> list[tuple[str, float]]:
        """Return near words to a direction, as :meth:`fastvec.WordVectors.most_similar` does; some may be missed.

        Parameters
        ----------
        positive, negative, topn
            As there.

        Returns
        -------
        list of (str, float)
            Words and cosines, which are exact.

        Raises
        ------
        UnknownWordError, SettingError
            As there.

        Examples
        --------
        >>> import fastvec as fv
        >>> vectors = fv.WordVectors(["a", "b", "c"], [[2, 1], [1, 1], [-1, 3]])
        >>> fv.NeighborIndex(vectors).most_similar(["a", "b"])[0][0]  # doctest: +SKIP
        'c'
        """
        direction, left_out = direction_of(self.vectors, positive, negative)
        return self._nearest(direction[None], [left_out], topn, 1)[0]

    def most_similar_batch(
        self, keys: Iterable[Word] | NDArray[np.floating], topn: int = 10, *, threads: int | None = None
    ) -> list[list[tuple[str, float]]]:
        """Return near words of many words at once, as :meth:`most_similar` does.

        Parameters
        ----------
        keys : iterable of words, ids or vectors[D], or float[Q, D]
        topn : int
            How many words to return for each.
        threads : int, optional
            None: all usable cores.

        Raises
        ------
        UnknownWordError, SettingError
            As from :meth:`fastvec.WordVectors.most_similar_batch`.

        Examples
        --------
        >>> import fastvec as fv
        >>> vectors = fv.WordVectors(["a", "b", "c"], [[2, 1], [1, 1], [-1, 3]])
        >>> answers = fv.NeighborIndex(vectors).most_similar_batch(["a", "b"], topn=1)  # doctest: +SKIP
        >>> [answer[0][0] for answer in answers]                                        # doctest: +SKIP
        ['b', 'a']
        """
        asked, left_out = directions_of(self.vectors, keys)
        return self._nearest(asked, left_out, topn, threads)

    def _nearest(
        self, asked: NDArray[np.float64], left_out: list[list[int]], topn: int, threads: int | None
    ) -> list[list[tuple[str, float]]]:
        topn, words = whole("topn", topn, 0), self.vectors.index_to_key
        n = min(topn + max(map(len, left_out), default=0), len(words))
        if not (n and topn and len(asked)):
            return [[] for _ in asked]
        faiss = _faiss()
        width = faiss.SearchParametersHNSW(efSearch=max(n, whole("search_width", self.search_width, 1)))
        with _threads(faiss, threads):
            _, found = self._graph.search(asked.astype(np.float32), n, params=width)
        query, place = np.nonzero(found >= 0)
        row = found[query, place]
        cosines = queries.cosines_of_pairs(self.vectors.vectors, row, asked, query)
        answers: list[list[tuple[str, float]]] = [[] for _ in asked]
        out = [set(ids) for ids in left_out]
        for i in np.lexsort((row, -cosines, query)).tolist():
            answer, q = answers[query[i]], query[i]
            if len(answer) < topn and row[i] not in out[q]:
                answer.append((words[row[i]], float(cosines[i])))
        return answers

    def save(self, path: type_of_path) -> None:
        """Write the graph, all or nothing; the words and vectors have a file of their own.

        Parameters
        ----------
        path : path

        Raises
        ------
        StorageError
            If the file cannot be written.

        Examples
        --------
        >>> import fastvec as fv
        >>> vectors = fv.WordVectors(["a", "b", "c"], [[2, 1], [1, 1], [-1, 3]])
        >>> fv.NeighborIndex(vectors).save("near.faiss")           # doctest: +SKIP
        >>> fv.NeighborIndex.load("near.faiss", vectors)           # doctest: +SKIP
        NeighborIndex(WordVectors(3 words, 2 dimensions), search_width=100)
        """
        data = _faiss().serialize_index(self._graph).tobytes()
        with atomic_path(path, len(data)) as part, open(part, "wb") as file:
            file.write(data)
            file.write(_checksum(data))

    @classmethod
    def load(cls, path: type_of_path, vectors: Lookup, *, search_width: int = 100) -> NeighborIndex:
        """Read a graph that :meth:`save` wrote, of the same vectors.

        Parameters
        ----------
        path : path
        vectors : WordVectors
            Those that the graph was made of.
        search_width : int

        Raises
        ------
        StorageError
            If the file cannot be read.
        FormatError
            If it is no such graph.
        SettingError
            If it is one of other vectors.

        Examples
        --------
        See :meth:`save`.
        """
        index = cls.__new__(cls)
        index._check(vectors, search_width)
        faiss = _faiss()
        index._graph = faiss.read_index(_reader(faiss, path))
        index._check_belongs(path)
        return index

    def _check_belongs(self, path: type_of_path) -> None:
        """Raise if rows of the graph are not those of the vectors."""
        shape, found = self.vectors.vectors.shape, (self._graph.ntotal, self._graph.d)
        belongs = shape == found
        if belongs:
            rows = np.unique(np.linspace(0, shape[0] - 1, COMPARED).astype(np.int64))
            kept = np.stack([self._graph.reconstruct(i) for i in rows.tolist()])
            unit = self.vectors.vectors[rows] / self.vectors.norms[rows, None]
            belongs = bool(np.allclose(kept, unit, atol=1e-5))
        if not belongs:
            expected, shown = (
                f"those that {os.fspath(path)} was made of",
                f"others: {list(shape)}, not {list(found)}",
            )
            raise SettingError(field="vectors", expected=expected, shown=shown)


def _reader(faiss: Any, path: type_of_path) -> Any:
    """Return what faiss reads a graph from: bytes that are checked, since it trusts them, and are there once."""
    try:
        data = memoryview(Path(path).read_bytes())
    except OSError as error:
        raise StorageError.of(path, error) from error
    if _checksum(data[:-CHECKSUM]) != data[-CHECKSUM:]:
        raise FormatError(path=path, expected="a graph of NeighborIndex", shown="a damaged or another file")
    reader = faiss.VectorIOReader()
    faiss.copy_array_to_vector(np.frombuffer(data[:-CHECKSUM], np.uint8), reader.data)
    return reader


def _checksum(data: bytes | memoryview) -> bytes:
    return hashlib.blake2b(data, digest_size=CHECKSUM, person=b"fastvec index").digest()


def _faiss() -> Any:
    try:
        return import_module("faiss")
    except ModuleNotFoundError as error:
        if error.name != "faiss":
            raise
        raise MissingPackageError.of("approximate neighbors", "fastvec[ann]") from error


@contextmanager
def _threads(faiss: Any, threads: int | None) -> Iterator[None]:
    """Set the number of faiss's threads, which is one for the whole process."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(resolve_threads(threads))
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
