"""TensorBoard's projector: two files that find each other, with and without columns, as others write them too."""

import gzip
import tracemalloc

import numpy as np
import pytest

from fastvec import FormatError, SettingError, StorageError, WordVectors
from fastvec.vectors.formats import projector

WORDS = ["the", "new york", "naïve", "5", "東京"]
ROWS = np.array([[0.1, -2], [1 / 3, 1e-8], [3e38, 0], [-1, 5], [7, 1e-45]], np.float32)


@pytest.mark.parametrize(
    ("given", "vectors", "metadata"),
    [
        ("vectors.tsv", "vectors.tsv", "metadata.tsv"),
        ("metadata.tsv", "vectors.tsv", "metadata.tsv"),
        ("x.tsv", "x.tsv", "x.metadata.tsv"),
        ("x.metadata.tsv", "x.tsv", "x.metadata.tsv"),
        ("x_tensor.tsv", "x_tensor.tsv", "x_metadata.tsv"),
        ("x_metadata.tsv", "x_vectors.tsv", "x_metadata.tsv"),
        ("a.b-vecs.tsv", "a.b-vecs.tsv", "a.b-meta.tsv"),
        ("meta.tsv", "vecs.tsv", "meta.tsv"),
    ],
)
@pytest.mark.parametrize("counts", [None, [5, 4, 3, 2, 1]])
def test_what_is_saved_is_loaded_by_either_name(tmp_path, given, vectors, metadata, counts):
    WordVectors(WORDS, ROWS, counts=counts).save(tmp_path / given)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([vectors, metadata])
    for name in (vectors, metadata):
        loaded = WordVectors.load(tmp_path / name)
        assert loaded.index_to_key == WORDS
        assert loaded.vectors.tobytes() == ROWS.tobytes()
        assert loaded.counts is counts or loaded.counts.tolist() == counts


def test_what_the_projector_gets(tmp_path):
    WordVectors(["a", "é"], [[1.5, -2], [0.1, 3]]).save(tmp_path / "vectors.tsv")
    assert (tmp_path / "vectors.tsv").read_bytes() == b"1.5\t-2\n0.100000001\t3\n"
    assert (tmp_path / "metadata.tsv").read_bytes() == "a\né\n".encode()  # a single column has no header
    WordVectors(["a", "é"], [[1.5, -2], [0.1, 3]], counts=[7, 2]).save(tmp_path / "vectors.tsv")
    assert (tmp_path / "metadata.tsv").read_bytes() == "Word\tCount\na\t7\né\t2\n".encode()


@pytest.mark.parametrize(
    ("metadata", "words", "counts"),
    [
        ("a\nb\n", ["a", "b"], None),
        ("a\nb", ["a", "b"], None),
        ("\ufeffa\r\nb\r\n\r\n", ["a", "b"], None),
        ("Word\na\nb\n", ["a", "b"], None),  # a header that the projector would take for a word
        ("word\nb\n", ["word", "b"], None),
        ("word\tcount\na\t3\nb\t1\n", ["a", "b"], [3, 1]),
        ("Index\tLabel\n0\ta\n1\tb\n", ["a", "b"], None),
        ("id\tkind\na\tx\nb\ty\n", ["a", "b"], None),
        ("Word\tCount\na\tmany\nb\t1\n", ["a", "b"], None),
        ("Word\tFrequency\na\t1" + "0" * 20 + "\nb\t1\n", ["a", "b"], None),
    ],
)
def test_metadata_as_others_write_them(tmp_path, metadata, words, counts):
    (tmp_path / "vectors.tsv").write_bytes(b"1\t2\r\n3.0\t4e0\n\n")
    (tmp_path / "metadata.tsv").write_bytes(metadata.encode())
    loaded = WordVectors.load(tmp_path / "vectors.tsv")
    assert loaded.index_to_key == words
    assert loaded.vectors.tolist() == [[1, 2], [3, 4]]
    assert loaded.counts is counts or loaded.counts.tolist() == counts


@pytest.mark.parametrize(
    ("vectors", "metadata"),
    [
        ("x_tensor.tsv", "x_metadata.tsv"),  # gensim's word2vec2tensor
        ("x.tsv", "x_metadata.tsv"),
        ("x.tsv", "metadata.tsv"),
        ("x.vectors.tsv", "x.metadata.tsv"),
        ("embeddings.tsv", "metadata.tsv"),
        ("vectors.tsv", "meta.tsv"),
        ("vecs.tsv", "meta.tsv"),
    ],
)
def test_names_of_others(tmp_path, vectors, metadata):
    (tmp_path / vectors).write_text("1\t2\n3\t4\n")
    (tmp_path / metadata).write_text("a\nb\n")
    assert [file.name for file in projector.found(tmp_path / vectors)] == [vectors, metadata]
    assert WordVectors.load(tmp_path / vectors).index_to_key == ["a", "b"]
    packed = tmp_path / (vectors + ".gz")
    packed.write_bytes(gzip.compress((tmp_path / vectors).read_bytes()))
    (tmp_path / vectors).unlink()
    assert WordVectors.load(packed).index_to_key == ["a", "b"]


