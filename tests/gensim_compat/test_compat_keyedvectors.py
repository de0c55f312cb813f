"""gensim_compat.KeyedVectors: rows that are written and grow, questions by key, id and vector, files."""

from __future__ import annotations

import numpy as np
import pytest

import fastvec as fv
from fastvec.gensim_compat import KeyedVectors

RAND = np.random.default_rng(1)
KEYS = [f"k{i}" for i in range(30)]


@pytest.fixture
def kv():
    made = KeyedVectors(6)
    made.add_vectors(KEYS, RAND.standard_normal((30, 6)), {"count": np.arange(30, 0, -1)})
    return made


def own(kv):
    return fv.WordVectors(kv.index_to_key, kv.vectors)


def test_rows_are_added_replaced_and_kept(kv):
    assert kv.vectors.dtype == np.float32
    row = kv["k3"].copy()
    kv.add_vectors(["k3", "new"], np.ones((2, 6)))
    assert np.array_equal(kv["k3"], row)
    kv.add_vectors(["k3", "new"], np.ones((2, 6)), replace=True)
    assert (kv["k3"] == 1).all()
    kv["k3"] = row
    kv[["k4", "newer"]] = np.zeros((2, 6))
    assert np.array_equal(kv["k3"], row)
    assert not kv["k4"].any()
    assert kv.index_to_key[-2:] == ["new", "newer"]
    assert kv.get_vecattr("newer", "count") == 0
    assert len(kv.vectors) == len(kv) == 32
    kv[0] = np.full(6, 7.0)
    assert (kv["k0"] == 7).all()
    with pytest.raises(fv.SettingError, match=r"weights: expected float\[1, 6\]"):
        kv.add_vector("x", [1, 2])
    with pytest.raises(ValueError, match="read-only"):
        kv["k1"][0] = 3


def test_one_by_one_takes_the_time_of_all_at_once():
    grown, at_once = KeyedVectors(3), KeyedVectors(3)
    rows = RAND.standard_normal((500, 3))
    memory = set()
    for i, row in enumerate(rows):
        grown.add_vector(i, row)
        memory.add(id(grown._room))
    at_once.add_vectors(list(range(500)), rows)
    assert np.array_equal(grown.vectors, at_once.vectors)
    assert grown.index_to_key == at_once.index_to_key == list(range(500))
    assert len(memory) < 30, "the rows are not copied each time"


def test_rows_that_were_made_before():
    kv = KeyedVectors(2, count=2)
    kv.add_vector("a", [1, 2])
    kv.add_vector("b", [3, 4])
    kv.add_vector("c", [5, 6])
    assert kv.index_to_key == ["a", "b", "c"]
    assert kv.vectors.tolist() == [[1, 2], [3, 4], [5, 6]]


def test_questions_are_fastvecs(kv):
    same = own(kv)
    found = kv.most_similar("k1", topn=5)
    assert [key for key, _ in found] == [key for key, _ in same.most_similar("k1", topn=5)]
    assert [cosine for _, cosine in found] == pytest.approx(
        [c for _, c in same.most_similar("k1", topn=5)], abs=1e-6
    )
    assert kv.most_similar(1, topn=5) == found
    by_row = kv.most_similar([kv.get_vector("k1", norm=True)], topn=6)
    assert by_row == [("k1", 1.0), *found]
    mixed = kv.most_similar(positive=["k1", ("k2", 0.5)], negative=[kv["k3"]], topn=3)
    assert [key for key, _ in mixed] == [
        key for key, _ in same.most_similar(["k1", ("k2", 0.5)], [same["k3"]], topn=3)
    ]
    assert kv.most_similar("k1", topn=None) == pytest.approx(same.most_similar("k1", topn=None))
    assert kv.most_similar("k1", topn=0) == []
    assert kv.most_similar_cosmul(["k1", "k2"], ["k3"], 3) == [
        (key, pytest.approx(score)) for key, score in same.most_similar_cosmul(["k1", "k2"], ["k3"], 3)
    ]
    assert kv.similarity("k1", "k2") == pytest.approx(same.similarity("k1", "k2"))
    assert kv.rank("k1", found[2][0]) == 3
    assert kv.closer_than("k1", found[2][0]) == sorted((found[0][0], found[1][0]), key=KEYS.index)
    assert kv.most_similar_to_given("k1", [found[4][0], found[1][0]]) == found[1][0]
    assert kv.distances("k1", ["k2"])[0] == pytest.approx(kv.distance("k1", "k2"))
    assert len(kv.distances("k1")) == 30
    assert kv.n_similarity(["k1"], ["k2"]) == kv.similarity("k1", "k2")
    with pytest.raises(ZeroDivisionError):
        kv.n_similarity([], ["k1"])
    with pytest.raises(KeyError, match="nothing"):
        kv.most_similar("nothing")
    with pytest.raises(ValueError, match="at least one"):
        kv.most_similar()


