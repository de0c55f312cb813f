"""The house's line: a file imports lower ranks, or its own folder."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import fastvec

ROOT = Path(fastvec.__file__).parent
RANKS = {
    "errors": 0, "checks": 1, "io": 2, "kernels": 2, "running": 3, "text": 4, "phrases": 5, "pairs": 5,
    "counting": 5, "vectors": 6, "datasets": 7, "training": 7, "evaluation": 8, "show": 9, "sklearn": 9,
    "benchmark": 9, "cli": 10, "__main__": 11,
}  # fmt: skip


def imported_rooms(source: str) -> set[str]:
    """The folders (or modules) right below fastvec that a source imports, anywhere in it."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return {name.split(".")[1] for name in names if name.startswith("fastvec.")}


def wrong_imports(room: str, source: str) -> set[str]:
    rooms = imported_rooms(source) & set(RANKS)
    return {other for other in rooms if other != room and RANKS[other] >= RANKS[room]}


FILES = sorted(
    path for path in ROOT.rglob("*.py*") if path.suffix in (".py", ".pyx", ".pyi") and path.parent != ROOT
)
MODULES = [path for path in ROOT.glob("*.py") if path.name != "__init__.py"]


@pytest.mark.parametrize("path", [*FILES, *MODULES], ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path):
    if path.suffix == ".pyx":
        lines = path.read_text().splitlines()
        source = "\n".join(
            line for line in lines if line.startswith(("import ", "from ")) and "cimport" not in line
        )
    else:
        source = path.read_text()
    room = path.relative_to(ROOT).parts[0].removesuffix(".py")
    assert room in RANKS, f"{room} has no rank yet"
    assert wrong_imports(room, source) == set()


def test_the_line_can_be_crossed():
    assert wrong_imports("kernels", "from fastvec.text import corpus") == {"text"}
    assert wrong_imports("text", "def f():\n    import fastvec.cli.main") == {"cli"}


def test_import_loads_next_to_nothing():
    """No NumPy even; the heavy ones never, whatever public name is used first."""
    script = "import sys, fastvec; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"numpy", "numba", "scipy", "tqdm", "safetensors", "argparse"} & set(loaded)


def test_every_public_name_is_there_and_documented():
    for name in fastvec.__all__:
        assert getattr(fastvec, name).__doc__ or name == "__version__", name
    assert "SkipGram" in dir(fastvec)
    with pytest.raises(AttributeError, match="Skipgram"):
        _ = fastvec.Skipgram


def test_every_extension_has_its_stub():
    sources = {path.stem for path in ROOT.glob("kernels/_*.pyi")}
    assert sources == {"_sampling", "_simd", "_subwords", "_text", "_tiles", "_turns", "_word2vec"}
    assert (ROOT / "py.typed").exists()
