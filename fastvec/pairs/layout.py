"""Layout: how the lines of a file of pairs are laid out, decided once from its first pair."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastvec.errors import FormatError, SettingError
from fastvec.io.columns import missing_field
from fastvec.io.decompression import type_of_path
from fastvec.io.rows import DELIMITERS, OTHER_DELIMITERS, check_fields, table_suffix
from fastvec.text.content import check_encoding
from fastvec.text.reading import NEWLINE, TextBlock

SEPARATORS = {"tab": b"\t", "comma": b",", "semicolon": b";", "bar": b"|", "whitespace": None}
# "# Nodes: 5", "##", "%%MatrixMarket", but not the hashtag of "#tea #coffee"
COMMENT = re.compile(rb"\s*[#%]([\s!#-&(-/:-@\[-^`{-~].*)?", re.DOTALL)
MATRIX_MARKET = b"%%MatrixMarket"
# what networkx writes after an edge: {}, {'weight': 3.0}, {'weight': np.float64(3.0)}
EDGE_DATA = re.compile(rb"[ \t,;|]+\{((?:['\"0-9(-][^\n]*)?)\}[ \t\r]*$", re.MULTILINE)
EDGE_WEIGHT = re.compile(rb"['\"]weight['\"]: *(?:np\.\w+\()?([-+.\w]+)")
# headers that are known (Gephi's; igraph's): what else stands in the first line is a pair
HEADERS = (("source", "target", ()), ("from", "to", ("weight",)))

Fields = Sequence[str] | Sequence[int]


@dataclass(frozen=True, slots=True)
class Layout:
    """How lines (or items) hold pairs.

    Attributes
    ----------
    columns : tuple of int
        The places of the word, the context and, if there is one, the weight; none if the first pair is none.
    n_fields : int
        The number of fields of every line.
    separator : bytes, optional
        A character; None is white space.
    edge_data : bool
        Lines may end with a dict of Python, whose ``weight`` is the weight.
    comment : bytes
        Lines that begin with it are ignored everywhere; none if it is empty.
    """

    columns: tuple[int, ...]
    n_fields: int
    separator: bytes | None = None
    edge_data: bool = False
    comment: bytes = b""

    @property
    def is_plain(self) -> bool:
        """Whether a line has nothing but the fields of a pair, in their order."""
        return self.columns == tuple(range(self.n_fields))


def plain(n_fields: int, **others: Any) -> Layout:
    """Return the layout of pairs with so many fields; if these are not 2 or 3, of what is no pair."""
    return Layout(tuple(range(n_fields)) if n_fields in (2, 3) else (), n_fields, **others)


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller says of the layout; see :meth:`fastvec.Pairs.from_pairs`."""

    fields: tuple[str, ...] | tuple[int, ...] | None = None
    separator: str | None = None
    comments: str | None = None
    encoding: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The fields, if they are names."""
        return tuple(field for field in self.fields or () if isinstance(field, str))

    @classmethod
    def checked(
        cls, fields: Fields | None, separator: str | None, comments: str | None, encoding: str | None
    ) -> Options:
        """Return the options; raise SettingError if one is wrong."""
        if fields is not None:
            _check_fields(fields)
        if separator is not None and separator not in SEPARATORS and not _is_mark(separator):
            expected = f"one of {', '.join(SEPARATORS)}, or a character of ASCII that is no letter, digit or quote"
            raise SettingError(field="separator", expected=expected, got=separator)
        wrong = comments is not None and (not isinstance(comments, str) or not comments.strip())
        if wrong or "\n" in (comments or ""):
            raise SettingError(field="comments", expected="what such lines begin with, as '#'", got=comments)
        check_encoding(encoding)
        return cls(None if fields is None else tuple(fields), separator, comments, encoding)  # type: ignore[arg-type]


def _is_mark(separator: object) -> bool:
    return isinstance(separator, str) and re.fullmatch(r"(?![\w\"'])[\t!-~]", separator) is not None


def _check_fields(fields: Any) -> None:
    if isinstance(fields, Sequence) and fields and all(type(field) is int and field >= 0 for field in fields):
        check_fields([str(field) for field in fields])
    else:
        check_fields(fields)
    if len(fields) not in (2, 3):
        raise SettingError(field="fields", expected="those of word and context, or also the weight", got=fields)


class Head:
    """Looks at the beginning of a file until it finds the first pair; comments and a header are blanked out.

    Attributes
    ----------
    layout : Layout, optional
        None until the first pair is found.
    n_skipped : int
        Lines of comments, and a header.
    """

    def __init__(self, path: type_of_path, options: Options) -> None:
        self.path, self.options = path, options
        self.layout: Layout | None = None
        self.n_skipped = 0

    def look(self, block: TextBlock) -> None:
        """Look at a block from the beginning of the file, or after one without a pair."""
        start = 0
        while self.layout is None and start < block.size:
            end = block.text.index(NEWLINE, start)
            line = bytes(block.text[start:end])
            if not line.isspace() and line:
                if self._is_comment(line):
                    is_pair = False
                else:
                    self.layout, is_pair = layout_of(line, self.path, self.options)
                if not is_pair:
                    self.n_skipped += 1
                    block.text[start:end] = b" " * (end - start)
            start = end + 1

    def _is_comment(self, line: bytes) -> bool:
        if self.options.names:
            return False
        if line.startswith(MATRIX_MARKET):
            hint = "scipy.io.mmread reads it, and Pairs.from_ids takes the row, col and data of what that returns"
            raise FormatError(
                path=self.path, field="line 1", expected="pairs", shown="a Matrix Market file", hint=hint
            )
        asked = self.options.comments
        return COMMENT.fullmatch(line) is not None or (asked is not None and line.startswith(asked.encode()))


def layout_of(line: bytes, path: type_of_path, options: Options) -> tuple[Layout, bool]:
    """Return the layout that the first line tells, and whether this is a pair; if not, it is a header."""
    if options.names:
        return _layout_of_header(line, path, options.names), False
    line, weight = _without_edge_data(line)
    if options.separator is None:
        separator = _separator_of(line, table_suffix(path))
    else:
        separator = SEPARATORS.get(options.separator, options.separator.encode())
    parts = [part.strip() for part in _split(line, separator)] + ([weight] if weight else [])
    made = Layout((), len(parts), separator, weight is not None, (options.comments or "").encode())
    if options.fields is not None:
        places = tuple(int(field) for field in options.fields)
        return (replace(made, columns=places) if max(places) < len(parts) else made), True
    if columns := _columns_of_header(parts):
        return replace(made, columns=columns), False
    n_fields = len(parts)
    while n_fields > 2 and not parts[n_fields - 1]:  # commas at the end
        n_fields -= 1
    return replace(made, columns=tuple(range(n_fields)) if n_fields in (2, 3) else ()), True


def _layout_of_header(line: bytes, path: type_of_path, names: tuple[str, ...]) -> Layout:
    """Return the layout of a file whose header has these names."""
    text = line.decode("utf-8", "surrogateescape")
    cuts = {
        mark: [part.strip() for part in text.split(mark)]
        for mark in (DELIMITERS[table_suffix(path)], *OTHER_DELIMITERS)
    }
    delimiter = max(cuts, key=lambda mark: len({*cuts[mark]} & {*names}))  # the first of equal ones
    columns = cuts[delimiter]
    for name in names:
        if columns.count(name) != 1:
            raise missing_field(path, "header", name, columns)
    return Layout(tuple(map(columns.index, names)), len(columns), delimiter.encode())


def _without_edge_data(line: bytes) -> tuple[bytes, bytes | None]:
    """Return a line without the dict of networkx, and the weight in that, if any; None: there is no dict."""
    found = EDGE_DATA.search(line)
    if found is None:
        return line, None
    weight = EDGE_WEIGHT.search(found[1])
    return line[: found.start()], weight[1] if weight else b""


def with_plain_weights(text: bytes, separator: bytes | None) -> bytes:
    """Return lines in which the dicts of networkx are replaced by their weights."""

    def weight_of(found: re.Match[bytes]) -> bytes:
        weight = EDGE_WEIGHT.search(found[1])
        return (separator or b" ") + weight[1] if weight else b""

    return EDGE_DATA.sub(weight_of, text)


def _separator_of(line: bytes, suffix: str) -> bytes | None:
    if b"\t" in line:
        return b"\t"
    marks = [mark for mark in (b",", b";", b"|") if mark in line]
    # a blank after each comma is of no account: "paris, rome"
    if marks and (suffix == ".csv" or not re.search(rb"[^,;|\s]\s+\S", line.strip())):
        return marks[0]
    return None


def _split(line: bytes, separator: bytes | None) -> list[bytes]:
    if separator is None:
        return line.split()
    if separator != b"\t" and b'"' in line:
        try:
            (fields,) = csv_reader([line.decode("utf-8", "surrogateescape").rstrip("\r")], separator)
        except csv.Error:
            return []
        return [field.encode("utf-8", "surrogateescape") for field in fields]
    parts = line.rstrip(b"\r\n").split(separator)
    while separator == b"\t" and parts and not parts[-1].strip():
        parts.pop()
    return parts


def csv_reader(lines: list[str], separator: bytes) -> Any:
    """Return a reader of the fields of lines, some of which stand in quotes."""
    return csv.reader(lines, delimiter=separator.decode(), strict=True, skipinitialspace=True)


def _columns_of_header(parts: list[bytes]) -> tuple[int, ...]:
    """Return the columns that a known header names; none if this is none."""
    names = [part.lstrip(b"#").strip(b"\" '").decode("utf-8", "replace").lower() for part in parts]
    for word, context, others in HEADERS:
        if all(names.count(name) == 1 for name in (word, context, *others)):
            weight = [names.index("weight")] if names.count("weight") == 1 else []
            return (names.index(word), names.index(context), *weight)
    return ()
