"""Merging the words that several threads found."""

from __future__ import annotations

import os
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CorpusError
from fastvec.io.limits import TOKEN_BYTES
from fastvec.kernels._text import WordTable
from fastvec.running.workers import run
from fastvec.text.words import Words


def new_secret() -> NDArray[np.uint64]:
    """Return a random key for hashing words, so that nobody can prepare collisions."""
    return np.frombuffer(os.urandom(16), np.uint64)


class Merged(NamedTuple):
    """All distinct words.

    Attributes
    ----------
    counts : int64[W]
        How often each word occurs.
    words : Words
    places : int32[n, P]
        The number of word ``i`` of part ``p``, of P parts by hash; 0 beyond the words of a part.
    ids : list of int32[...]
        For each table and each id in it: the word's index in ``places``, flattened.
    """

    counts: NDArray[np.int64]
    words: Words
    places: NDArray[np.int32]
    ids: list[NDArray[np.int32]]

    def for_tables(self, values: NDArray[np.int32]) -> list[NDArray[np.int32]]:
        """Return values int32[W], one for each word, as one array for each table, by its ids."""
        placed = values[self.places].ravel() if len(values) else values
        return [placed[ids] for ids in self.ids]


Exported = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]


def merge(tables: list[WordTable], stop: NDArray[np.uint8]) -> Merged:
    """Merge tables with the same secret, on as many threads; each merges one part of all words, by hash.

    Raises
    ------
    CorpusError
        If a word is longer than files of words may have it.
    """
    if len(tables) == 1:
        numbers = np.arange(len(tables[0]), dtype=np.int32)
        return _checked(Merged(*_together([tables[0].export()]), [numbers]))
    n_parts = len(tables)
    ids = [np.empty(len(table), np.int32) for table in tables]
    parts: list[Exported] = []

    def task(part: int, _worker: int) -> Exported:
        merged = WordTable(new_secret())
        for table, places in zip(tables, ids, strict=True):
            merged.merge(table, part, n_parts, places)
        return merged.export()

    run(task, range(n_parts), threads=n_parts, stop=stop, on_result=parts.append)
    return _checked(Merged(*_together(parts), ids))


def _checked(merged: Merged) -> Merged:
    """Refuse a word that is too long: a line without white space, or a caller's own token."""
    sizes = np.diff(merged.words.starts) - 1
    if len(sizes) and sizes.max() > TOKEN_BYTES:
        i = int(sizes.argmax())
        start = merged.words.starts[i]
        shown = f"{sizes[i]:,}: {merged.words.text[start : start + 40].tobytes().decode('utf-8', 'replace')!r}..."
        raise CorpusError(field="token", expected=f"at most {TOKEN_BYTES:,} bytes", shown=shown)
    return merged


def _together(parts: list[Exported]) -> tuple[NDArray[np.int64], Words, NDArray[np.int32]]:
    """Return the words of all parts, one part after the other: counts, words and their places."""
    all_counts, all_starts, all_text = zip(*parts, strict=True)
    sizes = [len(counts) for counts in all_counts]
    places = np.zeros((max(sizes), len(parts)), np.int32)
    starts, n_words, n_bytes = [np.zeros(1, np.int64)], 0, 0
    for part, size in enumerate(sizes):
        places[:size, part] = np.arange(n_words, n_words + size)
        starts.append(all_starts[part][1:] + n_bytes)
        n_words += size
        n_bytes += len(all_text[part])
    return np.concatenate(all_counts), Words(np.concatenate(starts), np.concatenate(all_text)), places
