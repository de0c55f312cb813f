"""Draw explorer-light.webp and explorer-dark.webp: the explorer's page as Chromium shows it.

    python docs/figures/explorer.py wiki.safetensors

Needs Chromium, Pillow and `pip install 'fastvec[browser]'`.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

import fastvec as fv

SHOTS = {"explorer-light": ("light", "#analogy=king-man+woman"), "explorer-dark": ("dark", "#word=paris")}
SIZE = {"width": 1100, "height": 680}
sys.path.insert(0, str(Path(__file__).parents[2] / "bench" / "compare"))


def draw(vectors: str, folder: Path) -> None:
    """Write both pictures into a folder."""
    from chromium import CHROMIUM, FLAGS
    from PIL import Image
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as driver:
        page_file = Path(temporary) / "city.html"
        fv.WordVectors.load(vectors).explore(page_file, names=[Path(vectors).name])
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, (theme, link) in SHOTS.items():
            page = browser.new_page(viewport=SIZE, color_scheme=theme)
            page.goto(page_file.as_uri() + link)
            page.wait_for_selector("html[data-ready]", state="attached")
            page.wait_for_timeout(1000)
            picture = Image.open(io.BytesIO(page.screenshot()))
            picture.convert("RGB").save(folder / f"{name}.webp", quality=70, method=6)
        browser.close()


if __name__ == "__main__":
    draw(sys.argv[1], Path(__file__).parent)
