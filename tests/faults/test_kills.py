"""Some kills of training at random moments; ``python tests/faults/kills.py`` makes hundreds."""

import json
import os
from pathlib import Path

import pytest


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and kill")
def test_killed_runs_go_on_to_the_same_bytes(run_script):
    done = run_script(Path(__file__).with_name("kills.py"), "--kills", "10", "--seed", "3")
    counts = json.loads(done.stdout.splitlines()[-1])
    assert counts["kills"] >= 10
    assert counts["runs"] >= 1
