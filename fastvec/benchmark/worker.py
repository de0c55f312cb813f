"""One measured run of fastvec in a fresh process, which has no memory, threads or warm caches of another run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Literal, TypedDict

from fastvec.errors import TrainingError

if TYPE_CHECKING:
    from fastvec.text.corpus import Corpus
    from fastvec.training.word2vec import CBOW, SkipGram


class Amounts(TypedDict):
    """What one epoch trains on: tokens before and after subsampling, and the size of the vocabulary."""

    raw_tokens: int
    trained_tokens: int
    vocabulary: int


class Run(Amounts):
    """The figures of a run: seconds without imports, and the peak memory in bytes (None: not known here)."""

    read: float
    train: float
    save: float
    total: float
    peak: int | None
    simd: str


class Stages:
    """A stopwatch: the seconds of each stage, by its name."""

    def __init__(self) -> None:
        self.began = self.last = perf_counter()
        self.seconds: dict[str, float] = {}

    def end(self, stage: str) -> None:
        """End a stage; the next begins now."""
        now = perf_counter()
        self.seconds[stage] = now - self.last
        self.last = now
        self.seconds["total"] = now - self.began


def train_and_save(
    model: SkipGram | CBOW,
    text: str,
    save: str,
    *,
    threads: int,
    min_count: int = 5,
    backend: Literal["compiled", "numpy"] = "compiled",
    tokens: int | None = None,
) -> Run:
    """Read a text or a ``.fvc``, train on all of it or its first ``tokens``, and save; return the figures."""
    from fastvec.kernels.simd import simd_level
    from fastvec.text.corpus import Corpus

    stages = Stages()
    if text.endswith(".fvc"):
        corpus = Corpus.load(text)
    else:
        corpus = Corpus.from_text(text, min_count=min_count, threads=threads)
    stages.end("read")
    if tokens is not None:
        corpus = _first_tokens(corpus, tokens)
    stages.last = perf_counter()
    vectors = model.train(corpus, threads=threads, backend=backend)
    stages.end("train")
    vectors.save(save)
    stages.end("save")
    seconds = stages.seconds
    return {
        "read": seconds["read"], "train": seconds["train"], "save": seconds["save"], "total": seconds["total"],
        "peak": peak_bytes(), "simd": simd_level(), **amounts(corpus, model.sample),
    }  # fmt: skip


def _first_tokens(corpus: Corpus, n_tokens: int) -> Corpus:
    """Return the start of a corpus with the vocabulary, and so the matrices, of all of it."""
    import numpy as np

    from fastvec.text.corpus import Corpus

    offsets = np.append(corpus.offsets[corpus.offsets < n_tokens], min(n_tokens, corpus.n_tokens))
    vocabulary = corpus.vocabulary
    return Corpus.from_ids(corpus.ids[: offsets[-1]], offsets, vocabulary.words, vocabulary.counts)


def amounts(corpus: Corpus, sample: float) -> Amounts:
    """Return the tokens of an epoch; trained ones are the expected number, from which a run differs by 0.1 %."""
    from fastvec.training.subsampling import keep_probabilities

    counts = corpus.vocabulary.counts
    kept = float(counts @ keep_probabilities(counts, sample)) / float(counts.sum())
    return {
        "raw_tokens": corpus.n_tokens,
        "trained_tokens": round(kept * corpus.n_tokens),
        "vocabulary": len(corpus.vocabulary),
    }


def peak_bytes(of_children: bool = False) -> int | None:
    """Return the peak memory of this process, or of its largest child; None where the system does not say."""
    if not of_children and os.path.exists("/proc/self/status"):
        # ru_maxrss begins at what the parent held when it forked; VmHWM does not
        return int(re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[0]) * 1024
    try:
        import resource
    except ImportError:
        return None
    who = resource.RUSAGE_CHILDREN if of_children else resource.RUSAGE_SELF
    return resource.getrusage(who).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def in_fresh_process(program: Sequence[str], threads: int, env: Mapping[str, str]) -> str:
    """Run Python with the arguments ``program``; return the last line it prints.

    Raises
    ------
    TrainingError
        If it fails; the message is the last line of its standard error.
    """
    # BLAS starts a thread for each core by default
    env = {**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads), **env}
    command = [sys.executable, *program]
    done = subprocess.run(command, env=env, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        raise TrainingError((done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1])
    return done.stdout.splitlines()[-1]


def main() -> None:
    """Train as the JSON object in the first argument says, and print the figures as JSON."""
    from fastvec.training.word2vec import SkipGram

    print(json.dumps(train_and_save(SkipGram(epochs=1), **json.loads(sys.argv[1]))))


if __name__ == "__main__":
    main()
