"""Overwrites a mapped corpus while it is in use: what reads it must end with a typed error that names the file.

``python tests/faults/overwritten.py FOLDER`` prints, as JSON, the error of each call, or the signal that ended it.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np

import fastvec as fv
from fastvec.io.container import map_tensors

WORDS, TOKENS = 500, 400_000
MANY = {"vector_size": 16, "sample": 0, "epochs": 100_000}
Call = Callable[[fv.Corpus, Callable[[object], None]], object]


def train(trainer: fv.SkipGram | fv.CBOW) -> Call:
    return lambda corpus, hook: trainer.train(corpus, threads=2, on_progress=hook)


def count(corpus: fv.Corpus, hook: Callable[[object], None]) -> object:
    """Count again and again: one call may be over before the file is overwritten."""
    while True:
        fv.count_cooccurrences(corpus, window=5, threads=2, max_memory="96MiB", on_progress=hook)


def loss(corpus: fv.Corpus, hook: Callable[[object], None]) -> object:
    vectors = fv.SkipGram(vector_size=16, sample=0, epochs=1).train(
        fv.Corpus.from_ids(corpus.ids[:2000].reshape(-1, 20), words=corpus.vocabulary.words)
    )
    while True:
        fv.evaluate_loss(vectors, corpus, on_progress=hook)


CALLS: dict[str, Call] = {
    "SkipGram": train(fv.SkipGram(**MANY)),
    "pair by pair": train(fv.SkipGram(negative_sharing="none", **MANY)),
    "CBOW": train(fv.CBOW(**MANY)),
    "hierarchical softmax": train(fv.CBOW(loss="hierarchical_softmax", **MANY)),
    "full softmax": train(fv.SkipGram(loss="softmax", **MANY)),
    "n-grams": train(fv.SkipGram(subwords=fv.Subwords(buckets=1000), **MANY)),
    "deterministic": train(fv.SkipGram(deterministic=True, **MANY)),
    "counts": count,
    "loss": loss,
}
FILLS = {"ids": b"\xff", "offsets": b"\xff", "all": b"\x7f"}


def file_of(folder: Path) -> Path:
    rng = np.random.default_rng(0)
    ids = np.append(np.arange(WORDS), (WORDS * rng.random(TOKENS - WORDS) ** 2).astype(np.int64))
    path = folder / "corpus.fvc"
    fv.Corpus.from_ids(ids.reshape(-1, 20), words=[f"w{i}" for i in range(WORDS)]).save(path)
    return path


def places(path: Path) -> dict[str, tuple[int, int]]:
    """Where in the file ids and offsets are: the byte of the first, and how many bytes."""
    tensors, whole = map_tensors(path)[0], np.memmap(path, np.uint8, "r")
    found = {}
    for name in ("ids", "offsets"):
        array = tensors[name]
        content = array.tobytes()
        found[name] = (whole.tobytes().index(content), len(content))
    return found


def overwrite(path: Path, what: str) -> None:
    with path.open("r+b", buffering=0) as file:
        for name, (start, size) in places(path).items():
            if what in (name, "all"):
                os.pwrite(file.fileno(), FILLS[what] * size, start)


def outcome(call: Call, path: Path, what: str) -> str:
    """Return how a call ends while the file is overwritten."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        overwritten = []

        def hook(_now: object) -> None:
            if not overwritten:
                overwrite(path, what)
                overwritten.append(True)

        try:
            call(fv.Corpus.load(path), hook)
        except BaseException as error:
            os.write(writing, f"{type(error).__name__}: {error}".encode()[:4000])
        os._exit(0)
    os.close(writing)
    status = os.waitpid(process, 0)[1]
    with os.fdopen(reading) as told:
        return told.read() or f"status {status}"


def main(folder: Path) -> None:
    warnings.simplefilter("ignore")
    for name, what in product(CALLS, FILLS):
        path = file_of(folder)
        print(json.dumps({"call": name, "what": what, "end": outcome(CALLS[name], path, what)}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
