"""The ``fastvec`` program: finds the command, and turns its errors into exit codes."""

from __future__ import annotations

import argparse
import contextlib
import difflib
import importlib
import os
import re
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from fastvec import __version__
from fastvec.cli.codes import BROKEN_PIPE, DATA, FAILED, INTERRUPTED, NO_INPUT, NO_OUTPUT, SIGNALLED, USAGE
from fastvec.cli.like import is_asked_for
from fastvec.cli.like import parse as parse_like
from fastvec.cli.settings import option_of
from fastvec.cli.terminal import printable, say, use_utf8
from fastvec.errors import Cancelled, FastvecError, ResourceError, SettingError, StorageError, TrainingError

ENDING = [number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None]
# each is a module of fastvec.cli with add_arguments(parser) and run(args)
COMMANDS = {
    "train": "train word vectors on a text",
    "documents": "train vectors of documents, the lines of a text",
    "bootstrap": "train on resampled texts, to see how sure neighbours are",
    "encode": "convert a text to ids once, to train on it many times",
    "vocab": "count the words of a text",
    "count": "count the co-occurrences of words",
    "pairs": "show the training pairs of a sentence, window by window",
    "concordance": "show the places of a word in a text",
    "phrases": "find phrases like new_york, and join them",
    "neighbors": "show the words nearest to words",
    "analogy": "man is to king as woman is to what?",
    "predict": "show the words that a language model expects next",
    "embed": "make a vector for each line of a text",
    "evaluate": "score vectors on analogies and word similarity",
    "diagnose": "measure the geometry of vectors beside random ones",
    "plot": "draw words, cosines, losses, counts, analogies or neighbors",
    "explore": "write a page with a map of the words, to look at and ask in a browser",
    "info": "describe a file of vectors, counts or an encoded corpus",
    "convert": "convert vectors from one file format to another, or transform them",
    "download": "download a well-known data set by name",
    "demo": "make a small text, train on it, solve analogies",
    "bench": "measure how fast fastvec is on this machine",
}
COMMAND_LINES = "\n".join(f"  {name:<13}{summary}" for name, summary in COMMANDS.items())
# written out, since argparse breaks the line of the longest command
DETAILS = f"""commands:
{COMMAND_LINES}

examples:
  fastvec demo
  fastvec train wiki.txt.gz -o wiki.safetensors --vector-size 200 --epochs 3
  fastvec neighbors wiki.safetensors paris
  fastvec analogy wiki.safetensors man king woman
  fastvec explore wiki.safetensors -o city.html
  fastvec pairs "the cat sat on the mat" --window 2
  fastvec convert wiki.safetensors wiki.bin

'fastvec COMMAND --help' explains a command.

exit codes: 0 done, 2 wrong usage or settings, 65 unusable data, 66 input cannot be opened,
  70 training failed, 74 output cannot be written, 129 terminal closed, 130 interrupted,
  143 terminated;
  'demo': 1 if an answer is wrong
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; by default those of the process.

    Returns
    -------
    int
        The exit code; ``fastvec --help`` lists them.

    Raises
    ------
    SystemExit
        From argparse: if the arguments are wrong, and for ``--help`` and ``--version``.

    Examples
    --------
    >>> main(["neighbors", "missing.bin", "paris"])
    66
    """
    try:
        use_utf8()
        with warnings.catch_warnings(), _terminations(), _interrupts(argv is None):
            warnings.showwarning = _show_warning
            code = _run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:  # before or after the command itself
        code = INTERRUPTED
    if argv is None and code > SIGNALLED:
        # a worker may still wait for standard input, and the interpreter would abort at its normal end
        os._exit(code)
    return code


