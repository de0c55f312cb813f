"""Cases in interleaved rounds, and their figures."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass

from programs import INSTALL, Settings, measure, parse_program

from fastvec.benchmark import figures
from fastvec.errors import TrainingError


@dataclass(frozen=True)
class Case:
    """One program in one setting: a row of a table."""

    program: str
    threads: int
    settings: Settings


def run_rounds(cases, text, *, rounds, folder, on_run=None):
    """Run every case, then every case again, ``rounds`` times, so that noise of the machine hits all alike.

    ``on_run`` gets the case, the round from 1, and the result with the file of vectors as ``vectors``. Returns the
    results of each case by round, and the last line of each rival that failed, which is not run again. A failure
    of fastvec raises TrainingError.
    """
    results = {case: [] for case in cases}  # a case that is named twice is one
    failures = {}
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


def summarise(case, results, baseline, text_bytes):
    """Return the figures of a case; rivals have the tokens of ``baseline``, fastvec's runs in the same setting."""
    first = results[0]
    amounts = [{name: run[name] for name in ("raw_tokens", "trained_tokens")} for run in baseline]
    runs = [{**known, **run} for known, run in zip(amounts, results, strict=True)]
    return {
        "program": case.program, "threads": case.threads, **asdict(case.settings),
        "version": first["version"], "flags": first["flags"],
        **figures.summarise(runs, baseline, text_bytes, case.settings.epochs),
    }  # fmt: skip
