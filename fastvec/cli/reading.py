"""Flags that several commands have, and the reading of texts."""

from __future__ import annotations

import argparse
import codecs
import inspect
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastvec.cli.outputs import ENCODED, ignored
from fastvec.cli.progress import ProgressBars
from fastvec.cli.terminal import duration, millions
from fastvec.errors import FormatError, SettingError
from fastvec.io.decompression import open_decompressed, reading_errors

if TYPE_CHECKING:
    from fastvec.text.corpus import Corpus
    from fastvec.vectors.word_vectors import WordVectors

OPTIONS = ("min_count", "max_size", "tokens", "field", "encoding", "lowercase")


def add_text(parser: argparse.ArgumentParser, *, encoded: bool, limits: bool = True) -> None:
    """Add the texts (``encoded``: or an encoded corpus), how to read them, and ``limits`` of the vocabulary."""
    from fastvec.text.corpus import Corpus

    parser.add_argument(
        "text",
        nargs="+",
        metavar="CORPUS" if encoded else "TEXT",
        help="text, one sentence per line: files (also .gz .bz2 .xz .zst), patterns, '-' for standard input"
        + (", or one corpus encoded by 'fastvec encode'" if encoded else ""),
    )
    group = parser.add_argument_group("reading text")
    if limits:
        default = inspect.signature(Corpus.from_text).parameters["min_count"].default
        help = f"drop words that occur less often (default: {default})"
        group.add_argument("--min-count", type=int, metavar="N", help=help)
        group.add_argument("--max-size", type=int, metavar="N", help="keep only the N most frequent words")
    add_tokens(group)
    add_files(group)


def add_files(group: argparse._ActionsContainer) -> None:
    """Add what of a file is the text, and its encoding."""
    help = "read this column of .csv, .tsv, .jsonl, .parquet or .arrow files"
    group.add_argument("--field", metavar="NAME", help=help)
    group.add_argument("--encoding", metavar="NAME", help="of the text, such as latin-1 (default: utf-8)")


def add_tokens(group: argparse._ActionsContainer) -> None:
    """Add how a line is split into tokens."""
    help = "split at white space, or into words of letters and digits, without punctuation (default: whitespace)"
    group.add_argument("--tokens", choices=["whitespace", "words"], help=help)
    group.add_argument("--lowercase", action="store_true", default=None, help="convert to lower case")


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the flag for machine-readable output."""
    parser.add_argument("--json", action="store_true", help="print the results as JSON")


def add_vectors(parser: argparse.ArgumentParser, prefix: str = "", of: str = "vectors") -> None:
    """Add how files of vectors are read; the flags begin with ``prefix``."""
    group = parser.add_argument_group(f"reading {of}")
    group.add_argument(f"--{prefix}limit", type=int, metavar="N", help="only the first N rows")
    group.add_argument(
        f"--{prefix}on-error", choices=["raise", "skip"], default="raise",
        help="a row that cannot be read is an error, or is left out and counted (default: raise)",
    )  # fmt: skip
    group.add_argument(
        f"--{prefix}encoding", default="utf-8", metavar="NAME",
        help="of the words: latin-1, cp1252 or another one that extends ASCII (default: utf-8)",
    )  # fmt: skip


def load_vectors(path: str, args: argparse.Namespace, prefix: str = "") -> WordVectors:
    """Read a file of vectors, as the flags of :func:`add_vectors` say."""
    from fastvec.vectors.word_vectors import WordVectors

    settings = {name: getattr(args, prefix + name) for name in ("limit", "on_error", "encoding")}
    return WordVectors.load(path, **settings)


def add_running(parser: argparse.ArgumentParser) -> None:
    """Add the flags of long calls."""
    parser.add_argument("--threads", type=int, metavar="N", help="number of threads (default: all usable cores)")
    parser.add_argument("-q", "--quiet", action="store_true", help="print only errors and warnings")


def load_model(path: str, args: argparse.Namespace) -> WordVectors:
    """Return the vectors of a file; if a language model's network is with them, the whole model."""
    vectors = load_vectors(path, args)
    if vectors.settings.get("model") != "NNLM" or args.limit is not None:
        return vectors
    from fastvec.training.nnlm.model import NeuralLanguageModel

    try:
        return NeuralLanguageModel.load(path)
    except FormatError as error:
        if (error.field or "").startswith("network."):  # the file has none
            return vectors
        raise


def names_of(paths: list[str]) -> list[str]:
    """Return what to call each file: its name, or all of its path where names are alike.

    >>> names_of(["a/v.bin", "b/w.bin"]), names_of(["a/v.bin", "b/v.bin"])
    (['v.bin', 'w.bin'], ['a/v.bin', 'b/v.bin'])
    """
    names = [os.path.basename(os.path.normpath(path)) for path in paths]
    return names if len(set(names)) == len(names) else paths


def read_words(path: str) -> list[str]:
    """Return the words of a file, which has white space between them, each once."""
    from fastvec.text.tokens import split_words

    with reading_errors(path), open_decompressed(path) as stream:
        text = stream.read().removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")
    return list(dict.fromkeys(split_words(text)))


def corpus_of(args: argparse.Namespace, names: list[str], **settings: Any) -> Corpus:
    """Return the corpus of texts, read as the flags say, or the one that is encoded already."""
    from fastvec.text.corpus import Corpus

    given = {name: value for name in OPTIONS if (value := getattr(args, name, None)) is not None}
    if any(name.endswith(ENCODED) for name in names):
        _check_encoded(names, [*given, *(["save_corpus"] if settings.get("save_to") else [])])
        return Corpus.load(names[0])
    source = names[0] if len(names) == 1 else [Path(name) for name in names]
    return Corpus.from_text(source, **given, **settings)


def read_corpus(
    args: argparse.Namespace, bars: ProgressBars, *, save_to: str | None = None, gaps: bool = False
) -> Corpus:
    """Read the texts that the arguments name, or load the encoded corpus."""
    began = time.perf_counter()
    corpus = corpus_of(args, args.text, save_to=save_to, gaps=gaps, threads=args.threads, on_progress=bars)
    if any(name.endswith(ENCODED) for name in args.text):
        return corpus
    seconds = time.perf_counter() - began
    dropped = f" ({millions(corpus.n_dropped)} more dropped)" if corpus.n_dropped else ""
    words = f"{len(corpus.vocabulary):,} words"
    bars.say(f"read {millions(corpus.n_tokens)} tokens{dropped} of {words} in {duration(seconds)}")
    return corpus


def _check_encoded(text: list[str], given: list[str]) -> None:
    if len(text) > 1:
        raise SettingError(f"corpus: an encoded corpus ({ENCODED}) must be the only input", field="corpus")
    for name in given:
        raise ignored(name, "an encoded corpus")
