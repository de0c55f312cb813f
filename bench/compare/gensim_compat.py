"""The same script with gensim's import and with fastvec.gensim_compat's: Word2Vec(sentences), on lists of lists.

    python bench/compare/gensim_compat.py TEXT --bytes 20000000 --threads 1 2 --rounds 3

Timed is the constructor: vocabulary and training. Beside them run fastvec's own calls, Corpus.from_text(sentences)
and train(corpus): what the face costs over these. Every run is a fresh process that reads the text first, and the
rounds are interleaved. Seconds are those of the clock; "core" are those of all cores together, which other work on
the machine changes less.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from importlib import import_module
from itertools import product

import common

from fastvec.benchmark.figures import machine, machine_lines, table

PROGRAMS = ("gensim", "face", "fastvec")
MODELS = {"skip-gram": 1, "CBOW": 0}


def sentences_of(path, n_bytes):
    with open(path, "rb") as file:
        data = file.read(n_bytes or -1)
    return [line.split() for line in data.decode("utf-8", "replace").split("\n")]


def gensims(module, sentences, sg, threads, epochs):
    return len(module.Word2Vec(sentences, sg=sg, workers=threads, epochs=epochs).wv)


def own(fv, sentences, sg, threads, epochs):
    corpus = fv.Corpus.from_text(sentences, threads=threads)
    trainer = (fv.SkipGram if sg else fv.CBOW)(learning_rate=0.025, epochs=epochs)
    return len(trainer.train(corpus, threads=threads))


def work(args):
    """One run, in a process of its own."""
    program, sg, threads = args.run[0], int(args.run[1]), int(args.run[2])
    sentences = sentences_of(args.text, args.bytes)
    modules = {"gensim": "gensim.models", "face": "fastvec.gensim_compat"}
    module = import_module(modules.get(program, "fastvec"))
    [getattr(module, name) for name in ("Word2Vec", "Corpus", "SkipGram", "CBOW") if hasattr(module, name)]
    began = time.perf_counter(), time.process_time()
    if program == "fastvec":
        words = own(module, sentences, sg, threads, args.epochs)
    else:
        words = gensims(module, sentences, sg, threads, args.epochs)
    print(json.dumps([time.perf_counter() - began[0], time.process_time() - began[1], words]))


def run(args, program, sg, threads):
    command = [sys.executable, __file__, str(args.text), "--epochs", str(args.epochs)]
    command += ["--bytes", str(args.bytes)] if args.bytes else []
    done = subprocess.run(
        [*command, "--run", program, str(sg), str(threads)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def ratios(times, other, program, which):
    """Return the median, the least and the greatest ratio of two programs' times in the same round."""
    found = sorted(a[which] / b[which] for a, b in zip(times[other], times[program], strict=True))
    return f"{statistics.median(found):.2f} ({found[0]:.2f} to {found[-1]:.2f})"


def main():
    made = common.parser(__doc__.splitlines()[0])
    made.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    made.add_argument("--models", nargs="+", choices=MODELS, default=[*MODELS])
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--epochs", type=int, default=5)
    made.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    args = made.parse_args()
    if args.run:
        work(args)
        return
    print(machine_lines(machine()))
    rows = []
    for model, threads in product(args.models, args.threads):
        times = {program: [] for program in PROGRAMS}
        for _, program in product(range(args.rounds), PROGRAMS):
            times[program].append(run(args, program, MODELS[model], threads))
        assert len({result[2] for results in times.values() for result in results}) == 1, "another vocabulary"
        seconds = [f"{statistics.median(result[0] for result in times[program]):.1f}" for program in PROGRAMS]
        beside = [ratios(times, "gensim", "face", which) for which in (0, 1)]
        cost = [ratios(times, "face", "fastvec", which) for which in (0, 1)]
        rows.append([model, str(threads), *seconds, *beside, *cost])
        print(*rows[-1], file=sys.stderr, flush=True)
    header = ["model", "threads", "gensim, s", "face, s", "fastvec, s"]
    header += ["gensim / face", "the same, core", "face / fastvec", "the same, core"]
    print(table([header, *rows]))


if __name__ == "__main__":
    main()
