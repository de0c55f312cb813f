"""Cycles of train, save, load and ask in one process: memory and open files stay what they were.

``python tests/faults/cycles.py [--cycles N] [--growth MIB]``: after a fifth of them as a warm-up, resident memory
may grow by that much (default: 8) until the end. ``--leak`` keeps an array of each cycle, which must be found.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import tempfile
import threading
from pathlib import Path

import numpy as np
from faults_jobs import SMALL, lines

import fastvec as fv

PAGE = os.sysconf("SC_PAGE_SIZE")


def resident() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def cycle(number: int, folder: Path, text: list[str]) -> None:
    """Read, train, save, load and ask, with one of the trainers and one of the formats in turn."""
    trainers = [
        fv.SkipGram(seed=number, **SMALL),
        fv.CBOW(seed=number, loss="hierarchical_softmax", **SMALL),
        fv.SkipGram(seed=number, deterministic=True, **SMALL),
        fv.SkipGram(seed=number, subwords=fv.Subwords(buckets=500), **SMALL),
    ]
    names = ["v.safetensors", "v.bin", "v.txt", "v.npy", "v.tsv"]
    corpus = fv.Corpus.from_text(text, min_count=1, threads=2)
    corpus.save(folder / "c.fvc")
    vectors = trainers[number % 4].train(fv.Corpus.load(folder / "c.fvc"), threads=2)
    path = folder / names[number % 5]
    vectors.save(path)
    loaded = fv.WordVectors.load(path)
    assert loaded.most_similar("w1", topn=5)
    if number % 10 == 0:
        counts = fv.count_cooccurrences(corpus, window=2, threads=2)
        fv.GloVe(vector_size=8, epochs=1).train(counts, threads=2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--growth", type=float, default=8, help="MiB")
    parser.add_argument("--leak", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    text, kept = lines(60), []
    warm_up = max(20, args.cycles // 5)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(args.cycles):
            cycle(number, Path(folder), text)
            if args.leak:
                kept.append(np.ones(1 << 17))  # 1 MiB
            if number == warm_up:
                before, files = resident(), open_files()
        growth = (resident() - before) / 2**20
    result = {
        "cycles": args.cycles, "resident MiB": round(before / 2**20, 1), "growth MiB": round(growth, 2),
        "open files more": open_files() - files, "threads": threading.active_count(),
    }  # fmt: skip
    print(json.dumps(result))
    return int(growth > args.growth or result["open files more"] > 0 or result["threads"] > 1)


if __name__ == "__main__":
    sys.exit(main())
