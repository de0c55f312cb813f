"""The file: one page, its policy, what is packed in it, and what ships with the package."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from importlib import resources

import numpy as np
import pytest
from colours import contrast, least_difference

import fastvec as fv
from fastvec.explore.html import SCRIPTS, page, program
from fastvec.explore.packing import packed, packed_vectors, packed_words, script_safe

FILES = list((resources.files("fastvec.explore") / "page").iterdir())


def unpacked(text):
    return zlib.decompress(base64.b64decode(text), -zlib.MAX_WBITS)


def blocks(html):
    return dict(re.findall(r'<script type="text/plain" id="data-([\w-]+)">([^<]*)</script>', html))


def test_what_is_packed_can_be_unpacked():
    words = ["a", "</script>", "\udce9", "\u0645"]
    assert json.loads(unpacked(packed_words(words))) == words
    assert unpacked(packed(b"")) == b""
    rows = np.random.default_rng(0).standard_normal((7, 5)).astype(np.float32)
    planes = np.frombuffer(unpacked(packed_vectors(rows)), np.uint8).reshape(2, -1)
    halves = planes.T.copy().view("<f2").reshape(7, 5)
    assert np.array_equal(halves, rows.astype(np.float16))
    assert json.loads(script_safe({"a": "<!--</script>"})) == {"a": "<!--</script>"}
    assert "<" not in script_safe(["<!--</script>"])


def test_the_page_holds_the_vectors():
    vectors = fv.WordVectors(["a", "b", "c"], [[3, 4], [0, 2], [1, 0]])
    explorer = vectors.explore()
    found = blocks(explorer.html)
    assert json.loads(unpacked(found["words-0"])) == ["a", "b", "c"]
    points = np.frombuffer(unpacked(found["points"]), "<f4").reshape(-1, 2)
    assert np.array_equal(points, explorer.points)
    assert unpacked(found["districts"]) == bytes(explorer.districts)
    assert len(unpacked(found["vectors-0"])) == 3 * 2 * 2
    assert "words-1" not in found


def test_twenty_thousand_words_of_a_hundred_dimensions_take_less_than_6_mb():
    rows = np.random.default_rng(0).standard_normal((20_000, 100), dtype=np.float32)  # which nothing compresses
    words = [f"{i * 7919 % 20_000:08d}" for i in range(20_000)]
    counts = np.random.default_rng(1).integers(1, 10**6, 20_000)
    html = fv.WordVectors(words, rows, counts=counts).explore().html
    assert len(html.encode()) < 6_000_000


def test_the_policy_allows_its_own_script_and_style_alone():
    html = fv.WordVectors(["a"], [[1]]).explore().html
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    for text, name in ((script, "script-src"), (style, "style-src")):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert not re.search(r"\son\w+=|style=|https?://(?!www\.w3\.org/2000/svg)|@import|url\(", html)


def test_a_name_of_a_place_in_the_data_is_data():
    html = page("{{script}}", script_safe("{{late}}"), {"words-0": "{{style}}"}, {})
    assert "<title>{{script}} \u00b7" in html
    assert '"{{late}}"' in html
    assert ">{{style}}<" in html


def test_every_file_of_the_page_is_in_it_and_small():
    names = {file.name for file in FILES}
    assert names == {"index.html", "style.css", *(f"{name}.js" for name in SCRIPTS)}
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        assert text.count("\n") < 400, file.name
        assert "\r" not in text


@pytest.mark.parametrize(
    "banned", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch("]
)
def test_words_never_become_html(banned):
    assert banned not in program()


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_districts_can_be_told_apart(theme):
    style = next(file for file in FILES if file.name == "style.css").read_text()
    block = re.findall(r":root(?:\[data-theme=\"dark\"\])? \{(.*?)\}", style, re.DOTALL)[theme]
    colours = re.findall(r"--district-\d: (#\w{6})", block)
    surface = re.search(r"--map: (#\w{6})", block)[1]
    assert len(colours) == 8
    assert min(contrast(colour, surface) for colour in colours) >= 3  # WCAG 2.1, 1.4.11
    assert least_difference(colours) > 0.1  # five times a difference that can just be noticed
