"""Damaged files of every kind: each is refused with an error of fastvec's or read, in bounded memory.

``python tests/fuzz.py [--seconds N] [--files N] [--seed N] [KIND ...]`` goes on for N seconds or N files of a
kind. Each kind has a process of its own whose memory is limited, so that a crash is found too. What fails is kept,
and its path is printed.
"""

from __future__ import annotations

import argparse
import bz2
import contextlib
import gzip
import json
import lzma
import random
import struct
import subprocess
import sys
import tempfile
import time
import tracemalloc
import warnings
from collections.abc import Callable
from pathlib import Path

from fuzz_files import COMPRESS, KINDS, Kind

from fastvec import CorpusError, FormatError
from fastvec.io.decompression import open_decompressed

REFUSED = (FormatError, CorpusError)
FREE = 64 << 20  # bytes that any file may take
MEMORY = 4 << 30  # bytes of address space of a process of the long run
NUMBERS = [
    0,
    1,
    2,
    3,
    7,
    8,
    127,
    255,
    256,
    65535,
    65536,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**40,
    2**62,
    2**63 - 1,
    2**64 - 1,
]
WORDS = [
    b"nan", b"inf", b"-1", b"1e999", b"null", b"[]", b"{}", b"\xff", b"\xed\xa0\x80", b"\0", b"\r\n", b"\n\n",
    b"\xef\xbb\xbf", b"\xff\xfe", b"\xc2", b'"', b"\\u", b"9" * 20, b"[" * 300, b" ", b'{"a":' * 300,
]  # fmt: skip

DECOMPRESS = {".gz": gzip.decompress, ".bz2": bz2.decompress, ".xz": lzma.decompress}

Change = Callable[[bytearray, random.Random, bytes], bytearray]


def flip(data: bytearray, rng: random.Random, _other: bytes) -> bytearray:
    for _ in range(rng.choice([1, 1, 1, 2, 8])):
        if data:
            data[rng.randrange(len(data))] ^= rng.choice([1, 2, 4, 8, 16, 32, 64, 128, 255])
    return data


def cut(data: bytearray, rng: random.Random, _other: bytes) -> bytearray:
    return data[: rng.randrange(len(data) + 1)]


def leave_out(data: bytearray, rng: random.Random, _other: bytes) -> bytearray:
    start = rng.randrange(len(data) + 1)
    del data[start : start + rng.choice([1, 2, 4, 8, 16, 64, 256])]
    return data


def repeat(data: bytearray, rng: random.Random, _other: bytes) -> bytearray:
    start = rng.randrange(len(data) + 1)
    part = data[start : start + rng.choice([1, 4, 8, 32, 200])]
    data[start:start] = part * rng.choice([1, 1, 2, 50, 1000])
    return data


def splice(data: bytearray, rng: random.Random, other: bytes) -> bytearray:
    """Put a part of another file (or of this one) somewhere, in the place of other bytes or between them."""
    start, size = rng.randrange(len(other) + 1), rng.choice([1, 4, 8, 32, 200, 5000])
    part = other[start : start + size]
    to = rng.randrange(len(data) + 1)
    data[to : to + rng.choice([0, len(part)])] = part
    return data


def put_number(data: bytearray, rng: random.Random, _other: bytes) -> bytearray:
    """Overwrite a number of 1 to 8 bytes, as of a size."""
    size = rng.choice([1, 2, 4, 4, 8, 8])
    to = rng.randrange(len(data) + 1)
    if rng.random() < 0.5:
        to -= to % size
    number = rng.choice(NUMBERS) + rng.choice([0, 0, 0, -1, 1])
    data[to : to + size] = struct.pack("<Q", number % 2**64)[:size]
    return data


def put_digits(data: bytearray, rng: random.Random, _other: bytes) -> bytearray:
    """Overwrite a number that is written in digits."""
    digits = [i for i, byte in enumerate(data) if 48 <= byte <= 57]
    if digits:
        start = end = rng.choice(digits)
        while end < len(data) and 48 <= data[end] <= 57:
            end += 1
        data[start:end] = str(rng.choice(NUMBERS) - rng.choice([0, 0, 1])).encode()
    return data


def put_word(data: bytearray, rng: random.Random, _other: bytes) -> bytearray:
    to = rng.randrange(len(data) + 1)
    data[to : to + rng.choice([0, 1, 4])] = rng.choice(WORDS)
    return data


CHANGES: list[Change] = [flip, cut, leave_out, repeat, splice, put_number, put_digits, put_word]


def damaged(kind: str, sound: bytes, other: bytes, rng: random.Random) -> bytes:
    """Return a file with one to three changes, made inside its header or its compressed data half of the time."""
    inner = rng.random() < 0.5
    suffix = "." + kind.rpartition(".")[2]
    if inner and suffix in COMPRESS:
        return COMPRESS[suffix](_changed(DECOMPRESS[suffix](sound), other, rng))
    if inner and sound[8:9] == b"{":
        length = int.from_bytes(sound[:8], "little")
        header = _changed(sound[8 : 8 + length], other[8:500], rng)
        if rng.random() < 0.3:
            header = _of_json(sound[8 : 8 + length], rng)
        return struct.pack("<Q", len(header)) + header + sound[8 + length :]
    return _changed(sound, other, rng)


