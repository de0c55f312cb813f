"""Every kind of source, and what is said of those that cannot be read."""

import bz2
import gzip
import io
import lzma
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fastvec import Corpus, CorpusError, FormatError, SettingError, StorageError
from fastvec.io.decompression import open_decompressed
from fastvec.text import reading

TEXT = b"the cat sat\nthe dog\n\nthe end"
SENTENCES = [["the", "cat", "sat"], ["the", "dog"], [], ["the", "end"]]


def read(source, **settings):
    return list(Corpus.from_text(source, **{"min_count": 1, **settings}))


def zstd_compress(data):
    try:
        from compression import zstd
    except ImportError:
        zstd = pytest.importorskip("backports.zstd")
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})


COMPRESS = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstd_compress,
    "": bytes,
}


@pytest.mark.parametrize("suffix", COMPRESS)
def test_compressed(tmp_path, suffix):
    path = tmp_path / f"text{suffix}"
    path.write_bytes(COMPRESS[suffix](TEXT))
    assert read(path) == read(str(path)) == SENTENCES
    path.rename(tmp_path / "no-suffix")
    assert read(tmp_path / "no-suffix") == SENTENCES


@pytest.mark.parametrize("suffix", [suffix for suffix in COMPRESS if suffix])
def test_truncated_and_damaged(tmp_path, suffix):
    data = COMPRESS[suffix](os.urandom(50_000).hex().encode())
    path = tmp_path / f"text{suffix}"
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(FormatError, match="truncated") as caught:
        read(path)
    assert caught.value.path == str(path)
    middle = len(data) // 2
    path.write_bytes(
        data[:middle] + bytes(byte ^ 0xFF for byte in data[middle : middle + 200]) + data[middle + 200 :]
    )
    with pytest.raises(FormatError, match="damaged") as caught:
        read(path)
    assert caught.value.path == str(path)


def test_mislabelled(tmp_path):
    path = tmp_path / "text.gz"
    for data in (TEXT, bz2.compress(TEXT)):
        path.write_bytes(data)
        with pytest.raises(FormatError, match=r"text\.gz: its name says \.gz"):
            read(path)


def test_an_empty_file_that_is_named_as_compressed_is_said_to_be_empty(tmp_path):
    path = tmp_path / "text.gz"
    path.write_bytes(b"")
    with pytest.raises(FormatError, match=r"text\.gz: content: expected a \.gz file, got no bytes: it is empty"):
        read(path)


def test_several_files_and_patterns(tmp_path):
    (tmp_path / "b.txt").write_bytes(b"b\n")
    (tmp_path / "a.txt").write_bytes(b"a")  # no newline: the next file begins a new line all the same
    (tmp_path / "c.txt").write_bytes(b"\xef\xbb\xbfc d")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "empty.txt").write_bytes(b"")
    assert read(f"{tmp_path}/*.txt") == read(tmp_path / "*.txt") == [["a"], ["b"], ["c", "d"]]
    assert read([tmp_path / "c.txt", tmp_path / "[ab].txt"]) == [["c", "d"], ["a"], ["b"]]
    assert read((tmp_path / "a.txt",)) == [["a"]]


def test_name_with_pattern_characters_is_a_file_first(tmp_path):
    (tmp_path / "a[1].txt").write_bytes(b"x")
    assert read(f"{tmp_path}/a[1].txt") == [["x"]]


def test_iterables_of_lines_and_lists():
    lines = ["the cat sat\n", b"the dog\r\n", "", bytearray(b"the end")]
    assert read(lines) == read(iter(lines)) == read(line for line in lines) == SENTENCES
    assert read(SENTENCES) == read(map(tuple, SENTENCES)) == SENTENCES
    assert read(["the cat sat", ("the", "dog"), iter([]), b"the end"]) == SENTENCES
    assert read(["one\ntwo"]) == [["one", "two"]]  # an item is a sentence
    assert read([["with space", "line\nend", "", "\udcff"]]) == [["with space", "line\nend", "\udcff"]]
    assert read(["don't stop!", ["don't"]], tokens="words") == [["don", "t", "stop"], ["don't"]]