def test_parts_of_the_keys(kv):
    everything = [key for key, _ in kv.most_similar("k1", topn=29)]
    assert [k for k, _ in kv.most_similar("k1", topn=29, restrict_vocab=10)] == [
        k for k in everything if KEYS.index(k) < 10
    ]
    assert [k for k, _ in kv.most_similar("k1", topn=29, clip_start=5, clip_end=20)] == [
        k for k in everything if 5 <= KEYS.index(k) < 20
    ]
    cosines = kv.most_similar("k1", topn=None, clip_start=5, clip_end=20)
    assert cosines == pytest.approx(kv.most_similar("k1", topn=None)[5:20])


def test_an_indexer_answers(kv):
    class Indexer:
        def most_similar(self, vector, topn):
            assert vector == pytest.approx(kv.get_vector("k1", norm=True), abs=1e-6)
            return [("k1", 1.0), ("k9", 0.5)][:topn]

    assert kv.most_similar("k1", topn=2, indexer=Indexer()) == [("k9", 0.5)]


def test_what_is_written_is_seen_after_fill_norms(kv):
    first = kv.most_similar("k1", topn=1)[0][0]
    kv.vectors[kv.key_to_index["k2"]] = 3 * kv["k1"]
    kv.index_to_key[2] = "renamed"
    kv.key_to_index = {key: i for i, key in enumerate(kv.index_to_key)}
    kv.expandos["count"][2] = 1000
    kv.fill_norms(force=True)
    assert kv.norms[2] == pytest.approx(3 * np.linalg.norm(kv["k1"]), rel=1e-6)
    assert first != "renamed"
    assert kv.most_similar("k1", topn=1) == [("renamed", 1.0)]
    kv.sort_by_descending_frequency()
    assert kv.index_to_key[0] == "renamed"
    assert kv.get_vecattr("renamed", "count") == 1000
    assert np.array_equal(kv["renamed"], kv.vectors[0])
    kv.unit_normalize_all()
    assert np.linalg.norm(kv.vectors, axis=1) == pytest.approx(np.ones(30), abs=1e-6)


def test_means(kv):
    rows = kv.get_normed_vectors()
    assert kv.get_mean_vector(["k1", "k2", "none"]) == pytest.approx((rows[1] + rows[2]) / 2, abs=1e-6)
    plain = kv.get_mean_vector(["k1", kv["k2"]], [3, -1], pre_normalize=False)
    assert plain == pytest.approx((3 * kv["k1"] - kv["k2"]) / 4, abs=1e-6)
    assert not kv.get_mean_vector(["none"]).any()
    with pytest.raises(KeyError):
        kv.get_mean_vector(["none"], ignore_missing=False)
    with pytest.raises(ValueError, match="at least one"):
        kv.get_mean_vector([])
    with pytest.warns(UserWarning, match="no vector for"):
        assert kv.doesnt_match(["k1", "k2", "none"]) in ("k1", "k2")


def test_vectors_for_some_keys(kv):
    some = kv.vectors_for_all(["k5", "none", "k2", "k5"], copy_vecattrs=True)
    assert some.index_to_key == ["k5", "k2"]
    assert np.array_equal(some.vectors, kv[["k5", "k2"]])
    assert some.get_vecattr("k2", "count") == kv.get_vecattr("k2", "count")
    assert kv.vectors_for_all(["k5"]).get_vecattr("k5", "count") == 1


def test_attributes_of_keys(kv):
    kv.set_vecattr("k2", "note", 5)
    assert [kv.get_vecattr(key, "note") for key in ("k1", "k2")] == [0, 5]
    with pytest.raises(KeyError):
        kv.get_vecattr("k1", "nothing")
    counts = kv.expandos["count"]
    assert len(kv.get_vecattr(int(counts.argmax()), "code")) <= len(kv.get_vecattr(int(counts.argmin()), "code"))


