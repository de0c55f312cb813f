"""Counting co-occurrences a row at a time, in Numba; `reference/counting.py` specifies each function.

A row is counted at all places of its word at once: its sums are one dense array that stays in the L2 cache and is
sorted by column, so nothing is sorted or merged. Weights are whole numbers: sums are exact in any order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from fastvec.kernels.numba_types import (
    INT32_IN,
    INT32_OUT,
    INT64_IN,
    INT64_OUT,
    UINT8_IN,
    UINT8_OUT,
    UINT64_IN,
    UINT64_OUT,
    array_types,
    compiled,
)

GAP = -1  # in a text, between sentences
AHEAD = 8  # places: the text around the place so far ahead is prefetched; halves the time of a large text
BLOCK = 10  # 2**10 columns share a flag that says whether one of them occurred

INT64_2D_IN, _ = array_types(types.int64, 2)
lowered: Any = intrinsic


@lowered  # type: ignore[untyped-decorator]
def _trailing_zeros(_context: Any, bits: Any) -> Any:
    """Return the number of zero bits below the lowest set bit."""

    def build(_codegen: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), build


@lowered  # type: ignore[untyped-decorator]
def _prefetch(_context: Any, array: Any, place: Any) -> Any:
    """Fetch an item of an array into the caches."""

    def build(codegen: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = codegen.make_array(signature.args[0])(codegen, builder, args[0]).data
        pointer = builder.bitcast(builder.gep(data, [args[1]]), ir.IntType(8).as_pointer())
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [pointer.type, number, number, number])
        fetch = builder.module.declare_intrinsic("llvm.prefetch.p0", (), kind)
        builder.call(fetch, [pointer, number(0), number(3), number(1)])  # to read, into all caches, data
        return codegen.get_dummy_value()

    return types.void(array, types.int64), build


@compiled(types.int64(INT32_IN, INT64_IN, types.int64, types.int64, types.int64, INT32_OUT, types.int64))
def lay_out(ids, offsets, sentence, start, end, text, place):  # type: ignore[no-untyped-def]
    """Write tokens [start, end) to the text, with a gap after each sentence."""
    while start < end:
        sentence_end = min(offsets[sentence + 1], end)
        for token in range(start, sentence_end):
            text[place] = ids[token]
            place += 1
        start = sentence_end
        if start == offsets[sentence + 1]:
            text[place] = GAP
            place += 1
            sentence += 1
    return place


@compiled(types.void(INT32_IN, types.int64, types.int64, INT64_OUT))
def tally(text, start, end, tallies):  # type: ignore[no-untyped-def]
    """Count each word in places [start, end)."""
    for place in range(start, end):
        if text[place] != GAP:
            tallies[text[place]] += 1


@compiled(types.void(INT32_IN, types.int64, types.int64, INT64_OUT, INT32_OUT))
def list_places(text, start, end, cursors, places):  # type: ignore[no-untyped-def]
    """Sort places [start, end) by word."""
    for place in range(start, end):
        word = text[place]
        if word != GAP:
            places[cursors[word]] = place
            cursors[word] += 1


@compiled(types.void(types.int64, types.uint64, UINT64_OUT, UINT64_OUT, UINT8_OUT), inline="always")
def _add(column, amount, sums, marks, blocks):  # type: ignore[no-untyped-def]
    """Add an amount to a column of the current row."""
    marks[column >> 6] |= np.uint64(1) << np.uint64(column & 63)
    blocks[column >> BLOCK] = 1
    sums[column] += amount


@compiled(types.int64(UINT64_OUT, UINT64_OUT, UINT8_OUT, INT32_OUT, UINT64_OUT, types.int64))
def _take_row(sums, marks, blocks, columns, values, n):  # type: ignore[no-untyped-def]
    """Move the current row, sorted and without zeros, to columns and values from n on."""
    words_a_block = 1 << (BLOCK - 6)
    for block in range(len(blocks)):
        if not blocks[block]:
            continue
        blocks[block] = 0
        for word in range(block * words_a_block, min((block + 1) * words_a_block, len(marks))):
            left = marks[word]
            marks[word] = 0
            while left:
                column = word * 64 + _trailing_zeros(left)
                left &= left - np.uint64(1)
                columns[n] = column
                values[n] = sums[column]
                n += sums[column] != 0
                sums[column] = 0
    return n


@compiled(
    types.int64(
        INT32_IN, INT32_IN, INT64_IN, types.int64, types.int64, UINT64_IN, UINT64_IN,
        UINT64_OUT, UINT64_OUT, UINT8_OUT, INT64_OUT, INT32_OUT, UINT64_OUT, UINT8_IN,
    ),
)  # fmt: skip
def count_rows(  # type: ignore[no-untyped-def]
    text, places, starts, first, last, left, right, sums, marks, blocks, ends, columns, values, stop
):
    """Count the neighbours of words [first, last), and return the number of cells."""
    n = 0
    for row in range(first, last):
        for k in range(starts[row], starts[row + 1]):
            if stop[0]:
                return n
            place = np.int64(places[k])
            coming = np.int64(places[min(k + AHEAD, len(places) - 1)])
            _prefetch(text, coming - len(left))
            _prefetch(text, coming + len(right))
            for d in range(len(left)):
                column = np.int64(text[place - 1 - d])
                if column == GAP:
                    break
                _add(column, left[d], sums, marks, blocks)
            for d in range(len(right)):
                column = np.int64(text[place + 1 + d])
                if column == GAP:
                    break
                _add(column, right[d], sums, marks, blocks)
        n = _take_row(sums, marks, blocks, columns, values, n)
        ends[row - first] = n
    return n


@compiled(
    types.int64(
        INT32_IN, UINT64_IN, INT64_2D_IN,
        UINT64_OUT, UINT64_OUT, UINT8_OUT, INT64_OUT, INT32_OUT, UINT64_OUT, UINT8_IN,
    ),
)  # fmt: skip
def merge_rows(  # type: ignore[no-untyped-def]
    run_columns, run_values, bounds, sums, marks, blocks, ends, columns, values, stop
):
    """Add up the rows of several runs, and return the number of cells."""
    n = 0
    for row in range(bounds.shape[1] - 1):
        if stop[0]:
            return n
        for run in range(bounds.shape[0]):
            for k in range(bounds[run, row], bounds[run, row + 1]):
                _add(np.int64(run_columns[k]), run_values[k], sums, marks, blocks)
        n = _take_row(sums, marks, blocks, columns, values, n)
        ends[row] = n
    return n


@compiled(types.void(INT32_IN, UINT64_IN, UINT64_OUT))
def add_cells(columns, values, sums):  # type: ignore[no-untyped-def]
    """Add the cells of a row to its dense sums."""
    for k in range(len(columns)):
        sums[np.int64(columns[k])] += values[k]