def test_many_items_on_many_threads(monkeypatch):
    monkeypatch.setattr("fastvec.text.reading.BLOCK_BYTES", 300)
    items = [f"w{i} x" if i % 3 else [f"w{i}", "x"] for i in range(3000)]
    assert read(iter(items), threads=3) == [[f"w{i}", "x"] for i in range(3000)]


def test_open_file_is_an_iterable_of_lines(tmp_path):
    (tmp_path / "text").write_bytes(TEXT)
    with open(tmp_path / "text") as file:
        assert read(file) == SENTENCES
    with open(tmp_path / "text", "rb") as file:
        assert read(file) == SENTENCES


def test_names_given_as_lines(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingError, match=r"'a\.txt' is a file; give \[Path\(name\)"):
        read(["a.txt", "b.txt"])
    assert read(iter(["a.txt", "b.txt"])) == [["a.txt"], ["b.txt"]]
    with pytest.raises(SettingError, match="expected Path objects only, or lines only, got a mix"):
        read([Path("a.txt"), "b.txt"])


def test_paths_that_cannot_be_read(tmp_path):
    (tmp_path / "text").write_bytes(TEXT)
    for path, why in [
        (tmp_path / "missing", "missing: no such file"),
        (tmp_path / "text" / "x", "no such file"),
        (tmp_path, r"is a folder; to read its files give .*\*\.txt"),
        (tmp_path / "*.nothing", "no file matches"),
        ("to be or not to be", "no such file; to give the text itself, put its lines in a list"),
        ("nul\0byte", "no such file"),
        ([tmp_path / "text", tmp_path / "missing"], "missing: no such file"),
    ]:
        with pytest.raises(StorageError, match=why):
            read(path)


def test_path_that_may_not_be_read(tmp_path, monkeypatch):
    (tmp_path / "text").write_bytes(TEXT)

    def refuse(path, mode):  # root may read everything, so a mode of 0 shows nothing
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("fastvec.text.reading.open", refuse, raising=False)
    with pytest.raises(StorageError, match="text: Permission denied"):
        read(tmp_path / "text")


def test_file_that_vanishes_while_others_are_read(tmp_path, monkeypatch):
    for name in "ab":
        (tmp_path / name).write_bytes(TEXT)

    def open_and_remove_next(path):
        (tmp_path / "b").unlink(missing_ok=True)
        return open_decompressed(path)

    monkeypatch.setattr("fastvec.text.content.open_decompressed", open_and_remove_next)
    with pytest.raises(StorageError, match="b: No such file") as caught:
        read([tmp_path / "a", tmp_path / "b"])
    assert caught.value.path == str(tmp_path / "b")


@pytest.mark.parametrize("source", [5, None, b"bytes", bytearray(b"x")])
def test_no_source(source):
    with pytest.raises(SettingError, match="source: expected a path, paths, a table, or an iterable"):
        read(source)


@pytest.mark.parametrize("item", [5, None, Path("x")])
def test_item_that_is_no_line(item):
    with pytest.raises(CorpusError, match="source: item 1: expected a line or a list of tokens"):
        read(iter(["a", item]))


@pytest.mark.parametrize("tokens", ["whitespace", lambda line: [line]])
def test_token_or_line_that_is_too_long(tmp_path, monkeypatch, tokens):
    monkeypatch.setattr("fastvec.text.reading.BLOCK_BYTES", 100)
    for module in ("building", "merging"):
        monkeypatch.setattr(f"fastvec.text.{module}.TOKEN_BYTES", 1000)
    monkeypatch.setattr("fastvec.text.building.TEXT_LINE_BYTES", 1000)
    for name, pack in (("text", bytes), ("text.gz", gzip.compress)):
        path = tmp_path / name
        for before in (b"", b"a\n", b"a\n" * 700):
            for end in (b"\n", b"\na\n", b"\n" + b"b\n" * 700):
                path.write_bytes(pack(before + b"x" * 1000 + end))
                assert ["x" * 1000] in read(path, tokens=tokens)
                path.write_bytes(pack(before + b"x" * 1001 + end))
                with pytest.raises(CorpusError, match=r"expected at most 1,000 bytes.*, got more") as caught:
                    read(path, tokens=tokens)
                assert caught.value.path == str(path)