def test_a_table_with_words_in_it_is_no_pair(tmp_path):
    (tmp_path / "v.tsv").write_text("a\t1\t2\nb\t3\t4\n")
    assert WordVectors.load(tmp_path / "v.tsv").index_to_key == ["a", "b"]


@pytest.mark.parametrize(
    ("given", "text", "missing"),
    [
        ("vectors.tsv", "1\t2\n", "metadata.tsv"),
        ("x.tsv", "1\n", "x.metadata.tsv"),
        ("metadata.tsv", "1\n", "vectors.tsv"),
    ],
)
def test_one_of_two_is_missing(tmp_path, given, text, missing):
    (tmp_path / given).write_text(text)
    with pytest.raises(StorageError, match=f"{missing}: no such file; .* is one of two"):
        WordVectors.load(tmp_path / given)


@pytest.mark.parametrize(
    ("vectors", "metadata", "message"),
    [
        (b"1\t2\n3\n", b"a\nb\n", "vectors.tsv: line 2: expected 2 numbers between tabs, got 1 values"),
        (b"1\t2\n3\t4\t5\n", b"a\nb\n", "line 2: expected 2 numbers"),
        (b"1\t2\n3\tx\n", b"a\nb\n", "line 2: expected 2 numbers between tabs, got b'3.tx"),
        (b"1\t2\n3\t1e99\n", b"a\nb\n", "line 2: expected 2 numbers"),
        (b"", b"a\nb\n", "vectors.tsv: line 1: expected numbers between tabs, got an empty file"),
        (b"1\t" * 65537 + b"\n", b"a\n", "line 1: expected 1 to 65536 numbers"),
        (b"1\n2\n", b"a\n", "metadata.tsv: words: expected 2 words, for the rows of .*vectors.tsv, got 1 words"),
        (b"1\n2\n", b"a\nb\nc\n", "got 3 words"),
        (b"1\n2\n", b"", "got 0 words"),
        (b"1\n2\n", b"Word\tCount\na\t1\nb\n", "metadata.tsv: line 3: expected 2 values between tabs"),
        (b"1\n2\n", b"a\n" * 5000, "expected 3 lines"),
        (b"1" * ((1 << 25) + 9), b"a\n", "line 1: expected 1 to 65536 numbers"),
    ],
)
def test_damaged_files_are_refused(tmp_path, vectors, metadata, message):
    (tmp_path / "vectors.tsv").write_bytes(vectors)
    (tmp_path / "metadata.tsv").write_bytes(metadata)
    tracemalloc.start()
    try:
        with pytest.raises(FormatError, match=message):
            WordVectors.load(tmp_path / "vectors.tsv")
        assert tracemalloc.get_traced_memory()[1] < 200 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("word", ["", "a\tb", "a\n", "\r"])
def test_words_that_a_table_cannot_hold(tmp_path, word):
    with pytest.raises(SettingError, match="without tabs and line ends"):
        WordVectors(["ok", word], ROWS[:2]).save(tmp_path / "vectors.tsv")
    assert list(tmp_path.iterdir()) == []


def test_many_rows_outgrow_what_was_set_aside(tmp_path):
    rows = np.random.default_rng(1).standard_normal((1500, 400)).astype(np.float32)
    WordVectors([f"w{i}" for i in range(1500)], rows).save(tmp_path / "x.tsv")
    assert np.array_equal(WordVectors.load(tmp_path / "x.tsv").vectors, rows)


def test_files_of_gensim(tmp_path):
    script = pytest.importorskip("gensim.scripts.word2vec2tensor")
    WordVectors(["a", "b"], [[1, 2], [3, 4]]).save(tmp_path / "v.txt")
    script.word2vec2tensor(str(tmp_path / "v.txt"), str(tmp_path / "x"))
    loaded = WordVectors.load(tmp_path / "x_tensor.tsv")
    assert loaded.index_to_key == ["a", "b"]
    assert loaded.vectors.tolist() == [[1, 2], [3, 4]]
