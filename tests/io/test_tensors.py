"""safetensors files: the same bytes as the library's, headers within limits, and arrays mapped or read."""

import json
import os
import signal
import struct
import subprocess
import sys

import numpy as np
import pytest

import fastvec as fv
from fastvec import FormatError, SettingError
from fastvec.io import tensors as module
from fastvec.io.limits import AXES, HEADER_BYTES, TENSORS
from fastvec.io.tensors import map_tensors, save_tensors

ARRAYS = {
    "wide": np.arange(6, dtype=np.float64).reshape(2, 3),
    "narrow": np.frombuffer(b"odd", np.uint8),
    "big-endian": np.arange(4, dtype=">f4"),
    "none": np.empty((0, 3), np.int32),
    "é": np.arange(9, dtype=np.int32)[::2],
    "no axis": np.array(7, np.int64),
    **{f"{i}": np.ones(3, dtype) for i, dtype in enumerate(["u8", "i8", "f8", "f4", "i4", "u1"])},
    **{f"z{i}": np.ones(3, dtype) for i, dtype in enumerate(["u1", "i4", "f4", "f8", "i8", "u8"])},
}


def test_the_library_writes_and_reads_the_same(tmp_path):
    from safetensors.numpy import load_file, save_file

    save_tensors(tmp_path / "ours", ARRAYS, {"b": "é", "a": "1"})
    native = {name: np.ascontiguousarray(a, a.dtype.newbyteorder("=")) for name, a in ARRAYS.items()}
    save_file(native, tmp_path / "theirs", metadata={"fastvec": '{"a": "1", "b": "\\u00e9"}'})
    ours, theirs = (_parts((tmp_path / name).read_bytes()) for name in ("ours", "theirs"))
    assert ours == theirs
    for name, array in load_file(tmp_path / "ours").items():
        np.testing.assert_array_equal(array.reshape(ARRAYS[name].shape), ARRAYS[name])


def _parts(data):
    (length,) = struct.unpack("<Q", data[:8])
    entries = json.loads(data[8 : 8 + length])
    return length % 8, entries, list(entries), data[8 + length :]


@pytest.mark.parametrize("mmap", [True, False])
def test_arrays_are_read_only(tmp_path, mmap, monkeypatch):
    monkeypatch.setattr(module, "PIECE", 5)
    save_tensors(tmp_path / "x", ARRAYS, {})
    tensors, _ = map_tensors(tmp_path / "x", mmap=mmap)
    for name, array in tensors.items():
        np.testing.assert_array_equal(array.reshape(ARRAYS[name].shape), ARRAYS[name])
        assert not array.size or not array.flags.writeable


def file_of(path, entries, data=b""):
    header = entries if isinstance(entries, bytes) else json.dumps(entries).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + data)
    return path


def entry(shape, start=0, end=4):
    return {"dtype": "F32", "shape": shape, "data_offsets": [start, end]}


def test_limits_of_a_header(tmp_path):
    path = tmp_path / "x"
    packed = json.dumps({"settings": "[" + "[]," * HEADER_BYTES})
    for entries, data, message in (
        ({"__metadata__": {"fastvec": packed}}, b"", r"header: expected at most 1,048,576 bytes"),
        ({f"{i}": entry([1], 4 * i, 4 * i + 4) for i in range(TENSORS + 1)}, bytes(4 * TENSORS + 4), "256 arrays"),
        ({"x": entry([1] * (AXES + 1))}, bytes(4), r"x: expected at most 32 axes"),
        ({"x": entry([1] * 65)}, bytes(4), r"x: expected at most 32 axes"),
        ({"x": entry([0, 2**40, 2**20], 0, 0)}, b"", "cells"),
        (b'{"x":%b,"x":%b}' % ((json.dumps(entry([1])).encode(),) * 2), bytes(4), "a name twice"),
    ):
        for mmap in (True, False):
            with pytest.raises(FormatError, match=message) as caught:
                map_tensors(file_of(path, entries, data), mmap=mmap)
            assert caught.value.path == str(path)
    most = {f"{i}": entry([1] * AXES, 4 * i, 4 * i + 4) for i in range(TENSORS)}
    assert len(map_tensors(file_of(path, most, bytes(4 * TENSORS)))[0]) == TENSORS


