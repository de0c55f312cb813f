"""The files of checkpoints: the newest, the one before it, and how a damaged one is noticed."""

from __future__ import annotations

import json
import os
import warnings
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CheckpointWarning, FormatError, StorageError
from fastvec.io.atomic import check_room, check_writable
from fastvec.io.container import check_version
from fastvec.io.decompression import type_of_path
from fastvec.io.tensors import map_tensors, save_tensors

FORMAT, VERSION = "fastvec.checkpoint", "1"
ON_DISK = 3  # the newest, the one before it, and the one that is being written

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Saved:
    """What a sound file holds.

    Attributes
    ----------
    path : Path
    arrays : dict
        The state of the run by name; read-only.
    facts : dict
        What the run is of, and how far it was.
    """

    path: Path
    arrays: dict[str, NDArray[Any]]
    facts: dict[str, Any]


def previous_of(path: type_of_path) -> Path:
    """Return the name of the checkpoint before the newest.

    >>> previous_of("runs/wiki.ckpt").name
    'wiki.ckpt.previous'
    """
    return Path(f"{os.fspath(path)}.previous")


def existing(path: type_of_path) -> list[Path]:
    """Return which of the two files are there, the newest first."""
    return [file for file in (Path(path), previous_of(path)) if file.exists()]


def check_place(path: type_of_path, n_bytes: int = 0) -> None:
    """Raise StorageError if checkpoints of ``n_bytes`` cannot be written, or have too little room."""
    for file in (Path(path), previous_of(path)):
        check_writable(file)
    there = sum(file.stat().st_size for file in existing(path))
    check_room(path, max(0, ON_DISK * n_bytes - there))


def write(path: type_of_path, arrays: Arrays, facts: Mapping[str, Any], *, keep: bool = True) -> None:
    """Write a checkpoint, all or nothing; ``keep``: the file that was there becomes the previous one.

    Raises
    ------
    StorageError
        If it cannot be written.
    """
    sums = {name: _checksum(array) for name, array in arrays.items()}
    fields = {"format": FORMAT, "version": VERSION, "facts": json.dumps(facts), "checksums": json.dumps(sums)}
    fields["checksum"] = _of_fields(fields)
    save_tensors(path, arrays, fields, previous_of(path) if keep else None)


def read(path: type_of_path) -> Saved:
    """Read a checkpoint and check every byte of it.

    Raises
    ------
    StorageError
        If the file cannot be read.
    FormatError
        If it is not a sound checkpoint.
    """
    arrays, fields = map_tensors(path, mmap=False)
    facts = _facts(path, fields)
    try:
        sums = json.loads(fields["checksums"])
        names = set(sums)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise _damaged(path, "checksums") from error
    if names != set(arrays):
        raise _damaged(path, "arrays")
    for name, array in arrays.items():
        if sums[name] != _checksum(array):
            raise _damaged(path, name)
    return Saved(Path(path), arrays, facts)


def facts_of(path: type_of_path) -> dict[str, Any]:
    """Return what the run of a checkpoint is of, and how far it was; the arrays are not read.

    Raises
    ------
    StorageError
        If the file cannot be read.
    FormatError
        If it is not a checkpoint, or its header is damaged.
    """
    _, fields = map_tensors(path)
    return _facts(path, fields)


def _facts(path: type_of_path, fields: dict[str, str]) -> dict[str, Any]:
    """Return the facts of a header, checked."""
    check_version(path, fields, FORMAT, VERSION)
    checksum = fields.pop("checksum", None)
    if checksum != _of_fields(fields):
        raise _damaged(path, "fields")
    try:
        facts = json.loads(fields["facts"])
    except (KeyError, ValueError, RecursionError) as error:
        raise _damaged(path, "facts") from error
    for name, kind in {"identity": dict, "done": int, "total": int, "unit": str, "fastvec": str}.items():
        if not isinstance(facts, dict) or not isinstance(facts.get(name), kind):
            raise FormatError(path=path, field=name, expected=f"a {kind.__name__}", got=facts)
    if not all(isinstance(part, dict) for part in facts["identity"].values()):
        raise FormatError(path=path, field="identity", expected="a dict of dicts", got=facts["identity"])
    return dict(facts)


def newest(path: type_of_path) -> Saved | None:
    """Return the newest sound checkpoint; None if there is no file.

    Raises
    ------
    FormatError, StorageError
        Of the newest file, if no other is sound.

    Warns
    -----
    CheckpointWarning
        If the newest is damaged and the one before it is used.
    """
    failed: list[FormatError | StorageError] = []
    for file in existing(path):
        try:
            saved = read(file)
        except (FormatError, StorageError) as error:
            failed.append(error)
            continue
        if failed:
            warnings.warn(f"{failed[0]}; {file}, the one before it, is used", CheckpointWarning, stacklevel=4)
        return saved
    if failed:
        both, what = "; and ".join(map(str, failed)), "both" if len(failed) > 1 else "it"
        message = f"{both}; without {what} training begins anew"
        raise type(failed[0])(message, path=path, field=failed[0].field) from failed[0]
    return None


def _checksum(array: NDArray[Any]) -> str:
    data = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    return f"{zlib.crc32(data.data, zlib.crc32(f'{array.dtype.name}{array.shape}'.encode())):08x}"


def _of_fields(fields: Mapping[str, str]) -> str:
    return f"{zlib.crc32(json.dumps(dict(fields), sort_keys=True).encode()):08x}"


def _damaged(path: type_of_path, field: str) -> FormatError:
    return FormatError(path=path, field=field, expected="what was written", shown="other bytes: it is damaged")
