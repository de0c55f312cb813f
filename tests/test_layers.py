"""The order of imports: a file imports lower ranks or its own folder, and no circle of imports exists."""

from __future__ import annotations

import ast
import copy
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

import fastvec
from fastvec.gensim_names import PACKAGE, WORD_VECTORS

ROOT = Path(fastvec.__file__).parent
RANKS = {
    "errors": 0, "gensim_names": 0, "checks": 1, "io": 2, "kernels": 2, "running": 3, "text": 4, "phrases": 5,
    "pairs": 5, "counting": 5, "vectors": 6, "datasets": 7, "training": 7, "evaluation": 8, "geometry": 8,
    "show": 9, "explore": 9, "benchmark": 9, "sklearn": 9, "gensim_compat": 9, "fasttext_compat": 9, "cli": 10,
    "__main__": 11,
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


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imports_at_run_time(node: ast.AST) -> set[str]:
    """The names that a source imports, in functions too; not those for type checkers alone."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {f"{node.module}.{alias.name}" for alias in node.names}
    inner = node.orelse if is_type_checking(node) else ast.iter_child_nodes(node)
    return set().union(*map(imports_at_run_time, inner))


def circles(sources: dict[str, str]) -> set[str]:
    """The modules that import themselves, directly or through others."""
    graph = {}
    for name, source in sources.items():
        found = imports_at_run_time(ast.parse(source))
        graph[name] = {other if other in sources else other.rpartition(".")[0] for other in found} & set(sources)
    reached = {name: set(others) for name, others in graph.items()}
    for middle in sources:
        for others in reached.values():
            if middle in others:
                others |= reached[middle]
    return {name for name, others in reached.items() if name in others}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__")


def test_no_circle_of_imports():
    found = circles({module_name(path): path.read_text() for path in ROOT.rglob("*.py")})
    assert found == set()


def test_a_circle_is_noticed():
    sources = {
        "a": "import b",
        "b": "def f():\n    from c.d import thing",
        "c.d": "from a import x",
        "e": "if TYPE_CHECKING:\n    import e\nelse:\n    import a",
    }
    assert circles(sources) == {"a", "b", "c.d"}


def test_the_line_can_be_crossed():
    assert wrong_imports("kernels", "from fastvec.text import corpus") == {"text"}
    assert wrong_imports("text", "def f():\n    import fastvec.cli.main") == {"cli"}


def test_import_loads_next_to_nothing():
    """No NumPy even; the heavy ones never, whatever public name is used first."""
    script = "import sys, fastvec; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"numpy", "numba", "scipy", "tqdm", "safetensors", "argparse", "matplotlib"} & set(loaded)


def test_every_public_name_is_there_and_documented():
    for name in fastvec.__all__:
        assert getattr(fastvec, name).__doc__ or name == "__version__", name
    assert "SkipGram" in dir(fastvec)
    with pytest.raises(AttributeError, match="Skipgram"):
        _ = fastvec.Skipgram


@pytest.mark.parametrize("name", [*PACKAGE, "Word2Vecs"])
def test_names_of_gensim_get_a_hint(name):
    with pytest.raises(AttributeError) as caught:
        getattr(fastvec, name)
    hint = f"; use {PACKAGE[name]}" if name in PACKAGE else ""
    assert str(caught.value) == f"module 'fastvec' has no attribute {name!r}{hint}"
    assert not hasattr(fastvec, name)
    assert name not in dir(fastvec)


@pytest.mark.parametrize("name", [*WORD_VECTORS, "syn2"])
def test_names_of_gensims_vectors_get_a_hint(name):
    vectors = fastvec.WordVectors(["a"], [[1]])
    hint = f"; use {WORD_VECTORS[name]}" if name in WORD_VECTORS else ""
    for owner, shown in ((vectors, "'WordVectors' object"), (fastvec.WordVectors, "class 'WordVectors'")):
        with pytest.raises(AttributeError) as caught:
            getattr(owner, name)
        assert str(caught.value) == f"{shown} has no attribute {name!r}{hint}"
        assert not hasattr(owner, name)
        assert name not in dir(owner)
    assert copy.copy(vectors)["a"] == pickle.loads(pickle.dumps(vectors))["a"] == 1


@pytest.mark.parametrize("hint", [*PACKAGE.values(), *WORD_VECTORS.values()])
def test_what_the_hints_name_exists(hint):
    for name in re.findall(r"fv\.(\w+)", hint):
        assert hasattr(fastvec, name), name
    first = re.match(r"[a-z_]+", hint)
    if hint in WORD_VECTORS.values() and first and first[0] not in ("these", "fv"):
        assert hasattr(fastvec.WordVectors(["a"], [[1]]), first[0])


def test_every_extension_has_its_stub():
    sources = {path.stem for path in ROOT.glob("kernels/_*.pyi")}
    names = "_codes", "_sampling", "_simd", "_subwords", "_text", "_tiles", "_turns", "_vector_text", "_word2vec"
    assert sources == set(names)
    assert (ROOT / "py.typed").exists()
