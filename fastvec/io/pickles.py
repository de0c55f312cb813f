"""Read a pickle as plain objects and arrays; nothing in it is run.

A pickle is a program for a stack machine. Here it can build None, numbers, str, bytes, lists, tuples, dicts, sets,
NumPy arrays of numbers, and :class:`PickledObject`, which stands for an object of an allowed class. Whatever else
it names is refused. Arrays are made of their bytes, not by NumPy's own unpickling.
"""

from __future__ import annotations

import math
import os
import pickle
import re
import struct
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.io.decompression import DecompressedFile, open_decompressed, reading_errors, type_of_path
from fastvec.io.limits import PICKLE_BYTES_EACH, PICKLE_FREE, PICKLE_LINE_BYTES

CHUNK = 1 << 20
NUMBER = re.compile(r"[fiu][248]|f4|[iu]1|b1")

# opcodes that name code in other ways, or declare sizes before their bytes: gensim and NumPy write none of them
REFUSED = (
    pickle.PERSID, pickle.BINPERSID, pickle.EXT1, pickle.EXT2, pickle.EXT4, pickle.INST, pickle.OBJ,
    pickle.NEXT_BUFFER, pickle.READONLY_BUFFER, pickle.NEWOBJ_EX,
)  # fmt: skip


class PickledObject:
    """An object of an allowed class, as its class's name and its attributes.

    Attributes
    ----------
    kind : str
        ``module.Class``.
    fields : dict
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.fields: dict[str, Any] = {}

    def get(self, *names: str) -> Any:
        """Return the first of these fields that is there; an array is a NumPy array then. None: none is."""
        found = next((self.fields[name] for name in names if name in self.fields), None)
        return found.values if isinstance(found, _Array) else found

    def set_state(self, state: Any) -> None:
        """Take what a pickle says of the object's attributes."""
        if isinstance(state, Mapping):  # a random generator has a tuple, of no use here
            self.fields.update(state)


class _Kind:
    """An allowed class: what the pickle calls or instantiates."""

    def __init__(self, name: str) -> None:
        self.name = name


class _DType:
    def __init__(self, spec: Any = "", *_: Any) -> None:
        self.spec, self.order = spec, "|"

    def set_state(self, state: Any) -> None:
        if not isinstance(state, tuple) or len(state) < 2 or state[1] not in ("<", ">", "|", "="):
            raise ValueError("a type of unknown byte order")
        self.order = state[1]

    def resolved(self) -> np.dtype[Any] | None:
        """Return the type, if it is one of numbers; None if it is of objects."""
        if self.spec in ("O8", "O4", "O"):
            return None
        if not isinstance(self.spec, str) or not NUMBER.fullmatch(self.spec):
            raise ValueError(f"an array of the type {self.spec!r:.40}")
        return np.dtype(("" if self.order == "|" else self.order) + self.spec)


class _Array:
    """An array whose bytes are checked against its shape."""

    values: Any = None

    def set_state(self, state: Any) -> None:
        _, shape, dtype, is_fortran, data = state
        self.fill(data, dtype, shape, "F" if is_fortran else "C")

    def fill(self, data: Any, dtype: Any, shape: Any, order: Literal["C", "F"]) -> None:
        """Take the bytes of the array."""
        resolved = dtype.resolved()
        if resolved is None:
            self.values = data if isinstance(data, list) else None
            return
        data = _encode(data) if isinstance(data, str) else data  # text: as Python 2 wrote it
        if not isinstance(data, bytes) or not all(isinstance(n, int) and n >= 0 for n in shape) or len(shape) > 2:
            raise ValueError(f"an array of the shape {shape!r:.80}")
        if len(data) != math.prod(shape) * resolved.itemsize:
            raise ValueError(f"an array of the shape {shape!r:.80} in {len(data)} bytes")
        self.values = np.frombuffer(data, resolved).reshape(shape, order=order)


def _encode(text: Any, encoding: Any = "latin1") -> bytes:
    if not isinstance(text, str) or encoding != "latin1":
        raise ValueError("an encoding other than latin1")
    return text.encode("latin1")


def _scalar(dtype: Any, data: Any = b"") -> Any:
    resolved = dtype.resolved()
    data = _encode(data) if isinstance(data, str) else data
    return None if resolved is None else np.frombuffer(data, resolved, 1)[0].item()


