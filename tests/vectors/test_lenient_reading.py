"""Files of word vectors that are a little wrong: read, with one warning of each kind, or in part if asked."""

import gzip
import os
import re
import struct
import threading
import warnings

import numpy as np
import pytest

from fastvec import FormatError, SettingError, Subwords, WordVectors
from fastvec.vectors.formats import text_rows
from fastvec.vectors.subwords import SubwordVectors


def load(path, *kinds, **settings):
    """Load a file that warns once of each of these kinds, in this order."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        vectors = WordVectors.load(path, **settings)
    messages = [str(warning.message) for warning in caught]
    assert len(messages) == len(kinds), messages
    for message, kind in zip(messages, kinds, strict=True):
        assert message.startswith(f"{path}: ")
        assert re.search(kind, message), messages
    assert all(warning.filename == __file__ for warning in caught)
    return vectors


def same(vectors, words, rows):
    assert vectors.index_to_key == words
    assert vectors.vectors.tolist() == rows


@pytest.fixture
def write(tmp_path):
    def write_bytes(data, name="v.txt"):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write_bytes


# --- text ---


@pytest.mark.parametrize("declared", [1, 3])
def test_a_header_with_another_number_of_rows(write, declared):
    path = write(b"%d 2\na 1 2\nb 3 4\n" % declared)
    same(load(path, f"its header declares {declared} words, but it has 2"), ["a", "b"], [[1, 2], [3, 4]])


@pytest.mark.parametrize("declared", [4, 900])
def test_files_cut_at_the_end_of_a_row(write, declared):
    for path in (write(b"%d 2\na 1 2\nb 3 4\n" % declared), write(binary([b"a", b"b"], declared), "v.bin")):
        with pytest.raises(FormatError, match=f"expected {declared} rows, as its header declares, got 2; "):
            WordVectors.load(path)
        assert len(load(path, f"declares {declared} words, but it has 2", on_error="skip")) == 2


@pytest.mark.parametrize("start", [b"3 2\n", b""])
def test_rows_without_a_word(write, start):
    data = start + b"a 1 2\n 3 4\nb 5 6\n"
    vectors = load(write(data), rf"without a word, read as the empty word: 1 \(first: line {2 + bool(start)}\)")
    same(vectors, ["a", "", "b"], [[1, 2], [3, 4], [5, 6]])
    same(load(write(data.replace(b"\n 3", b"\n3")), "without a word"), ["a", "", "b"], [[1, 2], [3, 4], [5, 6]])


def test_blank_lines_among_rows(write):
    path = write(b"a 1 2\n\n \t\nb 3 4\n\nc 5 6\n\n\n")
    same(load(path, r"blank lines among the rows: 3 \(first: line 2\)"), ["a", "b", "c"], [[1, 2], [3, 4], [5, 6]])


@pytest.mark.parametrize("header", [b"3 2\n", b""])
def test_words_that_end_in_a_number(write, header):
    path = write(header + b"windows 10 0.5 1\nthe 1 2\na 3 4\n")
    line = 1 + bool(header)
    kind = rf"words that end in a number after white space, .*: 1 \(first: 'windows 10', line {line}\)"
    same(load(path, kind), ["windows 10", "the", "a"], [[0.5, 1], [1, 2], [3, 4]])


def test_words_of_several_parts_between_tabs(write):
    path = write(b"new york\t1\t2\nat . . me\t3\t4\nx 5 6\n")
    same(load(path), ["new york", "at . . me", "x"], [[1, 2], [3, 4], [5, 6]])


def test_most_first_lines_decide_on_the_size(write):
    lines = [b"w%d 1 2 3" % i for i in range(99)]
    vectors = load(write(b"\n".join([b"to 7 1 2 3", *lines])), "words that end in a number")
    assert vectors.vectors.shape == (100, 3)
    with pytest.raises(FormatError, match="line 100: expected a word and 3 numbers, got 2 numbers"):
        WordVectors.load(write(b"\n".join([*lines, b"x 1 2"])))


SKIPPED = b"3 2\na 1 2\nb 3\nc x 4\nd 1e99 2\ne 5 6\nf 7\n"


def test_rows_that_cannot_be_read_are_left_out_if_asked(write):
    path = write(SKIPPED)
    with pytest.raises(FormatError, match="line 3"):
        WordVectors.load(path)
    reasons = (
        r"2 with too few numbers \(first: line 3\), 1 with something that is no number \(first: line 4\), "
        r"1 with a number too large for float32 \(first: line 5\)"
    )
    vectors = load(
        path, "declares 3 words, but it has 6", f"rows left out: 4, of which {reasons}$", on_error="skip"
    )
    same(vectors, ["a", "e"], [[1, 2], [5, 6]])


def test_the_end_that_is_cut_short_is_left_out_if_asked(write):
    path = write(b"3 2\na 1 2\nb 3 4\nc 5 0.12")
    same(load(path), ["a", "b", "c"], [[1, 2], [3, 4], [5, np.float32(0.12)]])  # as some editors write it
    path = write(b"4 2\na 1 2\nb 3 4\nc 5 0.12")
    with pytest.raises(FormatError, match=r"line 4: expected the end of a line, .* got 3 words; .* cut short"):
        WordVectors.load(path)
    vectors = load(path, "declares 4 words, but it has 3", r"1 cut short \(first: line 4\)", on_error="skip")
    same(vectors, ["a", "b"], [[1, 2], [3, 4]])
    vectors = load(write(b"a 1 2\nb 3 4\nc 5"), r"1 with too few numbers \(first: line 3\)", on_error="skip")
    same(vectors, ["a", "b"], [[1, 2], [3, 4]])


def test_nothing_is_left(write):
    with pytest.raises(FormatError, match="rows: expected at least one that can be read, got none"):
        WordVectors.load(write(b"2 2\na 1\nb 2\n"), on_error="skip")


@pytest.mark.parametrize("blocks", [1, 2, 7])
def test_lines_are_counted_over_blocks(write, monkeypatch, blocks):
    lines = [b"w%d %d 1" % (i, i) for i in range(3000)]
    lines[2000] = b""
    lines[2500] = b" 7 1"
    lines[2900] = b"bad 1 x"
    path = write(b"\n".join(lines) + b"\n\n\n")
    monkeypatch.setattr(text_rows, "BLOCK", path.stat().st_size // blocks + 1)
    with pytest.raises(FormatError, match=r"line 2901: expected 2 numbers, got b'x'"):
        WordVectors.load(path)
    kinds = [
        r"blank .*: 1 \(first: line 2001\)",
        r"word: 1 \(first: line 2501\)",
        r"no number \(first: line 2901\)",
    ]
    vectors = load(path, *kinds, on_error="skip")
    assert len(vectors) == 2998
    assert vectors["w2999"].tolist() == [2999, 1]
    assert (vectors[""] == [7, 1]).all()


# --- limit ---


@pytest.mark.parametrize("n", [1, 2, 3, 9])
@pytest.mark.parametrize("name", ["v.txt", "v.bin", "v.glove", "v.safetensors", "v.bin.gz"])
def test_the_first_rows(tmp_path, name, n):
    rows = np.arange(6, dtype=np.float32).reshape(3, 2)
    source = WordVectors(["a", "b", "c"], rows, counts=[3, 2, 1], context_vectors=-rows)
    source.save(tmp_path / name.removesuffix(".gz"), format="glove" if name == "v.glove" else None)
    if name.endswith(".gz"):
        (tmp_path / name).write_bytes(gzip.compress((tmp_path / name.removesuffix(".gz")).read_bytes()))
    vectors = load(tmp_path / name, limit=n)
    same(vectors, ["a", "b", "c"][:n], rows[:n].tolist())
    if name == "v.safetensors":
        assert vectors.counts.tolist() == [3, 2, 1][:n]
        assert (vectors.context_vectors == -rows[:n]).all()


def test_what_follows_the_limit_is_not_looked_at(write):
    path = write(b"9 2\na 1 2\nbad x 2\n\nb 3 4\nc")
    vectors = load(path, "blank", "rows left out: 1", limit=2, on_error="skip")
    same(vectors, ["a", "b"], [[1, 2], [3, 4]])
    same(load(path, limit=1), ["a"], [[1, 2]])
    binary = write(b"9 1\na \0\0\0\0\nb \0\0\0\0\nc", "v.bin")
    assert load(binary, limit=2).index_to_key == ["a", "b"]


def test_a_limit_keeps_the_rows_of_ngrams(tmp_path):
    settings = Subwords(min_n=2, max_n=3, buckets=7)
    subwords = SubwordVectors(settings, np.arange(20, dtype=np.float32).reshape(10, 2))
    words = ["aa", "bb", "cc"]
    whole = WordVectors(words, subwords.of_words(words), output_nodes=np.ones((2, 2)), subwords=subwords)
    whole.save(tmp_path / "v.safetensors")
    part = load(tmp_path / "v.safetensors", "inner nodes", limit=2)
    assert part.index_to_key == words[:2]
    assert part.output_nodes is None
    assert (part["aa"] == whole["aa"]).all()
    assert (part["bbb"] == whole["bbb"]).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"limit": 0}, "limit: expected a whole number of at least 1, got 0"),
        ({"limit": 1.5}, "limit: expected a whole number"),
        ({"on_error": "ignore"}, "on_error: expected 'raise' or 'skip', got 'ignore'"),
        ({"encoding": "utf-16"}, "encoding: expected one that extends ASCII"),
        ({"encoding": "no such"}, "encoding: expected one that extends ASCII"),
        ({"encoding": "rot13"}, "encoding: expected one that extends ASCII"),
    ],
)
def test_settings_that_cannot_be(write, settings, message):
    with pytest.raises(SettingError, match=message):
        WordVectors.load(write(b"a 1 2\n"), **settings)


# --- encoding ---


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("latin-1", ["café", "à", "a"]), ("cp1252", ["€", "œuf", "b"]), ("gb18030", ["東京", "x", "é"])],
)
@pytest.mark.parametrize("name", ["v.txt", "v.bin"])
def test_words_of_another_encoding(write, encoding, words, name):
    rows = [b" 1 2\n" if name == "v.txt" else b" " + struct.pack("<2f", 1, 2)] * 3
    path = write(
        b"3 2\n" + b"".join(word.encode(encoding) + row for word, row in zip(words, rows, strict=True)), name
    )
    same(load(path, encoding=encoding), words, [[1, 2]] * 3)
    assert load(path).index_to_key != words


def test_formats_whose_words_are_utf8(tmp_path):
    WordVectors(["a"], [[1]]).save(tmp_path / "v.safetensors")
    with pytest.raises(SettingError, match="encoding: expected 'utf-8' for the format safetensors"):
        WordVectors.load(tmp_path / "v.safetensors", encoding="latin-1")


# --- binary ---


def binary(words, declared=None, end=b"\n"):
    rows = b"".join(word + b" " + struct.pack("<2f", i, -i) + end for i, word in enumerate(words))
    return b"%d 2\n" % (declared or len(words)) + rows


@pytest.mark.parametrize("end", [b"\n", b""])
@pytest.mark.parametrize("declared", [2, 4])
def test_a_binary_header_with_another_number_of_rows(write, declared, end):
    path = write(binary([b"a", b"b", b"c"], declared, end), "v.bin")
    vectors = load(path, f"declares {declared} words, but it has 3")
    same(vectors, ["a", "b", "c"], [[0, 0], [1, -1], [2, -2]])


def test_a_binary_row_without_a_word(write):
    vectors = load(write(binary([b"a", b"", b"c"]), "v.bin"), "without a word, read as the empty word: 1")
    assert vectors.index_to_key == ["a", "", "c"]


def test_a_binary_file_cut_short(write):
    path = write(binary([b"a", b"b", b"c"])[:-3], "v.bin")
    with pytest.raises(FormatError, match=r"word 2: expected a word, a space and 8 bytes .* cut short"):
        WordVectors.load(path)
    vectors = load(
        path, r"left out: 1, cut short at the end \(word 2\)", "declares 3 words, but it has 2", on_error="skip"
    )
    assert vectors.index_to_key == ["a", "b"]


def test_what_follows_binary_rows(write):
    path = write(binary([b"a", b"b", b"c"], 2) + b"rest", "v.bin")
    with pytest.raises(FormatError, match="end: expected no more bytes after 2 words"):
        WordVectors.load(path)
    assert load(path, "what follows the 2 words was left out", on_error="skip").index_to_key == ["a", "b"]


def test_binary_rows_over_many_chunks(write):
    words = [b"w%d" % i + b"x" * (i % 7) for i in range(90_000)]
    words[5] = b"y" * (3 << 20)  # longer than what is read at a time
    for name, data in (("v.bin", binary(words)), ("v.bin.gz", gzip.compress(binary(words, end=b""), 1))):
        vectors = load(write(data, name))
        assert vectors.index_to_key == [word.decode() for word in words]
        assert (vectors.vectors[:, 0] == np.arange(90_000)).all()


# --- NaN ---


@pytest.mark.parametrize("name", ["v.txt", "v.bin", "v.model"])
def test_rows_that_are_not_finite_are_named(write, name):
    rows = np.ones((9000, 2), np.float32)
    rows[8000], rows[8500, 1] = np.nan, -np.inf
    words = [f"w{i}" for i in range(9000)]
    if name == "v.txt":
        path = write(
            "".join(f"{word} {row[0]} {row[1]}\n" for word, row in zip(words, rows, strict=True)).encode()
        )
    elif name == "v.bin":
        lines = (word.encode() + b" " + row.tobytes() for word, row in zip(words, rows, strict=True))
        path = write(b"9000 2\n" + b"".join(lines), name)
    else:
        gensim = pytest.importorskip("gensim.models")
        theirs = gensim.KeyedVectors(2)
        theirs.add_vectors(words, rows)
        path = write(b"", name)
        theirs.save(str(path))
    vectors = load(path, r"vectors with NaN or infinity: 2 \(first: 'w8000'\)")
    assert vectors.vectors.tobytes() == rows.tobytes()


def test_a_number_beyond_all_floats_is_infinity(write):
    """As Python reads it: only what a double holds and float32 does not is an error."""
    vectors = load(write(b"a 1 2\nb 1e400 2\n"), r"vectors with NaN or infinity: 1 \(first: 'b'\)")
    assert vectors["b"].tolist() == [np.inf, 2]


# --- content before suffix, and pipes ---


@pytest.mark.parametrize("name", ["v.bin", "v.txt", "v.vec", "v.safetensors", "v.model", "v"])
@pytest.mark.parametrize("format", ["word2vec", "word2vec-text", "glove", "fasttext", "safetensors"])
def test_the_content_is_believed_not_the_suffix(tmp_path, name, format):
    words, rows = ["the", "naïve", "10"], np.array([[0.5, -2, 1], [3, 4, 1e-7], [5, 6, 7]], np.float32)
    source = WordVectors(words, rows, context_vectors=rows)
    source.save(tmp_path / name, format=format)
    same(load(tmp_path / name), words, rows.tolist())


def through_a_pipe(data, read):
    """What ``read`` makes of the path of a pipe into which a thread writes ``data``."""
    end, start = os.pipe()

    def feed():
        with open(start, "wb") as pipe:
            for i in range(0, len(data), 1000):
                pipe.write(data[i : i + 1000])

    feeder = threading.Thread(target=feed)
    feeder.start()
    try:
        return read(f"/dev/fd/{end}")
    finally:
        os.close(end)
        feeder.join()


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="the system has no /dev/fd")
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("format", ["word2vec", "word2vec-text", "glove", "fasttext", "safetensors"])
def test_every_format_is_read_from_a_pipe(tmp_path, format, packed):
    words, rows = [f"w{i}" for i in range(3000)], np.random.default_rng(0).random((3000, 5), np.float32)
    WordVectors(words, rows, context_vectors=rows).save(tmp_path / "v", format=format)
    data = (tmp_path / "v").read_bytes()
    vectors = through_a_pipe(gzip.compress(data) if packed else data, load)
    same(vectors, words, rows.tolist())


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="the system has no /dev/fd")
def test_errors_name_the_pipe(tmp_path):
    WordVectors(["a"], [[1]]).save(tmp_path / "v.safetensors")
    with pytest.raises(FormatError, match=r"^/dev/fd/\d+: not a sound safetensors file") as caught:
        through_a_pipe((tmp_path / "v.safetensors").read_bytes()[:-1], WordVectors.load)
    assert caught.value.path.startswith("/dev/fd/")
    with pytest.raises(FormatError, match=r"^/dev/fd/\d+: line 2"):
        through_a_pipe(b"a 1 2\nb 3\n", WordVectors.load)


# --- what was read can be written ---


@pytest.mark.parametrize("format", ["word2vec", "word2vec-text", "glove", "safetensors"])
def test_white_space_can_be_replaced_at_writing(tmp_path, format):
    words, rows = ["new york", ". .", "", "a\tb\n", "x"], [[1], [2], [3], [4], [5]]
    vectors = WordVectors(words, rows, counts=[5, 4, 3, 2, 1])
    vectors.save(tmp_path / "v", format=format, spaces="_")
    same(load(tmp_path / "v"), ["new_york", "._.", "_", "a_b_", "x"], rows)
    assert vectors.index_to_key == words


def test_words_that_become_the_same(tmp_path):
    vectors = WordVectors(["new york", "a", "new_york", "", "_", "a\tb", "a_b"], np.ones((7, 1)))
    message = r"spaces: expected words that stay distinct, got 'new york' and 'new_york', and 2 more such words"
    with pytest.raises(SettingError, match=message):
        vectors.save(tmp_path / "v.txt", spaces="_")
    with pytest.raises(SettingError, match="spaces: expected at least one character"):
        vectors.save(tmp_path / "v.txt", spaces=" ")
    vectors.save(tmp_path / "v.txt", spaces="▁")
    assert load(tmp_path / "v.txt").index_to_key[0] == "new▁york"


def test_words_that_cannot_be_written_are_counted(tmp_path):
    message = (
        r"got 'new york', and 1 more such words; spaces='_' \(--spaces _\) puts _ in the place of white space"
    )
    with pytest.raises(SettingError, match=message):
        WordVectors(["new york", "a", "b c"], np.ones((3, 1))).save(tmp_path / "v.txt")


def test_ngrams_hold_for_the_words_as_they_are(tmp_path):
    settings = Subwords(min_n=2, max_n=3, buckets=7)
    subwords = SubwordVectors(settings, np.ones((9, 2), np.float32))
    for words, is_refused in ((["a b", "c"], True), (["ab", "c"], False)):
        vectors = WordVectors(words, subwords.of_words(words), subwords=subwords)
        vectors.save(tmp_path / "v.txt", spaces="_")
        if is_refused:
            with pytest.raises(SettingError, match="spaces: expected None in the format fasttext"):
                vectors.save(tmp_path / "v.bin", spaces="_")
        else:
            vectors.save(tmp_path / "v.bin", spaces="_")


# --- beside gensim ---


@pytest.mark.parametrize("binary", [False, True])
def test_files_go_both_ways_to_gensim(tmp_path, binary):
    gensim = pytest.importorskip("gensim.models")
    words = ["the", "naïve", "東京", "10", *(f"w{i}" for i in range(3000))]
    rows = np.random.default_rng(0).normal(0, 0.3, (len(words), 50)).astype(np.float32)
    name = str(tmp_path / ("v.bin" if binary else "v.txt"))
    WordVectors(words, rows).save(name)
    theirs = gensim.KeyedVectors.load_word2vec_format(name, binary=binary)
    assert theirs.index_to_key == words
    assert theirs.vectors.tobytes() == rows.tobytes()
    theirs.save_word2vec_format(name, binary=binary)
    same(load(name), words, rows.tolist())
    if not binary:
        theirs.save_word2vec_format(name, write_header=False)
        same(load(name), words, rows.tolist())


def test_lines_that_end_in_cr_alone(write):
    same(WordVectors.load(write(b"2 2\ra 1 2\rb 3 4\r")), ["a", "b"], [[1, 2], [3, 4]])
    same(WordVectors.load(write(b"a 1 2\rb 3 4", "v.vec")), ["a", "b"], [[1, 2], [3, 4]])


def test_words_with_control_characters_are_suspected(write):
    # what gensim writes of "new york": its vector begins in the middle of the word
    data = b"2 2\nnew york " + struct.pack("<2f", 1, 2) + b"x " + struct.pack("<2f", 3, 4)
    with pytest.warns(UserWarning, match=r"words with control characters: 1 \(first: .*another format"):
        WordVectors.load(write(data, "v.bin"), on_error="skip")
