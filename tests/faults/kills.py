"""Kills training at random moments, most of them while a checkpoint is written, and goes on from it each time.

``python tests/faults/kills.py [--kills N] [--seed N] [--runs all|deterministic]``: after each kill the checkpoint
must load without a warning, and the run that ends at last must have the bytes of one that was never killed, and
leave no other file. Deterministic runs go on on one, two or three threads, by chance.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

import fastvec as fv
from fastvec.training.checkpoints.files import existing, newest

WORDS = 8_000
SLICE = 1  # token: a checkpoint at each slice at which the one before is written
THREADS = (1, 2, 3)  # of deterministic runs

Trainer = fv.SkipGram | fv.CBOW | fv.GloVe


def corpus() -> fv.Corpus:
    rng = np.random.default_rng(1)
    ids = np.append(np.arange(WORDS), (WORDS * rng.random(40_000) ** 3).astype(np.int64))
    return fv.Corpus.from_ids(ids.reshape(-1, 20), words=[f"w{i}" for i in range(WORDS)])


def trainers(text: fv.Corpus, runs: str) -> list[tuple[Trainer, object]]:
    """Return trainers with what each is trained on."""
    counts = fv.count_cooccurrences(text, window=3, threads=1)
    by_words = [
        fv.SkipGram(vector_size=32, sample=0, epochs=4),
        fv.CBOW(vector_size=32, sample=0, epochs=4, loss="hierarchical_softmax"),
    ]
    more = [by_words[0].replace(subwords=fv.Subwords(buckets=2000), epochs=1), fv.CBOW(vector_size=32, epochs=4)]
    deterministic = [(trainer.replace(deterministic=True), text) for trainer in (*by_words, *more)]
    if runs == "deterministic":
        return deterministic
    return [
        *((trainer, text) for trainer in by_words),
        (fv.GloVe(vector_size=32, epochs=8), counts),
        *deterministic,
    ]


def in_a_child(work: Callable[[], None]) -> int:
    """Run something in a fork; return its process id."""
    process = os.fork()
    if process == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return process


def train(trainer: Trainer, data: object, to: Path, checkpoint: Path | None, threads: int = 1) -> None:
    """Train, or go on, and write the vectors; a warning is an error."""
    warnings.simplefilter("error")
    kept = {} if checkpoint is None else {"checkpoint": checkpoint, "checkpoint_every": SLICE, "resume": True}
    vectors = trainer.train(data, threads=threads, **kept)  # type: ignore[arg-type]
    assert vectors.context_vectors is not None or trainer.loss == "hierarchical_softmax"
    to.write_bytes(vectors.word_vectors.tobytes() + b"".join(c.tobytes() for c in vectors.history.values()))


def check_loads(checkpoint: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (newest(checkpoint) is None) == (not existing(checkpoint))


def threads_of(trainer: Trainer, rng: random.Random) -> int:
    """Return on how many threads a run goes on: another number would change it, if it is not deterministic."""
    return rng.choice(THREADS) if getattr(trainer, "deterministic", False) else 1


def run(kills: int, seed: int, runs: str, within: float, folder: Path) -> dict[str, int]:
    """Return how many kills there were, in a write and in all, and how many runs came to their end."""
    rng, text = random.Random(seed), corpus()
    done = {"kills": 0, "while writing": 0, "runs": 0}
    checkpoint, result = folder / "run.ckpt", folder / "result"
    for number, (trainer, data) in enumerate(made := trainers(text, runs)):
        os.waitpid(in_a_child(lambda t=trainer, d=data, n=number: train(t, d, folder / f"whole{n}", None)), 0)  # type: ignore[misc]
    while done["kills"] < kills:
        number = done["runs"] % len(made)
        trainer, data = made[number]
        ended = False
        while not ended:
            threads = threads_of(trainer, rng)
            process = in_a_child(lambda t=trainer, d=data, n=threads: train(t, d, result, checkpoint, n))  # type: ignore[misc]
            latest = time.monotonic() + rng.uniform(0, within) + (60 if done["kills"] >= kills else 0)
            status = (0, 0)
            while status[0] == 0 and time.monotonic() < latest:
                status = os.waitpid(process, os.WNOHANG)
                time.sleep(0.0005)
            if status[0] == 0:
                os.kill(process, signal.SIGKILL)
                status = os.waitpid(process, 0)
            ended = os.WIFEXITED(status[1])
            assert not ended or os.WEXITSTATUS(status[1]) == 0, "an error in the child"
            if not ended:
                done["kills"] += 1
                done["while writing"] += any(name.endswith(".part") for name in os.listdir(folder))
            check_loads(checkpoint)
        assert result.read_bytes() == (folder / f"whole{number}").read_bytes(), trainer
        left = sorted(os.listdir(folder))
        wholes = [f"whole{n}" for n in range(len(made))]
        assert [name for name in left if name not in wholes] == ["result", "run.ckpt", "run.ckpt.previous"], left
        for file in (result, *existing(checkpoint)):
            file.unlink()
        done["runs"] += 1
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--runs", choices=["all", "deterministic"], default="all")
    parser.add_argument("--within", type=float, default=0.25, help="seconds: more on a slow or loaded machine")
    args = parser.parse_args()
    print(f"seed {args.seed}")
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(run(args.kills, args.seed, args.runs, args.within, Path(folder))))


if __name__ == "__main__":
    sys.exit(main())
