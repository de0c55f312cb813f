"""Two builds of fastvec in turn: the CPU time of reading and training with one over that with the other.

``python bench/compare/builds.py ONE OTHER TEXT [--rounds N]``: folders that hold a ``fastvec`` each, built
with ``python setup.py build_clib build_ext --inplace``. Each is a process that stays; they take turns of one
call each on one thread. ``--gather`` compiles and times the reading of tokens alone, where one takes some
nanoseconds: that shows what a check of each token costs, and needs neither a text nor built folders.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

# Older builds call negative_sharing="none" something else.
CHILD = """
import sys, time
import fastvec as fv

def unshared(trainer):
    for name in ("none", "pair", "centre"):
        try:
            return trainer(epochs=1, negative_sharing=name)
        except ValueError:
            pass

made = {
    "text": lambda: None,
    "SGNS": lambda: fv.SkipGram(epochs=1),
    "SGNS-300": lambda: fv.SkipGram(epochs=1, vector_size=300, window=10),
    "CBOW": lambda: fv.CBOW(epochs=1),
    "CBOW-300": lambda: fv.CBOW(epochs=1, vector_size=300),
    "HS": lambda: fv.SkipGram(epochs=1, loss="hierarchical_softmax"),
    "CBOW-HS": lambda: fv.CBOW(epochs=1, loss="hierarchical_softmax"),
    "n-grams": lambda: fv.SkipGram(epochs=1, subwords=fv.Subwords(buckets=20000)),
    "SGNS-none": lambda: unshared(fv.SkipGram),
    "CBOW-none": lambda: unshared(fv.CBOW),
}
path, *jobs = sys.argv[1:]
corpus = fv.Corpus.from_text(path)
trainers = {job: made[job]() for job in jobs}

def run(job):
    if job == "text":
        fv.Corpus.from_text(path, threads=1)
    else:
        trainers[job].train(corpus, threads=1)

for job in jobs:
    run(job)
print("ready", flush=True)
for line in sys.stdin:
    began = time.process_time()
    run(line.strip())
    print(time.process_time() - began, flush=True)
"""
JOBS = ("text", "SGNS", "SGNS-300", "CBOW", "CBOW-300", "HS", "CBOW-HS", "n-grams", "SGNS-none", "CBOW-none")


class Build:
    """A process that runs a job when it is asked to."""

    def __init__(self, folder: str, text: str, jobs: list[str]) -> None:
        # the threads of NumPy's BLAS look for work for a while after each product: CPU time that is nobody's
        env = {
            **os.environ,
            "PYTHONPATH": os.path.abspath(folder),
            "PYTHONSAFEPATH": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD, text, *jobs],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
        )
        if self._answer() != "ready":
            raise SystemExit(f"{folder}: no build of fastvec")

    def seconds(self, job: str) -> float:
        assert self.process.stdin is not None
        self.process.stdin.write(job + "\n")
        self.process.stdin.flush()
        return float(self._answer())

    def _answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


def compare(one: Build, other: Build, job: str, rounds: int) -> str:
    """Return the median of the ratios of the rounds, with 95 % of its resamples."""
    ratios = []
    for number in range(rounds):
        pair = (one, other) if number % 2 else (other, one)
        taken = {build: build.seconds(job) for build in pair}
        ratios.append(taken[one] / taken[other])
    draw = random.Random(1)
    medians = sorted(statistics.median(draw.choices(ratios, k=rounds)) for _ in range(1000))
    return f"{job}: {statistics.median(ratios):.3f} ({medians[25]:.3f} to {medians[975]:.3f})"


def gather(folders: list[str], rounds: int) -> None:
    """Print the nanoseconds that reading a token takes, with the headers of each folder in turn."""
    source, taken = Path(__file__).with_name("gather.c"), dict[str, list[float]]()
    with tempfile.TemporaryDirectory() as made:
        for number, folder in enumerate(folders):
            headers, program = f"-I{folder}/csrc", f"{made}/{number}"
            command = ["gcc", "-std=c11", "-O3", "-w", headers, source, "-o", program, "-lm"]
            subprocess.run(command, check=True)
        for _ in range(rounds):
            for number, folder in enumerate(folders):
                done = subprocess.run([f"{made}/{number}"], capture_output=True, text=True, check=True)
                taken.setdefault(folder, []).append(1e9 * float(done.stdout))
    for folder, of in taken.items():
        print(f"{folder}: median {statistics.median(of):.2f} ns a token, least {min(of):.2f}, of {rounds} rounds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("one")
    parser.add_argument("other")
    parser.add_argument("text", nargs="?")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--jobs", nargs="+", choices=JOBS, default=[*JOBS])
    parser.add_argument("--gather", action="store_true", help="time the reading of tokens alone")
    args = parser.parse_args()
    if args.gather:
        gather([args.one, args.other], args.rounds)
        return
    if args.text is None:
        parser.error("a text is needed")
    builds = [Build(folder, args.text, args.jobs) for folder in (args.one, args.other)]
    print(f"CPU time of {args.one} over that of {args.other}: median of {args.rounds} rounds (95 % of resamples)")
    for job in args.jobs:
        print(compare(*builds, job, args.rounds), flush=True)


if __name__ == "__main__":
    main()