def _changed(sound: bytes, other: bytes, rng: random.Random) -> bytes:
    data = bytearray(sound)
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        data = rng.choice(CHANGES)(data, rng, rng.choice([other, sound]))
    return bytes(data)


def _of_json(header: bytes, rng: random.Random) -> bytes:
    """Change one entry of a header and leave it JSON."""
    entries = json.loads(header)
    name = rng.choice([name for name in entries if name != "__metadata__"])
    entry, other = entries[name], entries[rng.choice(list(entries))]
    change = rng.randrange(6)
    if change == 0:
        entry["shape"] = rng.choice(
            [[], [0], [-1], [1.5], [2**63], [0, 2**62, 9], [1] * 70, "x", [entry["shape"]]]
        )
    elif change == 1:
        entry["dtype"] = rng.choice(["F32", "F64", "I32", "I64", "U8", "U64", "BF16", "BOOL", "F4", 5, None])
    elif change == 2:
        entry["data_offsets"] = rng.choice([[0, 0], [8, 0], [0, 2**63], [-8, 8], [0], [1, 9], "x"])
    elif change == 3:
        entries["__metadata__"] = rng.choice([{}, {"fastvec": "{}"}, {"fastvec": 5}, {"a": "b"}, [], None])
    elif change == 4:
        entry["shape"], entry["data_offsets"] = other.get("shape"), other.get("data_offsets")
    else:
        del entries[name]
    return json.dumps(entries).encode()


def check(kind: Kind, path: Path) -> str:
    """Read a file; return what is wrong with how that went, or "". tracemalloc must be on."""
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    try:
        kind.use(path)
    except REFUSED as error:
        if not str(error):
            return "an error without a message"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    taken = tracemalloc.get_traced_memory()[1] - before
    if taken <= FREE + 2 * path.stat().st_size or taken <= FREE + 2 * (size := content_size(path)):
        return ""
    return f"{taken:,} bytes of memory for a file of {size:,}, decompressed"


def content_size(path: Path) -> int:
    """Return the number of bytes of a file, decompressed as far as it is sound."""
    size = 0
    with contextlib.suppress(FormatError), open_decompressed(path) as source:
        while chunk := source.read(1 << 20):
            size += len(chunk)
    return size


class Findings(list[str]):
    """What went wrong, and how many files were read."""

    files = 0


def failures(kind: Kind, folder: Path, seed: int, n: int, seconds: float = float("inf")) -> Findings:
    """Read n damaged files of a kind, and return what went wrong; those files are kept in the folder."""
    path = folder / kind.name
    made = []
    for one in (KINDS[0], kind):  # parts of the first go into all
        one.make(folder / one.name)
        made.append((folder / one.name).read_bytes())
    other, sound = made
    kind.use(path)  # what the first use imports is not counted
    found, end = Findings(), time.monotonic() + seconds
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("error", RuntimeWarning)
        tracemalloc.start()
        try:
            for i in range(n):
                rng = random.Random(f"{seed} {kind.name} {i}")
                path.write_bytes(damaged(kind.name, sound, other, rng))
                if wrong := check(kind, path):
                    kept = folder / f"failed-{seed}-{i}-{kind.name}"
                    kept.write_bytes(path.read_bytes())
                    found.append(f"{kept}: {wrong}")
                found.files += 1
                if time.monotonic() > end:
                    break
        finally:
            tracemalloc.stop()
    return found


def _in_this_process(name: str, folder: Path, seed: int, files: int, seconds: float) -> int:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    kind = next(kind for kind in KINDS if kind.name == name)
    found = failures(kind, folder, seed, files, seconds)
    print(*found, f"{name}: {found.files:,} files", sep="\n")
    return bool(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "kinds", nargs="*", metavar="KIND", help=f"by default all: {' '.join(k.name for k in KINDS)}"
    )
    parser.add_argument(
        "--seconds", type=float, help="for all kinds together (default: 600, or as long as --files takes)"
    )
    parser.add_argument("--files", type=int, help="of each kind, at the most")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    names = args.kinds or [kind.name for kind in KINDS]
    seconds = args.seconds or (600 if args.files is None else float("inf"))
    files = args.files or 10**9
    if args.folder is not None:
        return _in_this_process(names[0], args.folder, args.seed, files, seconds)
    folder, failed = Path(tempfile.mkdtemp(prefix="fuzz-")), False
    print(f"seed {args.seed}, in {folder}", flush=True)
    for name in names:
        options = ["--seconds", str(seconds / len(names)), "--files", str(files)]
        options += ["--seed", str(args.seed), "--folder", str(folder)]
        code = subprocess.run([sys.executable, "-X", "faulthandler", __file__, name, *options]).returncode
        failed |= code != 0
        print(
            f"{name}: " + ("sound" if code == 0 else f"exit code {code}; the last file is {folder / name}"),
            flush=True,
        )
    return failed


if __name__ == "__main__":
    sys.exit(main())
