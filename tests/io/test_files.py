"""Opening, mapping, writing: all or nothing, and errors that name the file."""

import bz2
import gzip
import lzma
import os

import numpy as np
import pytest

from fastvec import FormatError, StorageError
from fastvec.io.atomic import atomic_path, check_writable
from fastvec.io.container import map_tensors, save_tensors
from fastvec.io.decompression import open_decompressed

DATA = b"some text\n" * 1000
COMPRESS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


@pytest.mark.parametrize("suffix", COMPRESS)
def test_decompresses_by_content(tmp_path, suffix):
    for name in (f"x{suffix}", "x"):
        (tmp_path / name).write_bytes(COMPRESS[suffix](DATA))
        with open_decompressed(tmp_path / name) as file:
            assert file.readline() == b"some text\n"
            assert file.read() == DATA[10:]
            assert file.source_position == (tmp_path / name).stat().st_size


@pytest.mark.parametrize("suffix", COMPRESS)
def test_closes_the_file_beneath(tmp_path, suffix, recwarn):
    (tmp_path / "x").write_bytes(COMPRESS[suffix](DATA))
    file = open_decompressed(tmp_path / "x")
    source = file.raw._source
    file.close()
    assert source.closed


def test_plain_file_can_seek(tmp_path):
    (tmp_path / "x").write_bytes(DATA)
    with open_decompressed(tmp_path / "x") as file:
        file.seek(5)
        assert file.read(4) == b"text"


def test_errors_while_reading_name_the_file(tmp_path):
    data = gzip.compress(os.urandom(10_000))
    (tmp_path / "x.gz").write_bytes(data[:5000])
    with (
        pytest.raises(FormatError, match="truncated") as caught,
        open_decompressed(tmp_path / "x.gz") as file,
    ):
        file.read()
    assert caught.value.path == str(tmp_path / "x.gz")
    with pytest.raises(StorageError, match="missing: No such file"):
        open_decompressed(tmp_path / "missing")


def test_check_writable(tmp_path):
    check_writable(tmp_path / "new")
    assert os.listdir(tmp_path) == []
    with pytest.raises(StorageError, match="is a folder"):
        check_writable(tmp_path)
    with pytest.raises(StorageError, match="cannot write there"):
        check_writable(tmp_path / "missing" / "new")


def test_atomic_path_replaces_or_leaves(tmp_path):
    path = tmp_path / "x"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError), atomic_path(path) as part:
        part.write_text("half" * 100_000 + "\ud800", "utf-8")
    assert (path.read_text(), os.listdir(tmp_path)) == ("old", ["x"])
    with atomic_path(path) as part:
        assert part.parent == tmp_path
        part.write_text("new")
    assert (path.read_text(), os.listdir(tmp_path)) == ("new", ["x"])
    with pytest.raises(StorageError, match="cannot write there"), atomic_path(tmp_path / "missing" / "x"):
        pass


@pytest.mark.skipif(os.name != "posix", reason="modes of files")
def test_atomic_path_keeps_to_the_umask(tmp_path):
    with atomic_path(tmp_path / "x"):
        pass
    save_tensors(tmp_path / "tensors", {"a": np.arange(3)}, {})
    (tmp_path / "y").touch()
    assert len({path.stat().st_mode for path in tmp_path.iterdir()}) == 1


TENSORS = {
    "f": np.arange(6, dtype=np.float32).reshape(2, 3).T,
    "i": np.arange(5, dtype=np.int64)[::2],
    "none": np.empty((0, 3), np.int32),
    "bytes": np.frombuffer(b"odd", np.uint8),
}


def test_tensors_come_back(tmp_path):
    save_tensors(tmp_path / "t", TENSORS, {"b": "é\n", "a": ""})
    tensors, metadata = map_tensors(tmp_path / "t")
    assert metadata == {"a": "", "b": "é\n"}
    assert tensors.keys() == TENSORS.keys()
    for name, tensor in tensors.items():
        np.testing.assert_array_equal(tensor, TENSORS[name])
        assert tensor.dtype == TENSORS[name].dtype
        assert tensor.size == 0 or not tensor.flags.writeable


def test_same_tensors_same_bytes(tmp_path):
    fields = {f"field {i}": "x" for i in range(20)}
    for name in "ab":
        save_tensors(tmp_path / name, TENSORS, fields)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_tensors_of_other_programs(tmp_path):
    from safetensors.numpy import save_file

    save_file({"x": np.zeros(3, np.float32)}, tmp_path / "t", metadata={"format": "pt"})
    assert map_tensors(tmp_path / "t")[1] == {"format": "pt"}
    save_file({"x": np.zeros(3, np.int16)}, tmp_path / "t")
    with pytest.raises(FormatError, match=r"x: expected one of .*, got I16"):
        map_tensors(tmp_path / "t")
    for packed in ("no JSON", "[1]", '{"a": 1}', "[" * 100_000):
        save_file({"x": np.zeros(3, np.float32)}, tmp_path / "t", metadata={"fastvec": packed})
        with pytest.raises(FormatError, match="metadata: expected text fields"):
            map_tensors(tmp_path / "t")


def test_unsound_tensors(tmp_path):
    (tmp_path / "t").write_bytes(b"x" * 100)
    with pytest.raises(FormatError, match="not a sound safetensors file"):
        map_tensors(tmp_path / "t")
    with pytest.raises(StorageError, match="No such file"):
        map_tensors(tmp_path / "missing")


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_link_stays_and_its_file_is_written(tmp_path):
    (tmp_path / "file").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    with atomic_path(tmp_path / "link") as part:
        part.write_text("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "new"
