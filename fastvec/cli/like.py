"""``fastvec train --like PROGRAM``: the flags of word2vec, fasttext or GloVe, each before its value."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from fastvec.cli.settings import option_of
from fastvec.errors import SettingError

if TYPE_CHECKING:
    from fastvec.cli.progress import ProgressBars

PROGRAMS = ("word2vec", "fasttext", "glove")  # each is a module like_NAME with a Program


class Flag(NamedTuple):
    """A flag of another program.

    Attributes
    ----------
    kind : type
        Of its value. ``bool``: a switch, after which 0 or 1 may stand.
    default : object
        The program's own.
    help : str
    """

    kind: type
    default: Any
    help: str


class Program(NamedTuple):
    """What is known of another program.

    Attributes
    ----------
    usage : str
        An example.
    commands : tuple of str
        The words that its command line begins with.
    flags : mapping from str to Flag
        By name, without dashes.
    without_effect : mapping from str to str
        Flags that are taken and change nothing, with the reason.
    refused : mapping from str to str
        Flags, and commands, for what is not offered, with what to do instead.
    harmless : mapping from str to str
        The values of refused flags that ask for nothing.
    train : callable
        Gets the values of all flags, and bars.
    """

    usage: str
    commands: tuple[str, ...]
    flags: Mapping[str, Flag]
    without_effect: Mapping[str, str]
    refused: Mapping[str, str]
    harmless: Mapping[str, str]
    train: Callable[[dict[str, Any], ProgressBars], None]


def is_asked_for(arguments: Sequence[str]) -> bool:
    """Return whether the arguments of ``train`` are those of another program.

    >>> is_asked_for(["--like", "word2vec", "-train", "text"]), is_asked_for(["text", "-o", "out.vec"])
    (True, False)
    """
    return any(argument.partition("=")[0] == "--like" for argument in arguments)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what to run for the arguments of ``train``.

    Raises
    ------
    SystemExit
        From argparse: for ``--help``, and for a program that is not known.
    """
    parser = argparse.ArgumentParser(
        prog="fastvec train", usage="fastvec train --like PROGRAM [-h] FLAG VALUE ...", add_help=False,
        allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--like", choices=PROGRAMS, required=True)
    parser.add_argument("--quiet", action="store_true", help="print only errors and warnings")
    parser.add_argument("--traceback", action="store_true", help="print the traceback of an error")
    at = next(i for i, argument in enumerate(arguments) if argument.partition("=")[0] == "--like")
    own = 1 if "=" in arguments[at] else 2
    rest = [*arguments[:at], *arguments[at + own :]]
    switches = [argument for argument in rest if argument in ("--quiet", "-q", "--traceback")]
    named = ["--quiet" if switch == "-q" else switch for switch in switches]
    args = parser.parse_args([*arguments[at : at + own], *named])
    program: Program = import_module(f"fastvec.cli.like_{args.like}").PROGRAM
    if {"-h", "--help", "-help"} & set(rest):
        print(help_text(args.like, program))
        raise SystemExit(0)
    args.words, args.program = [argument for argument in rest if argument not in switches], program
    args.run = run
    return args


def run(args: argparse.Namespace) -> int:
    """Train as the flags say."""
    from fastvec.cli.progress import ProgressBars

    values, ignored = values_of(args.like, args.program, args.words)
    with ProgressBars(args.quiet) as bars:
        if ignored:
            bars.say("without effect: " + "; ".join(ignored))
        args.program.train(values, bars)
    return 0


def values_of(name: str, program: Program, words: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    """Return the value of each flag (and ``command``), and what to say of flags that change nothing.

    Raises
    ------
    SettingError
        If a flag is unknown or not offered, or has no value, or a wrong one.
    """
    words = list(words)
    values: dict[str, Any] = {flag: known.default for flag, known in program.flags.items()}
    values["given"] = set()
    if program.commands:
        values["command"] = _command(name, program, words)
    ignored: dict[str, str] = {}
    while words:
        word = words.pop(0)
        flag = word.lstrip("-")
        if not word.startswith("-") or not flag:
            raise SettingError(
                f"{word}: expected a flag of {name}, as in {program.usage}", field="flags", got=word
            )
        known = flag in program.flags or flag in program.without_effect or flag in program.refused
        if not known:
            raise _unknown(name, program, word)
        if flag in program.flags and program.flags[flag].kind is bool and words[:1] not in (["0"], ["1"]):
            words.insert(0, "1")
        if not words:
            raise SettingError(f"{word}: expected a value after it", field=flag)
        value = words.pop(0)
        if flag in program.flags:
            values[flag] = _value(word, program.flags[flag].kind, value)
            values["given"].add(flag)
        elif flag in program.without_effect:
            ignored[flag] = f"{word} ({program.without_effect[flag]})"
        elif value != program.harmless.get(flag):
            raise SettingError(f"{word}: {program.refused[flag]}", field=flag, got=value)
    return values, list(ignored.values())


def needed(values: Mapping[str, Any], flag: str) -> Any:
    """Return the value of a flag that must be given.

    Raises
    ------
    SettingError
        If it is not.
    """
    if not values[flag]:
        raise SettingError(f"-{flag}: must be given", field=flag)
    return values[flag]


def help_text(name: str, program: Program) -> str:
    """Return the help of a program's flags."""
    lines = [f"usage: {program.usage}", "", f"The flags of {name}, each before its value:", ""]
    lines += [f"  -{flag:<20}{known.help}{_shown(known.default)}" for flag, known in program.flags.items()]
    lines += [f"  -{flag:<20}without effect: {why}" for flag, why in program.without_effect.items()]
    lines += [f"  {flag:<21}not offered: {why}" for flag, why in program.refused.items()]
    return "\n".join([*lines, "", "and --quiet (-q), --traceback"])


def _shown(default: Any) -> str:
    return "" if default in (None, "") else f" (default: {default})"


def _command(name: str, program: Program, words: list[str]) -> str:
    expected = " or ".join(program.commands)
    if not words or words[0].startswith("-"):
        raise SettingError(f"{name}: expected {expected} first, as in {program.usage}", field="command")
    word = words.pop(0)
    if word in program.refused:
        raise SettingError(f"{word}: {program.refused[word]}", field="command", got=word)
    if word not in program.commands:
        raise SettingError(field="command", expected=expected, got=word)
    return word


def _value(word: str, kind: type, value: str) -> Any:
    try:
        if kind is bool:
            return value == "1"
        if kind is int:
            return int(float(value)) if float(value) == int(float(value)) else int(value)  # 2e6, as C reads none
        return kind(value)
    except (ValueError, OverflowError):
        expected = "a whole number" if kind is int else "a number"
        raise SettingError(field=word, expected=expected, got=value) from None


def _unknown(name: str, program: Program, word: str) -> SettingError:
    flag = word.lstrip("-")
    here = {f"--{flag}", option_of(flag)} - {""}
    same = [known for known in program.flags if option_of(known) in here or f"--{known}" in here]
    near = same or difflib.get_close_matches(flag, [*program.flags, *program.without_effect], 1, 0.5)
    hint = f"did you mean -{near[0]}?" if near else f"see fastvec train --like {name} --help"
    return SettingError(f"{word}: no flag of {name}; {hint}", field=flag)
