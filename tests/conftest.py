"""Fixtures of all tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fastvec.kernels.simd import LEVELS, available_levels

SHARED = Path(os.environ.get("FASTVEC_SHARED", Path(__file__).resolve().parents[2] / "shared"))
used_shared: set[str] = set()
# programs that tests start meet the installed package too, not the checkout they are started in
os.environ["PYTHONSAFEPATH"] = "1"
# a shell starts what runs in its background deaf to Ctrl-C, and programs inherit that
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def shared(request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """Data that a developer's machine may have beside the checkout: corpora, golden answers."""

    def find(name: str) -> Path:
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"needs {name} in {SHARED} (or in the folder that FASTVEC_SHARED names)")
        used_shared.add(request.node.nodeid)
        return path

    return find


@pytest.fixture
def run_script() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a script of the tests, which may import those beside it: PYTHONSAFEPATH would hide them."""

    def run(script: Path, *arguments: object, codes: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
        paths = filter(None, [str(script.parent), os.environ.get("PYTHONPATH")])
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        command = [sys.executable, "-X", "faulthandler", script, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=env)
        assert done.returncode in codes, done.stdout + done.stderr
        return done

    return run


@pytest.fixture(params=available_levels())
def level(request: pytest.FixtureRequest) -> int:
    """Each instruction set of this machine, as the kernels know it."""
    return LEVELS.index(request.param)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    levels = available_levels()
    terminalreporter.write_line(f"instruction sets run: {', '.join(levels)}")
    missing = sorted({*LEVELS} - {*levels})
    terminalreporter.write_line(f"instruction sets not run here: {', '.join(missing) or 'none'}")
    terminalreporter.write_line(f"tests that used shared data: {len(used_shared)}")
