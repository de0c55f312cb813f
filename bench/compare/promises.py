"""What fastvec promises, tried with other programs too: Ctrl-C, a full disk, and two runs of two threads.

``python bench/compare/promises.py [--glove FOLDER] [--times N]`` needs ``pip install gensim fasttext``; FOLDER has
GloVe's programs. Each trial has a process of its own. ``bench/compare/damaged.py`` has damaged files.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

GIVE_UP = 20  # seconds
AFTER = 1.5  # seconds of training before Ctrl-C
STEPS = 10  # disks that are full at other places
LONG, SHORT = 100_000, 3  # epochs
WORDS, LINES = 3000, 20_000
TRIPLE = np.dtype([("word", "<i4"), ("context", "<i4"), ("count", "<f8")])


def write_text(folder: Path) -> Path:
    ids = (WORDS * np.random.default_rng(0).random((LINES, 20)) ** 3).astype(int)
    path = folder / "text.txt"
    path.write_text("".join(" ".join(f"w{i}" for i in line) + "\n" for line in ids))
    return path


def fastvec(text: Path, epochs: int) -> Any:
    import fastvec as fv

    trainer = fv.SkipGram(vector_size=50, epochs=epochs, deterministic=epochs == SHORT)
    return trainer.train(fv.Corpus.from_text(text), threads=2)


def gensim(text: Path, epochs: int) -> Any:
    from gensim.models import Word2Vec
    from gensim.models.word2vec import LineSentence

    return Word2Vec(LineSentence(text), vector_size=50, sg=1, epochs=epochs, workers=2, seed=1).wv


def fasttext(text: Path, epochs: int) -> Any:
    from fasttext import train_unsupervised

    return train_unsupervised(str(text), dim=50, epoch=epochs, thread=2, minn=0, maxn=0, lr=0.025, verbose=0)


TRAINED: dict[str, Callable[[Path, int], Any]] = {"fastvec": fastvec, "gensim": gensim, "fasttext": fasttext}
SAVES: dict[str, tuple[str, Callable[[Any, str], object]]] = {
    "fastvec, .bin": ("fastvec", lambda vectors, path: vectors.save(path)),
    "fastvec, .safetensors": ("fastvec", lambda vectors, path: vectors.save(path)),
    "gensim, save_word2vec_format": (
        "gensim", lambda vectors, path: vectors.save_word2vec_format(path, binary=True)
    ),
    "gensim, save": ("gensim", lambda vectors, path: vectors.save(path)),
    "fasttext, save_model": ("fasttext", lambda model, path: model.save_model(path)),
}  # fmt: skip


def hash_of(program: str, model: Any) -> str:
    rows = model.get_input_matrix() if program == "fasttext" else model.vectors
    return hashlib.sha256(np.ascontiguousarray(rows).tobytes()).hexdigest()[:12]


def child(program: str, text: Path) -> None:
    """Train until Ctrl-C; say when it was noticed, and which threads are still there."""
    print("ready", flush=True)
    try:
        TRAINED[program](text, LONG)
    except KeyboardInterrupt:
        at, left = time.monotonic(), [t.name for t in threading.enumerate() if t is not threading.main_thread()]
        print(json.dumps({"at": at, "left": len([name for name in left if "loading" not in name])}), flush=True)
        os._exit(0)


def glove_command(folder: Path, text: Path, epochs: int, output: Path) -> list[str]:
    """Return the command that trains on the counts of a text, which are made if they are not there."""
    vocabulary, counts = text.with_suffix(".vocab"), text.with_suffix(".counts")
    if not counts.exists():
        made = {vocabulary: [folder / "vocab_count"], counts: [folder / "cooccur", "-vocab-file", vocabulary]}
        for path, command in made.items():
            with text.open("rb") as source, path.open("wb") as target:
                subprocess.run(
                    [*command, "-verbose", "0"], stdin=source, stdout=target, stderr=subprocess.DEVNULL, check=True
                )
        # it counts a pair of no words, 0 and 0, in a text that needs no overflow file; training crashes on that
        triples = np.fromfile(counts, TRIPLE)
        triples[triples["word"] > 0].tofile(counts)
    settings = f"-vector-size 50 -threads 2 -seed 1 -verbose 0 -iter {epochs} -binary 0"
    files = ["-input-file", counts, "-vocab-file", vocabulary, "-save-file", output]
    return [*map(str, [folder / "glove", *files]), *settings.split()]


def interrupted(command: list[str], is_python: bool) -> str:
    """Send Ctrl-C to a program that trains; return how long it took to be noticed."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    if is_python:
        process.stdout.readline()
        time.sleep(3)  # imports
    time.sleep(AFTER)
    assert process.poll() is None, command
    sent = time.monotonic()
    process.send_signal(signal.SIGINT)
    try:
        said = process.communicate(timeout=GIVE_UP)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return f"not within {GIVE_UP} s"
    if is_python:
        found = json.loads(said)
        return f"{1000 * (found['at'] - sent):.0f} ms, {found['left']} threads left"
    return f"{1000 * (time.monotonic() - sent):.0f} ms, by signal {-process.returncode}"


