"""Speed and memory of fastvec and other programs: the same text, the same settings, one run after the other.

    python bench/compare/run.py TEXT --threads 1 2 --rounds 3 --epochs 1

Every run is a fresh process, and the rounds are interleaved. Ratios are wall time divided by that of the first
fastvec program of --programs on the same threads in the same round. programs.py lists the programs and their
options.
"""

import dataclasses
import json
import re
import shutil
import tempfile
from itertools import product
from pathlib import Path

import common
import programs
from rounds import Case, run_rounds, summarise

from fastvec.benchmark.figures import machine, machine_lines, plain_text, show, spread, table

NOTES = """\
Raw tokens are counted before subsampling (as word2vec.c and fastText do), trained tokens after it (as gensim
does); both are computed from the vocabulary and are the same for all programs. Training is the time of train() in
gensim and in fastvec (with its loss). word2vec.c and fastText do not report it: it is the time of the whole run
minus that of a run that only reads (word2vec.c: including saving). Text file to saved vectors is without imports;
fastText saves both matrices. word2vec.c and fastText have no min_learning_rate and no seed here. fastText draws
negatives by count^0.5 (the others ^0.75), trains the line end as a word, and on T threads draws T tenths of its
input rows at random and leaves the rest zero. In gensim's corpus_file mode on T threads the learning rate falls by
1/T of its range in an epoch and then jumps, so its vectors differ somewhat from those of one thread."""


def arguments():
    made = common.parser(__doc__.splitlines()[0])
    made.add_argument("--programs", nargs="+", default=["fastvec", "fastvec:pair", *programs.INSTALL])
    made.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--epochs", nargs="+", type=int, default=[1])
    common.add_settings(made, leave_out=["epochs"])
    common.add_test_sets(made)  # for the vectors of round 1
    made.add_argument("--save-vectors", type=Path, help="a folder for the vectors of round 1")
    made.add_argument("--json", type=Path, help="a file for every figure and every run")
    args = made.parse_args()
    names = [programs.parse_program(program)[0] for program in args.programs]
    if "fastvec" not in names or "bare" in names:
        made.error("--programs: expected fastvec (the baseline of the ratios) and other programs, not bare")
    if args.rounds < 1:
        made.error("--rounds: expected at least 1")
    return args


def main():
    args = arguments()
    report = {
        "machine": {**machine(), "source": common.git_describe()},
        "not installed": {program: how for program in args.programs if (how := programs.missing(program))},
    }
    print_report(report, args)
    present = [program for program in args.programs if program not in report["not installed"]]
    cases = [
        Case(program, threads, common.settings_from(args, epochs=epochs))
        for epochs, program, threads in product(args.epochs, present, args.threads)
    ]
    keeper = Keeper(args)
    with tempfile.TemporaryDirectory(prefix="fastvec-compare-") as name:
        folder = Path(name)
        text = plain_text(args.text, folder, args.bytes)
        report["text"] = {"name": args.text.name, "bytes": text.stat().st_size}
        report["bare"] = programs.measure("bare", text, cases[0].settings, threads=1, save="")["peak"]
        results, report["failed"] = run_rounds(cases, text, rounds=args.rounds, folder=folder, on_run=keeper)
    report["failed"] = sorted(set(report["failed"].values()))
    report["rows"] = rows = summaries(results, report)
    report["scores"] = keeper.scores
    print_tables(rows, report)
    if args.json:
        runs = [{**dataclasses.asdict(case), "runs": found} for case, found in results.items()]
        args.json.write_text(json.dumps({**report, "runs": runs}, indent=1) + "\n")


class Keeper:
    """Scores and keeps the vectors of the first round."""

    def __init__(self, args):
        self.on, self.folder, self.scores = args.on, args.save_vectors, {}

    def __call__(self, case, number, result):
        if number > 1:
            return
        name = f"{case.program} epochs={case.settings.epochs} threads={case.threads}"
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(result["vectors"], self.folder / (re.sub("[^a-zA-Z0-9]+", "-", name) + ".bin"))
        if self.on:
            self.scores[name] = common.score(result["vectors"], self.on)


def summaries(results, report):
    baselines = {}
    for case, runs in results.items():
        if programs.parse_program(case.program)[0] == "fastvec":
            baselines.setdefault((case.threads, case.settings), runs)
    rows = []
    for case, runs in results.items():
        row = summarise(case, runs, baselines[case.threads, case.settings], report["text"]["bytes"])
        alone = results.get(dataclasses.replace(case, threads=1))
        row["speedup"] = speedup(alone, runs) if alone else None
        peak = row["peak_bytes"]
        row["peak_above_bare"] = None if peak is None else peak - report["bare"]
        rows.append(row)
    return rows


def speedup(alone, runs):
    return spread([one["train"] / more["train"] for one, more in zip(alone, runs, strict=True)])


def print_report(report, args):
    print(machine_lines(report["machine"]))
    for program, how in report["not installed"].items():
        print(f"not installed: {program}; to compare: {how}")
    given = dataclasses.asdict(common.settings_from(args))
    given.pop("epochs")
    print(", ".join(f"{name} {value}" for name, value in given.items()), flush=True)


def print_tables(rows, report):
    text = report["text"]
    print(f"{text['name']}: {text['bytes'] / 1e6:.1f} MB; median (low-high) of the rounds")
    for epochs in sorted({row["epochs"] for row in rows}):
        some = [row for row in rows if row["epochs"] == epochs]
        tokens = f"{some[0]['raw_tokens']:,} raw tokens, {some[0]['trained_tokens']:,} trained"
        print(f"\nTraining, epochs={epochs}: {tokens}\n{columns(TRAINING, some)}")
        print(f"\nText file to saved vectors, epochs={epochs}\n{columns(END_TO_END, some)}")
    if report["scores"]:
        names = list(next(iter(report["scores"].values())))
        lines = [[who, *(f"{found[name]:.1f}" for name in names)] for who, found in report["scores"].items()]
        print("\nQuality, round 1\n" + table([["vectors", *names], *lines]))
    builds = {(row["program"], row["version"], row["flags"]) for row in rows}
    print("\n" + "\n".join(f"{program} {version}: {flags}" for program, version, flags in sorted(builds)))
    print("".join(f"failed: {message}\n" for message in report["failed"]) + NOTES)


def columns(shown, rows):
    return table([list(shown), *([cell(row) for cell in shown.values()] for row in rows)])


def megabytes(number):
    return "-" if number is None else f"{number / 1e6:.0f}"


TRAINING = {
    "program": lambda row: row["program"],
    "threads": lambda row: str(row["threads"]),
    "seconds": lambda row: show(row["train_seconds"]),
    "M raw tokens/s": lambda row: show(row["raw_tokens_per_second"], 1e6),
    "M trained tokens/s": lambda row: show(row["trained_tokens_per_second"], 1e6),
    "time / fastvec's": lambda row: show(row["training_ratio"]),
    "1 thread's time / its": lambda row: show(row["speedup"]),
}
END_TO_END = {
    "program": lambda row: row["program"],
    "threads": lambda row: str(row["threads"]),
    "seconds": lambda row: show(row["total_seconds"]),
    "reading MB/s": lambda row: show(row["reading_mb_per_second"]),
    "time / fastvec's": lambda row: show(row["end_to_end_ratio"]),
    "peak MB": lambda row: megabytes(row["peak_bytes"]),
    "above import numpy": lambda row: megabytes(row["peak_above_bare"]),
}


if __name__ == "__main__":
    main()
