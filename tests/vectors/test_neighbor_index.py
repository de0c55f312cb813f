"""Approximate search: nearly the same answers as exact search; skipped without faiss."""

import sys

import numpy as np
import pytest

import fastvec as fv

WORDS = [f"w{i}" for i in range(3000)]
VECTORS = fv.WordVectors(WORDS, np.random.default_rng(1).standard_normal((3000, 24)))


@pytest.fixture(scope="module")
def index():
    pytest.importorskip("faiss")
    return fv.NeighborIndex(VECTORS)


def recall(index, words):
    exact, found = VECTORS.most_similar_batch(words, 10), index.most_similar_batch(words, 10)
    return sum(len(set(a) & set(b)) for a, b in zip(exact, found, strict=True)) / (10 * len(words))


def test_nearly_all_are_found_with_their_exact_cosines(index):
    assert recall(index, WORDS[::10]) > 0.95
    wide = fv.NeighborIndex(VECTORS, search_width=1000)
    assert recall(wide, WORDS[::10]) > 0.999


def test_one_query_and_many(index):
    row = np.random.default_rng(2).standard_normal(24)
    index.search_width = 1000
    try:
        many = index.most_similar_batch(["w5", 6, row], 4)
        for answer, key in zip(many, ["w5", 6, row], strict=True):
            for expected in (index.most_similar(key, topn=4), VECTORS.most_similar(key, topn=4)):
                assert answer == [(word, pytest.approx(cosine)) for word, cosine in expected]
        asked = ["w1", ("w2", 0.5)], [row]
        assert index.most_similar(*asked) == VECTORS.most_similar(*asked)
    finally:
        index.search_width = 100


def test_numbers_of_answers(index):
    assert [len(index.most_similar("w1", topn=n)) for n in (0, 1, 500)] == [0, 1, 500]
    assert index.most_similar_batch([]) == []
    small = fv.WordVectors(["a", "b", "zero"], [[1, 0], [1, 1], [0, 0]])
    pytest.importorskip("faiss")
    found = fv.NeighborIndex(small).most_similar("a", topn=9)
    assert [word for word, _ in found] == ["b", "zero"]


def test_save_and_load(index, tmp_path):
    path = tmp_path / "near.faiss"
    index.save(path)
    again = fv.NeighborIndex.load(path, VECTORS, search_width=50)
    assert repr(again) == "NeighborIndex(WordVectors(3000 words, 24 dimensions), search_width=50)"
    again.search_width = 100
    assert again.most_similar("w9") == index.most_similar("w9")
    for rows in (VECTORS.vectors[:-1], VECTORS.vectors[:, :-1], VECTORS.vectors[::-1]):
        other = fv.WordVectors(WORDS[: len(rows)], rows)
        with pytest.raises(fv.SettingError, match=r"vectors: expected those that .* was made of"):
            fv.NeighborIndex.load(path, other)


def test_files_that_are_no_index(index, tmp_path):
    faiss = pytest.importorskip("faiss")
    path = tmp_path / "near.faiss"
    with pytest.raises(fv.StorageError, match=r"near\.faiss: No such file"):
        fv.NeighborIndex.load(path, VECTORS)
    index.save(path)
    saved = path.read_bytes()
    flipped = saved[:5000] + bytes([saved[5000] ^ 1]) + saved[5001:]
    theirs = faiss.serialize_index(faiss.IndexFlatIP(24)).tobytes()
    for data in (b"", b"nothing of this kind", saved[:5000], saved[:-1], flipped, theirs):
        path.write_bytes(data)
        with pytest.raises(fv.FormatError, match="expected a graph of NeighborIndex"):
            fv.NeighborIndex.load(path, VECTORS)
    with pytest.raises(fv.StorageError):
        index.save(tmp_path / "missing" / "near.faiss")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: fv.NeighborIndex(VECTORS.vectors), "vectors: expected WordVectors"),
        (
            lambda: fv.NeighborIndex(fv.WordVectors(["a"], [[np.nan]])),
            "finite numbers, got nan or inf in the row of",
        ),
        (lambda: fv.NeighborIndex(VECTORS, links=1), "links"),
        (lambda: fv.NeighborIndex(VECTORS, build_width=0), "build_width"),
        (lambda: fv.NeighborIndex(VECTORS, search_width=0), "search_width"),
    ],
)
def test_bad_settings(make, message):
    pytest.importorskip("faiss")
    with pytest.raises(fv.SettingError, match=message):
        make()


def test_bad_queries(index):
    for ask in (lambda: index.most_similar(), lambda: index.most_similar_batch("w1")):
        with pytest.raises(fv.SettingError, match=r"positive|keys"):
            ask()
    with pytest.raises(fv.SettingError, match="topn"):
        index.most_similar("w1", topn=-1)
    with pytest.raises(fv.UnknownWordError, match="no vector for 'x'"):
        index.most_similar("x")


def test_the_package_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "faiss", None)
    with pytest.raises(fv.MissingPackageError, match=r"approximate neighbors need .*fastvec\[ann\]"):
        fv.NeighborIndex(VECTORS)
