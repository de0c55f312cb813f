"""The programs that the benchmarks time: each reads a text, trains skip-gram vectors on it and saves them.

:func:`measure` runs one of them in a fresh process (``worker.py``), so that no run leaves memory, threads or
warm caches to the next.

A program is named ``name[:option[=value]]...``:

====================  =====================================================================================
``fastvec``           this library; ``:cbow`` is CBOW, ``:hs`` hierarchical softmax; ``:pair`` draws negatives for
                      each pair, or in CBOW for each centre; ``:simd=avx2`` forces a level,
                      ``:numpy`` is the NumPy reference, ``:words=N`` trains on the first N words only,
                      ``:subwords`` has fastText's n-grams and noise (count^0.5). ``:text`` only reads the text to
                      ids, ``:count`` counts co-occurrences, ``:glove`` trains GloVe on them
``gensim``            Word2Vec in ``corpus_file`` mode, its fastest; ``:cbow``, ``:hs`` as above; ``:loss`` has it
                      report its loss
``word2vec``          the C tool as PyPI's ``word2vec`` builds it; ``:O3`` builds its source with -O3 instead,
                      ``:path=FILE`` is one of your own; ``:cbow``
``pword2vec``         Intel's pWord2Vec, ``:path=FILE``: it has word2vec's options
``fasttext``          skip-gram without subwords (``maxn=0``); ``:subwords`` with them, ``:cbow`` is CBOW
``bare``              ``import numpy`` and nothing else: what peak memory is compared with
====================  =====================================================================================

``:seed=N`` goes with fastvec and gensim. All shrink their windows; word2vec.c and fastText know nothing else.
Negatives are drawn by count^0.75, but fastText has count^0.5 built in. word2vec.c and fastText have no
``min_learning_rate`` either (they end at learning_rate/10,000 and 0) and no seed that can be set from here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib import util
from typing import Any

from fastvec.errors import SettingError, TrainingError

OPTIONS = {
    "fastvec": {"cbow", "hs", "pair", "simd", "numpy", "words", "subwords", "seed", "text", "count", "glove"},
    "gensim": {"cbow", "hs", "loss", "seed"},
    "word2vec": {"O3", "path", "cbow"},
    "pword2vec": {"path"},
    "fasttext": {"subwords", "cbow"},
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
    options = {option: value for option, _, value in (part.partition("=") for part in parts)}
    known = OPTIONS.get(name)
    if known is None or not options.keys() <= known:
        expected = f"a name of {', '.join(OPTIONS)}" if known is None else f"options of {sorted(known)}"
        raise SettingError(
            f"program: expected {expected}, got {program!r}",
            field="program",
            expected=expected,
            got=program,
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
    name, options = parse_program(program)
    here = name not in INSTALL or "path" in options or util.find_spec(name) is not None
    return None if here else INSTALL[name]


def measure(
    program: str,
    text: str | os.PathLike[str],
    settings: Settings,
    *,
    threads: int,
    save: str | os.PathLike[str],
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
        ``total``, ``read``, ``train``, ``save``: seconds (imports not counted); ``peak``: bytes of memory it
        held at most, None where the system does not say; ``version``, ``flags`` (of its compiler).
        From fastvec also ``raw_words`` and ``trained_words`` of one epoch, before and after subsampling, and of
        counts ``nonzeros``; ``train`` is of counting or of GloVe where the program says so.

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
    name, options = parse_program(program)
    request = json.dumps(
        {
            "program": program,
            "text": str(text),
            "settings": asdict(settings),
            "threads": threads,
            "save": str(save),
        }
    )
    # BLAS starts a thread for each core unless told otherwise
    env = {**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
    if name == "pword2vec":
        env |= {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # each of its threads calls BLAS by itself
    if "simd" in options:
        env["FASTVEC_SIMD"] = options["simd"]
    if name == "fasttext":
        # 0.9.3 sets T tenths of W_in on T threads and stops at NaNs in the rest; fresh pages are zero
        env["MALLOC_MMAP_THRESHOLD_"] = "65536"
    # -P: a checkout in the current folder must not hide the installed package
    command = [sys.executable, "-P", "-m", "fastvec.benchmark.worker", request]
    done = subprocess.run(command, env=env, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        words = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise TrainingError(f"{program}: {words[-1]}")
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]
