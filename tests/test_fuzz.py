"""Damaged files of every kind, always the same ones; ``tests/fuzz.py`` tries others for as long as asked."""

from pathlib import Path

import pytest
from fuzz import failures
from fuzz_files import KINDS, Kind

N = 120


def test_what_goes_wrong_is_found(tmp_path):
    """A reader that fails in other ways, or takes too much memory, does not pass."""

    def use(path: Path) -> None:
        size = path.stat().st_size
        if size % 3 == 0:
            raise KeyError("size")
        if size % 3 == 1 and size != 100:
            bytearray(200 << 20)

    found = failures(Kind("x", lambda path: path.write_bytes(bytes(100)), use), tmp_path, seed=1, n=30)
    assert any(line.endswith(": KeyError: 'size'") for line in found)
    assert any("bytes of memory for a file of" in line for line in found)
    assert len(found) == len(list(tmp_path.glob("failed-*")))


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_damaged_files_are_refused_or_read(kind, tmp_path):
    assert failures(kind, tmp_path, seed=1, n=N) == []
