"""Projection of rows to the points of a picture."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from fastvec import MissingPackageError, SettingError, geometry
from fastvec.geometry import projection

PACKAGES = {"umap": "umap", "tsne": "sklearn"}


def groups(n: int, seed: int = 0) -> np.ndarray:
    """Three groups of n points far from each other, in 20 dimensions."""
    draw = np.random.default_rng(seed)
    return np.concatenate([10 * draw.standard_normal(20) + draw.standard_normal((n, 20)) for _ in range(3)])


@pytest.mark.parametrize(("n", "size", "dimensions"), [(40, 20, 2), (9000, 6, 3), (3, 50, 1), (12, 2, 2)])
def test_pca_is_that_of_an_svd(n, size, dimensions):
    rows = np.random.default_rng(1).standard_normal((n, size)) * np.arange(1, size + 1) + 3
    points = geometry.project(rows, dimensions=dimensions)
    left, sigma, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    expected = (left * sigma)[:, :dimensions]
    np.testing.assert_allclose(np.abs(points), np.abs(expected), atol=1e-4 * sigma[0])
    for column in points.T:
        assert column[np.flatnonzero(np.abs(column) >= np.abs(column).max() / 2)[0]] > 0
    assert points.dtype == np.float32


def test_components_that_rows_do_not_have_are_zero():
    assert geometry.project([[5, 5]]).tolist() == [[0, 0]]
    assert geometry.project(np.ones((3, 4)), dimensions=3).tolist() == [[0, 0, 0]] * 3
    points = geometry.project([[1], [2], [6]])
    assert points.tolist() == [[-2, 0], [-1, 0], [3, 0]] or points.tolist() == [[2, 0], [1, 0], [-3, 0]]


@pytest.mark.parametrize("method", PACKAGES)
@pytest.mark.filterwarnings("ignore:Tensorflow:ImportWarning")
def test_neighbors_stay_near(method):
    pytest.importorskip(PACKAGES[method])
    points = geometry.project(groups(12), method=method, seed=3)
    assert points.shape == (36, 2)
    assert points.dtype == np.float32
    distances = np.linalg.norm(points[:, None] - points, axis=2) + 1e9 * np.eye(36)
    assert np.array_equal(distances.argmin(axis=1) // 12, np.arange(36) // 12)
    np.testing.assert_array_equal(points, geometry.project(groups(12), method=method, seed=3))
    assert np.isfinite(geometry.project(np.ones((6, 3)), method=method)).all()


@pytest.mark.parametrize("method", PACKAGES)
def test_a_missing_package_is_named(method, monkeypatch):
    package = {"umap": "umap", "tsne": "sklearn.manifold"}[method]
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingPackageError, match=r"fastvec\[(umap|sklearn)\]"):
        geometry.project(groups(3), method=method)


@pytest.mark.parametrize(
    ("rows", "settings", "message"),
    [
        (
            np.ones((9, 3)),
            {"method": "mds"},
            "method: expected 'pca' or 'umap' or 'tsne', got 'mds'",
        ),
        (np.ones((9, 3)), {"dimensions": 4}, "dimensions: expected a whole number from 1 to 3, got 4"),
        (np.ones((9, 3)), {"seed": -1}, "seed"),
        ([[1, np.nan], [1, 2]], {}, "vectors: expected finite numbers, got nan or inf in row 0"),
        (np.ones((0, 3)), {}, "vectors: expected at least 1 rows"),
        (np.ones((projection.LEAST - 1, 3)), {"method": "tsne"}, "vectors: expected at least 5 rows for t-SNE"),
        (np.ones((projection.LEAST - 1, 3)), {"method": "umap"}, "vectors: expected at least 5 rows for UMAP"),
    ],
)
def test_what_cannot_be_projected_is_named(rows, settings, message):
    with pytest.raises(SettingError, match=message):
        geometry.project(rows, **settings)
