"""Projection to fewer dimensions: at random, with what it does to distances, or to two for a picture."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.numbers import choice, whole
from fastvec.errors import MissingPackageError, SettingError
from fastvec.geometry.matrices import ROWS, Vectors, generator, random_pairs, rows_of
from fastvec.vectors.components import directions, mean_row

Method = Literal["pca", "umap", "tsne"]
TITLES: dict[Method, str] = {"pca": "PCA", "umap": "UMAP", "tsne": "t-SNE"}
METHODS = tuple(TITLES)
LEAST = 5  # rows whose neighbours t-SNE and UMAP can tell from the rest
NEIGHBORS = 15  # of UMAP
PERPLEXITY = 30  # of t-SNE: about as many neighbours


def random_projection(vectors: Vectors, k: int, *, seed: int = 1) -> NDArray[np.float32]:
    """Return vectors projected to k random dimensions: W R, where R[D, k] has normal numbers of variance 1/k.

    Parameters
    ----------
    vectors : WordVectors, or real numbers[V, D]
    k : int
    seed : int

    Returns
    -------
    float32[V, k]

    Raises
    ------
    SettingError
        If ``k`` is out of range, or the vectors are not finite real numbers.

    References
    ----------
    Dasgupta and Gupta 2003, "An elementary proof of a theorem of Johnson and Lindenstrauss".

    Examples
    --------
    >>> random_projection([[1, 2, 3], [4, 5, 6]], 2).shape
    (2, 2)
    """
    rows = rows_of(vectors, 1)
    projected: NDArray[np.float32] = rows @ _directions(rows.shape[1], k, seed).astype(np.float32)
    return projected


def distortion(vectors: Vectors, k: int, n_pairs: int = 2000, *, seed: int = 1) -> NDArray[np.float64]:
    """Return what a random projection to k dimensions does to distances: |Ra - Rb|² / |a - b|².

    Whatever the vectors, a ratio is distributed as χ² with k degrees of freedom over k: its mean is 1, its
    standard deviation √(2/k). :func:`johnson_lindenstrauss_bound` says for which k all pairs of n words are within
    1 ± ε.

    Parameters
    ----------
    vectors : WordVectors, or real numbers[V, D]
        At least two rows.
    k : int
    n_pairs : int
        P random pairs of different rows.
    seed : int
        Of the pairs and of the projection.

    Returns
    -------
    float64[at most P]
        Without pairs of equal vectors, whose ratio is not defined.

    Raises
    ------
    SettingError
        If an argument is out of range, or the vectors are not finite real numbers.

    References
    ----------
    Dasgupta and Gupta 2003, lemma 2.2; Achlioptas 2003, "Database-friendly random projections".

    Examples
    --------
    >>> from fastvec.geometry import random_vectors
    >>> ratios = distortion(random_vectors(5000, 300), 50)
    >>> ratios.mean().round(1), ratios.std().round(1)  # √(2/50) = 0.2
    (np.float64(1.0), np.float64(0.2))
    """
    rows = rows_of(vectors)
    first, second = random_pairs(len(rows), n_pairs, seed)
    directions, found = _directions(rows.shape[1], k, seed), []
    for start in range(0, n_pairs, ROWS):
        a, b = (rows[ids[start : start + ROWS]].astype(np.float64) for ids in (first, second))
        differences = a - b
        before = np.einsum("ij,ij->i", differences, differences)
        projected = differences @ directions
        after = np.einsum("ij,ij->i", projected, projected)
        found.append(after[before > 0] / before[before > 0])
    return np.concatenate(found)


def project(matrix: Vectors, *, method: Method = "pca", seed: int = 1, dimensions: int = 2) -> NDArray[np.float32]:
    """Return the rows of a matrix as points of a picture: PCA, or t-SNE or UMAP of Euclidean distances.

    PCA keeps what a linear projection can keep of the distances of all rows, and its axes mean something: the
    directions in which the rows vary most. t-SNE and UMAP keep who is near whom; distances between far points, and
    axes, mean nothing. For cosines, give rows of length 1: squared distances are then 2 - 2 cos.

    Parameters
    ----------
    matrix : WordVectors, or real numbers[n, D]
    method : "pca", "umap" or "tsne"
        UMAP needs umap-learn, t-SNE scikit-learn; each at least five rows.
    seed : int
        Of t-SNE and UMAP; PCA draws nothing.
    dimensions : int
        1 to 3.

    Returns
    -------
    float32[n, dimensions]
        Zeros in the components that the rows do not have. The signs of PCA are such that in each column the first
        entry of at least half the greatest is positive.

    Raises
    ------
    SettingError
        If an argument is out of range, the rows are too few or not finite.
    MissingPackageError
        If the package of the method is not installed.

    References
    ----------
    Pearson 1901 for PCA; van der Maaten and Hinton 2008, "Visualizing data using t-SNE"; McInnes et al. 2018,
    "UMAP: uniform manifold approximation and projection for dimension reduction".

    Examples
    --------
    >>> project([[3, 0, 1], [-3, 0, 1], [0, 1, 1], [0, -1, 1]]).round(2) + 0
    array([[ 3.,  0.],
           [-3.,  0.],
           [ 0.,  1.],
           [ 0., -1.]], dtype=float32)
    """
    choice("method", method, METHODS)
    whole("seed", seed, 0, (1 << 32) - 1)
    whole("dimensions", dimensions, 1, 3)
    rows = rows_of(matrix, 1)
    if method == "pca":
        return _principal_components(rows, dimensions)
    if len(rows) < LEAST:
        raise SettingError(field="vectors", expected=f"at least {LEAST} rows for {TITLES[method]}", got=rows)
    points = (_umap if method == "umap" else _tsne)(rows, seed, dimensions)
    return np.ascontiguousarray(points, dtype=np.float32)


def _principal_components(rows: NDArray[np.float32], dimensions: int) -> NDArray[np.float32]:
    mean = mean_row(rows)
    axes = directions(rows, mean)[1][:dimensions].T
    points = np.zeros((len(rows), dimensions))
    for start in range(0, len(rows), ROWS):
        points[start : start + ROWS, : axes.shape[1]] = (rows[start : start + ROWS] - mean) @ axes
    size_of = np.abs(points)
    first = (size_of >= size_of.max(axis=0) / 2).argmax(axis=0)
    signs = np.sign(points[first, np.arange(dimensions)])
    signed: NDArray[np.float32] = (points * signs).astype(np.float32)
    return signed


def _umap(rows: NDArray[np.float32], seed: int, dimensions: int) -> NDArray[np.float32]:
    try:
        from umap import UMAP
    except ImportError as error:
        raise MissingPackageError.of("UMAP projections", "fastvec[umap]") from error
    few = len(rows) <= 2 * NEIGHBORS  # a graph that has too few eigenvectors
    projection = UMAP(
        n_components=dimensions, n_neighbors=min(NEIGHBORS, len(rows) - 1), random_state=seed, n_jobs=1,
        init=_start(rows, dimensions) if few else "spectral",
    )  # fmt: skip
    points: NDArray[np.float32] = projection.fit_transform(rows)
    return points


def _tsne(rows: NDArray[np.float32], seed: int, dimensions: int) -> NDArray[np.float32]:
    try:
        from sklearn.manifold import TSNE
    except ImportError as error:
        raise MissingPackageError.of("t-SNE projections", "fastvec[sklearn]") from error
    from threadpoolctl import threadpool_limits

    projection = TSNE(
        n_components=dimensions, perplexity=min(PERPLEXITY, (len(rows) - 1) / 3), random_state=seed,
        init=_start(rows, dimensions),
    )  # fmt: skip
    with threadpool_limits(1):  # on two busy cores, waiting threads made it 8 to 26 times as slow
        points: NDArray[np.float32] = projection.fit_transform(rows)
    return points


def _start(rows: NDArray[np.float32], dimensions: int) -> NDArray[np.float32] | str:
    """Return where t-SNE and UMAP start: small principal components, or at random if a component does not vary."""
    points = _principal_components(rows, dimensions)
    spread = points.std(axis=0)
    if spread.min() == 0:
        return "random"
    start: NDArray[np.float32] = 1e-4 / spread[0] * points
    return start


def _directions(vector_size: int, k: int, seed: int) -> NDArray[np.float64]:
    """Return R, float64[D, k]; its stream is not that of the pairs."""
    shape = vector_size, whole("k", k, 1)
    drawn: NDArray[np.float64] = generator(seed).spawn(1)[0].standard_normal(shape)
    drawn /= np.sqrt(k)
    return drawn
