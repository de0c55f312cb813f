"""Run all lessons, put the outputs into the notebooks and a picture of each lesson into this folder.

pip install "fastvec[plot]" nbclient ipykernel torch
python examples/figures/make.py
"""

from __future__ import annotations

import base64
import io
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

HERE = Path(__file__).resolve().parent
# which of the pictures that a lesson makes: its name, or its number in a notebook
PICTURES: dict[str, str | int] = {
    "wall_of_counts.ipynb": 2, "skipgram_from_scratch.ipynb": 0, "one_hot_or_dense.py": "one_hot_or_dense.png",
    "map_and_analogies.py": "map.png", "compare_models.py": "compare_models.png",
    "dot_products_and_pmi.py": "dots_over_pmi.png", "vectors_in_torch.py": "vectors_in_torch.png",
}  # fmt: skip


def smaller(png: bytes) -> bytes:
    """Return a picture with at most 256 colours: a quarter of the bytes."""
    small = io.BytesIO()
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        small, "PNG", optimize=True
    )
    return small.getvalue()


def run_notebook(path: Path) -> list[bytes]:
    """Execute a notebook in place; return its pictures."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    pictures = []
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # the time of day
        for output in cell.get("outputs", ()):
            if "image/png" in output.get("data", {}):
                pictures.append(smaller(base64.b64decode(output.data["image/png"])))
                output.data["image/png"] = base64.b64encode(pictures[-1]).decode()
    nbformat.write(notebook, path)
    return pictures


def run_script(path: Path, name: str) -> bytes:
    """Run a script; return one of its pictures."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, str(path), "--output", folder], check=True)
        return smaller((Path(folder) / name).read_bytes())


def main() -> None:
    """Write a picture of each lesson."""
    for lesson, which in PICTURES.items():
        path = HERE.parent / lesson
        picture = run_script(path, which) if isinstance(which, str) else run_notebook(path)[which]
        target = HERE / f"{path.stem}.png"
        target.write_bytes(picture)
        print(f"{target}: {len(picture):,} bytes")


if __name__ == "__main__":
    main()
