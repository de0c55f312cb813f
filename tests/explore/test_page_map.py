"""The map in a browser: pointing, dragging, zooming; with WebGL and without."""

from __future__ import annotations

import io

import numpy as np
import pytest
from chromium import NO_WEBGL

import fastvec as fv


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


def drawn(page, places):
    """The colours of the points at some places of the screen, below labels and lines."""
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed: pip install matplotlib")
    page.evaluate("document.getElementById('overlay').style.opacity = 0")
    page.mouse.move(1200, 400)
    page.wait_for_timeout(150)
    shown = image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.evaluate("document.getElementById('overlay').style.opacity = 1")
    return np.array([shown.getpixel((round(x), round(y))) for x, y in places], float)


def colours(page, districts, opacity=0.8):
    """The colours of districts, on the colour of the map."""
    style = page.evaluate(
        """() => {
          const style = getComputedStyle(document.documentElement);
          const names = ["map", ...Array.from({length: 8}, (_, i) => `district-${i}`)];
          return names.map((name) => style.getPropertyValue(`--${name}`).trim());
        }"""
    )
    ground, *all_colours = (np.array([int(each[i : i + 2], 16) for i in (1, 3, 5)]) for each in style)
    return np.array([opacity * all_colours[district] + (1 - opacity) * ground for district in districts])


@pytest.mark.parametrize("init", ["", NO_WEBGL], ids=["webgl", "canvas"])
def test_points_are_drawn(opened, spaced, init):
    path, explorer = spaced
    page = opened(path, init=init)
    is_plain = page.evaluate("document.getElementById('points').getContext('2d') !== null")
    assert is_plain == bool(init)  # a canvas has one kind of context: the first that it was asked for
    places = [place(page, explorer, word) for word in explorer.contents.words]
    np.testing.assert_allclose(drawn(page, places), colours(page, explorer.districts), atol=4)
    page.click("#legend li:first-child button")
    assert page.get_attribute("#legend li:first-child button", "aria-pressed") == "true"
    expected = colours(page, explorer.districts)
    others = explorer.districts != 0
    assert 0 < others.sum() < len(others)
    expected[others] = colours(page, explorer.districts, 0.08)[others]
    np.testing.assert_allclose(drawn(page, places), expected, atol=4)
    page.mouse.click(*places[3])
    assert chosen(page) == explorer.contents.words[3]


def test_many_points_without_webgl(opened, tmp_path):
    """As squares, or as circles where few are in sight; the most frequent word lies on top."""
    rng = np.random.default_rng(5)
    vectors = fv.WordVectors([f"w{i}" for i in range(3000)], rng.standard_normal((3000, 3)))
    explorer = vectors.explore(tmp_path / "many.html")
    page = opened(tmp_path / "many.html", init=NO_WEBGL)
    for zoom in (1.0, 1.8**3):
        inside = np.flatnonzero(np.abs(explorer.points).max(axis=1) < 0.8 / zoom)[:1]  # the most frequent in sight
        at = [place(page, explorer, explorer.contents.words[id], zoom) for id in inside]
        ((red, green, blue),) = drawn(page, at)
        assert (
            np.abs(colours(page, range(8)) - (red, green, blue)).sum(axis=1).argmin() == explorer.districts[inside]
        )
        for _ in range(3):
            page.click("#zoom-in")
    page.click("#zoom-all")
    page.mouse.click(*place(page, explorer, inmost(explorer)))
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
