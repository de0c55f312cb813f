"""Overwrites a mapped corpus, or mapped counts, while in use: what reads it must end with a typed error naming it.

``python tests/faults/overwritten.py FOLDER`` prints, as JSON, the error of each call, or the signal that ended it.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import coo_array

import fastvec as fv
from fastvec.io.container import map_tensors

WORDS, TOKENS = 500, 400_000
MANY = {"vector_size": 16, "sample": 0, "epochs": 100_000}
Call = Callable[[Any, Callable[[object], None]], object]


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


def bootstrap(corpus: fv.Corpus, hook: Callable[[object], None]) -> object:
    while True:
        fv.bootstrap(fv.SkipGram(vector_size=4, epochs=1, sample=0), corpus, 20, threads=2, on_progress=hook)


def lsa(corpus: fv.Corpus, hook: Callable[[object], None]) -> object:
    while True:
        fv.LSA(vector_size=4).train(corpus, threads=2, on_progress=hook)


def again(trainer: fv.GloVe | fv.LogCountFactorization | fv.PPMISVD) -> Call:
    """Train again and again: one call has a copy of the counts before the file is overwritten."""

    def call(counts: fv.CooccurrenceMatrix, hook: Callable[[object], None]) -> object:
        while True:
            trainer.train(counts, threads=2, on_progress=hook)

    return call


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
    "bootstrap": bootstrap,
    "LSA": lsa,
}
OF_COUNTS: dict[str, Call] = {
    "GloVe": again(fv.GloVe(vector_size=4, epochs=1)),
    "log counts": again(fv.LogCountFactorization(vector_size=4, epochs=1)),
    "PPMI": again(fv.PPMISVD(vector_size=4)),
}
FILLS = {"ids": b"\xff", "offsets": b"\xff", "indices": b"\xff", "data": b"\xff", "all": b"\x7f"}
LOADS: dict[str, Callable[[Path], Any]] = {".fvc": fv.Corpus.load, ".fvm": fv.CooccurrenceMatrix.load}
TENSORS = {".fvc": ("ids", "offsets"), ".fvm": ("indices", "data")}


def file_of(folder: Path) -> Path:
    rng = np.random.default_rng(0)
    ids = np.append(np.arange(WORDS), (WORDS * rng.random(TOKENS - WORDS) ** 2).astype(np.int64))
    path = folder / "corpus.fvc"
    fv.Corpus.from_ids(ids.reshape(-1, 20), words=[f"w{i}" for i in range(WORDS)]).save(path)
    return path


def counts_in(folder: Path) -> Path:
    rows, columns = (WORDS * np.random.default_rng(0).random((2, TOKENS // 10)) ** 2).astype(np.int64)
    cells = coo_array((np.ones(len(rows)), (rows, columns)), shape=(WORDS, WORDS))
    path = folder / "counts.fvm"
    fv.CooccurrenceMatrix(cells, fv.Vocabulary([f"w{i}" for i in range(WORDS)], [9] * WORDS)).save(path)
    return path


def places(path: Path) -> dict[str, tuple[int, int]]:
    """Where in the file the tensors are: the byte of the first, and how many bytes."""
    tensors, whole = map_tensors(path)[0], np.memmap(path, np.uint8, "r")
    found = {}
    for name in TENSORS[path.suffix]:
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
            call(LOADS[path.suffix](path), hook)
        except BaseException as error:
            os.write(writing, f"{type(error).__name__}: {error}".encode()[:4000])
        os._exit(0)
    os.close(writing)
    status = os.waitpid(process, 0)[1]
    with os.fdopen(reading) as told:
        return told.read() or f"status {status}"


def main(folder: Path) -> None:
    warnings.simplefilter("ignore")
    for file_in, calls in ((file_of, CALLS), (counts_in, OF_COUNTS)):
        for name, call in calls.items():
            for what in (*TENSORS[file_in(folder).suffix], "all"):
                found = {"call": name, "what": what, "end": outcome(call, file_in(folder), what)}
                print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
