"""How much memory there is, and how much of it to use, as far as the system tells."""

from __future__ import annotations

import os
import re
from pathlib import Path

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")  # of a container


def memory_of_the_machine() -> int | None:
    """Return the bytes of the machine's memory, or None where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def available_memory() -> int | None:
    """Return the bytes that can be used without swapping or exceeding the limit of a container; None: unknown."""
    found = [n for n in (_of_system(), _of_container()) if n is not None]
    return min(found, default=None)


def _of_system() -> int | None:
    return _number(MEMINFO, r"MemAvailable: +(\d+) kB", 1024)


def _of_container() -> int | None:
    most = _number(CGROUP / "memory.max", r"(\d+)")
    used = _number(CGROUP / "memory.current", r"(\d+)")
    if most is None or used is None:
        return None
    cached = _number(CGROUP / "memory.stat", r"inactive_file (\d+)") or 0  # given back when needed
    return max(0, most - used + cached)


def _number(path: Path, pattern: str, factor: int = 1) -> int | None:
    try:
        match = re.search(rf"^{pattern}$", path.read_text(), re.MULTILINE)
    except OSError:
        return None
    return None if match is None else int(match[1]) * factor
