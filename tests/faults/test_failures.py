"""A worker, a callback or an iterator that fails ends the call with that very error, and leaves nothing behind."""

import json
from pathlib import Path

LONG = 5_000  # ms, where other tests run beside this one: 1,000 alone


def test_what_fails_ends_its_call(run_script):
    found = json.loads(run_script(Path(__file__).with_name("failures.py")).stdout)
    assert found["failures"] == 2 * 17 + 2 * 6 + 8
    assert found["loaded"] == 2 * 6, "checkpoints"
    assert found["max"] < LONG, found["ms"]
