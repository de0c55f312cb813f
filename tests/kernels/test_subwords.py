"""Words to rows, against the oracle."""

import itertools
import random

import numpy as np
import oracles_subwords as oracle
import pytest

from fastvec.kernels import _subwords, reference_subwords

BACKENDS = {"compiled": _subwords.subword_rows, "numpy": reference_subwords.subword_rows}
SIZES = [*range(10), 15, 16, 17, 31, 32, 33, 63, 64, 65, 97, 100, 300]


@pytest.fixture(params=BACKENDS)
def subword_rows(request):
    kernel = BACKENDS[request.param]

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
        {"buckets": -1},
        {"buckets": 0},
        {"buckets": 2**31 - 2},
    ]:
        with pytest.raises(ValueError, match=r"^(buckets|starts): expected"):
            _subwords.subword_rows(**good | wrong)
