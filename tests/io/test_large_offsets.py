"""Offsets past 2^31 and 2^32, of bytes and of items: sparse files, of which only what is asked for is read."""

from __future__ import annotations

import os
import struct

import numpy as np
import pytest

import fastvec as fv
from fastvec.errors import FormatError
from fastvec.io.npy import map_npy
from fastvec.io.tensors import header_of
from fastvec.kernels import _word2vec
from fastvec.training.matrices import new_matrix
from fastvec.training.negative_sampling import AliasTable
from fastvec.vectors.formats import fasttext

D = 16_384
V = 270_000  # V * D is beyond 2^32 items, 17.7 GB
ROWS = [0, 2**31 // 4 // D, 2**32 // 4 // D, 2**31 // D, 2**32 // D + 1, V - 1]  # around each of the borders
N = 2**32 + 50  # tokens


@pytest.fixture
def sparse(tmp_path):
    """Return what writes a file of a header, a hole, and some bytes at places after the header."""
    path = tmp_path / "sparse"

    def write(name, header, size, parts):
        path = tmp_path / name
        try:
            with open(path, "wb") as file:
                file.write(header)
                file.truncate(len(header) + size)
                for place, data in parts.items():
                    file.seek(len(header) + place)
                    file.write(data)
        except OSError as error:
            pytest.skip(f"a sparse file of {size / 2**30:.0f} GiB cannot be made here: {error}")
        if os.stat(path).st_blocks * 512 > 1 << 30:
            pytest.skip("files have no holes here")
        return path

    yield write
    path.unlink(missing_ok=True)


def words_of(n):
    return [f"w{i}" for i in range(n)]


def row(number):
    return np.full(D, 1 + number, "<f4").tobytes()


MATRIX = {number * D * 4: row(number) for number in ROWS}


def check_rows(vectors, rows=ROWS):
    for number in rows:
        assert (vectors[number] == 1 + number).all(), number
        assert number == 0 or not vectors[number - 1].any() or number - 1 in rows


def npy_header(shape):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()


def test_npy(sparse):
    path = sparse("x.npy", npy_header((V, D)), V * D * 4, MATRIX)
    check_rows(map_npy(path))
    (path.parent / "x.vocab.txt").write_text("\n".join(words_of(V)) + "\n")
    vectors = fv.WordVectors.load(path)
    check_rows(vectors.vectors)
    assert vectors[f"w{V - 1}"][0] == V


def test_a_large_file_that_lacks_one_byte_is_refused(sparse):
    path = sparse("x.npy", npy_header((V, D)), V * D * 4 - 1, {})
    with pytest.raises(FormatError, match="truncated"):
        map_npy(path)


def test_safetensors(sparse):
    words = "\n".join(words_of(V)).encode()
    shapes = {"embedding.weight": ("float32", [V, D]), "words": ("uint8", [len(words)])}
    header = header_of(shapes, {"format": "fastvec.vectors", "version": "1"})
    start = struct.pack("<Q", len(header)) + header
    path = sparse("x.safetensors", start, V * D * 4 + len(words), {**MATRIX, V * D * 4: words})
    vectors = fv.WordVectors.load(path)
    assert vectors.index_to_key[-1] == f"w{V - 1}"
    check_rows(vectors.vectors)


def test_fasttext(sparse):
    """Two matrices, each of more than 2^32 bytes: the second begins beyond."""
    words, wide = 17_000, 65_536
    entries = b"".join(b"w%d\0" % i + struct.pack("<qb", words - i, 0) for i in range(words))
    header = struct.pack("<14id", 793712314, 12, wide, 5, 5, 5, 5, 1, 2, 2, 0, 0, 0, 100, 1e-4)
    header += struct.pack("<3i2q", words, words, 0, words, -1) + entries
    header += b"\0" + struct.pack("<2q", words, wide)
    size = words * wide * 4
    last = np.full(wide, 7, "<f4").tobytes()
    second = b"\0" + struct.pack("<2q", words, wide)
    parts = {size - 4 * wide: last, size: second, 2 * size + len(second) - 4 * wide: last[: 4 * wide]}
    path = sparse("x.bin", header, 2 * size + len(second), parts)
    record = fasttext.read(path)  # WordVectors copies a matrix that does not begin at a multiple of four bytes
    for matrix in (record.vectors, record.context_vectors):
        assert matrix.shape == (words, wide)
        assert (matrix[-1] == 7).all()
        assert not matrix[-2].any()


def test_word2vec_binary_of_which_the_first_rows_are_read(sparse):
    """The header counts more rows than 32 bits do, and the file has them."""
    n = 2**32 + 3
    path = sparse("x.bin", b"%d 1\n" % n, n * 7, {0: b"a \0\0\x80\x3f\nb \0\0\0\x40\n"})
    vectors = fv.WordVectors.load(path, limit=2)
    assert vectors.index_to_key == ["a", "b"]
    assert vectors.vectors.tolist() == [[1.0], [2.0]]


def test_a_corpus_and_the_kernel_at_its_end(sparse):
    """4.3 billion tokens; the last sentence is read, and trained on as if it were alone."""
    offsets = np.array([0, 10, 2**31 + 5, N - 20, N], "<i8")
    counts, words = np.array([N - 20, 10, 10], "<i8"), b"a\nb\nc"
    shapes = {
        "offsets": ("int64", [5]), "counts": ("int64", [3]), "ids": ("int32", [N]), "words": ("uint8", [5]),
    }  # fmt: skip
    header = header_of(shapes, {"format": "fastvec corpus", "version": "1", "n_dropped": "0"})
    start = struct.pack("<Q", len(header)) + header + offsets.tobytes() + counts.tobytes()
    end = np.array([1, 2] * 10, "<i4").tobytes()
    path = sparse("x.fvc", start, 4 * N + 5, {4 * (N - 20): end, 4 * N: words})
    corpus = fv.Corpus.load(path)
    assert corpus.n_tokens == N
    assert corpus[3] == ["b", "c"] * 10
    trained = []
    for ids, bounds, first in (
        (corpus.ids, corpus.offsets, N - 20),
        (np.array([1, 2] * 10, np.int32), [0, 20], 0),
    ):
        W_in, W_out = new_matrix(3, 4), new_matrix(3, 4)
        W_in[:, :4] = 0.1
        totals = _word2vec.word2vec_slice(
            ids=ids, offsets=np.array(bounds, np.int64), keep=np.full(3, 2**32 - 1, np.uint32),
            negatives=AliasTable(np.ones(3)).table, W_in=W_in, W_out=W_out, model="window",
            loss="negative_sampling", window=2, negative=1, learning_rate=0.05,
            places=[(first, first + 20, len(bounds) - 2, 5, 6)],
            negative_stream=9, stop=np.zeros(1, np.uint8), level=0,
        )  # fmt: skip
        trained.append((totals, W_in.tobytes(), W_out.tobytes()))
    assert trained[0] == trained[1]
    assert trained[0][0][1] > 50
