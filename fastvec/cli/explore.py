"""``fastvec explore``: a page with a map of the words, to look at and ask in a browser."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from fastvec.cli.codes import DONE
from fastvec.cli.outputs import PAGE, TABLE, check_output
from fastvec.cli.progress import ProgressBars
from fastvec.cli.reading import add_vectors, load_model, names_of
from fastvec.cli.terminal import printable, say, say_how_slow, size
from fastvec.errors import SettingError

if TYPE_CHECKING:
    from fastvec.explore.explorer import Explorer
    from fastvec.vectors.word_vectors import WordVectors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    from fastvec.geometry.projection import METHODS

    parser.add_argument("vectors", metavar="A", help="a file of vectors, in any format that fastvec reads")
    parser.add_argument("other", nargs="?", metavar="B", help="another one, to compare nearest words with")
    parser.add_argument("-o", "--output", metavar="FILE", help="the page to write (.html)")
    parser.add_argument(
        "--parquet", metavar="FILE",
        help="write the words, places, vectors and nearest words of A as a table for Embedding Atlas (.parquet)",
    )  # fmt: skip
    parser.add_argument(
        "--words", type=int, default=20_000, metavar="N", help="only the N most frequent words (default: 20000)"
    )
    parser.add_argument(
        "--method", choices=METHODS, default="pca",
        help="how words are placed: pca, umap (needs umap-learn) or tsne (needs scikit-learn) (default: pca)",
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="of the districts, of UMAP and t-SNE (default: 1)"
    )
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    parser.add_argument("-q", "--quiet", action="store_true", help="print only errors and warnings")
    add_vectors(parser, of="A and B")


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    _check(args)
    from fastvec.explore.explorer import Explorer

    files = [args.vectors, *([args.other] if args.other else [])]
    names, vectors = names_of(files), [load_model(file, args) for file in files]
    if not args.quiet:
        say_how_slow(args.method)
    with ProgressBars(args.quiet) as bars:
        explorer = Explorer(
            *vectors, n_words=args.words, method=args.method, seed=args.seed, names=names,
            on_progress=bars,
        )  # fmt: skip
        if args.output is not None:
            explorer.save(args.output)
        if args.parquet is not None:
            explorer.save_parquet(args.parquet)
    if not args.quiet:
        _report(args, explorer, dict(zip(files, vectors, strict=True)))
    if args.open:
        import webbrowser

        webbrowser.open(Path(args.output).resolve().as_uri())
    return DONE


def _report(args: argparse.Namespace, explorer: Explorer, vectors: dict[str, WordVectors]) -> None:
    for file, found in vectors.items():
        if len(found) > args.words:
            which = "first" if found.counts is None else "most frequent"
            left_out = f"the {args.words:,} {which} of {len(found):,} words; --words changes that"
            say(f"{printable(file)}: {left_out}")
    for path in (args.output, args.parquet):
        if path is not None:
            what = f"{explorer.n_words:,} words, {explorer.contents.units.shape[1]} dimensions"
            say(f"wrote {printable(path)}: {what}, {size(os.path.getsize(path))}")


def _check(args: argparse.Namespace) -> None:
    """Refuse what cannot be written, before any work."""
    if args.output is None and args.parquet is None:
        raise SettingError(field="output", expected="a page to write: -o city.html", shown="none")
    if args.open and args.output is None:
        raise SettingError(field="open", expected="a page to open: -o city.html", shown="none")
    inputs = [args.vectors, *([args.other] if args.other else [])]
    if args.output is not None:
        check_output(args.output, inputs, PAGE)
    if args.parquet is not None:
        from fastvec.explore.parquet import pyarrow

        check_output(args.parquet, inputs, TABLE)
        pyarrow()  # a missing package is said before the work
