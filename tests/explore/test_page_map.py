"""The map in a browser: pointing, dragging, zooming; with WebGL and without."""

from __future__ import annotations

import numpy as np
import pytest

import fastvec as fv

NO_WEBGL = """
const original = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind === "webgl" ? null : original.call(this, kind, ...more);
};
"""


@pytest.fixture(scope="module")
def spaced(tmp_path_factory):
    """A page whose words lie far apart, with its Explorer."""
    rng = np.random.default_rng(3)
    vectors = fv.WordVectors([f"w{i}" for i in range(12)], rng.standard_normal((12, 6)))
    path = tmp_path_factory.mktemp("explore") / "spaced.html"
    return path, vectors.explore(path)


def place(page, explorer, word, zoom=1.0):
    """Where a word is on the screen while the middle of the map is in the middle."""
    box = page.query_selector("#overlay").bounding_box()
    scale = (min(box["width"], box["height"]) - 72) / 2 * zoom
    x, y = explorer.points[explorer.contents.words.index(word)]
    return box["x"] + box["width"] / 2 + float(x) * scale, box["y"] + box["height"] / 2 - float(y) * scale


def inmost(explorer):
    """The word that is nearest to the middle of the map."""
    return explorer.contents.words[np.abs(explorer.points).max(axis=1).argmin()]


def chosen(page):
    return page.inner_text("#panel-word h2")


def test_a_click_chooses_a_word(opened, spaced):
    path, explorer = spaced
    page = opened(path)
    page.mouse.click(*place(page, explorer, "w3"))
    assert chosen(page) == "w3"
    assert page.evaluate("location.hash") == "#word=w3"


def test_pointing_shows_a_word_for_as_long_as_it_lasts(opened, spaced):
    path, explorer = spaced
    page = opened(path)
    page.mouse.move(*place(page, explorer, "w5"))
    assert chosen(page) == "w5"
    assert page.evaluate("location.hash") == ""
    page.mouse.move(1100, 700)
    assert chosen(page) == "Nearest words"


def test_dragging_moves_the_map_and_chooses_nothing(opened, spaced):
    path, explorer = spaced
    page = opened(path)
    x, y = place(page, explorer, "w7")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 30, steps=4)
    page.mouse.up()
    assert page.evaluate("location.hash") == ""
    page.mouse.click(x + 40, y + 30)
    assert chosen(page) == "w7"


def test_the_wheel_zooms_where_it_points(opened, spaced):
    path, explorer = spaced
    page = opened(path)
    x, y = map(round, place(page, explorer, "w2"))
    page.mouse.move(x, y)
    for _ in range(4):
        page.mouse.wheel(0, -100)
    page.wait_for_timeout(100)
    page.mouse.click(x, y)
    assert chosen(page) == "w2"
    others = [word for word in explorer.contents.words if word != "w2"]
    near = min(
        others, key=lambda word: sum(abs(a - b) for a, b in zip(place(page, explorer, word), (x, y), strict=True))
    )
    there = place(page, explorer, near)
    page.mouse.click(*there)
    assert chosen(page) != near  # it has moved away
    page.mouse.wheel(0, 9000)
    page.click("#zoom-all")
    page.mouse.click(*place(page, explorer, "w9"))
    assert chosen(page) == "w9"


def test_keys_move_and_zoom(opened, spaced):
    path, explorer = spaced
    page = opened(path)
    page.focus("#overlay")
    page.keyboard.press("+")
    word = inmost(explorer)
    x, y = place(page, explorer, word, zoom=1.5)
    page.keyboard.press("ArrowRight")  # the map moves to the left
    page.mouse.click(x - 60, y)
    assert chosen(page) == word
    page.focus("#overlay")
    page.keyboard.press("0")
    page.mouse.click(*place(page, explorer, "w1"))
    assert chosen(page) == "w1"


def test_two_fingers_zoom(opened, spaced):
    path, explorer = spaced
    page = opened(path, has_touch=True)
    box = page.query_selector("#overlay").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)

    def fingers(kind, apart):
        points = [{"x": x - apart, "y": y, "id": 1}, {"x": x + apart, "y": y, "id": 2}] if apart else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", 60)
    for apart in (75, 90, 105, 120):
        fingers("touchMove", apart)
    fingers("touchEnd", 0)
    word = inmost(explorer)
    page.mouse.click(*place(page, explorer, word, zoom=2))
    assert chosen(page) == word


def colours_of(page):
    """How often each colour is on the canvas of the points."""
    return page.evaluate(
        """() => new Promise((resolve) => requestAnimationFrame(() => {
          const from = document.getElementById("points");
          const to = Object.assign(document.createElement("canvas"), {width: from.width, height: from.height});
          const context = to.getContext("2d");
          context.drawImage(from, 0, 0);
          const {data} = context.getImageData(0, 0, to.width, to.height);
          let drawn = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i] > 100) drawn++;
          resolve(drawn);
        }))"""
    )


@pytest.mark.parametrize("init", ["", NO_WEBGL], ids=["webgl", "canvas"])
def test_points_are_drawn(opened, spaced, init):
    path, explorer = spaced
    page = opened(path, init=init)
    kind = page.evaluate("document.getElementById('points').getContext('webgl') !== null")
    assert kind == (init == "")
    before = page.screenshot(clip={"x": 0, "y": 60, "width": 800, "height": 600})
    page.click("#legend li:first-child button")
    assert page.get_attribute("#legend li:first-child button", "aria-pressed") == "true"
    page.wait_for_timeout(100)
    assert page.screenshot(clip={"x": 0, "y": 60, "width": 800, "height": 600}) != before  # the others are dimmed
    if init:
        assert colours_of(page) > 50
    page.mouse.click(*place(page, explorer, "w3"))
    assert chosen(page) == "w3"


def test_many_points_without_webgl(opened, tmp_path):
    rng = np.random.default_rng(5)
    vectors = fv.WordVectors([f"w{i}" for i in range(3000)], rng.standard_normal((3000, 3)))
    explorer = vectors.explore(tmp_path / "many.html")
    page = opened(tmp_path / "many.html", init=NO_WEBGL)
    assert colours_of(page) > 3000  # pixels
    page.click("#zoom-in")
    page.click("#zoom-in")  # few enough for circles
    page.click("#zoom-in")
    assert colours_of(page) > 500
    page.click("#zoom-all")
    x, y = place(page, explorer, inmost(explorer))
    page.mouse.click(x, y)
    assert chosen(page) in explorer.contents.words


def test_a_lost_context_of_webgl_comes_back(opened, spaced):
    page = opened(spaced[0])
    clip = {"x": 0, "y": 60, "width": 800, "height": 600}
    page.mouse.move(1200, 400)
    page.wait_for_timeout(100)
    before = page.screenshot(clip=clip)
    page.evaluate(
        """() => new Promise((resolve) => {
          const canvas = document.getElementById("points");
          const lose = canvas.getContext("webgl").getExtension("WEBGL_lose_context");
          canvas.addEventListener("webglcontextrestored", () => setTimeout(resolve, 100));
          canvas.addEventListener("webglcontextlost", () => setTimeout(() => lose.restoreContext(), 50));
          lose.loseContext();
        })"""
    )
    assert page.screenshot(clip=clip) == before
