"""A matrix in .npy with its words beside it: round trips, what others have, and what does not fit together."""

import warnings

import numpy as np
import pytest

from fastvec import FormatError, SettingError, StorageError, WordVectors
from fastvec.cli import codes, main

WORDS = ["the", "new york", "naïve", "5", "東京", "caf\udce9", " a\u00a0b"]
ROWS = np.random.default_rng(0).standard_normal((7, 5)).astype(np.float32)


def test_what_is_saved_is_loaded_and_mapped(tmp_path):
    WordVectors(WORDS, ROWS).save(tmp_path / "x.npy")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["x.npy", "x.vocab.txt"]
    assert np.array_equal(np.load(tmp_path / "x.npy"), ROWS)
    assert (tmp_path / "x.vocab.txt").read_bytes().split(b"\n")[:2] == [b"the", b"new york"]
    for path in (tmp_path / "x.npy", str(tmp_path / "x.npy")):
        loaded = WordVectors.load(path)
        assert loaded.index_to_key == WORDS
        assert np.array_equal(loaded.vectors, ROWS)
    base = loaded.vectors
    while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)
    loaded.save(tmp_path / "x.npy")  # over the file it is mapped from
    assert np.array_equal(WordVectors.load(tmp_path / "x.npy").vectors, ROWS)


def test_half_precision(tmp_path):
    WordVectors(WORDS, ROWS).save(tmp_path / "x.npy", dtype="float16")
    assert np.load(tmp_path / "x.npy").dtype == np.float16
    loaded = WordVectors.load(tmp_path / "x.npy").vectors
    assert loaded.dtype == np.float32
    assert np.array_equal(loaded, ROWS.astype(np.float16).astype(np.float32))
    with pytest.raises(
        SettingError, match="dtype: expected 'float32' or 'float16', as the format is npy, got 'int8'"
    ):
        WordVectors(WORDS, ROWS).save(tmp_path / "x.npy", dtype="int8")


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", ">f4", "i4", "u1"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_matrices_as_others_save_them(tmp_path, dtype, order):
    rows = (10 * np.abs(ROWS)).astype(dtype, order=order)
    np.save(tmp_path / "x.npy", rows)
    (tmp_path / "x.vocab.txt").write_text("\n".join("abcdefg"))
    loaded = WordVectors.load(tmp_path / "x.npy")
    assert loaded.vectors.dtype == np.float32
    assert loaded.vectors.flags.c_contiguous
    assert np.array_equal(loaded.vectors, rows.astype(np.float32))


@pytest.mark.parametrize(
    "name", ["x.vocab.txt", "x.vocab", "x.words.txt", "x.words", "x.txt", "vocab.txt", "words.txt"]
)
@pytest.mark.parametrize("text", ["a\nb\n", "a\nb", "a\r\nb\r\n", "\ufeffa\nb\n", "a\nb\n\n\n"])
def test_names_and_line_ends_of_others(tmp_path, name, text):
    np.save(tmp_path / "x.npy", ROWS[:2])
    (tmp_path / name).write_bytes(text.encode())
    assert WordVectors.load(tmp_path / "x.npy").index_to_key == ["a", "b"]


def test_the_words_of_the_same_name_come_first(tmp_path):
    np.save(tmp_path / "x.npy", ROWS[:2])
    (tmp_path / "vocab.txt").write_text("c\nd\n")
    (tmp_path / "x.vocab.txt").write_text("a\nb\n")
    assert WordVectors.load(tmp_path / "x.npy").index_to_key == ["a", "b"]


def test_of_a_repeated_word_the_first_row_is_kept(tmp_path):
    np.save(tmp_path / "x.npy", ROWS[:4])
    (tmp_path / "x.vocab").write_text("a\nb\na\nc\n")
    with pytest.warns(UserWarning, match="1 rows of repeated words were left out") as caught:
        loaded = WordVectors.load(tmp_path / "x.npy")
    assert loaded.index_to_key == ["a", "b", "c"]
    assert np.array_equal(loaded.vectors, ROWS[[0, 1, 3]])
    assert caught[0].filename == __file__


