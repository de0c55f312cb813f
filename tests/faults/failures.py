"""Makes a worker, a callback or an iterator of every long call fail: the call must end with that very error.

``python tests/faults/failures.py [--only CALL ...]``: afterwards the process must have no thread of fastvec left,
and train as before; the last checkpoint must load, and the run go on from it. Prints how long ends took, in ms.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from interrupts import left_over

import fastvec as fv
from fastvec.running import workers
from fastvec.training.checkpoints import files as checkpoints

WORDS, LINES = 1000, 2000
MANY = {"vector_size": 16, "epochs": 1000}  # a checkpoint holds the history of all of them
EVERY = 4000  # tokens or pairs between two checkpoints
Call = Callable[..., object]


class Bad(Exception):
    """What callbacks and iterators raise: an error that nothing in fastvec raises or catches."""


class Inputs:
    """What the calls are given."""

    def __init__(self, folder: Path) -> None:
        ids = (WORDS * np.random.default_rng(0).random((LINES, 20)) ** 2).astype(np.int64)
        self.folder = folder
        self.corpus = fv.Corpus.from_ids(np.vstack([np.arange(WORDS).reshape(-1, 20), ids]))
        self.lines = [" ".join(line) for line in self.corpus]
        self.counts = fv.count_cooccurrences(self.corpus, window=5)
        self.pairs = fv.Pairs.from_pairs(fv.training_pairs(self.corpus, window=1))
        self.vectors = fv.SkipGram(vector_size=16, epochs=1, sample=0).train(self.corpus)
        self.documents = fv.DocumentVectors(vector_size=16, epochs=1).train(self.corpus)
        self.small = fv.Corpus.from_ids(np.arange(400).reshape(-1, 20) % 50)


def again(call: Call) -> Call:
    """Return a call that is made again and again: one may be over before anything fails."""

    def repeated(**arguments: Any) -> object:
        while True:
            call(**arguments)

    return repeated


def trained(trainer: Any, data: Any, **more: Any) -> Call:
    return lambda **arguments: trainer.train(data, threads=2, **more, **arguments)


def calls(data: Inputs) -> dict[str, Call]:
    """Return every long call, each with two threads."""
    corpus, counts = data.corpus, data.counts
    return {
        "SkipGram": trained(fv.SkipGram(**MANY), corpus),
        "CBOW": trained(fv.CBOW(loss="hierarchical_softmax", **MANY), corpus),
        "n-grams": trained(fv.SkipGram(subwords=fv.Subwords(buckets=1000), **MANY), corpus),
        "deterministic": trained(fv.SkipGram(deterministic=True, **MANY), corpus),
        "pairs": trained(fv.SkipGram(**MANY), data.pairs),
        "documents": trained(fv.DocumentVectors(**MANY), corpus),
        "NNLM": trained(fv.NNLM(hidden_size=16, **MANY), corpus),
        "GloVe": trained(fv.GloVe(**MANY), counts),
        "LogCountFactorization": trained(fv.LogCountFactorization(**MANY), counts),
        "PPMISVD": again(trained(fv.PPMISVD(vector_size=50), counts)),
        "LSA": again(trained(fv.LSA(vector_size=50), corpus)),
        "bootstrap": again(
            lambda **given: fv.bootstrap(fv.SkipGram(vector_size=8, epochs=1), corpus, 3, threads=2, **given)
        ),
        "counts": again(lambda **given: fv.count_cooccurrences(corpus, threads=2, **given)),
        "phrases": again(lambda **given: fv.Phrases(min_count=2, passes=2).fit(corpus, threads=2, **given)),
        "reading": again(lambda **given: fv.Corpus.from_text(data.lines * 50, threads=2, **given)),
        "loss": again(lambda **given: fv.evaluate_loss(data.vectors, corpus, threads=2, **given)),
        "infer": again(lambda **given: data.documents.infer(corpus, epochs=100, threads=2, **given)),
    }


OF_CHECKPOINTS = ("SkipGram", "CBOW", "documents", "NNLM", "GloVe", "LogCountFactorization")


class Failure:
    """An error that is raised once: when, and how long the call took to end with it."""

    def __init__(self, error: Exception) -> None:
        self.error, self.at, self.took = error, 0.0, 0.0

    def raised(self) -> None:
        self.at = time.monotonic()
        raise self.error

    def of(self, call: Callable[[], object]) -> Failure:
        """Make a call that must end with the error."""
        try:
            call()
        except type(self.error) as error:
            self.took = time.monotonic() - self.at
            if error is self.error:
                return self
            raise
        raise AssertionError("it ended without the error")


def at_once() -> bool:
    return True


def in_worker(call: Call, arguments: dict[str, Any], ready: Callable[[], bool] = at_once) -> Failure:
    """Let a task raise MemoryError on the thread that runs it, from the second on, once it is time."""
    failure, begun = Failure(MemoryError("injected")), 0

    class Failing(workers._Run):
        def __init__(self, task: Call, *rest: Any) -> None:
            def fails(item: object, worker: int) -> object:
                nonlocal begun
                begun += 1
                if begun > 1 and not failure.at and ready():
                    failure.raised()
                return task(item, worker)

            super().__init__(fails, *rest)

    before, workers._Run = workers._Run, Failing  # type: ignore[misc]
    try:
        return failure.of(lambda: call(**arguments))
    finally:
        workers._Run = before  # type: ignore[misc]


def in_callback(call: Call, arguments: dict[str, Any], ready: Callable[[], bool] = at_once) -> Failure:
    """Let ``on_progress`` raise, the first time that work is under way and it is time."""
    failure = Failure(Bad("on_progress"))

    def on_progress(now: fv.Progress) -> None:
        if now.done and now.stage != "compiling" and ready():
            failure.raised()

    return failure.of(lambda: call(on_progress=on_progress, **arguments))


def iterators(data: Inputs) -> dict[str, Callable[[Iterator[Any]], object]]:
    """Return the calls that take an iterator, each with what it makes of one."""
    return {
        "lines": lambda items: fv.Corpus.from_text(items, threads=2),
        "lists of tokens": lambda items: fv.Corpus.from_text((line.split() for line in items), threads=2),
        "lines with tokens=": lambda items: fv.Corpus.from_text(items, tokens=str.split),
        "pairs": lambda items: fv.Pairs.from_pairs(((line.split()[0], "x") for line in items), threads=2),
        "documents": lambda items: fv.TaggedCorpus.from_documents((line, "tag") for line in items),
        "texts to embed": lambda items: data.documents.words.embed(items, threads=2),
        "texts to infer": lambda items: data.documents.infer(items, threads=2),
        "random walks": lambda items: fv.Corpus.from_ids([1, 2] for _ in items),
    }


def in_iterator(call: Callable[[Iterator[Any]], object], data: Inputs) -> Failure:
    failure = Failure(Bad("an item"))

    def items() -> Iterator[str]:
        yield from data.lines * 5
        failure.raised()

    return failure.of(lambda: call(items()))


def run(folder: Path, only: list[str] | None = None) -> dict[str, Any]:
    """Return how long each call took to end after its failure, in ms, and the checkpoints that loaded."""
    data, took, loaded = Inputs(folder), {}, 0

    def note(name: str, failure: Failure) -> None:
        took[name] = 1000 * failure.took
        assert (left := left_over()) == [], f"{name}: {left}"
        small = fv.SkipGram(vector_size=8, epochs=1, sample=0).train(data.small, threads=2)
        assert np.isfinite(small.vectors).all(), name

    for name, call in calls(data).items():
        if only is not None and name not in only:
            continue
        note(f"{name}, a worker", in_worker(call, {}))
        note(f"{name}, on_progress", in_callback(call, {}))
        if name in OF_CHECKPOINTS:
            for what, fail in (("a worker", in_worker), ("on_progress", in_callback)):
                path = folder / f"{name} {what}.ckpt"
                given = {"checkpoint": path, "checkpoint_every": EVERY}
                note(f"{name} with checkpoints, {what}", fail(call, given, path.exists))
                check_goes_on(call, path, name)
                loaded += 1
    for name, each in iterators(data).items():
        if only is None or name in only:
            note(f"{name}, an iterator", in_iterator(each, data))
    return {"failures": len(took), "max": round(max(took.values())), "loaded": loaded, "ms": took}


def check_goes_on(call: Call, path: Path, name: str) -> None:
    """Load the last checkpoint, and go on from it for a moment."""
    done = checkpoints.read(path).facts["done"]
    seen: list[fv.Progress] = []

    def stop(now: fv.Progress) -> bool:
        if now.stage == "training":
            seen.append(now)
        return now.stage != "training"

    call(checkpoint=path, resume=True, on_progress=stop)
    assert seen[0].resumed == done > 0, name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="CALL", help="such as GloVe; all by default")
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(run(Path(folder), parser.parse_args().only)))


if __name__ == "__main__":
    sys.exit(main())
