"""Two builds of fastvec in turn: the CPU time of reading and training with one over that with the other.

``python bench/compare/builds.py ONE OTHER [--rounds N] [--tokens N]``: folders that hold a ``fastvec`` each, built
with ``python setup.py build_clib build_ext --inplace``. ``--gather`` compiles and times the reading of tokens
alone, where one takes some nanoseconds: that shows what a check of each token costs, and needs no built folders.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

JOBS = """
import json, sys, time
import numpy as np
import fastvec as fv
tokens = int(sys.argv[1])
ids = np.random.default_rng(1).zipf(1.1, 2 * tokens)
ids = (ids[ids < 20_000][:tokens] - 1) // 20 * 20 + np.arange(len(ids[ids < 20_000][:tokens])) % 20
corpus = fv.Corpus.from_ids(ids.astype(np.int64)[: tokens // 20 * 20].reshape(-1, 20))
lines = [" ".join(f"w{i}" for i in row) for row in np.asarray(corpus.ids).reshape(-1, 20).tolist()]
times = {}
def clock(name, job):
    began = time.process_time()
    job()
    times[name] = time.process_time() - began
clock("text", lambda: fv.Corpus.from_text(lines, min_count=1, threads=1))
def train(trainer, **settings):
    return lambda: trainer(vector_size=100, epochs=1, **settings).train(corpus, threads=1)
clock("SGNS", train(fv.SkipGram))
clock("CBOW", train(fv.CBOW))
clock("hierarchical softmax", train(fv.SkipGram, loss="hierarchical_softmax"))
print(json.dumps(times))
"""


def times_of(folder: str, tokens: int) -> dict[str, float]:
    env = {**os.environ, "PYTHONPATH": os.path.abspath(folder), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, "-c", JOBS, str(tokens)], env=env, capture_output=True, text=True, check=True
    )
    times: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return times


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
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--tokens", type=int, default=400_000)
    parser.add_argument("--gather", action="store_true", help="time the reading of tokens alone")
    args = parser.parse_args()
    if args.gather:
        gather([args.one, args.other], args.rounds)
        return
    seconds: dict[str, dict[str, list[float]]] = {}
    for number in range(args.rounds):
        pair = (args.one, args.other) if number % 2 else (args.other, args.one)
        for folder in pair:
            for name, taken in times_of(folder, args.tokens).items():
                seconds.setdefault(name, {}).setdefault(folder, []).append(taken)
    for name, of in seconds.items():
        one, other = of[args.one], of[args.other]
        ratios = sorted(a / b for a, b in zip(one, other, strict=True))
        spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f} in {len(ratios)} rounds"
        print(f"{name}: median {statistics.median(ratios):.3f} ({spread}), least {min(one) / min(other):.3f}")


if __name__ == "__main__":
    main()
