"""Rows of vectors in text and binary: numbers as Python reads them, lines as the reference has them, and back."""

import random
import struct
from decimal import Decimal, localcontext

import numpy as np
import pytest
from sizes import EDGE_SIZES

from fastvec.kernels import _vector_text
from fastvec.kernels._vector_text import PADDING, Line
from fastvec.kernels.reference import vector_text as reference


def parse(kernel, data, size, most_rows=None, most_lines=None, most_fields=None):
    """What a kernel makes of some lines: (counts, lines, the vectors, 0 where it left a number)."""
    n_lines = data.count(b"\n") + 1
    text = np.frombuffer(bytearray(data + b"9" * PADDING), np.uint8)
    vectors = np.zeros((most_rows or n_lines, size), np.float32)
    lines = np.zeros((most_lines or n_lines, 3), np.int64)
    fields = np.zeros((most_fields or n_lines * size + size, 3), np.int64)
    found, rows, n_fields, end = kernel.parse_rows(
        text=text, n=len(data), vectors=vectors, lines=lines, fields=fields
    )
    assert text.tobytes() == data + b"9" * PADDING
    vectors.ravel()[fields[:n_fields, 0]] = 0
    left = [data[start:stop] for _, start, stop in fields[:n_fields].tolist()]
    return (found, rows, end), lines[:found].tolist(), vectors[:rows], fields[:n_fields, 0].tolist(), left


def as_python(part):
    with np.errstate(over="ignore"):
        return np.float32(float(part))


def numbers(rng):
    """Decimal numbers of all kinds, most of them hard: long, tiny, huge, halfway between two doubles or floats."""
    value = struct.unpack("<d", rng.randbytes(8))[0]
    single = struct.unpack("<f", rng.randbytes(4))[0]
    digits = "".join(rng.choices("0123456789", k=rng.randrange(1, 40)))
    point = rng.randrange(len(digits) + 1)
    yield f"{rng.gauss(0, 0.4):.{rng.randrange(1, 22)}f}"
    yield repr(rng.uniform(-5, 5))
    yield repr(float(np.float32(rng.gauss(0, 0.3))))
    yield repr(value)
    yield str(np.float32(single))
    yield f"{single:.{rng.randrange(1, 20)}e}"
    yield f"{rng.choice('+-')}{digits[:point]}.{digits[point:]}"
    yield f"{digits[:point]}.{digits[point:]}e{rng.randrange(-70, 45)}"
    yield f"{rng.gauss(0, 1) * 10 ** rng.uniform(-50, 40):.{rng.randrange(1, 20)}g}"
    for near in (abs(value), abs(single)):
        if 1e-60 < near < 1e38:
            above = Decimal(float(np.nextafter(near, np.inf) if near is not abs(single) else near * (1 + 2**-24)))
            with localcontext() as context:
                context.prec = 900
                yield format((Decimal(near) + above) / 2, f".{rng.choice([16, 17, 18, 19, 20, 60])}e")


@pytest.mark.parametrize("seed", range(8))
def test_every_number_is_the_one_that_python_reads(seed):
    rng = random.Random(seed)
    parts = [part.encode() for _ in range(1500) for part in numbers(rng)]
    size = 100
    rows = [parts[i : i + size] for i in range(0, len(parts) - size, size)]
    data = b"".join(b"w " + b" ".join(row) + b"\n" for row in rows)
    counts, lines, vectors, left, _ = parse(_vector_text, data, size)
    assert counts == (len(rows), len(rows), len(data))
    assert all(line[0] == Line.ROW for line in lines)
    expected = np.array([[as_python(part) for part in row] for row in rows])
    read = np.ones(vectors.size, bool)
    read[left] = False
    assert (vectors.view(np.uint32).ravel() == expected.view(np.uint32).ravel())[read].all()
    assert read.mean() > 0.75  # what is left are numbers that no float32 holds, and a few too close to call


def test_numbers_that_files_have_are_never_left():
    rows = np.random.default_rng(0).normal(0, 0.4, (500, 60)).astype(np.float32)
    for form in ("%.5f", "%.6f", "%.9g", "%r", "%.17g", "%.18e", "%.7e"):
        data = b"".join(b"w %b\n" % (" ".join([form] * 60) % tuple(map(float, row))).encode() for row in rows)
        _, _, vectors, left, _ = parse(_vector_text, data, 60)
        expected = [[as_python(part) for part in line.split()[1:]] for line in data.splitlines()]
        assert left == []
        assert vectors.tobytes() == np.array(expected).tobytes()


