"""Interrupts every long call at random moments, and ``fastvec train`` in its first and last milliseconds too.

``python tests/faults/interrupts.py [--interrupts N] [--seed N]``: after each KeyboardInterrupt the process must
have no thread of fastvec left, and train as before. A command must end with 130, unless Python itself is not ready
yet (it ends with 1 while it looks for packages). Prints how long it took, in ms.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np

import fastvec as fv

WORDS, TOKENS = 20_000, 300_000
IN_A_ROW = 5  # interrupts of one process: kernels are loaded during the first
COMMAND = "fastvec train"
COMMANDS = 0.1  # of all interrupts are of it
EDGE = 0.05  # seconds: their first and last ones
PATIENCE = 10.0  # seconds for threads to end: much less where the machine has nothing else to do
GIVE_UP = 20.0
SMALL = {"vector_size": 16, "sample": 0, "epochs": 1, "min_learning_rate": 0.01}
Call = Callable[[], object]


class Inputs:
    """What the calls are given: made before any of them is interrupted."""

    def __init__(self, folder: Path) -> None:
        rng = np.random.default_rng(0)
        ids = np.append(np.arange(WORDS), (WORDS * rng.random(TOKENS - WORDS) ** 3).astype(np.int64))
        self.folder = folder
        self.corpus = fv.Corpus.from_ids(ids.reshape(-1, 20), words=[f"w{i}" for i in range(WORDS)])
        self.small = fv.Corpus.from_ids(ids[:4000].reshape(-1, 20) % 100)
        self.text = folder / "text.txt"
        self.text.write_text("".join(" ".join(line) + "\n" for line in self.corpus))
        if os.fork() == 0:  # counting loads kernels
            fv.count_cooccurrences(self.corpus, window=5).save(folder / "counts.fvm")
            os._exit(0)
        os.wait()
        self.counts = fv.CooccurrenceMatrix.load(folder / "counts.fvm", mmap=False)
        self.vectors = fv.WordVectors(self.corpus.vocabulary, rng.standard_normal((WORDS, 100)))


def calls(data: Inputs) -> dict[str, Call]:
    """Return every long call."""
    corpus, counts, many = data.corpus, data.counts, {"epochs": 1000}
    return {
        "SkipGram": lambda: fv.SkipGram(**many).train(corpus),
        "CBOW": lambda: fv.CBOW(**many).train(corpus),
        "hierarchical softmax": lambda: fv.SkipGram(loss="hierarchical_softmax", **many).train(corpus),
        "full softmax": lambda: fv.SkipGram(loss="softmax", **many).train(corpus),
        "n-grams": lambda: fv.SkipGram(subwords=fv.Subwords(), **many).train(corpus),
        "deterministic": lambda: fv.SkipGram(deterministic=True, **many).train(corpus),
        "checkpoints": lambda: fv.CBOW(**many).train(
            corpus, checkpoint=data.folder / f"{os.getpid()}.ckpt", checkpoint_every=TOKENS // 2, resume=True
        ),
        "NNLM": lambda: fv.NNLM(epochs=100).train(corpus),
        "GloVe": lambda: fv.GloVe(**many).train(counts),
        "LogCountFactorization": lambda: fv.LogCountFactorization(**many).train(counts),
        "PPMISVD": lambda: fv.PPMISVD().train(counts),
        "LSA": lambda: fv.LSA().train(corpus),
        "counts": lambda: fv.count_cooccurrences(corpus, window=10),
        "phrases": lambda: fv.Phrases(min_count=2, passes=3).fit(corpus).apply(corpus),
        "bootstrap": lambda: fv.bootstrap(fv.SkipGram(epochs=1), corpus, n=5),
        "reading": lambda: fv.Corpus.from_text(data.text, min_count=1),
        "pairs": lambda: fv.Pairs.from_pairs(fv.training_pairs(corpus, window=2)),
        "queries": lambda: data.vectors.most_similar_batch(data.vectors.index_to_key[:5000]),
        "saving": lambda: data.vectors.save(data.folder / f"{os.getpid()}.txt"),
    }


def left_over() -> list[str]:
    """Return the threads of fastvec that are still there; one that loads kernels may end its work."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        left = [t.name for t in threading.enumerate() if t.name.startswith("fastvec-")]
        if not set(left) - {"fastvec-loading"}:
            return []
        time.sleep(0.005)
    return left


def be_interrupted(call: Call, data: Inputs, times: int, tell: int) -> None:
    """Call again and again until interrupted, so many times; tell when that was noticed, and what was left."""
    for _ in range(times):
        try:
            os.write(tell, b"ready\n")
            while True:
                call()
        except KeyboardInterrupt:
            noticed = time.monotonic()
        left = left_over()
        usable = len(fv.SkipGram(**SMALL).train(data.small)) == 100
        os.write(tell, json.dumps({"at": noticed, "left": left, "usable": usable}).encode() + b"\n")


