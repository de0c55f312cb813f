"""How the page behaves: hostile words, links, keys, screen readers, themes, small screens, notebooks."""

from __future__ import annotations

import pytest

import fastvec as fv

HOSTILE = [
    "</script><script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    "<!--",
    "\"'`${window.hacked = 1}",
    "&lt;b&gt;",
    "{{script}}",
    "\u0645\u0631\u062d\u0628\u0627",
    "\u202eevil",
    "\N{GRINNING FACE}\N{ZERO WIDTH JOINER}\N{ROCKET}",
    "a-b+c&d=e#f%20g?",
    "caf\udce9",
    "",
    "\u2028line\x00nul",
    "x" * 10_000,
    "__proto__",
    "constructor",
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    rows = [[i + 1, (i * 7) % 5, (i * 3) % 4, 1] for i in range(len(HOSTILE))]
    vectors = fv.WordVectors(HOSTILE, rows, settings={"model": HOSTILE[0]})
    path = tmp_path_factory.mktemp("explore") / "hostile.html"
    vectors.explore(path, names=[HOSTILE[0]])
    return path, vectors


def test_hostile_words_are_shown_not_run(opened, hostile, listed):
    path, _ = hostile
    page = opened(path)
    assert page.inner_text("#title") == HOSTILE[0]
    assert page.title().startswith(HOSTILE[0])
    page.click("#tab-word")
    for _ in range(3):  # from word to word
        page.click("#panel-word button >> nth=0")
    page.select_option("#count", "50")
    shown = [word for word, _ in listed(page, "word")]
    asked = page.evaluate("decodeURIComponent(location.hash.slice('#word='.length))")
    seen = [word.replace("\udce9", "\ufffd") for word in [*shown, asked]]
    assert sorted(seen) == sorted(word.replace("\udce9", "\ufffd") for word in HOSTILE)
    page.click("#tab-run")
    assert HOSTILE[0] in page.inner_text("#panel-run")
    page.fill("#search", "<img")
    assert page.inner_text("#search-list li") == HOSTILE[1]
    assert page.evaluate("window.hacked") is None
    assert page.query_selector("img") is None
    assert page.evaluate("document.scripts.length") == 2  # the data that is read stays out of the page


def test_nothing_can_be_run_in_the_page(opened, city):
    page = opened(city)
    blocked = page.evaluate(
        """() => new Promise((resolve) => {
          document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "window.hacked = 1";
          document.body.append(script);
        })"""
    )
    assert blocked == "script-src-elem"
    assert page.evaluate("window.hacked") is None
    sent = page.evaluate("fetch('https://example.org/').then(() => 'sent', () => 'blocked')")
    assert sent == "blocked"
    # the browser reports what it blocked: expected here
    opened.errors.clear()


def test_links_to_words(opened, hostile):
    path, _ = hostile
    page = opened(path)
    heading = "document.querySelector('#panel-word h2').textContent"
    for word in HOSTILE:
        if "\udce9" in word or not word or len(word) > 99:
            continue
        page.evaluate("location.hash = '#tab=run'")
        page.evaluate("word => { document.getElementById('search').value = word }", word)
        page.press("#search", "Enter")
        assert page.evaluate(heading) == word
        link = page.evaluate("location.hash")
        page.evaluate("location.hash = '#tab=run'")
        page.wait_for_selector("#panel-run:not([hidden])")
        page.evaluate("link => { location.hash = link }", link)
        page.wait_for_selector("#panel-word:not([hidden])")
        assert page.evaluate(heading) == word
        assert page.query_selector("#panel-word .notice") is None


def test_links_and_the_back_button(opened, city):
    page = opened(city, "#word=paris")
    page.click("#panel-word .words li:first-child button")
    second = page.inner_text("#panel-word h2")
    assert second != "paris"
    page.go_back()
    assert page.inner_text("#panel-word h2") == "paris"
    page.evaluate("location.hash = '#analogy=king-man+woman'")
    page.wait_for_selector("#answer")
    assert page.get_attribute("#tab-analogy", "aria-selected") == "true"
    page.evaluate("location.hash = '#tab=nonsense&%%%'")
    page.wait_for_selector("#panel-word:not([hidden])")


def test_links_with_a_hyphen_in_a_word(opened, tmp_path):
    words = ["new-york", "c++", "a", "b"]
    vectors = fv.WordVectors(words, [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]])
    vectors.explore(tmp_path / "city.html")
    page = opened(tmp_path / "city.html", "#tab=analogy")
    for field, word in zip("abc", words, strict=False):
        page.fill(f"#analogy-{field}", word)
    page.click("#panel-analogy button[type=submit]")
    link = page.evaluate("location.hash")
    assert link == "#analogy=new%2Dyork-c%2B%2B+a"
    assert opened(tmp_path / "city.html", link).input_value("#analogy-b") == "c++"


