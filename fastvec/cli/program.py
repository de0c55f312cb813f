"""The ``fastvec`` program: which command, what its errors mean to a shell."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Any

from fastvec import __version__
from fastvec.cli.codes import BROKEN_PIPE, DATA, FAILED, INTERRUPTED, NO_INPUT, NO_OUTPUT, USAGE
from fastvec.cli.terminal import printable, say, use_utf8
from fastvec.errors import FastvecError, SettingError, StorageError, TrainingError

# each is a module of fastvec.cli with add_arguments(parser) and run(args) -> exit code
COMMANDS = {
    "train": "text in, word vectors out",
    "encode": "turn text into ids once, to train on it many times",
    "vocab": "count the words of a text",
    "neighbors": "the words nearest to a word",
    "analogy": "man is to king as woman is to ...?",
    "info": "what a file of vectors or an encoded corpus holds",
    "convert": "vectors from one file format to another",
    "demo": "make a small text, train on it, solve analogies",
    "bench": "how fast fastvec is on this machine",
}
COMMAND_LINES = "\n".join(f"  {name:<11}{summary}" for name, summary in COMMANDS.items())
# written out since argparse breaks the line of the longest command
DETAILS = f"""commands:
{COMMAND_LINES}

examples:
  fastvec demo
  fastvec train wiki.txt.gz -o wiki.safetensors --vector-size 200 --epochs 3
  fastvec neighbors wiki.safetensors paris
  fastvec analogy wiki.safetensors man king woman
  fastvec convert wiki.safetensors wiki.bin

'fastvec COMMAND --help' tells more about a command.

exit codes: 0 done, 2 wrong usage or settings, 65 unusable data, 66 input cannot be opened,
  70 training failed, 74 output cannot be written, 130 interrupted; 'demo' ends with 1 if an answer is wrong
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; those of the process when None.

    Returns
    -------
    int
        The exit code, as ``fastvec --help`` lists them.

    Raises
    ------
    SystemExit
        From argparse: the arguments are wrong, or ``--help`` or ``--version`` was asked for.

    Examples
    --------
    >>> main(["neighbors", "missing.safetensors", "paris"])
    66
    """
    use_utf8()
    arguments = sys.argv[1:] if argv is None else list(argv)
    args = build_parser(arguments).parse_args(arguments)
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        code = _run(args)
    if argv is None and code in (INTERRUPTED, BROKEN_PIPE):
        # a worker may still sit in a read of standard input, on which the interpreter's own end would abort
        os._exit(code)
    return code


def build_parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The parser; only the command that ``arguments`` name is loaded, so that ``--help`` is quick."""
    parser = argparse.ArgumentParser(
        prog="fastvec",
        usage="fastvec COMMAND ...",
        description="Train word vectors very fast on an ordinary CPU, and use them.",
        epilog=DETAILS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"fastvec {__version__}")
    commands = parser.add_subparsers(
        prog="fastvec", dest="command", metavar="COMMAND", required=True, help=argparse.SUPPRESS
    )
    named = next((word for word in arguments if not word.startswith("-")), None)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name,
            description=f"{summary[0].upper()}{summary[1:]}.",
        )
        if name == named:
            module = importlib.import_module(f"fastvec.cli.{name}")
            module.add_arguments(command)
            command.add_argument(
                "--traceback", action="store_true", help="show where in the code an error arose"
            )
            command.set_defaults(run=module.run)
    return parser


def _run(args: argparse.Namespace) -> int:
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except KeyboardInterrupt:
        say("fastvec: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # the reader has gone (| head); what is still buffered must not fail again at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except (FastvecError, OSError, MemoryError) as error:
        if args.traceback:
            traceback.print_exc()
        say(f"fastvec: error: {printable(str(error) or type(error).__name__)}")
        return _exit_code(error, args)
    return code


def _exit_code(error: Exception, args: argparse.Namespace) -> int:
    if isinstance(error, SettingError):
        return USAGE
    if isinstance(error, StorageError):
        outputs = (getattr(args, "output", None), getattr(args, "save_corpus", None))
        return NO_OUTPUT if error.path is not None and error.path in outputs else NO_INPUT
    if isinstance(error, (TrainingError, MemoryError)):
        return FAILED
    return NO_OUTPUT if isinstance(error, OSError) else DATA


def _show_warning(message: Warning | str, *_: Any) -> None:
    say(f"fastvec: warning: {printable(str(message))}")
