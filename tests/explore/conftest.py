"""Pages in a real browser: headless Chromium, from disk; every request and every error is recorded."""

from __future__ import annotations

from pathlib import Path

import pytest
from chromium import CHROMIUM, FLAGS

import fastvec as fv


@pytest.fixture(scope="package")
def browser():
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    api = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install 'fastvec[browser]'"
    )
    with api.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


class Opener:
    """Opens pages; afterwards none of them has had an error, or asked for anything but itself."""

    def __init__(self, browser):
        self.browser, self.contexts, self.requests, self.errors = browser, [], [], []

    def __call__(self, path: Path, link: str = "", *, init: str = "", ready: bool = True, **context):
        made = self.browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | context))
        self.contexts.append(made)
        made.set_default_timeout(30_000)  # of a busy machine
        page = made.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("dialog", lambda dialog: self.errors.append(f"dialog: {dialog.message}"))
        if init:
            page.add_init_script(init)
        page.goto(path.as_uri() + link)
        if ready:
            page.wait_for_selector("html[data-ready]", state="attached")
        return page


@pytest.fixture
def opened(browser):
    opener = Opener(browser)
    yield opener
    for context in opener.contexts:
        context.close()
    assert opener.errors == []
    assert [url for url in opener.requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert sum(url.startswith("file:") for url in opener.requests) <= 2 * len(opener.contexts)  # reloads


@pytest.fixture(scope="session")
def kingdom():
    corpus = fv.Corpus.from_text(fv.datasets.kingdom(), min_count=1)
    trainer = fv.SkipGram(vector_size=50, epochs=150, sample=0, seed=1)
    return trainer.train(corpus, threads=1)


@pytest.fixture(scope="session")
def other(kingdom):
    """Other vectors of most of the same words."""
    corpus = fv.Corpus.from_text(fv.datasets.kingdom(), min_count=3)
    return fv.CBOW(vector_size=30, epochs=60, sample=0, seed=2).train(corpus, threads=1)


@pytest.fixture(scope="session")
def city(kingdom, tmp_path_factory):
    """A page of one file."""
    path = tmp_path_factory.mktemp("explore") / "city.html"
    kingdom.explore(path, names=["kingdom.safetensors"])
    return path


@pytest.fixture(scope="session")
def two_cities(kingdom, other, tmp_path_factory):
    """A page that compares two."""
    path = tmp_path_factory.mktemp("explore") / "two.html"
    kingdom.explore(path, other=other, names=("a.safetensors", "b.safetensors"))
    return path


def listed(page, panel: str) -> list[tuple[str, float]]:
    """The words and cosines that a panel shows."""
    rows = page.eval_on_selector_all(
        f"#panel-{panel} .words li",
        "items => items.map(item => [item.dataset.word, item.querySelector('.cosine').textContent])",
    )
    return [(word, float(cosine.replace("\u2212", "-"))) for word, cosine in rows]


@pytest.fixture(name="listed")
def _listed():
    return listed


def half(vectors: fv.WordVectors) -> fv.WordVectors:
    """The vectors as the page has them: at length 1, in half precision."""
    rows = vectors.normalized().vectors.astype("float16").astype("float32")
    return fv.WordVectors(vectors.index_to_key, rows, counts=vectors.counts)


@pytest.fixture(name="half")
def _half():
    return half
