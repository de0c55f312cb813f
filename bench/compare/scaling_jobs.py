"""What scaling.py measures: the jobs of the library, the rivals of each, the runs of a study in their order."""

import dataclasses
from itertools import product

from fastvec.benchmark.programs import Settings


@dataclasses.dataclass(frozen=True)
class Job:
    """A long call of the library; ``work`` names what it goes through, in millions of ``unit``."""

    label: str
    program: str
    settings: Settings
    work: str  # "words", "nonzeros" or "bytes"
    unit: str
    rivals: dict[str, str] = dataclasses.field(default_factory=dict)


WORDS = {"work": "words", "unit": "M words/s"}
C_PROGRAMS = {"word2vec": "word2vec", "pword2vec": "pword2vec"}
WIDE = Settings(vector_size=300, window=10)
COUNTED = Settings(window=10)
JOBS = {
    "sgns": Job(
        "SGNS", "fastvec", Settings(), **WORDS,
        rivals={"gensim": "gensim", "fasttext": "fasttext", **C_PROGRAMS},
    ),
    "sgns-300": Job("SGNS, D=300, window 10", "fastvec", WIDE, **WORDS, rivals={"gensim": "gensim", **C_PROGRAMS}),
    "cbow": Job(
        "CBOW", "fastvec:cbow", Settings(), **WORDS,
        rivals={"gensim": "gensim:cbow", "fasttext": "fasttext:cbow", "word2vec": "word2vec:cbow"},
    ),
    "hs": Job("hierarchical softmax", "fastvec:hs", Settings(), **WORDS, rivals={"gensim": "gensim:hs"}),
    "ngrams": Job(
        "n-grams", "fastvec:subwords", Settings(), **WORDS, rivals={"fasttext": "fasttext:subwords"}
    ),
    "glove": Job("GloVe", "fastvec:glove", COUNTED, work="nonzeros", unit="M non-zeros/s"),
    "count": Job("counting", "fastvec:count", COUNTED, **WORDS),
    "text": Job("text to ids", "fastvec:text", Settings(), work="bytes", unit="MB/s"),
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Run:
    """One run to come; ``who`` is fastvec or a rival."""

    job: str
    who: str
    program: str
    threads: int
    round: int

    @property
    def key(self):
        return self.job, self.who, self.threads, self.round


def thread_counts(cores):
    """The powers of two below the number of cores, and that number."""
    return sorted({1 << k for k in range(cores.bit_length()) if 1 << k < cores} | {cores})


def programs_of(job, rivals, paths):
    """Who does a job, and as which program: fastvec, then those of ``rivals`` that can and are at hand."""
    found = {"fastvec": job.program}
    for who in rivals:
        if who in job.rivals:
            found[who] = job.rivals[who] + (f":path={paths[who]}" if who in paths else "")
    return found


def planned(jobs, threads, rounds, rivals, paths):
    """Every run in its order: the rounds interleaved, in each fastvec first, rivals from many threads to few.

    A study that has to stop then lacks later rounds, or rivals on few threads, which are the slowest runs. Runs of
    a job on one thread and on more stand side by side, since their ratio is what is asked.
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
