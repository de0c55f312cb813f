"""Programs times seeds, scored on analogies and word similarity, and the differences of their means.

    python bench/compare/quality.py TEXT --programs fastvec fastvec:pair gensim --seeds 1 2 3 4 5 \\
        --scorer "python evalvec.py" --results quality.jsonl

Each finished run is a line of --results, and a run that stands there is not repeated: an interrupted study goes on
where it was (a new version of a program wants a new file). NAME*3 is the first three seeds only. Programs without seeds run as often all the same: two or more
threads differ from run to run.
"""

import dataclasses
import json
import tempfile
from pathlib import Path
from statistics import mean, stdev

import common

from fastvec.benchmark.programs import measure, parse_program
from fastvec.benchmark.rounds import plain_text, table

FIGURES = [
    "analogy_all", "analogy_sem", "analogy_syn", "WS-353-ALL", "MEN-TR-3k", "SIMLEX-999", "RW-STANFORD", "MTurk-771",
]  # fmt: skip


def arguments():
    made = common.parser("a quality study over seeds")
    made.add_argument("--programs", nargs="+", default=["fastvec", "fastvec:pair*3", "gensim*3"], metavar="NAME[:OPTION][*N]")
    made.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3, 4, 5])
    made.add_argument("--threads", type=int, default=2)
    made.add_argument("--baselines", nargs="+", default=["gensim", "fastvec:pair"], help="what the others' means are compared with")
    made.add_argument("--scorer", required=True, help="a command that gets a file of vectors and prints name=value")
    made.add_argument("--results", type=Path, required=True, help="JSON lines, read first and appended to")
    made.add_argument("--figures", nargs="+", default=FIGURES)
    common.add_settings(made, leave_out=["seed"])
    made.set_defaults(epochs=5)
    return made.parse_args()


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="fastvec-quality-") as name:
        folder = Path(name)
        text = plain_text(args.text, folder, args.bytes)
        origin = {"text": args.text.name, "bytes": text.stat().st_size, "threads": args.threads}
        wanted = [{**origin, "program": program, **dataclasses.asdict(settings)} for program, settings in plan(args)]
        for key in wanted:
            if find(args.results, key) is None:
                append(args.results, {**key, **train_and_score(key, text, folder, args)})
    found = [find(args.results, key) for key in wanted]
    print_study(found, args)


def plan(args):
    for program in args.programs:
        program, _, first = program.partition("*")
        parse_program(program)
        for seed in args.seeds[: int(first) if first else None]:
            yield program, common.settings_from(args, seed=seed)


def find(results, key):
    if not results.exists():
        return None
    lines = map(json.loads, results.read_text().splitlines())
    return next((line for line in lines if key.items() <= line.items()), None)


def append(results, line):
    with open(results, "a") as file:
        file.write(json.dumps(line) + "\n")
    print(f"{line['program']} seed {line['seed']}: {line['train']:.1f} s, {line['scores']}", flush=True)


def train_and_score(key, text, folder, args):
    vectors = folder / "vectors.bin"
    settings = common.settings_from(args, seed=key["seed"])
    result = measure(key["program"], text, settings, threads=args.threads, save=vectors)
    scores = common.score(args.scorer, vectors)
    return {"version": result["version"], "simd": result.get("simd"), "train": result["train"], "scores": scores}


def print_study(found, args):
    programs = list(dict.fromkeys(line["program"] for line in found))
    scores = {
        program: {
            figure: [line["scores"][figure] for line in found if line["program"] == program] for figure in args.figures
        }
        for program in programs
    }
    rows = [["program", *args.figures]]
    for line in found:
        rows.append([f"{line['program']} seed {line['seed']}", *(f"{line['scores'][figure]:.1f}" for figure in args.figures)])
    for program, figures in scores.items():
        rows.append([f"{program} mean of {len(figures[args.figures[0]])}", *(f"{mean(values):.2f}" for values in figures.values())])
    for program, figures in scores.items():
        if all(len(values) > 1 for values in figures.values()):
            rows.append([f"{program} standard deviation", *(f"{stdev(values):.2f}" for values in figures.values())])
    for base in args.baselines:
        if base in scores:
            rows += [differences(program, base, scores) for program in programs if program != base]
    print(table(rows))


def differences(program, base, scores):
    gaps = [mean(values) - mean(scores[base][figure]) for figure, values in scores[program].items()]
    return [f"{program} less {base}", *(f"{gap:+.2f}" for gap in gaps)]


if __name__ == "__main__":
    main()
