"""Counts in a mapped file that is overwritten while it is in use: a typed error that names the file."""

import numpy as np
import pytest

import fastvec as fv
from fastvec.training.svd_trainer import SVDTrainer

WORDS = 300
CALLS = {
    "row sums": lambda counts: counts.row_sums,
    "column sums": lambda counts: counts.column_sums,
    "top pairs": lambda counts: counts.top_pairs(3),
    "pmi": fv.pmi,
    "ppmi": fv.ppmi,
    "log_counts": fv.log_counts,
    "explain": lambda counts: fv.explain(counts, "w0", "w1"),
    "PPMISVD": fv.PPMISVD(vector_size=4).train,
    "GloVe": fv.GloVe(vector_size=4, epochs=1).train,
    "LogCountFactorization": fv.LogCountFactorization(vector_size=4, epochs=1).train,
}
CHANGES = {
    "columns -1": ("_columns", b"\xff"),
    "columns far out": ("_columns", b"\x7f"),
    "NaN": ("_values", b"\xff"),
    "zeros": ("_values", b"\0"),
}


@pytest.fixture
def mapped(tmp_path):
    """Counts that were checked, and what overwrites a part of their file."""
    ids = (WORDS * np.random.default_rng(0).random((400, 20)) ** 2).astype(int)
    corpus = fv.Corpus.from_ids(ids, words=[f"w{i}" for i in range(WORDS)])
    path = tmp_path / "counts.fvm"
    fv.count_cooccurrences(corpus, window=3, context="right").save(path)
    counts = fv.CooccurrenceMatrix.load(path)
    counts.to_csr()

    def overwrite(change):
        name, fill = CHANGES[change]
        array = getattr(counts, name)
        start = path.read_bytes().index(array.tobytes())
        with path.open("r+b", buffering=0) as file:
            file.seek(start)
            file.write(fill * array.nbytes)

    return counts, overwrite


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", CALLS)
def test_it_is_noticed(mapped, name, change):
    counts, overwrite = mapped
    overwrite(change)
    with pytest.raises(fv.CorpusError, match=r"counts\.fvm: the counts changed while they were in use"):
        CALLS[name](counts)


@pytest.mark.parametrize("change", CHANGES)
def test_a_wall_notices_it(mapped, change):
    pytest.importorskip("matplotlib")
    counts, overwrite = mapped
    overwrite(change)
    with pytest.raises(fv.CorpusError, match=r"counts\.fvm: the counts changed"):
        fv.plot_counts(counts, n=20)


@pytest.mark.parametrize("change", CHANGES)
def test_symmetry_that_must_be_looked_for(mapped, change):
    counts, overwrite = mapped
    counts.settings = {}
    assert not counts.is_symmetric
    del counts.is_symmetric
    overwrite(change)
    with pytest.raises(fv.CorpusError, match=r"counts\.fvm: the counts changed"):
        _ = counts.is_symmetric


def test_counts_that_were_written_while_counting(tmp_path):
    path = tmp_path / "counts.fvm"
    counts = fv.count_cooccurrences(fv.Corpus.from_text(["a b a"] * 9, min_count=1), save_to=path)
    size = counts._columns.nbytes
    with path.open("r+b", buffering=0) as file:
        file.seek(path.read_bytes().index(counts._columns.tobytes()))
        file.write(b"\xff" * size)
    with pytest.raises(fv.CorpusError, match=r"counts\.fvm: the counts changed"):
        fv.GloVe(vector_size=4).train(counts)


def test_mapped_and_read_counts_give_the_same_bytes(mapped, tmp_path):
    counts, _ = mapped
    read = fv.CooccurrenceMatrix.load(tmp_path / "counts.fvm", mmap=False)
    assert counts.row_sums.tobytes() == read.row_sums.tobytes() == (counts.to_csr() @ np.ones(WORDS)).tobytes()
    assert counts.column_sums.tobytes() == (np.ones(WORDS) @ read.to_csr()).tobytes()
    for call in (CALLS["PPMISVD"], CALLS["GloVe"]):
        assert call(counts).vectors.tobytes() == call(read).vectors.tobytes()


def test_a_decomposition_that_is_under_way_has_a_copy(mapped, monkeypatch):
    counts, overwrite = mapped
    wanted = CALLS["PPMISVD"](counts).vectors
    weights = fv.PPMISVD._weights

    def overwritten(self: SVDTrainer, *arguments):
        found = weights(self, *arguments)
        overwrite("columns far out")
        return found

    monkeypatch.setattr(fv.PPMISVD, "_weights", overwritten)
    assert CALLS["PPMISVD"](counts).vectors.tobytes() == wanted.tobytes()
