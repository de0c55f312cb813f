"""SGNS factorises shifted PMI: the figures of docs/sgns-factorises-pmi.md, by ``pytest -s`` on this file."""

from __future__ import annotations

import numpy as np
import pytest

import fastvec as fv
from fastvec.counting.association import pmi

WINDOW, NEGATIVE = 3, 5


@pytest.fixture(scope="module")
def corpus():
    # each sentence 500 times: PMI stays as it is, and a word's vectors come to rest
    return fv.Corpus.from_text(fv.datasets.kingdom() * 500, min_count=1)


@pytest.fixture(scope="module")
def counts(corpus):
    return fv.count_cooccurrences(corpus, window=WINDOW, weighting="flat")


@pytest.fixture(scope="module", params=[1.0, 0.75])
def trained(request, corpus):
    """The exponent of the noise, and W_in . W_out^T: D = V, so that every pair has room."""
    trainer = fv.SkipGram(
        vector_size=len(corpus.vocabulary), window=WINDOW, shrink_windows=False, negative=NEGATIVE, sample=0,
        ns_exponent=request.param, epochs=20, learning_rate=0.1, min_learning_rate=1e-3,
    )  # fmt: skip
    vectors = trainer.train(corpus, threads=1)
    return request.param, vectors.vectors @ vectors.context_vectors.T


def fit(name, ns_exponent, dots, expected):
    """Correlation, slope, intercept and root mean square error of the dots over what theory expects."""
    slope, intercept = np.polyfit(expected, dots, 1)
    correlation = np.corrcoef(expected, dots)[0, 1]
    error = np.sqrt(np.mean((dots - expected) ** 2))
    print(f"\nns_exponent={ns_exponent:<4} against {name:<35}: correlation {correlation:.3f}, slope {slope:.2f}, "
          f"intercept {intercept:+.2f}, error {error:.2f}")  # fmt: skip
    return correlation, slope, intercept, error


def test_dots_are_shifted_pmi_whose_contexts_are_smoothed_as_the_noise_is(trained, counts):
    ns_exponent, dots = trained
    found = {}
    for smoothing in (1.0, 0.75):
        expected = pmi(counts, context_smoothing=smoothing).tocoo()
        observed = dots[expected.row, expected.col]
        name = f"PMI, contexts ** {smoothing:g}, - log {NEGATIVE}"
        found[smoothing] = fit(name, ns_exponent, observed, expected.data - np.log(NEGATIVE))
    correlation, slope, intercept, error = found[ns_exponent]
    assert correlation > 0.96
    assert 0.95 < slope < 1.1
    assert abs(intercept) < 0.25
    other = found[1.75 - ns_exponent]
    assert correlation > other[0]
    assert abs(slope - 1) < abs(other[1] - 1)
    assert error < other[3]


def test_what_is_left_is_how_noise_is_drawn(trained, counts, corpus):
    """Noise words are drawn by their tokens, not by their windows, and one that equals the centre is skipped."""
    ns_exponent, dots = trained
    pairs = counts.to_csr().tocoo()
    noise = corpus.vocabulary.counts**ns_exponent
    noise = noise / noise.sum()
    negatives = NEGATIVE * (counts.row_sums[pairs.row] - pairs.data) * noise[pairs.col]
    correlation, slope, intercept, error = fit(
        "log(positives / negatives)", ns_exponent, dots[pairs.row, pairs.col], np.log(pairs.data / negatives)
    )
    assert correlation > 0.98
    assert 0.96 < slope < 1.04
    assert abs(intercept) < 0.05
    assert error < 0.2


def test_pairs_never_observed_go_far_below(trained, counts):
    _, dots = trained
    observed = counts.to_csr().toarray() > 0
    assert np.median(dots[~observed]) < np.quantile(dots[observed], 0.001) - 2
