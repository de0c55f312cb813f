"""A small text and the vectors trained on it, made once."""

import shutil
import sys
from pathlib import Path

import pytest

from fastvec.cli import main
from fastvec.datasets import demo_corpus


@pytest.fixture(scope="session")
def command() -> list[str]:
    """The installed program."""
    program = shutil.which("fastvec", path=str(Path(sys.executable).parent))
    assert program is not None, "fastvec is not installed beside this Python"
    return [program]


@pytest.fixture(scope="session")
def small_text(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "small.txt"
    path.write_text("\n".join(demo_corpus(seed=1).sentences[:5000]) + "\n")
    return path


@pytest.fixture(scope="session")
def trained(small_text):
    path = small_text.with_name("trained.safetensors")
    assert (
        main(["train", str(small_text), "-o", str(path), "--epochs", "1", "--vector-size", "20", "-q"]) == 0
    )
    return path
