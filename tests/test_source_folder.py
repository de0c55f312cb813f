"""Imported where its compiled modules are missing, fastvec says so."""

import shutil
import subprocess
import sys
from pathlib import Path

import fastvec


def test_the_source_folder_without_compiled_modules(tmp_path):
    ignored = shutil.ignore_patterns("*.so", "*.pyd", "__pycache__")
    shutil.copytree(Path(fastvec.__file__).parent, tmp_path / "fastvec", ignore=ignored)
    script = (
        f"import sys\nsys.meta_path[:] = [finder for finder in sys.meta_path if 'editable' not in repr(finder)]\n"
        f"sys.path.insert(0, {str(tmp_path)!r})\nimport fastvec\n"
        "try:\n    fastvec.Corpus\nexcept ImportError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "is imported from its source folder" in done.stdout
    assert "pip install -e ." in done.stdout
