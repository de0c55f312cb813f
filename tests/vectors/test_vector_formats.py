"""The files of word vectors: what is written, what others wrote, round trips, and what cannot be written."""

import bz2
import gzip
import lzma
import struct

import numpy as np
import pytest

from fastvec import FormatError, SettingError, StorageError, WordVectors
from fastvec.io.container import map_tensors, save_tensors

WORDS = ["the", "naïve", "5", "東京", "caf\udce9", "a\u00a0b\u0085"]
FORMATS = {"v.bin": None, "v.txt": None, "v.vec": None, "v.glove": "glove", "v.safetensors": None}


def awkward_rows(n, d, seed=0):
    """float32 of every size, some of them the hardest to print."""
    bits = np.random.default_rng(seed).integers(0, 2**32, (n, d), dtype=np.uint32)
    rows = bits.view(np.float32)
    rows[~np.isfinite(rows)] = 0
    rows.flat[:6] = [0.1, -0.0, 1e-45, 3.4028235e38, 16777216, 1 / 3][: rows.size]
    return rows


def binary(words, rows, end=b"\n"):
    body = b"".join(
        w.encode() + b" " + struct.pack(f"<{len(r)}f", *r) + end for w, r in zip(words, rows, strict=True)
    )
    return b"%d %d\n" % (len(rows), len(rows[0])) + body


def assert_same(loaded, words, rows):
    assert loaded.index_to_key == words
    assert loaded.vectors.dtype == np.float32
    assert loaded.vectors.tobytes() == np.ascontiguousarray(rows, np.float32).tobytes()


# --- round trips ---


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_what_is_saved_is_loaded(tmp_path, name, size):
    rows = awkward_rows(len(WORDS), size)
    WordVectors(WORDS, rows).save(tmp_path / name, format=FORMATS[name])
    assert_same(WordVectors.load(tmp_path / name), WORDS, rows)
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["word2vec", "word2vec-text", "glove", "safetensors"])
def test_the_content_tells_the_format_where_the_suffix_does_not(tmp_path, name):
    rows = awkward_rows(len(WORDS), 3)
    WordVectors(WORDS, rows).save(tmp_path / "vectors", format=name)
    assert_same(WordVectors.load(tmp_path / "vectors"), WORDS, rows)
    assert_same(WordVectors.load(tmp_path / "vectors", format=name), WORDS, rows)


def test_safetensors_hold_everything_and_are_mapped(tmp_path):
    path = tmp_path / "all.safetensors"
    words = ["a", "two words", "new\nline", "", "tab\t", "caf\udce9\n"]
    rows = awkward_rows(6, 5)
    history = {"words": np.arange(9), "loss": np.linspace(1, 0, 9)}
    settings = {"window": 5, "shrink_windows": True, "sample": 1e-3, "negative_sharing": "round"}
    WordVectors(
        words, rows, context_vectors=rows[::-1], output_nodes=-rows[1:], counts=range(6), history=history,
        settings=settings,
    ).save(path)  # fmt: skip
    loaded = WordVectors.load(path)
    assert_same(loaded, words, rows)
    assert (loaded.context_vectors == rows[::-1]).all()
    assert loaded.output_nodes.tobytes() == (-rows[1:]).tobytes()
    assert loaded.counts.tolist() == list(range(6))
    assert {name: values.tolist() for name, values in loaded.history.items()} == {
        name: values.tolist() for name, values in history.items()
    }
    assert loaded.settings == settings
    base = loaded.vectors
    while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)
    loaded.save(path)  # over the file it is mapped from
    assert_same(WordVectors.load(path), words, rows)


def test_what_is_not_there_is_none(tmp_path):
    WordVectors(["a"], [[1]]).save(tmp_path / "v.safetensors")
    loaded = WordVectors.load(tmp_path / "v.safetensors")
    assert loaded.context_vectors is loaded.output_nodes is loaded.counts is loaded.history is None
    assert loaded.settings == {}


def test_a_tree_of_one_word(tmp_path):
    WordVectors(["a"], [[1, 2]], output_nodes=np.ones((0, 2))).save(tmp_path / "v.safetensors")
    assert WordVectors.load(tmp_path / "v.safetensors").output_nodes.shape == (0, 2)


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "v.safetensors"])
def test_words_and_vectors_alone(tmp_path, name):
    rows = awkward_rows(len(WORDS), 3)
    vectors = WordVectors(WORDS, rows, context_vectors=rows, output_nodes=rows[1:])
    vectors.save(tmp_path / name, format=FORMATS[name])
    loaded = WordVectors.load(tmp_path / name)
    assert_same(loaded, WORDS, rows)
    assert loaded.context_vectors is loaded.output_nodes is None


