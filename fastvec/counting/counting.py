"""Counting the co-occurrences of a corpus."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.checks.changes import text_changed
from fastvec.counting.cooccurrence import CooccurrenceMatrix
from fastvec.counting.frequent_rows import FrequentRows
from fastvec.counting.memory_plan import MemoryPlan, memory_bytes, plan_memory
from fastvec.counting.postings import Postings, release_pages
from fastvec.counting.room import warn_of_counting
from fastvec.counting.rows import RowBuffers, Rows, Scratch
from fastvec.counting.runs import Runs
from fastvec.counting.sinks import Sink, in_memory, on_disk
from fastvec.counting.weighting import Weighting, Weights, fixed_point
from fastvec.io.atomic import check_writable
from fastvec.io.decompression import type_of_path
from fastvec.running.loading import is_loaded, load_kernels
from fastvec.running.progress import OnProgress, Reporter
from fastvec.running.ranges import cut
from fastvec.running.workers import new_stop_flag, resolve_threads, run
from fastvec.text.corpus import Corpus, check_corpus
from fastvec.text.mapped import naming_file
from fastvec.text.windows import Context

LIBRARIES = 48 << 20  # bytes for loading Numba and SciPy, in addition to 64 MiB
KERNELS = "fastvec.kernels.counting_numba"


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
    """Count how often each pair of words occurs within a window.

    Each pair of a centre and a context at a distance of d tokens, 1 <= d <= ``window``, adds the weight of d to
    its entry. Windows end with the sentence. Out-of-vocabulary words are not in a corpus, so distances are
    measured without them, as in GloVe (Pennington, Socher and Manning 2014, "GloVe: Global Vectors for Word
    Representation"), whose weighting 1/d is the default.

    Weights are summed as whole numbers: multiples of 1/lcm(1 .. window) for 1/d up to window 22, and of 1 for
    ``"flat"``. Other weights are rounded to multiples of the greatest weight * 2**-32. So the result is the same
    to the bit for any number of threads and any ``max_memory``.

    Parameters
    ----------
    corpus : Corpus
        N tokens in S sentences, V words.
    window : int
        Tokens to each side of the centre; may be longer than any sentence.
    weighting : "inverse", "flat", float[window] or callable
        1/d; 1; an array of the weight of each distance from 1 on; or a function of d. Weights are non-negative.
    context : "both", "left" or "right"
        On which side of the centre contexts are counted: ``"left"`` is before it. ``"both"`` is symmetric.
    max_memory : int or str, optional
        Bytes of working memory, or with a unit: ``"256MiB"``, ``"2 GB"``. If the whole text needs more, parts of
        it are counted one after the other, and their sorted counts are kept in unnamed files, in the folder of
        ``save_to`` or the system's folder for temporary files. If threads need too much memory, fewer run. The
        memory of the result is additional, unless it goes to ``save_to``. From 96 MiB on, the whole call with the
        libraries that it loads needs at most 64 MiB more, apart from pages of files that the system caches.
    save_to : path, optional
        Write the result to this file (``.fvm``) while counting, and map it from there.
    threads : int, optional
        None: all usable cores.
    on_progress : callable, optional
        Gets a :class:`fastvec.Progress` about ten times a second (stages ``"compiling"``, the first time in a
        process, ``"counting"`` and, if ``max_memory`` is exceeded, ``"merging"``). If it returns False, this
        raises; no partial result is returned.

    Returns
    -------
    CooccurrenceMatrix
        Rows are centre words, columns are context words.

    Raises
    ------
    SettingError
        If an argument is wrong, or ``max_memory`` is too small for the vocabulary.
    CorpusError
        If this is not a corpus, or one so large that sums could exceed 64 bits.
    FormatError
        If a corpus file has ids out of range.
    StorageError
        If the disk is full, or ``save_to`` cannot be written.
    Cancelled
        If ``on_progress`` returned False.

    Warns
    -----
    UserWarning
        If the disk may have too little room for ``save_to``, or for counts beyond ``max_memory``.

    Examples
    --------
    >>> from fastvec import Corpus, count_cooccurrences
    >>> corpus = Corpus.from_text(["a b c", "a b"], min_count=1)
    >>> count_cooccurrences(corpus, window=2).to_csr().toarray()
    array([[0. , 2. , 0.5],
           [2. , 0. , 1. ],
           [0.5, 1. , 0. ]])
    >>> count_cooccurrences(corpus, window=2, weighting=lambda d: 3 - d, context="left")["c", "a"]
    1.0
    """
    n_threads, max_bytes = resolve_threads(threads), memory_bytes(max_memory)
    weights = fixed_point(window, weighting, context)
    check_corpus(corpus)
    if save_to is not None:
        check_writable(save_to)
    release_pages(corpus.ids)
    loading = 0 if is_loaded(KERNELS) else LIBRARIES
    with naming_file(corpus):
        if int(corpus.offsets[-1]) != corpus.n_tokens:
            raise text_changed()
    plan = plan_memory(corpus.offsets, len(corpus.vocabulary), int(window), n_threads, max_bytes, loading)
    warn_of_counting(save_to, corpus.vocabulary.counts, weights.width, plan)
    described = weighting if isinstance(weighting, str) else weights.described()
    settings = {"window": int(window), "weighting": described, "context": context}
    counting = _Counting(corpus, weights, plan, save_to, on_progress)
    with naming_file(corpus):
        if save_to is None:
            return in_memory(counting.fill, corpus.vocabulary, settings, weights)
        return on_disk(counting.fill, corpus.vocabulary, settings, weights, save_to)


class _Counting:
    def __init__(
        self,
        corpus: Corpus,
        weights: Weights,
        plan: MemoryPlan,
        save_to: type_of_path | None,
        on_progress: OnProgress | None,
    ) -> None:
        self.corpus, self.weights, self.plan = corpus, weights, plan
        self.save_to, self.reporter = save_to, Reporter(on_progress)
        self.n_words = len(corpus.vocabulary)
        self.stop = new_stop_flag()
        self.counts = np.zeros(self.n_words, np.int64)  # of the tokens so far
        self.done = 0  # tokens counted

    def fill(self, sink: Sink) -> None:
        """Count all rows, and append them to ``sink`` in order."""
        self.kernels = load_kernels(KERNELS, self.reporter)
        self.buffers = RowBuffers(self.plan.task_cells)
        self.scratch = [Scratch(self.n_words, self.buffers) for _ in range(self.plan.threads)]
        self.reporter.begin("counting", "tokens", self.corpus.n_tokens, lambda: self.done)
        if len(self.plan.bounds) <= 2:
            for start, end in pairwise(self.plan.bounds):
                self._count(start, end, sink)
            return
        with Runs(self.save_to, self.n_words) as runs:
            for start, end in pairwise(self.plan.bounds):
                self._count(start, end, runs)
            self._merge(runs, sink)

    def _count(self, start: int, end: int, sink: Sink) -> None:
        """Count the windows of tokens [start, end)."""
        left, right, threads = self.weights.left, self.weights.right, self.plan.threads
        window = max(len(left), len(right))
        postings = Postings(self.corpus, start, end, window, self.kernels, threads, self.stop)
        here = np.diff(postings.starts)
        self.counts += here
        self.weights.check_overflow(int(self.counts.max()))
        arguments = {"left": left, "right": right, "stop": self.stop}
        arguments |= {"text": postings.text, "places": postings.places}
        frequent = self._count_frequent(here, postings.starts, arguments)

        def task(part: tuple[int, int], worker: int) -> Rows:
            if (rows := frequent.rows(*part, self.buffers)) is not None:
                return rows
            first, last = part
            kernel = partial(self.kernels.count_rows, starts=postings.starts, first=first, last=last, **arguments)
            return self.scratch[worker].rows(first, last, kernel)

        def collect(rows: Rows) -> None:
            self.done += int(postings.starts[rows.first + len(rows.ends)] - postings.starts[rows.first])

        most = np.minimum(here * self.weights.width, self.n_words)
        sink.expect(int(most.sum()))
        most[frequent.words] = self.plan.task_cells  # each in a range of its own
        self._run(task, cut(most, self.plan.task_cells), sink, collect)

    def _count_frequent(
        self, here: NDArray[np.int64], starts: NDArray[np.int64], arguments: dict[str, Any]
    ) -> FrequentRows:
        frequent = FrequentRows(here, self.plan.threads, self.plan.frequent_rows)

        def task(piece: tuple[int, int, int], worker: int) -> None:
            frequent.count(piece, self.scratch[worker], self.kernels, arguments)

        pieces = frequent.pieces(starts)
        run(task, pieces, threads=self.plan.threads, stop=self.stop, on_tick=self.reporter.report)
        return frequent

    def _merge(self, runs: Runs, sink: Sink) -> None:
        merged = 0

        def task(part: tuple[int, int], worker: int) -> Rows:
            return runs.merge(*part, self.scratch[worker], self.kernels, self.stop)

        def collect(rows: Rows) -> None:
            nonlocal merged
            merged += int(runs.row_sizes[rows.first : rows.first + len(rows.ends)].sum())

        sink.expect(runs.n_cells)
        parts = runs.ranges(self.plan.task_cells)
        self.reporter.begin("merging", "pairs", runs.n_cells, lambda: merged)
        self._run(task, parts, sink, collect)

    def _run(
        self,
        task: Callable[[tuple[int, int], int], Rows],
        parts: list[tuple[int, int]],
        sink: Sink,
        collect: Callable[[Rows], None],
    ) -> None:
        def hand_over(rows: Rows) -> Callable[[], None]:
            later = sink.append(rows)
            collect(rows)

            def rest() -> None:
                if later is not None:
                    later()
                self.buffers.give_back(rows)

            return rest

        threads, report = self.plan.threads, self.reporter.report
        run(task, parts, threads=threads, stop=self.stop, on_result=hand_over, on_tick=report)
        report()
