"""Scores against seconds: many settings, over seeds, on several test sets, beside other programs.

    python bench/compare/frontier.py TEXT --results frontier.jsonl --on questions-words.txt EN-WS-353-ALL.txt ...
    python bench/compare/frontier.py TEXT --results frontier.jsonl --on ... --seconds 3 --only SkipGram CBOW
    python bench/compare/frontier_report.py frontier.jsonl --plot frontier.svg

Each finished run is a line of --results and is not repeated, so an interrupted study can be resumed. One training
gives the scores of several views of its vectors. Scores may be taken on a machine that does other work; --seconds
trains N times for the seconds alone, which the report then prefers. They are those of train() on an encoded
corpus, for GloVe and PPMISVD with those of counting; for other programs without reading the text.
"""

import json
import os
import tempfile
import time
from pathlib import Path
from statistics import mean

import common
from frontier_settings import PARTS, SETTINGS
from programs import Settings, measure

import fastvec as fv
from fastvec.benchmark.figures import machine, plain_text


def train(setting, corpus, seed, threads):
    """Return the vectors, and the seconds that they took."""
    began = time.perf_counter()
    if setting.trainer in (fv.GloVe, fv.PPMISVD):
        data = fv.count_cooccurrences(corpus, window=setting.window, threads=threads)
    else:
        data = corpus
    vectors = setting.trainer(**setting.given, seed=seed).train(data, threads=threads)
    return vectors, time.perf_counter() - began


def run_rival(setting, text, seed, threads, folder, paths):
    path, program = Path(folder, "vectors"), setting.trainer
    if where := paths.get(program.partition(":")[0]):
        program += f":path={where}"
    found = measure(program, text, Settings(**setting.given, seed=seed), threads=threads, save=path)
    return fv.WordVectors.load(path), found["train"]


def paths_of(args):
    """Return where the programs lie that no package installs."""
    return {"koan": args.koan, "glove": args.glove}


def view(vectors, name):
    """Return the vectors that ``combine`` and a transform make: ``"sum centred"``."""
    combine, _, transform = name.partition(" ")
    if vectors.word_vectors is not None:  # PPMISVD has one matrix
        vectors = vectors.combined(combine)
    if transform == "centred":
        return vectors.centred()
    return vectors.without_top(int(transform[len("without_top(") : -1])) if transform else vectors


def plan(args):
    """Yield the names of settings and seeds, seed by seed, so that a study that is cut off has some of each."""
    for seed in range(1, args.seeds + 1):
        for name in args.only:
            if seed <= SETTINGS[name].seeds:
                yield name, seed


def run(name, seed, corpus, text, args):
    """Train once; return a line of the results."""
    setting = SETTINGS[name]
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    with tempfile.TemporaryDirectory(prefix="fastvec-frontier-") as folder:
        if setting.is_rival:
            vectors, seconds = run_rival(setting, text, seed, args.threads, folder, paths_of(args))
            views = {"word": vectors}
        else:
            vectors, seconds = train(setting, corpus, seed, args.threads)
            views = {each: view(vectors, each) for each in setting.views}
        line = {"setting": name, "seed": seed, "seconds": seconds, "load": load}
        if not args.seconds:
            line["scores"] = {each: common.score(found, args.on) for each, found in views.items()}
    return line


def done(args, name, seed):
    """Return how many lines of the results are this run."""
    if not args.results.exists():
        return 0
    lines = map(json.loads, args.results.read_text().splitlines())
    wanted = {"text": args.text.name, "setting": name, "seed": seed, "threads": args.threads}
    return sum(wanted.items() <= line.items() and ("scores" not in line) == bool(args.seconds) for line in lines)


def arguments():
    made = common.parser(__doc__.splitlines()[0])
    common.add_test_sets(made, required=True)
    common.add_results(made)
    made.add_argument("--seeds", type=int, default=5, help="at most; some settings have fewer")
    made.add_argument("--threads", type=int, default=2)
    made.add_argument("--seconds", type=int, default=0, metavar="N", help="only time, N rounds; no scores")
    made.add_argument("--main", action="store_true", help="only the settings that are compared on every text")
    made.add_argument("--koan", metavar="FILE", help="your build of koan")
    made.add_argument("--glove", metavar="FOLDER", help="of GloVe's C programs")
    made.add_argument("--only", nargs="+", choices=SETTINGS, metavar="SETTING", default=[*SETTINGS])
    args = made.parse_args()
    absent = tuple(f"{name}:" for name, path in paths_of(args).items() if path is None)
    args.only = [name for name in args.only if not str(SETTINGS[name].trainer).startswith(absent)]
    if args.main:
        args.only = [name for name in args.only if SETTINGS[name].main]
    return args


def main():
    args = arguments()
    rounds = [(name, 1) for _ in range(args.seconds) for name in args.only] if args.seconds else plan(args)
    with tempfile.TemporaryDirectory(prefix="fastvec-frontier-") as folder:
        text = plain_text(args.text, Path(folder), args.bytes)
        corpus = fv.Corpus.from_text(text)
        for name, seed in rounds:
            if done(args, name, seed) >= max(args.seconds, 1):
                continue
            line = {"text": args.text.name, "threads": args.threads, **run(name, seed, corpus, text, args)}
            line["processor"] = machine()["processor"]
            with open(args.results, "a") as file:
                file.write(json.dumps(line) + "\n")
            print(f"{name} seed {seed}: {line['seconds']:.1f} s", *_short(line.get("scores", {})), flush=True)


def _short(scores):
    whole = {
        view: [value for test, value in values.items() if test not in PARTS] for view, values in scores.items()
    }
    return [f"{view} {mean(values):.1f}" for view, values in whole.items()]


if __name__ == "__main__":
    main()