def in_fork(call: Callable[[], str]) -> str:
    """Return what a call says, made in a process of its own, or the signal that ended it."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            said = call()
        except BaseException as error:
            said = type(error).__name__
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    status = os.waitpid(process, 0)[1]
    with os.fdopen(reading) as told:
        said = told.read()
    return signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else said


def full(save: Callable[[Any, str], object], model: Any, path: Path) -> Counter[str]:
    """Save over a file on disks that are full at several places; return what was said, and what became of it."""
    save(model, str(path))
    old, ends = path.read_bytes(), Counter[str]()

    def limited(limit: int) -> str:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        save(model, str(path))
        return "no error"

    for limit in np.linspace(0, len(old) - 1, STEPS).astype(int).tolist():
        said = in_fork(lambda limit=limit: limited(limit))
        kept = "old file kept" if path.exists() and path.read_bytes() == old else "old file lost"
        ends[f"{said}, {kept}"] += 1
        path.write_bytes(old)
    return ends


def run_glove(command: list[str], limit: int | None = None) -> str:
    """Run GloVe to its end, with a limit for the size of its files; return its exit code."""

    def limited() -> None:
        if limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=limited)
    return f"exit code {done.returncode}"


def of_glove(folder: Path, text: Path, times: int) -> None:
    output = text.with_name("glove")
    made = output.with_suffix(".txt")
    for _ in range(times):
        print(f"Ctrl-C, GloVe: {interrupted(glove_command(folder, text, LONG, output), False)}", flush=True)
    command, hashes, ends = glove_command(folder, text, SHORT, output), set(), Counter[str]()
    for _ in range(times):
        run_glove(command)
        hashes.add(hashlib.sha256(made.read_bytes()).hexdigest())
    print(f"two threads, GloVe: {len(hashes)} results of {times} runs", flush=True)
    old = made.read_bytes()
    for limit in np.linspace(0, len(old) - 1, STEPS).astype(int).tolist():
        said = run_glove(command, limit)
        ends[f"{said}, {'a whole file' if made.stat().st_size >= len(old) * 0.99 else 'a part of a file'}"] += 1
    print(f"full disk, GloVe: {dict(ends)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--glove", type=Path)
    parser.add_argument("--only", nargs="+", metavar="PROGRAM", help="such as fasttext; all by default")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        child(args.child[0], Path(args.child[1]))
        return
    # a shell starts what runs in its background deaf to Ctrl-C, and programs inherit that
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        text = write_text(folder)
        for program in (name for name in TRAINED if not args.only or name in args.only):
            command = [sys.executable, __file__, "--child", program, str(text)]
            for _ in range(args.times):
                print(f"Ctrl-C, {program}: {interrupted(command, True)}", flush=True)
            hashes = {
                in_fork(lambda: hash_of(program, TRAINED[program](text, SHORT)))  # noqa: B023
                for _ in range(args.times)
            }
            print(f"two threads, {program}: {len(hashes)} results of {args.times} runs", flush=True)
        for name, (program, save) in SAVES.items():
            if args.only and program not in args.only:
                continue
            path = folder / f"saved.{name.rpartition('.')[2] if '.' in name else 'model'}"
            print(f"full disk, {name}: {dict(full(save, TRAINED[program](text, SHORT), path))}", flush=True)
        if args.glove:
            of_glove(args.glove, text, args.times)


if __name__ == "__main__":
    main()