@pytest.mark.parametrize(
    ("suffix", "compress"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)]
)
@pytest.mark.parametrize("name", ["v.bin", "v.txt", "v.vec", "v.glove"])
def test_compressed_files_are_read(tmp_path, name, suffix, compress):
    rows = awkward_rows(len(WORDS), 4)
    WordVectors(WORDS, rows).save(tmp_path / name, format=FORMATS[name])
    packed = tmp_path / (name + suffix)
    packed.write_bytes(compress((tmp_path / name).read_bytes()))
    assert_same(WordVectors.load(packed), WORDS, rows)


def test_many_rows_outgrow_what_was_set_aside(tmp_path):
    words = [f"w{i}" for i in range(3000)]
    rows = np.random.default_rng(0).standard_normal((3000, 300)).astype(np.float32)
    vectors = WordVectors(words, rows)
    vectors.save(tmp_path / "v.glove", format="glove")
    assert_same(WordVectors.load(tmp_path / "v.glove"), words, rows)
    vectors.save(tmp_path / "v.bin")
    (tmp_path / "w.bin.gz").write_bytes(gzip.compress((tmp_path / "v.bin").read_bytes(), 1))
    assert_same(WordVectors.load(tmp_path / "w.bin.gz"), words, rows)


# --- what is written, byte by byte ---


def test_what_is_written_is_the_layout_of_word2vec(tmp_path):
    rows = [[1.5, -2.0], [0.1, 3e-5]]
    vectors = WordVectors(["a", "é"], rows)
    vectors.save(tmp_path / "v.bin")
    assert (tmp_path / "v.bin").read_bytes() == binary(["a", "é"], rows)
    vectors.save(tmp_path / "v.txt")
    text = "2 2\na 1.5 -2\né 0.1 3e-05\n".encode()
    assert (tmp_path / "v.txt").read_bytes() == text
    vectors.save(tmp_path / "g.txt", format="glove")
    assert (tmp_path / "g.txt").read_bytes() == text[4:]


# --- what others wrote ---


def test_binary_with_and_without_newlines_between(tmp_path):
    rows = awkward_rows(3, 5)
    words = ["a", "b", "c"]
    for end in (b"\n", b""):
        (tmp_path / "v.bin").write_bytes(binary(words, rows, end))
        assert_same(WordVectors.load(tmp_path / "v.bin"), words, rows)
    (tmp_path / "v.bin").write_bytes(binary(words, rows)[:-1])
    assert_same(WordVectors.load(tmp_path / "v.bin"), words, rows)


@pytest.mark.parametrize(
    "text",
    [
        "2 2\na 1 2\nb 3 4\n",
        "2 2\na 1 2\nb 3 4",
        "2 2\na 1 2 \nb 3 4 \n",  # word2vec.c
        "2 2\r\na 1 2\r\nb 3 4\r\n",
        "2 2\na\t1.0\t2e0\nb\t3\t4\n\n\n",
        "\ufeff2 2\na 1 2\nb 3 4\n",
        "a 1 2\nb 3 4\n",
        "a 1 2\nb 3 4\n\n",
        "\ufeffa 1 2\nb 3 4",
    ],
)
def test_text_as_others_write_it(tmp_path, text):
    (tmp_path / "v.txt").write_bytes(text.encode())
    assert_same(WordVectors.load(tmp_path / "v.txt"), ["a", "b"], [[1, 2], [3, 4]])


@pytest.mark.parametrize(
    ("text", "words", "rows"),
    [
        ("word 0.1\n7 0.2\n", ["word", "7"], [[0.1], [0.2]]),  # GloVe of one dimension
        ("5 0.1\n7 0.2\n", ["5", "7"], [[0.1], [0.2]]),
        ("2 1\n7 2\n1 1\n", ["7", "1"], [[2], [1]]),  # a header, and words that are numbers
        ("2 3\n5 1 2 3\n1 4 5 6\n", ["5", "1"], [[1, 2, 3], [4, 5, 6]]),
        ("2012 1 2 3\n5 4 5 6\n", ["2012", "5"], [[1, 2, 3], [4, 5, 6]]),
        (
            "a 1 2\n. . . 3 4\nat me@here.org 5 6\n",
            ["a", ". . .", "at me@here.org"],
            [[1, 2], [3, 4], [5, 6]],
        ),
        (". . 1 2\na 3 4\n", [". .", "a"], [[1, 2], [3, 4]]),
        ("2 2\nnew york 1 2\na 3 4\n", ["new york", "a"], [[1, 2], [3, 4]]),
    ],
)
def test_text_that_could_be_taken_for_something_else(tmp_path, text, words, rows):
    (tmp_path / "v.txt").write_text(text, encoding="utf-8")
    assert_same(WordVectors.load(tmp_path / "v.txt"), words, rows)


