"""What the tests of faults do over and over: train, save, load and ask, with every kind of file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

import fastvec as fv

Job = Callable[[Path], object]


def lines(n: int = 400) -> list[str]:
    ids = np.random.default_rng(1).zipf(1.3, (n, 20)) % 300
    return [" ".join(f"w{i}" for i in row) for row in ids.tolist()]


def corpus() -> fv.Corpus:
    return fv.Corpus.from_text(lines(), min_count=1, threads=1)


def vectors(words: int = 300, size: int = 16) -> fv.WordVectors:
    rows = np.random.default_rng(1).standard_normal((words, size)).astype(np.float32)
    return fv.WordVectors([f"w{i}" for i in range(words)], rows)


def train(trainer: object) -> Job:
    return lambda folder: trainer.train(corpus(), threads=2)  # type: ignore[attr-defined]


def round_trip(name: str, words: int = 300, size: int = 16) -> Job:
    def job(folder: Path) -> None:
        path, made = folder / name, vectors(words, size)
        made.save(path)
        loaded = fv.WordVectors.load(path, mmap=False)
        assert (loaded.vectors == made.vectors).all()
        loaded.most_similar("w1", topn=3)

    return job


def corpus_file(folder: Path) -> None:
    made = corpus()
    made.save(folder / "c.fvc")
    assert (fv.Corpus.load(folder / "c.fvc", mmap=False).ids == made.ids).all()


def counts_file(folder: Path) -> None:
    counts = fv.count_cooccurrences(corpus(), window=3, threads=1)
    counts.save(folder / "c.fvm")
    assert fv.CooccurrenceMatrix.load(folder / "c.fvm").to_csr().nnz == counts.to_csr().nnz


SMALL = {"vector_size": 16, "epochs": 1, "sample": 0}
JOBS: dict[str, Job] = {
    "text": lambda folder: corpus(),
    "corpus": corpus_file,
    "counts": counts_file,
    "SGNS": train(fv.SkipGram(**SMALL)),
    "deterministic": train(fv.SkipGram(deterministic=True, **SMALL)),
    "n-grams": train(fv.SkipGram(subwords=fv.Subwords(buckets=500), **SMALL)),
    "CBOW": train(fv.CBOW(loss="hierarchical_softmax", **SMALL)),
    "safetensors": round_trip("v.safetensors"),
    "word2vec": round_trip("v.bin"),
    "text vectors": round_trip("v.txt"),
    "npy": round_trip("v.npy"),
}

LARGE = {**SMALL, "vector_size": 200, "subwords": fv.Subwords(buckets=20_000)}
WIDE: dict[str, Job] = {  # of 16 MB and more: what a limit of memory meets first
    "wide n-grams": train(fv.SkipGram(**LARGE)),
    "wide deterministic": train(fv.CBOW(deterministic=True, **LARGE)),
    "wide safetensors": round_trip("v.safetensors", 10_000, 400),
    "wide word2vec": round_trip("v.bin", 10_000, 400),
    "wide npy": round_trip("v.npy", 10_000, 400),
}


def parts_in(folder: Path) -> set[str]:
    """Return the names of the parts of saves in a folder."""
    return {path.name for path in folder.iterdir() if path.name.startswith(".") or path.name.endswith(".part")}
