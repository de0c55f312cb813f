"""The flags of ``fastvec train`` for earlier vectors to start from, and for what of them is frozen."""

from __future__ import annotations

import argparse
import codecs
import dataclasses
from typing import TYPE_CHECKING, Any

from fastvec.cli.reading import add_vectors, load_vectors
from fastvec.errors import FormatError, SettingError
from fastvec.io.lines import numbered_lines

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors


def add_init(parser: argparse.ArgumentParser, models: str) -> None:
    """Add the flags; ``models`` are those that have them."""
    group = parser.add_argument_group(f"starting from earlier vectors ({models})")
    group.add_argument(
        "--init", metavar="FILE",
        help="vectors to start from, of any format; all their words are kept. They set the vector size and the "
        "subwords, unless a flag does",
    )  # fmt: skip
    group.add_argument(
        "--freeze-init", action="store_true",
        help="the vectors of --init do not change: only those of new words are trained",
    )  # fmt: skip
    group.add_argument(
        "--freeze", metavar="FILE",
        help="words whose vectors do not change, one on each line; an optional factor after the word, from 0 "
        "(frozen) to 1 (free), multiplies its steps. It overrides --freeze-init",
    )  # fmt: skip
    group.add_argument(
        "--freeze-context", action="store_true",
        help="the context vectors of --init do not change: new words find their place among the old ones",
    )  # fmt: skip
    add_vectors(parser, "init-", "--init")


def read_init(args: argparse.Namespace) -> dict[str, Any]:
    """Return the ``init``, ``freeze`` and ``freeze_context`` of ``train()`` that the arguments give."""
    for flag, field in (("--freeze-init", "freeze_init"), ("--freeze-context", "freeze_context")):
        if getattr(args, field) and args.init is None:
            raise SettingError(f"{flag}: needs --init FILE, the vectors to freeze", field=field)
    frozen = {} if args.freeze is None else read_factors(args.freeze)
    if args.init is None:
        return {"freeze": frozen} if frozen else {}
    init = load_vectors(args.init, args, "init_")
    freeze = dict.fromkeys(init, 0.0) | frozen if args.freeze_init else frozen
    return {"init": init, "freeze": freeze} | ({"freeze_context": True} if args.freeze_context else {})


def read_factors(path: str) -> dict[str, float]:
    """Return the words of a file, each with the factor after it, or 0."""
    factors: dict[str, float] = {}
    for number, line in numbered_lines(path):
        fields = (line.removeprefix(codecs.BOM_UTF8) if number == 1 else line).strip().split(None, 2)
        if fields:
            word = fields[0].decode("utf-8", "surrogateescape")
            factors[word] = _factor(fields[1:], path, number)
    return factors


def _factor(fields: list[bytes], path: str, number: int) -> float:
    try:
        (factor,) = map(float, fields or [b"0"])
        if not 0 <= factor <= 1:
            raise ValueError
    except ValueError:
        found = b" ".join(fields).decode("utf-8", "replace")
        raise FormatError(
            path=path,
            field=f"line {number}",
            expected="a word, or a word and a factor from 0 to 1",
            got=found,
            shown=f"{found!r:.80} after the word",
        ) from None
    return factor


def settings_of(init: WordVectors | None, trainer: type[Any]) -> dict[str, Any]:
    """Return the settings that earlier vectors determine, if the trainer has them."""
    if init is None:
        return {}
    takes_subwords = any(field.name == "subwords" for field in dataclasses.fields(trainer))
    subwords = {"subwords": init.subwords.settings} if init.subwords is not None and takes_subwords else {}
    return {"vector_size": init.word_vectors.shape[1], **subwords}
