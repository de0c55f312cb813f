"""``fastvec count``: text in, co-occurrence counts out."""

from __future__ import annotations

import argparse
import time

from fastvec.checks.numbers import whole
from fastvec.cli.outputs import COUNTED, TRIPLES, check_output
from fastvec.cli.progress import ProgressBars
from fastvec.cli.reading import add_running, add_text, read_corpus
from fastvec.cli.terminal import duration, millions, shown


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_text(parser, encoded=True)
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE",
        help=f"the counts: {COUNTED} (everything) or {TRIPLES} (the binary triples of GloVe's cooccur)",
    )  # fmt: skip
    group = parser.add_argument_group("counting")
    group.add_argument("--window", type=int, default=10, metavar="N", help="tokens to each side (default: 10)")
    group.add_argument(
        "--weighting", choices=["inverse", "flat"], default="inverse",
        help="each co-occurrence counts 1/distance, or 1 (default: inverse)",
    )  # fmt: skip
    group.add_argument(
        "--context", choices=["both", "left", "right"], default="both",
        help="the side of the centre that is counted (default: both)",
    )  # fmt: skip
    group.add_argument(
        "--max-memory", metavar="SIZE", help="limit of working memory, as in 256MiB or 2GB; the rest goes to disk"
    )
    group.add_argument("--top", type=int, default=0, metavar="N", help="print the N most frequent pairs")
    add_running(parser)


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    from fastvec.counting.counting import count_cooccurrences
    from fastvec.counting.memory_plan import memory_bytes
    from fastvec.counting.room import warn_of_pairs
    from fastvec.counting.triples import RECORD
    from fastvec.counting.weighting import fixed_point

    weights = fixed_point(args.window, args.weighting, args.context)  # raises before the text is read
    memory_bytes(args.max_memory)
    whole("top", args.top, 0)
    check_output(args.output, args.text, (COUNTED, TRIPLES))
    save_to = args.output if args.output.endswith(COUNTED) else None
    with ProgressBars(args.quiet) as bars:
        corpus = read_corpus(args, bars)
        if save_to is None:
            warn_of_pairs(args.output, corpus.vocabulary.counts, weights.width, RECORD.itemsize)
        began = time.perf_counter()
        counts = count_cooccurrences(
            corpus, window=args.window, weighting=args.weighting, context=args.context,
            max_memory=args.max_memory, save_to=save_to, threads=args.threads, on_progress=bars,
        )  # fmt: skip
        seconds = time.perf_counter() - began
        if save_to is None:
            counts.write_triples(args.output)
        speed = f"{millions(corpus.n_tokens / seconds)} tokens/s"
        bars.say(f"counted {millions(counts.nnz)} pairs in {duration(seconds)}: {speed}")
        bars.say(f"wrote {args.output}")
    for row, column, count in counts.top_pairs(args.top):
        print(shown(row), shown(column), f"{count:g}")
    return 0
