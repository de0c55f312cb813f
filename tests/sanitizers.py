"""Builds the extensions with sanitizers, in a folder of their own, and runs tests with them.

``python tests/sanitizers.py [address] [thread] [--long] [--folder FOLDER [--again]] [--tests PATH ...]``

address: AddressSanitizer and UndefinedBehaviorSanitizer, under which the tests of kernels and readers run
(``--long``: the whole suite). thread: ThreadSanitizer, under which ``tests/races.py`` trains on four threads. Both
by default. Needs GCC on Linux; elsewhere it says so
and ends with 0.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ["fastvec", "csrc", "setup.py", "pyproject.toml", "README.md", "LICENSE", "MANIFEST.in"]
FLAGS = {"address": "address,undefined", "thread": "thread"}
LIBRARIES = {"address": "libasan.so", "thread": "libtsan.so"}
QUICK = [
    "tests/kernels/test_codes.py",
    "tests/kernels/test_sampling.py",
    "tests/kernels/test_simd.py",
    "tests/kernels/test_subwords.py",
    "tests/kernels/test_text_kernel.py",
    "tests/kernels/test_vector_text.py",
    "tests/kernels/test_word2vec.py::test_every_number_of_negatives",
    "tests/io",
    "tests/test_fuzz.py",
    "tests/test_prefixes.py",
    "tests/text/test_text_properties.py",
]
# the first line of each report of a sanitizer
REPORTS = ("ERROR: AddressSanitizer", "runtime error:", "WARNING: ThreadSanitizer")
# a write one float behind an array of four
CANARY = (
    "#include <stdlib.h>\nint f(int n) { float *p = malloc(16); p[n] = 1; int x = p[n] > 0; free(p); return x; }\n"
)
RACE = """
#include <pthread.h>
static int x;
static void *g(void *_) { for (int i = 0; i < 100000; i++) x++; return _; }
int f(int n) { pthread_t t[2]; for (int i = 0; i < 2; i++) pthread_create(&t[i], 0, g, 0);
               for (int i = 0; i < 2; i++) pthread_join(t[i], 0); return x + n; }
"""


def library(kind: str) -> str | None:
    """Return the path of a sanitizer's library, or None if GCC has none here."""
    if not sys.platform.startswith("linux") or shutil.which("gcc") is None:
        return None
    return _found_by_gcc(LIBRARIES[kind])


def _found_by_gcc(name: str) -> str | None:
    path = subprocess.run(["gcc", f"-print-file-name={name}"], capture_output=True, text=True).stdout.strip()
    return path if os.path.isabs(path) else None


