"""Containers: a safetensors file of named arrays and text fields, mapped when read."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from fastvec.errors import FormatError, StorageError
from fastvec.io.atomic import atomic_path
from fastvec.io.decompression import reading_errors, type_of_path

METADATA = "fastvec"  # the field of a safetensors file that holds all of fastvec's, as JSON


def save_tensors(path: type_of_path, tensors: Mapping[str, np.ndarray], metadata: Mapping[str, str]) -> None:
    """Write arrays and text fields as one safetensors file, all or nothing."""
    from safetensors.numpy import save_file

    contiguous = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    with atomic_path(path) as part:
        try:
            # one field: the library writes several in the order of a random hash, and files would differ
            save_file(contiguous, part, metadata={METADATA: json.dumps(dict(metadata), sort_keys=True)})
        except OSError:
            raise
        except Exception as error:  # SafetensorError wraps the system's error in text
            raise StorageError(f"{path}: could not be written: {error}", path=path) from error


def map_tensors(path: type_of_path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Map the arrays of a safetensors file, read-only, and read its text fields.

    The safetensors library checks the header (sizes against the file, no overlap, no gap) before anything
    is mapped; nothing is read until it is touched.

    Raises
    ------
    StorageError
        The file cannot be opened.
    FormatError
        It is not a sound safetensors file.
    """
    from safetensors import SafetensorError, safe_open

    with reading_errors(path):
        open(path, "rb").close()  # what the system says of a missing file is clearer
        try:
            with safe_open(path, framework="np") as checked:
                metadata = _unpacked(path, dict(checked.metadata() or {}))
        except SafetensorError as error:
            raise FormatError(f"{path}: not a sound safetensors file: {error}", path=path) from error
        with open(path, "rb") as file:
            header_bytes = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(header_bytes))
        data = 8 + header_bytes
        dtypes = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8", "U8": "|u1", "U64": "<u8"}
        tensors = {}
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            if entry["dtype"] not in dtypes:
                raise FormatError(
                    f"{path}: tensor {name!r} has the type {entry['dtype']}, which fastvec does not read",
                    path=path, field=name, expected=sorted(dtypes), got=entry["dtype"],
                )  # fmt: skip
            shape, dtype = tuple(entry["shape"]), np.dtype(dtypes[entry["dtype"]])
            start = data + entry["data_offsets"][0]
            if 0 in shape:  # an empty map is refused by the system
                tensors[name] = np.empty(shape, dtype)
            else:
                tensors[name] = np.memmap(path, dtype, mode="r", offset=start, shape=shape).view(np.ndarray)
    return tensors, metadata


def _unpacked(path: type_of_path, metadata: dict[str, str]) -> dict[str, str]:
    """The text fields that save_tensors packed into one; other programs' stay as they are."""
    if METADATA not in metadata:
        return metadata
    try:
        fields = json.loads(metadata[METADATA])
        if not all(isinstance(value, str) for value in fields.values()):
            raise ValueError("not all of them text")
    except (ValueError, AttributeError, RecursionError) as error:
        raise FormatError(
            f"{path}: metadata: expected text fields: {error}", path=path, field="metadata"
        ) from error
    return dict(fields)
