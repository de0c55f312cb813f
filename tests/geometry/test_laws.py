"""Formulas against integration, simulation, SciPy and the figures of lessons."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

import fastvec as fv
from fastvec.geometry import laws

SIZES = [2, 3, 10, 50, 100, 300, 1000]


@pytest.mark.parametrize("size", SIZES)
def test_mean_cosine_is_the_integral_of_its_density(size):
    def density(angle):
        return math.sin(angle) ** (size - 2)

    weight, _ = integrate.quad(density, 0, math.pi / 2)
    mean, _ = integrate.quad(lambda angle: math.cos(angle) * density(angle), 0, math.pi / 2)
    assert laws.expected_absolute_cosine(size) == pytest.approx(mean / weight, rel=1e-6)


@pytest.mark.parametrize("size", [1, *SIZES, 1001, 5000])
def test_norm_spread_is_that_of_the_chi_distribution(size):
    # SciPy's own variance cancels in many dimensions
    assert laws.expected_norm_spread(size) == pytest.approx(
        stats.chi(size).std() / stats.chi(size).mean(), rel=1e-6
    )


def test_the_series_meets_the_formula():
    below, above = laws.expected_norm_spread(1000), laws.expected_norm_spread(1001)
    assert below / above == pytest.approx(math.sqrt(1001 / 1000), rel=1e-6)


@pytest.mark.parametrize("size", SIZES)
def test_laws_hold_in_a_simulation(size):
    vectors = fv.geometry.random_vectors(5000, size, seed=3)
    cosines = fv.geometry.cosines_of_random_pairs(vectors, 50_000, seed=4)
    expected = laws.expected_absolute_cosine(size)
    deviation = math.sqrt(1 / size - expected**2)
    assert np.abs(cosines).mean() == pytest.approx(expected, abs=5 * deviation / math.sqrt(5000))
    assert cosines.std() == pytest.approx(1 / math.sqrt(size), rel=0.02)
    norms = fv.geometry.norms_of(vectors)
    assert norms.std() / norms.mean() == pytest.approx(laws.expected_norm_spread(size), rel=0.05)


@pytest.mark.parametrize(
    ("size", "cosine", "spread"),
    [
        (10, 0.2478, 0.2264),
        (50, 0.1119, 0.1005),
        (100, 0.0796, 0.0706),
        (300, 0.0461, 0.0407),
        (1000, 0.0252, 0.0224),
    ],
)
def test_figures_of_a_small_simulation(size, cosine, spread):
    """Its means of |cosine| are within 5 % of the law, its spreads those of the lengths (not of the cosines)."""
    assert cosine == pytest.approx(laws.expected_absolute_cosine(size), rel=0.05)
    assert spread == pytest.approx(laws.expected_norm_spread(size), rel=0.005)
    assert spread != pytest.approx(1 / math.sqrt(size), rel=0.2)


def test_figures_of_two_dimensions():
    """0.5227 is the spread of the lengths in two dimensions; the mean |cosine| is 2/π."""
    assert laws.expected_norm_spread(2) == pytest.approx(math.sqrt(4 / math.pi - 1))
    assert laws.expected_norm_spread(2) == pytest.approx(0.5227, abs=5e-5)
    assert laws.expected_absolute_cosine(2) == pytest.approx(2 / math.pi)
    assert laws.expected_absolute_cosine(1) == pytest.approx(1)


@pytest.mark.parametrize(("size", "per_cent"), [(2, 19), (3, 27.1), (10, 65.1), (50, 99.5), (100, 99.997)])
def test_outer_shell(size, per_cent):
    assert 100 * laws.outer_shell_share(size) == pytest.approx(per_cent, abs=0.05 if per_cent < 99.9 else 5e-4)


def test_outer_shell_of_a_simulated_ball():
    radii = np.random.default_rng(1).random(100_000) ** (1 / 10)  # of uniform points in a ball of 10 dimensions
    assert (radii > 0.8).mean() == pytest.approx(laws.outer_shell_share(10, 0.2), abs=0.005)
    assert (laws.outer_shell_share(5, 0), laws.outer_shell_share(5, 1)) == (0, 1)
    assert laws.outer_shell_share(1, 1e-20) == 1e-20


def test_johnson_lindenstrauss():
    assert laws.johnson_lindenstrauss_bound(100_000, 0.1) == 9211
    assert laws.johnson_lindenstrauss_bound(2, 0.5) == math.ceil(8 * math.log(2) / 0.25)


@pytest.mark.parametrize(("n_words", "epsilon"), [(2, 0.9), (1000, 0.5), (100_000, 0.1), (2_000_000, 0.01)])
def test_the_cubic_bound_is_that_of_scikit_learn(n_words, epsilon):
    projection = pytest.importorskip("sklearn.random_projection")
    theirs = projection.johnson_lindenstrauss_min_dim(n_words, eps=epsilon)
    assert laws.johnson_lindenstrauss_bound(n_words, epsilon, cubic=True) == theirs + 1  # theirs is rounded down


@pytest.mark.parametrize(("size", "cosine"), [(5, 0.3), (50, 0.45), (300, 0.15)])
def test_as_many_pairs_are_near_as_the_capacity_says(size, cosine):
    probability = laws.pair_probability(size, cosine)
    cosines = fv.geometry.cosines_of_random_pairs(fv.geometry.random_vectors(10_000, size), 100_000)
    found = int((np.abs(cosines) > cosine).sum())
    assert found == pytest.approx(100_000 * probability, abs=5 * math.sqrt(100_000 * probability))
    assert laws.capacity(size, cosine) == pytest.approx(max(size, math.sqrt(2 / probability)))


def test_capacity_far_below_the_smallest_float():
    assert laws.capacity(10_000, 0.5) == pytest.approx(laws.capacity(9_999, 0.5), rel=0.1)
    # where both ways of computing work, they agree
    assert laws.pair_probability(2000, 0.69) > 1e-290 > laws.pair_probability(2100, 0.69) > 0
    ratio = math.log(laws.capacity(2100, 0.69) / laws.capacity(2000, 0.69)) / 100
    assert ratio == pytest.approx(-math.log(1 - 0.69**2) / 4, rel=0.005)
    assert laws.capacity(100_000, 0.9) == math.inf
    assert laws.capacity(300, 1) == math.inf
    assert laws.capacity(300, 0) == 300


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: laws.expected_absolute_cosine(0), "vector_size"),
        (lambda: laws.expected_norm_spread(2.5), "vector_size"),
        (lambda: laws.outer_shell_share(3, 1.1), "thickness"),
        (lambda: laws.outer_shell_share(3, math.nan), "thickness"),
        (lambda: laws.pair_probability(1, 0.5), "vector_size"),
        (lambda: laws.capacity(10, -0.1), "cosine"),
        (lambda: laws.johnson_lindenstrauss_bound(1), "n_words"),
        (lambda: laws.johnson_lindenstrauss_bound(10, 0), "epsilon"),
        (lambda: laws.johnson_lindenstrauss_bound(10, 1.0), "epsilon"),
        (lambda: laws.johnson_lindenstrauss_bound(10, 0.1, cubic=1), "cubic"),
    ],
)
def test_what_is_out_of_range_is_refused(call, field):
    with pytest.raises(fv.SettingError, match=f"^{field}: expected"):
        call()
