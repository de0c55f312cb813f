"""The quick tier of the scripts beside it: some failures of each kind, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
posix = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux: limits, /proc, LD_PRELOAD")


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "faulthandler", FOLDER / script, *arguments]
    paths = filter(None, [str(FOLDER), os.environ.get("PYTHONPATH")])  # the scripts share faults_jobs.py
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=600)


@posix
def test_full_disks():
    done = run("disks.py", "--steps", "4")
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.splitlines()[-1].split()[0]) > 40, "full disks"


@posix
def test_limits_of_memory():
    done = run("limits.py", "--steps", "8")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("MemoryError") > 2, "the limits were met"
    assert done.stdout.count("done") > 10


@posix
def test_allocations_that_fail():
    done = run("allocations.py", "--most", "6")
    if done.returncode == 77:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("MemoryError") > 4, "they did fail"


@posix
def test_cycles_leave_memory_flat():
    done = run("cycles.py", "--cycles", "60", "--growth", "16")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["cycles"] == 60


@posix
def test_a_leak_is_found():
    assert run("cycles.py", "--cycles", "60", "--growth", "16", "--leak").returncode == 1


@posix
def test_hostile_corpora():
    done = run("hostile.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("refused") > 3
    assert done.stdout.count("trained") > 20
