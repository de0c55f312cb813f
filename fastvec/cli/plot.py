"""``fastvec plot``: pictures of vectors, counts and training runs."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from fastvec.cli.codes import DONE
from fastvec.cli.outputs import check_output
from fastvec.cli.reading import add_vectors, load_vectors, names_of, read_words
from fastvec.cli.terminal import printable, say_how_slow
from fastvec.errors import SettingError

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

SUFFIXES = (".png", ".svg", ".pdf")


class Kind(NamedTuple):
    """One kind of picture."""

    draw: Callable[[argparse.Namespace], Any]
    files: tuple[int, int | None]  # how many there may be
    takes_words: str  # what its words are; "" if it takes none
    flags: tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    from fastvec.geometry.projection import METHODS

    parser.add_argument(
        "kind", choices=KINDS, metavar="KIND",
        help="map: words as points; similarity: cosines of words with each other; loss: during training, of one "
        "file or several; analogy: --words A B C; neighbors: nearest words as bars; counts: the file of 'fastvec "
        "count' beside the product that vectors made of it",
    )  # fmt: skip
    parser.add_argument(
        "files", nargs="+", metavar="FILE",
        help="vectors, of any format; for counts: the counts and, if wanted, the vectors",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", required=True, metavar="PICTURE", help="what to write: .png, .svg or .pdf"
    )
    parser.add_argument("-w", "--words", nargs="+", action="extend", metavar="WORD", help="which words")
    parser.add_argument("--words-from", metavar="FILE", help="the words of a file, with white space between them")
    parser.add_argument(
        "--group", nargs="+", action="append", metavar=("NAME", "WORD"),
        help="map: words of one colour, with a name; may be given many times",
    )  # fmt: skip
    parser.add_argument(
        "-n", "--n", type=int, metavar="N",
        help="map, counts: so many of the most frequent words (default: 200; counts: 150)",
    )  # fmt: skip
    parser.add_argument(
        "--method", choices=METHODS,
        help="map: of projection; UMAP and t-SNE are packages of their own (default: pca)",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, metavar="N", help="map: of UMAP and t-SNE (default: 1)")
    parser.add_argument(
        "--clustered", action="store_true", default=None, help="similarity: near words beside each other"
    )
    parser.add_argument("--expected", metavar="WORD", help="analogy: the answer that should come out")
    parser.add_argument(
        "--topn", type=int, metavar="N", help="analogy, neighbors: number of answers (default: 5; neighbors: 10)"
    )
    parser.add_argument("--title", default="", metavar="TEXT", help="above the picture")
    add_vectors(parser)


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    from fastvec.show.figures import off_screen, require_matplotlib, save

    kind = KINDS[args.kind]
    _check(args, kind)
    inputs = [*args.files, *([args.words_from] if args.words_from else [])]
    check_output(args.output, inputs, SUFFIXES)
    require_matplotlib()  # a missing package is said before the work
    if args.words_from:
        args.words = [*(args.words or []), *read_words(args.words_from)]
    with off_screen():
        drawn = kind.draw(args)
        save((drawn if hasattr(drawn, "figure") else drawn[0]).figure, args.output)
    return DONE


def _check(args: argparse.Namespace, kind: Kind) -> None:
    """Refuse a number of files, words and flags that this kind of picture does not take."""
    least, most = kind.files
    if not least <= len(args.files) <= (most or len(args.files)):
        expected = f"{least} to {most} files" if most not in (None, least) else f"{least} file"
        hint = "words come after --words" if kind.takes_words else ""
        raise SettingError(field="files", expected=expected, got=len(args.files), hint=hint)
    if (args.words or args.words_from) and not kind.takes_words:
        raise _not_taken("words", args)
    if not (args.words or args.words_from) and kind.takes_words not in ("", "optional"):
        raise SettingError(field="--words", expected=kind.takes_words, shown="none")
    for flag in ("group", "n", "method", "seed", "clustered", "expected", "topn"):
        if getattr(args, flag) is not None and flag not in kind.flags:
            raise _not_taken(flag, args)


def _not_taken(flag: str, args: argparse.Namespace) -> SettingError:
    return SettingError(f"--{flag} is ignored for {args.kind}; leave it out", field=flag)


def _given(args: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Return the flags that were given, and the title."""
    return {"title": args.title} | {n: value for n in names if (value := getattr(args, n)) is not None}


def _vectors(args: argparse.Namespace) -> WordVectors:
    return load_vectors(args.files[0], args)


def _map(args: argparse.Namespace) -> Any:
    from fastvec.show.maps import plot_map

    groups = {name: words for name, *words in args.group} if args.group else None
    if groups is not None and len(groups) < len(args.group):
        raise SettingError(field="--group", expected="each name once", shown="one twice")
    say_how_slow(args.method)
    return plot_map(_vectors(args), args.words, groups=groups, **_given(args, "n", "method", "seed"))


def _similarity(args: argparse.Namespace) -> Any:
    from fastvec.show.similarities import plot_similarity

    return plot_similarity(_vectors(args), args.words, **_given(args, "clustered"))


def _loss(args: argparse.Namespace) -> Any:
    from fastvec.show.losses import plot_loss

    names = [printable(name) for name in names_of(args.files)]
    return plot_loss(*(load_vectors(path, args) for path in args.files), names=names, **_given(args))


def _analogy(args: argparse.Namespace) -> Any:
    from fastvec.show.analogies import plot_analogy

    if len(args.words) != 3:
        raise SettingError(field="--words", expected="three, as in 'man king woman'", got=len(args.words))
    return plot_analogy(_vectors(args), *args.words, **_given(args, "expected", "topn"))


def _neighbors(args: argparse.Namespace) -> Any:
    from fastvec.show.neighbors import plot_neighbors

    words = args.words[0] if len(args.words) == 1 else args.words
    return plot_neighbors(_vectors(args), words, **_given(args, "topn"))


def _counts(args: argparse.Namespace) -> Any:
    from fastvec.counting.cooccurrence import CooccurrenceMatrix
    from fastvec.show.walls import plot_counts

    counts = CooccurrenceMatrix.load(args.files[0])
    vectors = load_vectors(args.files[1], args) if len(args.files) > 1 else None
    return plot_counts(counts, vectors, args.words, **_given(args, "n"))


KINDS = {
    "map": Kind(_map, (1, 1), "optional", ("group", "n", "method", "seed")),
    "similarity": Kind(_similarity, (1, 1), "some words", ("clustered",)),
    "loss": Kind(_loss, (1, None), "", ()),
    "analogy": Kind(_analogy, (1, 1), "three, as in 'man king woman'", ("expected", "topn")),
    "neighbors": Kind(_neighbors, (1, 1), "a word or more", ("topn",)),
    "counts": Kind(_counts, (1, 2), "optional", ("n",)),
}