def test_tabs_by_keys(opened, two_cities):
    page = opened(two_cities)
    page.focus("#tab-word")
    order = ["analogy", "pairs", "run", "compare", "word"]
    for name in order:
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.id") == f"tab-{name}"
        assert page.is_visible(f"#panel-{name}")
        assert page.locator("[role=tabpanel]:visible").count() == 1
        assert page.locator('[role=tab][tabindex="0"]').count() == 1
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.id") == "tab-compare"
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.id") == "tab-word"


def test_focus_is_in_the_order_of_the_page_and_visible(opened, city):
    page = opened(city)
    order = []
    for _ in range(8):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.id"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
    assert order[:7] == ["skip", "search", "theme", "overlay", "zoom-in", "zoom-out", "zoom-all"]
    page.focus("#skip")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "panels"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "tab-word"


LINKS = ["#word=paris", "#word=nobody", "#analogy=king-man+woman", "#tab=pairs", "#tab=run", "#compare=queen"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_accessibility(opened, two_cities, theme):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright",
        reason="axe-playwright-python is not installed: pip install 'fastvec[browser]'",
    )
    page = opened(two_cities, color_scheme=theme, bypass_csp=True)  # axe is a script of its own
    for link in LINKS if theme == "light" else LINKS[:1]:  # each takes half a second
        page.evaluate("link => { location.hash = link }", link)
        page.wait_for_timeout(50)
        found = axe.Axe().run(page)
        assert found.response["violations"] == [], (link, found.generate_report())
    page.fill("#search", "qu")
    assert axe.Axe().run(page).response["violations"] == []


def background(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_light_and_dark(opened, city):
    dark = opened(city, color_scheme="dark")
    light = opened(city, color_scheme="light")
    assert background(dark) == "rgb(17, 19, 23)"
    assert background(light) == "rgb(244, 245, 247)"
    light.click("#theme")
    assert background(light) == "rgb(17, 19, 23)"
    assert light.inner_text("#theme") == "Light"
    light.reload()
    light.wait_for_selector("html[data-ready]", state="attached")
    assert background(light) == "rgb(17, 19, 23)"  # kept
    dark.emulate_media(color_scheme="light")
    dark.wait_for_selector("html[data-theme=light]", state="attached")
    assert background(dark) == "rgb(244, 245, 247)"


def test_a_small_screen_has_no_horizontal_scroll(opened, two_cities):
    page = opened(two_cities, viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    for link in LINKS:
        page.evaluate("link => { location.hash = link }", link)
        page.wait_for_timeout(30)
        assert page.evaluate("document.documentElement.scrollWidth") == 360, link
    page.click("#tab-pairs")
    page.fill("#sentence", "x" * 500 + " y")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_small_screen_with_hostile_words(opened, hostile):
    page = opened(hostile[0], viewport={"width": 360, "height": 640})
    for link in ("#tab=word", "#tab=run", f"#word={'x' * 10_000}"):
        page.evaluate("link => { location.hash = link }", link)
        page.wait_for_timeout(30)
        assert page.evaluate("document.documentElement.scrollWidth") == 360, link


def test_a_notebook_shows_the_page(opened, kingdom, tmp_path):
    shown = kingdom.explore()._repr_html_()
    (tmp_path / "notebook.html").write_text(f"<!doctype html><title>notebook</title>{shown}", "utf-8")
    page = opened(tmp_path / "notebook.html", ready=False)
    frame = page.frame_locator("iframe")
    frame.locator("#search").fill("queen")
    frame.locator("#search").press("Escape")
    frame.locator("#loading").wait_for(state="hidden")
    frame.locator("#search").press("Enter")
    assert frame.locator("#panel-word h2").inner_text() == "queen"
    assert frame.locator("#panel-word .words li").count() == 10


SHAPES = {
    "one word": (["a"], [[1, 2, 3]]),
    "one dimension": (["a", "b", "c"], [[1], [2], [-3]]),
    "two dimensions": (["a", "b", "c"], [[1, 0], [0, 2], [-3, 1]]),
    "equal vectors": (["a", "b", "c"], [[1, 1], [1, 1], [1, 1]]),
    "zeros": (["a", "b", "c"], [[0, 0], [0, 0], [1, 1]]),
    "arabic": (
        ["\u0645\u0644\u0643", "\u0645\u0644\u0643\u0629", "\u0631\u062c\u0644"],
        [[1, 0], [0, 2], [-3, 1]],
    ),
}


@pytest.mark.parametrize(("words", "rows"), SHAPES.values(), ids=SHAPES)
def test_small_and_strange_vectors(opened, listed, half, tmp_path, words, rows):
    vectors = fv.WordVectors(words, rows)
    vectors.explore(tmp_path / "small.html")
    page = opened(tmp_path / "small.html")
    page.fill("#search", words[0])
    page.press("#search", "Escape")
    page.press("#search", "Enter")
    expected = half(vectors).most_similar(words[0], topn=10)
    assert [word for word, _ in listed(page, "word")] == [word for word, _ in expected]
    assert "seen" not in page.inner_text("#panel-word .facts")  # no counts