def environment(kind: str, site: Path, **more: str) -> dict[str, str]:
    """Return the environment of a Python that meets the build in ``site``."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "LD_PRELOAD")}
    return kept | {
        # and C++, whose exceptions the sanitizer must find at its start: pyarrow throws some
        "LD_PRELOAD": " ".join(filter(None, [library(kind), _found_by_gcc("libstdc++.so")])),
        "PYTHONPATH": str(site),
        "PYTHONSAFEPATH": "1",  # not the checkout
        "PYTHONMALLOC": "malloc",  # each object is watched
        # Python frees little at its end, and a test waits for a SIGBUS
        "ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1:handle_sigbus=0",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "TSAN_OPTIONS": "exitcode=66",
        "OPENBLAS_NUM_THREADS": "1",  # it is not compiled for them: its threads look like races
        **more,
    }


def build(kind: str, folder: Path) -> Path:
    """Build the package with a sanitizer and return where it can be imported from."""
    source, site = folder / f"{kind}-source", folder / kind
    for path in (source, site):
        shutil.rmtree(path, ignore_errors=True)
    source.mkdir(parents=True)
    for name in SOURCE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, source / name)
    for built in [*source.glob("fastvec/kernels/*.so"), *source.glob("fastvec/kernels/*.c")]:
        built.unlink()
    there = all(importlib.util.find_spec(name) for name in ("Cython", "setuptools"))
    alone = ["--no-build-isolation"] if there and _is_new_setuptools() else []
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", *alone, "--target", site, source]
    subprocess.run(command, check=True, env={**os.environ, "FASTVEC_SANITIZE": FLAGS[kind]})
    return site


def _is_new_setuptools() -> bool:
    from importlib.metadata import version

    return int(version("setuptools").split(".")[0]) >= 77


def run(command: Sequence[str | Path], env: Mapping[str, str], kind: str) -> tuple[int, list[str]]:
    """Run a program, its output shown; return its exit code and the reports of sanitizers in it."""
    unmapped = ["setarch", "-R"] if kind == "thread" and shutil.which("setarch") else []  # some kernels need it
    process = subprocess.Popen(
        [*unmapped, *map(str, command)], env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace",
    )  # fmt: skip
    reports = []
    assert process.stdout is not None
    for line in process.stdout:
        print(line, end="", flush=True)
        reports += [line.strip()] * any(start in line for start in REPORTS)
    return process.wait(), reports


def check_it_works(kind: str, folder: Path) -> None:
    """Raise unless the sanitizer reports an error that is there."""
    code, made = folder / f"{kind}.c", folder / f"{kind}-canary.so"
    code.write_text(CANARY if kind == "address" else RACE)
    flags = ["-O1", "-g", "-shared", "-fPIC", f"-fsanitize={FLAGS[kind]}"]
    subprocess.run(["gcc", *flags, code, "-o", made, "-lpthread"], check=True)
    call = f"import ctypes; ctypes.CDLL({str(made)!r}).f(4)"
    unmapped = ["setarch", "-R"] if kind == "thread" and shutil.which("setarch") else []
    done = subprocess.run(
        [*unmapped, sys.executable, "-c", call], env=environment(kind, folder), capture_output=True, text=True
    )
    if done.returncode == 0 or not any(start in done.stderr for start in REPORTS):
        raise SystemExit(f"{kind}: an error that is there was not reported: {done.stderr[-500:]}")


def check(kind: str, folder: Path, tests: list[str], long: bool, again: bool) -> int:
    """Build and run; return how much is wrong."""
    began = time.monotonic()
    check_it_works(kind, folder)
    site = folder / kind if again else build(kind, folder)
    print(f"{kind}: built in {time.monotonic() - began:.0f} s", flush=True)
    if kind == "address":
        # an aborted process shows no report of its own that pytest kept: -s
        chosen = tests or (["tests"] if long else QUICK)
        command = [sys.executable, "-m", "pytest", "-q", "-s", "-x", "-p", "no:cacheprovider", *chosen]
        code, reports = run(command, environment(kind, site), kind)
    else:
        suppressions = f"suppressions={ROOT / 'tests' / 'hogwild.supp'}"
        code, reports = run(
            [sys.executable, ROOT / "tests" / "races.py", "deterministic"], environment(kind, site), kind
        )
        more = environment(kind, site, TSAN_OPTIONS=f"exitcode=66:{suppressions}")
        hogwild, others = run([sys.executable, ROOT / "tests" / "races.py", "hogwild"], more, kind)
        code, reports = code or hogwild, reports + others
    print(f"{kind}: exit code {code}, {len(reports)} reports, {time.monotonic() - began:.0f} s", flush=True)
    return code or len(reports)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kinds", nargs="*", choices=[*FLAGS, []], help="by default both")
    parser.add_argument("--long", action="store_true", help="the whole suite with AddressSanitizer")
    parser.add_argument("--folder", type=Path, help="where to build; by default a new one, removed at the end")
    parser.add_argument("--again", action="store_true", help="with what was built in --folder")
    parser.add_argument("--tests", nargs="+", default=[], help="others, for AddressSanitizer")
    args = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        for kind in args.kinds or list(FLAGS):
            if library(kind) is None:
                print(f"{kind}: SKIPPED, needs GCC on Linux with {LIBRARIES[kind]}")
                continue
            wrong += check(kind, folder, args.tests, args.long, args.again)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
