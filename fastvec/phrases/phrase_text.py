"""PhraseText: a corpus whose words are joined to phrases, pass after pass, on several threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.phrases.nodes import Joins, Nodes, Parts
from fastvec.running.loading import load_kernels
from fastvec.running.progress import OnProgress, Reporter
from fastvec.running.ranges import slice_bounds
from fastvec.running.workers import new_stop_flag, resolve_threads, run
from fastvec.text.building import Built
from fastvec.text.corpus import Corpus, check_corpus
from fastvec.text.mapped import in_memory

KERNELS = "fastvec.kernels.phrases_numba"


class Slice(NamedTuple):
    """Tokens [start, end) of a text; ``sentence`` holds the first, and ``n_ends`` sentences end in it."""

    sentence: int
    start: int
    end: int
    n_ends: int


class PhraseText:
    """The ids of a corpus: of words at first, of nodes when some are joined.

    Parameters
    ----------
    corpus : Corpus
    delimiter : str
    connector_words : set of str
    threads : int, optional
    on_progress : callable, optional

    Attributes
    ----------
    ids : int32[N]
    offsets : int64[S + 1]
    nodes : Nodes
        The words and phrases of the ids.
    most : int
        How many connector words may stand between two words of a phrase.

    Raises
    ------
    CorpusError
        If this is not a corpus.
    FormatError
        If ids or offsets are out of range.
    """

    def __init__(
        self,
        corpus: Corpus,
        delimiter: str,
        connector_words: frozenset[str],
        threads: int | None,
        on_progress: OnProgress | None,
    ) -> None:
        self.threads, self.reporter = resolve_threads(threads), Reporter(on_progress)
        check_corpus(corpus)
        corpus = in_memory(corpus)
        self.ids, self.offsets, self.n_dropped = corpus.ids, corpus.offsets, corpus.n_dropped
        self.nodes = Nodes(corpus.vocabulary, delimiter, connector_words)
        self.most = max_connectors(len(connector_words))
        self.stop = new_stop_flag()
        self.kernels = load_kernels(KERNELS, self.reporter)

    def slices(self, bounds: Iterable[int] | None = None) -> list[Slice]:
        """Return the slices between bounds; None: bounds that depend on the corpus only."""
        bounds = np.array(slice_bounds(self.offsets) if bounds is None else bounds, np.int64)
        ended = np.searchsorted(self.offsets[1:], bounds, side="right")
        ended[:1] = 0  # the first slice ends the empty sentences that come before its first token
        ends = zip(pairwise(bounds.tolist()), pairwise(ended.tolist()), strict=True)
        return [Slice(sentence, start, end, next_one - sentence) for (start, end), (sentence, next_one) in ends]

    def parts(self) -> list[list[Slice]]:
        """Divide the slices among the threads; each gets slices that follow each other."""
        slices = self.slices()
        cuts = np.linspace(0, len(slices), min(self.threads, len(slices)) + 1).astype(int).tolist()
        return [slices[start:end] for start, end in pairwise(cuts)]

    def begin(self, stage: str) -> None:
        """Begin a stage; its tasks add the number of tokens that they did to ``done[worker]``."""
        self.done = np.zeros(self.threads)
        self.reporter.begin(stage, "tokens", len(self.ids), lambda: int(self.done.sum()))
        self.reporter.report()

    def run(
        self,
        task: Callable[[Any, int], Any],
        items: Sequence[Any],
        on_result: Callable[[Any], Any] | None = None,
    ) -> None:
        """Run ``task(item, worker)`` over items, and report the progress of the stage."""
        run(task, items, threads=self.threads, stop=self.stop, on_result=on_result, on_tick=self.reporter.report)
        self.reporter.report()

    def tallies(self, ids: NDArray[np.int32], parts: Sequence[Sequence[Slice]]) -> NDArray[np.int64]:
        """Count each node in each part, int64[parts, nodes]."""
        tallies = np.zeros((len(parts), len(self.nodes)), np.int64)

        def task(part: int, _worker: int) -> None:
            for piece in parts[part]:
                if self.stop[0]:
                    return
                self.kernels.tally(ids=ids, start=piece.start, end=piece.end, tallies=tallies[part])

        self.run(task, range(len(parts)))
        return tallies

    def join(self, phrases: Iterable[Parts]) -> None:
        """Join phrases from left to right; they are given by the first nodes spelled like their parts."""
        roles = self.nodes.roles()
        joins = self.nodes.join(phrases)
        if not len(joins.nodes):
            return
        rules = {"ids": self.ids, "roles": roles, "base": self.nodes.base, "most": self.most, "stop": self.stop}

        def rewrite(part: Slice, ends: NDArray[np.int64]) -> NDArray[np.int32]:
            out = np.empty(part.end - part.start, np.int32)
            n = self.kernels.join(
                **rules, **joins._asdict(), offsets=self.offsets, sentence=part.sentence, start=part.start,
                end=part.end, out=out, ends=ends,
            )  # fmt: skip
            return out[:n]

        self.begin("joining")
        self._rewrite(self.slices(self._cuts(rules, joins)), len(self.ids), rewrite)

    def _cuts(self, rules: dict[str, Any], joins: Joins) -> list[int]:
        """Return bounds of slices, moved to where no phrase can cross them."""
        cuts: list[int] = []
        tables = {"starts": joins.starts, "keys": joins.keys, "lengths": joins.lengths}
        for bound in slice_bounds(self.offsets).tolist():
            if cuts and bound <= cuts[-1]:
                continue
            sentence_end = int(self.offsets[np.searchsorted(self.offsets, bound)])
            if bound < sentence_end:
                bound = self.kernels.find_cut(**rules, **tables, place=bound, sentence_end=sentence_end)
            cuts.append(bound)
        return cuts

    def corpus(self, min_count: int) -> Corpus:
        """Return the text in words that occur at least ``min_count`` times; see :meth:`Nodes.vocabulary`.

        Raises
        ------
        CorpusError
            If no word is left.
        """
        self.begin("numbering")
        counts = self.tallies(self.ids, self.parts()).sum(axis=0)
        vocabulary, spelling, n_rare = self.nodes.vocabulary(counts, min_count)
        lengths = np.diff(spelling.starts)

        def rewrite(part: Slice, ends: NDArray[np.int64]) -> NDArray[np.int32]:
            out = np.empty(lengths[self.ids[part.start : part.end]].sum(), np.int32)
            self.kernels.spell(
                ids=self.ids, offsets=self.offsets, sentence=part.sentence, start=part.start, end=part.end,
                **spelling._asdict(), out=out, ends=ends, stop=self.stop,
            )  # fmt: skip
            return out

        self._rewrite(self.slices(), vocabulary.total, rewrite)
        return Corpus._of(Built(self.ids, self.offsets, vocabulary, self.n_dropped + n_rare, None))

    def _rewrite(
        self,
        slices: list[Slice],
        most: int,
        rewrite: Callable[[Slice, NDArray[np.int64]], NDArray[np.int32]],
    ) -> None:
        """Replace the text by the results of the slices, which have at most ``most`` tokens."""
        ids, offsets = np.empty(most, np.int32), np.zeros(len(self.offsets), np.int64)
        n_ids, n_ends = 0, 1

        def task(part: Slice, worker: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
            ends = np.empty(part.n_ends, np.int64)
            out = rewrite(part, ends)
            self.done[worker] += part.end - part.start
            return out, ends

        def collect(result: tuple[NDArray[np.int32], NDArray[np.int64]]) -> None:
            nonlocal n_ids, n_ends
            out, ends = result
            ids[n_ids : n_ids + len(out)] = out
            offsets[n_ends : n_ends + len(ends)] = ends + n_ids
            n_ids += len(out)
            n_ends += len(ends)

        self.run(task, slices, collect)
        ids.resize(n_ids, refcheck=False)  # the system takes the rest back
        self.ids, self.offsets = ids, offsets


def max_connectors(n_connectors: int) -> int:
    """Return how many connector words a phrase can have in a row, so that a key of 32 bits holds them.

    >>> max_connectors(0), max_connectors(16), max_connectors(100)
    (0, 7, 4)
    """
    most = 0
    while n_connectors and (n_connectors + 1) ** (most + 1) <= 1 << 32:
        most += 1
    return most
