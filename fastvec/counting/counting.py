"""Corpus -> CooccurrenceMatrix: the run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.counting.cooccurrence import CooccurrenceMatrix
from fastvec.counting.placed import PlacedText
from fastvec.counting.weights import WIDEST, Context, Weighting, Weights, fixed_point
from fastvec.errors import CorpusError, SettingError
from fastvec.files import type_of_path
from fastvec.running.loop import new_stop_flag, resolve_threads, run
from fastvec.running.progress import OnProgress, Progress
from fastvec.text.corpus import Corpus

TASK = 1 << 18  # cells: 3 MB, some 10 ms of counting


def count_cooccurrences(
    corpus: Corpus,
    *,
    window: int = 10,
    weighting: Weighting = "inverse",
    context: Context = "both",
    max_memory: int | str | None = None,
    save_to: type_of_path | None = None,
    threads: int | None = None,
    on_progress: OnProgress | None = None,
) -> CooccurrenceMatrix:
    """Count how often each word stands near each other word."""
    n_threads = resolve_threads(threads)
    weights = fixed_point(window, weighting, context)
    corpus.validate()
    run_ = _Run(corpus, weights, n_threads, on_progress)
    return run_.count({"window": window, "weighting": weighting, "context": context})


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of counts, one after the other: row i ends at ends[i]; columns ascend."""

    ends: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.uint64]


class Scratch:
    """One worker's memory: the sums of a row, and the cells of a task's rows."""

    def __init__(self, n_words: int, n_cells: int) -> None:
        self.sums = np.zeros(n_words, np.uint64)
        self.marks = np.zeros(-(-n_words // 64), np.uint64)
        self.blocks = np.zeros(-(-n_words // 1024), np.uint8)
        self.columns = np.empty(n_cells, np.int32)
        self.values = np.empty(n_cells, np.uint64)

    def rows(self, ends: NDArray[np.int64], n: int) -> Rows:
        return Rows(ends, self.columns[:n].copy(), self.values[:n].copy())


class _Run:
    def __init__(self, corpus: Corpus, weights: Weights, threads: int, on_progress: OnProgress | None) -> None:
        from fastvec.kernels import counting_numba

        self.kernels: Any = counting_numba
        self.corpus, self.weights, self.threads, self.on_progress = corpus, weights, threads, on_progress
        self.stop = new_stop_flag()

    def count(self, settings: dict[str, Any]) -> CooccurrenceMatrix:
        from fastvec.text.spool import Spool
        corpus=self.corpus
        columns, values = Spool(np.int32), Spool(np.uint64)
        ends=[np.zeros(1,np.int64)]; n=0
        window=max(len(self.weights.left),len(self.weights.right))

        text = PlacedText(corpus, 0, corpus.n_words, window, self.kernels, self.threads, self.stop)
        def add(rows):
            nonlocal n
            columns.append(rows.columns); values.append(rows.values); ends.append(rows.ends+n); n+=len(rows.columns)
        self.count_rows(text, add)
        c,v=columns.rewrite(n),np.empty(n)
        values.rewrite(0)
        def finish(k,_):
            s=slice(columns.starts[k],columns.starts[k+1])
            c[s]=columns.take(k); self.weights.values(values.take(k),v[s])
        run(finish,range(len(columns.parts)),threads=self.threads,stop=self.stop)
        return CooccurrenceMatrix._of(np.concatenate(ends),c,v,corpus.vocabulary,settings)

    def count_rows(self, text, add):
        n_words=len(text.starts)-1
        most=np.minimum(np.diff(text.starts)*self.weights.width, n_words)
        parts=cut(most,TASK)
        capacity=max(int(most[a:b].sum()) for a,b in parts)
        scratch=[Scratch(n_words,capacity) for _ in range(self.threads)]
        def task(part,worker):
            own=scratch[worker]; ends=np.zeros(part[1]-part[0],np.int64)
            n=self.kernels.count_rows(text.text,text.places,text.starts,part[0],part[1],self.weights.left,self.weights.right,own.sums,own.marks,own.blocks,ends,own.columns,own.values,self.stop)
            return own.rows(ends,n)
        run(task,parts,threads=self.threads,stop=self.stop,on_result=add)

def cut(sizes: NDArray[np.int64], most: int) -> list[tuple[int, int]]:
    """Ranges of rows that together hold at most ``most`` cells, or one row that holds more.

    >>> cut(np.array([5, 1, 1, 1, 0, 9, 1]), 3)
    [(0, 1), (1, 5), (5, 6), (6, 7)]
    """
    ends = np.cumsum(sizes)
    parts, start, before = [], 0, 0
    while start < len(sizes):
        end = max(start + 1, int(np.searchsorted(ends, before + most, side="right")))
        parts.append((start, end))
        start, before = end, int(ends[end - 1])
    return parts
