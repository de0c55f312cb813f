"""``fastvec pairs``: the training pairs of a sentence, window by window."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator

from fastvec.cli.codes import DONE
from fastvec.cli.outputs import ENCODED
from fastvec.cli.reading import add_tokens, corpus_of
from fastvec.cli.terminal import columns, in_colour, shown
from fastvec.errors import StorageError
from fastvec.text.corpus import Corpus
from fastvec.text.windows import bags_of, check_window, pairs_of, window_places

# inverse, underlined, faint
CENTRE, CONTEXT, REST, OFF = "\x1b[1;7m", "\x1b[4m", "\x1b[2m", "\x1b[0m"
GAP = 3  # columns between the sentence and its pairs
NARROWEST = 24  # columns: if fewer are left beside the sentence, the pairs go below it
INDENT = "    "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "text", nargs="+", metavar="SENTENCE",
        help="a sentence; or files with one sentence per line, an encoded corpus, or '-' for standard input",
    )  # fmt: skip
    parser.add_argument(
        "--window", type=int, default=5, metavar="N", help="tokens to each side of the centre (default: 5)"
    )
    parser.add_argument(
        "--cbow", action="store_true", help="the pairs of CBOW: all context words and their centre"
    )
    parser.add_argument(
        "--context", choices=["both", "left", "right"], default="both",
        help="the side of the centre that the context is on (default: both)",
    )  # fmt: skip
    add_tokens(parser)
    help = "one pair per line: centre, tab, context (--cbow: context words, tab, centre); the default in a pipe"
    parser.add_argument("--plain", action="store_true", help=help)


def run(args: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    check_window(args.window, args.context)
    plain = args.plain or not sys.stdout.isatty()
    sentences = ([shown(word) for word in words] for words in _corpus(args) if words)
    for number, words in enumerate(sentences):
        if plain:
            _print_plain(words, args)
            continue
        if number:
            print()
        _print_windows(words, args)
    return DONE


def _corpus(args: argparse.Namespace) -> Corpus:
    """Read the files that the arguments name or, if they name none, the arguments as a sentence."""
    reading = {name: getattr(args, name) for name in ("tokens", "lowercase") if getattr(args, name) is not None}
    name, *others = args.text
    are_files = all(map(os.path.isfile, args.text)) or (not others and (name == "-" or os.path.exists(name)))
    if are_files:
        return corpus_of(args, args.text, **({} if name.endswith(ENCODED) else {"min_count": 1}))
    if not are_files and not others and len(name.split()) == 1:
        raise StorageError(f"{name}: no such file, and a sentence of one token has no pairs", path=name)
    lines = iter(" ".join(args.text).split("\n"))
    return Corpus.from_text(lines, min_count=1, **reading)


def _print_plain(words: list[str], args: argparse.Namespace) -> None:
    if args.cbow:
        lines = [
            f"{' '.join(context)}\t{centre}\n" for context, centre in bags_of(words, args.window, args.context)
        ]
    else:
        lines = [f"{centre}\t{context}\n" for centre, context in pairs_of(words, args.window, args.context)]
    sys.stdout.write("".join(lines))


def _print_windows(words: list[str], args: argparse.Namespace) -> None:
    """Print the sentence for each centre with its window marked, and the pairs beside it or below."""
    room = shutil.get_terminal_size().columns
    left = sum(columns(word) + 2 for word in words) + GAP
    beside = room - left >= NARROWEST
    for t in range(len(words)):
        places = window_places(len(words), t, args.window, args.context)
        seen = range(len(words)) if beside else range(min([t, *places]), max([t, *places]) + 1)
        sentence = _marked(words, t, places, seen)
        lines = list(_wrapped(_pairs_of(words, t, places, args.cbow), room - (left if beside else len(INDENT))))
        if beside:
            print(sentence + " " * GAP + lines[0])
        else:
            print(sentence)
            print(INDENT + lines[0])
        for line in lines[1:]:
            print((" " * left if beside else INDENT) + line)


def _marked(words: list[str], t: int, places: list[int], seen: range) -> str:
    """Return the words in ``seen``, each as wide as with brackets, and the centre in brackets."""
    colour = in_colour()
    cells = []
    for i in seen:
        cell = f"[{words[i]}]" if i == t else f" {words[i]} "
        style = CENTRE if i == t else CONTEXT if i in places else REST
        cells.append(f"{style}{cell}{OFF}" if colour else cell)
    more = ("… " if seen.start > 0 else "", " …" if seen.stop < len(words) else "")
    return "".join(cells).join(more)


def _pairs_of(words: list[str], t: int, places: list[int], cbow: bool) -> list[str]:
    if not places:
        return ["no pair"]
    if cbow:
        return [*(words[place] for place in places), f"→ {words[t]}"]
    return [f"({words[t]}, {words[place]})" for place in places]


def _wrapped(parts: list[str], room: int) -> Iterator[str]:
    line = parts[0]
    for part in parts[1:]:
        if columns(line) + 1 + columns(part) > room:
            yield line
            line = part
        else:
            line += f" {part}"
    yield line
