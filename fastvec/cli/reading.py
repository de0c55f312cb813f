"""The flags that say how text is read, shared by the commands that read it."""

from __future__ import annotations

import argparse
import inspect
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastvec.cli.checks import ENCODED
from fastvec.cli.progress import ProgressBars
from fastvec.cli.settings import flag
from fastvec.cli.terminal import duration, millions
from fastvec.errors import FormatError, SettingError
from fastvec.io.decompression import open_decompressed, reading_errors

if TYPE_CHECKING:
    from fastvec.pairs.pairs import Pairs
    from fastvec.text.corpus import Corpus

OPTIONS = ("min_count", "max_size", "tokens", "lowercase")


def add_text(parser: argparse.ArgumentParser, *, encoded: bool, limits: bool = True) -> None:
    """Add the texts and how to read them; ``encoded`` corpora are another kind of text to ``train``.

    Without ``limits`` there are no flags for which words stay.
    """
    from fastvec.text.corpus import Corpus

    defaults = {name: value.default for name, value in inspect.signature(Corpus.from_text).parameters.items()}
    parser.add_argument(
        "text",
        nargs="+",
        metavar="CORPUS" if encoded else "TEXT",
        help="text, one sentence a line: files (also .gz .bz2 .xz .zst), patterns, '-' for standard input"
        + (", or one corpus encoded by 'fastvec encode'" if encoded else ""),
    )
    group = parser.add_argument_group("reading text")
    if limits:
        group.add_argument(
            "--min-count", type=int, metavar="N",
            help=f"drop words that occur less often (default: {defaults['min_count']})",
        )  # fmt: skip
        group.add_argument("--max-size", type=int, metavar="N", help="keep only the N most frequent words")
    group.add_argument(
        "--tokens", choices=["whitespace", "words"],
        help="what stands between spaces, or letters and digits, without punctuation"
        f" (default: {defaults['tokens']})",
    )  # fmt: skip
    group.add_argument("--lowercase", action="store_true", default=None, help="turn capitals into small letters")


def add_running(parser: argparse.ArgumentParser) -> None:
    """Add the flags of everything that takes a while."""
    parser.add_argument("--threads", type=int, metavar="N", help="how many threads (default: all usable cores)")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress, only errors and warnings")


def read_corpus(args: argparse.Namespace, bars: ProgressBars, *, save_to: str | None = None) -> Corpus:
    """The corpus that the arguments name: encoded here, or opened if it is encoded already."""
    from fastvec.text.corpus import Corpus

    given: dict[str, Any] = {name: getattr(args, name) for name in OPTIONS if getattr(args, name) is not None}
    if any(name.endswith(ENCODED) for name in args.text):
        _refuse_mixture(args.text, given, save_to)
        return Corpus.load(args.text[0])
    for name in args.text:
        _refuse_binary(name)
    began = time.perf_counter()
    source = args.text[0] if len(args.text) == 1 else [Path(name) for name in args.text]
    corpus = Corpus.from_text(source, **given, save_to=save_to, threads=args.threads, on_progress=bars)
    seconds = time.perf_counter() - began
    dropped = f" ({millions(corpus.n_dropped)} more dropped)" if corpus.n_dropped else ""
    distinct = f"{len(corpus.vocabulary):,} of them distinct"
    bars.say(f"read {millions(corpus.n_tokens)} words{dropped}, {distinct}, in {duration(seconds)}")
    return corpus


def _refuse_binary(name: str) -> None:
    """Refuse a file of vectors or counts, and text in UTF-16: as text in UTF-8 they would be noise."""
    if not os.path.isfile(name):  # what is read from a pipe is gone
        return
    with open_decompressed(name) as file, reading_errors(name):
        if b"\0" in file.read(1 << 12):
            raise FormatError(
                f"{name}: holds zero bytes, so it is no text in UTF-8: numbers, or UTF-16 (which iconv converts)",
                path=name, field="text", expected="UTF-8",
            )  # fmt: skip


def read_pairs(args: argparse.Namespace, bars: ProgressBars) -> Pairs:
    """The pairs that the arguments name, a line each."""
    from fastvec.pairs.pairs import Pairs

    for name in (*OPTIONS[1:], "save_corpus"):
        if getattr(args, name) is not None:
            raise SettingError(f"{flag(name)}: has no effect on pairs", field=name)
    began = time.perf_counter()
    source = args.text[0] if len(args.text) == 1 else [Path(name) for name in args.text]
    least = 1 if args.min_count is None else args.min_count
    pairs = Pairs.from_pairs(source, min_count=least, threads=args.threads, on_progress=bars)
    seconds = time.perf_counter() - began
    dropped = f" ({millions(pairs.n_dropped)} more dropped)" if pairs.n_dropped else ""
    distinct = f"{len(pairs.vocabulary):,} words and {len(pairs.context_vocabulary):,} contexts"
    bars.say(f"read {millions(len(pairs))} pairs{dropped} of {distinct} in {duration(seconds)}")
    return pairs


def _refuse_mixture(text: list[str], given: dict[str, Any], save_to: str | None) -> None:
    if len(text) > 1:
        raise SettingError(f"corpus: an encoded corpus ({ENCODED}) must be the only one given", field="corpus")
    for name in [*given, *(["save_corpus"] if save_to else [])]:
        raise SettingError(f"{flag(name)}: has no effect on a corpus that is encoded already", field=name)
