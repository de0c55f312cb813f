"""The NEON kernels, cross-compiled and run under qemu, against this machine's plain C."""

from __future__ import annotations

import platform
import shutil
import subprocess
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from fastvec.kernels._word2vec import MODELS
from fastvec.kernels.simd import LEVELS

HERE = Path(__file__).parent
CSRC = HERE.parents[1] / "csrc"
CROSS, QEMU = shutil.which("aarch64-linux-gnu-gcc"), shutil.which("qemu-aarch64")


def build(compiler: str, levels: list[str], program: Path) -> Path:
    sources = [HERE / "word2vec_elsewhere.c", CSRC / "sampling.c", CSRC / "dispatch.c"]
    flags = ["-std=c11", "-O3", "-fno-math-errno", "-fno-trapping-math", "-static", f"-I{CSRC}"]
    x86 = {
        "avx2": ["-mavx2", "-mfma"],
        "avx512": ["-mavx2", "-mfma"] + [f"-mavx512{x}" for x in ("f", "bw", "dq", "vl")],
    }
    objects = []
    for level in levels:
        made = program.with_name(f"{program.name}_{level}.o")
        source = CSRC / f"level_{level}.c"
        subprocess.run([compiler, *flags, *x86.get(level, []), "-c", source, "-o", made], check=True)
        objects.append(made)
    subprocess.run([compiler, *flags, *sources, *objects, "-lm", "-o", program], check=True)
    return program


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    host = shutil.which("gcc")
    if not (CROSS and QEMU and host and platform.machine() in ("x86_64", "AMD64")):
        pytest.skip("needs gcc, aarch64-linux-gnu-gcc and qemu-aarch64 (Debian: gcc-aarch64-linux-gnu, qemu-user)")
    folder = tmp_path_factory.mktemp("elsewhere")
    return {
        "here": [build(host, ["scalar", "avx2", "avx512"], folder / "here")],
        "arm": [QEMU, build(CROSS, ["scalar", "neon"], folder / "arm")],
    }


def run(program, level: str, columns: int, model: int, loss: int) -> np.ndarray:
    arguments = [*program, str(LEVELS.index(level)), str(columns), str(model), str(loss)]
    printed = subprocess.run(list(map(str, arguments)), capture_output=True, check=True).stdout
    return np.append(np.frombuffer(printed[:8]), np.frombuffer(printed[8:], np.float32))


KINDS = list(product(MODELS.values(), range(3)))


@pytest.mark.parametrize(("model", "loss"), KINDS)
@pytest.mark.parametrize("level", ["scalar", "neon"])
def test_aarch64_computes_the_same(programs, level, model, loss):
    columns = [1, 16, 97, 300][(model + loss) % 4]  # every size, but not with each model: qemu takes its time
    expected = run(programs["here"], "scalar", columns, model, loss)
    got = run(programs["arm"], level, columns, model, loss)
    assert got[0] == pytest.approx(expected[0], rel=1e-6)
    assert np.abs(got[1:] - expected[1:]).max() <= 5e-5
