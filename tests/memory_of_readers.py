"""Prints, as JSON, the memory that each reader took at its peak beside the size of its file: run by a test.

The peak is that of the process, which Linux alone can forget again (``clear_refs``): what C allocates counts too.
"""

from __future__ import annotations

import json
import os
import re
import sys
import warnings
from collections.abc import Callable
from dataclasses import asdict
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
from fuzz_files import pickled

import fastvec as fv
from fastvec.phrases import file as phrase_file
from fastvec.training.checkpoints import files as checkpoints

WORDS, SIZE = 150_000, 4  # small vectors of many words: what words take beside them shows
FACTS = {"identity": {}, "done": 1, "total": 2, "unit": "tokens", "fastvec": fv.__version__}


def resident(which: str) -> int:
    match = re.search(rf"{which}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert match is not None
    return int(match[1]) * 1024


def peak_of(read: Callable[[], object]) -> int:
    """Return how much memory a call takes at its peak, in a process that has no freed memory to use again."""
    sending, receiving = os.pipe()[::-1]
    if os.fork() == 0:
        Path("/proc/self/clear_refs").write_text("5")
        before, kept = resident("VmRSS"), read()
        os.write(sending, str(resident("VmHWM") - before).encode() if kept is not None else b"-1")
        os._exit(0)
    os.wait()
    return int(os.read(receiving, 99))


def size_of(path: Path) -> int:
    return sum(file.stat().st_size for file in path.rglob("*")) if path.is_dir() else path.stat().st_size


def of_vectors(format: str) -> Callable[[Path], object]:
    return lambda path: fv.WordVectors.load(path, format=format, mmap=False)


FORMATS = {
    "safetensors": "vectors.safetensors", "word2vec": "vectors.bin", "word2vec-text": "vectors.txt",
    "glove": "vectors.glove", "npy": "vectors.npy", "projector": "vectors.tsv", "huggingface": "folder",
}  # fmt: skip
READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    **{name: (file, of_vectors(name)) for name, file in FORMATS.items()},
    "fasttext": ("fasttext.bin", of_vectors("fasttext")),
    "corpus": ("corpus.fvc", lambda path: fv.Corpus.load(path, mmap=False)),
    "counts": ("counts.fvm", lambda path: fv.CooccurrenceMatrix.load(path, mmap=False)),
    "vocabulary": ("vocabulary.txt", fv.Vocabulary.load),
    "text": ("text.txt", lambda path: fv.Corpus.from_text(path, min_count=1, threads=1)),
    "pairs": ("pairs.txt", lambda path: fv.Pairs.from_pairs(path, threads=1)),
    "bootstrap": ("runs.fvb", fv.Bootstrap.load),
    "gensim": ("vectors.kv", of_vectors("gensim")),
    "phrases": ("phrases.json", fv.PhraseTable.load),  # each of two words, and a word itself
    "checkpoint": ("run.ckpt", checkpoints.read),
}
if find_spec("faiss"):
    READERS["index"] = (
        "near.faiss", lambda path: fv.NeighborIndex.load(path, fv.WordVectors.load(path.parent / FORMATS["npy"]))
    )  # fmt: skip


def write(folder: Path, n_words: int) -> None:
    """Write a file for each reader."""
    folder.mkdir()
    words = [f"word{i}" for i in range(n_words)]
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((n_words, SIZE)).astype(np.float32)
    vocabulary = fv.Vocabulary(words, np.arange(n_words, 0, -1))
    vectors = fv.WordVectors(vocabulary, rows, context_vectors=rows)
    for name, file in FORMATS.items():
        vectors.save(folder / file, format=name)
    subwords = fv.SubwordVectors(fv.Subwords(buckets=1000), rng.random((n_words + 1000, SIZE)))
    fv.WordVectors(vocabulary, rows, context_vectors=rows, subwords=subwords).save(folder / "fasttext.bin")
    corpus = fv.Corpus.from_ids([rng.permutation(n_words) for _ in range(4)], words=words)
    corpus.save(folder / "corpus.fvc")
    fv.count_cooccurrences(corpus, window=1).save(folder / "counts.fvm")
    vocabulary.save(folder / "vocabulary.txt")
    (folder / "text.txt").write_text("\n".join(map(" ".join, corpus)))
    (folder / "pairs.txt").write_text("".join(f"{a} {b}\n" for a, b in zip(words, words[::-1], strict=True)))
    fv.Bootstrap(vocabulary, np.stack([rows, rows])).save(folder / "runs.fvb")
    pickled(4, vectors)(folder / "vectors.kv")
    settings = fv.Phrases().fit(fv.Corpus.from_text(["a b"], min_count=1)).settings
    phrases = ({"level": 1, "words": [a, b], "count": 5, "score": 20.0} for a, b in pairwise(words))
    phrase_file.write(folder / "phrases.json", {**asdict(settings), "connector_words": []}, phrases)
    checkpoints.write(folder / "run.ckpt", {"W_in": np.repeat(rows, 9, axis=1), "W_out": rows}, FACTS)
    if "index" in READERS:
        fv.NeighborIndex(vectors, links=8, build_width=20).save(folder / "near.faiss")


def main(folder: Path) -> None:
    warnings.simplefilter("ignore")
    if os.fork() == 0:  # whose freed memory is nobody's afterwards
        write(folder / "small", 100)
        write(folder / "large", WORDS)
        os._exit(0)
    os.wait()
    for file, read in READERS.values():
        read(folder / "small" / file)  # what is imported or compiled the first time is not counted
    for name, (file, read) in READERS.items():
        path = folder / "large" / file
        peak = peak_of(lambda read=read, path=path: read(path))  # type: ignore[misc]
        print(json.dumps({"reader": name, "size": size_of(path), "peak": peak}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
