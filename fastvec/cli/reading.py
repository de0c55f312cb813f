"""Flags that several commands have, and the reading of texts and pairs."""

from __future__ import annotations

import argparse
import codecs
import inspect
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastvec.cli.outputs import ENCODED, ignored
from fastvec.cli.progress import ProgressBars
from fastvec.cli.terminal import duration, millions
from fastvec.errors import SettingError
from fastvec.io.decompression import open_decompressed, reading_errors

if TYPE_CHECKING:
    from fastvec.pairs.pairs import Pairs
    from fastvec.text.corpus import Corpus

OPTIONS = ("min_count", "max_size", "tokens", "lowercase")


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


def add_tokens(group: argparse._ActionsContainer) -> None:
    """Add how a line is split into tokens."""
    help = "split at white space, or into words of letters and digits, without punctuation (default: whitespace)"
    group.add_argument("--tokens", choices=["whitespace", "words"], help=help)
    group.add_argument("--lowercase", action="store_true", default=None, help="convert to lower case")


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the flag for machine-readable output."""
    parser.add_argument("--json", action="store_true", help="print the results as JSON")


def add_running(parser: argparse.ArgumentParser) -> None:
    """Add the flags of long calls."""
    parser.add_argument("--threads", type=int, metavar="N", help="number of threads (default: all usable cores)")
    parser.add_argument("-q", "--quiet", action="store_true", help="print only errors and warnings")


def read_words(path: str) -> list[str]:
    """Return the words of a file, which has white space between them, each once."""
    from fastvec.text.tokens import split_words

    with reading_errors(path), open_decompressed(path) as stream:
        text = stream.read().removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")
    return list(dict.fromkeys(split_words(text)))


def read_corpus(args: argparse.Namespace, bars: ProgressBars, *, save_to: str | None = None) -> Corpus:
    """Read the texts that the arguments name, or load the encoded corpus."""
    from fastvec.text.corpus import Corpus

    given: dict[str, Any] = {name: getattr(args, name) for name in OPTIONS if getattr(args, name) is not None}
    if any(name.endswith(ENCODED) for name in args.text):
        _check_encoded(args.text, [*given, *(["save_corpus"] if save_to else [])])
        return Corpus.load(args.text[0])
    began = time.perf_counter()
    source = args.text[0] if len(args.text) == 1 else [Path(name) for name in args.text]
    corpus = Corpus.from_text(source, **given, save_to=save_to, threads=args.threads, on_progress=bars)
    seconds = time.perf_counter() - began
    dropped = f" ({millions(corpus.n_dropped)} more dropped)" if corpus.n_dropped else ""
    words = f"{len(corpus.vocabulary):,} words"
    bars.say(f"read {millions(corpus.n_tokens)} tokens{dropped} of {words} in {duration(seconds)}")
    return corpus


def read_pairs(args: argparse.Namespace, bars: ProgressBars) -> Pairs:
    """Read the pairs in the files that the arguments name."""
    from fastvec.pairs.pairs import Pairs

    for name in (*OPTIONS[1:], "save_corpus"):
        if getattr(args, name) is not None:
            raise ignored(name, "pairs")
    began = time.perf_counter()
    source = args.text[0] if len(args.text) == 1 else [Path(name) for name in args.text]
    least = 1 if args.min_count is None else args.min_count
    pairs = Pairs.from_pairs(source, min_count=least, threads=args.threads, on_progress=bars)
    seconds = time.perf_counter() - began
    dropped = f" ({millions(pairs.n_dropped)} more dropped)" if pairs.n_dropped else ""
    distinct = f"{len(pairs.vocabulary):,} words and {len(pairs.context_vocabulary):,} contexts"
    bars.say(f"read {millions(len(pairs))} pairs{dropped} of {distinct} in {duration(seconds)}")
    return pairs


def _check_encoded(text: list[str], given: list[str]) -> None:
    if len(text) > 1:
        raise SettingError(f"corpus: an encoded corpus ({ENCODED}) must be the only input", field="corpus")
    for name in given:
        raise ignored(name, "an encoded corpus")