class _Terminated(KeyboardInterrupt):
    """SIGTERM, as of a scheduler whose time is up, or SIGHUP, of a closed terminal: it ends as after Ctrl-C."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = SIGNALLED + number


@contextlib.contextmanager
def _terminations() -> Iterator[None]:
    """Make SIGTERM and SIGHUP raise in the main thread, unless the program began with them ignored."""
    is_ours = threading.current_thread() is threading.main_thread()
    numbers = [number for number in ENDING if is_ours and signal.getsignal(number) is signal.SIG_DFL]

    def terminate(number: int, _frame: object) -> NoReturn:
        raise _Terminated(number)

    try:
        for number in numbers:
            signal.signal(number, terminate)
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)


@contextlib.contextmanager
def _interrupts(is_program: bool) -> Iterator[None]:
    """Let a second Ctrl-C of a program end it at once, whatever the first one still waits for or writes.

    So does one after the command's end, where Python would print a traceback.
    """
    is_ours = is_program and threading.current_thread() is threading.main_thread()
    if not is_ours or signal.getsignal(signal.SIGINT) not in (signal.default_int_handler, signal.SIG_DFL):
        yield
        return

    def interrupt(*_: object) -> NoReturn:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


class _Parser(argparse.ArgumentParser):
    """Reports a wrong argument in one line; for an option of another library, with fastvec's name for it."""

    def error(self, message: str) -> NoReturn:
        unknown = re.match(r"unrecognized arguments: --?([\w-]+)", message)
        if unknown:
            similar = difflib.get_close_matches(f"--{unknown[1]}", self._option_string_actions, 1)
            here = option_of(unknown[1])
            if here in self._option_string_actions:
                message += f"; use {here}"
            elif similar:
                message += f"; did you mean {similar[0]}?"
        self.exit(USAGE, f"{self.prog}: error: {printable(message)}; see {self.prog} --help\n")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments of a command; only its module is loaded, so that ``--help`` is fast."""
    program = argparse.ArgumentParser(
        prog="fastvec",
        usage="fastvec COMMAND ...",
        description="Train word vectors very fast on an ordinary CPU, and use them.",
        epilog=DETAILS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    program.add_argument("--version", action="version", version=f"fastvec {__version__}")
    program.add_argument("command", choices=COMMANDS, metavar="COMMAND", help=argparse.SUPPRESS)
    name = program.parse_args(arguments[:1]).command
    if name == "train" and is_asked_for(arguments[1:]):
        return parse_like(arguments[1:])

    summary = COMMANDS[name]
    parser = _Parser(prog=f"fastvec {name}", description=summary[0].upper() + summary[1:])
    module = importlib.import_module(f"fastvec.cli.{name}")
    module.add_arguments(parser)
    parser.add_argument("--traceback", action="store_true", help="print the traceback of an error")
    # intermixed: words may stand before and after flags
    return parser.parse_intermixed_args(arguments[1:], argparse.Namespace(run=module.run))


def _run(arguments: Sequence[str]) -> int:
    args = argparse.Namespace(traceback=False)
    try:
        args = parse(arguments)
        code: int = args.run(args)
        sys.stdout.flush()
    except _Terminated as ended:
        with contextlib.suppress(OSError):  # the terminal may be closed
            say("fastvec: terminated")
        return ended.code
    except KeyboardInterrupt:
        say("fastvec: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # the reader has ended (| head); the rest of the buffer must not fail again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except (FastvecError, OSError, MemoryError) as error:
        if args.traceback:
            traceback.print_exc()
        say(f"fastvec: error: {printable(_message(error))}")
        return _exit_code(error, args)
    return code


def _message(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:  # not fastvec's own, which have a message
        return f"{error.filename or 'standard output'}: {error.strerror}"
    return str(error) or "out of memory"


def _exit_code(error: Exception, args: argparse.Namespace) -> int:
    if isinstance(error, SettingError):
        return USAGE
    if isinstance(error, StorageError):
        return NO_OUTPUT if error.writing else NO_INPUT
    if isinstance(error, (TrainingError, ResourceError, Cancelled, MemoryError)):
        return FAILED
    return NO_OUTPUT if isinstance(error, OSError) else DATA


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    say(f"fastvec: warning: {printable(str(message))}")
