"""``fastvec evaluate``: scores of vector files on analogies and word similarity, and their loss on texts."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from fastvec.cli import codes, losses
from fastvec.cli.outputs import ENCODED, check_output
from fastvec.cli.reading import add_json, add_tokens, add_vectors, load_model, names_of
from fastvec.cli.terminal import print_json, print_table, printable, say
from fastvec.errors import SettingError

if TYPE_CHECKING:
    from fastvec.evaluation.analogies import AnalogyScore
    from fastvec.evaluation.resampling import Comparison, Interval
    from fastvec.vectors.word_vectors import WordVectors


class Row(NamedTuple):
    """One test set, scored with one file of vectors."""

    test: str
    measure: str
    vectors: str
    score: float
    interval: Interval
    n: int
    coverage: float
    comparison: Comparison | None  # with the first file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("vectors", nargs="+", metavar="VECTORS", help="files of vectors, of any format")
    parser.add_argument(
        "--on", nargs="+", action="extend", default=[], metavar="FILE",
        help="test sets: analogies (four words a line, ': section') or word similarity (two words and a number)",
    )  # fmt: skip
    parser.add_argument(
        "--loss-on", nargs="+", action="extend", default=[], metavar="TEXT",
        help=f"texts, a sentence a line, or encoded corpora ({ENCODED}): the mean loss of a prediction on them, "
        "for .safetensors files of skip-gram, CBOW and nnlm",
    )  # fmt: skip
    parser.add_argument(
        "--method", choices=["3cosadd", "3cosmul"], default="3cosadd", help="for analogies (default: 3cosadd)"
    )
    parser.add_argument(
        "--restrict-vocab",
        type=int,
        default=argparse.SUPPRESS,
        metavar="N",
        help="the N most frequent words only (default: 300,000 for analogies)",
    )
    parser.add_argument("--match-case", action="store_true", help="do not fold the case of words")
    parser.add_argument(
        "--oov", choices=["skip", "zero", "subwords"], default="skip",
        help="out-of-vocabulary words: leave the item out, count it as wrong (a cosine of 0), or compose them of "
        "their n-grams (word similarity) (default: skip)",
    )  # fmt: skip
    parser.add_argument(
        "--resamples", type=int, default=1000, metavar="N", help="of the bootstrap (default: 1000)"
    )
    parser.add_argument("--sections", action="store_true", help="print the sections of analogies too")
    add_tokens(parser.add_argument_group("reading the texts of --loss-on"))
    parser.add_argument("--plot", metavar="FILE", help="draw scores and intervals (.png, .svg or .pdf)")
    add_json(parser)
    add_vectors(parser)


def run(args: argparse.Namespace) -> int:
    """Score all files on all test sets and texts."""
    if not args.on and not args.loss_on:
        raise SettingError("--on: needs test sets, or --loss-on texts", field="on")
    if args.plot is not None:
        if not args.on:
            raise SettingError("--plot: needs --on, whose scores it draws", field="plot")
        check_output(args.plot, [*args.vectors, *args.on, *args.loss_on], (".png", ".svg", ".pdf"))
    names = names_of(args.vectors)
    loaded = [load_model(path, args) for path in args.vectors]
    rows: list[Row] = []
    for path in args.on:
        rows += _scored(path, names, loaded, args)
    of_texts = losses.losses(args, names, loaded) if args.loss_on else []
    for row in rows:
        if reason := _why_no_score(row):
            say(printable(f"{row.test.strip()}: {reason}"))
    scored = [row for row in rows if row.score == row.score]
    if args.plot is not None and scored:
        _plot(scored, args.plot)
    if args.json:
        print_json([*map(_as_json, rows), *map(losses.as_json, of_texts)])
    else:
        if rows:
            _print(rows)
        if of_texts:
            print("\n" if rows else "", end="")
            losses.print_losses(of_texts)
    return codes.DONE if scored or of_texts else codes.DATA


def _why_no_score(row: Row) -> str:
    """Return why a whole test set has no score, or nothing."""
    if row.score == row.score or row.test.startswith(" "):
        return ""
    if row.n == 0:
        return f"none of its items has all of its words in {row.vectors}"
    return f"no score: a correlation needs different judgements, and different cosines in {row.vectors}"


def _plot(scored: list[Row], path: str) -> None:
    from fastvec.show.figures import off_screen, save
    from fastvec.show.scores import Score, plot_scores

    scores = [Score(row.test, row.vectors, row.score, row.interval) for row in scored]
    with off_screen():
        save(plot_scores(scores).figure, path)


def _scored(path: str, names: list[str], loaded: list[WordVectors], args: argparse.Namespace) -> list[Row]:
    from fastvec.evaluation.analogies import AnalogyScore
    from fastvec.evaluation.sets import evaluate

    test, _ = os.path.splitext(os.path.basename(path))
    settings = {**_restricted(args), "ignore_case": not args.match_case}
    of_analogies = {**settings, "method": args.method, "oov": "wrong" if args.oov == "zero" else "skip"}
    of_similarity = {**settings, "oov": args.oov}
    found: list[Any] = [  # all of one kind
        evaluate(vectors, path, analogies=of_analogies, similarity=of_similarity) for vectors in loaded
    ]
    if args.oov == "subwords" and isinstance(found[0], AnalogyScore):
        why = "analogies skip out-of-vocabulary words, since answers are words of the vocabulary"
        say(f"{printable(path)}: {why}")
    rows = []
    for name, score in zip(names, found, strict=True):
        comparison = found[0].compare(score, resamples=args.resamples) if score is not found[0] else None
        interval, has_sections = score.interval(resamples=args.resamples), isinstance(score, AnalogyScore)
        measure, value = (args.method, score.accuracy) if has_sections else ("spearman", score.spearman)
        rows.append(Row(test, measure, name, value, interval, score.n, score.coverage, comparison))
        if args.sections and has_sections:
            rows += _sections(score, name, args.method)
    return rows


def _sections(score: AnalogyScore, name: str, method: str) -> list[Row]:
    from fastvec.evaluation.resampling import Interval

    none = Interval(float("nan"), float("nan"))
    return [
        Row(f"  {part.name}", method, name, part.accuracy, none, part.asked,
            part.asked / max(1, part.asked + part.skipped), None)
        for part in score.sections
    ]  # fmt: skip


def _restricted(args: argparse.Namespace) -> dict[str, int]:
    """Return the limit of the vocabulary, if it was given."""
    return {"restrict_vocab": args.restrict_vocab} if "restrict_vocab" in args else {}


def _print(rows: list[Row]) -> None:
    several = any(row.comparison is not None for row in rows)
    header = ["test set", "vectors", "score", "95 % interval", "items", "coverage"]
    table = [[*header, "difference", "p"] if several else header]
    for row in rows:
        low, high = (f"{100 * bound:.1f}" for bound in row.interval)
        cells = [row.test, row.vectors, f"{100 * row.score:.1f}", f"{low} to {high}" if low != "nan" else ""]
        cells += [f"{row.n:,}", f"{100 * row.coverage:.0f} %"]
        if several:
            found = row.comparison
            if found is None or found.p_value != found.p_value:  # NaN
                cells += ["", ""]
            else:
                cells += [f"{100 * found.difference:+.1f}", f"{found.p_value:.3f}"]
        table.append(cells)
    print_table([[printable(cell) for cell in cells] for cells in table])
    if several:
        print(
            "\ndifference: from the first file, and its p value (how often chance alone makes one as large)",
            end="",
        )
    print("\nanalogies: accuracy in per cent; word similarity: 100 times Spearman's rank correlation")


def _as_json(row: Row) -> dict[str, Any]:
    result = row._asdict() | {"interval": list(row.interval)}
    if row.comparison is not None:
        result["comparison"] = row.comparison._asdict() | {"interval": list(row.comparison.interval)}
    return result