@pytest.mark.parametrize("source", [["a", "x" * 1001], [["a", "x" * 1001]]])
def test_a_callers_token_that_is_too_long(monkeypatch, source):
    monkeypatch.setattr("fastvec.text.merging.TOKEN_BYTES", 1000)
    with pytest.raises(CorpusError, match=r"token: expected at most 1,000 bytes, got 1,001: 'xxx"):
        read(source)


def test_words_without_white_space_between_them_are_no_long_token(tmp_path, monkeypatch):
    for module in ("building", "merging"):
        monkeypatch.setattr(f"fastvec.text.{module}.TOKEN_BYTES", 10)
    (tmp_path / "text").write_text("東京。" * 100 + "\n", encoding="utf-8")
    assert read(tmp_path / "text", tokens="words") == [["東京"] * 100]
    with pytest.raises(CorpusError, match="without white space"):
        read(tmp_path / "text")


def test_half_a_character():
    with pytest.raises(CorpusError, match=r"item 1: expected a line that UTF-8 can hold, got '\\ud800'"):
        read(["a", "a \ud800"])


def test_error_of_the_iterable_comes_through():
    def broken():
        yield "a"
        raise LookupError("the network is down")

    with pytest.raises(LookupError, match="the network is down"):
        read(broken())


def test_standard_input_replaced(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TEXT)))
    assert read("-") == SENTENCES
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(StorageError, match="no standard input"):
        read("-")


def test_standard_input_compressed():
    script = "from fastvec import Corpus; print(list(Corpus.from_text('-', min_count=1)))"
    done = subprocess.run(
        [sys.executable, "-c", script], input=gzip.compress(TEXT), capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == str(SENTENCES)


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_interrupt_while_a_pipe_is_silent():
    script = """if True:
        from fastvec import Corpus
        try:
            Corpus.from_text("-", on_progress=lambda progress: print("reading", flush=True))
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        """
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout.readline() == b"reading\n"
    child.send_signal(signal.SIGINT)
    # the pipe stays open: only the interrupt can end the child
    assert child.wait(timeout=30) == 0
    assert child.stdout.read().endswith(b"interrupted\n")
    assert child.stderr.read() == b""
    child.stdin.close(), child.stdout.close(), child.stderr.close()


def test_progress_and_stopping_early(tmp_path, monkeypatch):
    monkeypatch.setattr("fastvec.text.reading.BLOCK_BYTES", 1 << 10)
    monkeypatch.setattr("fastvec.running.workers.TICK", 0.001)
    (tmp_path / "text.gz").write_bytes(gzip.compress(b"a b c\n" * 1_000_000))
    size = (tmp_path / "text.gz").stat().st_size
    told = []
    whole = Corpus.from_text(tmp_path / "text.gz", min_count=1, on_progress=told.append)
    assert whole.n_sentences == 1_000_000
    last = told[-1]
    assert (last.stage, last.unit, last.done, last.total) == (
        "reading",
        "B",
        size,
        size,
    )
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)
    part = Corpus.from_text(tmp_path / "text.gz", min_count=1, on_progress=lambda progress: progress.done == 0)
    assert 0 < part.n_sentences < 1_000_000
    assert set(map(tuple, part)) <= {("a", "b", "c"), ("a", "b"), ("a",)}
    assert part.offsets[-1] == part.n_tokens


