"""``fastvec info``: what a file of vectors, of counts or an encoded corpus holds."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from fastvec.cli.bootstrap import runs_of
from fastvec.cli.outputs import COUNTED, ENCODED
from fastvec.cli.reading import add_json, add_vectors, load_model
from fastvec.cli.terminal import print_json, printable, size
from fastvec.errors import FormatError

if TYPE_CHECKING:
    from fastvec.evaluation.stability import Bootstrap

Facts = dict[str, object]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "file", metavar="FILE",
        help=f"vectors, an encoded corpus ({ENCODED}), co-occurrence counts ({COUNTED}), or a checkpoint",
    )  # fmt: skip
    add_json(parser)
    add_vectors(parser)


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    suffix = os.path.splitext(args.file)[1]
    describe = {ENCODED: _corpus, COUNTED: _counts}.get(suffix)
    facts = _vectors(args) if describe is None else describe(args.file)
    size = _size(args.file)
    facts = {"file": args.file, **({} if size is None else {"bytes": size}), **facts}
    if args.json:
        print_json(facts)
        return 0
    width = max(len(name) for name in facts) + 2
    for name, value in facts.items():
        print(f"{name.replace('_', ' '):<{width}}{printable(_line(name, value))}")
    return 0


def _size(path: str) -> int | None:
    """Return the size of a file, or of all files in a folder; None for a pipe."""
    if not os.path.isdir(path):
        return os.stat(path).st_size if os.path.isfile(path) else None
    return sum(entry.stat().st_size for entry in os.scandir(path) if entry.is_file())


def _corpus(path: str) -> Facts:
    from fastvec.text.corpus import Corpus

    corpus = Corpus.load(path)
    return {
        "holds": "encoded corpus",
        "tokens": corpus.n_tokens,
        "sentences": corpus.n_sentences,
        "vocabulary": len(corpus.vocabulary),
        "dropped_tokens": corpus.n_dropped,
        "most_frequent": corpus.vocabulary.words[:10],
    }


def _counts(path: str) -> Facts:
    from fastvec.counting.cooccurrence import CooccurrenceMatrix

    counts = CooccurrenceMatrix.load(path)
    return {
        "holds": "co-occurrence counts",
        "words": len(counts.vocabulary),
        "pairs": counts.nnz,
        "sum_of_counts": counts.total,
        "greatest": [[row, column, count] for row, column, count in counts.top_pairs(5)],
        "settings": counts.settings,
    }


def _vectors(args: argparse.Namespace) -> Facts:
    try:
        vectors = load_model(args.file, args)
    except FormatError as error:
        from fastvec.training.checkpoints.files import FORMAT

        if isinstance(error.got, str) and error.got == FORMAT:
            return _checkpoint(args.file)
        return _runs(runs_of(args.file, error))
    facts: Facts = {
        "holds": "word vectors",
        "words": len(vectors),
        "dimensions": vectors.vector_size,
        "combine": vectors.combine,
        "context_vectors": vectors.context_vectors is not None,
        "output_nodes": vectors.output_nodes is not None,
        "subwords": vectors.subwords is not None,
        "counts": vectors.counts is not None,
        "network": hasattr(vectors, "network"),
        "first_words": vectors.index_to_key[:10],
    }
    contexts = vectors.context_vocabulary
    if contexts is not None and contexts is not vectors.vocabulary:
        facts |= {"contexts": len(contexts), "first_contexts": contexts.words[:10]}
    if vectors.subwords is not None:
        facts["ngram_rows"] = len(vectors.subwords.buckets)
    if vectors.settings:
        facts["settings"] = dict(vectors.settings)
    points = len(next(iter(vectors.history.values()))) if vectors.history else 0
    if vectors.history and points:
        facts["history"] = {
            name: [column[0].item(), column[-1].item()] for name, column in vectors.history.items()
        } | {"points": points}
    return facts


def _checkpoint(path: str) -> Facts:
    from fastvec.training.checkpoints.files import facts_of

    facts = facts_of(path)
    done, total, identity = facts["done"], facts["total"], facts["identity"]
    return {
        "holds": "checkpoint of training", "done": f"{done / max(1, total):.1%} of {total:,} {facts['unit']}",
        "fastvec": facts["fastvec"], **{part: identity.get(part, {}) for part in ("data", "settings")},
    }  # fmt: skip


def _runs(runs: Bootstrap) -> Facts:
    n, words, dimensions = runs.vectors.shape
    return {
        "holds": "vectors of several runs", "runs": n, "words": words, "dimensions": dimensions,
        "first_words": runs.vocabulary.words[:10], "settings": dict(runs.settings),
    }  # fmt: skip


def _line(name: str, value: object) -> str:
    if name == "bytes" and isinstance(value, int):
        return f"{value:,} ({size(value)})"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
    if name == "greatest" and isinstance(value, list):
        return ", ".join(f"{row} {column} {count:,.6g}" for row, column, count in value)
    if name == "history" and isinstance(value, dict):
        kinds = [kind for kind in ("loss", "cost") if kind in value]
        ends = [f"{kind} {value[kind][0]:.4f} to {value[kind][1]:.4f}" for kind in kinds]
        return ", ".join([f"{value['points']} points", *ends])
    if isinstance(value, dict):
        return ", ".join(f"{key} {setting}" for key, setting in value.items())
    return " ".join(value) if isinstance(value, list) else str(value)
