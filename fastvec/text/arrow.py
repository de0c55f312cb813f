"""Columns of Arrow, which pandas, polars and data sets share, as blocks: their bytes, without Python strings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import numpy as np

from fastvec.kernels._text import PADDING
from fastvec.text.items import Block, item_blocks, no_line
from fastvec.text.reading import NEWLINE, Meter, TextBlock

ROWS = 1024  # in a block


def arrow_chunks(column: Any) -> Iterator[Any] | None:
    """Return the arrays of a column that Arrow can take over; None if there is no such column, or no pyarrow."""
    if not any(hasattr(column, f"__arrow_c_{kind}__") for kind in ("stream", "array")):
        return None
    try:
        import pyarrow
    except ImportError:
        return None
    is_chunked = hasattr(column, "__arrow_c_stream__")
    chunks: list[Any] = pyarrow.chunked_array(column).chunks if is_chunked else [pyarrow.array(column)]
    return iter(chunks)


def arrow_blocks(
    chunks: Iterable[Any], meter: Meter, *, whole: bool = False, path: str | None = None
) -> Iterator[Block]:
    """Yield the rows of the arrays: strings as lines, anything else (as lists of tokens) as Python has it."""
    chunks, first = iter(chunks), 0
    for chunk in chunks:
        strings = None if whole else _strings(chunk)
        if strings is None:  # each chunk of a column has its type
            values = (value for array in chain([chunk], chunks) for value in array.to_pylist())
            yield from item_blocks(values, meter, whole=whole, first=first, path=path)
            return
        for start in range(0, len(strings), ROWS):
            if meter.stopped:
                return
            block = _lines(strings.slice(start, ROWS), first + start, path)
            meter.done += block.size
            yield block
        first += len(strings)


def _strings(array: Any) -> Any:
    """Return an array of strings as one of large strings, None if it holds something else."""
    import pyarrow as pa

    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    is_text = {pa.string(), pa.large_string(), pa.string_view()}
    return array.cast(pa.large_string()) if array.type in is_text else None


def _lines(strings: Any, first: int, path: str | None) -> TextBlock:
    """Return large strings as lines; a line end within one becomes a space."""
    if strings.null_count:
        raise no_line(None, first + strings.is_null().index(True).as_py(), path)
    n = len(strings)
    _, offsets, data = strings.buffers()
    ends = np.frombuffer(offsets, np.int64)[strings.offset :][: n + 1] if n else np.zeros(1, np.int64)
    text = np.frombuffer(data or b"", np.uint8)[ends[0] : ends[-1]]
    size = len(text) + n
    lines = bytearray(size + PADDING)
    written = np.frombuffer(lines, np.uint8, size)
    line_ends = ends[1:] - ends[0] + np.arange(n)
    is_text = np.ones(size, np.bool_)
    is_text[line_ends] = False
    written[is_text] = np.where(text == NEWLINE[0], ord(" "), text)
    written[line_ends] = NEWLINE[0]
    return TextBlock(lines, size)
