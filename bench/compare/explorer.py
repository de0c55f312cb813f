"""The explorer's page: its size, the time to write it, its first paint, and the script time of a frame.

    python bench/compare/explorer.py --words 20000 --vector-size 100 300

The vectors are random, so that nothing in them can be compressed. Script time of a frame is what all callbacks of
`requestAnimationFrame` and all handlers of pointer events take together while the map is dragged, in headless
Chromium, where the processor draws too; it is asserted to stay below 8 ms at the median. Needs Chromium and
`pip install 'fastvec[browser]'`.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from chromium import CHROMIUM, FLAGS, NO_WEBGL

import fastvec as fv
from fastvec.benchmark.figures import table

LIMIT = 8.0  # ms of script in a frame
MOVES = 60
# before the page's own script: counts the time of its callbacks by frame
TIMED = """
window.frames_ = []; let spent = 0;
const timed = (call) => function (...given) {
  const began = performance.now();
  try { return call.apply(this, given); } finally { spent += performance.now() - began; }
};
const request = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (call) => request((at) => {
  timed(call)(at);
  window.frames_.push(spent);
  spent = 0;
});
const add = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (kind, call, ...more) {
  const counts = kind.startsWith("pointer") && typeof call === "function";
  return add.call(this, kind, counts ? timed(call) : call, ...more);
};
"""


def written(n_words: int, size: int, path: Path, rounds: int) -> list[float]:
    """Return the seconds of each round in which the page is made and written."""
    rows = np.random.default_rng(1).standard_normal((n_words, size), dtype=np.float32)
    words = [f"word{i}" for i in range(n_words)]
    vectors = fv.WordVectors(words, rows, counts=np.arange(n_words, 0, -1))
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        vectors.explore(path, n_words=n_words)
        seconds.append(time.perf_counter() - began)
    return seconds


def opened(browser, path: Path, init: str = TIMED):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(init)
    page.goto(path.as_uri(), wait_until="commit")
    page.wait_for_selector("html[data-ready]", state="attached", timeout=60_000)
    return page


def paints(browser, path: Path, rounds: int) -> tuple[list[float], list[float]]:
    """Return milliseconds to the first paint, and until all vectors are unpacked."""
    first, ready = [], []
    for _ in range(rounds):
        page = opened(browser, path, "")
        first.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
        ready.append(page.evaluate("performance.now()"))
        page.close()
    return first, ready


def dragged(browser, path: Path, init: str, zoom: int) -> list[float]:
    """Return the script milliseconds of each frame while the map is dragged, after some steps of zooming in."""
    page = opened(browser, path, init + TIMED)
    page.wait_for_timeout(300)
    for _ in range(zoom):
        page.click("#zoom-in")
    page.mouse.move(440, 400)
    page.mouse.down()
    page.evaluate("frames_.length = 0")
    for step in range(MOVES):
        angle = 2 * np.pi * step / 60
        page.mouse.move(440 + 150 * np.sin(angle), 400 + 100 * (1 - np.cos(angle)))
    page.mouse.up()
    frames = page.evaluate("frames_")
    page.close()
    return frames


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    made.add_argument("--words", type=int, default=20_000)
    made.add_argument("--vector-size", type=int, nargs="+", default=[100, 300])
    made.add_argument("--rounds", type=int, default=3)
    args = made.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(prefix="fastvec-explorer-") as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        rows = []
        for size in args.vector_size:
            path = Path(folder) / f"{size}.html"
            seconds = written(args.words, size, path, args.rounds)
            first, ready = paints(browser, path, args.rounds)
            rows.append([
                f"{args.words:,} x {size}", f"{path.stat().st_size / 1e6:.2f} MB", f"{min(seconds):.2f} s",
                f"{statistics.median(first):.0f} ms", f"{statistics.median(ready):.0f} ms",
            ])  # fmt: skip
        print(table([["words", "page", "written in (best)", "first paint", "all unpacked"], *rows]))
        frames = []
        for ink, init in (("WebGL", ""), ("canvas", NO_WEBGL)):
            for zoom in (0, 3):
                found = dragged(browser, path, init, zoom)
                middle, high = np.quantile(found, (0.5, 0.95))
                assert middle <= LIMIT, f"{ink}: {middle:.1f} ms of script in a frame"
                frames.append([ink, str(zoom), str(len(found)), f"{middle:.2f} ms", f"{high:.2f} ms"])
        print(table([["points by", "steps zoomed in", "frames", "script, median", "95 %"], *frames]))
        print(f"Chromium {browser.version}")
        browser.close()


if __name__ == "__main__":
    main()
