"""Measures of vectors against plain loops in float64, SciPy and constructed spaces."""

import math

import numpy as np
import pytest
from scipy import stats

import fastvec as fv
from fastvec.geometry.matrices import random_pairs, sampled

geometry = fv.geometry
EVERY = [
    geometry.cosines_of_random_pairs, geometry.mean_cosine, geometry.norms_of, geometry.variances,
    geometry.effective_dimension, geometry.isotropy, geometry.mean_vector_share, geometry.nearest_in_sample,
    geometry.hubness, geometry.euclidean_agreement, geometry.one_hot_against_dense, geometry.diagnose,
    lambda vectors: geometry.distortion(vectors, 2), lambda vectors: geometry.random_projection(vectors, 2),
    lambda vectors: geometry.norm_frequency_correlation(vectors, [3, 2, 1]),
]  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    """More rows than are copied at a time, around a common direction, with one zero row."""
    drawn = np.random.default_rng(1).normal(size=(5001, 12)) * np.linspace(3, 0.1, 12) + 0.4
    drawn[7] = 0
    return drawn.astype(np.float32)


def test_mean_cosine(rows):
    few = rows[:60].astype(float)
    norms = np.linalg.norm(few, axis=1)
    expected = [
        0 if norms[i] * norms[j] == 0 else few[i] @ few[j] / norms[i] / norms[j]
        for i in range(60)
        for j in range(60)
        if i != j
    ]
    assert geometry.mean_cosine(few) == pytest.approx(np.mean(expected), abs=1e-7)
    sample = geometry.cosines_of_random_pairs(rows, 200_000)
    assert geometry.mean_cosine(rows) == pytest.approx(sample.mean(), abs=5 * sample.std() / math.sqrt(5001))


def test_pairs_are_of_different_rows_and_all_occur():
    first, second = random_pairs(5, 10_000, 1)
    found = np.zeros((5, 5), int)
    np.add.at(found, (first, second), 1)
    assert found.diagonal().tolist() == [0] * 5
    assert stats.chisquare(found[~np.eye(5, dtype=bool)]).pvalue > 1e-3
    assert sampled(5, 5, 1).tolist() == [0, 1, 2, 3, 4]
    assert len(set(sampled(100, 30, 1))) == 30


def test_cosines_of_pairs_are_in_order_and_seeded(rows):
    first, second = random_pairs(len(rows), 9000, 8)
    a, b = rows[first].astype(float), rows[second].astype(float)
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    found = geometry.cosines_of_random_pairs(rows, 9000, seed=8)
    assert found == pytest.approx((a * b).sum(axis=1) / np.where(lengths == 0, 1, lengths), abs=1e-12)
    assert not np.array_equal(found, geometry.cosines_of_random_pairs(rows, 9000, seed=9))


def test_variances_and_what_comes_of_them(rows):
    expected = np.linalg.eigvalsh(np.cov(rows.astype(float).T, bias=True))[::-1]
    assert geometry.variances(rows) == pytest.approx(expected, rel=1e-4)
    ratio = expected.sum() ** 2 / (expected**2).sum()
    assert geometry.effective_dimension(rows) == pytest.approx(ratio, rel=1e-5)
    mean = rows.astype(float).mean(axis=0)
    share = mean @ mean / (rows.astype(float) ** 2).sum(axis=1).mean()
    assert geometry.mean_vector_share(rows) == pytest.approx(share, rel=1e-5)


def test_fewer_words_than_dimensions():
    few = np.random.default_rng(2).normal(size=(4, 9))
    expected = np.linalg.svd(few - few.mean(axis=0), compute_uv=False) ** 2 / 4
    assert geometry.variances(few) == pytest.approx(expected, abs=1e-5)
    assert geometry.effective_dimension(few) <= 3 + 1e-5
    assert geometry.diagnose(few).given.k == 3