PLAIN = [
    b"0", b"-0", b"+1", b".5", b"5.", b"-.5e-3", b"1e5", b"1E5", b"1e+05", b"0e999999999", b"-0e-999999999",
    b"0000000000000000000000000001", b"16777217", b"9007199254740994", b"123456789012345678901234567890",
    b"0.00000000000000000000000000000000000001", b"1e-45", b"7.0064923216240854e-46", b"3.4028235e38", b"0.1",
    b"111111111111111111", b"1111111111111111111", b"11111111111111111111",
    b"0.0000000000000000000000000000001",
]  # fmt: skip
OTHERS = [
    b"nan", b"inf", b"-Infinity", b"1e99", b"1e400", b"3.4028235677973366e38", b"x", b"", b"1_0", b"1e",
    b"1e+", b".", b"-", b"+", b"--1", b"1..2", b"1.2.3", b"0x10", b"1,5", b"1e5.0", b"e5", b"\xff", b"1\x00",
    b"1e-400", b"9007199254740993",
]  # fmt: skip


@pytest.mark.parametrize("part", PLAIN)
def test_plain_numbers_are_read(part):
    for data in (b"w " + part + b"\n", b"w " + part, b"w\t" + part + b" \r\n"):
        counts, lines, vectors, left, _ = parse(_vector_text, data, 1)
        assert (counts[:2], lines, left) == ((1, 1), [[Line.ROW, 0, 1]], [])
        assert vectors.tobytes() == as_python(part).tobytes()


@pytest.mark.parametrize("part", [part for part in OTHERS if part])
def test_other_fields_are_left_to_python(part):
    assert parse(_vector_text, b"w 1 " + part + b" 2\n", 3)[3:] == ([1], [part])


LINES = [
    b"a 1 2\n", b"a 1 2", b"a\t1\t2 \r\n", b"a  1\x0b2\x0c\n", b" 1 2\n", b"1 2\n", b"\n", b" \r\n", b"a 1\n",
    b"a\n", b"new york 1 2\n", b"  a 1 2\n", b"windows 10 1 2\n", b". . . 1 2\n", b"a x 2\n", b"a b x 2\n",
    b"\xff\x00 1 2\n", b"1 2 3\n", b"\t\n",
]  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_lines_are_those_of_the_reference(line):
    for data in (line, b"first 5 6\n" + line, line.rstrip(b"\n") + b"\nlast 7 8"):
        ours, theirs = parse(_vector_text, data, 2), parse(reference, data, 2)
        assert ours[:2] + ours[3:] == theirs[:2] + theirs[3:]
        assert ours[2].tobytes() == theirs[2].tobytes()


@pytest.mark.parametrize("size", EDGE_SIZES)
def test_random_lines_of_every_size(size):
    rng = random.Random(size)
    parts = [b"1", b"-2.5", b"nan", b"word", b"3e-5", b"\xc3\xa9"]
    for _ in range(60):
        fields = [rng.choice(parts) for _ in range(max(0, size + rng.randrange(-2, 4)))]
        data = rng.choice([b"", b" "]) + b" ".join(fields) + b"\n" + b"w" + b" 1" * size
        ours, theirs = parse(_vector_text, data, size), parse(reference, data, size)
        assert ours[:2] + ours[3:] == theirs[:2] + theirs[3:]
        assert ours[2].tobytes() == theirs[2].tobytes()


@pytest.mark.parametrize("room", [{"most_rows": 2}, {"most_lines": 2}, {"most_fields": 5}])
def test_parsing_ends_where_there_is_no_more_room(room):
    data = b"a nan nan\nb nan nan\nc nan nan\nd 1 2\n"
    ours, theirs = parse(_vector_text, data, 2, **room), parse(reference, data, 2, **room)
    assert ours[0] == theirs[0] == (2, 2, 20)


# --- binary ---


