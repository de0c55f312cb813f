"""The first rows of what a file that is read as a whole holds, and rows that are not numbers."""

from __future__ import annotations

import mmap
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.arrays import rows_not_finite
from fastvec.io.decompression import type_of_path
from fastvec.text.vocabulary import Vocabulary
from fastvec.vectors.formats.reading import Reading
from fastvec.vectors.record import Record
from fastvec.vectors.subwords import SubwordVectors


def first_rows(path: type_of_path, record: Record, reading: Reading) -> Record:
    """Return the first ``reading.limit`` words and their rows; those of n-grams stay, and inner nodes do not."""
    n = reading.limit
    if n is None or n >= len(record.vocabulary):
        return record
    if record.output_nodes is not None:
        reading.notes.append(f"{path}: the inner nodes, which belong to all words, were left out")
    subwords = record.subwords
    if subwords is not None:
        rows = np.concatenate([subwords.rows[:n], subwords.rows[subwords.n_words :]])
        subwords = SubwordVectors(subwords.settings, rows, subwords.buckets)
    return replace(
        record,
        vocabulary=Vocabulary(record.vocabulary.words[:n], None if record.counts is None else record.counts[:n]),
        vectors=record.vectors[:n],
        context_vectors=_first_contexts(record, n),
        output_nodes=None,
        network=None,
        documents=None,
        subwords=subwords,
    )


def _first_contexts(record: Record, n: int) -> NDArray[np.float32] | None:
    """Return the rows of the first words; all rows if contexts are not words."""
    if record.context_vectors is None or record.context_vocabulary is not None:
        return record.context_vectors
    return record.context_vectors[:n]


def note_not_finite(path: type_of_path, record: Record, reading: Reading) -> None:
    """Note the rows with NaN or infinity in them. Rows that are mapped are not read for that."""
    contexts = record.vocabulary if record.context_vocabulary is None else record.context_vocabulary
    for name, words, matrix in (
        ("vectors", record.vocabulary.words, record.vectors),
        ("context vectors", contexts.words, record.context_vectors),
    ):
        if matrix is None or _is_mapped(matrix):
            continue
        wrong = list(rows_not_finite(matrix))
        if wrong:
            shown = f"{len(wrong):,} (first: {words[wrong[0]]!r:.80})"
            reading.notes.append(f"{path}: {name} with NaN or infinity: {shown}")


def _is_mapped(array: NDArray[Any]) -> bool:
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    return isinstance(base, mmap.mmap)
