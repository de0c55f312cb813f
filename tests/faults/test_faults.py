"""The quick tier of the scripts beside it: some failures of each kind, in a process of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
posix = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux: limits, /proc, LD_PRELOAD")


@posix
def test_full_disks(run_script):
    done = run_script(FOLDER / "disks.py", "--steps", "4")
    assert int(done.stdout.splitlines()[-1].split()[0]) > 40, "full disks"


@posix
def test_limits_of_memory(run_script):
    done = run_script(FOLDER / "limits.py", "--steps", "8")
    assert done.stdout.count("MemoryError") > 2, "the limits were met"
    assert done.stdout.count("done") > 10


@posix
def test_allocations_that_fail(run_script):
    done = run_script(FOLDER / "allocations.py", "--most", "6", codes=(0, 77))
    if done.returncode == 77:
        pytest.skip(done.stdout.strip())
    assert done.stdout.count("MemoryError") > 4, "they did fail"


@posix
def test_cycles_leave_memory_flat(run_script):
    done = run_script(FOLDER / "cycles.py", "--cycles", "60", "--growth", "16")
    assert json.loads(done.stdout)["cycles"] == 60


@posix
def test_a_leak_is_found(run_script):
    run_script(FOLDER / "cycles.py", "--cycles", "60", "--growth", "16", "--leak", codes=(1,))


@posix
def test_hostile_corpora(run_script):
    done = run_script(FOLDER / "hostile.py")
    assert done.stdout.count("refused") > 3
    assert done.stdout.count("trained") > 20
