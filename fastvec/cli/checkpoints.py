"""The flags of ``fastvec train`` for checkpoints, and what is said of them."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from fastvec.cli.outputs import ANY, check_output
from fastvec.cli.progress import ProgressBars
from fastvec.cli.settings import flag
from fastvec.errors import SettingError

STOPPING = (signal.SIGINT, signal.SIGTERM)  # a closed terminal shows nothing


def add_checkpoints(parser: argparse.ArgumentParser, models: str) -> None:
    """Add the flags; ``models`` are those that have them."""
    from fastvec.training.checkpoints.schedule import EVERY

    group = parser.add_argument_group(f"checkpoints ({models})")
    group.add_argument(
        "--checkpoint", metavar="FILE",
        help="write the state of training to this file from time to time, when it is interrupted (a second Ctrl-C "
        "ends at once, without it) and at its end; the one before it is kept as FILE.previous",
    )  # fmt: skip
    group.add_argument(
        "--checkpoint-every", metavar="TIME",
        help=f"such as 30s, 5min, 1h or '1 epoch', or a number of tokens (default: {EVERY})",
    )  # fmt: skip
    group.add_argument(
        "--resume", action="store_true",
        help="go on from the checkpoint, given the same texts and flags; without one training begins at its start",
    )  # fmt: skip


def checkpoint_arguments(args: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of ``train()``, checked before a text is read."""
    from fastvec.training.checkpoints.checkpoints import Checkpoints
    from fastvec.training.checkpoints.files import previous_of
    from fastvec.training.checkpoints.schedule import EVERY

    for name in ("checkpoint_every", "resume"):
        if getattr(args, name) and args.checkpoint is None:
            raise SettingError(f"{flag(name)}: needs --checkpoint FILE", field=name)
    if args.checkpoint is None:
        return {}
    given: dict[str, Any] = {"checkpoint": args.checkpoint, "resume": args.resume}
    if (every := args.checkpoint_every) is not None:
        given["checkpoint_every"] = int(every) if every.isdigit() else every
    files = [args.checkpoint, os.fspath(previous_of(args.checkpoint))]
    others = vars(args)  # a command has not all of them
    for name in ("output", "save_corpus", "save_documents"):
        output = others.get(name)
        if output is not None and os.path.realpath(output) in map(os.path.realpath, files):
            raise SettingError(f"{output}: {flag(name)} would overwrite the checkpoint", field=name)
    for file in files:
        sources = filter(None, [others.get(name) for name in ("init", "freeze", "tags")])
        check_output(file, [*args.text, *sources], ANY)
    Checkpoints.of(args.checkpoint, given.get("checkpoint_every", EVERY), args.resume)
    return given


@contextmanager
def told(args: argparse.Namespace, bars: ProgressBars) -> Iterator[None]:
    """Say that training begins without a checkpoint; at Ctrl-C that one is written; and how it goes on."""
    from fastvec.training.checkpoints.files import existing

    if args.resume and not existing(args.checkpoint):
        bars.say(f"no checkpoint in {args.checkpoint} yet: training begins at its start")
    try:
        with _announced(args.checkpoint is not None and not args.quiet):
            yield
    except KeyboardInterrupt:
        if args.checkpoint is not None and existing(args.checkpoint):
            with suppress(OSError):  # the terminal may be closed
                bars.say(f"the same command with --resume goes on from {args.checkpoint}")
        raise


@contextmanager
def _announced(wanted: bool) -> Iterator[None]:
    """At the first Ctrl-C or signal to end, say what is still written, so that nobody sends another."""
    is_main = threading.current_thread() is threading.main_thread()
    before = {number: signal.getsignal(number) for number in STOPPING} if wanted and is_main else {}

    def announcing(handler: Callable[[int, Any], Any]) -> Callable[[int, Any], Any]:
        def announce(number: int, frame: Any) -> Any:
            with suppress(OSError):  # not by print, which may be what was interrupted
                os.write(2, b"\nfastvec: writing the checkpoint; a second signal ends at once, without it\n")
            return handler(number, frame)

        return announce

    ours = {number: announcing(handler) for number, handler in before.items() if callable(handler)}
    try:
        for number, handler in ours.items():
            signal.signal(number, handler)
        yield
    finally:
        for number, handler in ours.items():
            if signal.getsignal(number) is handler:  # else the first Ctrl-C made the second one final
                signal.signal(number, before[number])