def test_stopping_within_a_line_of_a_plain_file(tmp_path, monkeypatch):
    monkeypatch.setattr("fastvec.text.reading.BLOCK_BYTES", 1 << 8)
    monkeypatch.setattr("fastvec.running.workers.TICK", 0.001)
    (tmp_path / "text").write_bytes(b"a b c " * 1_000_000)
    told = []

    def stop(progress):
        told.append(progress)
        return False

    (tmp_path / "next").write_bytes(b"\xef\xbb\xbf" + b"d " * 1000)
    part = Corpus.from_text([tmp_path / "text", tmp_path / "next"], min_count=1, on_progress=stop)
    assert part.n_sentences == 1
    assert 0 < len(part[0]) == part.n_tokens < 3_000_000
    assert part[0] == (["a", "b", "c"] * 1_000_000)[: part.n_tokens]
    assert told[-1].total == 6_002_003
    assert told[-1].done == 2 * part.n_tokens  # what was handed out was read to its end


def test_plain_and_compressed_large_and_small(tmp_path, monkeypatch):
    monkeypatch.setattr("fastvec.text.reading.BLOCK_BYTES", 100)
    paths, expected = [], []
    for i, (n, suffix) in enumerate([(200, ""), (1, ""), (90, ".gz"), (300, ""), (150, ""), (0, ""), (2, ".xz")]):
        sentences = [[f"file{i}", f"w{j}"] for j in range(n)]
        data = b"\xef\xbb\xbf" + "\n".join(map(" ".join, sentences)).encode()  # a mark, no newline at the end
        paths.append(tmp_path / f"{i}{suffix}")
        paths[-1].write_bytes(COMPRESS[suffix](data))
        expected += sentences
    told = []
    for threads in (1, 3, 16):
        assert list(Corpus.from_text(paths, min_count=1, threads=threads, on_progress=told.append)) == expected
        assert told[-1].done == told[-1].total == sum(path.stat().st_size for path in paths)


def test_plain_file_without_reading_at_a_place(tmp_path, monkeypatch):
    monkeypatch.setattr("fastvec.text.reading.BLOCK_BYTES", 100)
    monkeypatch.delattr("os.preadv", raising=False)
    (tmp_path / "text").write_text("".join(f"word{i} x\n" for i in range(1000)))
    assert read(tmp_path / "text", threads=3) == [[f"word{i}", "x"] for i in range(1000)]


def test_plain_file_that_is_cut_short_while_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("fastvec.text.reading.BLOCK_BYTES", 100)
    path = tmp_path / "text"
    path.write_bytes(b"aa bb\n" * 100)
    blocks = list(reading.text_blocks([str(path)], reading.Meter()))
    os.truncate(path, 304)
    texts = [block.read(bytearray()) for block in blocks]
    assert b"".join(bytes(text.text[: text.size]) for text in texts) == b"aa bb\n" * 50 + b"aa b\n"


def test_blocks_of_a_plain_file_are_read_to_one_buffer(tmp_path, monkeypatch):
    monkeypatch.setattr("fastvec.text.reading.BLOCK_BYTES", 1 << 15)
    data = b"".join(b"%d " % i * 7 for i in range(20_000)) + b"x" * 200_000 + b" end"
    (tmp_path / "text").write_bytes(data)
    blocks = list(reading.text_blocks([str(tmp_path / "text")], reading.Meter()))
    buffer, found = bytearray(300_000), b""
    for block in blocks:
        text = block.read(buffer)
        assert text.text is buffer
        assert text.size <= 1 << 15 or b"x" * 200_000 in buffer
        found += buffer[: text.size]
    assert found == data + b"\n"
    assert 20 < len(blocks) < 40


def test_plain_file_that_cannot_be_read_any_more(tmp_path, monkeypatch):
    def broken(handle, memory, place):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("fastvec.text.reading.BLOCK_BYTES", 100)
    (tmp_path / "text").write_bytes(b"a b\n" * 1000)
    monkeypatch.setattr("os.preadv", broken, raising=False)
    with pytest.raises(StorageError, match="text: Input/output error") as caught:
        read(tmp_path / "text")
    assert caught.value.path == str(tmp_path / "text")


def test_error_of_on_progress_comes_through(monkeypatch):
    def fail(progress):
        raise LookupError("no terminal")

    with pytest.raises(LookupError, match="no terminal"):
        Corpus.from_text(["a"], min_count=1, on_progress=fail)
