"""explain: shares add up to the cosine of the oracle's rows, for every weight."""

from __future__ import annotations

import numpy as np
import oracles_association as oracle
import pytest
from scipy import sparse

import fastvec as fv


@pytest.fixture(scope="module")
def counts():
    return fv.count_cooccurrences(fv.Corpus.from_text(fv.datasets.kingdom(), min_count=1), window=3)


def rows_of(counts, weights, negative=1, smoothing=1.0):
    dense = counts.to_csr().toarray()
    if weights == "ppmi":
        return oracle.ppmi(dense, negative, smoothing)
    if weights == "pmi":
        return np.where(dense > 0, oracle.pmi(dense, smoothing), 0)
    return np.log1p(dense) if weights == "log_counts" else dense


CASES = [
    ("ppmi", {}), ("ppmi", {"negative": 2}), ("ppmi", {"context_smoothing": 0.75}), ("pmi", {}),
    ("pmi", {"context_smoothing": 0.5}), ("log_counts", {}), ("counts", {}),
]  # fmt: skip


@pytest.mark.parametrize(("weights", "settings"), CASES, ids=str)
@pytest.mark.parametrize("pair", [("king", "queen"), ("cat", "dog"), ("king", "king"), ("paris", "bread")])
def test_shares_are_the_oracles(counts, weights, settings, pair):
    if not all(word in counts.vocabulary for word in pair):
        pair = ("paris", "cat")
    found = fv.explain(counts, *pair, weights=weights, **settings)
    rows = rows_of(counts, weights, settings.get("negative", 1), settings.get("context_smoothing", 1.0))
    a, b = (rows[counts.vocabulary[word]] for word in pair)
    products = a * b / np.sqrt((a * a).sum() * (b * b).sum())
    assert found.cosine == pytest.approx(products.sum(), abs=1e-12)
    assert sum(context.share for context in found) == pytest.approx(found.cosine, abs=1e-12)
    assert {context.context for context in found} == {
        counts.vocabulary.words[i] for i in np.flatnonzero((a != 0) & (b != 0))
    }
    assert found.n_contexts == ((a != 0).sum(), (b != 0).sum())
    for context in found:
        i = counts.vocabulary[context.context]
        assert context.share == pytest.approx(products[i])
        assert context.weights == pytest.approx((a[i], b[i]))
        assert context.counts == (counts[pair[0], context.context], counts[pair[1], context.context])
    shares = [context.share for context in found]
    assert shares == sorted(shares, reverse=True)
    assert found[0] == found.contexts[0]
    assert len(found) == len(shares)


def test_a_word_is_as_similar_to_itself_as_can_be(counts):
    assert fv.explain(counts, "king", "king").cosine == pytest.approx(1)


def test_words_without_counts_share_nothing():
    matrix = sparse.csr_array(np.array([[0, 0, 0], [0, 1, 2], [0, 2, 0]]))
    counts = fv.CooccurrenceMatrix(matrix, fv.Vocabulary(["alone", "a", "b"], [1, 3, 2]))
    found = fv.explain(counts, "alone", "a")
    assert (found.cosine, len(found), str(found)) == (
        0, 0, "alone and a: cosine 0.000; 0 shared contexts, of 0 and 1"
    )  # fmt: skip


def test_it_prints_ten_contexts_and_the_sum_of_the_rest(counts):
    found = fv.explain(counts, "king", "queen", weights="counts")
    *lines, last = str(found).splitlines()
    assert len(lines) == 12
    assert float(last.split(": ")[1]) == pytest.approx(sum(c.share for c in found.contexts[10:]), abs=1e-4)


def test_a_file_of_counts_explains_too(counts, tmp_path):
    counts.save(tmp_path / "c.fvm")
    loaded = fv.CooccurrenceMatrix.load(tmp_path / "c.fvm")
    assert fv.explain(loaded, "king", "queen") == fv.explain(counts, "king", "queen")


def test_bad_arguments_are_named(counts):
    with pytest.raises(fv.UnknownWordError, match="no counts for 'kingg'; did you mean 'king'"):
        fv.explain(counts, "kingg", "queen")
    with pytest.raises(fv.UnknownWordError, match="no counts for the id 5"):
        fv.explain(counts, "king", 5)
    with pytest.raises(fv.SettingError, match=r"counts: expected a CooccurrenceMatrix.*count_cooccurrences"):
        fv.explain(counts.to_csr(), "king", "queen")
    with pytest.raises(fv.SettingError, match="weights: expected one of 'ppmi'"):
        fv.explain(counts, "king", "queen", weights="tf_idf")
    with pytest.raises(fv.SettingError, match="negative: expected a finite number above 0"):
        fv.explain(counts, "king", "queen", negative=0)
    with pytest.raises(fv.SettingError, match="context_smoothing: expected"):
        fv.explain(counts, "king", "queen", context_smoothing=-1)
