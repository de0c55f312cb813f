"""A worker, a callback or an iterator that fails ends the call with that very error, and leaves nothing behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

LONG = 5_000  # ms, where other tests run beside this one: 1,000 alone


def test_what_fails_ends_its_call():
    script = Path(__file__).with_name("failures.py")
    # the script imports one beside it, which PYTHONSAFEPATH would hide
    paths = [str(script.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=300, env=env)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["failures"] == 2 * 17 + 2 * 6 + 8
    assert found["loaded"] >= 6, "checkpoints"
    assert found["max"] < LONG, found["ms"]
