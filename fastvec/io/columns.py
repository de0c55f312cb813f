"""Columns of Parquet and Arrow files as rows, by pyarrow."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from fastvec.errors import FormatError, MissingPackageError, StorageError
from fastvec.io.decompression import reading_errors, type_of_path

Row = tuple[Any, ...]

BATCH = 8192  # rows of Parquet in memory; the batches of Arrow files are as they were written


def read_columns(path: type_of_path, fields: Sequence[str], report: Callable[[int], object]) -> Iterator[Row]:
    """Yield the values of some columns of a ``.parquet``, ``.arrow`` or ``.feather`` file, row by row.

    Parameters and errors are those of :func:`fastvec.io.rows.read_rows`.
    """
    for batch in read_batches(path, fields, report):
        with _errors(path, _pyarrow()):
            rows = list(zip(*(batch.column(field).to_pylist() for field in fields), strict=True))
        yield from rows


def read_batches(path: type_of_path, fields: Sequence[str], report: Callable[[int], object]) -> Iterator[Any]:
    """Yield batches of rows with these columns, as pyarrow has them; see :func:`read_columns`."""
    pa = _pyarrow()
    with reading_errors(path):
        size = Path(path).stat().st_size
        open(path, "rb").close()  # what the system says of a file that may not be read is clearer
    with _errors(path, pa):
        for batch, share in _batches(path, fields, pa):
            yield batch
            report(int(size * share))
    report(size)


def missing_field(
    path: type_of_path, place: str, field: str, names: Sequence[str], *, hint: str = ""
) -> FormatError:
    """Return the error for a column, or a key, that a table has not, or has twice."""
    shown = ", ".join(map(repr, names[:12])) + (", ..." if len(names) > 12 else "")
    expected = f"one column {field!r}" if field in names else f"a column {field!r}"
    return FormatError(path=path, field=place, expected=expected, shown=shown[:400] or "none", hint=hint)


def _batches(path: type_of_path, fields: Sequence[str], pa: Any) -> Iterator[tuple[Any, float]]:
    """Yield batches of these columns, each with the share of the file that is read with it."""
    if Path(path).suffix.lower() == ".parquet":
        with pa.parquet.ParquetFile(path) as file:
            _check_names(path, fields, file.schema_arrow.names)
            done = 0
            for batch in file.iter_batches(BATCH, columns=list(fields)):
                done += batch.num_rows
                yield batch, done / max(1, file.metadata.num_rows)
        return
    with pa.memory_map(str(path)) as source:
        names = _reader(pa, source, None).schema.names
        _check_names(path, fields, names)
        reader = _reader(pa, source, [names.index(field) for field in fields])
        if hasattr(reader, "num_record_batches"):
            for i in range(reader.num_record_batches):
                yield reader.get_batch(i), (i + 1) / reader.num_record_batches
        else:
            for batch in reader:
                yield batch, source.tell() / max(1, source.size())


def _reader(pa: Any, source: Any, columns: list[int] | None) -> Any:
    """Open an Arrow file, or a stream (as the data sets of Hugging Face are)."""
    options = pa.ipc.IpcReadOptions(included_fields=columns)
    source.seek(0)
    is_file = source.read(6) == b"ARROW1"
    source.seek(0)
    return (pa.ipc.open_file if is_file else pa.ipc.open_stream)(source, options=options)


def _check_names(path: type_of_path, fields: Sequence[str], names: list[str]) -> None:
    for field in fields:
        if names.count(field) != 1:
            raise missing_field(path, "columns", field, names)


def _pyarrow() -> Any:
    try:
        import pyarrow.ipc
        import pyarrow.parquet
    except ImportError:
        raise MissingPackageError.of(".parquet, .arrow and .feather files", "fastvec[tables]") from None
    return pyarrow


@contextlib.contextmanager
def _errors(path: type_of_path, pa: Any) -> Iterator[None]:
    """Turn the errors of pyarrow into fastvec's."""
    try:
        yield
    except (FormatError, StorageError):
        raise
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise StorageError.of(path, error) from error
        message = f"{path}: not a sound {Path(path).suffix} file: {str(error)[:200]}"
        raise FormatError(message, path=path) from error
