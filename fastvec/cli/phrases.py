"""``fastvec phrases``: text in; phrases, and the text with its phrases joined, out."""

from __future__ import annotations

import argparse
import dataclasses
import os
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from fastvec.checks.numbers import whole
from fastvec.checks.settings import help_texts
from fastvec.cli.outputs import ANY, ENCODED, check_output, ignored
from fastvec.cli.progress import ProgressBars
from fastvec.cli.reading import add_running, add_text, read_corpus
from fastvec.cli.settings import flag
from fastvec.cli.terminal import duration, millions, print_table, printable, shown
from fastvec.errors import SettingError
from fastvec.io.atomic import atomic_path, check_room
from fastvec.running.progress import Reporter

if TYPE_CHECKING:
    from fastvec.phrases.table import PhraseTable
    from fastvec.text.corpus import Corpus

TEXT = ".txt"
SETTINGS = ("min_count", "threshold", "scoring", "delimiter", "connector_words", "passes")
LINES = 10_000  # sentences written together


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_text(parser, encoded=True, limits=False)
    parser.add_argument(
        "-o", "--output", metavar="FILE",
        help=f"the text with joined phrases: {TEXT} or {ENCODED} (encoded, without words that occur less often "
        "than --min-count)",
    )  # fmt: skip
    parser.add_argument("--table", metavar="FILE.json", help="the phrases and their scores, for other texts")
    parser.add_argument("--apply", metavar="FILE.json", help="join the phrases of this table, and find no others")
    parser.add_argument(
        "--top", type=int, default=20, metavar="N",
        help="print N phrases with scores and counts (default: 20)",
    )  # fmt: skip
    parser.add_argument(
        "--by", choices=["count", "score"], default="count",
        help="print the most frequent ones, or those with the highest scores, mostly rare names (default: count)",
    )  # fmt: skip
    _add_settings(parser.add_argument_group("finding phrases"))
    add_running(parser)


def _add_settings(group: Any) -> None:
    from fastvec.phrases.phrases import Phrases

    told, defaults = help_texts(Phrases), dataclasses.asdict(Phrases())
    defaults |= {"threshold": "100 for word2vec, 0.5 for npmi", "connector_words": "none"}
    told["connector_words"] += "; 'english' is a list of 15"
    reading: dict[str, dict[str, Any]] = {
        "min_count": {"type": int, "metavar": "N"},
        "threshold": {"type": numbers, "metavar": "X[,X...]"},
        "scoring": {"choices": ["word2vec", "npmi"]},
        "delimiter": {"metavar": "TEXT"},
        "connector_words": {"type": _words, "metavar": "WORD,WORD"},
        "passes": {"type": int, "metavar": "N"},
    }
    for name, options in reading.items():
        group.add_argument(flag(name), help=f"{told[name]} (default: {defaults[name]})", **options)


def numbers(text: str) -> float | tuple[float, ...]:
    """Return one number, or several with commas between them.

    >>> numbers("100"), numbers("100,50")
    (100.0, (100.0, 50.0))
    """
    try:
        found = tuple(map(float, text.split(",")))
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a number, or several with commas, got {text!r}") from None
    return found if len(found) > 1 else found[0]


def _words(text: str) -> frozenset[str]:
    from fastvec.phrases.phrases import ENGLISH_CONNECTOR_WORDS

    return ENGLISH_CONNECTOR_WORDS if text == "english" else frozenset(text.split(","))


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    from fastvec.phrases.phrases import Phrases

    given = {name: getattr(args, name) for name in SETTINGS if getattr(args, name) is not None}
    settings = Phrases(**given)  # raises before the text is read
    whole("top", args.top, 0)
    _check_files(args, given)
    with ProgressBars(args.quiet) as bars:
        table = None if args.apply is None else _loaded(args.apply, bars)
        corpus = _read(args, bars)
        _check_room(args, corpus)
        if table is None:
            table = _found(settings, corpus, args, bars)
        if args.output is not None:
            _join(table, corpus, args, bars)
    rows = [(shown(p.token), f"{p.score:.4g}", f"{p.count:,}") for p in table.top(args.top, args.by)]
    if rows:
        print_table(rows)
    return 0


