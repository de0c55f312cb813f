"""Cases in interleaved rounds, and what comes of them: medians, ranges, ratios, a table."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from fastvec.benchmark.programs import INSTALL, Settings, measure, parse_program
from fastvec.errors import TrainingError
from fastvec.io.decompression import open_decompressed

Result = Mapping[str, Any]  # of one run, as measure() gives it
OnRun = Callable[["Case", int, Result], Any]


@dataclass(frozen=True)
class Case:
    """One program in one setting: a row of a table."""

    program: str
    threads: int
    settings: Settings


def run_rounds(
    cases: Sequence[Case], text: Path, *, rounds: int, folder: Path, on_run: OnRun | None = None
) -> tuple[dict[Case, list[Result]], dict[Case, str]]:
    """Run every case, then every case again, ``rounds`` times: noise of the machine hits all alike.

    Parameters
    ----------
    cases : sequence of Case
    text : Path
        Plain text, one sentence a line.
    rounds : int
    folder : Path
        For the vectors, written and removed.
    on_run : callable, optional
        Gets the case, the round from 1 and the result, which names the file of vectors as ``vectors``.

    Returns
    -------
    results : dict of list
        Of each case in the order of the rounds.
    failures : dict of str
        The last words of the rivals that failed; they are not run again.

    Raises
    ------
    TrainingError
        fastvec itself failed.

    Examples
    --------
    >>> from pathlib import Path
    >>> from fastvec.benchmark.programs import Settings
    >>> from fastvec.benchmark.rounds import Case, run_rounds
    >>> case = Case("bare", 1, Settings())
    >>> results, failures = run_rounds([case], Path("unused"), rounds=2, folder=Path("."))
    >>> len(results[case]), failures
    (2, {})
    """
    results: dict[Case, list[Result]] = {case: [] for case in cases}  # a case named twice is one
    failures: dict[Case, str] = {}
    vectors = folder / "vectors.bin"
    for number in range(1, rounds + 1):
        for case in results:
            if case in failures:
                continue
            try:
                result = measure(case.program, text, case.settings, threads=case.threads, save=vectors)
            except TrainingError as error:
                if parse_program(case.program)[0] not in INSTALL:
                    raise
                failures[case] = str(error)
                print(error, file=sys.stderr)
                continue
            results[case].append(result)
            print(f"round {number}/{rounds}: {case.program}, threads {case.threads}", file=sys.stderr)
            if on_run is not None:
                on_run(case, number, {**result, "vectors": vectors})
            vectors.unlink(missing_ok=True)
    return {case: found for case, found in results.items() if case not in failures}, failures


def spread(values: Sequence[float]) -> dict[str, float]:
    """The median and the range of some measurements.

    Examples
    --------
    >>> from fastvec.benchmark.rounds import spread
    >>> spread([3.0, 1.0, 2.5])
    {'median': 2.5, 'low': 1.0, 'high': 3.0}
    """
    return {"median": median(values), "low": min(values), "high": max(values)}


def summarise(
    case: Case, results: Sequence[Result], baseline: Sequence[Result], text_bytes: int
) -> dict[str, Any]:
    """Figures of one case over its rounds; every one that varies has median, low and high.

    Parameters
    ----------
    case : Case
    results : sequence of dict
        Its runs.
    baseline : sequence of dict
        The runs of fastvec in the same setting, round by round; they give the words, and what the ratios
        (times fastvec's wall time, by the word) compare with.
    text_bytes : int

    Returns
    -------
    dict
        Words are those of all epochs: raw before subsampling, trained after it.
    """
    first, epochs = results[0], case.settings.epochs
    raw = [run.get("raw_words", fast["raw_words"]) for run, fast in zip(results, baseline, strict=True)]
    trained = first.get("trained_words", baseline[0]["trained_words"])
    whole = raw[0] == baseline[0]["raw_words"]
    train = spread([run["train"] for run in results])
    peaks = [run["peak"] for run in results if run["peak"] is not None]

    def ratio(stage: str) -> dict[str, float]:
        pairs = zip(results, baseline, raw, strict=True)
        return spread([run[stage] / fast[stage] * fast["raw_words"] / words for run, fast, words in pairs])

    return {
        "program": case.program, "threads": case.threads, **asdict(case.settings),
        "version": first["version"], "flags": first["flags"], "simd": first.get("simd"),
        "raw_words": raw[0] * epochs, "trained_words": trained * epochs,
        "train_seconds": train,
        "read_seconds": spread([run["read"] for run in results]),
        "reading_mb_per_second": spread([text_bytes / run["read"] / 1e6 for run in results]),
        "raw_words_per_second": _per_second(raw[0] * epochs, train),
        "trained_words_per_second": _per_second(trained * epochs, train),
        "training_ratio": ratio("train"),
        "total_seconds": spread([run["total"] for run in results]) if whole else None,
        "end_to_end_ratio": ratio("total") if whole else None,
        "peak_bytes": median(peaks) if peaks else None,
    }  # fmt: skip


def _per_second(words: int, seconds: Mapping[str, float]) -> dict[str, float]:
    return {
        "median": words / seconds["median"], "low": words / seconds["high"], "high": words / seconds["low"]
    }  # fmt: skip


def show(figure: Mapping[str, float] | None, scale: float = 1.0, unit: str = "") -> str:
    """``median (low-high)``, divided by ``scale``.

    Examples
    --------
    >>> from fastvec.benchmark.rounds import show
    >>> show({"median": 3.1e6, "low": 3.0e6, "high": 3.15e6}, 1e6)
    '3.10 (3.00-3.15)'
    """
    if figure is None:
        return "-"
    middle, low, high = (_short(figure[key] / scale) for key in ("median", "low", "high"))
    return f"{middle}{unit} ({low}-{high})"


def _short(value: float) -> str:
    decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 4
    return f"{value:.{decimals}f}"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Lines of aligned columns: the first to the left, the others to the right; the first row is the header.

    Examples
    --------
    >>> from fastvec.benchmark.rounds import table
    >>> print(table([["program", "s"], ["gensim", "12"]]))
    program   s
    gensim   12
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        numbers = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        cells = [row[0].ljust(widths[0]), *numbers]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def machine() -> dict[str, Any]:
    """The processor, its usable cores, the instruction set of the kernels, and the versions at work.

    Examples
    --------
    >>> from fastvec.benchmark.rounds import machine
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


def plain_text(path: str | os.PathLike[str], folder: Path, max_bytes: int | None = None) -> Path:
    """An uncompressed text of at most ``max_bytes``, cut at a line end: a copy in ``folder``.

    Raises
    ------
    StorageError, FormatError
        As :func:`fastvec.io.files.open_decompressed`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from fastvec.benchmark.rounds import plain_text
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     whole = Path(folder, "whole.txt")
    ...     _ = whole.write_text("one\\ntwo\\nthree\\n")
    ...     plain_text(whole, Path(folder), max_bytes=9).read_text()
    'one\\ntwo\\n'
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