def test_test_sets(kv, tmp_path):
    (tmp_path / "questions.txt").write_text(": a\nk1 k2 k3 k4\nk1 k2 k3 none\n: b\nK5 k6 k7 k8\n")
    accuracy, sections = kv.evaluate_word_analogies(tmp_path / "questions.txt")
    answer = kv.most_similar(["k2", "k3"], ["k1"], topn=1)[0][0]
    right = {"correct": [("K1", "K2", "K3", "K4")], "incorrect": []}
    wrong = {"correct": [], "incorrect": [("K1", "K2", "K3", "K4")]}
    assert sections[0] == {"section": "a", **(right if answer == "k4" else wrong)}
    assert [section["section"] for section in sections] == ["a", "b", "Total accuracy"]
    assert accuracy == len(sections[-1]["correct"]) / 2
    (tmp_path / "pairs.tsv").write_text("# words\nk1\tk2\t3\nk3\tk4\t1\nk5\tk6\t2\nk7\tnone\t2\n")
    pearson, spearman, left_out = kv.evaluate_word_pairs(tmp_path / "pairs.tsv")
    cosines = [kv.similarity(*pair) for pair in (("k1", "k2"), ("k3", "k4"), ("k5", "k6"))]
    assert pearson[0] == pytest.approx(np.corrcoef([3, 1, 2], cosines)[0, 1], abs=1e-5)
    assert -1 <= spearman[0] <= 1
    assert left_out == 25


@pytest.mark.parametrize("name", ["v.kv", "v", "v.model", "v.bin"])
@pytest.mark.parametrize("mmap", [None, "r"])
def test_native_files_come_back(kv, tmp_path, name, mmap):
    kv.set_vecattr("k2", "note", 5)
    kv.vectors_lockf = np.linspace(0, 1, 30, dtype=np.float32)
    kv.save(tmp_path / name)
    again = KeyedVectors.load(tmp_path / name, mmap=mmap)
    assert np.array_equal(again.vectors, kv.vectors)
    assert again.index_to_key == kv.index_to_key
    assert again.expandos.keys() == kv.expandos.keys()
    assert all(np.array_equal(again.expandos[attr], kv.expandos[attr]) for attr in kv.expandos)
    assert np.array_equal(again.vectors_lockf, kv.vectors_lockf)
    assert again.vectors.flags.writeable == (mmap is None)
    assert np.array_equal(fv.WordVectors.load(tmp_path / name).vectors, kv.vectors)


def test_keys_that_are_numbers_and_half_precision_come_back(tmp_path):
    kv = KeyedVectors(2, dtype=np.float16)
    kv.add_vectors([7, "seven"], [[1, 2], [3, 4]])
    kv.save(tmp_path / "v.kv")
    again = KeyedVectors.load(tmp_path / "v.kv")
    assert again.index_to_key == [7, "seven"]
    assert again.vectors.dtype == np.float16
    assert again.most_similar(7)[0][0] == "seven"


@pytest.mark.parametrize("binary", [False, True])
def test_word2vecs_format(kv, tmp_path, binary):
    kv.expandos["count"] = np.arange(30)
    kv.save_word2vec_format(tmp_path / "v", tmp_path / "counts", binary=binary)
    again = KeyedVectors.load_word2vec_format(tmp_path / "v", tmp_path / "counts", binary=binary)
    assert again.index_to_key == KEYS[::-1], "the most frequent first"
    assert np.array_equal(again.vectors, kv.vectors[::-1])
    assert again.get_vecattr("k7", "count") == 7
    few = KeyedVectors.load_word2vec_format(tmp_path / "v", binary=binary, limit=3, datatype=np.float16)
    assert few.vectors.shape == (3, 6)
    assert few.vectors.dtype == np.float16
    kv.save_word2vec_format(tmp_path / "w", binary=binary, prefix="*", total_vec=60)
    kv.save_word2vec_format(tmp_path / "w", binary=binary, write_header=False, append=True)
    both = KeyedVectors.load_word2vec_format(tmp_path / "w", binary=binary)
    assert len(both) == 60
    assert np.array_equal(both["*k3"], both["k3"])


def test_text_without_a_header_and_words_that_are_no_text(kv, tmp_path):
    kv.save_word2vec_format(tmp_path / "v.txt", write_header=False)
    assert len(KeyedVectors.load_word2vec_format(tmp_path / "v.txt", no_header=True)) == 30
    (tmp_path / "bad.txt").write_bytes(b"2 2\nab\xff 1 2\nc 3 4\n")
    with pytest.raises(UnicodeDecodeError):
        KeyedVectors.load_word2vec_format(tmp_path / "bad.txt")
    assert KeyedVectors.load_word2vec_format(tmp_path / "bad.txt", unicode_errors="ignore").index_to_key == [
        "ab",
        "c",
    ]


def test_rows_of_a_file_take_the_place_of_ours(kv, tmp_path):
    other = KeyedVectors(6)
    other.add_vectors(["k3", "else"], np.ones((2, 6)))
    other.save_word2vec_format(tmp_path / "o.txt")
    kv.intersect_word2vec_format(tmp_path / "o.txt", lockf=0.0)
    assert (kv["k3"] == 1).all()
    assert len(kv) == 30
    assert np.flatnonzero(kv.vectors_lockf == 0).tolist() == [3]
