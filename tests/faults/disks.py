"""Every save on a disk that is full after N bytes: StorageError, the old file as it was, no part left.

``python tests/faults/disks.py [--steps N]``: RLIMIT_FSIZE ends each file at N bytes, for N from 0 to the size of
the file.
"""

from __future__ import annotations

import argparse
import resource
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from faults_jobs import corpus, parts_in, vectors

import fastvec as fv

Save = Callable[[Path], object]


def saves() -> dict[str, Save]:
    """Return what writes each kind of file."""
    text, made = corpus(), vectors()
    counts = fv.count_cooccurrences(text, window=3, threads=1)
    grams = fv.SkipGram(vector_size=16, epochs=1, sample=0, subwords=fv.Subwords(buckets=500)).train(
        text, threads=1
    )
    phrases = fv.Phrases(threshold=0.01, min_count=1).fit(text)
    return {
        "c.fvc": text.save,
        "c.fvm": counts.save,
        "triples": counts.write_triples,
        "v.safetensors": made.save,
        "half.safetensors": lambda path: made.save(path, dtype="float16"),
        "v.bin": made.save,
        "n.bin": grams.save,
        "n.safetensors": grams.save,
        "v.txt": made.save,
        "v.npy": made.save,
        "t.tsv": made.save,
        "vocabulary": text.vocabulary.save,
        "phrases.json": phrases.save,
        "from_text.fvc": lambda path: fv.Corpus.from_text(
            [" ".join(line) for line in text], min_count=1, threads=1, save_to=path
        ),
    }


def check(name: str, save: Save, steps: int, folder: Path) -> tuple[int, list[str]]:
    """Return how many saves failed, and what was wrong with how."""
    path = folder / name
    save(path)
    sound = {file.name: file.read_bytes() for file in folder.iterdir()}
    size = max(map(len, sound.values()))
    failed, wrong = 0, []
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for limit in np.unique(np.linspace(0, size - 1, steps).astype(int)).tolist():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        said = "no error"
        try:
            save(path)
        except fv.StorageError as error:
            said = "" if str(path.parent) in str(error) else f"no path in: {error}"
            failed += 1
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        if said:
            wrong.append(f"{name}, full after {limit}: {said}")
        if parts_in(folder):
            wrong.append(f"{name}, full after {limit}: left {parts_in(folder)}")
        now = {file.name: file.read_bytes() for file in folder.iterdir()}
        if now != sound:
            changed = sorted(file for file in {*now, *sound} if now.get(file) != sound.get(file))
            wrong.append(f"{name}, full after {limit}: changed {changed}")
            sound = now
    return failed, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=40, help="limits for each kind of file (default: 40)")
    args = parser.parse_args()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # Python does so too: the write fails instead
    total, wrong = 0, []
    for name, save in saves().items():
        with tempfile.TemporaryDirectory() as folder:
            failed, found = check(name, save, args.steps, Path(folder))
        print(f"{name}: {failed} full disks", flush=True)
        total, wrong = total + failed, wrong + found
    print(*wrong, f"{total} full disks, {len(wrong)} wrong", sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