def test_what_does_not_fit_together_is_refused(tmp_path):
    path = tmp_path / "x.npy"
    np.save(path, ROWS)
    with pytest.raises(StorageError, match=r"x.vocab.txt: no such file; it should have the words of .*x.npy"):
        WordVectors.load(path)
    for text, message in [
        ("a\nb\n", r"words: expected 7 words, one a line, for the rows of .*, got 2 lines"),
        ("a\n" * 5000, r"line 1009: expected 7 lines"),
        ("", "got 0 lines"),
        ("\n".join("abcdefgh"), "got 8 lines"),
        ("a 1 2 3 4 5\n" * 7, r"line 1: expected a word a line, .* got 'a 1 2 3 4 5'"),
    ]:
        (tmp_path / "x.vocab.txt").write_text(text)
        with pytest.raises(FormatError, match=message) as caught:
            WordVectors.load(path)
        assert caught.value.path == str(tmp_path / "x.vocab.txt")
    (tmp_path / "x.vocab.txt").write_bytes(b"x" * ((1 << 25) + 5))
    with pytest.raises(FormatError, match="line 1: expected 7 lines, none of more than"):
        WordVectors.load(path)
    (tmp_path / "x.vocab.txt").write_text("\n".join("abcdefg"))
    for wrong in (np.zeros(7, np.float32), np.zeros((7, 2, 2)), np.zeros((7, 0)), np.zeros((7, 2), bool)):
        np.save(path, wrong)
        with pytest.raises(FormatError, match=r"array: expected a matrix of real numbers"):
            WordVectors.load(path)
    np.save(path, np.full((7, 2), 1e300))
    with pytest.raises(FormatError, match="within the range of float32"):
        WordVectors.load(path)


def test_files_cut_anywhere_are_refused(tmp_path):
    WordVectors(WORDS, ROWS).save(tmp_path / "x.npy")
    for name in ("x.npy", "x.vocab.txt"):
        data = (tmp_path / name).read_bytes()
        for length in range(len(data) - 1 if name == "x.npy" else data.rindex(b" ")):
            (tmp_path / name).write_bytes(data[:length])
            with pytest.raises(FormatError):
                WordVectors.load(tmp_path / "x.npy")
        (tmp_path / name).write_bytes(data)


@pytest.mark.parametrize("word", ["", "a\nb", "a\r"])
def test_words_that_a_line_cannot_hold(tmp_path, word):
    with pytest.raises(SettingError, match="words: expected words of at least a character"):
        WordVectors(["ok", word], ROWS[:2]).save(tmp_path / "x.npy")
    assert list(tmp_path.iterdir()) == []


def test_a_save_that_fails_leaves_both_files(tmp_path):
    WordVectors(["a"], [[1]]).save(tmp_path / "x.npy")
    with pytest.raises(SettingError, match=r"vectors: expected numbers up to 65504, for float16, got 70000"):
        WordVectors(["b", "c"], [[1], [70000]]).save(tmp_path / "x.npy", dtype="float16")
    assert WordVectors.load(tmp_path / "x.npy").index_to_key == ["a"]


def test_convert_minds_the_words_too(tmp_path, capsys):
    WordVectors(WORDS, ROWS).save(tmp_path / "v.safetensors")
    assert main(["convert", str(tmp_path / "v.safetensors"), str(tmp_path / "x.npy"), "--dtype", "float16"]) == 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert WordVectors.load(tmp_path / "x.npy").index_to_key == WORDS
    WordVectors(["a"], [[1]]).save(tmp_path / "y.vocab.txt", format="word2vec-text")
    capsys.readouterr()
    assert main(["convert", str(tmp_path / "y.vocab.txt"), str(tmp_path / "y.npy")]) == codes.USAGE
    assert "y.vocab.txt: output would overwrite an input" in capsys.readouterr().err
    assert main(["convert", str(tmp_path / "x.npy"), str(tmp_path / "x.bin"), "--dtype", "int8"]) == codes.USAGE
    assert "dtype: expected 'float32', as the format is word2vec" in capsys.readouterr().err
