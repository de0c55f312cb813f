"""The programs that the benchmarks time: each reads a text, trains skip-gram vectors on it and saves them.

:func:`measure` runs one of them in a fresh process (this module as a script), so that no run leaves memory,
threads or warm caches to the next.

A program is named ``name[:option[=value]]...``:

====================  =====================================================================================
``fastvec``           this library; ``:pair`` draws negatives for each pair, ``:simd=avx2`` forces a level,
                      ``:numpy`` is the NumPy reference, ``:words=N`` trains on the first N words only
``gensim``            Word2Vec in ``corpus_file`` mode, its fastest; ``:loss`` has it report its loss
``word2vec``          the C tool as PyPI's ``word2vec`` builds it; ``:O3`` builds its source with -O3 instead
``fasttext``          skip-gram without subwords (``maxn=0``)
``bare``              ``import numpy`` and nothing else: what peak memory is compared with
====================  =====================================================================================

``:seed=N`` goes with fastvec and gensim. All shrink their windows and draw negatives by count^0.75:
word2vec.c and fastText know nothing else. These two have no ``min_learning_rate`` either (word2vec.c ends at
learning_rate/10,000, fastText at 0) and no seed that can be set from here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from importlib import metadata, util
from pathlib import Path
from time import perf_counter
from typing import Any

from fastvec.errors import SettingError, TrainingError

OPTIONS = {
    "fastvec": {"pair", "simd", "numpy", "words", "seed"},
    "gensim": {"loss", "seed"},
    "word2vec": {"O3"},
    "fasttext": set(),
    "bare": set(),
}
INSTALL = {
    "gensim": "pip install 'fastvec[compare]'",
    "word2vec": "pip install word2vec (builds with gcc)",
    "fasttext": "pip install fasttext (builds with g++)",
}


@dataclass(frozen=True)
class Settings:
    """What every program is given alike; the words are those of :class:`fastvec.SkipGram`.

    Examples
    --------
    >>> from fastvec.benchmark.programs import Settings
    >>> Settings(window=10).negative
    5
    """

    vector_size: int = 100
    window: int = 5
    negative: int = 5
    sample: float = 1e-3
    min_count: int = 5
    epochs: int = 1
    learning_rate: float = 0.025
    min_learning_rate: float = 1e-4
    seed: int = 1


def parse_program(program: str) -> tuple[str, dict[str, str]]:
    """Split ``name:option=value`` into the name and its options.

    Raises
    ------
    SettingError
        There is no such program, or it has no such option.

    Examples
    --------
    >>> from fastvec.benchmark.programs import parse_program
    >>> parse_program("fastvec:pair:simd=avx2")
    ('fastvec', {'pair': '', 'simd': 'avx2'})
    """
    name, *parts = program.split(":")
    options = dict((part.split("=", 1) if "=" in part else (part, "")) for part in parts)
    known = OPTIONS.get(name)
    if known is None or not options.keys() <= known:
        expected = f"a name of {', '.join(OPTIONS)}" if known is None else f"options of {sorted(known)}"
        raise SettingError(
            f"program: expected {expected}, got {program!r}", field="program", expected=expected, found=program
        )
    return name, options


def missing(program: str) -> str | None:
    """How to install ``program`` if it is not here, else None.

    Examples
    --------
    >>> from fastvec.benchmark.programs import missing
    >>> missing("fastvec:pair") is None
    True
    """
    name, _ = parse_program(program)
    here = name not in INSTALL or util.find_spec(name) is not None
    return None if here else INSTALL[name]


def measure(
    program: str, text: str | os.PathLike[str], settings: Settings, *, threads: int, save: str | os.PathLike[str]
) -> dict[str, Any]:
    """Run ``program`` on a plain text file in a process of its own.

    Parameters
    ----------
    program : str
        See the top of this module.
    text : path
        Uncompressed, one sentence a line; for fastvec also an encoded corpus, ``.fvc``.
    settings : Settings
    threads : int
        For reading and training.
    save : path
        Where the vectors go, in word2vec's binary format.

    Returns
    -------
    dict
        ``total``, ``read``, ``train``, ``save``: seconds (imports not counted); ``peak``: bytes of memory the process
        held at most, None where the system does not say; ``version``, ``flags`` (of its compiler).
        From fastvec also ``raw_words`` and ``trained_words`` of one epoch, before and after subsampling.

    Raises
    ------
    SettingError
        The program is unknown.
    TrainingError
        It failed; the message ends with its own last words.

    Examples
    --------
    >>> from fastvec.benchmark.programs import Settings, measure
    >>> sorted(measure("bare", "", Settings(), threads=1, save=""))
    ['flags', 'peak', 'version']
    """
    _, options = parse_program(program)
    request = json.dumps(
        {"program": program, "text": str(text), "settings": asdict(settings), "threads": threads, "save": str(save)}
    )
    # BLAS starts a thread for each core unless told otherwise
    env = {**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
    if "simd" in options:
        env["FASTVEC_SIMD"] = options["simd"]
    # -P: a checkout in the current folder must not hide the installed package
    command = [sys.executable, "-P", "-m", "fastvec.benchmark.programs", request]
    done = subprocess.run(command, env=env, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        words = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise TrainingError(f"{program}: {words[-1]}")
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


# What follows runs inside that process.


@dataclass
class Job:
    text: str
    settings: Settings
    threads: int
    save: str
    options: dict[str, str]


class Stages:
    """A stopwatch: seconds by the name of the stage that ended."""

    def __init__(self) -> None:
        self.began = self.last = perf_counter()
        self.seconds: dict[str, float] = {}

    def end(self, stage: str) -> None:
        now = perf_counter()
        self.seconds[stage] = now - self.last
        self.last = now
        self.seconds["total"] = now - self.began


def run_fastvec(job: Job) -> dict[str, Any]:
    from fastvec import Corpus, SkipGram

    given = asdict(job.settings)
    min_count = given.pop("min_count")
    model = SkipGram(**given, negative_sharing="pair" if "pair" in job.options else "window")
    stages = Stages()
    if job.text.endswith(".fvc"):
        corpus = Corpus.open(job.text)
    else:
        corpus = Corpus.from_text(job.text, min_count=min_count, threads=job.threads)
    stages.end("read")
    if "words" in job.options:
        corpus = _first_words(corpus, int(job.options["words"]))
    stages.last = perf_counter()
    backend = "numpy" if "numpy" in job.options else "compiled"
    vectors = model.train(corpus, threads=job.threads, backend=backend)
    stages.end("train")
    vectors.save(job.save)
    stages.end("save")
    return {**stages.seconds, **_facts(corpus, job)}


def run_bare(job: Job) -> dict[str, Any]:
    import numpy as np

    return {"version": np.__version__}


def run_gensim(job: Job) -> dict[str, Any]:
    from gensim.models import word2vec

    given = job.settings
    stages = Stages()
    model = word2vec.Word2Vec(
        sg=1, hs=0, vector_size=given.vector_size, window=given.window, negative=given.negative, ns_exponent=0.75,
        sample=given.sample, min_count=given.min_count, alpha=given.learning_rate, min_alpha=given.min_learning_rate,
        shrink_windows=True, seed=given.seed, workers=job.threads,
    )  # fmt: skip
    model.build_vocab(corpus_file=job.text)
    stages.end("read")
    model.train(
        corpus_file=job.text, total_examples=model.corpus_count, total_words=model.corpus_total_words,
        epochs=given.epochs, compute_loss="loss" in job.options,
    )  # fmt: skip
    stages.end("train")
    model.wv.save_word2vec_format(job.save, binary=True)
    stages.end("save")
    return {**stages.seconds, "flags": _flags_inside("gensim.models.word2vec_corpusfile")}


def run_word2vec(job: Job) -> dict[str, Any]:
    flags = "-O3" if "O3" in job.options else "-Ofast -march=native -funroll-loops (its setup.py)"
    with tempfile.TemporaryDirectory() as folder:
        tool = _word2vec_with_O3(folder) if "O3" in job.options else Path(sys.prefix, "bin", "word2vec")
        words = {name: str(value) for name, value in asdict(job.settings).items()}
        common = [str(tool), "-train", job.text, "-min-count", words["min_count"], "-debug", "0"]
        stages = Stages()
        # without -output it stops after the vocabulary: the part of its time that is not training
        subprocess.run([*common, "-save-vocab", os.path.join(folder, "vocab")], check=True, capture_output=True)
        stages.end("read")
        arguments = {
            "-output": job.save, "-binary": "1", "-cbow": "0", "-hs": "0", "-size": words["vector_size"],
            "-window": words["window"], "-negative": words["negative"], "-sample": words["sample"],
            "-iter": words["epochs"], "-alpha": words["learning_rate"], "-threads": str(job.threads),
        }  # fmt: skip
        subprocess.run([*common, *(word for pair in arguments.items() for word in pair)], check=True, capture_output=True)
        stages.end("train")
    read, total = stages.seconds["read"], stages.seconds["train"]
    train, peak = total - read, _peak_bytes(of_children=True)
    return {"total": total, "read": read, "train": train, "save": 0.0, "peak": peak, "flags": flags}


def _word2vec_with_O3(folder: str) -> Path:
    package = util.find_spec("word2vec")
    assert package is not None
    source = Path(list(package.submodule_search_locations or [])[0], "includes", "word2vec.c")
    tool = Path(folder, "word2vec-O3")
    compiler = shutil.which("gcc") or "cc"
    subprocess.run([compiler, source, "-o", tool, "-O3", "-pthread", "-w", "-lm"], check=True, capture_output=True)
    return tool


def run_fasttext(job: Job) -> dict[str, Any]:
    import fasttext

    given = job.settings
    arguments = {
        "model": "skipgram", "loss": "ns", "maxn": 0, "bucket": 0, "dim": given.vector_size, "ws": given.window,
        "neg": given.negative, "t": given.sample, "minCount": given.min_count, "lr": given.learning_rate,
        "thread": job.threads, "verbose": 0,
    }  # fmt: skip
    stages = Stages()
    model = fasttext.train_unsupervised(job.text, epoch=given.epochs, **arguments)
    stages.end("read+train")
    model.save_model(job.save)
    stages.end("save")
    total, peak = stages.seconds["total"], _peak_bytes()
    _write_word2vec_binary(job.save, model.words, model.get_input_matrix())
    # No epoch: it reads and sets up, the part that is not training. Second, since fastText 0.9.3 leaves memory
    # unset and finds NaN in what an earlier call of the process freed.
    stages.last = perf_counter()
    fasttext.train_unsupervised(job.text, epoch=0, **arguments)
    stages.end("read")
    read, train = stages.seconds["read"], stages.seconds["read+train"] - stages.seconds["read"]
    flags = "-O3 -funroll-loops -march=native (its setup.py)"
    return {
        "total": total, "read": read, "train": train, "save": stages.seconds["save"],
        "peak": peak, "flags": flags,
    }  # fmt: skip


def _write_word2vec_binary(path: str, words: list[str], vectors: Any) -> None:
    with open(path, "wb") as file:
        file.write(f"{len(words)} {vectors.shape[1]}\n".encode())
        for word, vector in zip(words, vectors, strict=False):
            file.write(word.encode() + b" " + vector.astype("<f4").tobytes())


def _first_words(corpus: Any, n_words: int) -> Any:
    """The start of a corpus with the vocabulary, and so the matrices, of all of it."""
    import numpy as np

    from fastvec import Corpus

    offsets = np.append(corpus.offsets[corpus.offsets < n_words], min(n_words, corpus.n_words))
    vocabulary = corpus.vocabulary
    return Corpus.from_ids(corpus.ids[: offsets[-1]], offsets, vocabulary.words, vocabulary.counts)


def _facts(corpus: Any, job: Job) -> dict[str, Any]:
    import numpy as np

    import fastvec

    counts, sample = corpus.vocabulary.counts.astype(np.float64), job.settings.sample
    ratio = sample * counts.sum() / counts if sample > 0 else np.ones_like(counts)
    kept = counts @ np.minimum(1.0, np.sqrt(ratio) + ratio) / counts.sum()
    return {
        "raw_words": corpus.n_words,
        "trained_words": round(float(kept) * corpus.n_words),  # as expected: the draw of a run differs by some 0.1 %
        "vocabulary": len(corpus.vocabulary),
        "simd": fastvec.simd_level(),
        "flags": "-O3 -fno-math-errno -fno-trapping-math and those of the instruction set (setup.py)",
    }


def _flags_inside(module: str) -> str:
    """The compiler and its flags, as a build with -g (gensim's wheels) notes them in the library itself."""
    found = util.find_spec(module)
    note = re.search(rb"GNU C\S* ([^\0]{4,300})", Path(found.origin).read_bytes()) if found and found.origin else None
    if note is None:
        return "not recorded in the library"
    words = note[1].decode(errors="replace").split()
    return " ".join(["gcc", words[0], *dict.fromkeys(word for word in words if re.match("-[Omf]", word))])


def _peak_bytes(of_children: bool = False) -> int | None:
    if not of_children and os.path.exists("/proc/self/status"):
        # ru_maxrss begins at what the parent held when it forked; VmHWM does not
        return int(re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[0]) * 1024
    try:
        import resource
    except ImportError:
        return None
    who = resource.RUSAGE_CHILDREN if of_children else resource.RUSAGE_SELF
    return resource.getrusage(who).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


RUNNERS: dict[str, Callable[[Job], dict[str, Any]]] = {
    "fastvec": run_fastvec, "gensim": run_gensim, "word2vec": run_word2vec, "fasttext": run_fasttext, "bare": run_bare,
}  # fmt: skip


def main() -> None:
    request = json.loads(sys.argv[1])
    name, options = parse_program(request["program"])
    settings = Settings(**request["settings"])
    if "seed" in options:
        settings = replace(settings, seed=int(options["seed"]))
    job = Job(request["text"], settings, request["threads"], request["save"], options)
    result = {"flags": "", **RUNNERS[name](job)}
    if "version" not in result:
        result["version"] = metadata.version(name)
    if "peak" not in result:
        result["peak"] = _peak_bytes()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
