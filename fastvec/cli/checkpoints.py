"""The flags of ``fastvec train`` for checkpoints, and what is said of them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastvec.cli.outputs import ANY, check_output
from fastvec.cli.progress import ProgressBars
from fastvec.cli.settings import flag
from fastvec.errors import SettingError


def add_checkpoints(parser: argparse.ArgumentParser, models: str) -> None:
    """Add the flags; ``models`` are those that have them."""
    from fastvec.training.checkpoints.schedule import EVERY

    group = parser.add_argument_group(f"checkpoints ({models})")
    group.add_argument(
        "--checkpoint", metavar="FILE",
        help="write the state of training to this file from time to time, when it is interrupted and at its end; "
        "the one before it is kept as FILE.previous",
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
    for name, output in (("output", args.output), ("save_corpus", args.save_corpus)):
        if output is not None and os.path.realpath(output) in map(os.path.realpath, files):
            raise SettingError(f"{output}: {flag(name)} would overwrite the checkpoint", field=name)
    for file in files:
        check_output(file, [*args.text, *filter(None, (args.init, args.freeze))], ANY)
    Checkpoints.of(args.checkpoint, given.get("checkpoint_every", EVERY), args.resume)
    return given


@contextmanager
def told(args: argparse.Namespace, bars: ProgressBars) -> Iterator[None]:
    """Say that training begins without a checkpoint; and after Ctrl-C, how it goes on."""
    from fastvec.training.checkpoints.files import existing

    if args.resume and not existing(args.checkpoint):
        bars.say(f"no checkpoint in {args.checkpoint} yet: training begins at its start")
    try:
        yield
    except KeyboardInterrupt:
        if args.checkpoint is not None and existing(args.checkpoint):
            bars.say(f"the same command with --resume goes on from {args.checkpoint}")
        raise
