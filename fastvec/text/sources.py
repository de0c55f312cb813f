"""Sources: files, tables, columns and iterables, one way to the blocks of text that they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from fastvec.errors import CorpusError, SettingError
from fastvec.io.archives import name_in_zip
from fastvec.io.columns import read_batches
from fastvec.io.rows import COLUMNAR, read_rows, table_suffix
from fastvec.text.arrow import arrow_blocks, arrow_chunks
from fastvec.text.content import check_encoding
from fastvec.text.items import Block, item_blocks
from fastvec.text.reading import Meter, Source, paths_of, size_of, text_blocks, total_size


def open_source(
    source: Source,
    meter: Meter,
    *,
    whole: bool = False,
    longest: int | None = None,
    field: str | None = None,
    encoding: str | None = None,
) -> Iterator[Block]:
    """Check a source at once, and return its blocks, which are read as they are taken.

    Parameters
    ----------
    source, field, encoding
        See :meth:`fastvec.Corpus.from_text`.
    meter : Meter
        Gets the number of bytes read; ``total`` where it is known.
    whole : bool
        Blocks end at line ends only, and items are as they were: for a function that makes tokens of them.
    longest : int, optional
        See :func:`fastvec.text.reading.text_blocks`.

    Raises
    ------
    StorageError
        If a path is missing, is a folder, or cannot be read.
    FormatError
        While blocks are taken, if a file is not text, or a compressed one truncated, damaged or mislabelled.
    SettingError, CorpusError
        If the source, or an item of it, is not text; if it is a table and no field, or one that it has not got,
        is given.
    """
    if field is not None and (not isinstance(field, str) or not field):
        raise SettingError(field="field", expected="the name of a column", got=field)
    check_encoding(encoding)
    paths = paths_of(source)
    if paths is not None:
        if field is not None:
            return _of_table_files(paths, field, encoding, meter, whole)
        _check_no_table(paths)
        return text_blocks(paths, meter, whole_lines=whole, longest=longest, encoding=encoding)
    if encoding is not None:
        raise SettingError("encoding: is for files only; leave it out", field="encoding", got=encoding)
    if hasattr(source, "collect") and hasattr(source, "lazy"):
        hint = "source.collect() makes a table of a LazyFrame"
        raise CorpusError(field="source", expected="a table", shown="a LazyFrame", hint=hint)
    names = column_names(source)
    is_no_source = isinstance(source, (bytes, bytearray)) or hasattr(source, "tocoo")  # or a sparse matrix
    if names is None and (is_no_source or not isinstance(source, Iterable)):
        expected = "a path, paths, a table, or an iterable of lines or lists of tokens"
        raise SettingError(field="source", expected=expected, got=source)
    rows: Any = source
    if field is None:
        if names is not None:
            raise no_field(names)
        chunks, items = arrow_chunks(rows), rows
    else:
        chunks = _chunks_of(rows, field, names)
        items = _column(rows, field) if names is not None else _of_rows(rows, field)
    return item_blocks(items, meter, whole=whole) if chunks is None else arrow_blocks(chunks, meter, whole=whole)


def column_names(source: Any) -> list[str] | None:
    """Return the names of the columns of a data frame, an Arrow table, a data set or a dict; None: it has none."""
    if isinstance(source, Mapping):
        return [str(name) for name in source]
    for attribute in ("column_names", "columns"):  # Arrow's columns are arrays
        names = getattr(source, attribute, None)
        if names is not None and not callable(names):
            return [str(name) for name in names]
    return None


def no_field(names: Iterable[str], field: str | None = None) -> CorpusError:
    """Return the error for a table of which no field is chosen, or that has not got it."""
    some = [*islice(names, 12)]
    shown = f"a table with the fields {', '.join(map(repr, some))}"
    if field is not None:
        return CorpusError(field="field", expected=f"a table with one field {field!r}", shown=shown)
    hint = f"field={'text' if 'text' in some or not some else some[0]!r} reads one of them"
    return CorpusError(field="source", expected="lines or lists of tokens", shown=shown, hint=hint)


def _check_no_table(paths: list[str]) -> None:
    for path in paths:
        inside = name_in_zip(Path(path)) if path.lower().endswith(".zip") else ""
        if table_suffix(path) or table_suffix(inside):
            expected = "a text, or the name of a field to read (field=, --field)"
            raise CorpusError(path=path, expected=expected, shown="a table without a field")


def _of_table_files(
    paths: list[str], field: str, encoding: str | None, meter: Meter, whole: bool
) -> Iterator[Block]:
    meter.total = total_size([size_of(path) for path in paths])
    return _blocks_of_files(paths, field, encoding, meter, whole)


def _blocks_of_files(
    paths: list[str], field: str, encoding: str | None, meter: Meter, whole: bool
) -> Iterator[Block]:
    for path in paths:
        before = meter.done

        def on_read(done: int, before: int = before) -> None:
            meter.done = before + done

        if table_suffix(path) in COLUMNAR:
            chunks = (batch.column(field) for batch in read_batches(path, (field,), on_read))
            going_on = takewhile(lambda _: not meter.stopped, chunks)
            yield from arrow_blocks(going_on, Meter(), whole=whole, path=path)
        else:
            values = (value for (value,) in read_rows(path, (field,), encoding=encoding, on_read=on_read))
            yield from item_blocks(takewhile(lambda _: not meter.stopped, values), Meter(), whole=whole, path=path)
        if meter.stopped:
            return


def _chunks_of(source: Any, field: str, names: list[str] | None) -> Iterator[Any] | None:
    """Return the Arrow arrays of one column, without a copy to Python strings; None if it is not of Arrow."""
    if hasattr(source, "with_format") and hasattr(source, "iter"):  # a data set of Hugging Face, perhaps streamed
        return (_column(batch, field) for batch in source.with_format("arrow").iter(batch_size=1000))
    if hasattr(source, "read_next_batch"):
        return (_column(batch, field) for batch in source)
    return None if names is None else arrow_chunks(_column(source, field))


def _column(table: Any, field: str) -> Any:
    names = column_names(table) or []
    if names.count(field) != 1:
        raise no_field(names, field)
    return table[field]


def _of_rows(rows: Iterable[Any], field: str) -> Iterator[Any]:
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping) and column_names(row) is not None:  # a part of a table
            yield from _column(row, field)
            continue
        place, expected = f"source: item {number}", f"a row with the field {field!r}"
        if not hasattr(row, "keys"):  # of a dict, or of a row of a database
            raise CorpusError(field=place, expected=expected, got=row)
        try:
            yield row[field]
        except (KeyError, IndexError):
            names = ", ".join(map(repr, islice(row.keys(), 12)))
            raise CorpusError(field=place, expected=expected, shown=f"the fields {names or 'none'}") from None
