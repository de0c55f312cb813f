"""Reading: how a file of vectors is read, and what its reader passed over or left out."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field

from fastvec.checks.numbers import choice, truth, whole
from fastvec.errors import FormatError, SettingError
from fastvec.io.decompression import type_of_path

ON_ERROR = ("raise", "skip")
UTF_8 = "utf-8"
CUT_SHORT = "the file is cut short; on_error='skip' (--on-error skip) reads what is whole"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read; the settings are those of :meth:`fastvec.WordVectors.load`.

    Attributes
    ----------
    notes : list of str
        What a reader has to say about the file: warnings.
    """

    limit: int | None = None
    on_error: str = "raise"
    encoding: str = UTF_8
    mmap: bool = True
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.limit is not None:
            whole("limit", self.limit, 1)
        choice("on_error", self.on_error, ON_ERROR)
        truth("mmap", self.mmap)
        object.__setattr__(self, "encoding", _checked_encoding(self.encoding))

    @property
    def skips(self) -> bool:
        """Whether rows that cannot be read are left out."""
        return self.on_error == "skip"

    def decode(self, words: list[bytes]) -> list[str]:
        """Return words as text; bytes that are not of the encoding are escaped (surrogateescape)."""
        decoded = b"\n".join(words).decode(self.encoding, "surrogateescape").split("\n") if words else []
        if len(decoded) == len(words):
            return decoded
        return [word.decode(self.encoding, "surrogateescape") for word in words]


def _checked_encoding(encoding: object) -> str:
    """Return the usual name of an encoding in which ASCII's characters are single bytes, those of ASCII."""
    ascii = "".join(map(chr, range(128)))
    try:
        found = codecs.lookup(encoding)  # type: ignore[arg-type]
        if ascii.encode(found.name) == ascii.encode():
            return found.name
    except (LookupError, TypeError, ValueError):
        pass
    raise SettingError(
        field="encoding", expected="one that extends ASCII, such as 'utf-8' or 'latin-1'", got=encoding
    )


@dataclass(slots=True)
class Kind:
    """One kind of thing that was met: how often, and where first."""

    count: int
    line: int
    shown: str = ""


class Met:
    """What was met in a text, by kind; lines are counted from 0."""

    def __init__(self) -> None:
        self.kinds: dict[str, Kind] = {}

    @property
    def count(self) -> int:
        """How much was met, of all kinds."""
        return sum(kind.count for kind in self.kinds.values())

    def add(self, kind: str, line: int, shown: str = "", count: int = 1) -> None:
        """Count ``count`` more of a kind; ``line`` and ``shown`` are those of the first of them."""
        if count == 0:
            return
        found = self.kinds.setdefault(kind, Kind(0, line, shown))
        found.count += count
        if line < found.line:
            found.line, found.shown = line, shown

    def add_all(self, other: Met, lines_before: int) -> None:
        """Count what another part of the text has."""
        for kind, found in other.kinds.items():
            self.add(kind, found.line + lines_before, found.shown, found.count)

    def as_left_out(self) -> str:
        """Return the warning about rows that were left out, by reason."""
        parts = [f"{kind.count:,} {reason} (first: line {kind.line + 1})" for reason, kind in self.kinds.items()]
        return f"rows left out: {self.count:,}, of which {', '.join(parts)}"


def check_count(path: type_of_path, declared: int, found: int, reading: Reading) -> None:
    """Note that a header declares another number of rows than there are.

    Headers are known to be off by one. A file that has still fewer rows was probably cut at the end of one.

    Raises
    ------
    FormatError
        If two rows or more are missing, unless errors are skipped.
    """
    if found < declared - 1 and not reading.skips:
        expected, shown = f"{declared:,} rows, as its header declares", f"{found:,}"
        raise FormatError(path=path, field="rows", expected=expected, got=found, shown=shown, hint=CUT_SHORT)
    if declared != found:
        reading.notes.append(f"{path}: its header declares {declared:,} words, but it has {found:,} rows")


def nothing_left(path: type_of_path) -> FormatError:
    """Return the error for a file without a row that can be read."""
    return FormatError(path=path, field="rows", expected="at least one that can be read", shown="none")
