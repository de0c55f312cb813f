"""Damaged and hostile files of word vectors: a typed error or right data, in bounded memory."""

import gzip
import lzma
import tracemalloc
import warnings

import numpy as np
import pytest

from fastvec import FormatError, StorageError, WordVectors

WORDS = ["a", "bc", "5", "é"]
ROWS = np.array([[0.25, -1.5, 3], [1e-9, 2, 0.1], [7, 8, 9], [-0.0, 1e10, 5]], np.float32)
FORMATS = {"v.bin": None, "v.txt": None, "v.glove": "glove", "v.safetensors": None}


@pytest.fixture(params=FORMATS)
def saved(tmp_path, request):
    path = tmp_path / request.param
    history = {"loss": [0.5, 0.25]}
    WordVectors(WORDS, ROWS, counts=[4, 3, 2, 1], history=history).save(path, format=FORMATS[request.param])
    return path


def load(path):
    """The vectors, or None if the file is refused as it should be."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # repeated words
            return WordVectors.load(path)
    except FormatError as error:
        return None if error.path == str(path) and str(path) in str(error) else error


def test_a_file_cut_anywhere_is_refused_or_right(saved):
    data = saved.read_bytes()
    for length in range(len(data)):
        saved.write_bytes(data[:length])
        loaded = load(saved)
        if loaded is None:
            continue
        # text has no end mark: the last number of a file without the last newline may lose its last digits. Whole
        # rows may be missing at the end, as many files have a wrong header: of GloVe's without a word
        assert saved.name != "v.safetensors"
        n = len(loaded)
        assert loaded.index_to_key == WORDS[:n]
        assert n == len(WORDS) or saved.name == "v.glove" or data[length - 1 : length + 1].count(b"\n") > 0
        kept = ROWS[:n].ravel()[: n * 3 - (saved.name != "v.bin")]
        assert (loaded.vectors.ravel()[: len(kept)] == kept).all() or saved.name == "v.glove"


def test_a_file_with_any_byte_changed_is_refused_or_read(saved):
    data = saved.read_bytes()
    for i in range(len(data)):
        for flip in (0x01, 0x10, 0x80, data[i], data[i] ^ 0x20, data[i] ^ 0x0A, data[i] ^ 0x39):
            saved.write_bytes(data[:i] + bytes([data[i] ^ flip]) + data[i + 1 :])
            loaded = load(saved)
            assert loaded is None or loaded.vectors.shape == (len(loaded.index_to_key), loaded.vector_size)


def test_bytes_after_the_end_are_refused(tmp_path):
    for name in ("v.bin", "v.txt", "v.safetensors"):
        path = tmp_path / name
        WordVectors(WORDS, ROWS).save(path)
        path.write_bytes(path.read_bytes() + b"z 1 2\n" * 50)
        with pytest.raises(FormatError):
            WordVectors.load(path)


def bad(path, data, **expected):
    path.write_bytes(data)
    with pytest.raises(FormatError, match=expected.pop("match", None)) as caught:
        WordVectors.load(path)
    for name, value in expected.items():
        assert getattr(caught.value, name) == value


@pytest.mark.parametrize("name", ["v.bin", "v.txt", "v.vec", "v.safetensors", "v", "v.txt.gz"])
def test_an_empty_file(tmp_path, name):
    bad(tmp_path / name, b"")
    bad(tmp_path / name, b"\n\n" if not name.endswith(".gz") else gzip.compress(b"\n\n"))


HEADERS = [b"0 3", b"3 0", b"-1 3", b"3 -1", b"1e3 3", b"99999999999999999999 3", b"3", b"1 2 3", b"\xff 3"]


@pytest.mark.parametrize("header", HEADERS)
def test_headers_that_cannot_be(tmp_path, header):
    bad(tmp_path / "v.bin", header + b"\na \0\0\0\0\0\0\0\0\0\0\0\0\n", field="header")
    path = tmp_path / "v.txt"
    path.write_bytes(header + b"\na 1 2 3\n")
    with pytest.raises(FormatError):
        WordVectors.load(path, format="word2vec-text")


@pytest.mark.parametrize(
    "size",
    [b"1000000000 300", b"1 4000000", b"999999999999999999 999999999999999999", b"9 65536", b"1 65537"],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress], ids=["plain", "gz", "xz"])
@pytest.mark.parametrize("name", ["v.bin", "v.txt"])
def test_memory_follows_the_bytes_not_the_header(tmp_path, name, pack, size):
    path = tmp_path / name
    path.write_bytes(pack(size + b"\na 1 2 3\nb 4 5 6\n" + b"x" * 2000))
    tracemalloc.start()
    try:
        with pytest.raises(FormatError):
            WordVectors.load(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 64 << 20


@pytest.mark.parametrize(
    ("name", "start"), [("v.bin", b"9 9\n"), ("v.txt", b""), ("v.txt", b"2 2\na 1 2\n"), ("v.txt", b"9 9\n")]
)
def test_a_bomb_of_one_endless_word_is_refused_early(tmp_path, name, start):
    path = tmp_path / (name + ".xz")
    path.write_bytes(lzma.compress(start + b"x" * (100 << 20), preset=0))
    tracemalloc.start()
    try:
        with pytest.raises(FormatError):
            WordVectors.load(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 128 << 20


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"a 1 2\nb 3\n", "line 2: expected a word and 2 numbers, got 1 numbers"),
        (b"2 2\na 1.0 2.0\n3 4\n", "line 3: expected a word and 2 numbers, got 1 numbers"),
        (b"a 1 2\nb x 2\n", "line 2: expected 2 numbers, got b'x'"),
        (b"a 1 2\nb 1,5 2\n", "line 2: expected 2 numbers, got b'1,5'"),
        (b"a 1 2\nb 1e99 2\n", "line 2: expected 2 numbers, got a number too large for float32"),
        (b"\na 1 2\nb 3 4\n", "line 1: expected a word and its numbers"),
        (b"a 1 2\nb 3 4\n5 6\n", "line 3: expected a word and 2 numbers, got 1 numbers"),
        (b"2 2\na 1 2\nb x\nc 3 4\n", "line 3: expected a word and 2 numbers, got 1 numbers"),
        (b"2 3\n7 2\n6 0.123456789\n", "line 2: expected a word and 3 numbers, got 1 numbers"),
        (b"a" + b" 1" * 65537 + b"\n", "line 1: expected a word and 1 to 65536 numbers"),
        (b"a b c\n", "line 1: expected a word and 1 to 65536 numbers"),
        (b"a\n", "line 1: expected a word and 1 to 65536 numbers"),
        (
            b"3 2\na 1.0 2.0\nb 3.0 4.0",
            "line 3: expected the end of a line, and 3 words, as declared, got 2 words",
        ),
    ],
)
def test_text_that_is_wrong_is_refused_by_line(tmp_path, text, message):
    bad(tmp_path / "v.txt", text, match=message)


def test_binary_that_is_wrong_is_refused_by_byte(tmp_path):
    row = b"\0" * 8
    bad(
        tmp_path / "v.bin",
        b"2 2\na " + row + b"\nb " + row[:4],
        match=r"word 1: expected a word, a space and 8 bytes at byte 14, got .*; the file is cut short",
    )
    bad(tmp_path / "v.bin", b"2 2\nlong-word " + row + b"\nb " + row[:7], field="word 1", offset=22)
    bad(tmp_path / "v.bin", b"2 2\na " + row + b"\n " + row[:7], field="word 1", offset=14)
    bad(tmp_path / "v.bin", b"1 2\nlong-word", field="word 0", offset=4)
    bad(tmp_path / "v.bin", b"1 2\na " + row + b"\nb", match="end: expected no more bytes after 1 words")
    bad(tmp_path / "v.bin", b"1 2", field="header")


@pytest.mark.parametrize("name", FORMATS)
def test_a_save_that_fails_half_way_leaves_the_old_file(tmp_path, name):
    resource = pytest.importorskip("resource")
    path = tmp_path / name
    path.write_bytes(b"old")
    vectors = WordVectors([f"w{i}" for i in range(2000)], np.ones((2000, 100)))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(StorageError, match=name):
            vectors.save(path, format=FORMATS[name])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_neither_suffix_nor_content_tells(tmp_path):
    bad(tmp_path / "v", b"\x93NUMPZ\x01\x00", field="format")
    bad(
        tmp_path / "v.dat",
        b"Lorem ipsum dolor sit amet\n",
        match="format: expected a suffix or content of one of word2vec, ",
    )


def test_compressed_data_cut_short(tmp_path):
    WordVectors(WORDS, ROWS).save(tmp_path / "v.txt")
    data = gzip.compress((tmp_path / "v.txt").read_bytes())
    bad(tmp_path / "v.txt.gz", data[:-9], match="truncated")
    with pytest.raises((FormatError, StorageError)):
        WordVectors.load(tmp_path)
