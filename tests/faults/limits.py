"""A ladder of memory limits: each job of ``jobs.py`` under each, in a process of its own.

``python tests/faults/limits.py [--steps N] [JOB ...]``: the limit of address space (RLIMIT_AS) goes from what the
process has to 256 MiB more. A job must succeed, or end with MemoryError or an error of fastvec's, and leave no
part of a file.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from faults_jobs import JOBS as SMALL
from faults_jobs import WIDE, parts_in

import fastvec as fv
from fastvec.running import workers

workers.BEGINS = 0.5  # seconds that a thread without memory is waited for

JOBS = {**SMALL, **WIDE}
MOST = 256 << 20  # bytes
GOOD = ("done", "MemoryError", "typed error")


def address_space() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def outcome(name: str, room: int, folder: Path) -> str:
    """Run a job in a fork that may take ``room`` bytes more than this process has."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reader)
        said = "nothing was said"
        try:
            limit = address_space() + room
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
            JOBS[name](folder)
            said = "done"
        except MemoryError:
            said = "MemoryError"
        except fv.FastvecError as error:
            said = "typed error" if str(error) else "an error without a message"
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        finally:
            os.write(writer, said.encode()[:500])
            os._exit(0)
    os.close(writer)
    _, status = os.waitpid(process, 0)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode(errors="replace")
    if os.WIFSIGNALED(status):
        return f"signal {os.WTERMSIG(status)}"
    left = parts_in(folder)
    return f"left {left}" if left else said


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("jobs", nargs="*", help=f"by default all: {', '.join(JOBS)}")
    parser.add_argument("--steps", type=int, default=60)
    args = parser.parse_args()
    wrong = []
    for name in args.jobs or JOBS:
        counts: Counter[str] = Counter()
        with tempfile.TemporaryDirectory() as warm:
            JOBS[name](Path(warm))  # what it imports, and loads or compiles
        for room in [0, *np.geomspace(64 << 10, MOST, args.steps - 1).astype(int).tolist()]:
            with tempfile.TemporaryDirectory() as folder:
                said = outcome(name, room, Path(folder))
            counts[said] += 1
            if said not in GOOD:
                wrong.append(f"{name} with {room:,} bytes: {said}")
        print(name, dict(counts), flush=True)
    print(*wrong, sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
