"""fastvec beside other people's programs: the same text, the same settings, one run after the other.

    python bench/compare/run.py TEXT --threads 1 2 --rounds 3 --epochs 1

Every run is a process of its own and the rounds are interleaved. Ratios are of wall time, against the first
fastvec program of --programs at the same thread count in the same round. fastvec/benchmark/programs.py says
how each program is run and which options it has.
"""

import dataclasses
import json
import re
import shutil
import tempfile
from itertools import product
from pathlib import Path

import common

from fastvec.benchmark import programs
from fastvec.benchmark.rounds import Case, machine, plain_text, run_rounds, show, spread, summarise, table

NOTES = """\
Raw words are counted before subsampling (word2vec.c, fastText), trained words after it (gensim): both are
worked out from the vocabulary, the same for all. Training: gensim's train(), fastvec's train() with its loss;
word2vec.c and fastText do not tell, so theirs is the whole run less one that only reads (word2vec.c's saving
is in it). End to end: text file to saved vectors, without imports; fastText saves both its matrices.
word2vec.c and fastText have no min_learning_rate and no seed here. fastText draws negatives by count^0.5 (the
others ^0.75), trains the line end as a word, and on T threads starts T tenths of its input rows at random,
the rest at zero. gensim in corpus_file mode on T threads lets its learning rate fall by 1/T of an epoch's due
and then jump, so its vectors are not quite those of one thread."""


def arguments():
    made = common.parser("fastvec beside other people's programs")
    made.add_argument("--programs", nargs="+", default=["fastvec", "fastvec:pair", *programs.INSTALL])
    made.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--epochs", nargs="+", type=int, default=[1])
    common.add_settings(made, leave_out=["epochs"])
    made.add_argument("--scorer", help="a command: gets a file of vectors, prints name=value; for round 1")
    made.add_argument("--save-vectors", type=Path, help="a folder for the vectors of round 1")
    made.add_argument("--json", type=Path, help="a file for every figure and every run")
    args = made.parse_args()
    names = [programs.parse_program(program)[0] for program in args.programs]
    if "fastvec" not in names or "bare" in names:
        made.error("--programs: expected fastvec, which the ratios compare with, and rivals")
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
        self.scorer, self.folder, self.scores = args.scorer, args.save_vectors, {}

    def __call__(self, case, number, result):
        if number > 1:
            return
        name = f"{case.program} epochs={case.settings.epochs} threads={case.threads}"
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(result["vectors"], self.folder / (re.sub("[^a-zA-Z0-9]+", "-", name) + ".bin"))
        if self.scorer:
            self.scores[name] = common.score(self.scorer, result["vectors"])


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
    here = report["machine"]
    print(f"fastvec {here['fastvec']} ({here['source']}), {here['simd']}")
    print(f"{here['processor']}, {here['cores']} cores")
    print(f"{here['system']}, Python {here['python']}, NumPy {here['numpy']}")
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
        words = f"{some[0]['raw_words']:,} raw words, {some[0]['trained_words']:,} trained"
        print(f"\nTraining, epochs={epochs}: {words}\n{columns(TRAINING, some)}")
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
    "M raw words/s": lambda row: show(row["raw_words_per_second"], 1e6),
    "M trained words/s": lambda row: show(row["trained_words_per_second"], 1e6),
    "times fastvec": lambda row: show(row["training_ratio"]),
    "faster than 1 thread": lambda row: show(row["speedup"]),
}
END_TO_END = {
    "program": lambda row: row["program"],
    "threads": lambda row: str(row["threads"]),
    "seconds": lambda row: show(row["total_seconds"]),
    "reading MB/s": lambda row: show(row["reading_mb_per_second"]),
    "times fastvec": lambda row: show(row["end_to_end_ratio"]),
    "peak MB": lambda row: megabytes(row["peak_bytes"]),
    "above bare numpy": lambda row: megabytes(row["peak_above_bare"]),
}


if __name__ == "__main__":
    main()