def test_one_dimension_that_looks_like_a_header(tmp_path):
    (tmp_path / "v.txt").write_text("5 1\n7 1\n")
    with pytest.raises(FormatError, match=r"header: expected 5 words, as declared, got 1; .* format='glove'"):
        WordVectors.load(tmp_path / "v.txt")
    assert_same(WordVectors.load(tmp_path / "v.txt", format="glove"), ["5", "7"], [[1], [1]])
    WordVectors(["5", "7"], [[1], [1]]).save(tmp_path / "own.txt", format="glove")
    assert_same(WordVectors.load(tmp_path / "own.txt"), ["5", "7"], [[1], [1]])


def test_text_as_fasttext_writes_it(tmp_path):
    """A blank behind each row, the end of the line as a word, characters that Python takes for white space."""
    text = "4 3\n</s> 0.0012 -1e-05 3 \nthe 1 2 3 \na\u00a0b\u2028c 4 5 6 \n日本 -0.5 0 1.5e-08 \n"
    (tmp_path / "model.vec").write_bytes(text.encode())
    rows = [[0.0012, -1e-05, 3], [1, 2, 3], [4, 5, 6], [-0.5, 0, 1.5e-08]]
    assert_same(WordVectors.load(tmp_path / "model.vec"), ["</s>", "the", "a\u00a0b\u2028c", "日本"], rows)


def test_bytes_that_are_not_utf8_survive(tmp_path):
    (tmp_path / "v.txt").write_bytes(b"\xff\xfe 1 2\n\xc3 3 4\n")
    loaded = WordVectors.load(tmp_path / "v.txt")
    assert loaded.index_to_key == ["\udcff\udcfe", "\udcc3"]
    loaded.save(tmp_path / "w.txt", format="glove")
    assert (tmp_path / "w.txt").read_bytes() == b"\xff\xfe 1 2\n\xc3 3 4\n"


@pytest.mark.parametrize("name", ["v.bin", "v.txt"])
def test_of_a_repeated_word_the_first_row_is_kept(tmp_path, name):
    words, rows = ["a", "b", "a", "c", "b", "a"], [[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]]
    text = "6 1\n" + "".join(f"{w} {r[0]}\n" for w, r in zip(words, rows, strict=True))
    (tmp_path / name).write_bytes(binary(words, rows) if name == "v.bin" else text.encode())
    with pytest.warns(UserWarning, match="3 rows of repeated words were left out") as caught:
        loaded = WordVectors.load(tmp_path / name)
    assert_same(loaded, ["a", "b", "c"], [[1], [2], [4]])
    assert caught[0].filename == __file__


# --- what cannot be written ---


@pytest.mark.parametrize("name", ["v.bin", "v.txt", "v.glove"])
@pytest.mark.parametrize("word", ["", "new york", "a\n", "\tb", "x\r", "\x0c", " "])
def test_words_that_a_format_cannot_hold_are_refused(tmp_path, name, word):
    (tmp_path / name).write_bytes(b"old")
    with pytest.raises(SettingError) as caught:
        WordVectors(["ok", word], [[1], [2]]).save(tmp_path / name, format=FORMATS[name])
    assert repr(word) in str(caught.value)
    assert (tmp_path / name).read_bytes() == b"old"


def test_the_limits_of_text_and_binary_hold_for_writing_too(tmp_path):
    for name in ("v.bin", "v.txt"):
        with pytest.raises(SettingError, match=r"at most 65536 dimensions, .* got 65537"):
            WordVectors(["a"], np.ones((1, 65537))).save(tmp_path / name)
        with pytest.raises(SettingError, match="1 to 16777216 bytes without white space"):
            WordVectors(["x" * ((1 << 24) + 1)], [[1]]).save(tmp_path / name)
        longest = WordVectors(["x" * (1 << 24)], np.full((1, 65536), -1.17549435e-38))
        longest.save(tmp_path / name)
        assert_same(WordVectors.load(tmp_path / name), longest.index_to_key, longest.vectors)


@pytest.mark.parametrize("name", FORMATS)
def test_half_a_surrogate_pair_is_refused(tmp_path, name):
    with pytest.raises(SettingError, match=r"words: expected whole characters, got '\\ud800x?'"):
        WordVectors(["ok", "\ud800x"], [[1], [2]]).save(tmp_path / name, format=FORMATS[name])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", FORMATS)
