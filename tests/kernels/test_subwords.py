"""Words to rows, and means of rows, against the oracle."""

import itertools
import random

import numpy as np
import oracles_subwords as oracle
import pytest
from sizes import EDGE_SIZES

from fastvec.kernels import _subwords
from fastvec.kernels.reference import subwords as reference_subwords

BACKENDS = {"compiled": _subwords, "numpy": reference_subwords}
SIZES = [0, *EDGE_SIZES]


@pytest.fixture(params=BACKENDS)
def subword_rows(request):
    kernel = BACKENDS[request.param].subword_rows

    def rows_of(words, min_n, max_n, buckets):
        text = np.frombuffer(b"".join(b"<%b>" % word for word in words), np.uint8)
        starts = np.array([0, *itertools.accumulate(len(word) + 2 for word in words)], np.int64)
        offsets, rows = kernel(text=text, starts=starts, min_n=min_n, max_n=max_n, buckets=buckets)
        assert offsets.dtype == np.int64
        assert rows.dtype == np.int32
        assert offsets[0] == 0
        assert len(rows) == offsets[-1]
        return [rows[a:b].tolist() for a, b in itertools.pairwise(offsets)]

    return rows_of


def check(subword_rows, words, min_n, max_n, buckets):
    expected = [oracle.rows(i, word, len(words), min_n, max_n, buckets) for i, word in enumerate(words)]
    assert subword_rows(words, min_n, max_n, buckets) == expected


@pytest.mark.parametrize(("min_n", "max_n"), [(3, 6), (1, 1), (1, 3), (0, 2), (2, 2), (6, 6), (5, 90), (0, 0)])
def test_every_length_of_word(subword_rows, min_n, max_n):
    draw = random.Random(1)
    words = [bytes(draw.choices(b"abcdefgh", k=size)) for size in SIZES]
    check(subword_rows, words, min_n, max_n, 1000)


@pytest.mark.parametrize("seed", range(5))
def test_any_bytes(subword_rows, seed):
    """Characters of one to four bytes, cut off and overlong ones, bytes that continue nothing."""
    draw = random.Random(seed)
    words = [bytes(draw.choices(range(256), k=draw.randrange(12))) for _ in range(200)]
    words += ["".join(draw.choices("aé日🙂́", k=draw.randrange(12))).encode() for _ in range(200)]
    words += [
        b"\x80",
        b"\x80\xbfa",
        b"a\x80\x80",
        b"\xff",
        b"\xc3",
        b"\xf0\x9f",
        b"<",
        b">",
        b"</s>",
        b"</s",
        b"/s",
    ]
    check(subword_rows, words, draw.choice([1, 2, 3]), draw.choice([3, 4, 6]), draw.choice([1, 7, 2_000_000]))


def test_hash_is_fnv1a():
    """The algorithm's published vectors, and fastText's buckets where bytes have the sign bit set."""
    known = {b"": 0x811C9DC5, b"a": 0xE40C292C, b"b": 0xE70C2DE5, b"foobar": 0xBF9CF968}
    assert {text: reference_subwords.fnv1a(text) for text in known} == known
    assert {text: oracle.bucket(text, 2**32) for text in known} == known


def test_nothing(subword_rows):
    assert subword_rows([], 3, 6, 1000) == []


def test_arguments_must_fit():
    good = {"text": np.zeros(9, np.uint8), "starts": np.array([0, 4, 9]), "min_n": 3, "max_n": 6, "buckets": 9}
    _subwords.subword_rows(**good)
    for wrong in [
        {"starts": np.array([0, 4, 10])},
        {"starts": np.array([-1, 4, 9])},
        {"starts": np.empty(0, np.int64)},
        {"starts": np.array([0, 9, 4])},
        {"starts": np.array([0, 10**9, 9])},
        {"buckets": -1},
        {"buckets": 0},
        {"buckets": 2**31 - 2},
    ]:
        with pytest.raises(ValueError, match=r"^(buckets|starts): expected"):
            _subwords.subword_rows(**good | wrong)


STOP = np.zeros(1, np.uint8)


def some_rows(seed, n, width):
    """Rows, and which of them 9 words have: none, one, several, and among them -1, a row of zeros."""
    rng = np.random.default_rng(seed)
    W = rng.standard_normal((n, width)).astype(np.float32)
    lengths = [0, 1, 2, 7, 40, 0, 3, 1, 5]
    return W, np.array([0, *itertools.accumulate(lengths)]), rng.integers(-1, n, sum(lengths)).astype(np.int32)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("width", SIZES[1:])
def test_means_of_rows(backend, width):
    W, offsets, rows = some_rows(width, 50, width)
    means = np.full((9, width), np.nan, np.float32)
    for start, end in [(0, 4), (4, 4), (4, 9)]:
        BACKENDS[backend].mean_rows(
            W=W.view(np.uint8), offsets=offsets, rows=rows, start=start, end=end, means=means, stop=STOP
        )
    with_zeros = np.vstack([W, np.zeros(width)])  # which -1 is the number of
    expected = [oracle.mean(with_zeros, rows[a:b]) for a, b in itertools.pairwise(offsets)]
    np.testing.assert_allclose(means, expected, atol=1e-6)


def test_rows_at_odd_addresses():
    W, offsets, rows = some_rows(1, 50, 33)
    moved = np.empty(W.nbytes + 1, np.uint8)[1:].reshape(50, -1)
    moved[:] = W.view(np.uint8)
    results = []
    for bytes_of_rows in (W.view(np.uint8), moved):
        means = np.empty((9, 33), np.float32)
        _subwords.mean_rows(W=bytes_of_rows, offsets=offsets, rows=rows, start=0, end=9, means=means, stop=STOP)
        results.append(means.tobytes())
    assert results[0] == results[1]


@pytest.mark.parametrize("backend", BACKENDS)
def test_stop_ends_means(backend):
    W, offsets, rows = some_rows(1, 50, 3)
    means = np.full((9, 3), 7, np.float32)
    BACKENDS[backend].mean_rows(
        W=W.view(np.uint8), offsets=offsets, rows=rows, start=0, end=9, means=means, stop=np.ones(1, np.uint8)
    )
    assert (means == 7).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": -1},
        {"start": 2, "end": 1},
        {"end": 10},
        {"means": np.empty((8, 3), np.float32)},
        {"means": np.empty((9, 4), np.float32)},
        {"means": np.empty((9, 0), np.float32), "W": np.empty((50, 0), np.uint8)},
        {"stop": np.empty(0, np.uint8)},
        {"rows": np.full(59, 50, np.int32)},
        {"rows": np.full(59, -2, np.int32)},
        {"rows": np.zeros(58, np.int32)},
        {"offsets": np.array([-1, *range(9)])},
        {"offsets": np.array([*range(8), 99, 9])},
        {"offsets": np.array([0, 5, 1, *range(5, 12)])},
    ],
)
def test_means_of_what_is_not_there(wrong):
    W, offsets, rows = some_rows(1, 50, 3)
    good = {"W": W.view(np.uint8), "offsets": offsets, "rows": rows, "start": 0, "end": 9, "stop": STOP}
    good["means"] = np.empty((9, 3), np.float32)
    _subwords.mean_rows(**good)
    with pytest.raises(ValueError, match=r"^(start|W|offsets)"):
        _subwords.mean_rows(**good | wrong)
