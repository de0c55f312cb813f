"""Corpora kept, reopened, made of ids; what is said of damaged ones."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from fastvec import Corpus, CorpusError, FormatError, SettingError, StorageError, Vocabulary
from fastvec.io.container import map_tensors, save_tensors

LINES = ["the cat sat on the mat", "", "the dog"] * 20


def same(a, b):
    return (
        np.array_equal(a.ids, b.ids)
        and np.array_equal(a.offsets, b.offsets)
        and a.vocabulary.words == b.vocabulary.words
        and np.array_equal(a.vocabulary.counts, b.vocabulary.counts)
        and a.n_dropped == b.n_dropped
    )


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "corpus.fvc"
    Corpus.from_text(LINES, min_count=21).save(path)
    return path


def rewrite(path, **changes):
    """Replace tensors and metadata of a saved corpus; None removes one."""
    tensors, metadata = map_tensors(path)
    entries = {name: np.array(tensor) for name, tensor in tensors.items()} | metadata | changes
    entries = {name: value for name, value in entries.items() if value is not None}
    save_tensors(
        path,
        {name: value for name, value in entries.items() if isinstance(value, np.ndarray)},
        {name: value for name, value in entries.items() if isinstance(value, str)},
    )


def test_attributes():
    corpus = Corpus.from_text(LINES, min_count=21)
    assert (corpus.n_tokens, corpus.n_sentences, len(corpus), corpus.n_dropped) == (60, 60, 60, 100)
    assert corpus[0] == ["the", "the"]
    assert (corpus[-2], corpus[np.int64(2)]) == ([], ["the"])
    assert repr(corpus) == "<Corpus: 60 tokens in 60 sentences, vocabulary of 1; 100 tokens dropped>"
    assert not corpus.ids.flags.writeable
    assert not corpus.offsets.flags.writeable
    for wrong in (60, -61):
        with pytest.raises(IndexError):
            corpus[wrong]
    with pytest.raises(TypeError):
        corpus[:2]


def test_save_and_open(tmp_path, saved):
    corpus = Corpus.from_text(LINES, min_count=21)
    opened = Corpus.load(saved)
    assert same(opened, corpus)
    opened.save(tmp_path / "again.fvc")
    assert (tmp_path / "again.fvc").read_bytes() == saved.read_bytes()
    assert same(Corpus.from_text(LINES, min_count=21, save_to=tmp_path / "streamed.fvc"), corpus)
    assert (tmp_path / "streamed.fvc").read_bytes() == saved.read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["again.fvc", "corpus.fvc", "streamed.fvc"]


def test_save_of_bytes_that_are_no_utf8(tmp_path):
    corpus = Corpus.from_text([b"\xff\xfe ab", "é a\0b"], min_count=1)
    corpus.save(tmp_path / "c.fvc")
    assert list(Corpus.load(tmp_path / "c.fvc")) == list(corpus) == [["\udcff\udcfe", "ab"], ["é", "a\0b"]]


def test_empty_corpora_can_be_kept(tmp_path):
    for ids, offsets, words in [([], [0], []), ([], [0, 0], ["a"])]:
        corpus = Corpus.from_ids(ids, offsets, words)
        corpus.save(tmp_path / "empty.fvc")
        assert same(Corpus.load(tmp_path / "empty.fvc").validate(), corpus)
    none_known = Corpus.from_text(["a b"], vocabulary=Vocabulary(["x"], [1]), save_to=tmp_path / "empty.fvc")
    assert (none_known.n_tokens, none_known.n_sentences, none_known.n_dropped) == (0, 1, 2)


@pytest.mark.parametrize("word", ["line\nend", "\ud800", "\udcc3\udca9"])
def test_words_that_no_file_of_words_can_hold(tmp_path, word):
    corpus = Corpus.from_ids([0, 1], [0, 2], ["a", word])
    for save in (corpus.save, corpus.vocabulary.save):
        with pytest.raises(CorpusError, match="expected text without line ends and halves of characters"):
            save(tmp_path / "x")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "something"}, "format: expected 'fastvec corpus', got 'something'"),
        ({"version": "2"}, "version: expected '1', got '2'; try a newer fastvec"),
        ({"ids": None}, r"ids: expected int32\[N\], got nothing"),
        ({"ids": np.zeros(60, np.int64)}, r"ids: expected int32\[N\], got int64\[60\]"),
        ({"ids": np.zeros((1, 60), np.int32)}, "ids: expected int32"),
        ({"offsets": np.zeros(0, np.int64)}, r"offsets: expected int64\[S . 1\], got int64\[0\]"),
        ({"offsets": np.array([1, 60])}, "offsets: expected 0 to 60, got 1 to 60"),
        ({"offsets": np.array([0, 61])}, "offsets: expected 0 to 60, got 0 to 61"),
        ({"counts": np.ones(3, np.int64)}, "words: expected 3, got 1"),
        ({"counts": np.array([-1])}, "counts: expected whole numbers of at least 0"),
        ({"words": np.frombuffer(b"a\na", np.uint8), "counts": np.ones(2, np.int64)}, "got 'a' twice"),
        ({"n_dropped": "-1"}, "n_dropped: expected a whole number"),
        ({"n_dropped": None}, "n_dropped: expected a whole number"),
    ],
)
def test_unsound_files(saved, changes, message):
    rewrite(saved, **changes)
    with pytest.raises(FormatError, match=message) as caught:
        Corpus.load(saved)
    assert caught.value.path == str(saved)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ids": np.full(60, -1, np.int32)}, "ids: expected 0 to 0, got -1 at 0"),
        ({"ids": np.arange(60, dtype=np.int32)}, "ids: expected 0 to 0, got 59 at 59"),
        (
            {"offsets": np.array([0, 30, 29, 60])},
            "offsets: expected numbers that do not decrease, got 29 after 30 at 2",
        ),
        ({"offsets": np.array([0, 2**60, 60])}, "offsets: expected numbers that do not decrease"),
    ],
)
def test_damage_that_validate_finds(saved, changes, message):
    rewrite(saved, **changes)
    corpus = Corpus.load(saved)
    with pytest.raises(FormatError, match=message):
        corpus.validate()
    if "ids" in changes:
        for touch in (lambda: corpus[0], lambda: list(corpus)):
            with pytest.raises(FormatError, match="ids: expected 0 to 0"):
                touch()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file with holes")
def test_offsets_past_two_to_the_31(saved):
    n_ids, words = 2**31 + 3, b"a\nb"
    sizes = {"offsets": 8 * 4, "counts": 8 * 2, "ids": 4 * n_ids, "words": len(words)}
    types = {"offsets": "I64", "counts": "I64", "ids": "I32", "words": "U8"}
    lengths = {"offsets": 4, "counts": 2, "ids": n_ids, "words": len(words)}
    header, end = {"__metadata__": {"format": "fastvec corpus", "version": "1", "n_dropped": "0"}}, 0
    for name, size in sizes.items():
        header[name] = {"dtype": types[name], "shape": [lengths[name]], "data_offsets": [end, end + size]}
        end += size
    packed = json.dumps(header).encode()
    packed += b" " * (-len(packed) % 8)
    with open(saved, "wb") as file:
        file.write(len(packed).to_bytes(8, "little") + packed)
        file.write(np.array([0, 2**31 - 1, 2**31 + 1, n_ids, 5, 6]).tobytes())
        file.seek(4 * n_ids - 8, os.SEEK_CUR)  # all ids are 0 but the last two
        file.write(np.array([1, 1], np.int32).tobytes() + words)
    corpus = Corpus.load(saved)
    corpus._is_valid = True  # it is; looking at 8 GiB takes long
    assert (corpus.n_tokens, corpus[1], corpus[2]) == (n_ids, ["a", "a"], ["b", "b"])


def test_no_corpus_at_all(tmp_path):
    for data in (b"", b"the cat\n" * 10, b"\xff" * 7):
        (tmp_path / "x.fvc").write_bytes(data)
        with pytest.raises(FormatError, match="not a sound safetensors file"):
            Corpus.load(tmp_path / "x.fvc")
    with pytest.raises(StorageError, match="nothing"):
        Corpus.load(tmp_path / "nothing")


def test_every_truncation_is_noticed(saved):
    data = saved.read_bytes()
    for length in range(0, len(data), 37):
        saved.write_bytes(data[:length])
        with pytest.raises(FormatError):
            Corpus.load(saved)


ID_ARRAYS = {
    "list": [0, 1, 2, 1],
    "int8": np.array([0, 1, 2, 1], np.int8),
    "uint64": np.array([0, 1, 2, 1], np.uint64),
    "byte-swapped": np.array([0, 1, 2, 1], np.dtype(np.int32).newbyteorder()),
    "strided": np.array([0, 9, 1, 9, 2, 9, 1, 9], np.int32)[::2],
    "backwards": np.array([1, 2, 1, 0], np.int64)[::-1],
    "misaligned": np.frombuffer(b"x" + np.array([0, 1, 2, 1], np.int32).tobytes(), np.uint8)[1:].view(np.int32),
}


@pytest.mark.parametrize("kind", ID_ARRAYS)
def test_ids_of_any_integer_type(kind):
    ids = ID_ARRAYS[kind]
    if isinstance(ids, np.ndarray):
        ids.flags.writeable = False
    corpus = Corpus.from_ids(ids, np.array([0, 2, 4], ">i2"), ("x", "y", "z"))
    assert list(corpus) == [["x", "y"], ["z", "y"]]
    assert corpus.vocabulary.counts.tolist() == [1, 2, 1]
    assert corpus.ids.dtype == np.dtype("=i4")
    assert corpus.ids.flags.c_contiguous
    assert corpus.ids.flags.aligned


@pytest.mark.parametrize(
    ("ids", "offsets", "words", "message"),
    [
        ([0.0, 1.0], [0, 2], ["a", "b"], "ids: expected whole numbers on one axis, got float64"),
        ([[0, 1]], [0, 2], ["a", "b"], r"ids: expected whole numbers on one axis, got int64\[1, 2\]"),
        ([True], [0, 1], ["a", "b"], "ids: expected whole numbers"),
        ([0, 2], [0, 2], ["a", "b"], "ids: expected 0 to 1, got 2 at 1"),
        ([0, -1], [0, 2], ["a", "b"], "ids: expected 0 to 1, got -1 at 1"),
        ([0, 2**32], [0, 2], ["a", "b"], "ids: expected numbers that fit int32, got 0 to 4294967296"),
        ([0, 1], np.array([0, 2**64 - 1], np.uint64), ["a", "b"], "offsets: expected numbers that fit int64"),
        ([0, 1], [], ["a", "b"], "offsets: expected 0 to 2, got none"),
        ([0, 1], [0, 1], ["a", "b"], "offsets: expected 0 to 2, got 0 to 1"),
        ([0, 1], [0, 2, 1, 2], ["a", "b"], "offsets: expected numbers that do not decrease"),
        ([0, 1], [0, 2], ["a", "a"], "words: expected distinct words, got 'a' twice"),
        ([0, 1], [0, 2], ["a", 5], "words: expected str, got 5"),
    ],
)
def test_ids_that_cannot_be(ids, offsets, words, message):
    with pytest.raises(SettingError, match=message):
        Corpus.from_ids(ids, offsets, words)


def test_ids_are_not_copied_without_need():
    ids, offsets = np.array([0, 1, 1], np.int32), np.array([0, 3], np.int64)
    corpus = Corpus.from_ids(ids, offsets, ["a", "b"], counts=[10, 20])
    assert np.shares_memory(corpus.ids, ids)
    assert np.shares_memory(corpus.offsets, offsets)
    assert corpus.vocabulary.counts.tolist() == [10, 20]
    assert ids.flags.writeable  # the caller's array is left as it was


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"min_count": 0}, "min_count: expected a whole number of at least 1, got 0"),
        ({"min_count": 1.5}, "min_count: expected a whole number"),
        ({"min_count": True}, "min_count: expected a whole number"),
        ({"max_size": 0}, "max_size: expected a whole number of at least 1, got 0"),
        ({"threads": 0}, "threads: expected a whole number"),
        ({"normalize": "lower"}, "normalize: expected a function"),
        (
            {"normalize": lambda word: 3},
            "a function that returns a str or None, got 3; it was called with 'a'",
        ),
        ({"vocabulary": ["a"]}, "vocabulary: expected a Vocabulary"),
    ],
)
def test_bad_settings(settings, message):
    with pytest.raises(SettingError, match=message):
        Corpus.from_text(["a"], **{"min_count": 1, **settings})


def test_normalize_gets_each_distinct_word_once():
    seen = []

    def normalize(word):
        seen.append(word)
        return {"x": None, "y": "", "b": "a"}.get(word, word)

    corpus = Corpus.from_text(["A b x y a B"] * 10, normalize=normalize, lowercase=True, min_count=11)
    assert sorted(seen) == ["a", "a", "b", "b", "x", "y"]
    assert (corpus.vocabulary.words, corpus.vocabulary.counts.tolist()) == (["a"], [40])
    assert corpus.n_dropped == 20


def test_vocabulary_that_min_count_empties():
    text = [f"w{i} " * (300 - i) for i in range(200)]
    with pytest.raises(CorpusError, match=r"at most 300, the highest count, .*min_count=201 would keep 100 words"):
        Corpus.from_text(text, min_count=301)
    with pytest.raises(CorpusError, match=r"at most 2, the highest count, got .*; min_count=1 would keep all 2"):
        Corpus.from_text(["a b b"])
    with pytest.raises(CorpusError, match=r"at most 4, the highest count, got .*; min_count=4 would keep all 1"):
        Corpus.from_text(["a A a A"], lowercase=True)
    with pytest.raises(CorpusError, match="normalize: it dropped every word"):
        Corpus.from_text(["a b"], normalize=lambda word: None, min_count=1)
    for nothing in ([], [""], ["", " \t "], [[]], [[""]]):
        with pytest.raises(CorpusError, match="it holds no words"):
            Corpus.from_text(nothing, min_count=1)


def test_unwritable_place_is_told_before_reading(tmp_path):
    def never():
        raise AssertionError("was read")
        yield

    for path in (tmp_path, tmp_path / "missing" / "c.fvc"):
        with pytest.raises(StorageError):
            Corpus.from_text(never(), save_to=path)


def test_error_of_the_source_is_not_blamed_on_the_target(tmp_path):
    def broken():
        yield "a"
        raise ConnectionResetError(104, "Connection reset by peer")

    with pytest.raises(ConnectionResetError):
        Corpus.from_text(broken(), save_to=tmp_path / "c.fvc")
    assert os.listdir(tmp_path) == []


LIMITED = """if True:
    import resource, sys
    from fastvec import Corpus, StorageError
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    try:
        Corpus.from_text((["a b c d"] * 100_000), min_count=1, save_to=sys.argv[1])
    except StorageError as error:
        print(error.path)
    """


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files")
def test_full_disk_leaves_the_old_file(saved):
    old = saved.read_bytes()
    done = subprocess.run([sys.executable, "-c", LIMITED, str(saved)], capture_output=True, text=True, check=True)
    assert done.stdout == f"{saved}\n"
    assert saved.read_bytes() == old
    assert os.listdir(saved.parent) == [saved.name]


PEAK = """if True:
    import re, sys
    from fastvec import Corpus

    def peak():  # not ru_maxrss: it begins with the peak of the parent
        return int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])

    Corpus.from_text(["a"], min_count=1)
    before = peak()
    corpus = Corpus.from_text(sys.argv[1], threads=2)
    print(corpus.n_tokens, peak() - before)
    """


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory in KiB")
def test_peak_is_one_copy_of_the_ids(tmp_path):
    n_tokens = 40_000_000
    (tmp_path / "text").write_bytes(b"a b c d\n" * (n_tokens // 4))
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(tmp_path / "text")], capture_output=True, text=True, check=True
    )
    n_words, kib = map(int, done.stdout.split())
    assert n_words == n_tokens
    n_bytes = 4 * n_tokens + 8 * n_tokens // 4
    assert n_bytes < 1024 * kib < n_bytes + (96 << 20)


ONE = Vocabulary(["a", "b"], [1, 1])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 2], [0, 2], ONE), "ids: expected 0 to 1, got 2 at 1"),
        (([0, -1], [0, 2], ONE), "ids: expected 0 to 1, got -1 at 1"),
        (([0.5, 1], [0, 2], ONE), "ids: expected whole numbers on one axis"),
        (([[0, 1]], [0, 2], ONE), "ids: expected whole numbers on one axis"),
        (([2**40], [0, 1], ONE), "ids: expected numbers that fit int32"),
        (([0, 1], [0, 3], ONE), "offsets: expected 0 to 2, got 0 to 3"),
        (([0, 1], [0, 2, 1, 2], ONE), "offsets: expected numbers that do not decrease"),
        (([0, 1], [], ONE), "offsets: expected 0 to 2, got none"),
        (([0, 1], [0, 2], ["a", "b"]), r"vocabulary: expected a fastvec\.Vocabulary"),
        (([0, 1], [0, 2], ONE, -1), "n_dropped: expected a whole number"),
        (([0, 1], [0, 2], ONE, 0, [9]), "gaps: expected 0 to 2, never decreasing"),
        (([0, 1], [0, 2], ONE, 0, [[1]]), "gaps: expected whole numbers on one axis"),
    ],
)
def test_a_corpus_made_directly_checks_what_it_gets(arguments, message):
    with pytest.raises(SettingError, match=message):
        Corpus(*arguments)


def test_a_corpus_made_directly_converts_lists():
    made = Corpus([0, 1], [0, 2], ONE, 1, [1])
    assert (made.ids.dtype, made.offsets.dtype, made.gaps.dtype) == (np.int32, np.int64, np.int64)
    assert list(made) == [["a", "b"]]