def test_no_variance_at_all():
    same = np.ones((5, 3))
    assert geometry.effective_dimension(same) == 0
    assert geometry.mean_vector_share(same) == 1
    found = geometry.diagnose(np.zeros((5, 3)), counts=[5, 4, 3, 2, 1])
    assert (found.given.norm_spread, found.given.mean_vector_share, found.given.top_variance_share) == (0, 0, 0)
    assert math.isnan(found.given.norm_frequency_correlation)
    assert math.isnan(found.given.distortion_spread)
    assert found.given.isotropy == 1
    assert "length and frequency" in found.table()


def test_isotropy_against_loops(rows):
    values = rows[:500].astype(float)
    directions = np.linalg.eigh(values.T @ values)[1].T
    sums = [np.exp(values @ (sign * c)).sum() for c in directions for sign in (1, -1)]
    assert geometry.isotropy(rows[:500]) == pytest.approx(min(sums) / max(sums), rel=1e-4)
    assert geometry.isotropy(1000 * rows[:500]) == 0  # no overflow


def test_isotropy_of_many_rows(rows):
    values = rows.astype(float)
    directions = np.linalg.eigh(values.T @ values)[1].T
    sums = [np.exp(values @ (sign * c)).sum() for c in directions for sign in (1, -1)]
    assert geometry.isotropy(rows) == pytest.approx(min(sums) / max(sums), rel=1e-3)


