"""Some interrupts of long calls at random moments; ``python tests/faults/interrupts.py`` makes hundreds."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

LONG = 5_000  # ms, where other tests run beside this one: 1,000 alone


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and signals")
def test_interrupted_calls_end_and_leave_a_process_that_trains(run_script):
    done = run_script(Path(__file__).with_name("interrupts.py"), "--interrupts", "15", "--seed", "3")
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["interrupts"] >= 13
    assert found["max"] < LONG
    assert set(found["codes"]) <= {"130", "0", "1"}


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_a_second_interrupt_ends_a_program_at_once():
    code = """
import os, signal, sys
from fastvec.cli import program
def never_ends(_arguments):
    try:
        os.kill(os.getpid(), signal.SIGINT)
        while True: pass
    except KeyboardInterrupt:  # as a checkpoint that is being written
        print("first", flush=True)
        os.kill(os.getpid(), signal.SIGINT)
        while True: pass
program._run = never_ends
program.main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "first\n"
    assert done.returncode == -signal.SIGINT  # 130 for a shell


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_interrupt_around_the_command_prints_no_traceback(when):
    code = f"""
import os, signal
from fastvec import __main__
if {when!r} == "after":
    from fastvec.cli import program
    program._run = lambda _: 0
    assert program.main() == 0
os.kill(os.getpid(), signal.SIGINT)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")
