"""Scripts as users of gensim have them: run with the import changed, and where gensim is, as they are."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "scripts"
EXPECTED = {
    "walks": {"nodes": 80, "share of own clique": 0.9},
    "baskets": {
        "items": 49, "share of own shelf": 0.9, "losses fall": True, "epochs": 8, "matches": 80,
        "near matches": "tea",
    },
    "lesson": {
        "phrase": True, "queen is near": True, "odd": True, "picture": (4, 2), "same": True, "words": 22,
        "unseen": (16,), "kin": True, "predicted": True,
    },
}  # fmt: skip


def outcome(name: str, folder: Path, change: bool) -> dict[str, object]:
    source = (FOLDER / f"{name}.py").read_text()
    if change:
        source = source.replace("from gensim.models", "from fastvec.gensim_compat")
        source = source.replace("from gensim.utils", "from fastvec.gensim_compat.utils")
        assert "gensim." not in source.replace("fastvec.gensim_compat", "")
    scope: dict[str, object] = {"__name__": name}
    exec(compile(source, name, "exec"), scope)
    return scope["main"](str(folder))  # type: ignore[operator]


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("change", [True, False], ids=["face", "gensim"])
def test_a_script_runs_with_the_import_changed(name, change, tmp_path, recwarn):
    if not change and find_spec("gensim") is None:
        pytest.skip("gensim is not installed")
    found = outcome(name, tmp_path, change)
    for key, expected in EXPECTED[name].items():
        if isinstance(expected, float):
            assert found.pop(key) >= expected, key
    assert found == {key: value for key, value in EXPECTED[name].items() if not isinstance(value, float)}
    told = [str(warning.message) for warning in recwarn if "gensim_compat" in str(warning.message)]
    assert told == [], "nothing in it changes nothing"