def test_neighbours_against_loops(rows):
    few = rows[10:210].astype(float)
    units = few / np.linalg.norm(few, axis=1)[:, None]
    cosines = units @ units.T
    np.fill_diagonal(cosines, -2)
    lists = np.argsort(-cosines, axis=1)[:, :10]
    found = geometry.nearest_in_sample(few, 10)
    assert found.ids.tolist() == lists.tolist()
    occurrences = np.bincount(lists.ravel(), minlength=200)
    assert geometry.occurrences(found).tolist() == occurrences.tolist()
    assert geometry.hubness(few) == pytest.approx(stats.skew(occurrences))
    distances = ((few[:, None] - few[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    nearest = np.argsort(distances, axis=1)[:, :10]
    common = [len(set(a) & set(b)) / 10 for a, b in zip(lists, nearest, strict=True)]
    assert geometry.euclidean_agreement(few) == pytest.approx(np.mean(common))


def test_neighbours_of_equal_lengths_do_not_depend_on_the_metric(rows, monkeypatch):
    monkeypatch.setattr("fastvec.geometry.neighbors.SCORES", 20_000)  # several products
    units = np.delete(rows, 7, 0)[:3000]
    units /= np.linalg.norm(units, axis=1)[:, None]
    assert geometry.euclidean_agreement(units) == pytest.approx(1, abs=1e-3)
    assert geometry.euclidean_agreement(rows) < 0.9


def test_a_hub_is_found():
    drawn = geometry.random_vectors(1000, 50)
    hub = geometry.nearest_in_sample(np.vstack([drawn + 0.5, np.ones(50)]), 10)
    assert geometry.occurrences(hub).argmax() == 1000
    assert geometry.hubness(drawn + 0.5) > 1 > geometry.hubness(drawn)
    assert len(geometry.nearest_in_sample(drawn, 10, 300).ids) == 300
    assert geometry.skewness([]) == geometry.skewness([4, 4]) == 0


def test_norms_and_counts(rows):
    counts = np.random.default_rng(4).integers(1, 50, len(rows))
    expected = stats.spearmanr(geometry.norms_of(rows), counts).statistic
    assert geometry.norm_frequency_correlation(rows, counts) == pytest.approx(expected, abs=1e-9)
    vectors = fv.WordVectors([str(i) for i in range(len(rows))], rows, counts=counts)
    assert geometry.norm_frequency_correlation(vectors) == pytest.approx(expected, abs=1e-9)
    assert math.isnan(geometry.norm_frequency_correlation(rows, np.ones(len(rows), int)))
    for wrong in ([1, 2], np.full(len(rows), -1), [0.5] * len(rows)):
        with pytest.raises(fv.SettingError, match=r"^counts: expected"):
            geometry.norm_frequency_correlation(rows, wrong)
    with pytest.raises(fv.SettingError, match="counts: expected how often each word occurs, got none"):
        geometry.norm_frequency_correlation(rows)


@pytest.mark.parametrize("k", [4, 50, 400])
def test_distortion_has_its_law_whatever_the_vectors(rows, k):
    """Ratios of one projection depend on each other: many projections, of one pair each."""
    ratios = np.concatenate([geometry.distortion(rows[:50], k, 1, seed=seed) for seed in range(1500)])
    assert stats.kstest(ratios * k, stats.chi2(k).cdf).pvalue > 1e-3


def test_a_projection_to_the_bound_keeps_all_distances():
    rows = geometry.random_vectors(60, 300)
    k = geometry.johnson_lindenstrauss_bound(60, 0.3, cubic=True)
    projected = geometry.random_projection(rows, k).astype(float)
    before, after = (((x[:, None] - x[None]) ** 2).sum(axis=2) for x in (rows.astype(float), projected))
    ratios = after[before > 0] / before[before > 0]
    assert 0.7 < ratios.min() < ratios.max() < 1.3
    assert not np.array_equal(projected, geometry.random_projection(rows, k, seed=2))


def test_equal_rows_have_no_distortion():
    assert len(geometry.distortion(np.ones((4, 3)), 2)) == 0


def test_one_hot_against_dense():
    rows = geometry.random_vectors(3000, 100)
    one_hot, dense = geometry.one_hot_against_dense(rows)
    true = np.eye(50)
    assert geometry.one_hot_against_dense(true)[1][2:] == (0, 0)  # what a one-hot matrix has, measured
    assert (one_hot.bytes, dense.bytes) == (3000 * 3000 * 4, 3000 * 100 * 4)
    assert dense.cosine_spread == pytest.approx(0.1, rel=0.05)


@pytest.mark.parametrize("measure", EVERY)
def test_unusable_vectors_are_refused(measure):
    for wrong, message in (
        ([[1, 0], [math.nan, 1], [1, 1]], "vectors: expected finite numbers, got nan or inf in row 1"),
        ([1, 2, 3], "vectors: expected float32"),
        ([["a"], ["b"], ["c"]], "vectors: expected float32"),
    ):
        with pytest.raises(fv.SettingError, match=message):
            measure(wrong)
    if measure not in (geometry.norms_of, EVERY[-2], EVERY[-1]):
        with pytest.raises(fv.SettingError, match="vectors: expected at least 2 rows"):
            measure([[1.0, 2.0]])


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda x: geometry.cosines_of_random_pairs(x, 0), "n_pairs"),
        (lambda x: geometry.cosines_of_random_pairs(x, seed=-1), "seed"),
        (lambda x: geometry.nearest_in_sample(x, 0), "k"),
        (lambda x: geometry.nearest_in_sample(x, 1, 1), "n_words"),
        (lambda x: geometry.euclidean_agreement(x, 1.5), "k"),
        (lambda x: geometry.euclidean_agreement(x, n_queries=0), "n_queries"),
        (lambda x: geometry.distortion(x, 0), "k"),
        (lambda x: geometry.random_projection(x, 2, seed="a"), "seed"),
        (lambda x: geometry.random_vectors(0, 3), "n_words"),
        (lambda x: geometry.random_vectors(3, 3, scale=math.inf), "scale"),
        (lambda x: geometry.participation_ratio([[1.0]]), "values"),
        (lambda x: geometry.diagnose(x, counts=[1]), "counts"),
        (lambda x: geometry.diagnose(x, seed=-1), "seed"),
    ],
)
def test_arguments_out_of_range_are_refused(call, field):
    with pytest.raises(fv.SettingError, match=f"^{field}: expected"):
        call(np.eye(3))