def test_what_no_reader_would_accept_is_not_written(tmp_path):
    with pytest.raises(
        SettingError, match=r"settings: expected settings and names of arrays of at most 1,048,576"
    ):
        save_tensors(tmp_path / "x", {}, {"settings": "x" * HEADER_BYTES})
    with pytest.raises(SettingError, match="tensors: expected at most 256 arrays in a file, got 257"):
        save_tensors(tmp_path / "x", {f"{i}": np.zeros(1) for i in range(TENSORS + 1)}, {})
    assert os.listdir(tmp_path) == []


LOADERS = {
    "c.fvc": (lambda path, **how: fv.Corpus.load(path, **how), lambda corpus: corpus.ids),
    "c.fvm": (lambda path, **how: fv.CooccurrenceMatrix.load(path, **how), lambda matrix: matrix.to_csr().data),
    "v.safetensors": (lambda path, **how: fv.WordVectors.load(path, **how), lambda v: v.vectors),
    "v.bin": (lambda path, **how: fv.WordVectors.load(path, **how), lambda v: v.subwords.rows),
}


@pytest.fixture
def saved(tmp_path):
    corpus = fv.Corpus.from_text(["the king rules the land", "the queen rules the sea"] * 300, min_count=1)
    corpus.save(tmp_path / "c.fvc")
    fv.count_cooccurrences(corpus).save(tmp_path / "c.fvm")
    subwords = fv.Subwords(buckets=2000)
    vectors = fv.SkipGram(vector_size=8, epochs=1, sample=0, subwords=subwords).train(corpus)
    vectors.save(tmp_path / "v.safetensors")
    vectors.save(tmp_path / "v.bin")
    return tmp_path


@pytest.mark.parametrize("name", LOADERS)
def test_what_is_not_mapped_may_change(saved, name):
    load, array_of = LOADERS[name]
    mapped, read = load(saved / name), load(saved / name, mmap=False)
    wanted = array_of(read).copy()
    np.testing.assert_array_equal(array_of(mapped), wanted)
    del mapped
    with open(saved / name, "rb+") as file:
        file.truncate(8)
    np.testing.assert_array_equal(array_of(read), wanted)
    with pytest.raises(fv.SettingError, match="mmap: expected"):
        load(saved / name, mmap="r")


@pytest.mark.parametrize("name", ["c.fvc", "c.fvm"])
def test_what_is_not_mapped_is_checked_at_once(saved, name):
    path = saved / name
    tensors, fields = map_tensors(path)
    of_ids = "ids" if name == "c.fvc" else "indices"
    wrong = {n: np.array(t) for n, t in tensors.items()}
    wrong[of_ids][3] = 99
    del tensors
    save_tensors(path, wrong, fields)
    load, _ = LOADERS[name]
    load(path)
    with pytest.raises(FormatError):
        load(path, mmap=False)


@pytest.mark.skipif(os.name != "posix", reason="a file that is open elsewhere cannot be cut")
def test_a_file_cut_while_it_is_read(saved, monkeypatch):
    path = saved / "c.fvc"
    read_into = module.read_into

    def cut_first(*arguments):
        with open(path, "rb+") as file:
            file.truncate(path.stat().st_size // 2)
        read_into(*arguments)

    monkeypatch.setattr(module, "read_into", cut_first)
    with pytest.raises(FormatError, match="it was cut while it was read"):
        fv.Corpus.load(path, mmap=False)


@pytest.mark.skipif(sys.platform != "linux", reason="how mapped files fail")
def test_why_a_mapped_file_must_not_change(saved):
    """What the documentation says of mapped files, and that mmap=False prevents it."""
    code = """
import sys, fastvec as fv
vectors = fv.WordVectors.load(sys.argv[1], mmap=sys.argv[2] == "map")
open(sys.argv[1], "rb+").truncate(8)
print(float(vectors.subwords.rows.sum()))
"""
    path = saved / "v.safetensors"
    data = path.read_bytes()
    for how, end in (("map", -signal.SIGBUS), ("read", 0)):
        path.write_bytes(data)
        done = subprocess.run([sys.executable, "-c", code, str(path), how], capture_output=True)
        assert done.returncode == end
