"""The flags of ``fastvec train`` for what training starts from, and what of it stays as it is."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from fastvec.errors import FormatError, SettingError
from fastvec.io.decompression import open_decompressed, reading_errors

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

BOM = b"\xef\xbb\xbf"


def add_going_on(parser: argparse.ArgumentParser, models: str) -> None:
    """Add the flags; ``models`` names those that take them."""
    group = parser.add_argument_group(f"going on from earlier vectors ({models})")
    group.add_argument(
        "--init", metavar="FILE",
        help="vectors to go on from, of any format; their words stay, also those that the text lacks. They set "
        "the vector size and the subwords, unless a flag does",
    )  # fmt: skip
    group.add_argument(
        "--freeze-init", action="store_true",
        help="the vectors of --init stay as they are: only those of new words learn",
    )  # fmt: skip
    group.add_argument(
        "--freeze", metavar="FILE",
        help="words whose vectors stay as they start, one to a line, each perhaps with a factor behind it, from 0 "
        "(frozen) to 1 (free), by which its steps are damped; they go before --freeze-init",
    )  # fmt: skip
    group.add_argument(
        "--freeze-context", action="store_true",
        help="the context vectors of --init stay as they are: new words find their place among the old ones",
    )  # fmt: skip


def read_going_on(args: argparse.Namespace) -> dict[str, Any]:
    """The ``init``, ``freeze`` and ``freeze_context`` of ``train()``, as far as the arguments name them."""
    for flag, field in (("--freeze-init", "freeze_init"), ("--freeze-context", "freeze_context")):
        if getattr(args, field) and args.init is None:
            raise SettingError(f"{flag}: expected --init FILE too, the vectors to freeze", field=field)
    frozen = {} if args.freeze is None else read_factors(args.freeze)
    if args.init is None:
        return {"freeze": frozen} if frozen else {}
    from fastvec.vectors.word_vectors import WordVectors

    init = WordVectors.load(args.init)
    freeze = dict.fromkeys(init, 0.0) | frozen if args.freeze_init else frozen
    return {"init": init, "freeze": freeze, "freeze_context": args.freeze_context}


def read_factors(path: str) -> dict[str, float]:
    """The words of a file, each with the factor that stands behind it, or 0."""
    factors: dict[str, float] = {}
    with reading_errors(path), open_decompressed(path) as stream:
        for number, line in enumerate(stream, 1):
            fields = (line.removeprefix(BOM) if number == 1 else line).split()
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
        expected = "a word, or a word and a factor from 0 to 1"
        raise FormatError(
            f"{path}: line {number}: expected {expected}, got {found!r:.80} behind the word",
            path=path, field=f"line {number}", expected=expected, got=found,
        ) from None  # fmt: skip
    return factor


def settings_of(init: WordVectors | None) -> dict[str, Any]:
    """The settings that earlier vectors leave no choice in."""
    if init is None:
        return {}
    subwords = {} if init.subwords is None else {"subwords": init.subwords.settings}
    return {"vector_size": init.vector_size, **subwords}
