"""What the suites share: a text, its corpus, and a summary of rates below pytest-benchmark's seconds."""

from __future__ import annotations

import lzma
import os
import platform
import random
from pathlib import Path

import pytest

import fastvec as fv

SHARED = Path(os.environ.get("FASTVEC_SHARED", Path(__file__).resolve().parents[2] / "shared"))
BYTES = 20_000_000
rates: list[str] = []


@pytest.fixture(scope="session")
def text(tmp_path_factory) -> Path:
    """Return FASTVEC_BENCH_TEXT, or 20 MB of the shared Wikipedia text, or of an artificial one; a plain file."""
    given = os.environ.get("FASTVEC_BENCH_TEXT")
    if given:
        return Path(given)
    path = tmp_path_factory.mktemp("bench") / "text.txt"
    packed = SHARED / "corpora" / "wiki-a.txt.xz"
    if packed.exists():
        with lzma.open(packed) as file:
            path.write_bytes(file.read(BYTES))
    else:
        path.write_text(artificial_text())
    return path


def artificial_text():
    """Return 20 MB with Zipf's law: the count of a word is proportional to 1 / rank."""
    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 9))) for _ in range(100_000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    tokens = draw.choices(words, weights, k=3_500_000)
    return "".join(" ".join(tokens[i : i + 50]) + "\n" for i in range(0, len(tokens), 50))


@pytest.fixture(scope="session")
def corpus(text):
    return fv.Corpus.from_text(text)


@pytest.fixture
def rate(request, benchmark):
    """A function to call after the benchmark: rate(raw_tokens=..., trained_tokens=...) adds them per second."""

    def note(**amounts: float) -> None:
        seconds = benchmark.stats.stats.median
        per_second = {name: amount / seconds for name, amount in amounts.items()}
        benchmark.extra_info.update({f"{name}_per_second": value for name, value in per_second.items()})
        line = ", ".join(f"{value / 1e6:.3g} M {name.replace('_', ' ')}/s" for name, value in per_second.items())
        rates.append(f"{request.node.name:42s} {line}")

    return note


def pytest_terminal_summary(terminalreporter) -> None:
    if rates:
        terminalreporter.section(f"rates, medians; {platform.machine()}, {fv.simd_level()}")
        for line in rates:
            terminalreporter.write_line(line)
