"""``fastvec pairs``: the training pairs of a sentence, window by window."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from fastvec.cli.checks import ENCODED
from fastvec.cli.codes import DONE
from fastvec.cli.terminal import columns, in_colour, shown
from fastvec.errors import SettingError, StorageError
from fastvec.text.corpus import Corpus
from fastvec.text.windows import bags_of, check_window, pairs_of, window_places

# inverse, underlined (the line joins the words of the window), faint
CENTRE, CONTEXT, REST, OFF = "\x1b[1;7m", "\x1b[4m", "\x1b[2m", "\x1b[0m"
GAP = 3  # columns between the sentence and its pairs
NARROWEST = 24  # columns: with fewer beside the sentence, the pairs go below it
INDENT = "    "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "text", nargs="+", metavar="SENTENCE",
        help="the sentence itself; or files with a sentence a line, an encoded corpus, or '-' for standard input",
    )  # fmt: skip
    parser.add_argument(
        "--window", type=int, default=5, metavar="N", help="words to each side of the centre (default: 5)"
    )
    parser.add_argument(
        "--cbow", action="store_true", help="the pairs of CBOW: the context words together, and their centre"
    )
    parser.add_argument(
        "--context", choices=["both", "left", "right"], default="both",
        help="which side of the centre the context stands on (default: both)",
    )  # fmt: skip
    parser.add_argument(
        "--tokens", choices=["whitespace", "words"],
        help="what stands between spaces, or letters and digits, without punctuation (default: whitespace)",
    )  # fmt: skip
    parser.add_argument("--lowercase", action="store_true", default=None, help="turn capitals into small letters")
    parser.add_argument(
        "--plain", action="store_true",
        help="one pair a line: centre, tab, context (with --cbow: context words, tab, centre); so it is in a pipe",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
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
    """What the arguments name: files, if there are such, or else the sentence itself."""
    reading = {name: getattr(args, name) for name in ("tokens", "lowercase") if getattr(args, name) is not None}
    name, *others = args.text
    are_files = all(map(os.path.isfile, args.text)) or (not others and (name == "-" or os.path.exists(name)))
    if are_files and not others and name.endswith(ENCODED):
        for setting in reading:
            raise SettingError(f"--{setting}: has no effect on a corpus that is encoded already", field=setting)
        return Corpus.load(name).validate()
    if not are_files and not others and len(name.split()) == 1:
        raise StorageError(f"{name}: no such file, and a sentence of one word has no pairs", path=name)
    lines = iter(" ".join(args.text).split("\n"))
    return Corpus.from_text([Path(name) for name in args.text] if are_files else lines, min_count=1, **reading)


def _print_plain(words: list[str], args: argparse.Namespace) -> None:
    if args.cbow:
        lines = [
            f"{' '.join(context)}\t{centre}\n" for context, centre in bags_of(words, args.window, args.context)
        ]
    else:
        lines = [f"{centre}\t{context}\n" for centre, context in pairs_of(words, args.window, args.context)]
    sys.stdout.write("".join(lines))


def _print_windows(words: list[str], args: argparse.Namespace) -> None:
    """The sentence once for each centre, its window marked, with the pairs beside it or, if it is long, below."""
    room = shutil.get_terminal_size().columns
    left = sum(columns(word) + 2 for word in words) + GAP
    beside = room - left >= NARROWEST
    for t in range(len(words)):
        places = window_places(len(words), t, args.window, args.context)
        seen = range(len(words)) if beside else range(min([t, *places]), max([t, *places]) + 1)
        sentence = _marked(words, t, places, seen)
        told = list(_wrapped(_told(words, t, places, args.cbow), room - (left if beside else len(INDENT))))
        if beside:
            print(sentence + " " * GAP + told[0])
        else:
            print(sentence)
            print(INDENT + told[0])
        for line in told[1:]:
            print((" " * left if beside else INDENT) + line)


def _marked(words: list[str], t: int, places: list[int], seen: range) -> str:
    """The words that are seen, the centre in brackets, each as wide as it would be with them."""
    colour = in_colour()
    cells = []
    for i in seen:
        cell = f"[{words[i]}]" if i == t else f" {words[i]} "
        style = CENTRE if i == t else CONTEXT if i in places else REST
        cells.append(f"{style}{cell}{OFF}" if colour else cell)
    more = ("… " if seen.start > 0 else "", " …" if seen.stop < len(words) else "")
    return "".join(cells).join(more)


def _told(words: list[str], t: int, places: list[int], cbow: bool) -> list[str]:
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
