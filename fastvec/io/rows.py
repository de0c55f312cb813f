"""Rows: some columns of a table in a file, row by row: CSV, TSV, JSON Lines, Parquet, Arrow."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO

from fastvec.errors import FormatError, SettingError
from fastvec.io.columns import Row, missing_field, read_columns
from fastvec.io.decompression import MAGIC, DecompressedFile, open_decompressed, reading_errors, type_of_path
from fastvec.io.limits import ROW_CHARACTERS

OnRead = Callable[[int], object]

DELIMITERS = {".csv": ",", ".tsv": "\t", ".tab": "\t"}
OTHER_DELIMITERS = (",", "\t", ";", "|")  # tried where the first line lacks the fields: Excel's CSV may have ";"
JSON_LINES = (".jsonl", ".ndjson")
COLUMNAR = (".parquet", ".arrow", ".feather")
TABLE_SUFFIXES = (*DELIMITERS, *JSON_LINES, *COLUMNAR)
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
SOME = 64  # rows read in one go


def table_suffix(path: type_of_path) -> str:
    """Return the suffix that says what table a file holds, before that of a compression; "" if none does.

    >>> table_suffix("clicks.CSV.gz"), table_suffix("text.txt")
    ('.csv', '')
    """
    path = Path(path)
    if path.suffix.lower() in MAGIC:
        path = path.with_suffix("")
    suffix = path.suffix.lower()
    return suffix if suffix in TABLE_SUFFIXES else ""


def read_rows(
    path: type_of_path, fields: Sequence[str], *, encoding: str | None = None, on_read: OnRead | None = None
) -> Iterator[Row]:
    r"""Yield the values of some fields of each row of a table, in the order of the fields.

    Parameters
    ----------
    path : path
        ``.csv``, ``.tsv`` or ``.tab`` with a header; ``.jsonl`` or ``.ndjson``, an object a line (all of these
        compressed or not, in UTF-8, or in UTF-16 with a byte order mark); ``.parquet``, ``.arrow`` or
        ``.feather``, by pyarrow. What has another name, and ``"-"`` (standard input), is JSON Lines if it begins
        with ``{``, else CSV. If the first line has the fields only when it is cut at tabs, semicolons or bars,
        these separate them.
    fields : sequence of str
        Names of columns, or of keys.
    encoding : str, optional
        Of text; None: UTF-8, or UTF-16 if it begins with a byte order mark.
    on_read : callable, optional
        Gets the number of bytes of the file that were read, every now and then.

    Yields
    ------
    tuple
        A value for each field: str from CSV and TSV, else what JSON or Arrow has. Blank lines are skipped.

    Raises
    ------
    FormatError
        When the row is taken: if a field is missing or occurs twice, a row has more or fewer columns than the
        header, a quote is never closed, a line is no JSON object, or a line is longer than 64 Mi characters (the
        error has the number of the line); if the file is truncated or damaged.
    StorageError
        If the file cannot be read.
    MissingPackageError
        If pyarrow is not installed, and the file needs it.
    SettingError
        If ``fields`` are not distinct names.

    Examples
    --------
    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "clicks.csv")
    ...     _ = path.write_text('user,item,stars\nu1,"tea, green",5\n')
    ...     list(read_rows(path, ("item", "stars")))
    [('tea, green', '5')]
    """
    check_fields(fields)
    report: OnRead = on_read or (lambda _: None)
    if table_suffix(path) in COLUMNAR:
        return read_columns(path, fields, report)
    return _text_rows(path, tuple(fields), encoding, report)


def check_fields(fields: object, name: str = "fields") -> None:
    """Refuse what is not a sequence of distinct names."""
    wrong = isinstance(fields, (str, bytes)) or not isinstance(fields, Sequence) or not fields
    if wrong or not all(isinstance(field, str) and field for field in fields):  # type: ignore[attr-defined]
        raise SettingError(field=name, expected="a tuple of names of columns", got=fields)
    if len(set(fields)) < len(fields):  # type: ignore[arg-type, call-overload]
        raise SettingError(field=name, expected="distinct names", got=fields)


def _text_rows(path: type_of_path, fields: tuple[str, ...], encoding: str | None, report: OnRead) -> Iterator[Row]:
    suffix = table_suffix(path)
    with reading_errors(path), open_decompressed(path) as binary:
        start = binary.peek(4)  # type: ignore[attr-defined]
        if encoding is None and start.startswith(UTF_16):
            encoding = "utf-16"
        is_utf_8 = encoding is None or codecs.lookup(encoding).name == "utf-8"
        encoding = "utf-8-sig" if is_utf_8 or encoding is None else encoding
        is_json = suffix in JSON_LINES or (
            not suffix and start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{")
        )
        # csv wants line ends as they are; in JSON a lone CR is no line end
        stream = io.TextIOWrapper(
            binary, encoding, "surrogateescape" if is_utf_8 else "strict", newline="\n" if is_json else ""
        )
        lines, done = _lines(stream, path), _position(binary)
        try:
            if is_json:
                yield from _json_rows(path, lines, fields, lambda: report(done()))
            else:
                yield from _csv_rows(path, lines, fields, DELIMITERS.get(suffix, ","), lambda: report(done()))
            report(done())
        except UnicodeError as error:  # not of UTF-8: surrogateescape takes any byte
            reason = error.reason if isinstance(error, UnicodeDecodeError) else error
            raise FormatError(f"{path}: damaged {encoding.upper()}: {reason}", path=path) from error


def _position(binary: BinaryIO) -> Callable[[], int]:
    """Return a function that returns how many bytes of the file itself were read."""
    if isinstance(binary, DecompressedFile):
        return lambda: max(0, binary.source_position)
    raw = getattr(binary, "raw", binary)
    return raw.tell if raw.seekable() else lambda: 0


def _lines(stream: io.TextIOWrapper, path: type_of_path) -> Iterator[str]:
    number = 0
    while line := stream.readline(ROW_CHARACTERS):
        number += 1
        if len(line) >= ROW_CHARACTERS:
            shown = f"a longer one that begins with {line[:40]!r}"
            raise FormatError(
                path=path,
                field=f"line {number}",
                expected=f"a line of less than {ROW_CHARACTERS} characters",
                shown=shown,
            )
        yield line


def _json_rows(
    path: type_of_path, lines: Iterator[str], fields: tuple[str, ...], report: Callable[[], object]
) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if line.isspace():
            continue
        row = _object(path, number, line)
        try:
            yield tuple(row[field] for field in fields)
        except KeyError as error:
            raise missing_field(path, f"line {number}", error.args[0], [*row]) from None
        if not number % SOME:
            report()


def _object(path: type_of_path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):  # also an int of more digits than Python reads
        row = None
    if isinstance(row, dict):
        return row
    hint = "JSON Lines have an object on each line: jq -c '.[]' makes them of an array" if number == 1 else ""
    raise FormatError(path=path, field=f"line {number}", expected="a JSON object", got=line.rstrip(), hint=hint)


def _csv_rows(
    path: type_of_path,
    lines: Iterator[str],
    fields: tuple[str, ...],
    delimiter: str,
    report: Callable[[], object],
) -> Iterator[Row]:
    before, first = next(((n, line) for n, line in enumerate(lines) if line.strip("\r\n")), (0, ""))
    if said := re.fullmatch(r"sep=(.)\s*", first):  # Excel's, of the delimiter
        before, first, delimiter = before + 1, next(lines, ""), said[1]
    # the first of those that cut out most of the fields
    delimiter = max((delimiter, *OTHER_DELIMITERS), key=lambda mark: _n_found(first, fields, mark))
    table = _Csv(path, chain([first], lines), delimiter, before)
    with _LONG_FIELDS:
        number, names = next(table, (1, []))
    for field in fields:
        if names.count(field) != 1:
            raise missing_field(path, f"line {number}", field, names)
    places = [names.index(field) for field in fields]
    take: Callable[[list[str]], Row] = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
    while rows := table.some():
        for number, row in rows:
            if len(row) != len(names):
                expected = f"{len(names)} columns, as in the header"
                raise FormatError(
                    path=path, field=f"line {number}", expected=expected, got=row, shown=f"{len(row)}: {row!r:.80}"
                )
            yield take(row)
        report()


def _n_found(line: str, fields: tuple[str, ...], delimiter: str) -> int:
    try:
        (names,) = csv.reader([line], delimiter=delimiter)
    except (csv.Error, ValueError):
        return 0
    return len({*fields} & {*names})


class _Csv:
    """Rows of CSV that are not blank, each with the number of its first line; ``before`` are the lines before."""

    is_warned = False

    def __init__(self, path: type_of_path, lines: Iterator[str], delimiter: str, before: int) -> None:
        self.path, self.before, self.delimiter = path, before, delimiter
        # strict: a quote that is never closed would swallow what follows, silently
        self.reader = csv.reader(lines, delimiter=delimiter, strict=True)

    def __iter__(self) -> _Csv:
        return self

    def __next__(self) -> tuple[int, list[str]]:
        while True:
            number = self.before + self.reader.line_num + 1
            try:
                row = next(self.reader)
            except csv.Error as error:
                hint = "a quote within a field is written twice, and a field with quotes stands in quotes"
                message = f"{self.path}: line {number}: {error}; {hint}"
                raise FormatError(message, path=self.path, field=f"line {number}") from error
            if row:
                last = self.before + self.reader.line_num
                if last > number and self.delimiter == "\t":
                    self._warn_of_lines(number, last)
                return number, row

    def _warn_of_lines(self, first: int, last: int) -> None:
        """Warn, once, of a field of several lines: many programs write tabs without meaning quotes."""
        if not self.is_warned:
            hint = "if its quotes mean nothing, write them twice within quotes, or as JSON Lines"
            warnings.warn(f"{self.path}: lines {first} to {last} are one row, by its quotes; {hint}", stacklevel=8)
        self.is_warned = True

    def some(self) -> list[tuple[int, list[str]]]:
        """Return the next rows; none at the end."""
        with _LONG_FIELDS:
            return list(islice(self, SOME))


class _LongFields:
    """While any thread is in it, csv's limit of a field, one for the process, is :data:`ROW_CHARACTERS`."""

    def __init__(self) -> None:
        self.lock, self.inside, self.before = threading.Lock(), 0, 0

    def __enter__(self) -> None:
        with self.lock:
            if not self.inside:
                self.before = csv.field_size_limit()
                csv.field_size_limit(max(self.before, ROW_CHARACTERS))
            self.inside += 1

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.inside -= 1
            if not self.inside:
                csv.field_size_limit(self.before)


_LONG_FIELDS = _LongFields()
