"""Files of every kind cut short, and files that once were read wrongly: refused, or read.

With ``FASTVEC_PREFIXES=all`` they are cut at every byte, which takes minutes.
"""

from __future__ import annotations

import os
import tracemalloc
import warnings
from pathlib import Path

import pytest
from fuzz import check
from fuzz_files import KINDS, Kind

EACH = (
    10**9 if os.environ.get("FASTVEC_PREFIXES") == "all" else 60
)  # prefixes at the start; half as many elsewhere
REGRESSIONS = Path(__file__).with_name("regressions")
FOUND = sorted(path for path in REGRESSIONS.glob("*/*") if path.is_file())


def prefixes(size: int) -> list[int]:
    """Return lengths at which a file is cut.

    >>> prefixes(3)
    [0, 1, 2]
    """
    if size <= 2 * EACH:
        return list(range(size))
    step = -(-size // (EACH // 2))
    return sorted({*range(EACH), *range(EACH, size, step), *range(size - EACH // 2, size)})


def wrong(kind: Kind, path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return check(kind, path)


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_every_prefix_is_refused_or_read(kind, tmp_path):
    path = tmp_path / kind.name
    kind.make(path)
    sound = path.read_bytes()
    kind.use(path)
    tracemalloc.start()
    try:
        found = {n: wrong(kind, path, sound[:n]) for n in prefixes(len(sound))}
    finally:
        tracemalloc.stop()
    assert {n: text for n, text in found.items() if text} == {}
    assert len(found) >= min(len(sound), EACH)


@pytest.mark.parametrize("found", FOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_was_found_is_refused_or_read(found, tmp_path):
    """``regressions/KIND/NAME``: put there what ``tests/fuzz.py`` finds, when it is mended."""
    kind = next(kind for kind in KINDS if kind.name == found.parent.name)
    path = tmp_path / kind.name
    kind.make(path)  # the file beside it, where a kind has two
    tracemalloc.start()
    try:
        assert wrong(kind, path, found.read_bytes()) == ""
    finally:
        tracemalloc.stop()


def test_a_reader_that_fails_at_one_length_is_found(tmp_path):
    def use(path: Path) -> None:
        if path.stat().st_size == 7:
            raise IndexError("list index out of range")

    kind = Kind("x", lambda path: path.write_bytes(bytes(20)), use)
    tracemalloc.start()
    try:
        assert [n for n in prefixes(20) if wrong(kind, tmp_path / "x", bytes(n))] == [7]
    finally:
        tracemalloc.stop()
