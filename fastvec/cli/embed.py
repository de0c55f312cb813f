"""``fastvec embed``: a vector for each line of a text."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from fastvec.cli.outputs import check_output, ignored
from fastvec.cli.progress import ProgressBars
from fastvec.cli.reading import add_running, add_text, corpus_of
from fastvec.cli.terminal import millions

if TYPE_CHECKING:
    from fastvec.vectors.texts import Method

OF_SIF = ("a", "components", "frequencies")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("vectors", metavar="VECTORS", help="a file of vectors, in any format that fastvec reads")
    add_text(parser, encoded=True, limits=False)
    parser.add_argument("-o", "--output", required=True, metavar="FILE.npy", help="the array, float32[lines, D]")
    help = (
        "the mean of the vectors of a line, or SIF: rare words weigh more, without what all lines have in common"
    )
    help += "; or inferred by a model of 'fastvec documents' (default: %(default)s)"
    parser.add_argument("--method", choices=["mean", "sif", "infer"], default="mean", help=help)
    group = parser.add_argument_group("SIF")
    group.add_argument("--a", type=float, metavar="X", help="weight of a word: a / (a + its frequency)")
    group.add_argument("--components", type=int, metavar="K", help="common components that are taken out")
    help = "frequencies of words: by the counts in VECTORS, or by rank"
    group.add_argument("--frequencies", choices=["counts", "zipf"], help=help)
    add_running(parser)


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    import numpy as np

    from fastvec.io.atomic import atomic_path, check_room
    from fastvec.io.npy import write_npy
    from fastvec.training.documents.model import DocumentModel
    from fastvec.vectors.sif import SIF
    from fastvec.vectors.word_vectors import WordVectors

    check_output(args.output, [args.vectors, *args.text], (".npy",))
    given = {name: getattr(args, name) for name in OF_SIF if getattr(args, name) is not None}
    if given and args.method != "sif":
        raise ignored(next(iter(given)), "--method mean")
    method: Method = SIF(**given) if args.method == "sif" else "mean"
    with ProgressBars(args.quiet) as bars:
        vectors = DocumentModel.load(args.vectors) if args.method == "infer" else WordVectors.load(args.vectors)
        texts = corpus_of(args, args.text, min_count=1, threads=args.threads, on_progress=bars)
        n_bytes = 4 * texts.n_sentences * vectors.vector_size
        check_room(args.output, n_bytes)
        if isinstance(vectors, DocumentModel):
            rows = vectors.infer(texts, threads=args.threads, on_progress=bars)
            n_unknown = np.zeros(0, np.int64)
        else:
            rows, n_unknown = vectors.embed(texts, method, return_unknown=True, threads=args.threads)
        with atomic_path(args.output) as part, open(part, "wb") as file:
            write_npy(file, rows)
        unknown = f"; {millions(n_unknown.sum())} tokens have no vector" if n_unknown.any() else ""
        bars.say(f"wrote {args.output}: {len(rows):,} lines, {rows.shape[1]} dimensions{unknown}")
    return 0
