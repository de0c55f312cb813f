"""Sources of pairs: what holds them, told apart once: lines of files, tables in files, and items in memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any

from fastvec.errors import CorpusError, SettingError
from fastvec.io.decompression import reading_errors
from fastvec.io.rows import COLUMNAR, DELIMITERS, JSON_LINES, read_rows, table_suffix
from fastvec.pairs.layout import Options
from fastvec.text.content import is_plain
from fastvec.text.corpus import Corpus
from fastvec.text.reading import FileBlock, Meter, TextBlock

OpenFile = tuple[str, Iterator[TextBlock | FileBlock]]  # its path, and its blocks
EXPECTED = "a path, paths, an iterable of pairs or a mapping"


def names_files(source: Any) -> bool:
    """Return whether the pairs are in files, not items of an iterable; raise if they can be in neither."""
    is_table = hasattr(source, "columns")  # pyarrow's are not iterable
    is_any = is_table or isinstance(source, (str, os.PathLike, Iterable))
    if isinstance(source, (bytes, bytearray, Corpus)) or not is_any:
        hint = "training_pairs(corpus) gives the pairs of its windows" if isinstance(source, Corpus) else ""
        raise SettingError(field="source", expected=EXPECTED, got=source, hint=hint)
    first = source[0] if isinstance(source, (list, tuple)) and source else source
    return isinstance(first, os.PathLike) or isinstance(source, str)


def is_undirected_graph(source: Any) -> bool:
    """Return whether a source is a graph of networkx whose edges have no direction."""
    return _is_graph(source) and not source.is_directed()


def _is_graph(source: Any) -> bool:
    return hasattr(source, "edges") and callable(getattr(source, "is_directed", None))


def items_of(source: Any, options: Options) -> Iterable[Any]:
    """Return the pairs of an iterable, a mapping, a table or a graph.

    Raises
    ------
    SettingError
        If a table has other columns; if an option is given that only files have.
    CorpusError
        While items are taken, if a row lacks a field.
    """
    for name, value in (
        ("separator", options.separator),
        ("comments", options.comments),
        ("encoding", options.encoding),
    ):
        if value is not None:
            raise SettingError(f"{name}: is for files only; leave it out", field=name, got=value)
    fields = options.fields
    if _is_graph(source):
        return _of_graph(source)
    if hasattr(source, "tocoo"):
        hint = "coo = matrix.tocoo(); Pairs.from_ids(coo.row, coo.col, names, weights=coo.data) takes its entries"
        raise SettingError(field="source", expected=EXPECTED, shown="a sparse matrix", hint=hint)
    if hasattr(source, "columns"):
        return _of_table(source, fields)
    if isinstance(source, Mapping):
        return _of_mapping(source) if fields is None else _of_table(source, fields)
    shape: tuple[int, ...] = getattr(source, "shape", ())
    if len(shape) == 2:
        if shape[0] == 2 and shape[1] > 3:
            hint = "a row of it must be a pair: give its transpose, .T"
            raise SettingError(field="source", expected="pairs", got=source, hint=hint)
        source = source.tolist()
    return source if fields is None else _of_rows(source, fields)


def _of_graph(graph: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the edges; their weights if any has one, and 1 for the others then."""
    if any(weight is not None for _, _, weight in graph.edges(data="weight")):
        return iter(graph.edges(data="weight", default=1))
    return iter(graph.edges())


def _of_table(table: Any, fields: Sequence[Any] | None) -> Iterator[tuple[Any, ...]]:
    names = list(table if isinstance(table, Mapping) else getattr(table, "column_names", None) or table.columns)
    if fields is None:
        shown = f"a table with the columns {', '.join(map(repr, names[:5]))}"
        hint = f"give fields={tuple(names[:2])!r}, those of word and context"
        raise SettingError(field="source", expected="pairs", shown=shown, hint=hint)
    for field in fields:
        if names.count(field) != 1:
            raise SettingError(
                field="fields", expected=f"columns of {', '.join(map(repr, names[:20]))}", got=field
            )
    columns = (table[field] for field in fields)
    return zip(
        *(column.to_pylist() if hasattr(column, "to_pylist") else column for column in columns), strict=True
    )


def _of_mapping(weights: Mapping[Any, Any]) -> Iterator[tuple[Any, ...]]:
    for pair, weight in weights.items():
        yield (*pair, weight) if isinstance(pair, tuple) and len(pair) == 2 else (pair,)


def _of_rows(rows: Iterable[Any], fields: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    take = itemgetter(*fields)
    for number, row in enumerate(rows):
        try:
            if isinstance(row, (str, bytes)):
                raise TypeError
            picked = take(row)
        except (KeyError, IndexError, TypeError):
            expected = f"a row with the fields {', '.join(map(repr, fields))}"
            names = ", ".join(map(repr, islice(row, 12))) if isinstance(row, Mapping) else None
            shown = None if names is None else f"one with {names}"
            raise CorpusError(field=f"source: item {number}", expected=expected, got=row, shown=shown) from None
        yield picked


def tables_of(files: list[OpenFile], options: Options, meter: Meter) -> Iterator[tuple[str, Iterator[Any]]] | None:
    """Return files, each with its rows, if they are read as tables; None: they are lines."""
    if names := options.names:
        if options.separator is not None or options.comments is not None:
            message = (
                "fields: a file with a header has no separator= and comments=; its header tells what separates"
            )
            raise SettingError(message, field="fields", got=names)
        if all(has_simple_lines(path, options.encoding) for path, _ in files):
            return None
        return (
            (path, read_rows(path, names, encoding=options.encoding, on_read=_report(meter))) for path, _ in files
        )
    for path, _ in files:
        if table_suffix(path) in (*COLUMNAR, *JSON_LINES):
            hint = 'such as fields=("user", "item"), or --fields user,item'
            raise SettingError(
                field="fields", expected=f"those of word and context in {path}", got=None, hint=hint
            )
    return None


def has_simple_lines(path: str, encoding: str | None = None) -> bool:
    """Return whether a file is CSV or TSV without quotes, whose lines several threads can read, 5 times as fast.

    Compressed files are not looked through: they would be decompressed twice.
    """
    if table_suffix(path) not in DELIMITERS or not os.path.isfile(path) or not is_plain(path, encoding):
        return False
    with reading_errors(path), open(path, "rb") as file:
        while part := file.read(1 << 20):
            if b'"' in part:
                return False
    return True


def _report(meter: Meter) -> Callable[[int], None]:
    """Return a function that reports how far the next file is read."""
    before = meter.done

    def report(n_bytes: int) -> None:
        meter.done = before + n_bytes

    return report
