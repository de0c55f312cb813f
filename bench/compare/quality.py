"""Quality of the vectors of several programs over seeds: analogies, word similarity, differences of means.

    python bench/compare/quality.py TEXT --programs fastvec fastvec:pair gensim --seeds 1 2 3 4 5 \\
        --on questions-words.txt EN-*.txt --results quality.jsonl

Each finished run is a line of --results and is not repeated, so an interrupted study can be resumed (a new version
of a program needs a new file). NAME*3 is the first three seeds only. One thread is the default: a seed then gives
the same vectors every time, and gensim's learning rate falls as it should (in corpus_file mode on T threads it
falls by 1/T of its range in an epoch and then jumps).
"""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from statistics import mean, stdev

import common
from programs import measure, parse_program

from fastvec.benchmark.figures import plain_text, table


def arguments():
    made = common.parser(__doc__.splitlines()[0])
    made.add_argument("--programs", nargs="+", default=["fastvec", "fastvec:pair*3", "gensim*3"])
    made.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3, 4, 5])
    made.add_argument("--threads", type=int, default=1)
    made.add_argument(
        "--baselines", nargs="+", default=["gensim", "fastvec:pair"], help="for differences of means"
    )
    common.add_test_sets(made, required=True)
    common.add_results(made)
    made.add_argument("--figures", nargs="+", help="the scores to print, by name; default: all")
    common.add_settings(made, leave_out=["seed"])
    made.set_defaults(epochs=5)
    return made.parse_args()


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="fastvec-quality-") as name:
        folder = Path(name)
        text = plain_text(args.text, folder, args.bytes)
        origin = {"text": args.text.name, "bytes": text.stat().st_size, "threads": args.threads}
        origin["on"] = [path.name for path in args.on]
        wanted = [{**origin, "program": program, **asdict(settings)} for program, settings in plan(args)]
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
    scores = common.score(vectors, args.on)
    kept = {name: result.get(name) for name in ("version", "simd", "train")}
    return {**kept, "scores": scores}


def print_study(found, args):
    scores = {}  # program -> figures[seed, figure]
    names = args.figures or list(found[0]["scores"])
    rows = [["program", *names]]
    for line in found:
        figures = [line["scores"][figure] for figure in names]
        scores.setdefault(line["program"], []).append(figures)
        rows.append([f"{line['program']} seed {line['seed']}", *(f"{value:.1f}" for value in figures)])
    means = {program: [mean(column) for column in zip(*runs, strict=True)] for program, runs in scores.items()}
    for program, runs in scores.items():
        rows.append([f"{program} mean of {len(runs)}", *(f"{value:.2f}" for value in means[program])])
        if len(runs) > 1:
            spreads = [stdev(column) for column in zip(*runs, strict=True)]
            rows.append([f"{program} standard deviation", *(f"{value:.2f}" for value in spreads)])
    for base in args.baselines:
        for program in [name for name in means if base in means and name != base]:
            gaps = [ours - theirs for ours, theirs in zip(means[program], means[base], strict=True)]
            rows.append([f"{program} less {base}", *(f"{gap:+.2f}" for gap in gaps)])
    print(table(rows))


if __name__ == "__main__":
    main()