def test_no_nan_is_saved(tmp_path, name, wrong):
    rows = np.ones((9000, 2), np.float32)
    rows[8500, 1] = wrong
    words = [f"w{i}" for i in range(9000)]
    with pytest.raises(
        SettingError, match=r"^vectors: expected finite numbers, got nan or inf in the row of 'w8500'"
    ):
        WordVectors(words, rows).save(tmp_path / name, format=FORMATS[name])
    with pytest.raises(
        SettingError, match=r"^context_vectors: expected finite numbers, got nan or inf in the row of 'w8500'"
    ):
        WordVectors(words, np.ones((9000, 2)), context_vectors=rows).save(tmp_path / name, format=FORMATS[name])
    with pytest.raises(
        SettingError, match=r"^output_nodes: expected finite numbers, got nan or inf in the row of inner node 8500"
    ):
        WordVectors(words, np.ones((9000, 2)), output_nodes=rows[:-1]).save(tmp_path / name, format=FORMATS[name])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "format", "message"),
    [
        (
            "v",
            None,
            r"path: expected a suffix that gives the format \(.bin, .txt, .vec, .safetensors, .npy, .tsv\)",
        ),
        ("v.npz", None, "expected a suffix that gives the format"),
        ("v.txt.gz", None, "written uncompressed; leave .gz off"),
        (
            "v.bin",
            "pickle",
            "format: expected one of 'word2vec', .*'huggingface', got 'pickle'",
        ),
        ("v.bin", "text", "format: expected one of"),
    ],
)
def test_a_path_that_names_no_format_is_refused(tmp_path, name, format, message):
    with pytest.raises(SettingError, match=message):
        WordVectors(["a"], [[1]]).save(tmp_path / name, format=format)
    assert list(tmp_path.iterdir()) == []


def test_paths_that_are_not_there(tmp_path):
    with pytest.raises(SettingError, match="format: expected one of"):
        WordVectors.load(tmp_path / "v.bin", format="pickle")
    for name in ("v.bin", "v.txt", "v.safetensors", "v"):
        with pytest.raises(StorageError, match=name):
            WordVectors.load(tmp_path / name)
        if name != "v":
            with pytest.raises(StorageError, match="missing"):
                WordVectors(["a"], [[1]]).save(tmp_path / "missing" / name)


def test_a_file_of_something_else_is_not_taken_for_word_vectors(tmp_path):
    save_tensors(tmp_path / "corpus.safetensors", {"ids": np.arange(3)}, {"format": "fastvec.corpus"})
    with pytest.raises(FormatError, match=r"format: expected 'fastvec.vectors', got 'fastvec.corpus'"):
        WordVectors.load(tmp_path / "corpus.safetensors")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": "4"}, "version: expected '1' or '2' or '3', got '4'; try a newer"),
        ({"combine": "mean"}, "combine: expected one of 'word', 'sum', 'concat', 'context', got 'mean'"),
        ({"combine": "sum"}, "context.weight: expected float32.*for combine='sum', got nothing"),
        ({"version": "2"}, r"embedding.weight: expected float16\|int8"),
        ({"settings": "{"}, "settings: expected JSON"),
        ({"settings": "[" * 100_000}, "settings: expected JSON"),
        ({"settings": "[1]"}, "settings: expected JSON of a dict"),
        ({"counts": np.array([1, 2, 3])}, "counts: expected int64"),
        ({"words": np.frombuffer(b"a\na", np.uint8)}, "words: expected distinct words, got 'a' twice"),
        ({"words": np.frombuffer(b"a", np.uint8)}, "words: expected 2, got 1"),
        ({"words": np.zeros(3)}, "words: expected uint8"),
        ({"embedding.weight": np.zeros((2, 0), np.float32)}, "at least one dimension"),
        ({"context.weight": np.zeros((2, 3), np.float32)}, r"context.weight: expected float32\[2, 2\]"),
        ({"output_nodes": np.zeros((2, 2), np.float32)}, r"output_nodes: expected float32\[1, 2\]"),
        ({"history.loss": np.zeros((2, 3))}, "history"),
        ({"word_lengths": np.array([1, 1, 1])}, "word_lengths: expected int64"),
        ({"word_lengths": np.array([-1, 3])}, "word_lengths: expected int64"),
        ({"word_lengths": np.array([2**62, 2**62])}, "word_lengths: expected int64"),
        ({"word_lengths": np.array([1.0, 1.0])}, "word_lengths: expected int64"),
        ({"word_lengths": np.array([], np.int64)}, "word_lengths: expected int64"),
    ],
)
def test_tensors_that_do_not_fit_together(tmp_path, change, message):
    path = tmp_path / "v.safetensors"
    WordVectors(["a", "b"], [[1, 2], [3, 4]]).save(path)
    tensors, metadata = map_tensors(path)
    for name, value in change.items():
        (metadata if isinstance(value, str) else tensors)[name] = value
    save_tensors(path, tensors, metadata)
    with pytest.raises(FormatError, match=message):
        WordVectors.load(path)