@pytest.mark.parametrize("size", EDGE_SIZES)
def test_binary_rows_are_those_of_the_reference(size):
    rng = random.Random(size)
    words = [b"a", b"\xff\xfe", b"", b"x" * 40, b"\nb", b"c"]
    data = b"".join(rng.choice([b"", b"\n"]) + word + b" " + rng.randbytes(4 * size) for word in words)
    for n in (len(data), len(data) - 1, 4 * size, 3, 0):
        for most in (1, 3, 9):
            results = []
            for kernel in (_vector_text, reference):
                vectors, lines = np.zeros((most, size), np.float32), np.zeros((most, 3), np.int64)
                text = np.frombuffer(data, np.uint8)
                found = kernel.split_rows(text=text, n=n, longest=30, vectors=vectors, lines=lines)
                results.append((found, lines.tolist(), vectors.tobytes()))
            assert results[0] == results[1]


# --- writing ---


def written(kernel, words, vectors, exponent=False):
    lengths = [len(word) + 1 for word in words]
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    data = np.frombuffer(b"\n".join(words) + b"\n", np.uint8)
    return kernel.write_rows(words=data, starts=starts, vectors=vectors, exponent=exponent).tobytes()


@pytest.mark.parametrize("exponent", [False, True])
def test_what_is_written_reads_as_the_same_float32(exponent):
    bits = np.random.default_rng(1).integers(0, 2**32, (300, 100), dtype=np.uint32)
    vectors = bits.view(np.float32)
    vectors[~np.isfinite(vectors)] = 0
    tiny = (bits % 2**23).view(np.float32)
    usual = np.random.default_rng(2).normal(0, 0.3, (300, 100)).astype(np.float32)
    powers = np.float32(10.0) ** np.arange(-45, 39, dtype=np.float32)[:, None] * np.ones((1, 100), np.float32)
    for rows in (vectors, tiny, usual, powers):
        words = [b"w%d" % i for i in range(len(rows))]
        lines = written(_vector_text, words, rows, exponent).splitlines()
        assert [line.split()[0] for line in lines] == words
        again = np.array([[as_python(part) for part in line.split()[1:]] for line in lines])
        assert again.tobytes() == rows.tobytes()
        assert max(len(part) for line in lines for part in line.split()[1:]) <= 15


@pytest.mark.parametrize("exponent", [False, True])
def test_numbers_are_written_as_the_reference_does(exponent):
    values = [
        0,
        -0.0,
        1,
        0.1,
        -2.5,
        3e-5,
        1e-4,
        12345.67,
        100,
        123456789,
        1e8,
        1e9,
        3.4028235e38,
        1e-45,
        1 / 3,
        np.nan,
    ]
    values += np.random.default_rng(3).normal(0, 0.3, 500).astype(np.float32).tolist()
    rows = np.array(values, np.float32)[:, None]
    words = [b"\xff", *[b"w"] * (len(rows) - 1)]
    assert written(_vector_text, words, rows, exponent) == written(reference, words, rows, exponent)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("parse_rows", {"n": 9}),
        ("parse_rows", {"n": -1}),
        ("parse_rows", {"fields": np.zeros((1, 3), np.int64)}),
        ("parse_rows", {"lines": np.zeros((1, 2), np.int64)}),
        ("parse_rows", {"vectors": np.zeros((0, 2), np.float32)}),
        ("split_rows", {"n": 99}),
        ("split_rows", {"lines": np.zeros((1, 3), np.int64)}),
        ("write_rows", {"starts": np.array([0, 9, 2])}),
        ("write_rows", {"starts": np.array([0, 1])}),
        ("write_rows", {"vectors": np.zeros((0, 2), np.float32)}),
    ],
)
def test_arrays_that_do_not_fit_are_refused(name, changes):
    text, vectors = np.zeros(8 + PADDING, np.uint8), np.zeros((2, 2), np.float32)
    lines, fields = np.zeros((2, 3), np.int64), np.zeros((2, 3), np.int64)
    given = {
        "parse_rows": {"text": text, "n": 8, "vectors": vectors, "lines": lines, "fields": fields},
        "split_rows": {"text": text, "n": 8, "longest": 9, "vectors": vectors, "lines": lines},
        "write_rows": {"words": text, "starts": np.array([0, 1, 2]), "vectors": vectors, "exponent": False},
    }[name]
    getattr(_vector_text, name)(**given)
    with pytest.raises(ValueError, match=r"expected|no room"):
        getattr(_vector_text, name)(**{**given, **changes})