def _check_files(args: argparse.Namespace, given: dict[str, Any]) -> None:
    inputs = [*args.text, *([args.apply] if args.apply else [])]
    if args.apply is not None:
        encoded = args.output is not None and args.output.endswith(ENCODED)
        for name in [*(n for n in given if n != "min_count" or not encoded), *["table"] * bool(args.table)]:
            raise ignored(name, "the phrases of a table (--apply)")
    if args.table is not None:
        check_output(args.table, inputs, ANY)
    if args.output is not None:
        check_output(args.output, inputs, (TEXT, ENCODED))
    if args.output and args.table and os.path.abspath(args.table) == os.path.abspath(args.output):
        raise SettingError(f"{args.table}: --output and --table name the same file", field="table")


def _loaded(path: str, bars: ProgressBars) -> PhraseTable:
    from fastvec.phrases.table import PhraseTable

    table = PhraseTable.load(path)
    bars.say(f"{printable(path)}: {len(table):,} phrases")
    return table


def _read(args: argparse.Namespace, bars: ProgressBars) -> Corpus:
    """Read all words of the text: words next to a dropped one would not be adjacent."""
    encoded = any(name.endswith(ENCODED) for name in args.text)
    reading = {**vars(args), "min_count": None if encoded else 1, "max_size": None}
    corpus = read_corpus(argparse.Namespace(**reading), bars)
    if encoded and corpus.n_dropped:
        bars.say(
            f"{printable(args.text[0])}: encoding dropped {millions(corpus.n_dropped)} tokens; "
            "the tokens around them count as adjacent"
        )
    return corpus


def _check_room(args: argparse.Namespace, corpus: Corpus) -> None:
    """Refuse, before phrases are looked for, a joined text that the disk has no room for: it is as long as now."""
    if args.output is None or args.output.endswith(ENCODED):
        return
    words, counts = corpus.vocabulary.words, corpus.vocabulary.counts
    n_bytes = 2 * corpus.n_tokens  # a token has a letter at least, and something behind it
    if int(counts.sum()) == corpus.n_tokens:  # those of this text, not of another one
        n_bytes = sum((len(word) + 1) * count for word, count in zip(words, counts.tolist(), strict=True))
    check_room(args.output, n_bytes)


def _found(settings: Any, corpus: Corpus, args: argparse.Namespace, bars: ProgressBars) -> PhraseTable:
    began = time.perf_counter()
    table: PhraseTable = settings.fit(corpus, threads=args.threads, on_progress=bars)
    seconds = time.perf_counter() - began
    speed = f"{millions(corpus.n_tokens * settings.passes / seconds)} tokens/s"
    bars.say(f"found {len(table):,} phrases in {duration(seconds)}: {speed}")
    if not len(table):
        lowest = min(settings.thresholds)
        bars.say(f"no pair of words scores above {lowest:g}; try a lower --threshold or --min-count")
    if args.table is not None:
        table.save(args.table)
        bars.say(f"wrote {args.table}")
    return table


def _join(table: PhraseTable, corpus: Corpus, args: argparse.Namespace, bars: ProgressBars) -> None:
    encoded = args.output.endswith(ENCODED)
    least = args.min_count or table.settings.min_count
    began = time.perf_counter()
    joined = table.apply(corpus, min_count=least if encoded else 1, threads=args.threads, on_progress=bars)
    seconds = time.perf_counter() - began
    dropped = joined.n_dropped - corpus.n_dropped
    bars.say(
        f"joined to {millions(joined.n_tokens)} tokens"
        + (f" ({millions(dropped)} more dropped)" if dropped else "")
        + f" of {len(joined.vocabulary):,} words in {duration(seconds)}"
    )
    if encoded:
        joined.save(args.output)
    else:
        _write_text(joined, args.output, bars)
    bars.say(f"wrote {args.output}")


def _write_text(corpus: Corpus, path: str, bars: ProgressBars) -> None:
    words, written = corpus.vocabulary.words, 0
    reporter = Reporter(bars)
    reporter.begin("writing", "tokens", corpus.n_tokens, lambda: written)
    with (
        atomic_path(path) as part,
        open(part, "w", encoding="utf-8", errors="surrogateescape", newline="\n") as file,
    ):
        for first in range(0, corpus.n_sentences, LINES):
            offsets = corpus.offsets[first : first + LINES + 1].tolist()
            texts = [words[i] for i in corpus.ids[offsets[0] : offsets[-1]].tolist()]
            bounds = [offset - offsets[0] for offset in offsets]
            lines = [" ".join(texts[a:b]) for a, b in pairwise(bounds)]
            file.write("\n".join([*lines, ""]))
            written = offsets[-1]
            reporter.report()