def _array_of_buffer(data: Any, dtype: Any, shape: Any, order: Any) -> _Array:
    """Return the array that protocol 5 has, with its bytes in the stream."""
    made = _Array()
    made.fill(data, dtype, shape, "F" if order == "F" else "C")
    return made


def _reconstructed(kind: Any, *_: Any) -> Any:
    return PickledObject(kind.name) if isinstance(kind, _Kind) else {}


def _bytes(*arguments: Any) -> bytes:
    if arguments:
        raise ValueError("bytes of something")
    return b""  # as protocol 2 has them


# what NumPy and Python themselves write into pickles
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "numpy.core.multiarray._reconstruct": lambda *_: _Array(),
    "numpy._core.multiarray._reconstruct": lambda *_: _Array(),
    "numpy.core.multiarray.scalar": _scalar,
    "numpy._core.multiarray.scalar": _scalar,
    "numpy.core.numeric._frombuffer": _array_of_buffer,
    "numpy._core.numeric._frombuffer": _array_of_buffer,
    "numpy.dtype": _DType,
    "_codecs.encode": _encode,
    "builtins.bytes": _bytes,
    "__builtin__.bytes": _bytes,
    **{f"{module}.set": lambda items=(): set(items) for module in ("builtins", "__builtin__")},
    **{f"{module}.frozenset": lambda items=(): frozenset(items) for module in ("builtins", "__builtin__")},
    "collections.defaultdict": lambda *_: {},
    "collections.OrderedDict": lambda *_: {},
    "UserString.defaultdict": lambda *_: {},  # Python 3.4's name for Python 2 of the module collections
    "copyreg._reconstructor": _reconstructed,
    "copy_reg._reconstructor": _reconstructed,
}
NAMES = {
    "numpy.ndarray",
    "builtins.int",
    "builtins.hash",
    "builtins.object",
    "builtins.dict",
    "builtins.list",
    "builtins.long",
}
NAMES |= {f"__builtin__.{name.partition('.')[2]}" for name in NAMES if name.startswith("builtins.")}


_Machine: Any = pickle._Unpickler


class _Bounded:
    """A file that never makes room for more bytes than it has: what is declared long is read in parts."""

    def __init__(self, file: BinaryIO, size: int = 0) -> None:
        self.file, self.size = file, size
        self.n_read = 0

    @property
    def n_known(self) -> int:
        """How many bytes there are, as far as is known: those of a compressed file when they are read."""
        return max(self.size, self.n_read)

    def read(self, n: int = -1) -> bytes:
        data = self.file.read(min(n, CHUNK)) if n >= 0 else b""
        if n > CHUNK and len(data) == CHUNK:
            whole = bytearray(data)
            while len(whole) < n and (data := self.file.read(min(n - len(whole), CHUNK))):
                whole += data
            data = bytes(whole)
        if len(data) != n:
            raise EOFError("the pickle ends too early")
        self.n_read += n
        return data

    def readline(self) -> bytes:
        line = self.file.readline(PICKLE_LINE_BYTES)
        self.n_read += len(line)
        return line


