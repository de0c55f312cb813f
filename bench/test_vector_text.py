"""Rows of vectors from text, and as text: ``pytest bench/test_vector_text.py --benchmark-only``."""

import numpy as np
import pytest

from fastvec.kernels import _vector_text
from fastvec.kernels._vector_text import PADDING
from fastvec.kernels.reference import vector_text as reference

FORMS = {"GloVe": "%.5g", "word2vec": "%.6f", "nine digits": "%.9g", "float64": "%r", "nineteen digits": "%.18e"}
ROWS, SIZE = 200, 300


def rows():
    return np.random.default_rng(0).normal(0, 0.4, (ROWS, SIZE)).astype(np.float32)


def parse(kernel, data):
    text = np.frombuffer(bytearray(data + bytes(PADDING)), np.uint8)
    vectors = np.empty((ROWS, SIZE), np.float32)
    lines, fields = np.empty((ROWS, 3), np.int64), np.empty((SIZE, 3), np.int64)
    kernel.parse_rows(text=text, n=len(data), vectors=vectors, lines=lines, fields=fields)
    return vectors


def write(kernel, vectors):
    words = np.frombuffer(b"w\n" * ROWS, np.uint8)
    starts = np.arange(0, 2 * ROWS + 1, 2)
    return kernel.write_rows(words=words, starts=starts, vectors=vectors, exponent=False).tobytes()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kernel", [_vector_text, reference], ids=["compiled", "reference"])
def test_parsing(benchmark, rate, kernel, form):
    line = "w " + " ".join([FORMS[form]] * SIZE) + "\n"
    data = "".join(line % tuple(map(float, row)) for row in rows()).encode()
    expected = [[np.float32(float(part)) for part in line.split()[1:]] for line in data.splitlines()]
    found = benchmark.pedantic(parse, (kernel, data), rounds=30 if kernel is _vector_text else 2, warmup_rounds=1)
    assert (found == np.array(expected)).all()
    rate(bytes=len(data))


@pytest.mark.parametrize("kernel", [_vector_text, reference], ids=["compiled", "reference"])
def test_writing(benchmark, rate, kernel):
    vectors = rows()
    found = benchmark.pedantic(
        write, (kernel, vectors), rounds=20 if kernel is _vector_text else 2, warmup_rounds=1
    )
    assert (parse(_vector_text, found) == vectors).all()
    rate(bytes=len(found))
