"""Each job of ``faults_jobs.py`` with the n-th allocation of the extensions failing, for every n.

``python tests/faults/allocations.py [--most N] [JOB ...]``: N of them a job, evenly, where it makes more. A job
must end with MemoryError, or well; afterwards nothing that it took is still taken, no thread is left, no part of a
file, and it must run again. Needs glibc and gcc, which compiles ``failing_malloc.c``; exit code 77 where they are
missing.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

SHIM = "FASTVEC_FAILING_MALLOC"
NOT_HERE = 77


def preload(folder: str) -> int:
    """Compile the shim and run this program again with it."""
    if shutil.which("gcc") is None or not sys.platform.startswith("linux"):
        print("needs gcc and glibc")
        return NOT_HERE
    made = os.path.join(folder, "failing_malloc.so")
    source = Path(__file__).with_name("failing_malloc.c")
    flags = ["-O2", "-shared", "-fPIC", "-fno-builtin", "-fno-optimize-sibling-calls"]
    done = subprocess.run(["gcc", *flags, source, "-o", made, "-ldl"], capture_output=True, text=True)
    if done.returncode:
        print(f"the shim cannot be compiled here: {done.stderr[-300:]}")
        return NOT_HERE
    env = {**os.environ, "LD_PRELOAD": made, SHIM: made}
    return subprocess.run([sys.executable, *sys.argv], env=env).returncode


def settled(shim: ctypes.CDLL, live: int) -> bool:
    """Whether what lives is what lived, at once or when threads have ended."""
    for _ in range(50):
        gc.collect()
        if shim.still_live() <= live and threading.active_count() == 1:
            return True
        time.sleep(0.02)
    return False


def check(name: str, most: int, shim: ctypes.CDLL) -> list[str]:
    """Return what is wrong with a job whose allocations fail one after the other."""
    from faults_jobs import JOBS, parts_in

    import fastvec as fv

    wrong, ends = [], {"MemoryError": 0, "done": 0}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        JOBS[name](folder)
        shim.fail_at(1 << 50)
        JOBS[name](folder)
        calls = shim.calls_seen()
        step = max(1, -(-calls // most))
        for n in range(0, calls, step):
            gc.collect()
            live = shim.still_live()
            shim.fail_at(n)
            try:
                JOBS[name](folder)
                ends["done"] += 1
            except MemoryError:
                ends["MemoryError"] += 1
            except fv.FastvecError as error:
                ends[type(error).__name__] = ends.get(type(error).__name__, 0) + 1
            except BaseException as error:
                wrong.append(f"{name}, allocation {n}: {type(error).__name__}: {error}")
            if not settled(shim, live):
                wrong.append(
                    f"{name}, allocation {n}: {shim.still_live() - live} are left, {threading.enumerate()}"
                )
            if left := parts_in(folder):
                wrong.append(f"{name}, allocation {n}: left {left}")
        shim.never_fail()
        JOBS[name](folder)
    print(f"{name}: {calls} allocations, failed {len(range(0, calls, step))}: {ends}", flush=True)
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("jobs", nargs="*", help="by default all")
    parser.add_argument("--most", type=int, default=300, help="failures a job (default: 300)")
    args = parser.parse_args()
    if SHIM not in os.environ:
        with tempfile.TemporaryDirectory() as folder:
            return preload(folder)
    from faults_jobs import JOBS

    shim = ctypes.CDLL(os.environ[SHIM])
    for function in (shim.calls_seen, shim.still_live):
        function.restype = ctypes.c_long
    shim.fail_at.argtypes = [ctypes.c_long]
    wrong = [line for name in args.jobs or JOBS for line in check(name, args.most, shim)]
    print(*wrong, sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
