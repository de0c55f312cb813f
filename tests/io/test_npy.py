"""``.npy`` files: what NumPy writes is mapped; what is damaged or no numbers is refused before memory is taken."""

import contextlib
import errno
import random
import tracemalloc
import warnings

import numpy as np
import pytest

from fastvec import FormatError, StorageError
from fastvec.io.npy import map_npy, write_npy


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", ">f4", ">f8", "i1", "<i2", "i4", "u8", "u1", "?"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("shape", [(3, 5), (7,), (), (0, 4), (2, 3, 4)])
def test_what_numpy_writes_is_mapped(tmp_path, dtype, order, shape):
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype, order=order)
    np.save(tmp_path / "a.npy", array)
    found = map_npy(tmp_path / "a.npy")
    assert found.dtype == array.dtype
    assert np.array_equal(found, array)
    assert found.size == 0 or not found.flags.writeable


@pytest.mark.parametrize("shape", [(3, 5), (7,), (), (0, 4), (2, 3, 4)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_what_is_written_is_what_numpy_writes(tmp_path, order, shape):
    whole = np.arange(np.prod(shape, dtype=int), dtype=np.float32).reshape(shape)
    for array in (whole.copy(order), whole[::2] if whole.ndim else whole, whole.astype(">f8")):
        np.save(tmp_path / "a.npy", array)
        with open(tmp_path / "b.npy", "wb") as file:
            write_npy(file, array)
        assert (tmp_path / "b.npy").read_bytes() == (tmp_path / "a.npy").read_bytes()


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_all_versions(tmp_path, version):
    with open(tmp_path / "a.npy", "wb") as file:
        np.lib.format.write_array(file, np.arange(6.0).reshape(2, 3), version=version)
    assert map_npy(tmp_path / "a.npy").tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(
    "array", [np.array([{"a": 1}]), np.zeros(2, "f4,f4"), np.array(["a"]), np.zeros(2, complex)]
)
def test_what_is_no_number_is_refused(tmp_path, array):
    np.save(tmp_path / "a.npy", array, allow_pickle=True)
    with pytest.raises(FormatError, match=r"is no sound \.npy file: expected an array of numbers, got one of"):
        map_npy(tmp_path / "a.npy")


def header(text, start=b"\x93NUMPY\x01\0"):
    data = text.encode()
    return start + len(data).to_bytes(2, "little") + data


GOOD = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "expected b'.x93NUMPY' and version"),
        (header(GOOD, b"\x93NUMPY\x09\0"), "expected b'.x93NUMPY' and version"),
        (b"\x93NUMPY\x01\0\xff\xff{}", "expected a header of 65535 bytes"),
        (header(GOOD)[:30], "expected a header of"),
        (header(GOOD) + bytes(23), r"expected 24 bytes for float32\[2, 3\], got 23; truncated"),
        (header(GOOD) + bytes(25), r"expected 24 bytes for float32\[2, 3\], got 25$"),
        (header(GOOD.replace("2, 3", f"{2**40}, {2**20}")), r"expected \d+ bytes .*, got 0; truncated"),
        (header(GOOD.replace("2, 3", "-2, 3")), "expected a shape"),
        (header(GOOD.replace("2, 3", "2.0, 3")), "expected a shape"),
        (header(GOOD.replace("2, 3", "1," * 40)), "expected a shape"),
        (header(GOOD.replace("False", "1")), "expected a shape and an order"),
        (header(GOOD.replace("<f4", "|O")), "expected an array of numbers"),
        (header(GOOD.replace("'<f4'", "[('a', '<f4')]")), "expected an array of numbers"),
        (header("[1]"), "expected a dict of descr"),
        (header("{}"), "expected a dict of descr"),
        (header("__import__('os').system('ls')"), "is no sound"),
        (header("(" * 9000), "is no sound"),
        (header("x" * 10_001), "expected a header of"),
    ],
)
def test_what_is_damaged_is_refused(tmp_path, data, message):
    (tmp_path / "a.npy").write_bytes(data)
    tracemalloc.start()
    try:
        with pytest.raises(FormatError, match=message) as caught:
            map_npy(tmp_path / "a.npy")
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()
    assert caught.value.path == str(tmp_path / "a.npy")


def test_mutated_files_give_an_error_or_an_array(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(12.0, dtype=np.float32).reshape(3, 4))
    good = (tmp_path / "a.npy").read_bytes()
    draw = random.Random(3)
    for _ in range(2000):
        data = bytearray(good)
        for _ in range(draw.randint(1, 3)):
            at = draw.randrange(80)
            if draw.randrange(2):
                data[at] = draw.randrange(256)
            else:
                del data[at : at + draw.randint(1, 4)]
        (tmp_path / "a.npy").write_bytes(data)
        with contextlib.suppress(FormatError), warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # of a literal such as 0x1or
            assert map_npy(tmp_path / "a.npy").nbytes <= len(good)


def test_a_missing_file(tmp_path):
    with pytest.raises(StorageError):
        map_npy(tmp_path / "a.npy")


def test_no_room_for_a_map(tmp_path, monkeypatch):
    np.save(tmp_path / "a.npy", np.ones(3))

    def refuse(*_, **__):
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(np, "memmap", refuse)
    with pytest.raises(StorageError, match="Cannot allocate memory") as caught:
        map_npy(tmp_path / "a.npy")
    assert caught.value.errno == errno.ENOMEM
