"""How fastvec is built: hardened extensions, and a pinned version of all that the tests install."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import fastvec

ROOT = Path(__file__).resolve().parent.parent
KERNELS = Path(fastvec.__file__).parent / "kernels"
BUILT = sorted(path for path in KERNELS.glob("*.so") if (KERNELS / f"{path.name.split('.')[0]}.pyi").exists())
elf_only = pytest.mark.skipif(
    not sys.platform.startswith("linux") or shutil.which("readelf") is None, reason="needs readelf, and ELF files"
)


def readelf(option: str, path: Path | str) -> str:
    return subprocess.run(["readelf", "-W", option, path], capture_output=True, text=True, check=True).stdout


def missing_of(path: Path | str) -> set[str]:
    """Return which protections a library lacks."""
    segments, dynamic = readelf("-l", path), readelf("-d", path)
    found = {
        "relro": "GNU_RELRO" in segments,
        "now": "BIND_NOW" in dynamic or "Flags: NOW" in dynamic,
        "no executable stack": "RWE" not in segments,
    }
    return {name for name, there in found.items() if not there}


@elf_only
@pytest.mark.parametrize("path", BUILT, ids=lambda path: path.name)
def test_the_extensions_are_hardened(path):
    assert missing_of(path) == set()


@elf_only
def test_stack_protector_and_fortify_are_in_what_was_built():
    """Not in all: a module without an array on the stack, or a copy of known size, has nothing to protect."""
    symbols = "".join(readelf("--dyn-syms", path) for path in BUILT)
    assert "__stack_chk_fail" in symbols
    assert "_chk@GLIBC" in symbols.replace("__stack_chk_fail", "") or "GLIBC" not in symbols


@elf_only
@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
def test_a_library_without_protection_is_found(tmp_path):
    (tmp_path / "x.c").write_text("int f(void) { return 1; }\n")
    flags = ["-shared", "-fPIC", "-Wl,-z,norelro,-z,lazy,-z,execstack"]
    subprocess.run(["gcc", *flags, tmp_path / "x.c", "-o", tmp_path / "x.so"], check=True)
    assert missing_of(tmp_path / "x.so") == {"relro", "now", "no executable stack"}


def test_all_that_the_tests_install_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    needed = project["build-system"]["requires"] + project["project"]["dependencies"]
    needed += extras["test"] + extras["lint"] + extras["browser"]
    lines = (ROOT / ".ci" / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    pins = {canonicalize_name(name): version for name, version in pins.items()}
    for requirement in map(Requirement, needed):
        version = pins.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement} is not in .ci/constraints.txt"
        assert requirement.specifier.contains(version), f"{requirement}, but {version} in .ci/constraints.txt"
