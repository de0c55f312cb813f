"""The same damaged files, read by fastvec, gensim, fastText and GloVe: how each read ends.

``python bench/compare/damaged.py [--files N] [--seed N] [--glove FOLDER]`` needs ``pip install gensim fasttext``,
FOLDER has GloVe's programs. Each file is read in a process of its own, with 4 GiB of memory and ten seconds.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from fuzz import damaged
from fuzz_files import KINDS, corpus

import fastvec as fv

SECONDS, MEMORY = 10, 4 << 30


class NotFinite(Exception):
    """Vectors that a program wrote without a word, and that are not numbers."""


def glove(folder: Path) -> Callable[[str], object]:
    """Return what trains GloVe's program on counts, ends as it ends, and looks at what it wrote."""

    def read(path: str) -> None:
        vocabulary, made = f"{path}.vocab", Path(f"{path}.glove.txt")
        corpus().vocabulary.save(vocabulary)
        made.unlink(missing_ok=True)
        files = {"-input-file": path, "-vocab-file": vocabulary, "-save-file": made.with_suffix("")}
        settings = {"-vector-size": 10, "-iter": 2, "-threads": 1, "-binary": 0}
        options = [str(part) for option in {**files, **settings}.items() for part in option]
        code = subprocess.run([folder / "glove", *options]).returncode
        if code < 0:
            os.kill(os.getpid(), -code)
        if code or not made.exists():
            raise SystemExit(code)
        if "nan" in made.read_text() or "inf" in made.read_text():
            raise NotFinite

    return read


def readers(of_glove: Path | None) -> dict[tuple[str, str], Callable[[str], object]]:
    """Return the readers of each format, by program and kind of file."""
    import fasttext
    from gensim.models import KeyedVectors
    from gensim.models.fasttext import load_facebook_model

    words = corpus().vocabulary
    more = {} if of_glove is None else {("GloVe", "triples"): glove(of_glove)}
    return {
        ("fastvec", "v.bin"): fv.WordVectors.load,
        ("gensim", "v.bin"): lambda path: KeyedVectors.load_word2vec_format(path, binary=True),
        ("fastvec", "v.txt"): fv.WordVectors.load,
        ("gensim", "v.txt"): KeyedVectors.load_word2vec_format,
        ("fastvec", "n.bin"): fv.WordVectors.load,
        ("gensim", "n.bin"): load_facebook_model,
        ("fasttext", "n.bin"): lambda path: fasttext.load_model(path).get_word_vector("king"),
        ("fastvec", "triples"): lambda path: fv.GloVe(epochs=2, vector_size=10).train(
            fv.CooccurrenceMatrix.read_triples(path, words), threads=1
        ),
        **more,
    }


def ends(read: Callable[[str], object], path: str) -> str:
    """Read in a fork and return how it ended."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        said = "read"
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.dup2(2, 1)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            read(path)
        except fv.FastvecError:
            said = "error of its own"
        except BaseException as error:
            said = type(error).__name__
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    until, status = time.monotonic() + SECONDS, (0, 0)
    while status[0] == 0 and time.monotonic() < until:
        status = os.waitpid(process, os.WNOHANG)
        time.sleep(0.001)
    if status[0] == 0:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        return f"over {SECONDS} s"
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode()
    return signal.Signals(os.WTERMSIG(status[1])).name if os.WIFSIGNALED(status[1]) else said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--glove", type=Path)
    parser.add_argument("--only", nargs="+", metavar="PROGRAM", help="such as fasttext; all by default")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for (program, name), read in readers(args.glove).items():
            if args.only and program not in args.only:
                continue
            kind = next(kind for kind in KINDS if kind.name == name)
            path = Path(folder) / name
            kind.make(path)
            sound, counts = path.read_bytes(), Counter[str]()
            for number in range(args.files):
                path.write_bytes(damaged(name, sound, sound, random.Random(f"{args.seed} {name} {number}")))
                counts[ends(read, str(path))] += 1
            print(f"{program}, {name}: " + ", ".join(f"{end} {n}" for end, n in counts.most_common()), flush=True)


if __name__ == "__main__":
    main()
