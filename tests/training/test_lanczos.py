"""Lanczos' method against LAPACK: spectra of every kind, sizes up to the whole matrix, stopping."""

from __future__ import annotations

import numpy as np
import pytest

import fastvec as fv
from fastvec.training import lanczos


def found(matrix, size, check=lambda: None):
    rng = np.random.default_rng(5)
    return lanczos.eigenvectors(lambda x: matrix @ x, len(matrix), size, rng, check)


def with_eigenvalues(values, seed=0):
    orthogonal, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(values), len(values))))
    return (orthogonal * values) @ orthogonal.T


SPECTRA = {
    "flat": 1 + np.arange(90) / 90,
    "of both signs": np.linspace(-3, 2, 90),
    "steep": 10.0 ** -np.linspace(0, 12, 90),
    "of low rank": np.concatenate([[5, -4, 3, 2], np.zeros(86)]),
    "with equal ones": np.concatenate([np.full(30, 7.0), np.full(30, -7.0), np.ones(30)]),
    "of one": np.ones(90),
    "of zeros": np.zeros(90),
}


@pytest.mark.parametrize("spectrum", SPECTRA)
@pytest.mark.parametrize("size", [1, 3, 20, 89, 90])
def test_eigenvectors_are_those_of_lapack(spectrum, size):
    matrix = with_eigenvalues(SPECTRA[spectrum])
    values, vectors = found(matrix, size)
    greatest = np.abs(SPECTRA[spectrum]).max()
    expected = np.sort(np.abs(SPECTRA[spectrum]))[::-1][:size]
    assert np.abs(values) == pytest.approx(expected, abs=1e-12 * max(greatest, 1))
    assert vectors @ vectors.T == pytest.approx(np.eye(size), abs=1e-12)
    assert vectors @ matrix == pytest.approx(values[:, None] * vectors, abs=1e-11 * max(greatest, 1))


@pytest.mark.parametrize("n", [1, 2, 9, 33])
def test_small_matrices(n):
    matrix = with_eigenvalues(np.arange(1.0, n + 1))
    values, vectors = found(matrix, n)
    assert values == pytest.approx(np.arange(n, 0, -1))
    assert np.abs(vectors @ vectors.T - np.eye(n)).max() < 1e-12


def test_it_looks_at_the_check_between_products():
    looks, products = [], []

    def times(x):
        products.append(len(looks))
        return matrix @ x

    matrix = with_eigenvalues(SPECTRA["flat"])
    lanczos.eigenvectors(times, 90, 5, np.random.default_rng(1), lambda: looks.append(1))
    assert len(set(products)) == len(products), "one look before each"


def test_an_error_of_the_check_ends_it():
    def check():
        raise fv.Cancelled("stop")

    with pytest.raises(fv.Cancelled, match="stop"):
        found(np.eye(3), 1, check)


def test_vectors_that_do_not_converge_are_an_error(monkeypatch):
    monkeypatch.setattr(lanczos, "RESTARTS", 1)
    with pytest.raises(fv.TrainingError, match="no decomposition: the vectors did not converge after 1 restarts"):
        found(with_eigenvalues(SPECTRA["flat"]), 5)
