"""Imported where its compiled modules are missing, fastvec says so."""

import shutil
import subprocess
import sys
from pathlib import Path

import fastvec


def test_the_source_folder_without_compiled_modules(tmp_path):
    ignored = shutil.ignore_patterns("*.so", "*.pyd", "__pycache__")
    shutil.copytree(Path(fastvec.__file__).parent, tmp_path / "fastvec", ignore=ignored)
    script = "import fastvec\ntry:\n    fastvec.Corpus\nexcept ImportError as error:\n    print(error)"
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "is imported from its source folder" in done.stdout
    assert "pip install -e ." in done.stdout
