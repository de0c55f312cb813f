"""One run of one program, in the process that ``programs.measure`` starts for it.

The request is JSON in the first argument; the result is JSON on standard output.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from importlib import import_module, metadata, util
from pathlib import Path
from time import perf_counter

import numpy as np
from programs import Settings, parse_program

from fastvec.benchmark.worker import Stages, amounts, peak_bytes, train_and_save
from fastvec.kernels.simd import simd_level

FASTVEC_FLAGS = "-O3 -fno-math-errno -fno-trapping-math and those of the instruction set (setup.py)"


@dataclass
class Job:
    text: str
    settings: Settings
    threads: int
    save: str
    options: dict[str, str]


def run_fastvec(job):
    if job.options.keys() & {"text", "count", "glove"}:
        return _run_counts(job)
    from fastvec import CBOW, SkipGram, Subwords, WordVectors

    given = asdict(job.settings)
    min_count = given.pop("min_count")
    if "subwords" in job.options:
        given |= {"subwords": Subwords(), "ns_exponent": 0.5}
    if "hs" in job.options:
        given["loss"] = "hierarchical_softmax"
    model = CBOW if "cbow" in job.options else SkipGram
    run = train_and_save(
        model(**given, negative_sharing="none" if "pair" in job.options else "round"),
        job.text, job.save, threads=job.threads, min_count=min_count,
        backend="numpy" if "numpy" in job.options else "compiled",
        tokens=int(job.options["tokens"]) if "tokens" in job.options else None,
    )  # fmt: skip
    if "subwords" in job.options:
        WordVectors.load(job.save).save(job.save, format="word2vec")
    return {**run, "flags": FASTVEC_FLAGS}


def _run_counts(job):
    from fastvec import Corpus, GloVe, count_cooccurrences

    given, glove = job.settings, "glove" in job.options
    stages = Stages()
    corpus = Corpus.from_text(job.text, min_count=given.min_count, threads=job.threads)
    stages.end("read")
    facts = {**amounts(corpus, given.sample), "simd": simd_level(), "flags": FASTVEC_FLAGS, "train": 0.0}
    if "text" not in job.options:
        two_words = Corpus.from_ids([0, 1], [0, 2], ["a", "b"])
        count_cooccurrences(two_words, window=given.window)  # loads Numba and what it compiled
        stages.end("libraries")
        # counts do not depend on the number of threads: for GloVe all cores count
        counts = count_cooccurrences(corpus, window=given.window, threads=None if glove else job.threads)
        stages.end("train")
        facts["nonzeros"] = counts.nnz
        if glove:
            model = GloVe(vector_size=given.vector_size, epochs=given.epochs, seed=given.seed)
            stages.end("model")
            model.train(counts, threads=job.threads)
            stages.end("train")
    return {**facts, **stages.seconds}


def run_bare(job):
    return {"version": np.__version__}


def run_gensim(job):
    from gensim.models import word2vec

    given = job.settings
    stages = Stages()
    model = word2vec.Word2Vec(
        sg=int("cbow" not in job.options), hs=int("hs" in job.options), cbow_mean=1, vector_size=given.vector_size,
        window=given.window, shrink_windows=True, negative=0 if "hs" in job.options else given.negative,
        ns_exponent=0.75, sample=given.sample, min_count=given.min_count,
        alpha=given.learning_rate, min_alpha=given.min_learning_rate, seed=given.seed, workers=job.threads,
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


def run_word2vec(job):
    known = {"flags": "-O3" if "O3" in job.options else "-Ofast -march=native -funroll-loops (its setup.py)"}
    if "path" in job.options:
        known = {"flags": "not known", "version": job.options["path"]}
    with tempfile.TemporaryDirectory() as folder:
        tool = _word2vec_with_O3(folder) if "O3" in job.options else Path(sys.prefix, "bin", "word2vec")
        command = [job.options.get("path", str(tool)), "-train", job.text, "-debug", "0"]
        command += ["-min-count", str(job.settings.min_count)]
        stages = Stages()
        # without -output it stops after the vocabulary: that time is not training
        vocabulary = os.path.join(folder, "vocab")
        subprocess.run([*command, "-save-vocab", vocabulary], check=True, capture_output=True)
        stages.end("read")
        model = ["-cbow", str(int("cbow" in job.options)), "-hs", "0"]
        subprocess.run([*command, *model, *_word2vec_options(job)], check=True, capture_output=True)
        stages.end("train")
    read, total = stages.seconds["read"], stages.seconds["train"]
    train, peak = total - read, peak_bytes(of_children=True)
    return {"total": total, "read": read, "train": train, "save": 0.0, "peak": peak, **known}


def run_pword2vec(job):
    # -batch-size: the contexts that share negatives; all of a window, as by default
    command = [job.options["path"], "-train", job.text, "-min-count", str(job.settings.min_count), "-debug", "2"]
    command += ["-batch-size", str(2 * job.settings.window + 1), *_word2vec_options(job)]
    stages = Stages()
    output = subprocess.run(command, check=True, capture_output=True, text=True, errors="replace").stdout
    stages.end("total")
    # its own rate: the whole run includes a second or two in which one thread fills tables
    n_tokens = int(re.findall(r"Words in train file: (\d+)", output)[-1])
    rate = 1000 * float(re.findall(r"Words/sec: ([\d.]+)k", output)[-1])
    total, train = stages.seconds["total"], n_tokens * job.settings.epochs / rate
    return {
        "total": total, "read": total - train, "train": train, "save": 0.0,
        "peak": peak_bytes(of_children=True), "version": job.options["path"], "flags": "not known",
    }  # fmt: skip


def _word2vec_options(job):
    given = job.settings
    options = {
        "-output": job.save, "-binary": 1, "-size": given.vector_size, "-window": given.window,
        "-negative": given.negative, "-sample": given.sample, "-iter": given.epochs,
        "-alpha": given.learning_rate, "-threads": job.threads,
    }  # fmt: skip
    return [str(part) for pair in options.items() for part in pair]


def _word2vec_with_O3(folder):
    source = metadata.distribution("word2vec").locate_file("word2vec/includes/word2vec.c")
    tool = Path(folder, "word2vec-O3")
    compiler = shutil.which("gcc") or "cc"
    command = [compiler, str(source), "-o", str(tool), "-O3", "-pthread", "-w", "-lm"]
    subprocess.run(command, check=True, capture_output=True)
    return tool


def run_fasttext(job):
    fasttext = import_module("fasttext")
    given = job.settings
    arguments = {
        "model": "cbow" if "cbow" in job.options else "skipgram", "loss": "ns", "dim": given.vector_size,
        "ws": given.window, "neg": given.negative, "t": given.sample, "minCount": given.min_count,
        "lr": given.learning_rate, "thread": job.threads, "verbose": 0,
    }  # fmt: skip
    if "subwords" not in job.options:
        arguments["maxn"] = 0
    stages = Stages()
    model = fasttext.train_unsupervised(job.text, epoch=given.epochs, **arguments)
    stages.end("read+train")
    model.save_model(job.save)
    stages.end("save")
    total, peak = stages.seconds["total"], peak_bytes()
    _write_word2vec_binary(job.save, {word: model.get_word_vector(word) for word in model.words})
    stages.last = perf_counter()
    fasttext.train_unsupervised(job.text, epoch=0, **arguments)  # only reads and sets up
    stages.end("read")
    read, train = stages.seconds["read"], stages.seconds["read+train"] - stages.seconds["read"]
    flags = "-O3 -funroll-loops -march=native (its setup.py)"
    return {
        "total": total, "read": read, "train": train, "save": stages.seconds["save"],
        "peak": peak, "flags": flags,
    }  # fmt: skip


def run_koan(job):
    given, stages = job.settings, Stages()
    options = {
        "-f": job.text, "-p": job.save, "-b": str("cbow" in job.options).lower(), "-d": given.vector_size,
        "-c": given.window, "-n": given.negative, "-o": given.sample, "-e": given.epochs, "-k": given.min_count,
        "-l": given.learning_rate, "-m": given.min_learning_rate, "-t": job.threads,
    }  # fmt: skip
    command = [job.options["path"], "--no-progress", *(str(part) for pair in options.items() for part in pair)]
    subprocess.run(command, check=True, capture_output=True)
    stages.end("train")
    return _whole(job, stages)


def run_glove(job):
    given, programs, stages = job.settings, Path(job.options["path"]), Stages()
    with tempfile.TemporaryDirectory(prefix="fastvec-glove-", dir=Path(job.save).parent) as folder:
        place = Path(folder)
        vocabulary, counts, shuffled = (str(place / name) for name in ("vocabulary", "counts", "shuffled"))
        memory = ["-memory", "4"]

        def run(program, *options, source=None, target=None):
            with open(source or os.devnull, "rb") as input, open(target or os.devnull, "wb") as output:
                command = [str(programs / program), *map(str, options), "-verbose", "0"]
                subprocess.run(command, check=True, stdin=input, stdout=output, stderr=subprocess.DEVNULL)

        run("vocab_count", "-min-count", given.min_count, source=job.text, target=vocabulary)
        stages.end("read")
        overflow = ["-overflow-file", place / "overflow"]
        cooccur = [*memory, "-vocab-file", vocabulary, "-window-size", given.window, *overflow]
        run("cooccur", *cooccur, source=job.text, target=counts)
        run("shuffle", *memory, "-temp-file", place / "part", source=counts, target=shuffled)
        run(
            "glove", "-input-file", shuffled, "-vocab-file", vocabulary, "-save-file", place / "vectors",
            "-binary", 0, "-threads", job.threads, "-x-max", job.options.get("x_max", 100),
            "-iter", given.epochs, "-vector-size", given.vector_size, "-eta", given.learning_rate,
        )  # fmt: skip
        stages.end("train")
        shutil.move(place / "vectors.txt", job.save)
    return _whole(job, stages)


def _whole(job, stages):
    """Return what is known of a program that says nothing about itself."""
    known = {"read": 0.0, "save": 0.0, **stages.seconds}
    return {**known, "peak": peak_bytes(of_children=True), "version": job.options["path"], "flags": "not known"}


def _write_word2vec_binary(path, vectors):
    with open(path, "wb") as file:
        file.write(f"{len(vectors)} {len(next(iter(vectors.values())))}\n".encode())
        for word, vector in vectors.items():
            file.write(word.encode() + b" " + vector.astype("<f4").tobytes())


def _flags_inside(module):
    """Return the compiler and its flags, which a build with -g (gensim's wheels) records in the library."""
    found = util.find_spec(module)
    content = Path(found.origin).read_bytes() if found and found.origin else b""
    note = re.search(rb"GNU C\S* ([^\0]{4,300})", content)
    if note is None:
        return "not recorded in the library"
    words = note[1].decode(errors="replace").split()
    return " ".join(["gcc", words[0], *dict.fromkeys(word for word in words if re.match("-[Omf]", word))])


RUNNERS = {
    "fastvec": run_fastvec, "gensim": run_gensim, "word2vec": run_word2vec, "pword2vec": run_pword2vec,
    "fasttext": run_fasttext, "koan": run_koan, "glove": run_glove, "bare": run_bare,
}  # fmt: skip


def main():
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
        result["peak"] = peak_bytes()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
