"""PPMI in blocks, and as a one-liner in NumPy: ``pytest bench/test_association.py --benchmark-only``."""

import numpy as np
import pytest
from scipy import sparse

from fastvec.counting.association import pmi, ppmi

V, PAIRS = 20_000, 10_000_000


@pytest.fixture(scope="module")
def counts():
    """Pairs of words with Zipf's law: the count of a word is proportional to 1 / rank."""
    rng = np.random.default_rng(1)
    rows, columns = (np.minimum(V - 1, V ** rng.random(PAIRS)).astype(np.int32) for _ in range(2))
    return sparse.coo_array((rng.random(PAIRS) + 0.1, (rows, columns)), shape=(V, V)).tocsr()


def one_liner(counts):
    """Return PPMI by five arrays as long as the counts."""
    row, column = counts.sum(axis=1), counts.sum(axis=0)
    pairs = counts.tocoo()
    values = np.log(pairs.data * counts.sum() / (row[pairs.row] * column[pairs.col]))
    result = sparse.csr_array((np.maximum(values, 0), (pairs.row, pairs.col)), shape=counts.shape)
    result.eliminate_zeros()
    return result


@pytest.mark.parametrize("weigh", [pmi, ppmi, one_liner], ids=lambda weigh: weigh.__name__)
def test_association(benchmark, rate, counts, weigh):
    weights = benchmark.pedantic(weigh, (counts,), rounds=5, warmup_rounds=1)
    assert abs(weights.maximum(0) - one_liner(counts)).max() < 1e-9
    rate(pairs=counts.nnz)
