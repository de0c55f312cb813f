"""The page: one HTML file with its style, its scripts and its data in it, which loads nothing from anywhere."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources

# one scope: a script uses what those before it define
SCRIPTS = (
    "data", "space", "elements", "state", "theme", "camera", "points_webgl", "points_canvas", "labels",
    "map", "gestures", "tabs", "combobox", "words", "legend", "nearest", "analogy", "windows", "pairs", "chart",
    "run", "compare", "main",
)  # fmt: skip


def page(title: str, about: str, data: dict[str, str], late: dict[str, str]) -> str:
    """Return the HTML of the page.

    Parameters
    ----------
    title : str
        In plain text.
    about : str
        JSON without ``<``.
    data : dict of str
        Base64 by name, before the script: words and the map, which are shown first.
    late : dict of str
        Base64 by name, after it: the vectors.
    """
    script, style = program(), _text("style.css")
    parts = {
        "title": escaped(title),
        "policy": _policy(script, style),
        "style": style,
        "about": about,
        "data": _blocks(data),
        "script": script,
        "late": _blocks(late),
    }
    pieces = _text("index.html").split("{{")
    filled = [pieces[0]]
    for piece in pieces[1:]:  # one pass, so that nothing in the data is taken for a place
        name, rest = piece.split("}}", 1)
        filled += [parts[name], rest]
    return "".join(filled)


def program() -> str:
    """Return the scripts of the page as one, in a scope of their own."""
    return "(() => {\n'use strict';\n" + "\n".join(_text(f"{name}.js") for name in SCRIPTS) + "\n})();\n"


def escaped(text: str) -> str:
    """Return text for HTML: inside an element or an attribute in double quotes.

    >>> escaped('<b> & "c"')
    '&lt;b&gt; &amp; &quot;c&quot;'
    """
    for char, name in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot")):
        text = text.replace(char, f"&{name};")
    return text


def _text(name: str) -> str:
    return (resources.files("fastvec.explore") / "page" / name).read_text(encoding="utf-8")


def _blocks(data: dict[str, str]) -> str:
    return "\n".join(f'<script type="text/plain" id="data-{name}">{text}</script>' for name, text in data.items())


def _policy(script: str, style: str) -> str:
    """Return a Content Security Policy that allows this script and this style alone, and no request."""
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, style)]
    return (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
