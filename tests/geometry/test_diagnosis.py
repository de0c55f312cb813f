"""The diagnosis: numbers agree with the functions, random vectors with the laws, the same seed with itself."""

import json
import re

import numpy as np
import pytest

import fastvec as fv
from fastvec.geometry.space import NUMBERS

WITH_LAWS = {
    "mean_absolute_cosine": 0.02, "cosine_spread": 0.02, "nearly_orthogonal_share": 0.02, "norm_spread": 0.05,
    "distortion_spread": 0.25,
}  # fmt: skip


@pytest.fixture(scope="module")
def vectors():
    drawn = np.random.default_rng(5).normal(size=(3000, 60)) * np.geomspace(2, 0.1, 60) + 0.2
    counts = np.sort(np.random.default_rng(6).integers(1, 10_000, 3000))[::-1]
    return fv.WordVectors([f"w{i}" for i in range(3000)], drawn, counts=counts)


@pytest.fixture(scope="module")
def diagnosis(vectors):
    return fv.geometry.diagnose(vectors, seed=3)


def test_random_vectors_obey_the_laws(diagnosis):
    for name, tolerance in WITH_LAWS.items():
        assert getattr(diagnosis.random, name) == pytest.approx(diagnosis.laws[name], rel=tolerance), name
    assert diagnosis.random.mean_cosine == pytest.approx(0, abs=0.002)
    assert diagnosis.random.effective_dimension == pytest.approx(60 / (1 + 60 / 3000), rel=0.01)


def test_random_vectors_have_the_same_mean_square(diagnosis):
    given, random = ((space.norms**2).mean() for space in (diagnosis.given, diagnosis.random))
    assert random == pytest.approx(given, rel=0.02)


def test_numbers_are_those_of_the_functions(vectors, diagnosis):
    geometry, given = fv.geometry, diagnosis.given
    for name in (
        "mean_cosine",
        "mean_vector_share",
        "isotropy",
        "effective_dimension",
        "norm_frequency_correlation",
    ):
        assert getattr(given, name) == pytest.approx(getattr(geometry, name)(vectors)), name
    assert given.hubness == geometry.hubness(vectors, seed=3)
    assert given.euclidean_agreement == geometry.euclidean_agreement(vectors, seed=3)
    assert given.distortion_spread == geometry.distortion(vectors, 30, seed=3).std()
    assert given.greatest_occurrence == given.occurrences.max() > 10
    assert given.never_near_share == (given.occurrences == 0).mean() > 0
    assert given.occurrences.mean() == given.k == 10
    assert diagnosis.laws["johnson_lindenstrauss_bound"] == geometry.johnson_lindenstrauss_bound(3000)
    assert diagnosis.laws["capacity"] == geometry.capacity(60, 0.3)


def test_a_seed_gives_the_same_numbers(vectors, diagnosis):
    again, other = fv.geometry.diagnose(vectors, seed=3), fv.geometry.diagnose(vectors, seed=4)
    assert again.as_dict() == diagnosis.as_dict()
    assert other.given.mean_absolute_cosine != diagnosis.given.mean_absolute_cosine
    assert other.given.isotropy == diagnosis.given.isotropy


def test_as_dict_is_json(diagnosis):
    found = json.loads(json.dumps(diagnosis.as_dict()))
    assert set(found["given"]) == set(found["random"]) == set(NUMBERS)
    assert found["random"]["norm_frequency_correlation"] is None
    assert (found["words"], found["dimensions"]) == (3000, 60)


def test_the_table_has_every_number_and_fits_a_terminal(diagnosis):
    table = diagnosis.table()
    assert max(map(len, table.splitlines())) <= 80
    shown = [line for line in table.splitlines() if re.match(r"  \S", line) and re.search(r"\d%?$", line)]
    assert len(shown) >= len(NUMBERS)
    assert f"{diagnosis.given.hubness:.2f}" in table
    assert "of 3,000 lists of 10 neighbours" in table


def test_arrays_of_any_kind_are_taken(vectors, diagnosis):
    double = fv.geometry.diagnose(np.asfortranarray(vectors.vectors, dtype=np.float64), vectors.counts, seed=3)
    assert double.as_dict() == diagnosis.as_dict()
    one = fv.geometry.diagnose(np.array([[1], [-2], [3]]))
    assert one.given.mean_absolute_cosine == pytest.approx(one.laws["mean_absolute_cosine"]) == 1
    assert "1 dimensions" in repr(one)
    assert repr(diagnosis.given) == "<Space: 3,000 words, 60 dimensions>"
