"""What is said about runs: medians and ranges, ratios, tables; the machine they ran on, and the text."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Literal, TypedDict

from fastvec.benchmark.worker import Run
from fastvec.io.decompression import open_decompressed


class Figure(TypedDict):
    """A measurement over the rounds."""

    median: float
    low: float
    high: float


class Summary(TypedDict):
    """The figures of a case: tokens of all epochs; ratios of its time per token to that of a baseline."""

    simd: str | None
    raw_tokens: int
    trained_tokens: int
    train_seconds: Figure
    read_seconds: Figure
    reading_mb_per_second: Figure
    raw_tokens_per_second: Figure
    trained_tokens_per_second: Figure
    training_ratio: Figure
    total_seconds: Figure | None
    end_to_end_ratio: Figure | None
    peak_bytes: float | None


def spread(values: Sequence[float]) -> Figure:
    """Return the median and the range of some measurements.

    >>> spread([3.0, 1.0, 2.5])
    {'median': 2.5, 'low': 1.0, 'high': 3.0}
    """
    return {"median": median(values), "low": min(values), "high": max(values)}


def summarise(runs: Sequence[Run], baseline: Sequence[Run], text_bytes: int, epochs: int = 1) -> Summary:
    """Return the figures of a case over its rounds; the ratios compare runs of the same round.

    A case that trains on fewer tokens than the baseline has no figures from text to vectors.
    """
    first = runs[0]
    raw, trained = first["raw_tokens"] * epochs, first["trained_tokens"] * epochs
    whole = first["raw_tokens"] == baseline[0]["raw_tokens"]
    train = spread([run["train"] for run in runs])
    peaks = [run["peak"] for run in runs if run["peak"] is not None]

    def ratio(stage: Literal["train", "total"]) -> Figure:
        pairs = zip(runs, baseline, strict=True)
        return spread([a[stage] / b[stage] * b["raw_tokens"] / a["raw_tokens"] for a, b in pairs])

    return {
        "simd": first.get("simd"),
        "raw_tokens": raw,
        "trained_tokens": trained,
        "train_seconds": train,
        "read_seconds": spread([run["read"] for run in runs]),
        "reading_mb_per_second": spread([text_bytes / run["read"] / 1e6 for run in runs]),
        "raw_tokens_per_second": _per_second(raw, train),
        "trained_tokens_per_second": _per_second(trained, train),
        "training_ratio": ratio("train"),
        "total_seconds": spread([run["total"] for run in runs]) if whole else None,
        "end_to_end_ratio": ratio("total") if whole else None,
        "peak_bytes": median(peaks) if peaks else None,
    }


def _per_second(tokens: int, seconds: Figure) -> Figure:
    return {"median": tokens / seconds["median"], "low": tokens / seconds["high"], "high": tokens / seconds["low"]}


def show(figure: Figure | None, scale: float = 1.0) -> str:
    """Return ``median (low-high)``, divided by ``scale``.

    >>> show({"median": 3.1e6, "low": 3.0e6, "high": 3.15e6}, 1e6)
    '3.10 (3.00-3.15)'
    """
    if figure is None:
        return "-"
    values = figure["median"], figure["low"], figure["high"]
    middle, low, high = (_short(value / scale) for value in values)
    return f"{middle} ({low}-{high})"


def _short(value: float) -> str:
    decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 4
    return f"{value:.{decimals}f}"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return lines of aligned columns, the first to the left, the others to the right; the first row is a header.

    >>> print(table([["program", "s"], ["gensim", "12"]]))
    program   s
    gensim   12
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        numbers = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join([row[0].ljust(widths[0]), *numbers]).rstrip())
    return "\n".join(lines)


def machine() -> dict[str, str | int]:
    """Return the processor, its usable cores, the instruction set of the kernels, and the versions.

    >>> machine()["cores"] >= 1
    True
    """
    import numpy as np

    from fastvec import __version__
    from fastvec.kernels.simd import simd_level
    from fastvec.running.workers import resolve_threads

    processor = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        named = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
        processor = named[1] if named else processor
    return {
        "processor": processor, "cores": resolve_threads(None), "simd": simd_level(),
        "system": platform.platform(), "python": platform.python_version(),
        "numpy": np.__version__, "fastvec": __version__,
    }  # fmt: skip


def machine_lines(here: Mapping[str, str | int]) -> str:
    """Return what :func:`machine` found, as three lines."""
    source = f" ({here['source']})" if "source" in here else ""
    return (
        f"fastvec {here['fastvec']}{source}, {here['simd']}\n"
        f"{here['processor']}, {here['cores']} cores\n"
        f"{here['system']}, Python {here['python']}, NumPy {here['numpy']}"
    )


def plain_text(path: str | os.PathLike[str], folder: Path, max_bytes: int | None = None) -> Path:
    r"""Copy the first ``max_bytes`` of a text, to a line end, into ``folder``, uncompressed; return the copy.

    Raises
    ------
    StorageError, FormatError
        If the text cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     whole = Path(folder, "whole.txt")
    ...     _ = whole.write_text("one\ntwo\nthree\n")
    ...     plain_text(whole, Path(folder), max_bytes=9).read_text()
    'one\ntwo\n'
    """
    copy = folder / "text.txt"
    size = 0
    with open_decompressed(path) as source, open(copy, "wb") as target:
        while block := source.read(min(1 << 22, max_bytes - size + 1 if max_bytes is not None else 1 << 22)):
            size += target.write(block)
            if max_bytes is not None and size > max_bytes:
                break
    if max_bytes is not None and size > max_bytes:
        _cut(copy, max_bytes)
    return copy


def _cut(path: Path, max_bytes: int) -> None:
    with open(path, "rb+") as file:
        start = file.read(max_bytes)
        end = max(start.rfind(b"\n"), 0) or start.rfind(b" ")  # some corpora are one line
        file.truncate(end + 1 if end > 0 else max_bytes)
