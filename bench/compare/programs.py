"""The programs that are compared: each reads a text, trains skip-gram vectors on it and saves them.

:func:`measure` runs one of them in a fresh process (``worker.py``), so that no run leaves memory, threads or
warm caches to the next.

A program is named ``name[:option[=value]]...``:

====================  =====================================================================================
``fastvec``           this library; ``:cbow`` is CBOW, ``:hs`` hierarchical softmax; ``:pair`` draws negatives for
                      each pair, or in CBOW for each centre; ``:simd=avx2`` forces an instruction set,
                      ``:numpy`` is the NumPy reference, ``:tokens=N`` trains on the first N tokens only,
                      ``:subwords`` has fastText's n-grams and noise (count^0.5). ``:text`` only reads the text to
                      ids, ``:count`` counts co-occurrences, ``:glove`` trains GloVe on them
``gensim``            Word2Vec in ``corpus_file`` mode, its fastest; ``:cbow``, ``:hs`` as above; ``:loss`` makes
                      it report its loss
``word2vec``          word2vec.c as PyPI's ``word2vec`` builds it; ``:O3`` builds its source with -O3 instead,
                      ``:path=FILE`` is your own build; ``:cbow``
``pword2vec``         Intel's pWord2Vec, ``:path=FILE``; it has word2vec's options
``fasttext``          skip-gram without subwords (``maxn=0``); ``:subwords`` with them, ``:cbow`` is CBOW
``koan``              bloomberg's koan, ``:path=FILE``; ``:cbow`` is its CBOW, with the gradient of the mean
``glove``             GloVe's four C programs, ``:path=FOLDER`` of them; ``:x_max=X``
``bare``              ``import numpy`` and nothing else: what peak memory is compared with
====================  =====================================================================================

fastvec and gensim take ``:seed=N``. All shrink their windows: word2vec.c and fastText cannot do otherwise.
Negatives are drawn by count^0.75, but fastText has count^0.5 built in. word2vec.c and fastText have no
``min_learning_rate`` either (they end at learning_rate/10,000 and 0), and no seed that can be set from here;
nor have koan and GloVe, of which ``train`` is all of the program, or of the three after the vocabulary.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib import util
from pathlib import Path

from fastvec.benchmark.worker import in_fresh_process
from fastvec.errors import SettingError, TrainingError

OPTIONS = {
    "fastvec": {"cbow", "hs", "pair", "simd", "numpy", "tokens", "subwords", "seed", "text", "count", "glove"},
    "gensim": {"cbow", "hs", "loss", "seed"},
    "word2vec": {"O3", "path", "cbow"},
    "pword2vec": {"path"},
    "fasttext": {"subwords", "cbow"},
    "koan": {"path", "cbow"},
    "glove": {"path", "x_max"},
    "bare": set(),
}
INSTALL = {
    "gensim": "pip install 'fastvec[compare]'",
    "word2vec": "pip install word2vec (builds with gcc)",
    "fasttext": "pip install fasttext (builds with g++)",
}


@dataclass(frozen=True)
class Settings:
    """What every program gets, by the names of :class:`fastvec.SkipGram`."""

    vector_size: int = 100
    window: int = 5
    negative: int = 5
    sample: float = 1e-3
    min_count: int = 5
    epochs: int = 1
    learning_rate: float = 0.025
    min_learning_rate: float = 1e-4
    seed: int = 1


def parse_program(program):
    """Split ``name:option=value`` into the name and a dict of its options.

    >>> parse_program("fastvec:pair:simd=avx2")
    ('fastvec', {'pair': '', 'simd': 'avx2'})
    """
    name, *parts = program.split(":")
    options = {option: value for option, _, value in (part.partition("=") for part in parts)}
    known = OPTIONS.get(name)
    if known is None or not options.keys() <= known:
        expected = f"one of {', '.join(OPTIONS)}" if known is None else f"options of {sorted(known)}"
        raise SettingError(field="program", expected=expected, got=program)
    return name, options


def missing(program):
    """Return how to install a program, or None if it is here."""
    name, options = parse_program(program)
    here = name not in INSTALL or "path" in options or util.find_spec(name) is not None
    return None if here else INSTALL[name]


def measure(program, text, settings, *, threads, save):
    """Run ``program`` on a plain text file (for fastvec also a ``.fvc``) in a fresh process.

    Vectors go to ``save`` in word2vec's binary format. Returns a dict: ``total``, ``read``, ``train``, ``save`` in
    seconds without imports; ``peak``, bytes of memory (None: not known here); ``version``; ``flags`` of its
    compiler. fastvec adds ``raw_tokens`` and ``trained_tokens`` of one epoch (before and after subsampling) and,
    if it counts, ``nonzeros``; then ``train`` is the time of counting, or of GloVe.

    Raises TrainingError with the program's last line if it fails.
    """
    name, options = parse_program(program)
    request = {"program": program, "text": str(text), "settings": asdict(settings), "threads": threads}
    env = {"PYTHONSAFEPATH": ""}  # worker.py imports its neighbours
    if name == "pword2vec":
        env |= {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # each of its threads calls BLAS by itself
    if "simd" in options:
        env["FASTVEC_SIMD"] = options["simd"]
    if name == "fasttext":
        # 0.9.3 sets T tenths of W_in on T threads and stops at NaNs in the rest; fresh pages are zero
        env["MALLOC_MMAP_THRESHOLD_"] = "65536"
    command = [str(Path(__file__).with_name("worker.py")), json.dumps({**request, "save": str(save)})]
    try:
        return json.loads(in_fresh_process(command, threads, env))
    except TrainingError as error:
        raise TrainingError(f"{program}: {error}") from None
