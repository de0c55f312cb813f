"""CooccurrenceMatrix: what it answers, its files, GloVe's triples; what it refuses."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from functools import partial

import numpy as np
import pytest
from counting.conftest import random_corpus
from scipy.sparse import coo_array, csc_matrix, csr_array

from fastvec import (
    CooccurrenceMatrix,
    CorpusError,
    FormatError,
    SettingError,
    StorageError,
    UnknownWordError,
    Vocabulary,
    count_cooccurrences,
)
from fastvec.counting import matrix_checks as checks
from fastvec.counting import triples
from fastvec.io.container import map_tensors, save_tensors

DENSE = np.array([[0, 2, 0.5], [2, 1, 0], [0.5, 0, 0]])
WORDS = Vocabulary(["a", "b", "c"], [5, 3, 1])


@pytest.fixture
def matrix():
    return CooccurrenceMatrix(csr_array(DENSE), WORDS)


@pytest.fixture(params=[1, 7, 1 << 20])
def block(request, monkeypatch):
    """However many cells are looked at together."""
    monkeypatch.setattr(checks, "BLOCK", request.param)
    monkeypatch.setattr("fastvec.counting.cooccurrence.BLOCK", request.param)
    monkeypatch.setattr(triples, "BLOCK", request.param)


def test_what_it_answers(matrix):
    assert (matrix.shape, matrix.nnz, matrix.total) == ((3, 3), 5, 6)
    assert matrix.row_sums.tolist() == matrix.column_sums.tolist() == [2.5, 3, 0.5]
    assert matrix.is_symmetric
    assert (matrix["a", "c"], matrix["c", "c"], matrix["b", "b"]) == (0.5, 0, 1)
    assert repr(matrix) == "<CooccurrenceMatrix: 5 pairs of 3 words, counts sum to 6>"
    for pair in (("a", "B"), ("B", "a")):
        with pytest.raises(UnknownWordError, match="not in the vocabulary: 'B'; did you mean 'b'"):
            _ = matrix[pair]
    for wrong in ("ab", ("a",), ("a", "b", "c"), 0):
        with pytest.raises(SettingError, match="pair: expected two words"):
            _ = matrix[wrong]
    for look in (list, lambda matrix: "a" in matrix):
        with pytest.raises(TypeError, match="iterable"):
            look(matrix)


def test_top_pairs(block):
    symmetric = CooccurrenceMatrix(csr_array(DENSE), WORDS)
    assert symmetric.top_pairs(2) == [("a", "b", 2), ("b", "b", 1)]
    assert symmetric.top_pairs(99) == [("a", "b", 2), ("b", "b", 1), ("a", "c", 0.5)]
    one_sided = CooccurrenceMatrix(csr_array(np.array([[0, 2, 2], [1, 0, 0], [2, 0, 0.0]])), WORDS)
    assert one_sided.top_pairs(3) == [("a", "b", 2), ("a", "c", 2), ("c", "a", 2)]
    assert not one_sided.is_symmetric
    assert (one_sided.row_sums.tolist(), one_sided.column_sums.tolist()) == ([4, 1, 2], [3, 2, 2])
    assert one_sided.top_pairs(0) == []
    for wrong in (-1, 1.0, True):
        with pytest.raises(SettingError, match="n: expected a whole number of at least 0"):
            one_sided.top_pairs(wrong)


@pytest.mark.parametrize("context", ["both", "left"])
def test_symmetry_of_counts_is_known(context):
    counts = count_cooccurrences(random_corpus(), context=context)
    # settings that are handed in prove nothing
    again = CooccurrenceMatrix(counts.to_csr(), counts.vocabulary, {"context": "both"})
    assert counts.is_symmetric == again.is_symmetric == (context == "both")
    np.testing.assert_allclose(counts.column_sums, again.to_csr().sum(axis=0))


def test_what_it_takes(matrix):
    repeated = coo_array(
        ([1, 1, 0.5, 0.5, 2, 1, 0.0], ([0, 0, 0, 2, 1, 1, 2], [1, 1, 2, 0, 0, 1, 2])), shape=(3, 3)
    )
    for given in (csc_matrix(DENSE), repeated, csr_array(DENSE.astype(np.float32)), csr_array(DENSE)):
        before = given.toarray()
        found = CooccurrenceMatrix(given, WORDS).to_csr()
        np.testing.assert_array_equal(found.toarray(), DENSE)
        assert (found.nnz, found.dtype, found.has_sorted_indices) == (5, np.float64, True)
        np.testing.assert_array_equal(given.toarray(), before)
    wide = csr_array(DENSE)
    wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
    np.testing.assert_array_equal(CooccurrenceMatrix(wide, WORDS).to_csr().toarray(), DENSE)
    clean = csr_array(DENSE)
    assert np.shares_memory(CooccurrenceMatrix(clean, WORDS).to_csr().data, clean.data), "no copy"


def with_parts(**parts):
    matrix = csr_array(DENSE)
    for name, values in parts.items():
        setattr(matrix, name, np.array(values, getattr(matrix, name).dtype))
    return matrix


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (DENSE, r"expected a scipy.sparse matrix of numbers \[3, 3\].*got ndarray"),
        (csr_array((3, 4)), r"got float64\[3, 4\]"),
        (csr_array((2, 2)), r"got float64\[2, 2\]"),
        (csr_array(DENSE.astype(complex)), "got complex128"),
        (csr_array(DENSE * np.nan), "counts: expected finite numbers above 0, got nan"),
        (csr_array(np.where(DENSE == 1, np.inf, DENSE)), "counts: .* got inf"),
        (csr_array(np.where(DENSE == 1, -1, DENSE)), "counts: .* got -1"),
        (csr_array(DENSE * 8e307), "counts: expected a finite sum, got inf"),
        (with_parts(indices=[1, 2, 0, 3, 0]), "ids: expected 0 to 2, got 3"),
        (with_parts(indices=[1, 2, -1, 1, 0]), "ids: expected 0 to 2, got -1"),
        (with_parts(indptr=[0, 4, 3, 5]), "indptr: expected numbers from 0 to 5 that never decrease"),
        (with_parts(indptr=[0, 2, 4, 4]), "indptr: expected numbers from 0 to 5 that never decrease"),
    ],
)
def test_matrices_that_are_refused(given, message):
    with pytest.raises(SettingError, match=message):
        CooccurrenceMatrix(given, WORDS)


def test_words_alone_are_no_vocabulary():
    with pytest.raises(
        SettingError, match=r"expected a fastvec.Vocabulary, got \[.*; Vocabulary\(words, counts\)"
    ):
        CooccurrenceMatrix(csr_array(DENSE), ["a", "b", "c"])


def test_empty_and_one_cell():
    empty = CooccurrenceMatrix(csr_array((0, 0)), Vocabulary([], []))
    assert (empty.nnz, empty.total, empty.top_pairs(1), empty.is_symmetric) == (0, 0, [], True)
    one = CooccurrenceMatrix(csr_array(np.array([[7.0]])), Vocabulary(["a"], [8]))
    assert (one["a", "a"], one.top_pairs(1)) == (7, [("a", "a", 7)])


def test_files_come_back(tmp_path, block):
    counts = count_cooccurrences(random_corpus(1), context="right", weighting=[1, 0.25], window=2)
    counts.save(tmp_path / "counts.fvm")
    loaded = CooccurrenceMatrix.load(tmp_path / "counts.fvm")
    assert (loaded.vocabulary.words, loaded.settings) == (counts.vocabulary.words, counts.settings)
    assert loaded.vocabulary.counts.tolist() == counts.vocabulary.counts.tolist()
    for part in ("indptr", "indices", "data"):
        np.testing.assert_array_equal(getattr(loaded.to_csr(), part), getattr(counts.to_csr(), part))
    assert not loaded.to_csr().data.flags.writeable, "it is mapped"
    assert loaded.top_pairs(3) == counts.top_pairs(3)
    loaded.save(tmp_path / "again.fvm")
    assert (tmp_path / "again.fvm").read_bytes() == (tmp_path / "counts.fvm").read_bytes()
    assert len(os.listdir(tmp_path)) == 2


def test_words_that_no_file_can_hold(tmp_path):
    broken = CooccurrenceMatrix(csr_array((1, 1)), Vocabulary(["a\nb"], [1]))
    with pytest.raises(CorpusError, match="line end"):
        broken.save(tmp_path / "x")
    with pytest.raises(StorageError, match="cannot write there"):
        CooccurrenceMatrix(csr_array((1, 1)), Vocabulary(["a"], [1])).save(tmp_path / "none" / "x")
    assert os.listdir(tmp_path) == []


def test_files_that_are_damaged(tmp_path, matrix, block):
    path = tmp_path / "m.fvm"
    matrix.save(path)
    tensors = {name: np.array(tensor) for name, tensor in map_tensors(path)[0].items()}
    metadata = map_tensors(path)[1]
    bad_cells = {
        "indices": [[1, 2, 0, 1, 3], [1, 2, 0, 1, -1], [2, 1, 0, 1, 0], [1, 1, 0, 1, 0]],
        "data": [[2, 0.5, 2, 1, np.nan], [2, 0.5, 2, 1, -1], [2, 0.5, 2, 1, 0], [np.inf, 0.5, 2, 1, 1]],
        "indptr": [[0, 3, 2, 5], [1, 2, 4, 5], [0, 2, 4, 4], [0, 2, 4, 6]],
    }
    for name, all_values in bad_cells.items():
        for values in all_values:
            save_tensors(path, {**tensors, name: np.array(values, tensors[name].dtype)}, metadata)
            loaded = CooccurrenceMatrix.load(path)
            looks = [
                loaded.to_csr,
                loaded.top_pairs,
                partial(loaded.__getitem__, ("a", "b")),
                partial(loaded.save, path),
            ]
            for look in looks:
                with pytest.raises(FormatError, match=f"{path}: (indices|counts|indptr): expected"):
                    look()
    for change in (
        {"indptr": tensors["indptr"][:-1]},
        {"data": tensors["data"][:-1]},
        {"data": tensors["data"].astype(np.float32)},
        {"counts": tensors["counts"].reshape(1, 3)},
        {"words": np.frombuffer(b"a\nb", np.uint8)},
        {"words": np.frombuffer(b"a\nb\nb", np.uint8)},
    ):
        save_tensors(path, {**tensors, **change}, metadata)
        with pytest.raises(FormatError, match=str(path)):
            CooccurrenceMatrix.load(path)
    for change in ({"format": "other"}, {"version": "2"}, {"settings": "[]"}, {"settings": "{"}):
        save_tensors(path, tensors, {**metadata, **change})
        with pytest.raises(FormatError, match=str(path)):
            CooccurrenceMatrix.load(path)
    with pytest.raises(StorageError, match="No such file"):
        CooccurrenceMatrix.load(tmp_path / "missing")


def test_triples_come_back(tmp_path, block):
    counts = count_cooccurrences(random_corpus(1), context="left")
    counts.write_triples(tmp_path / "t.bin")
    records = np.fromfile(tmp_path / "t.bin", triples.RECORD)
    coo = counts.to_csr().tocoo()
    np.testing.assert_array_equal(records["row"], coo.row + 1)
    np.testing.assert_array_equal(records["column"], coo.col + 1)
    np.testing.assert_array_equal(records["value"], coo.data)
    np.random.default_rng(1).shuffle(records)
    records.tofile(tmp_path / "t.bin")
    again = CooccurrenceMatrix.read_triples(tmp_path / "t.bin", counts.vocabulary)
    assert (again.to_csr() != counts.to_csr()).nnz == 0
    np.concatenate([records, records]).tofile(tmp_path / "t.bin")
    twice = CooccurrenceMatrix.read_triples(tmp_path / "t.bin", counts.vocabulary)
    assert (twice.to_csr() != counts.to_csr() * 2).nnz == 0


RECORDS = [(1, 2, 1.5), (3, 3, 2.0)]


@pytest.mark.parametrize(
    ("records", "cut", "message"),
    [
        (RECORDS, 5, "truncated: record 2 has 11 bytes of 16"),
        ([*RECORDS, (4, 1, 1)], 0, "record 3: row: expected an id from 1 to 3, the size of the vocabulary, got 4"),
        ([*RECORDS, (0, 1, 1)], 0, "record 3: row: .* got 0"),
        ([*RECORDS, (1, -1, 1)], 0, "record 3: column: .* got -1"),
        ([(1, 2, np.nan), *RECORDS], 0, "record 1: value: expected a finite number of at least 0, got nan"),
        ([(1, 2, -0.5), *RECORDS], 0, "record 1: value: .* got -0.5"),
        ([(1, 2, np.inf), *RECORDS], 0, "record 1: value: .* got inf"),
    ],
)
def test_triples_that_are_damaged(tmp_path, block, records, cut, message):
    data = np.array(records, triples.RECORD).tobytes()
    (tmp_path / "t.bin").write_bytes(data[: len(data) - cut])
    with pytest.raises(FormatError, match=message):
        CooccurrenceMatrix.read_triples(tmp_path / "t.bin", WORDS)


def test_triples_that_are_damaged_inside_their_compression(tmp_path):
    data = gzip.compress(np.array(RECORDS * 100, triples.RECORD).tobytes())
    for left in (len(data) - 9, len(data) // 2, 12):
        (tmp_path / "t.bin.gz").write_bytes(data[:left])
        with pytest.raises(FormatError, match="truncated"):
            CooccurrenceMatrix.read_triples(tmp_path / "t.bin.gz", WORDS)


FULL_DISK = """
import resource, sys
import numpy as np
from fastvec import CooccurrenceMatrix, StorageError, Vocabulary
from scipy.sparse import csr_array
counts = CooccurrenceMatrix(csr_array(np.ones((300, 300))), Vocabulary([f"w{i}" for i in range(300)], [1] * 300))
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 17, 1 << 17))
for write in (counts.save, counts.write_triples):
    try:
        write(sys.argv[1])
    except StorageError as error:
        print(error, error.path)
"""


@pytest.mark.skipif(os.name != "posix", reason="limits on the size of files")
def test_a_full_disk(tmp_path):
    path = tmp_path / "counts"
    path.write_text("what was there before")
    command = [sys.executable, "-c", FULL_DISK, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [f"{path}: File too large {path}"] * 2
    assert os.listdir(tmp_path) == ["counts"]
    assert path.read_text() == "what was there before"


def test_no_triples(tmp_path):
    (tmp_path / "t.bin").touch()
    assert CooccurrenceMatrix.read_triples(tmp_path / "t.bin", WORDS).nnz == 0
    with pytest.raises(StorageError, match="No such file"):
        CooccurrenceMatrix.read_triples(tmp_path / "missing", WORDS)
