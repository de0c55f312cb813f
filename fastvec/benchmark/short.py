"""The short comparison: how fast fastvec reads and trains here, beside the other programs at hand."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from fastvec.benchmark.programs import INSTALL, Settings, missing
from fastvec.benchmark.rounds import Case, machine, plain_text, run_rounds, show, summarise, table
from fastvec.checks.numbers import whole
from fastvec.errors import SettingError
from fastvec.io.decompression import MAGIC
from fastvec.kernels.simd import available_levels, simd_level
from fastvec.running.workers import resolve_threads

MAX_BYTES = 50_000_000  # of the corpus: the slowest program needs half a minute a round for it
REFERENCE_WORDS = 20_000  # NumPy trains on these alone: its words/s do not depend on how many


def run(
    corpus_path: str | os.PathLike[str] | None = None,
    *,
    threads: list[int] | None = None,
    rounds: int = 3,
    as_json: bool = False,
    out: TextIO | None = None,
) -> int:
    """Measure reading and training here, beside the NumPy reference and whichever rivals are installed.

    Parameters
    ----------
    corpus_path : path, optional
        A text file, compressed or not; its first 50 MB are used. Without one, the demo's corpus.
    threads : list of int, optional
        Thread counts to measure; by default 1 and all usable cores.
    rounds : int
        How often each program runs; medians and ranges are over these.
    as_json : bool
        Print one JSON object instead of the table.
    out : text stream, optional
        Where results go, standard output by default. What runs is told on standard error.

    Returns
    -------
    int
        0: for an exit code.

    Raises
    ------
    SettingError
        ``rounds`` or a thread count is below 1, or the corpus is an encoded one (rivals need its text).
    StorageError, FormatError
        The corpus cannot be read.
    TrainingError
        fastvec itself failed; a rival that fails is a line of the report.

    Examples
    --------
    >>> import fastvec.benchmark
    >>> fastvec.benchmark.run(rounds=0)
    Traceback (most recent call last):
    ...
    fastvec.errors.SettingError: rounds: expected a whole number of at least 1, got 0
    """
    counts = [resolve_threads(count) for count in threads] if threads else sorted({1, resolve_threads(None)})
    whole("rounds", rounds, 1)
    with tempfile.TemporaryDirectory(prefix="fastvec-bench-") as name:
        folder = Path(name)
        text = _demo_text(folder) if corpus_path is None else _piece(corpus_path, folder)
        report = _measure(text, counts, rounds, folder)
    report["corpus"] = "the demo's" if corpus_path is None else os.fspath(corpus_path)
    print(json.dumps(report, indent=2) if as_json else _as_text(report), file=out or sys.stdout)
    return 0


def _demo_text(folder: Path) -> Path:
    from fastvec.datasets import demo_corpus

    path = folder / "demo.txt"
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(f"{sentence}\n" for sentence in demo_corpus(seed=1).sentences)
    return path


def _piece(path: str | os.PathLike[str], folder: Path) -> Path:
    if Path(path).suffix == ".fvc":
        raise SettingError(
            f"{path}: is an encoded corpus; give its text, which the other programs can read too",
            field="corpus_path", expected=["text", *MAGIC], got=".fvc",
        )  # fmt: skip
    return plain_text(path, folder, MAX_BYTES)


def _measure(text: Path, counts: list[int], rounds: int, folder: Path) -> dict[str, Any]:
    settings = Settings()
    fewest = min(counts)
    other_levels = [level for level in available_levels() if level != simd_level()]
    rivals = [name for name in INSTALL if missing(name) is None]
    cases = [
        *(Case("fastvec", count, settings) for count in counts),
        *(Case(f"fastvec:simd={level}", fewest, settings) for level in other_levels),
        Case(f"fastvec:numpy:words={REFERENCE_WORDS}", 1, settings),
        *(Case(name, count, settings) for name in rivals for count in counts),
    ]
    if fewest != 1:  # what the reference is compared with
        cases.insert(0, Case("fastvec", 1, settings))
    results, failures = run_rounds(cases, text, rounds=rounds, folder=folder)
    size = text.stat().st_size
    rows = [
        summarise(case, runs, results[Case("fastvec", case.threads, settings)], size)
        for case, runs in results.items()
    ]  # fmt: skip
    return {
        "machine": machine(), "bytes": size, "rounds": rounds, "rows": rows,
        "failed": sorted(set(failures.values())),
        "not_installed": {name: how for name in INSTALL if (how := missing(name)) is not None},
    }  # fmt: skip


def _as_text(report: dict[str, Any]) -> str:
    here, rows = report["machine"], report["rows"]
    first = rows[0]
    lines = [
        f"fastvec {here['fastvec']} on {here['processor']}, {here['cores']} cores, {here['simd']}",
        f"corpus: {report['corpus']}, {report['bytes'] / 1e6:.1f} MB, {first['raw_words']:,} words",
        f"{first['vector_size']} dimensions, window {first['window']}, {first['negative']} negatives, "
        f"sample {first['sample']}, {first['epochs']} epoch; median (low-high) of {report['rounds']} rounds",
        "",
        table([list(_COLUMNS), *([cell(row) for cell in _COLUMNS.values()] for row in rows)]),
        "",
        "Words are raw, counted before subsampling as in word2vec.c; trained words after it, as in gensim.",
    ]
    lines += [f"failed: {message}" for message in report["failed"]]
    lines += [f"not installed: {name}; to compare: {how}" for name, how in report["not_installed"].items()]
    return "\n".join(lines)


_COLUMNS: dict[str, Callable[[dict[str, Any]], str]] = {
    "program": lambda row: row["program"],
    "threads": lambda row: str(row["threads"]),
    "reading MB/s": lambda row: f"{row['reading_mb_per_second']['median']:.0f}",
    "M words/s": lambda row: show(row["raw_words_per_second"], 1e6),
    "M trained": lambda row: f"{row['trained_words_per_second']['median'] / 1e6:.2f}",
    "text to vectors s": lambda row: f"{row['total_seconds']['median']:.2f}" if row["total_seconds"] else "-",
    "fastvec is faster by": lambda row: show(row["training_ratio"], unit="x"),
}
