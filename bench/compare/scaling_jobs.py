"""The jobs that scaling.py measures, the rivals of each, and the order of the runs."""

import dataclasses
from itertools import product

from programs import Settings


@dataclasses.dataclass(frozen=True)
class Job:
    """A long call of the library; ``work`` is what it processes, ``unit`` the unit of its rate."""

    label: str
    program: str
    settings: Settings
    work: str  # "tokens", "nonzeros" or "bytes"
    unit: str
    rivals: dict[str, str] = dataclasses.field(default_factory=dict)


TOKENS = {"work": "tokens", "unit": "M tokens/s"}
C_PROGRAMS = {"word2vec": "word2vec", "pword2vec": "pword2vec"}
WIDE = Settings(vector_size=300, window=10)
COUNTED = Settings(window=10)
JOBS = {
    "sgns": Job(
        "SGNS", "fastvec", Settings(), **TOKENS,
        rivals={"gensim": "gensim", "fasttext": "fasttext", **C_PROGRAMS},
    ),
    "sgns-300": Job(
        "SGNS, D=300, window 10", "fastvec", WIDE, **TOKENS, rivals={"gensim": "gensim", **C_PROGRAMS}
    ),
    "cbow": Job(
        "CBOW", "fastvec:cbow", Settings(), **TOKENS,
        rivals={"gensim": "gensim:cbow", "fasttext": "fasttext:cbow", "word2vec": "word2vec:cbow"},
    ),
    "hs": Job("hierarchical softmax", "fastvec:hs", Settings(), **TOKENS, rivals={"gensim": "gensim:hs"}),
    "ngrams": Job(
        "n-grams", "fastvec:subwords", Settings(), **TOKENS, rivals={"fasttext": "fasttext:subwords"}
    ),
    "glove": Job("GloVe", "fastvec:glove", COUNTED, work="nonzeros", unit="M non-zeros/s"),
    "count": Job("counting", "fastvec:count", COUNTED, **TOKENS),
    "text": Job("text to ids", "fastvec:text", Settings(), work="bytes", unit="MB/s"),
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Run:
    """A planned run; ``who`` is fastvec or a rival."""

    job: str
    who: str
    program: str
    threads: int
    round: int

    @property
    def key(self):
        return self.job, self.who, self.threads, self.round


def thread_counts(cores):
    """Return the powers of two below the number of cores, and that number."""
    return sorted({1 << k for k in range(cores.bit_length()) if 1 << k < cores} | {cores})


def programs_of(job, rivals, paths):
    """Return the programs that do a job, by name: fastvec, then those of ``rivals`` that can."""
    found = {"fastvec": job.program}
    for who in rivals:
        if who in job.rivals:
            found[who] = job.rivals[who] + (f":path={paths[who]}" if who in paths else "")
    return found


def planned(jobs, threads, rounds, rivals, paths):
    """Return every run in order: rounds interleaved; in each fastvec first, then rivals from many threads to few.

    A study that is stopped lacks later rounds, or rivals on few threads, which are the slowest runs. Runs of a job
    on one thread and on more follow each other, since their ratio is the result.
    """
    runs = []
    for number in range(1, rounds + 1):
        some = [
            Run(name, who, program, count, number)
            for name, count in product(jobs, threads)
            for who, program in programs_of(JOBS[name], rivals, paths).items()
        ]
        runs += [run for run in some if run.who == "fastvec"]
        runs += sorted((run for run in some if run.who != "fastvec"), key=lambda run: -run.threads)
    return runs
