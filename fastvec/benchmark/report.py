"""The measurement of ``fastvec bench``: how fast fastvec reads and trains on this machine."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple, TextIO

from fastvec.benchmark.figures import Summary, machine, machine_lines, plain_text, show, summarise, table
from fastvec.benchmark.worker import Run, in_fresh_process
from fastvec.checks.numbers import whole
from fastvec.errors import SettingError
from fastvec.kernels.simd import available_levels, simd_level
from fastvec.running.workers import resolve_threads

MAX_BYTES = 50_000_000  # of the text: plain C needs 10 s a round for it
REFERENCE_TOKENS = 20_000  # the NumPy reference trains on these alone: its rate does not depend on how many
NUMPY = "NumPy reference"
NOTES = """\
raw tokens: before subsampling (as word2vec.c counts); trained tokens: after it (as gensim counts)
to compare with gensim, word2vec.c and fastText: python bench/compare/run.py TEXT, in fastvec's source"""


class Case(NamedTuple):
    """A row of the table: an instruction set or the NumPy reference, on some threads."""

    kernel: str
    threads: int


def run(
    text_path: str | os.PathLike[str] | None = None,
    *,
    threads: Sequence[int] | None = None,
    rounds: int = 3,
    as_json: bool = False,
    out: TextIO | None = None,
) -> int:
    """Measure reading and training: threads, instruction sets, and the NumPy reference.

    Every run is a fresh process. The rounds are interleaved, so that noise of the machine hits all cases alike.

    Parameters
    ----------
    text_path : path, optional
        A text file, compressed or not; its first 50 MB are used. By default the text of the demo.
    threads : list of int, optional
        Numbers of threads; by default 1 and all usable cores.
    rounds : int
        How often each case runs; medians and ranges are over these.
    as_json : bool
        Print one JSON object instead of the table.
    out : text stream, optional
        Where results go, by default standard output. Progress goes to standard error.

    Returns
    -------
    int
        The exit code, 0.

    Raises
    ------
    SettingError
        If ``rounds`` or a number of threads is below 1, or the text is an encoded corpus.
    StorageError, FormatError
        If the text cannot be read.
    TrainingError
        If a run fails.

    Examples
    --------
    >>> import fastvec.benchmark
    >>> fastvec.benchmark.run(rounds=0)
    Traceback (most recent call last):
    ...
    fastvec.errors.SettingError: rounds: expected a whole number of at least 1, got 0
    """
    counts = sorted({resolve_threads(count) for count in threads or (1, None)})
    whole("rounds", rounds, 1)
    if text_path is not None and Path(text_path).suffix == ".fvc":
        raise SettingError(field="text", expected="a text", got=os.fspath(text_path), hint="reading is timed")
    cases = _cases(counts)
    with tempfile.TemporaryDirectory(prefix="fastvec-bench-") as name:
        folder = Path(name)
        text = _demo_text(folder) if text_path is None else plain_text(text_path, folder, MAX_BYTES)
        rows = _measure(cases, text, rounds)
        size = text.stat().st_size
    named = "the demo's" if text_path is None else os.fspath(text_path)
    if as_json:
        shown = [{**case._asdict(), **row} for case, row in zip(cases, rows, strict=True)]
        report = {"machine": machine(), "text": named, "bytes": size, "rounds": rounds, "rows": shown}
        print(json.dumps(report, indent=2), file=out or sys.stdout)
    else:
        what = f"{size / 1e6:.1f} MB, {rows[0]['raw_tokens']:,} tokens; SkipGram(epochs=1)"
        head = f"{machine_lines(machine())}\ntext: {named}, {what}; median (low-high) of the rounds: {rounds}"
        print(f"{head}\n\n{_table(cases, rows)}\n\n{NOTES}", file=out or sys.stdout)
    return 0


def _demo_text(folder: Path) -> Path:
    from fastvec.datasets import demo_corpus

    path = folder / "demo.txt"
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(f"{sentence}\n" for sentence in demo_corpus(seed=1).sentences)
    return path


def _cases(counts: Sequence[int]) -> list[Case]:
    """Return the cases; the best instruction set on one thread is always there, for the reference's ratio."""
    best = simd_level()
    cases = [Case(best, count) for count in sorted({1, *counts})]
    cases += [Case(level, counts[0]) for level in available_levels() if level != best]
    return [*cases, Case(NUMPY, 1)]


def _measure(cases: Sequence[Case], text: Path, rounds: int) -> list[Summary]:
    runs: dict[Case, list[Run]] = {case: [] for case in cases}
    for number, case in product(range(1, rounds + 1), cases):
        runs[case].append(_measure_once(case, text))
        print(f"round {number}/{rounds}: {case.kernel}, threads {case.threads}", file=sys.stderr)
    size = text.stat().st_size
    return [summarise(runs[case], runs[Case(simd_level(), case.threads)], size) for case in cases]


def _measure_once(case: Case, text: Path) -> Run:
    request = {"text": str(text), "save": str(text.with_name("vectors.bin")), "threads": case.threads}
    if case.kernel == NUMPY:
        env, request = {}, {**request, "backend": "numpy", "tokens": REFERENCE_TOKENS}
    else:
        env = {"FASTVEC_SIMD": case.kernel}
    # -P: a checkout in the current folder must not hide the installed package
    program = ["-P", "-m", "fastvec.benchmark.worker", json.dumps(request)]
    found: Run = json.loads(in_fresh_process(program, case.threads, env))
    return found


def _table(cases: Sequence[Case], rows: Sequence[Summary]) -> str:
    columns: dict[str, Callable[[Summary], str]] = {
        "reading MB/s": lambda row: show(row["reading_mb_per_second"]),
        "M raw tokens/s": lambda row: show(row["raw_tokens_per_second"], 1e6),
        "M trained": lambda row: f"{row['trained_tokens_per_second']['median'] / 1e6:.2f}",
        f"time / {simd_level()}'s": lambda row: show(row["training_ratio"]),
        "text to vectors, s": lambda row: show(row["total_seconds"]),
    }
    lines = [["kernel", "threads", *columns]]
    for case, row in zip(cases, rows, strict=True):
        lines.append([case.kernel, str(case.threads), *(cell(row) for cell in columns.values())])
    return table(lines)