def interrupt(name: str, call: Call, data: Inputs, times: int, rng: random.Random) -> list[float]:
    """Interrupt a call in a process of its own; return how many seconds it took each time."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        code = 1
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            warnings.simplefilter("ignore")
            be_interrupted(call, data, times, writing)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            took = [interrupt_once(name, process, told, rng.uniform(0, 0.5 if n else 2.5)) for n in range(times)]
        status = os.waitpid(process, 0)[1]
    except BaseException:
        os.kill(process, signal.SIGKILL)  # else it would call for ever
        os.waitpid(process, 0)
        raise
    assert status == 0, name
    return took


def interrupt_once(name: str, process: int, told: IO[str], after: float) -> float:
    """Return how many seconds an interrupt took, after so many of the call."""
    line = told.readline()
    assert line == "ready\n", (name, line)
    time.sleep(after)
    sent = time.monotonic()
    os.kill(process, signal.SIGINT)
    watchdog = threading.Timer(GIVE_UP, os.kill, (process, signal.SIGKILL))
    watchdog.start()
    found: dict[str, Any] = json.loads(told.readline() or "null") or {}
    watchdog.cancel()
    assert found, f"{name}: no KeyboardInterrupt after {GIVE_UP:g} seconds, or another error"
    assert found["left"] == [], (name, found)
    assert found["usable"], name
    return float(found["at"]) - sent


def start_command(data: Inputs) -> subprocess.Popen[str]:
    output, checkpoint = data.folder / "v.bin", data.folder / "c.ckpt"
    for path in (output, checkpoint):
        path.unlink(missing_ok=True)
    command = [sys.executable, "-m", "fastvec", "train", data.text, "-o", output, "--checkpoint", checkpoint, "-q"]
    return subprocess.Popen([*command, "--epochs", "5"], stderr=subprocess.PIPE, text=True)


def seconds_of_command(data: Inputs) -> float:
    began = time.monotonic()
    assert start_command(data).wait() == 0
    return time.monotonic() - began


def interrupt_command(data: Inputs, rng: random.Random, longest: float) -> tuple[float, int]:
    """Interrupt ``fastvec train``; return the seconds to its end, and its exit code as a shell has it."""
    process = start_command(data)
    time.sleep(rng.uniform(*rng.choice([(0, EDGE), (0, longest), (0, longest), (longest - EDGE, longest)])))
    sent = time.monotonic()
    process.send_signal(signal.SIGINT)
    printed = process.communicate(timeout=GIVE_UP)[1]
    seconds, code = time.monotonic() - sent, process.returncode
    began = f"{os.sep}fastvec{os.sep}" in printed or "init_import_site" not in printed
    assert code in (0, 130, -signal.SIGINT) or not began, printed
    return seconds, 128 - code if code < 0 else code


def run(interrupts: int, seed: int, folder: Path, only: list[str] | None = None) -> dict[str, Any]:
    """Return how long the ends took, in ms, by call, and the exit codes of commands."""
    rng, data = random.Random(seed), Inputs(folder)
    every = {name: call for name, call in calls(data).items() if only is None or name in only}
    took: dict[str, list[float]] = {}
    names = list(every)
    rng.shuffle(names)
    n_commands = round(interrupts * COMMANDS) if every else interrupts
    number = 0
    while sum(map(len, took.values())) < interrupts - n_commands:
        name = names[number % len(names)]
        times = min(IN_A_ROW, interrupts - n_commands - sum(map(len, took.values())))
        took.setdefault(name, []).extend(interrupt(name, every[name], data, times, rng))
        number += 1
    codes: dict[int, int] = {}
    longest = seconds_of_command(data)
    for _ in range(n_commands):
        seconds, code = interrupt_command(data, rng, longest)
        codes[code] = codes.get(code, 0) + 1
        if code == 130:
            took.setdefault(COMMAND, []).append(seconds)
    assert n_commands < 5 or 130 in codes, f"no command was interrupted: {codes}"
    seconds = sorted(1000 * s for times in took.values() for s in times)
    return {
        "interrupts": len(seconds), "codes": codes, "p50": round(float(np.quantile(seconds, 0.5))),
        "p99": round(float(np.quantile(seconds, 0.99))), "max": round(seconds[-1]),
        "slowest": dict(sorted(((name, round(1000 * max(s))) for name, s in took.items()), key=lambda t: -t[1])),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--interrupts", type=int, default=600)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", nargs="+", metavar="CALL", help=f"such as GloVe or {COMMAND!r}; all by default")
    args = parser.parse_args()
    # a shell starts what runs in its background deaf to Ctrl-C, and programs inherit that
    signal.signal(signal.SIGINT, signal.default_int_handler)
    print(f"seed {args.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(run(args.interrupts, args.seed, Path(folder), args.only)))


if __name__ == "__main__":
    sys.exit(main())