class _Unpickler(_Machine):  # type: ignore[misc]
    """The pure Python machine: its memo is a dict, where that of C is an array as long as a number in the file."""

    dispatch: ClassVar[dict[int, Any]] = {
        code: method for code, method in _Machine.dispatch.items() if bytes([code]) not in REFUSED
    }

    def __init__(self, file: _Bounded, kinds: frozenset[str]) -> None:
        super().__init__(file, encoding="latin1", fix_imports=False)
        self.file, self.kinds = file, kinds
        self.made = dict.fromkeys(PICKLE_BYTES_EACH, 0)

    def find_class(self, module: str, name: str) -> Any:
        full = f"{module}.{name}"
        if full in FUNCTIONS:
            return FUNCTIONS[full]
        if full in self.kinds or full in NAMES:
            return _Kind(full)
        raise ValueError(f"{full}, which is not allowed: it could run code")

    def load_build(self) -> None:
        state, instance = self.stack.pop(), self.stack[-1]
        if not isinstance(instance, (PickledObject, _Array, _DType)):
            raise ValueError("a state for what has none")
        instance.set_state(state)

    def load_reduce(self) -> None:
        arguments = self.stack.pop()
        called = self.stack[-1]
        if isinstance(called, _Kind):
            self.stack[-1] = PickledObject(called.name)
        elif any(called is function for function in FUNCTIONS.values()) and isinstance(arguments, tuple):
            self.stack[-1] = called(*arguments)
        else:
            raise ValueError("a call of what is no function")
        self._count()

    def load_newobj(self) -> None:
        self.stack.pop()
        kind = self.stack.pop()
        if not isinstance(kind, _Kind):
            raise ValueError("an instance of what is no class")
        self.append(PickledObject(kind.name))
        self._count()

    def load_bytearray8(self) -> None:
        (length,) = struct.unpack("<Q", self.read(8))
        self.append(self.read(length))

    def load_empty_dict(self) -> None:
        self.append({})
        self._count()

    def load_empty_list(self) -> None:
        self.append([])
        self._count()

    def load_empty_set(self) -> None:
        self.append(set())
        self._count()

    def load_frozenset(self) -> None:
        items = self.pop_mark()  # and only then is the stack that append means the one below
        self.append(frozenset(items))
        self._count()

    def load_mark(self) -> None:
        super().load_mark()
        self._count("marks")

    def load_memoize(self) -> None:
        super().load_memoize()
        self._count("memos")

    def load_tuple1(self) -> None:
        super().load_tuple1()
        self._count("tuples")

    def load_tuple2(self) -> None:
        super().load_tuple2()
        self._count("tuples")

    def load_tuple3(self) -> None:
        super().load_tuple3()
        self._count("tuples")

    def _count(self, what: str = "containers") -> None:
        self.made[what] += 1
        if self.made[what] > PICKLE_FREE + self.file.n_known // PICKLE_BYTES_EACH[what]:
            raise ValueError(f"more {what} than a file of this size can need")

    dispatch[pickle.BUILD[0]] = load_build
    dispatch[pickle.REDUCE[0]] = load_reduce
    dispatch[pickle.NEWOBJ[0]] = load_newobj
    dispatch[pickle.BYTEARRAY8[0]] = load_bytearray8
    dispatch[pickle.EMPTY_DICT[0]] = load_empty_dict
    dispatch[pickle.EMPTY_LIST[0]] = load_empty_list
    dispatch[pickle.EMPTY_SET[0]] = load_empty_set
    dispatch[pickle.FROZENSET[0]] = load_frozenset
    dispatch[pickle.MARK[0]] = load_mark
    dispatch[pickle.MEMOIZE[0]] = load_memoize
    dispatch[pickle.TUPLE1[0]] = load_tuple1
    dispatch[pickle.TUPLE2[0]] = load_tuple2
    dispatch[pickle.TUPLE3[0]] = load_tuple3


def read_pickle(path: type_of_path, kinds: frozenset[str]) -> Any:
    """Return what a pickle holds, as plain values and records.

    Parameters
    ----------
    path : path
        It may be compressed.
    kinds : set of str
        The classes whose objects are read, as ``module.Class``.

    Returns
    -------
    object
        A PickledObject, or a plain value.

    Raises
    ------
    FormatError
        If it names anything but ``kinds``, numbers, text, containers and arrays, or is damaged.
    StorageError
        If the file cannot be read.
    """
    with reading_errors(path), open_decompressed(path) as stream:
        file = _Bounded(stream, 0 if isinstance(stream, DecompressedFile) else os.fstat(stream.fileno()).st_size)
        try:
            return _Unpickler(file, kinds).load()
        except (FormatError, OSError, MemoryError):  # the first of them of compressed data
            raise
        except Exception as error:  # whatever a hostile stream of opcodes makes the machine trip over
            raise FormatError(
                f"{path}: a pickle that is not read: {_said(error)}", path=path, offset=file.n_read, field="pickle"
            ) from error


def _said(error: Exception) -> str:
    if isinstance(error, KeyError):
        return "an opcode that gensim does not write"
    return f"{error}" or type(error).__name__


def array_of(value: Any) -> NDArray[Any] | None:
    """Return a NumPy array of a value that a pickle had, or None."""
    found = value.values if isinstance(value, _Array) else value
    return found if isinstance(found, np.ndarray) else None
