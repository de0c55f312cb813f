"""Pickles as plain records: what is allowed is read, whatever could run code or fill the memory is refused."""

import collections
import contextlib
import os
import pickle
import pickletools
import random
import struct

import numpy as np
import pytest

from fastvec import FormatError, StorageError
from fastvec.io.pickles import PickledObject, read_pickle

RAN = []


class Runs:
    """Its pickle calls a function when it is read."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def written(path, value, protocol=4):
    path.write_bytes(value if isinstance(value, bytes) else pickle.dumps(value, protocol))
    return path


VALUES = {
    "numbers": [1, -(2**40), 2**200, 0.5, True, False, None],
    "text": ["a", "Übergröße", "\udcff", b"bytes", ("t", "u", "p", "le")],
    "nested": {"a": {"b": [1, (2, [3])]}, "c": collections.OrderedDict(d=1), "e": {1, 2}, "f": frozenset("g")},
    "counts": collections.defaultdict(int, x=3),
}


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("name", sorted(VALUES))
def test_plain_values(tmp_path, name, protocol):
    assert read_pickle(written(tmp_path / "p", VALUES[name], protocol), frozenset()) == VALUES[name]


@pytest.mark.parametrize("protocol", [2, 4])
@pytest.mark.parametrize("dtype", ["f4", "f8", "f2", "i4", "i8", "u1", "u4", "?", ">f4"])
@pytest.mark.parametrize("shape", [(5,), (2, 3), (0, 4), ()])
def test_arrays_of_numbers(tmp_path, dtype, shape, protocol):
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    holder = {"a": array, "b": np.asfortranarray(array) if shape else array, "c": np.float32(0.5)}
    found = read_pickle(written(tmp_path / "p", holder, protocol), frozenset())
    for name in ("a", "b"):
        values = found[name].values
        assert values.dtype == array.dtype
        assert np.array_equal(values, array)
    assert found["c"] == 0.5


def test_objects_become_records(tmp_path):
    kind = f"{Runs.__module__}.Plain"
    data = pickle.dumps({"x": 1}).replace(b"\x94", b"")
    assert isinstance(data, bytes)
    stream = b"\x80\x02c" + kind.rpartition(".")[0].encode() + b"\nPlain\n)\x81}(X\x01\x00\x00\x00aK\x05ub."
    record = read_pickle(written(tmp_path / "p", stream), frozenset({kind}))
    assert isinstance(record, PickledObject)
    assert (record.kind, record.fields) == (kind, {"a": 5})
    with pytest.raises(FormatError, match=f"{kind}, which is not allowed"):
        read_pickle(tmp_path / "p", frozenset())


@pytest.mark.parametrize(
    "hostile",
    [
        Runs(os.system, "touch ran"),
        Runs(eval, "RAN.append(1)"),
        Runs(RAN.append, 1),
        Runs(getattr, "x", "join"),
        Runs(__import__, "os"),
        Runs(open, "ran", "w"),
        {"a": [Runs(os.remove, "x")]},
        np.array([Runs(os.system, "touch ran")], dtype=object),
        Runs(pickle.loads, b"cos\nsystem\n(S'touch ran'\ntR."),
    ],
    ids=["system", "eval", "method", "getattr", "import", "open", "nested", "in an array", "loads"],
)
@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_what_runs_code_is_refused_and_not_run(tmp_path, monkeypatch, hostile, protocol):
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path / "p", hostile, protocol)
    with pytest.raises(FormatError, match="a pickle that is not read"):
        read_pickle(path, frozenset())
    assert os.listdir(tmp_path) == ["p"]
    assert not RAN


@pytest.mark.parametrize(
    "stream",
    [
        b"cnumpy\ndtype\n(S'f4'\nI0\nI1\ntR}S'x'\nS'y'\nsb.",  # a state that is no state
        b"cbuiltins\ndict\n}X\x04\x00\x00\x00copyK\x01sb.",  # attributes of a class
        b"ccollections\nOrderedDict\n}b.",
        b"(ios\nsystem\nS'ls'\n.",
        b"S'id'\nQ.",
        b"Pid\n.",
        b"\x82\x01.",  # extension registry
        b"\x80\x05\x96" + struct.pack("<Q", 2**40) + b".",  # a bytearray of a terabyte
        b"\x80\x04\x8e" + struct.pack("<Q", 2**40) + b".",  # bytes
        b"\x80\x04\x95" + struct.pack("<Q", 2**62) + b".",  # a frame
        b"\x80\x02\x8b" + struct.pack("<i", 2**31 - 1) + b".",  # an integer
        b"K\x01r\xff\xff\xff\xff0.",  # a memo of four billion places: read, and nothing is left
        b"(.", b"", b"\x80\xff.", b"N", b"0.", b"h\x05.", b"}K\x01s.", b"]]\x93.", b"K\x01K\x02\x93.",
    ],
)  # fmt: skip
def test_streams_that_no_program_writes(tmp_path, stream):
    path = written(tmp_path / "p", stream)
    with pytest.raises(FormatError) as caught:
        read_pickle(path, frozenset())
    assert caught.value.path == str(path)


@pytest.mark.parametrize("filler", [b"]", b"}", b"\x8f", b"]0", b"}\x94"])
def test_a_small_file_cannot_fill_the_memory(tmp_path, filler):
    path = written(tmp_path / "p", b"\x80\x04" + filler * 2_000_000 + b".")
    with pytest.raises(FormatError, match="more containers than a file of this size can need"):
        read_pickle(path, frozenset())


@pytest.mark.parametrize(
    ("shape", "data"),
    [((3, 4), b"short"), ((-1, 4), b""), ((2**40,), b""), ((1,) * 9, b"\0" * 4), ("x", b"\0" * 4)],
)
def test_arrays_that_do_not_fit_their_bytes(tmp_path, shape, data):
    class Lies:
        def __reduce__(self):
            array = np.zeros(1, np.float32)
            function, arguments, state = array.__reduce__()
            return function, arguments, (state[0], shape, state[2], False, data)

    stream = pickle.dumps(np.zeros(1, np.float32))
    assert b"_reconstruct" in stream
    monster = pickle.dumps(Lies()) if not isinstance(shape, str) else stream.replace(b"f4", b"V9")
    with pytest.raises(FormatError, match="an array of the"):
        read_pickle(written(tmp_path / "p", monster), frozenset())


def test_mutated_streams_give_an_error_or_a_value(tmp_path):
    """Bytes changed, cut out and doubled, 3,000 times: never another error."""
    good = pickle.dumps({"a": np.arange(6.0), "b": [1, ("x", {2: 3})], "c": "text" * 9, "d": {1, 2}})
    pickletools.dis(good, out=open(os.devnull, "w"))
    draw = random.Random(5)
    for _ in range(3000):
        data = bytearray(good)
        for _ in range(draw.randint(1, 3)):
            at = draw.randrange(len(data))
            match draw.randrange(3):
                case 0:
                    data[at] = draw.randrange(256)
                case 1:
                    del data[at : at + draw.randint(1, 9)]
                case _:
                    data[at:at] = data[at : at + 9]
        with contextlib.suppress(FormatError, MemoryError):
            read_pickle(written(tmp_path / "p", bytes(data)), frozenset())
    for end in range(len(good)):
        with pytest.raises(FormatError):
            read_pickle(written(tmp_path / "p", good[:end]), frozenset())


def test_a_missing_file(tmp_path):
    with pytest.raises(StorageError):
        read_pickle(tmp_path / "absent", frozenset())
