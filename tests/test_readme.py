"""What README and docs say: examples and commands run, links lead somewhere, figures agree."""

from __future__ import annotations

import csv
import gzip
import re
import runpy
import shlex
from pathlib import Path

import pytest

import fastvec as fv
from fastvec.cli import main
from fastvec.cli.program import parse
from fastvec.datasets import demo_corpus

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(ROOT.glob("docs/*.md"))
PAGES.append(ROOT / "examples/README.md")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_RUN = "<!-- not run"
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def blocks(page: Path, language: str) -> list[str]:
    """The blocks of a language, without those that a comment above excepts."""
    text = page.read_text(encoding="utf-8")
    return [
        found[2]
        for found in FENCE.finditer(text)
        if found[1] == language and not text[: found.start()].rstrip().rpartition("\n")[2].startswith(NOT_RUN)
    ]


def commands(page: Path) -> list[list[str]]:
    """The arguments of each ``fastvec`` in a page's shell blocks."""
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    parts = [shlex.split(part, comments=True) for line in lines for part in line.split(" && ")]
    return [part[1:] for part in (words[words[:1] == ["time"] :] for words in parts) if part[:1] == ["fastvec"]]


def anchors(page: Path) -> set[str]:
    """What GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> list[str]:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", page.read_text(encoding="utf-8"))):
        path, _, anchor = target.partition("#")
        there = (page.parent / path) if path else page
        if target.startswith("https://") or (there.exists() and (not anchor or anchor in anchors(there))):
            continue
        broken.append(target)
    return broken


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where examples run, with the files that a reader of the pages has."""
    monkeypatch.chdir(tmp_path)
    text = "\n".join(demo_corpus().sentences[:20_000])
    Path("text.txt").write_text(text)
    Path("questions-words.txt").write_text(": family\nman king woman queen\nking man queen woman\n")
    Path("news.txt").write_text("the duchess rules the land\n" * 50)
    Path("edges.tsv").write_text("tea\tdrink\t2\nmilk\tdrink\t1\ntea\thot\t0.5\n" * 10)
    Path("clicks.csv").write_text("user,item\nu1,tea\nu2,tea\nu2,milk\n" * 10)
    with gzip.open("wiki.txt.gz", "wt") as file:
        file.write(text)
    return tmp_path


def test_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 120


@every_page
def test_python_examples_run(page, folder):
    names: dict[str, object] = {}
    for block in blocks(page, "python"):
        exec(compile(block, page.name, "exec"), names)


def test_readme_shows_what_is_printed(folder, capsys):
    (example,), (shown,) = blocks(ROOT / "README.md", "python"), blocks(ROOT / "README.md", "text")
    exec(example, {})
    printed = capsys.readouterr().out.splitlines()
    assert printed == shown.splitlines()


@every_page
def test_commands_and_files_are_there(page):
    for command in commands(page):
        parse(command)  # exits where an option is unknown
    named = re.findall(
        r"\b(?:bench|docs|examples|tests|csrc|fastvec)/[\w/]+\.(?:py|pyx|h|csv)\b", page.read_text("utf-8")
    )
    assert [path for path in named if "name" not in path.lower() and not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "docs/guide.md", "docs/from-gensim.md"])
def test_commands_run(name, folder, capsys):
    for command in commands(ROOT / name):
        if command[0] not in ("demo", "bench"):
            assert main(command) == 0, (command, capsys.readouterr().err)


@every_page
def test_links_lead_somewhere(page):
    assert broken_links(page) == []


def test_a_broken_link_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A `b`, c\n[here](#a-b-c) [there](#gone) [far](gone.md) [web](https://example.org)\n")
    assert broken_links(page) == ["#gone", "gone.md"]


def test_the_chart_has_the_figures_of_the_pages():
    text = "".join(page.read_text(encoding="utf-8") for page in ROOT.glob("docs/*.md"))
    with open(ROOT / "docs/figures/speed.csv", newline="") as file:
        for row in csv.DictReader(file):
            assert f"{row['seconds']} ({row['low']}\N{EN DASH}{row['high']})" in text


def test_the_chart_is_drawn(tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install 'fastvec[plot]'")
    runpy.run_path(str(ROOT / "docs/figures/speed.py"))["draw"](tmp_path / "speed.svg")
    assert "<svg" in (tmp_path / "speed.svg").read_text()


def test_the_citation_is_of_this_version():
    assert f"\nversion: {fv.__version__}\n" in (ROOT / "CITATION.cff").read_text()
